"""Charts of findings as text. A template would take twenty times as long, and a page may hold thirty."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hub.core.marks import dot, drawing, line, square, text, words, words_of

MIDDLE = 14


@words_of
def _said():
    return {
        "all": _("Chart. The same figures are in the table below."),
        "some": _("Chart of the groups that it is about."),
        "low": _("Lower than everyone together"),
        "same": _("Could be the same"),
        "alone": _("What we counted, with the range it could be"),
        "high": _("Higher"),
        "everyone": _("Everyone: %(value)s"),
        "order": _(
            "Groups keep one fixed order, never best to worst. "
            "The line is the range in which the true figure probably lies (95%)."
        ),
        "start": _("The scale starts at %(start)s."),
        "nothing": _("Nothing to draw for: %(groups)s."),
    }


def chart(chart):
    """Key, scale, a row for each group, and how to read it."""
    said = _said()
    return SafeString(_key(chart, said) + _rows(chart, said["all"]) + _note(chart, said))


def glance(chart):
    """The same with hardly a key and no note, where a sentence beside it says what it shows."""
    said = _said()
    return SafeString(f'<ul class="key">{_everyone(chart, said)}</ul>{_rows(chart, said["some"])}')


def _key(chart, said):
    span, found = line("wh", x=(4, 44), y=(10, 10)), []
    if "low" in chart.kinds:
        found.append(f'<li class="low">{_sign(span + dot(24, 10))} {words(said["low"])}</li>')
    if "same" in chart.kinds:
        same = said["same"] if chart.everyone else said["alone"]
        found.append(f"<li>{_sign(span + dot(24, 10))} {words(same)}</li>")
    if "high" in chart.kinds:
        found.append(f'<li class="high">{_sign(span + square(24, 10))} {words(said["high"])}</li>')
    return f'<ul class="key">{"".join(found)}{_everyone(chart, said)}</ul>'


def _everyone(chart, said):
    if not chart.everyone:
        return ""
    sign = _sign(line("ref", x=(24, 24), y=(0, 20)))
    return f"<li>{sign} {words(said['everyone'] % {'value': chart.everyone})}</li>"


def _sign(marks):
    return f'<svg aria-hidden="true">{marks}</svg>'


def _rows(chart, label):
    ticks = drawing(24, "".join(text(x, 18, said) for said, x in chart.ticks))
    grid = "".join(line("grid-l", x=(x, x), y=(-5, 33)) for x in chart.grid)
    if chart.everyone_at:
        grid += line("ref", x=(chart.everyone_at, chart.everyone_at), y=(-6, 34))
    found = []
    for broad, marks in chart.groups:
        found += [f"<h3>{words(broad)}</h3>"] if broad else []
        found += [_row(mark, grid) for mark in marks]
    rows = f'<div class="rows" role="group" aria-label="{words(label)}">{"".join(found)}</div>'
    return f'<div class="ticks" aria-hidden="true">{ticks}</div>{rows}'


def _row(mark, grid):
    """Written out in one piece, because a chart may have twenty: each mark by itself would take half as long again."""
    row, kind, value, between, said, at, low, high, own = mark
    if own:
        grid += line("ref", x=(own, own), y=(-6, 34))
    shape = square(at, MIDDLE) if kind == "high" else dot(at, MIDDLE)
    beside = "" if kind == "same" else f' <span class="w">{words(said)}</span>'
    return (
        f'<div class="row {kind}"><span>{words(row.label)}</span><svg height="28" aria-hidden="true">{grid}'
        f'<line class="wh" x1="{low}" x2="{high}" y1="{MIDDLE}" y2="{MIDDLE}"/>{shape}</svg>'
        f'<span class="num"><b>{words(value)}</b> {words(between)}{beside}</span></div>'
    )


def _note(chart, said):
    found = [said["order"]]
    if chart.starts_at:
        found.append(said["start"] % {"start": chart.starts_at})
    if left_out := chart.left_out:
        found.append(said["nothing"] % {"groups": ", ".join(left_out)})
    return f'<p class="small">{words(" ".join(found))}</p>'


def panel(panel):
    """A small chart over time."""
    return _plot(panel, panel.points, "", height=120, r=5)


def control(control):
    """A followed figure with its usual level and limits, where they are known."""
    limits = ""
    if control.mean:
        limits = _across("goal", control.mean) + _across("event", control.lower) + _across("event", control.upper)
    return _plot(control, control.dots, limits, height=240, r=6)


def _plot(chart, dots, behind, *, height, r):
    marks = [behind]
    marks += [line("trend", x=(one.x, other.x), y=(one.y, other.y)) for one, other in chart.lines]
    marks += [_point(point, r) for point in dots if point.y]
    ticks = "".join(f"<span>{words(tick)}</span>" for tick in chart.ticks)
    picture = drawing(height, "".join(marks), alternative=chart.alternative)
    low = " plot--low" if height < 200 else ""
    return SafeString(f'<div class="plot{low}"><div class="plot__y" aria-hidden="true">{ticks}</div>{picture}</div>')


def _across(kind, y):
    return line(kind, x=(0, "100%"), y=(y, y))


def _point(point, r):
    span = line("wh", x=(point.x, point.x), y=(point.low, point.high)) if point.low and point.high else ""
    return span + dot(point.x, point.y, r)
