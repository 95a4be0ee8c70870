"""Counts by group that are ready made, with where they come from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from equity.vocabulary import Unknown, VocabularyError, category_set, mapping


class State(StrEnum):
    """What a missing number means. A group absent from the population is not a population of nobody."""

    COUNTED = "counted"
    SUPPRESSED = "suppressed"
    PARTLY_SUPPRESSED = "partly_suppressed"
    MISSING = "missing"
    ABSENT = "absent"


@dataclass(frozen=True)
class Source:
    """Publisher, edition and licence, and what the publisher did to the numbers."""

    code: str
    publisher: str
    title: str
    edition: str
    licence: str
    line: str
    rounded_to: int = 1
    suppressed_below: int = 0
    is_published: bool = True


@dataclass(frozen=True)
class Count:
    code: str
    value: float | None
    state: State = State.COUNTED


@dataclass(frozen=True)
class Counts:
    """One stage of one place and period, by the categories of one set (and the reasons for not knowing)."""

    place: str
    period: str
    stage: str
    set_code: str
    counts: tuple[Count, ...]
    source: Source
    base: str = ""
    notes: tuple[str, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Count]:
        return {count.code: count for count in self.counts}

    def known(self) -> tuple[Count, ...]:
        """One count for every category of the set, in its order; a category the source lacks is absent."""
        return tuple(
            self.by_code.get(code, Count(code, None, State.ABSENT)) for code in category_set(self.set_code).codes
        )

    @property
    def unknown(self) -> float:
        return sum(count.value or 0 for count in self.counts if count.code in set(Unknown))

    @property
    def known_total(self) -> float:
        return sum(count.value or 0 for count in self.known())

    @property
    def total(self) -> float:
        return self.known_total + self.unknown

    def at(self, set_code: str) -> "Counts":
        """The same people in a coarser set. Refuses when a category would have to be split."""
        if set_code == self.set_code:
            return self
        way = mapping(self.set_code, set_code)
        if way is None:
            raise VocabularyError(
                f"{category_set(self.set_code).name} cannot be turned into {category_set(set_code).name}."
            )
        members: dict[str, list[Count]] = {code: [] for code in category_set(set_code).codes}
        for count in self.known():
            members[way[count.code]].append(count)
        added = [added_up(code, parts) for code, parts in members.items()]
        kept = [count for count in self.counts if count.code in set(Unknown)]
        notes = tuple(dict.fromkeys((*self.notes, *(note for _, note in way.notes))))
        return replace(self, set_code=set_code, counts=(*added, *kept), notes=notes)


def added_up(code: str, parts: Iterable[Count]) -> Count:
    """Add counts: hidden parts make the sum partly hidden, and parts that are all absent stay absent."""
    parts = [part for part in parts if part.state is not State.ABSENT]
    if not parts:
        return Count(code, None, State.ABSENT)
    values = [part.value for part in parts if part.value is not None]
    states = {part.state for part in parts}
    if not values:
        return Count(code, None, State.SUPPRESSED if State.SUPPRESSED in states else State.MISSING)
    hidden = states & {State.SUPPRESSED, State.PARTLY_SUPPRESSED}
    return Count(code, sum(values), State.PARTLY_SUPPRESSED if hidden else State.COUNTED)


def pooled(several: Iterable[Counts]) -> Counts:
    """Several periods (or places) of one stage added together."""
    several = list(several)
    first = several[0]
    if len({(one.set_code, one.stage) for one in several}) != 1:
        raise VocabularyError("Only counts of one stage in one category set can be put together.")
    codes = dict.fromkeys(code for one in several for code in one.by_code)
    added = tuple(added_up(code, [one.by_code[code] for one in several if code in one.by_code]) for code in codes)
    periods = list(dict.fromkeys(one.period for one in several))
    notes = tuple(dict.fromkeys(note for one in several for note in one.notes))
    return replace(
        first, period=f"{periods[0]} to {periods[-1]}" if len(periods) > 1 else periods[0], counts=added, notes=notes
    )
