"""What a measure shows, ready to be drawn: places in per cent, words in sentences, and the same as rows of a table."""

import datetime
import itertools
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.commitments import drawing, rules
from hub.commitments.models import Measure, Reading
from hub.core.marks import signs_here

COLUMNS = 6  # As many as fit beside each other on a small phone.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Point:
    """One reading, in the chart and in the table."""

    on: datetime.date
    value: Decimal
    text: str
    of: str
    range: rules.Range | None
    range_text: str
    is_baseline: bool
    reading: Reading
    x: str = ""
    y: str = ""
    low: str = ""
    high: str = ""

    @property
    def month_and_year(self):
        return format_date(self.on, "M"), self.on.year


@dataclass(frozen=True)
class Pin:
    letter: str
    x: str
    on: datetime.date
    words: str


@dataclass(frozen=True)
class Trend:
    """Readings over time: baseline first, each with its range, and the target as a dashed line."""

    points: list[Point]
    shown: list[Point]
    lines: list[tuple[str, str, str, str]]
    ticks: list[tuple[str, str]]
    goal_y: str
    goal_text: str
    pins: list[Pin]
    finding: str
    alternative: str
    caveats: list[str]

    @property
    def has_ranges(self):
        return any(point.range for point in self.points)

    @property
    def drawn(self):
        return drawing.trend(self)


@dataclass(frozen=True)
class Beat:
    """One time that it happened, and how long after the one before."""

    on: datetime.date
    gap: rules.Gap | None
    x: str


@dataclass(frozen=True)
class Rhythm:
    beats: list[Beat]
    finding: str
    next_from: datetime.date | None
    next_to: datetime.date | None
    is_late: bool

    @property
    def newest_first(self):
        return list(reversed(self.beats))


@dataclass(frozen=True)
class Row:
    label: str
    then: int | None
    now: int

    @property
    def seats(self):
        return range(self.now)


@dataclass(frozen=True)
class Seats:
    """Who makes up a small group: one characteristic, then and now, never two together."""

    rows: list[Row]
    free: int
    then: datetime.date | None
    now: datetime.date | None
    size: int | None
    unknown: int | None
    finding: str

    @property
    def free_seats(self):
        return range(self.free)


@dataclass(frozen=True)
class Step:
    is_done: bool
    on: datetime.date | None
    by: datetime.date | None
    is_late: bool
    finding: str


# A number, a share or a survey's answers over time.


def trend(measure, readings, *, target=None, changes=()):
    """None while there is nothing to draw. `changes` are (day, words) of what changed in how people work."""
    points = [point for point in (point_of(measure, reading) for reading in readings) if point]
    if not points:
        return None
    points.sort(key=lambda point: (not point.is_baseline, point.on))
    shown = points if len(points) <= COLUMNS else [points[0], *points[-(COLUMNS - 1) :]]
    axis = axis_of(measure, shown, target)
    shown = [_placed(point, number, len(shown), axis, measure) for number, point in enumerate(shown)]
    return Trend(
        points=points,
        shown=shown,
        lines=[(one.x, one.y, other.x, other.y) for one, other in itertools.pairwise(shown)],
        ticks=[(say(measure, tick), _down(tick, axis)) for tick in axis],
        goal_y=_down(target.value, axis) if target and target.value is not None else "",
        goal_text=say(measure, target.value) if target and target.value is not None else "",
        pins=_pins(changes, shown),
        finding=_finding(measure, points),
        alternative=_alternative(measure, points, target),
        caveats=_caveats(measure, points, shown),
    )


def point_of(measure, reading):
    value, share = value_of(measure, reading)
    if value is None:
        return None
    of, span, span_text = "", None, ""
    if share:
        of = _("%(part)s of %(whole)s") % {"part": plain(reading.numerator), "whole": plain(reading.denominator)}
        per = rules.per_of(measure.kind, measure.per)
        span = rules.wilson(reading.numerator, reading.denominator)
        low, high = (say(measure, _rounded(Decimal(end) * per, per)) for end in (span.low, span.high))
        span_text = _("%(low)s to %(high)s") % {"low": low, "high": high}
    return Point(reading.on, value, say(measure, value), of, span, span_text, reading.is_baseline, reading)


def value_of(measure, reading):
    """The value, and whether it was counted as so many of so many."""
    if measure.kind in rules.IS_A_SHARE and reading.denominator:
        per = rules.per_of(measure.kind, measure.per)
        return _rounded(Decimal(reading.numerator) / reading.denominator * per, per), True
    return reading.value, False


def _rounded(value, per):
    places = Decimal(1) if per == 100 and value >= 1 else Decimal("0.1")
    return value.quantize(places, ROUND_HALF_UP)


def say(measure, value):
    if measure.kind not in rules.IS_A_SHARE:
        return plain(value)
    per = rules.per_of(measure.kind, measure.per)
    if per == 100:
        return f"{plain(value)}%"
    return _("%(value)s per %(per)s") % {"value": plain(value), "per": plain(per)}


def plain(number):
    """A number as people write it: no needless noughts, thousands set apart."""
    number = Decimal(number)
    places = max(0, -number.normalize().as_tuple().exponent)
    return f"{number:,.{places}f}".translate(signs_here())


def day(date):
    return format_date(date, "j F Y")


def axis_of(measure, points, target):
    per = rules.per_of(measure.kind, measure.per)
    ends = [point.value for point in points]
    ends += [Decimal(end) * per for point in points if point.range for end in (point.range.low, point.range.high)]
    if target and target.value is not None:
        ends.append(target.value)
    if measure.kind in rules.IS_A_SHARE and per == 100 and max(ends) > 40:
        ends.append(Decimal(100))
    return rules.axis_for(min(ends), max(ends))


def _down(value, axis):
    top, bottom = axis[0], axis[-1]
    return percent((top - Decimal(value)) / (top - bottom))


def along(value, axis):
    """How far along a line from left to right."""
    top, bottom = axis[0], axis[-1]
    return percent((Decimal(value) - bottom) / (top - bottom))


def percent(share):
    """For attributes: a point and Latin digits whatever the language."""
    return f"{float(share) * 100:.2f}%"


def _column(number, columns):
    return (Decimal(number) + Decimal("0.5")) / columns


def _placed(point, number, columns, axis, measure):
    per = rules.per_of(measure.kind, measure.per)
    placed = {"x": percent(_column(number, columns)), "y": _down(point.value, axis)}
    if point.range:
        placed |= {
            "low": _down(Decimal(point.range.low) * per, axis),
            "high": _down(Decimal(point.range.high) * per, axis),
        }
    return Point(**{**{name: getattr(point, name) for name in Point.__dataclass_fields__}, **placed})


def _pins(changes, shown):
    """Letters stand between the readings in proportion to time; what changed before the first stands at the edge."""
    ordered = sorted(changes)[-len(LETTERS) :]
    return [
        Pin(letter, percent(_where(on, shown)), on, words)
        for letter, (on, words) in zip(LETTERS, ordered, strict=False)
    ]


def _where(on, shown):
    columns = len(shown)
    if on <= shown[0].on:
        return Decimal("0.03") if on < shown[0].on else _column(0, columns)
    for number, (one, other) in enumerate(itertools.pairwise(shown)):
        if on <= other.on:
            part = Decimal((on - one.on).days) / max((other.on - one.on).days, 1)
            return _column(number + part, columns)
    return Decimal("0.97")


def _finding(measure, points):
    first, last = points[0], points[-1]
    if len(points) == 1:
        words = _("%(now)s when we started") if first.is_baseline else _("%(now)s so far")
        return words % {"now": last.text}
    if last.value == first.value:
        return _("%(now)s now, the same as at the start") % {"now": last.text}
    words = _("%(now)s now, up from %(then)s") if last.value > first.value else _("%(now)s now, down from %(then)s")
    return words % {"now": last.text, "then": first.text}


def _alternative(measure, points, target):
    words = ngettext("%(number)d reading: %(values)s.", "%(number)d readings: %(values)s.", len(points)) % {
        "number": len(points),
        "values": "; ".join(f"{day(point.on)}: {point.text}" for point in points),
    }
    if target and target.value is not None:
        words += " " + _("The target is %(target)s.") % {"target": say(measure, target.value)}
    return words


def _caveats(measure, points, shown):
    found = []
    first, last = points[0], points[-1]
    if any(point.range and point.range.is_wide for point in points):
        found.append(_("The numbers are small, so the ranges are wide."))
    if len(points) > 1 and first.range and last.range and measure.kind in rules.IS_A_SHARE:
        found.append(_how_sure_of_the_change(measure, first, last))
    unknown = [point.reading.unknown for point in points if point.reading.unknown]
    if unknown:
        found.append(
            ngettext(
                "In the last reading that says so, %(number)s whose answer is not known is left out.",
                "In the last reading that says so, %(number)s whose answer is not known are left out.",
                unknown[-1],
            )
            % {"number": plain(unknown[-1])}
        )
    if measure.kind in rules.IS_A_SHARE and any(not point.range for point in points):
        found.append(_("Where we only know the share and not of how many, no range can be drawn."))
    if measure.kind == "number" and len(points) > 1:
        found.append(_("These are counts, so no range is drawn. Small counts go up and down by chance."))
    if rules.are_uneven([point.on for point in shown]):
        found.append(_("The times between the readings differ: look at the dates."))
    if len(shown) < len(points):
        found.append(_("The picture shows the first reading and the latest ones. The table has them all."))
    if len(points) > 1:
        found.append(_("Going up or down after a change does not prove that the change did it."))
    return found


def _how_sure_of_the_change(measure, first, last):
    """Ranges of a change are right for different people each time, which we say."""
    span = rules.difference(
        (first.reading.numerator, first.reading.denominator), (last.reading.numerator, last.reading.denominator)
    )
    per = rules.per_of(measure.kind, measure.per)
    low, high = (_rounded(abs(Decimal(end)) * per, per) for end in (span.low, span.high))
    if span.way == "chance":
        return _("With so few counted, the change could also be chance.")
    low, high = sorted([low, high])
    if per == 100:
        words = _("If these are different people each time, the change is between %(low)s and %(high)s points.")
    else:
        words = _("If these are different people each time, the change is between %(low)s and %(high)s.")
    return words % {"low": plain(low), "high": plain(high)}


# Something that happens every so often.


def rhythm(measure, readings, today):
    dates = sorted({reading.on for reading in readings})
    gaps = rules.gaps_between(dates, measure.every_weeks_from, measure.every_weeks_to)
    places = _along(dates)
    beats = [Beat(on, gap, x) for on, gap, x in zip(dates, [None, *gaps], places, strict=False)]
    first, last = (None, None)
    if dates and not measure.ended_at:
        first, last = rules.next_between(dates[-1], measure.every_weeks_from, measure.every_weeks_to)
    is_late = bool(last and today > last)
    return Rhythm(beats, _rhythm_in_words(dates, gaps, is_late=is_late), first, last, is_late)


def _along(dates):
    if len(dates) < 2:
        return ["50%"] * len(dates)
    days = (dates[-1] - dates[0]).days
    return [percent(Decimal("0.03") + Decimal("0.94") * (on - dates[0]).days / days) for on in dates]


def _rhythm_in_words(dates, gaps, *, is_late):
    if not dates:
        return _("It has not happened yet")
    if is_late:
        return _("The next one is later than we said")
    if not gaps:
        return _("It has happened once")
    kept = sum(gap.is_kept for gap in gaps)
    if kept == len(gaps):
        return _("Kept every time so far")
    return ngettext("Kept %(kept)d time out of %(all)d", "Kept %(kept)d times out of %(all)d", kept) % {
        "kept": kept,
        "all": len(gaps),
    }


def how_often(measure):
    low, high = measure.every_weeks_from, measure.every_weeks_to
    if low and low != high:
        return _("Every %(low)d to %(high)d weeks") % {"low": low, "high": high}
    return ngettext("Every week", "Every %(high)d weeks", high) % {"high": high}


# Who makes up a small group.


def seats(measure, readings):
    counted = [reading for reading in readings if reading.parts.all()]
    if not counted:
        return None
    counted.sort(key=lambda reading: (not reading.is_baseline, reading.on))
    first, last = counted[0], counted[-1]
    then = {part.label: part.count for part in first.parts.all()} if first is not last else {}
    now = {part.label: part.count for part in last.parts.all()}
    labels = list(dict.fromkeys([*then, *now]))
    filled = sum(now.values()) + (last.unknown or 0)
    finding = _("%(filled)d people") % {"filled": filled}
    if measure.group_size:
        finding = _("%(filled)d of %(size)d places are filled") % {"filled": filled, "size": measure.group_size}
    rows = [Row(label, then.get(label, 0) if then else None, now.get(label, 0)) for label in labels]
    free = max(0, (measure.group_size or filled) - filled)
    return Seats(rows, free, first.on if then else None, last.on, measure.group_size, last.unknown, finding)


# A step that is done or not.


def step(readings, *, target, today):
    done = next((reading for reading in reversed(readings) if reading.value), None)
    by = target.by if target else None
    if done:
        return Step(True, done.on, by, False, _("Done on %(day)s") % {"day": day(done.on)})
    is_late = bool(by and today > by)
    finding = _("Not yet. It was to be done by %(day)s") if is_late else _("Not yet. To be done by %(day)s")
    return Step(False, None, by, is_late, finding % {"day": day(by)} if by else _("Not yet"))


DRAWN_OVER_TIME = {Measure.Kind.NUMBER, Measure.Kind.SHARE, Measure.Kind.SURVEY}
