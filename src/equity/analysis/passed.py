"""What passed the gate of a person's own file, and what it tells of groups held even for age (and sex)."""

from dataclasses import dataclass
from itertools import permutations, product

import numpy as np

from equity.analysis.counting import ALL, reached_in
from equity.analysis.releasing import KNOWN, Releases, Tallies, shared_set
from equity.analysis.standardising import (
    AGE,
    NO_AGE,
    NO_AGES_OF_RESIDENTS,
    SEX,
    Crossed,
    crossed_of,
    with_reason,
    with_standardised,
)
from equity.disclosure.release import Released
from equity.disclosure.table import TOTAL
from equity.model import Measure, Source, Table
from equity.reading.mapping import FileMapping
from equity.reading.populations import Population
from equity.vocabulary import category_set


@dataclass(frozen=True)
class Own:
    """What passed the gate, with the words that belong to it."""

    releases: Releases
    tallies: Tallies
    mapping: FileMapping
    name: str

    @property
    def source(self) -> Source:
        rule = self.releases.rule
        line = f"Own records: {self.name}. {rule.says}"
        hidden = rule.hides_up_to + 1
        return Source(self.name, "", self.name, "", "", line, rule.rounds_to, hidden, is_published=False)

    def set_of(self, code: str) -> str:
        return shared_set(self.mapping.characteristics[code].set_code)

    def stage(self, stage: str) -> str:
        return stage if stage in self.tallies.stages else ALL


def held_even(own: Own, table: Table, what: Measure, code: str) -> tuple[Table, list[Released]]:
    """A share with its ratio between people of the same age (and sex), where both were released together with it."""
    if code == AGE:
        return table, []
    if AGE not in own.mapping.characteristics:
        return with_reason(table, NO_AGE), []
    for by in ((AGE, SEX), (AGE,)):
        sides = [released_together(own, (code, *by), stage) for stage in (what.numerator, what.denominator)]
        found = [one for one in sides if one]
        if len(found) == 2:
            top, bottom = (as_crossed(own, one, (code, *by)) for one in found)
            return with_standardised(table, what, top, bottom), found
    return with_reason(table, NO_AGE), []


def released_together(own: Own, codes: tuple[str, ...], stage: str) -> Released | None:
    found = (own.releases.of(axes, own.stage(stage)) for axes in permutations(codes))
    return next((released for released in found if released), None)


def as_crossed(own: Own, released: Released, codes: tuple[str, ...]) -> Crossed:
    """Released counts by several characteristics; hidden ones are not known."""
    order = [one.name for one in released.dimensions]
    sets = [category_set(own.set_of(code)).codes for code in codes]
    known = KNOWN if KNOWN in released.dimensions[order.index(codes[0])].labels else TOTAL

    def shown(labels: tuple[str, ...]) -> float:
        named = dict(zip(codes, labels, strict=True))
        value = released.count(tuple(named[name] for name in order)).value
        return np.nan if value is None else float(value)

    counts = np.array([shown(labels) for labels in product(*sets)]).reshape([len(one) for one in sets])
    everyone = np.array([shown((known, *labels)) for labels in product(*sets[1:])]).reshape(counts.shape[1:])
    return Crossed(tuple(own.set_of(code) for code in codes), counts, everyone)


def rate_held_even(
    own: Own, table: Table, what: Measure, code: str, population: Population
) -> tuple[Table, list[Released]]:
    """A rate with its standardised rate and ratio, where both were released together with age."""
    if code == AGE:
        return table, []
    if AGE not in own.mapping.characteristics:
        return with_reason(table, NO_AGE), []
    for by in ((AGE, SEX), (AGE,)):
        residents = population.crossed((code, *by))
        released = released_together(own, (code, *by), reached_in(own.mapping.stages))
        if residents and released:
            top, among = as_crossed(own, released, (code, *by)), f"all residents ({population.name})"
            return with_standardised(table, what, top, crossed_of(*residents), among=among), [released]
    return with_reason(table, NO_AGE if population.crossed((code, AGE)) else NO_AGES_OF_RESIDENTS), []
