"""A measure over time as text: a template would take many times as long."""

from django.utils.safestring import SafeString

from hub.core.marks import dot, drawing, line, text, words


def trend(trend):
    """Grid and target behind, what we changed as letters in front, what was counted under each reading."""
    marks = [_across("grid-l", y) for _label, y in trend.ticks]
    marks += [_across("goal", trend.goal_y)] if trend.goal_y else []
    marks += [line("event", x=(pin.x, pin.x), y=(0, "100%")) for pin in trend.pins]
    marks += [line("trend", x=(x1, x2), y=(y1, y2)) for x1, y1, x2, y2 in trend.lines]
    marks += [_point(point) for point in trend.shown]
    marks += [f'<circle class="pin" cx="{pin.x}" cy="13" r="13"/>{text(pin.x, 19, pin.letter)}' for pin in trend.pins]
    picture = drawing(240, "".join(marks), alternative=trend.alternative)
    ticks = "".join(f"<span>{words(label)}</span>" for label, _y in trend.ticks)
    return SafeString(
        f'<div class="plot"><div class="plot__y" aria-hidden="true">{ticks}</div>{picture}'
        f'<div class="plot__x" aria-hidden="true">{"".join(map(_below, trend.shown))}</div></div>'
    )


def _across(kind, y):
    return line(kind, x=(0, "100%"), y=(y, y))


def _point(point):
    span = line("wh", x=(point.x, point.x), y=(point.low, point.high)) if point.low else ""
    return span + dot(point.x, point.y, 7)


def _below(point):
    month, year = point.month_and_year
    of = f'<br><span class="small">{words(point.of)}</span>' if point.of else ""
    said = f'<b class="num">{words(point.text)}</b>{words(month)} <span class="num">{year}</span>'
    return f"<span>{said}{of}</span>"
