"""Decisions about commitments, in plain values."""

import datetime
import itertools
import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

WEEK = datetime.timedelta(weeks=1)
Z_95 = 1.959963984540054
WIDE = 0.2  # A range of more than twenty points in a hundred is wide enough to say so.


# What each kind of measure asks, so that nobody is asked anything else.


@dataclass(frozen=True)
class Asks:
    measure: tuple[str, ...]
    start: tuple[str, ...]
    target: tuple[str, ...]
    reading: tuple[str, ...]


DIRECTION = ("direction", "direction_reason", "review_on")
IN_PARTS = ("parts", "words")
SO_MANY_OF = ("numerator", "denominator", "unknown", "value", "groups")
ASKS = {
    "number": Asks(("name", "unit", "counting", *DIRECTION), ("value",), ("value", "by"), ("value",)),
    "share": Asks(("name", "unit", "per", "counting", *DIRECTION), SO_MANY_OF, ("value", "by"), SO_MANY_OF),
    "milestone": Asks(("name",), (), ("words", "by"), ("done",)),
    "cadence": Asks(("name", "every_weeks_from", "every_weeks_to"), (), (), ("done",)),
    "survey": Asks(("name", "instrument", "counting", *DIRECTION), SO_MANY_OF, ("value", "by"), SO_MANY_OF),
    "composition": Asks(("name", "characteristic", "group_size"), IN_PARTS, ("words", "by"), IN_PARTS),
}
IS_A_SHARE = {"share", "survey"}


def per_of(kind, per):
    """A survey's answers are said per hundred people; other shares as the measure says."""
    return (per or 100) if kind == "share" else 100


# What may be public.


def is_public_safe(measure):
    """Whether what it counts may be shown to everybody.

    Until figures can be checked for what they give away, nothing public counts people by a characteristic. A measure
    that does not say what it counts is taken to do so, and so is one that counts people in a commitment for certain
    people, whether their groups are ticked or told in words. Who makes up a small group is never public.
    """
    if measure.kind == "composition":
        return False
    if measure.kind in ("milestone", "cadence"):
        return True
    if measure.counting == "anyone":
        return not measure.commitment.is_for_certain_people
    return measure.counting == "things"


# Where a commitment stands.

SYMBOLS = {"promised": "ring", "started": "half", "moving": "up", "stuck": "stuck", "kept": "full", "stopped": "dash"}
ENDED = {"kept", "stopped"}
QUESTIONS = ("inequality", "action", "outcome", "knowing")


def questions_without_an_answer(answers):
    """Which of the four questions nobody has answered yet. Takes a mapping of question to answer."""
    return [question for question in QUESTIONS if not answers[question].strip()]


# Offers: who may take which step next.

STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "": {"asker": ("accepted", "declined"), "offerer": ("withdrawn",)},
    "accepted": {"asker": ("thanked",), "offerer": ("withdrawn",)},
    "declined": {"asker": ("accepted",), "offerer": ("withdrawn",)},
    "withdrawn": {},
    "thanked": {},
}


def steps_from(step, side):
    """What the asker or the offerer may do with an offer that stands at a step ('' for a new one)."""
    return STEPS[step or ""].get(side, ())


# Reading what people type.


def number_in(text):
    """The number that somebody typed, as people type it: 59%, 1,000, £2.50. None where it is words."""
    bare = re.sub(r"[\s,%£\u066a\u066c]", "", text).replace("\u066b", ".")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


LINE_OF_PARTS = re.compile(r"^(?P<label>.*\S)[\s,:;=–-]+(?P<count>\d{1,4})$")


def parts_in(text):
    """'Asian 2' on each line becomes ('Asian', 2). Also gives the numbers of the lines that cannot be read."""
    parts, wrong = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        found = LINE_OF_PARTS.match(line.strip())
        if found:
            parts.append((found["label"].strip(" ,:;=–-")[:80], int(found["count"])))
        elif line.strip():
            wrong.append(number)
    return parts, wrong


LONGEST_LABEL = 80
LINE_OF_GROUPS = re.compile(
    r"^(?P<label>.*?\S)[\s,:;=–-]+(?P<some>\d[\d,]{0,12})\s*(?:out\s+of|of|/)\s*(?P<all>\d[\d,]{0,12})$", re.IGNORECASE
)


def groups_in(text):
    """'Women: 7 of 40' on each line becomes ('Women', 7, 40). Also gives what is wrong, by the number of the line."""
    groups: list[tuple[str, int, int]] = []
    wrong = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        group = _group_in(line.strip())
        mistake = _mistake_in(group, {label.casefold() for label, _some, _all in groups})
        if mistake:
            wrong[number] = mistake
        else:
            groups.append(group)
    return groups, wrong


def _group_in(line):
    found = LINE_OF_GROUPS.match(line)
    if not found:
        return None
    some, all_ = (int(found[name].replace(",", "")) for name in ("some", "all"))
    return found["label"].strip(" ,:;=–-"), some, all_


def _mistake_in(group, seen):
    if group is None or not group[0]:
        return "unreadable"
    label, some, all_ = group
    if len(label) > LONGEST_LABEL:
        return "long"
    if label.casefold() in seen:
        return "twice"
    if all_ == 0:
        return "nobody"
    return "above" if some > all_ else ""


def rest_of(groups, numerator, denominator):
    """So many of so many that are left when the groups are taken from the whole. Below nought where they do not fit."""
    return (
        numerator - sum(some for _label, some, _all in groups),
        denominator - sum(all_ for _label, _some, all_ in groups),
    )


# Shares and their ranges.


@dataclass(frozen=True)
class Range:
    low: float
    high: float

    @property
    def is_wide(self):
        return self.high - self.low > WIDE

    @property
    def way(self):
        """Of a change: up or down for certain, or no more than chance could do."""
        return "chance" if self.low <= 0 <= self.high else "up" if self.low > 0 else "down"


def wilson(numerator: int, denominator: int, z: float = Z_95) -> Range:
    """The 95% interval of a share by Wilson's score method (1927). Never leaves 0 to 1, and fit for small numbers."""
    share = numerator / denominator
    spread = z * z / denominator
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / denominator + spread / (4 * denominator)) / (1 + spread)
    low = 0.0 if numerator == 0 else max(0.0, middle - half)
    high = 1.0 if numerator == denominator else min(1.0, middle + half)
    return Range(low, high)


def difference(before: tuple[int, int], after: tuple[int, int]) -> Range:
    """The 95% interval of the change between two shares of different people (Newcombe 1998, method 10)."""
    first, last = wilson(*before), wilson(*after)
    share_before, share_after = before[0] / before[1], after[0] / after[1]
    change = share_after - share_before
    below = math.hypot(share_after - last.low, first.high - share_before)
    above = math.hypot(last.high - share_after, share_before - first.low)
    return Range(change - below, change + above)


# Axes.

STEPS_OF_AN_AXIS = 4


def axis_for(lowest, highest):
    """Five round numbers that hold the values, from the top down. They start at nought unless something is below it."""
    lowest, highest = min(Decimal(0), lowest), max(Decimal(0), highest)
    if lowest == highest:
        highest = Decimal(1)
    step = next(step for step in _round_steps(highest - lowest) if _reaches(step, lowest, highest))
    bottom = math.floor(lowest / step) * step
    return [bottom + step * number for number in range(STEPS_OF_AN_AXIS, -1, -1)]


def _round_steps(span):
    size = Decimal(10) ** ((span / STEPS_OF_AN_AXIS).adjusted() - 1)
    while True:
        for digit in ("1", "2", "2.5", "5"):
            yield Decimal(digit) * size
        size *= 10


def _reaches(step, lowest, highest):
    return math.floor(lowest / step) * step + step * STEPS_OF_AN_AXIS >= highest


# Things that happen every so often.


@dataclass(frozen=True)
class Gap:
    start: datetime.date
    end: datetime.date
    is_kept: bool
    is_sooner: bool

    @property
    def weeks(self):
        return (self.end - self.start) // WEEK


def gaps_between(dates, weeks_from, weeks_to):
    """The time from one to the next. Weeks count as people count them: eight weeks and three days are eight."""
    dates = sorted(set(dates))
    return [_gap(start, end, weeks_from, weeks_to) for start, end in itertools.pairwise(dates)]


def _gap(start, end, weeks_from, weeks_to):
    weeks = (end - start) // WEEK
    return Gap(start, end, is_kept=weeks <= weeks_to, is_sooner=bool(weeks_from) and weeks < weeks_from)


def next_between(last, weeks_from, weeks_to):
    """The first and the last day on which the next one keeps the rhythm."""
    return last + WEEK * (weeks_from or weeks_to), last + WEEK * (weeks_to + 1) - datetime.timedelta(days=1)


def are_uneven(dates):
    """Whether the times between readings differ enough that even spacing would mislead."""
    days = [(end - start).days for start, end in itertools.pairwise(dates)]
    return len(days) > 1 and max(days) > 1.5 * max(min(days), 1)
