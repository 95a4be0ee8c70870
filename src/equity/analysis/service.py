"""Everything a service's own file can say: each measure by each characteristic, crossed, by place and over time."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from equity.analysis import cuts, workforce
from equity.analysis.counting import (
    ALL,
    Evidence,
    Wanted,
    chain,
    counted,
    crossed,
    months_of,
    own_source,
)
from equity.analysis.experience import experience
from equity.analysis.ready_made import Given, from_counts
from equity.analysis.together import together
from equity.model import Series, Table
from equity.reading.files import OpenFile
from equity.reading.mapping import FileMapping
from equity.reading.populations import Population

EVERYTHING = Wanted()


def analyse(
    file: OpenFile, mapping: FileMapping, *, population: Population | None = None, wanted: Wanted = EVERYTHING
) -> list[Table | Series]:
    """Tables and series of a checked file (`reading.checking.check` has made its table `coded`)."""
    source = own_source(file, mapping)
    if mapping.kind == "counts":
        return list(from_counts(Given(file, mapping, source, wanted, population)))
    wanted = replace(wanted, held_even=True)
    cells, months = counted(file, mapping, wanted), months_of(file, mapping)
    own = Evidence(cells, mapping, source, wanted, population, months)
    return [*by_group(own), *of_staff(file, own), *recorded(own), *crosses(own), *by_place(own), *through_time(own)]


def by_group(own: Evidence) -> Iterator[Table]:
    codes = tuple(own.mapping.characteristics)
    for what in chain(own.mapping):
        yield from (cuts.by_characteristic(own, what, code) for code in codes)
    for code in codes:
        yield from cuts.access(own, code)
        yield from cuts.on_the_board(own, code)
    if own.mapping.experience:
        yield from (experience(own, code) for code in codes)


def of_staff(file: OpenFile, own: Evidence) -> Iterator[Table]:
    others = [code for code in own.mapping.characteristics if code != "pay_band"]
    if own.mapping.pay:
        yield from (workforce.pay_gap(file, own, code) for code in others)
    if "pay_band" in own.mapping.characteristics:
        yield from (workforce.band_shares(own, code) for code in others)


def recorded(own: Evidence) -> Iterator[Table]:
    yield from (cuts.completeness_at(own, stage) for stage in (ALL, *own.mapping.stages))


def crosses(own: Evidence) -> Iterator[Table]:
    for chosen in crossed(own.mapping, own.wanted):
        yield from (together(own, what, chosen) for what in chain(own.mapping))


def by_place(own: Evidence) -> Iterator[Table]:
    if own.wanted.by_place:
        yield from (cuts.by_place(own, what, place) for what in chain(own.mapping) for place in cuts.places(own))


def through_time(own: Evidence) -> Iterable[Series]:
    if own.wanted.over_time and "half" in own.cells.plan.names:
        for what in chain(own.mapping):
            for code in own.mapping.characteristics:
                yield from cuts.by_half(own, what, code)
