"""Tables from a file of ready-made counts."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from equity.analysis.compare import compare
from equity.analysis.counting import REACHED, Wanted, reference_at, titled
from equity.analysis.cuts import refuse_absent
from equity.analysis.gradient import with_gradient
from equity.analysis.represented import represented
from equity.analysis.standardising import (
    AGE,
    NO_AGE,
    NO_AGES_OF_RESIDENTS,
    Crossed,
    crossed_of,
    strata_for,
    with_reason,
    with_standardised,
)
from equity.model import Counts, Measure, Source, Table, measure, measures
from equity.reading.aggregates import check_chain, read_counts, read_crossed
from equity.reading.files import OpenFile
from equity.reading.mapping import FileMapping
from equity.reading.populations import Population
from equity.vocabulary import level_for


@dataclass(frozen=True)
class Given:
    """A file of counts, what its columns mean, and the residents to set beside them."""

    file: OpenFile
    mapping: FileMapping
    source: Source
    wanted: Wanted
    population: Population | None = None

    def counts(self, code: str, stage: str) -> Counts:
        return read_counts(self.file, self.mapping, code, stage, self.source)

    def crossed(self, codes: Sequence[str], stage: str) -> Crossed:
        """One stage by several characteristics at once."""
        found = read_crossed(self.file, self.mapping, codes, stage)
        known = {key: math.nan if count.value is None else count.value for key, count in found.items()}
        return crossed_of([self.mapping.characteristics[code].set_code for code in codes], known)

    def residents(self, code: str) -> Counts | None:
        if "population" in self.mapping.stages:
            return self.counts(code, "population")
        return self.population.for_set(code) if self.population else None

    def has_residents(self, code: str) -> bool:
        return "population" in self.mapping.stages or bool(self.population and self.population.for_set(code))

    def residents_crossed(self, codes: Sequence[str]) -> Crossed | None:
        if "population" in self.mapping.stages:
            return self.crossed(codes, "population")
        found = self.population.crossed(codes) if self.population else None
        return crossed_of(*found) if found else None


def from_counts(given: Given) -> Iterable[Table]:
    codes = given.mapping.characteristics
    for what in measures().values():
        if what.kind == "share" and {what.numerator, what.denominator} <= set(given.mapping.stages):
            check_chain(given.file, given.mapping, what.numerator, what.denominator)
            for code in codes:
                top, bottom = (given.counts(code, stage) for stage in (what.numerator, what.denominator))
                table = named_table(given, what, code, top, bottom)
                crossed = partial(given.crossed, stage=what.denominator)
                yield held_even(given, table, what, code, Below(what.numerator, list(codes), crossed))
    for code in given.mapping.characteristics:
        yield from beside_residents(given, code)
        if {"board", "staff"} <= set(given.mapping.stages):
            yield on_the_board(given, code)


def beside_residents(given: Given, code: str) -> Iterable[Table]:
    stage = next((name for name in REACHED if name in given.mapping.stages), "")
    people = given.residents(code)
    if not stage or people is None:
        return
    numerator = given.counts(code, stage)
    refuse_absent(numerator, people, given.wanted, people.source.title)
    what = measure(REACHED[stage])
    table = named_table(given, what, code, numerator, people)
    there = [one for one in given.mapping.characteristics if given.has_residents(one)]
    yield held_even(given, table, what, code, Below(stage, there, given.residents_crossed))


def on_the_board(given: Given, code: str) -> Table:
    top, bottom = (given.counts(code, stage) for stage in ("board", "staff"))
    title = titled(measure("board"), code)
    return replace(represented(top, bottom, of="board", title=title, place_name=given.file.name), code=f"board-{code}")


@dataclass(frozen=True)
class Below:
    """What a figure is held even with: the stage above, what both sides are known by, and how the other is counted."""

    stage: str
    there: Sequence[str]
    crossed: Callable[[Sequence[str]], Crossed | None]


def held_even(given: Given, table: Table, what: Measure, code: str, below: Below) -> Table:
    """The table with what is left between people of the same age (and sex), where the file counts them together."""
    by = strata_for(code, below.there)
    if code == AGE:
        return table
    if not by:
        return with_reason(table, NO_AGES_OF_RESIDENTS if AGE in given.mapping.characteristics else NO_AGE)
    top, bottom = given.crossed((code, *by), below.stage), below.crossed((code, *by))
    if bottom is None:
        return with_reason(table, NO_AGES_OF_RESIDENTS)
    if not top.counts.sum():
        return with_reason(table, NO_AGE)
    return with_standardised(table, what, top, bottom, among="all residents")


def named_table(given: Given, what: Measure, code: str, top: Counts, bottom: Counts) -> Table:
    reference = reference_at(level_for(top.set_code, bottom.set_code), given.wanted.reference)
    table = compare(what, top, bottom, reference=reference, title=titled(what, code), place_name=given.file.name)
    return with_gradient(replace(table, code=f"{what.code}-{code}"), table.set_code, what)
