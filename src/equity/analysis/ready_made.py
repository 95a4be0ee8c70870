"""Tables from a file of ready-made counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from equity.analysis.compare import compare
from equity.analysis.counting import Wanted, reference_at, titled
from equity.analysis.cuts import refuse_absent
from equity.model import Counts, Measure, Source, Table, measure, measures
from equity.reading.aggregates import check_chain, read_counts
from equity.reading.files import OpenFile
from equity.reading.mapping import FileMapping
from equity.reading.populations import Population
from equity.vocabulary import level_for

# The stage that stands beside the population, as different files call it, and the measure that it makes.
REACHED = {"referred": "access", "users": "access", "detained": "detention"}


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

    def residents(self, code: str) -> Counts | None:
        if "population" in self.mapping.stages:
            return self.counts(code, "population")
        return self.population.for_set(code) if self.population else None


def from_counts(given: Given) -> Iterable[Table]:
    for what in measures().values():
        if what.kind == "share" and {what.numerator, what.denominator} <= set(given.mapping.stages):
            check_chain(given.file, given.mapping, what.numerator, what.denominator)
            for code in given.mapping.characteristics:
                top, bottom = (given.counts(code, stage) for stage in (what.numerator, what.denominator))
                yield named_table(given, what, code, top, bottom)
    for code in given.mapping.characteristics:
        yield from beside_residents(given, code)


def beside_residents(given: Given, code: str) -> Iterable[Table]:
    stage = next((name for name in REACHED if name in given.mapping.stages), "")
    people = given.residents(code)
    if not stage or people is None:
        return
    numerator = given.counts(code, stage)
    refuse_absent(numerator, people, given.wanted, people.source.title)
    yield named_table(given, measure(REACHED[stage]), code, numerator, people)


def named_table(given: Given, what: Measure, code: str, top: Counts, bottom: Counts) -> Table:
    reference = reference_at(level_for(top.set_code, bottom.set_code), given.wanted.reference)
    table = compare(what, top, bottom, reference=reference, title=titled(what, code), place_name=given.file.name)
    return replace(table, code=f"{what.code}-{code}")
