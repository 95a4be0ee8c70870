"""Where an action and its targets stand, worked out from dates, readings and updates. Plain decisions, no database."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

WEEK = datetime.timedelta(weeks=1)
STEPS = {"milestone"}
IN_WORDS = {"composition"}
# How far behind the straight line from where it starts to the target counts as behind: a tenth of the way.
SLACK = Decimal("0.1")

STANDINGS = ("late", "at_risk", "silent", "unreported", "on_course", "done", "stopped")
SYMBOLS = {
    "late": "clock",
    "at_risk": "stuck",
    "silent": "query",
    "unreported": "ring",
    "on_course": "up",
    "done": "full",
    "stopped": "dash",
    "in_words": "talk",
}
TINTS = {"late": "stuck", "at_risk": "stuck", "on_course": "moving"}


@dataclass(frozen=True)
class Point:
    """What was counted on a day; for a share also how many, out of how many."""

    on: datetime.date
    value: Decimal | None
    some: int | None = None
    out_of: int | None = None


@dataclass(frozen=True)
class Aim:
    """A measure with its present target, and what it showed at the start and last."""

    kind: str
    value: Decimal | None = None
    by: datetime.date | None = None
    direction: str = ""
    start: Point | None = None
    last: Point | None = None
    weeks_to: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Standing:
    """How it stands, and the reason in one word. `on` is the day that the reason is about, `what` the target."""

    kind: str
    why: str = ""
    on: datetime.date | None = None
    what: str = ""

    @property
    def symbol(self):
        return SYMBOLS[self.kind]

    @property
    def tint(self):
        return TINTS.get(self.kind, "plain")


def standing_of_aim(aim: Aim, today: datetime.date) -> Standing:
    """Where one target stands. What nobody has counted is not reported, whatever its date."""
    if aim.last is None:
        return Standing("unreported", _has_passed(aim.by, today), aim.by)
    if aim.kind == "cadence":
        return _standing_of_rhythm(aim, today)
    if aim.kind in STEPS:
        return _standing_of_step(aim, today)
    if aim.value is None or aim.last.value is None or aim.kind in IN_WORDS:
        return Standing("in_words", "", aim.last.on)
    return _standing_of_number(aim, today)


def _has_passed(day, today):
    return "date_passed" if day and day < today else ""


def _standing_of_rhythm(aim, today):
    if not aim.weeks_to:
        return Standing("in_words", "", aim.last.on)
    end = min(today, aim.by) if aim.by else today
    next_by = aim.last.on + WEEK * (aim.weeks_to + 1)
    if next_by <= end:
        return Standing("late", "rhythm_broken", next_by)
    return Standing("done", "", aim.by) if _has_passed(aim.by, today) else Standing("on_course", "", aim.last.on)


def _standing_of_step(aim, today):
    if aim.last.value:
        return Standing("done", "", aim.last.on)
    return Standing("late", "date_passed", aim.by) if _has_passed(aim.by, today) else Standing("on_course")


def _standing_of_number(aim, today):
    if is_reached(aim):
        return Standing("done", "", aim.last.on)
    if _has_passed(aim.by, today):
        return Standing("late", "date_passed", aim.by)
    if is_behind(aim):
        return Standing("at_risk", "behind", aim.last.on)
    return Standing("on_course", "", aim.last.on)


def goes_down(aim):
    """As it says, or as the way from the start to the target shows."""
    if aim.direction in ("up", "down"):
        return aim.direction == "down"
    return bool(aim.start and aim.start.value is not None and aim.start.value > aim.value)


def is_reached(aim):
    return aim.last.value <= aim.value if goes_down(aim) else aim.last.value >= aim.value


def is_behind(aim):
    """Whether the last reading is further from the target than an even pace from the start would have left it."""
    start = aim.start
    if start is None or start.value is None or not aim.by or aim.last.on <= start.on or aim.by <= start.on:
        return False
    pace = Decimal((min(aim.last.on, aim.by) - start.on).days) / (aim.by - start.on).days
    way = aim.value - start.value
    if not way:
        return False
    return (aim.last.value - start.value) / way < pace - SLACK


@dataclass(frozen=True)
class Reported:
    """What is known of an action: its date, its last update, and the targets that it serves."""

    due_on: datetime.date | None = None
    stage: str = ""
    reported_on: datetime.date | None = None
    aims: tuple[Aim, ...] = ()
    evidence_until: datetime.date | None = None


ENDED = {"kept": "done", "stopped": "stopped"}


def standing_of(reported: Reported, today: datetime.date, *, every_weeks: int) -> Standing:
    """Where an action stands. The first of these that is true."""
    if not reported.stage:
        return Standing("unreported", _has_passed(reported.due_on, today), reported.due_on)
    if reported.stage in ENDED:
        return Standing(ENDED[reported.stage], "said", reported.reported_on)
    if _has_passed(reported.due_on, today):
        return Standing("late", "date_passed", reported.due_on)
    if reported.reported_on and next_report_by(reported.reported_on, every_weeks) < today:
        return Standing("silent", "", reported.reported_on)
    if reported.stage == "stuck":
        return Standing("at_risk", "stuck", reported.reported_on)
    return _standing_by_aims(reported, today) or _standing_by_evidence(reported, today)


def waits_for_aims(standing: Standing) -> bool:
    """Whether the targets that an action serves can still change where it stands."""
    return standing.kind == "on_course" or standing.why == "evidence_ran_out"


def _standing_by_aims(reported, today):
    """A target that was missed, that falls behind or about which nobody says anything puts the action at risk."""
    for aim in reported.aims:
        found = standing_of_aim(aim, today)
        if found.kind == "late":
            return Standing("at_risk", "target_late", found.on, aim.name)
        if found.kind == "at_risk":
            return Standing("at_risk", "target_behind", found.on, aim.name)
        if found.kind == "unreported" and found.why == "date_passed":
            return Standing("at_risk", "target_unreported", found.on, aim.name)
    return None


def _standing_by_evidence(reported, today):
    if _has_passed(reported.evidence_until, today):
        return Standing("at_risk", "evidence_ran_out", reported.evidence_until)
    return Standing("on_course", "", reported.reported_on)


def next_report_by(reported_on: datetime.date, every_weeks: int) -> datetime.date:
    return reported_on + WEEK * every_weeks


def share_of(numerator: int, denominator: int, per: int) -> Decimal:
    return Decimal(numerator) * per / denominator
