"""Findings ready to be drawn: places in per cent, words in sentences, and the same as rows of a table."""

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from equity.charts.scale import scale_for
from hub.commitments.rules import wilson
from hub.core.marks import number as plain
from hub.core.marks import place, signs_here, words_of
from hub.findings import drawing
from hub.findings.models import Row

MOST_TICKS = 6  # As many as fit beside each other on a small phone.
AT_A_GLANCE = 4
KINDS = {"much lower": "low", "lower": "low", "higher": "high", "much higher": "high"}


class Mark(NamedTuple):
    row: Row
    kind: str
    value: str
    between: str
    words: str
    at: str
    low: str
    high: str
    # Where this row's own measure to compare with stands, if it has one.
    beside: str = ""


@dataclass(frozen=True)
class Chart:
    groups: list[tuple[str, list[Mark]]]
    ticks: list[tuple[str, str]]
    grid: list[str]
    everyone: str
    everyone_at: str
    starts_at: str
    kinds: set[str]
    # For the table: everybody, also groups of which there is nothing to draw.
    marks: list[Mark]

    @property
    def left_out(self):
        return [mark.row.label for mark in self.marks if not mark.at]

    @property
    def drawn(self):
        return drawing.chart(self)

    @property
    def at_a_glance(self):
        return drawing.glance(self)


def chart(finding, rows):
    """Each group with its range, in the source's order; everyone together as a dotted line."""
    unit = "%" if finding.per == 100 else ""
    ends = [end for row in rows for end in (row.low, row.high, row.value, row.beside)]
    # A pay gap may lie below nothing.
    floor = None if any(end < 0 for end in ends if end is not None) else 0.0
    scale = scale_for([*ends, finding.reference], unit=unit, floor=floor, top=100.0 if unit else None)
    along = _along(scale)
    marks = _marks(rows, along, unit)
    ticks = scale.ticks if len(scale.ticks) <= MOST_TICKS else scale.ticks[::2]
    drawn = [mark for mark in marks if mark.at]
    return Chart(
        groups=[(broad, list(of)) for broad, of in groupby(drawn, key=lambda mark: mark.row.broad)],
        ticks=[(scale.words(tick), along(tick)) for tick in ticks],
        grid=[along(tick) for tick in scale.ticks],
        everyone=f"{plain(finding.reference)}{unit}" if finding.reference is not None else "",
        everyone_at=along(finding.reference) if finding.reference is not None else "",
        starts_at=scale.words(scale.low) if scale.low > 0 else "",
        kinds={mark.kind for mark in drawn},
        marks=marks,
    )


def glance(finding, rows):
    """For a list of findings: of the groups that it is about, those with most people missing."""
    most = sorted((row for row in rows if row.is_named), key=lambda row: -abs(row.missing or 0))[:AT_A_GLANCE]
    return chart(finding, [row for row in rows if row in most])


def _along(scale):
    """Where a value stands. The scale was made to hold each of them."""
    start, part = scale.low, (scale.high - scale.low) / 100
    return lambda value: f"{(value - start) / part:.2f}%"


def _marks(rows, along, unit):
    said, signs = _said(), signs_here()
    span, unknown = said["span"], said["unknown"]
    found = []
    for row in rows:
        compared, low, high = row.compared, row.low, row.high
        kind, words = KINDS.get(compared, "same"), said.get(compared, "")
        if row.value is None:
            found.append(Mark(row, kind, "–", row.reason or unknown, words, "", "", ""))
        elif low is None or high is None:
            found.append(Mark(row, kind, f"{plain(row.value, signs)}{unit}", "", words, "", "", ""))
        else:
            value = f"{plain(row.value, signs)}{unit}"
            between = span % {"low": plain(low, signs), "high": plain(high, signs)}
            beside = along(row.beside) if row.beside is not None else ""
            found.append(Mark(row, kind, value, between, words, along(row.value), along(low), along(high), beside))
    return found


@words_of
def _said():
    return {
        "much lower": _("much lower"),
        "lower": _("lower"),
        "higher": _("higher"),
        "much higher": _("much higher"),
        "about the same": _("could be the same"),
        "span": _("%(low)s to %(high)s"),
        "part": _("%(part)s of %(whole)s"),
        "unknown": _("not known"),
    }


class Dot(NamedTuple):
    period: str
    text: str
    x: str
    y: str
    low: str
    high: str
    of: str


@dataclass(frozen=True)
class Panel:
    """One group through the years."""

    label: str
    points: list[Dot]
    lines: list[tuple[Dot, Dot]]
    ticks: list[str]
    alternative: str

    @property
    def drawn(self):
        return drawing.panel(self)


def panels(finding, points):
    """A small chart for each group, all on one scale, so that they can be compared by eye."""
    unit = "%" if finding.per == 100 else ""
    known = [end for point in points for end in (point.low, point.high, point.value) if end is not None]
    if not known:
        return []
    scale = scale_for(known, unit=unit, top=100.0 if unit else None)
    down, ticks = _down(scale), [scale.words(tick) for tick in reversed(scale.ticks)]
    by_group = {}
    for point in points:
        by_group.setdefault((point.code, point.label), []).append(point)
    return [_panel(label, _dots(of, down, unit), ticks) for (_code, label), of in by_group.items()]


def panel_of(label, points):
    """One line of shares by itself."""
    scale = scale_for([end for point in points for end in (point.low, point.high)], unit="%", top=100.0)
    ticks = [scale.words(tick) for tick in reversed(scale.ticks)]
    return _panel(label, _dots(points, _down(scale), "%"), ticks)


def _panel(label, dots, ticks):
    words = "; ".join(f"{dot.period}: {dot.text}" for dot in dots)
    drawn = [dot for dot in dots if dot.y]
    return Panel(label, dots, list(pairwise(drawn)), ticks, f"{label}. {words}.")


def _dots(points, down, unit):
    said, signs, found = _said(), signs_here(), []
    for number, point in enumerate(points):
        x = place(100 * (number + 0.5) / len(points))
        if point.value is None:
            found.append(Dot(point.period, said["unknown"], x, "", "", "", ""))
            continue
        of = said["part"] % {"part": plain(point.x, signs), "whole": plain(point.n, signs)} if point.n else ""
        y, low, high = down(point.value), down(point.low), down(point.high)
        found.append(Dot(point.period, f"{plain(point.value, signs)}{unit}", x, y, low, high, of))
    return found


def _down(scale):
    """The same from the top, as pictures count it."""
    end, part = scale.high, (scale.high - scale.low) / 100
    return lambda value: "" if value is None else f"{(end - value) / part:.2f}%"


@dataclass(frozen=True)
class Control:
    """A followed measure over time, with its usual level and limits once there are enough readings."""

    dots: list[Dot]
    lines: list[tuple[Dot, Dot]]
    ticks: list[str]
    mean: str
    lower: str
    upper: str
    alternative: str

    @property
    def drawn(self):
        return drawing.control(self)


def control(seen, limits, words):
    """`words` say in a sentence whether it is a change, for those who hear the chart."""
    ranges = [wilson(one.x, one.n) for one in seen]
    ends = [100 * end for span in ranges for end in (span.low, span.high)]
    scale = scale_for([*ends, *(limits or ())], unit="%", top=100.0)
    down = _down(scale)
    dots = _control_dots(seen, ranges, down)
    mean, lower, upper = map(down, limits) if limits else ("", "", "")
    alternative = " ".join([*(f"{dot.period}: {dot.text}." for dot in dots), words])
    ticks = [scale.words(tick) for tick in reversed(scale.ticks)]
    return Control(dots, list(pairwise(dots)), ticks, mean, lower, upper, alternative)


def _control_dots(seen, ranges, down):
    said, signs, found = _said(), signs_here(), []
    for number, (one, span) in enumerate(zip(seen, ranges, strict=True)):
        share = 100 * one.x / one.n
        x = place(100 * (number + 0.5) / len(seen))
        y, low, high = down(share), down(100 * span.low), down(100 * span.high)
        of = said["part"] % {"part": plain(one.x, signs), "whole": plain(one.n, signs)}
        found.append(Dot(one.period, f"{plain(share, signs)}%", x, y, low, high, of))
    return found
