"""Findings ready to be drawn: places in per cent, words in sentences, and the same as rows of a table."""

from dataclasses import dataclass
from itertools import groupby, pairwise

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from equity.charts.scale import scale_for
from hub.commitments.rules import wilson
from hub.findings.models import Row

MOST_TICKS = 6  # As many as fit beside each other on a small phone.
KINDS = {"much lower": "low", "lower": "low", "higher": "high", "much higher": "high"}


def plain(value):
    """A number as people say it: three figures at most."""
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1
    return number_format(round(value, digits), digits, force_grouping=True)


@dataclass(frozen=True)
class Mark:
    row: Row
    kind: str
    value: str
    between: str
    words: str
    at: str
    low: str
    high: str
    missing: str


@dataclass(frozen=True)
class Chart:
    groups: list[tuple[str, list[Mark]]]
    ticks: list[tuple[str, str]]
    grid: list[str]
    everyone: str
    everyone_at: str
    starts_at: str
    alternative: str
    kinds: set[str]
    # For the table: everybody, also groups of which there is nothing to draw.
    marks: list[Mark]

    @property
    def left_out(self):
        return [mark.row.label for mark in self.marks if not mark.at]


def chart(finding, rows):
    """Each group with its range, in the source's order; everyone together as a dotted line."""
    unit = "%" if finding.per == 100 else ""
    ends = [end for row in rows for end in (row.low, row.high, row.value)]
    scale = scale_for([*ends, finding.reference], unit=unit, top=100.0 if unit else None)
    marks = [_mark(row, scale, unit) for row in rows]
    ticks = scale.ticks if len(scale.ticks) <= MOST_TICKS else scale.ticks[::2]
    return Chart(
        groups=[
            (broad, list(of))
            for broad, of in groupby((mark for mark in marks if mark.at), key=lambda mark: mark.row.broad)
        ],
        ticks=[(scale.words(tick), _percent(scale.at(tick))) for tick in ticks],
        grid=[_percent(scale.at(tick)) for tick in scale.ticks],
        everyone=f"{plain(finding.reference)}{unit}" if finding.reference is not None else "",
        everyone_at=_percent(scale.at(finding.reference)) if finding.reference is not None else "",
        starts_at=scale.words(scale.low) if scale.low > 0 else "",
        alternative=finding.sentence,
        kinds={mark.kind for mark in marks if mark.at},
        marks=marks,
    )


def _mark(row, scale, unit):
    value, between = "–", row.reason or _("not known")
    if row.value is not None:
        value = f"{plain(row.value)}{unit}"
        between = (
            _("%(low)s to %(high)s") % {"low": plain(row.low), "high": plain(row.high)} if row.low is not None else ""
        )
    has_range = row.value is not None and row.low is not None and row.high is not None
    return Mark(
        row,
        KINDS.get(row.compared, "same"),
        value,
        between,
        _words(row.compared),
        _percent(scale.at(row.value)) if has_range else "",
        _percent(scale.at(row.low)) if has_range else "",
        _percent(scale.at(row.high)) if has_range else "",
        plain(abs(round(row.missing))) if row.is_named and row.missing is not None else "",
    )


def _words(compared):
    return {
        "much lower": _("much lower"),
        "lower": _("lower"),
        "higher": _("higher"),
        "much higher": _("much higher"),
        "about the same": _("could be the same"),
    }.get(compared, "")


def _percent(place):
    return f"{place:.2f}%"


@dataclass(frozen=True)
class Panel:
    """One group through the years."""

    label: str
    points: list
    lines: list[tuple[str, str, str, str]]
    ticks: list[str]
    alternative: str


@dataclass(frozen=True)
class Dot:
    period: str
    text: str
    x: str
    y: str
    low: str
    high: str
    of: str


def panels(finding, points):
    """A small chart for each group, all on one scale, so that they can be compared by eye."""
    unit = "%" if finding.per == 100 else ""
    known = [end for point in points for end in (point.low, point.high, point.value) if end is not None]
    if not known:
        return []
    scale = scale_for(known, unit=unit, top=100.0 if unit else None)
    by_group = {}
    for point in points:
        by_group.setdefault((point.code, point.label), []).append(point)
    return [_panel(label, of, scale, unit) for (_code, label), of in by_group.items()]


def panel_of(label, points):
    """One line of shares by itself."""
    return _panel(
        label, points, scale_for([end for point in points for end in (point.low, point.high)], unit="%", top=100.0), "%"
    )


def _panel(label, points, scale, unit):
    dots = [_dot(point, number, len(points), scale, unit) for number, point in enumerate(points)]
    drawn = [dot for dot in dots if dot.y]
    words = "; ".join(f"{dot.period}: {dot.text}" for dot in dots)
    return Panel(
        label,
        dots,
        [(one.x, one.y, other.x, other.y) for one, other in pairwise(drawn)],
        [scale.words(tick) for tick in reversed(scale.ticks)],
        f"{label}. {words}.",
    )


def _dot(point, number, of, scale, unit):
    x = _percent(100 * (number + 0.5) / of)
    if point.value is None:
        return Dot(point.period, _("not known"), x, "", "", "", "")
    down = {name: _percent(100 - scale.at(getattr(point, name))) for name in ("value", "low", "high") if getattr(point, name) is not None}  # fmt: skip # noqa: E501
    return Dot(
        point.period, f"{plain(point.value)}{unit}", x, down["value"], down.get("low", ""), down.get("high", ""),
        _("%(part)s of %(whole)s") % {"part": plain(point.x), "whole": plain(point.n)} if point.n else "",
    )  # fmt: skip


@dataclass(frozen=True)
class Control:
    """A followed measure over time, with its usual level and limits once there are enough readings."""

    dots: list[Dot]
    lines: list[tuple[str, str, str, str]]
    ticks: list[str]
    mean: str
    lower: str
    upper: str


def control(seen, limits):
    ranges = [wilson(one.x, one.n) for one in seen]
    ends = [100 * end for span in ranges for end in (span.low, span.high)]
    scale = scale_for([*ends, *(limits or ())], unit="%", top=100.0)
    dots = [_control_dot(one, 100 * (number + 0.5) / len(seen), scale) for number, one in enumerate(seen)]
    mean, lower, upper = (_percent(100 - scale.at(limit)) for limit in limits) if limits else ("", "", "")
    lines = [(one.x, one.y, other.x, other.y) for one, other in pairwise(dots)]
    return Control(dots, lines, [scale.words(tick) for tick in reversed(scale.ticks)], mean, lower, upper)


def _control_dot(one, x, scale):
    share = 100 * one.x / one.n
    of = _("%(part)s of %(whole)s") % {"part": plain(one.x), "whole": plain(one.n)}
    span = wilson(one.x, one.n)
    down = [_percent(100 - scale.at(value)) for value in (share, 100 * span.low, 100 * span.high)]
    return Dot(one.period, f"{plain(share)}%", _percent(x), *down, of)
