"""Decisions about figures, in plain values: how complete, what changed, what cannot be right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

UNKNOWN = ("declined", "not_known", "not_asked", "invalid", "missing")
# Each stage is reached only by people who reached the other.
WITHIN = {
    "assessed": "referred",
    "entered": "assessed",
    "dropped_out": "entered",
    "completed": "referred",
    "improved": "scored",
    "recovered": "at_caseness",
    "appointed": "shortlisted",
    "disciplined": "staff",
    "trained": "staff",
}
SUDDEN = 10.0  # Percentage points of people whose answer is not known.
A_GROUP = 20  # A group of so many does not vanish by chance.
FEW = 50  # Of fewer records a share would say too much about single people.


@dataclass(frozen=True)
class Figures:
    """One characteristic in one period: its list, and each group's count by stage."""

    characteristic: str
    set_code: str
    period: str
    groups: Mapping[str, Mapping[str, int]]

    def at(self, stage: str) -> int:
        return sum(counts.get(stage, 0) for counts in self.groups.values())

    def known(self, stage: str) -> int:
        return sum(counts.get(stage, 0) for code, counts in self.groups.items() if code not in UNKNOWN)


@dataclass(frozen=True)
class Notice:
    """Something to look at before figures are used. `kind` says what, the rest where."""

    kind: str
    period: str
    characteristic: str = ""
    stage: str = ""
    code: str = ""
    other: str = ""
    set_code: str = ""
    before: float | None = None
    now: float | None = None


def share_known(figures: Figures, stage: str) -> float | None:
    everybody = figures.at(stage)
    return 100 * figures.known(stage) / everybody if everybody else None


def in_bands(share: float | None, everybody: int) -> str:
    """How complete, for those who may not see the counts: wide enough that nobody can be worked out."""
    if share is None or everybody < FEW:
        return "too_few"
    bands = ((95, "nearly_all"), (80, "most"), (50, "over_half"), (20, "under_half"))
    return next((word for least, word in bands if share >= least), "hardly_any")


def do_not_add(figures: Figures, totals: Mapping[str, int]) -> list[Notice]:
    """Stages at which the groups give another total than the one that was said."""
    return [
        Notice("does_not_add", figures.period, figures.characteristic, stage, before=total, now=figures.at(stage))
        for stage, total in totals.items()
        if figures.at(stage) != total
    ]


def out_of_order(figures: Figures, stages: Iterable[str]) -> list[Notice]:
    """Groups of which more reached a stage than the one before it."""
    stages = set(stages)
    return [
        Notice("more_than_before", figures.period, figures.characteristic, later, code, earlier, figures.set_code)
        for later, earlier in WITHIN.items()
        if {later, earlier} <= stages
        for code, counts in figures.groups.items()
        if counts.get(later, 0) > counts.get(earlier, 0)
    ]


def part_of_a_period(period: str, months: int | None) -> list[Notice]:
    expected = 6 if " " in period else 12
    if months is None or months >= expected:
        return []
    return [Notice("part_year", period, before=expected, now=months)]


def changed_coding(before: Figures, now: Figures, stage: str) -> list[Notice]:
    """What looks like another way of writing things down rather than other people."""
    if before.set_code != now.set_code:
        return [Notice("another_list", now.period, now.characteristic, set_code=now.set_code, other=before.set_code)]
    found = []
    then_known, known = share_known(before, stage), share_known(now, stage)
    if then_known is not None and known is not None and abs(known - then_known) >= SUDDEN:
        found.append(
            Notice(
                "known_jumped", now.period, now.characteristic, stage, before=then_known, now=known, other=before.period
            )
        )
    for code in dict.fromkeys((*before.groups, *now.groups)):
        was, is_now = (side.groups.get(code, {}).get(stage, 0) for side in (before, now))
        if code not in UNKNOWN and min(was, is_now) == 0 and max(was, is_now) >= A_GROUP:
            kind = "group_vanished" if was else "group_appeared"
            found.append(
                Notice(kind, now.period, now.characteristic, stage, code, before.period, now.set_code, was, is_now)
            )
    return found
