"""A small panel for each group: the same scale in every panel, the interval as a band."""
# ruff: noqa: E501 - a tag reads best on one line

from html import escape

from equity.charts.picture import GRID, INK, SKY, SOFT, picture
from equity.charts.scale import Scale, scale_for
from equity.disclosure.results import ReleasedSeries, insist
from equity.model import Line, Point, Series, measure

COLUMNS, PANEL_WIDTH, PANEL_HEIGHT, GAP = 2, 410, 150, 30


def scale_of(series: Series) -> Scale:
    if is_control(series):
        shown = [point.value for line in series.lines for point in line.points]
        limits = [side for line in series.lines if line.usual for side in (line.usual.low, line.usual.high)]
        return scale_for([*shown, *limits], unit="%" if is_percent(series) else "")
    values = [side for line in series.lines for point in line.points for side in (point.low, point.high, point.value)]
    if is_percent(series):
        return scale_for(values, unit="%", top=100.0, from_zero=True)
    return scale_for([*values, 1.0] if series.reference else values, from_zero=True)


def is_control(series: Series) -> bool:
    return any(line.usual for line in series.lines)


def verdict(line: Line, series: Series) -> str:
    """The one word that a control chart is for, and the usual range."""
    if line.usual is None:
        return ""
    word = f"Change in {listed(line.special)}" if line.special else "Noise"
    return f"{word}. Usual range {shown(line.usual.low, series)} to {shown(line.usual.high, series)}"


def listed(periods: tuple[str, ...]) -> str:
    return periods[0] if len(periods) == 1 else f"{', '.join(periods[:-1])} and {periods[-1]}"


def is_percent(series: Series) -> bool:
    return measure(series.measure).kind == "share" and not series.reference


def shown(value: float | None, series: Series) -> str:
    if value is None:
        return "–"
    if series.reference:
        return f"{value:.2f}"
    return f"{value:,.1f}{'%' if is_percent(series) else ''}"


def panels_html(series: ReleasedSeries) -> str:
    insist(series)
    scale = scale_of(series)
    return f'<div class="panels">{"".join(panel_html(line, series, scale) for line in series.lines)}</div>'


def panel_html(line: Line, series: Series, scale: Scale) -> str:
    """Lines stretch in an inner drawing; dots stand by percent, so they keep their shape at any width."""
    xs = positions(len(line.points))
    first, last = line.points[0], line.points[-1]
    grid = "".join(
        f'<line class="grid" x1="0" x2="100%" y1="{100 - scale.at(tick)}%" y2="{100 - scale.at(tick)}%"/>'
        for tick in ends(scale)
    )
    even = (
        f'<line class="ref" x1="0" x2="100%" y1="{100 - scale.at(1.0)}%" y2="{100 - scale.at(1.0)}%"/>'
        if series.reference
        else ""
    )
    held = (
        f'<p class="verdict{" odd" if line.special else ""}">{escape(verdict(line, series))}</p>' if line.usual else ""
    )
    around = "" if line.usual else f'<path class="band" d="{band(line.points, xs, scale)}"/>'
    even += usual_html(line, scale)
    inner = (
        '<svg width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none">'
        f'{around}<path class="over" d="{path(line.points, xs, scale)}" vector-effect="non-scaling-stroke"/></svg>'
    )
    dots = "".join(
        f'<circle class="dot{" odd" if point.period in line.special else ""}" cx="{x}%" cy="{100 - scale.at(point.value)}%" r="{5 if point.period in line.special else 4}"/>'
        for point, x in zip(line.points, xs, strict=True)
        if point.value is not None
    )
    return (
        f'<div class="panel"><h3>{escape(line.label)}</h3><p class="num">{escape(first.period)}: <b>{shown(first.value, series)}</b> '
        f"&#8594; {escape(last.period)}: <b>{shown(last.value, series)}</b></p>{held}"
        f'<div class="plot"><span class="hi">{scale.words(scale.high)}</span><svg height="110" aria-hidden="true" focusable="false">{grid}{even}{inner}{dots}</svg>'
        f'<span class="lo">{scale.words(scale.low)}</span></div></div>'
    )


def usual_html(line: Line, scale: Scale) -> str:
    if line.usual is None:
        return ""
    top, bottom, mean = (round(100 - scale.at(side), 2) for side in (line.usual.high, line.usual.low, line.usual.mean))
    return (
        f'<rect class="usual" x="0" width="100%" y="{top}%" height="{round(bottom - top, 2)}%"/>'
        f'<line class="ref" x1="0" x2="100%" y1="{mean}%" y2="{mean}%"/>'
    )


def ends(scale: Scale) -> tuple[float, float]:
    return scale.low, scale.high


def positions(count: int) -> list[float]:
    """Where each period stands, in percent, a little in from the edges."""
    return [round(3 + 94 * place / max(count - 1, 1), 2) for place in range(count)]


def path(points: tuple[Point, ...], xs: list[float], scale: Scale) -> str:
    """A line that breaks where a year is not known."""
    said, pen_down = [], False
    for point, x in zip(points, xs, strict=True):
        if point.value is None:
            pen_down = False
            continue
        said.append(f"{'L' if pen_down else 'M'}{x} {round(100 - scale.at(point.value), 2)}")
        pen_down = True
    return " ".join(said)


def band(points: tuple[Point, ...], xs: list[float], scale: Scale) -> str:
    inside = [
        (x, point) for point, x in zip(points, xs, strict=True) if point.low is not None and point.high is not None
    ]
    if len(inside) < 2:
        return ""
    top = [f"{x} {round(100 - scale.at(point.high or 0), 2)}" for x, point in inside]
    bottom = [f"{x} {round(100 - scale.at(point.low or 0), 2)}" for x, point in reversed(inside)]
    return "M" + " L".join(top + bottom) + "Z"


def panels_svg(series: ReleasedSeries) -> str:
    """All panels in one picture that stands alone."""
    insist(series)
    scale = scale_of(series)
    rows = -(-len(series.lines) // COLUMNS)
    body = "".join(
        svg_panel(
            line,
            series,
            scale,
            20 + (place % COLUMNS) * (PANEL_WIDTH + GAP),
            96 + (place // COLUMNS) * (PANEL_HEIGHT + 45),
        )
        for place, line in enumerate(series.lines)
    )
    height = 96 + rows * (PANEL_HEIGHT + 45) + 30
    bands = "the usual ups and downs of each line" if is_control(series) else "95% intervals"
    foot = f'<text x="20" y="{height - 12}" font-size="12" fill="{SOFT}">Bands are {bands}. Rings mark years outside the usual ups and downs. {escape(series.mark)}.</text>'
    return picture(series.title, series.sentence, f"{series.unit}, {series.place_name}", body + foot, height)


def usual_svg(line: Line, scale: Scale, width: float, height: float) -> str:
    if line.usual is None:
        return ""
    top, bottom, mean = (
        (100 - scale.at(side)) / 100 * height for side in (line.usual.high, line.usual.low, line.usual.mean)
    )
    return (
        f'<rect width="{width}" y="{top:.1f}" height="{bottom - top:.1f}" fill="{SKY}" opacity="0.12"/>'
        f'<line x2="{width}" y1="{mean:.1f}" y2="{mean:.1f}" stroke="{INK}" stroke-dasharray="2 4"/>'
    )


def svg_panel(line: Line, series: Series, scale: Scale, left: float, top: float) -> str:
    xs = positions(len(line.points))
    width, height = PANEL_WIDTH, PANEL_HEIGHT - 40
    dots = "".join(
        f'<circle cx="{x / 100 * width:.1f}" cy="{(100 - scale.at(point.value)) / 100 * height:.1f}" r="{5 if point.period in line.special else 3.5}" '
        f'fill="{"#ffffff" if point.period in line.special else SKY}" stroke="{SKY}" stroke-width="2.5"/>'
        for point, x in zip(line.points, xs, strict=True)
        if point.value is not None
    )
    even = (
        f'<line x1="0" x2="{width}" y1="{(100 - scale.at(1)) / 100 * height:.1f}" y2="{(100 - scale.at(1)) / 100 * height:.1f}" stroke="{INK}" stroke-dasharray="2 4"/>'
        if series.reference
        else ""
    )
    around = "" if line.usual else f'<path d="{band(line.points, xs, scale)}" fill="{SKY}" opacity="0.18"/>'
    even += usual_svg(line, scale, width, height)
    said = (
        f'<text x="{width / 2}" y="{height + 17}" font-size="13" text-anchor="middle" fill="{INK}">{escape(verdict(line, series))}</text>'
        if line.usual
        else ""
    )
    return (
        f'<g transform="translate({left} {top})"><text font-size="15" font-weight="700" fill="{INK}">{escape(line.label)}</text>'
        f'<text x="{width}" text-anchor="end" font-size="14" fill="{INK}">{shown(line.points[0].value, series)} &#8594; {shown(line.points[-1].value, series)}</text>'
        f'<g transform="translate(0 14)"><line x2="{width}" y1="0" y2="0" stroke="{GRID}"/><line x2="{width}" y1="{height}" y2="{height}" stroke="{GRID}"/>{even}'
        f'<g transform="scale({width / 100} {height / 100})">{around}'
        f'<path d="{path(line.points, xs, scale)}" fill="none" stroke="{SKY}" stroke-width="2.5" vector-effect="non-scaling-stroke"/></g>{dots}'
        f'<text y="{height + 17}" font-size="13" fill="{SOFT}">{escape(line.points[0].period)}</text>'
        f'<text x="{width}" y="{height + 17}" font-size="13" text-anchor="end" fill="{SOFT}">{escape(line.points[-1].period)}</text>{said}</g></g>'
    )
