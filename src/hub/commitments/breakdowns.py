"""A share told by group: each group with its own population, its range and the same as rows of a table."""

import datetime
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hub.commitments import charts, rules
from hub.commitments.models import Reading
from hub.core.marks import dot, drawing, line


@dataclass(frozen=True)
class GroupShown:
    """One group, and its mark beside the others."""

    label: str
    text: str
    of: str
    range_text: str
    drawn: str


@dataclass(frozen=True)
class Breakdown:
    """One reading by group, in the order in which the groups were written: never best to worst."""

    on: datetime.date
    groups: list[GroupShown]
    everybody: str
    rest: str
    ticks: list[str]
    is_wide: bool


def breakdown(measure, reading):
    """None where the reading was not told by group, or without so many of so many for everybody."""
    groups = [(part.label, _like_a_reading(measure, reading, part.count, part.out_of)) for part in reading.groups]
    if not groups or not reading.denominator:
        return None
    everybody = charts.point_of(measure, reading)
    axis = charts.axis_of(measure, [everybody, *(point for _label, point in groups)], None)
    per = rules.per_of(measure.kind, measure.per)
    return Breakdown(
        on=reading.on,
        groups=[
            GroupShown(label, point.text, point.of, point.range_text, _drawn(point, everybody, axis, per))
            for label, point in groups
        ],
        everybody=f"{everybody.text} ({everybody.of})",
        rest=_rest(reading),
        ticks=[charts.plain(tick) + ("%" if per == 100 else "") for tick in axis[::-2]],
        is_wide=any(point.range.is_wide for _label, point in groups),
    )


def _like_a_reading(measure, reading, numerator, denominator):
    """A group is worked out as a reading of its own would be, with the same range."""
    return charts.point_of(measure, Reading(on=reading.on, numerator=numerator, denominator=denominator))


def _rest(reading):
    parts = [(part.label, part.count, part.out_of) for part in reading.groups]
    some, all_ = rules.rest_of(parts, reading.numerator, reading.denominator)
    told = {"part": charts.plain(some), "whole": charts.plain(all_)}
    return _("%(part)s of %(whole)s") % told if all_ > 0 else ""


def _drawn(point, everybody, axis, per):
    """Where everybody stands, the range of this group, and its share."""
    low, high = (charts.along(end * per, axis) for end in (point.range.low, point.range.high))
    whole, here = charts.along(everybody.value, axis), charts.along(point.value, axis)
    marks = [
        line("grid-l", x=(0, "100%"), y=("50%", "50%")),
        line("ref", x=(whole, whole), y=(0, "100%")),
        line("wh", x=(low, high), y=("50%", "50%")),
        dot(here, "50%", 7),
    ]
    return SafeString(drawing(28, "".join(marks)))
