"""A small panel for each group: the same scale in every panel, the interval as a band."""
# ruff: noqa: E501 - a tag reads best on one line

from html import escape

from equity.charts.interval import GRID, INK, SOFT, picture
from equity.charts.scale import Scale, scale_for
from equity.disclosure.results import ReleasedSeries, insist
from equity.model import Line, Point, Series, measure

COLUMNS, PANEL_WIDTH, PANEL_HEIGHT, GAP = 2, 410, 150, 30
SKY = "#46579f"


def scale_of(series: Series) -> Scale:
    values = [side for line in series.lines for point in line.points for side in (point.low, point.high, point.value)]
    if is_percent(series):
        return scale_for(values, unit="%", top=100.0, from_zero=True)
    return scale_for([*values, 1.0] if series.reference else values, from_zero=True)


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
    inner = (
        '<svg width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none">'
        f'<path class="band" d="{band(line.points, xs, scale)}"/><path class="over" d="{path(line.points, xs, scale)}" vector-effect="non-scaling-stroke"/></svg>'
    )
    dots = "".join(
        f'<circle class="dot{" odd" if point.period in line.special else ""}" cx="{x}%" cy="{100 - scale.at(point.value)}%" r="{5 if point.period in line.special else 4}"/>'
        for point, x in zip(line.points, xs, strict=True)
        if point.value is not None
    )
    return (
        f'<div class="panel"><h3>{escape(line.label)}</h3><p class="num">{escape(first.period)}: <b>{shown(first.value, series)}</b> '
        f"&#8594; {escape(last.period)}: <b>{shown(last.value, series)}</b></p>"
        f'<div class="plot"><span class="hi">{scale.words(scale.high)}</span><svg height="110" aria-hidden="true" focusable="false">{grid}{even}{inner}{dots}</svg>'
        f'<span class="lo">{scale.words(scale.low)}</span></div></div>'
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
            80 + (place // COLUMNS) * (PANEL_HEIGHT + 45),
        )
        for place, line in enumerate(series.lines)
    )
    height = 80 + rows * (PANEL_HEIGHT + 45) + 30
    foot = f'<text x="20" y="{height - 12}" font-size="12" fill="{SOFT}">Bands are 95% intervals. Rings mark years outside the usual ups and downs. {escape(series.mark)}.</text>'
    return picture(series.title, series.sentence, f"{series.unit}, {series.place_name}", body + foot, height)


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
    return (
        f'<g transform="translate({left} {top})"><text font-size="15" font-weight="700" fill="{INK}">{escape(line.label)}</text>'
        f'<text x="{width}" text-anchor="end" font-size="14" fill="{INK}">{shown(line.points[0].value, series)} &#8594; {shown(line.points[-1].value, series)}</text>'
        f'<g transform="translate(0 14)"><line x2="{width}" y1="0" y2="0" stroke="{GRID}"/><line x2="{width}" y1="{height}" y2="{height}" stroke="{GRID}"/>{even}'
        f'<g transform="scale({width / 100} {height / 100})"><path d="{band(line.points, xs, scale)}" fill="{SKY}" opacity="0.18"/>'
        f'<path d="{path(line.points, xs, scale)}" fill="none" stroke="{SKY}" stroke-width="2.5" vector-effect="non-scaling-stroke"/></g>{dots}'
        f'<text y="{height + 17}" font-size="13" fill="{SOFT}">{escape(line.points[0].period)}</text>'
        f'<text x="{width}" y="{height + 17}" font-size="13" text-anchor="end" fill="{SOFT}">{escape(line.points[-1].period)}</text></g></g>'
    )
