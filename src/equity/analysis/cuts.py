"""A measure of a service's own file by one characteristic, by place, by half-year, and what is written down."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from equity.analysis import words
from equity.analysis.compare import NONE, Frame, Group, compare, tabulate
from equity.analysis.counting import (
    ALL,
    PLACES,
    REACHED,
    Evidence,
    Wanted,
    as_counted,
    column,
    named,
    reached_in,
    reference_at,
    rows_are,
    titled,
)
from equity.analysis.gradient import with_gradient
from equity.analysis.over_time import over_time
from equity.analysis.providers import funnel_caveats, with_funnel
from equity.analysis.represented import represented
from equity.analysis.standardising import (
    AGE,
    NO_AGE,
    NO_AGES_OF_RESIDENTS,
    crossed_of,
    strata_for,
    with_reason,
    with_standardised,
)
from equity.backends.cells import Cells
from equity.model import Counts, Measure, Series, Table, caveat, measure
from equity.problem import Problem
from equity.reading.populations import absent_groups
from equity.vocabulary import Unknown, category_set, characteristics, level_for

MONTHS = 6


def by_characteristic(own: Evidence, what: Measure, code: str) -> Table:
    table = compare(
        what,
        own.counts(code, what.numerator),
        own.counts(code, what.denominator),
        reference=reference_at(own.set_of(code).code, own.wanted.reference),
        title=titled(what, code),
        place_name=own.source.title,
    )
    table = with_gradient(replace(table, code=f"{what.code}-{code}"), own.set_of(code).code, what)
    return held_even(own, table, what, code)


def held_even(own: Evidence, table: Table, what: Measure, code: str) -> Table:
    """A share with its ratio between people of the same age (and sex), where the file says how old they are."""
    by = strata_for(code, own.mapping.characteristics)
    if not by:
        return table if code == AGE else with_reason(table, NO_AGE)
    top, bottom = (own.crossed((code, *by), stage) for stage in (what.numerator, what.denominator))
    return with_standardised(table, what, top, bottom)


def access(own: Evidence, code: str) -> Iterable[Table]:
    """Everyone who was reached beside the residents, where the population has this characteristic."""
    people = own.population.for_set(code) if own.population else None
    stage = reached_in(own.mapping.stages)
    if own.population is None or people is None or stage not in (*own.mapping.stages, *rows_are(own.mapping)):
        return
    numerator, what = own.counts(code, stage), as_counted(measure(REACHED[stage]), own.mapping)
    refuse_absent(numerator, people, own.wanted, own.population.name)
    table = compare(
        what,
        numerator,
        people,
        reference=reference_at(level_for(numerator.set_code, people.set_code), own.wanted.reference),
        title=titled(what, code),
        place_name=own.source.title,
    )
    table = with_gradient(replace(table, code=f"{what.code}-{code}"), table.set_code, what)
    yield rate_held_even(own, table, what, code)
    if stage != "referred":
        return
    index = as_counted(measure("representation"), own.mapping)
    title = titled(index, code)
    made = represented(numerator, people, of=index, title=title, place_name=own.source.title)
    yield replace(made, code=f"representation-{code}")


def on_the_board(own: Evidence, code: str) -> Iterable[Table]:
    """Board members beside all staff, where the file says who sits on the board."""
    if "board" in own.mapping.stages:
        stages = ("board", "staff" if "staff" in own.mapping.stages else ALL)
        top, bottom = (own.counts(code, stage) for stage in stages)
        title = titled(measure("board"), code)
        made = represented(top, bottom, of="board", title=title, place_name=own.source.title)
        yield replace(made, code=f"board-{code}")


def rate_held_even(own: Evidence, table: Table, what: Measure, code: str) -> Table:
    """A rate with its standardised rate and ratio, where the file and the population are both crossed with age."""
    assert own.population
    there = [one for one in own.mapping.characteristics if own.population.for_set(one)]
    by = strata_for(code, there)
    if code == AGE:
        return table
    if AGE not in own.mapping.characteristics:
        return with_reason(table, NO_AGE)
    residents = own.population.crossed((code, *by)) if by else None
    if residents is None:
        return with_reason(table, NO_AGES_OF_RESIDENTS)
    top = own.crossed((code, *by), reached_in(own.mapping.stages))
    return with_standardised(table, what, top, crossed_of(*residents), among=f"all residents ({own.population.name})")


def refuse_absent(numerator: Counts, people: Counts, wanted: Wanted, name: str) -> None:
    if wanted.keep_absent:
        return
    level = level_for(numerator.set_code, people.set_code)
    if absent := absent_groups(numerator, people, level):
        labels = words.listed([f"{code} ({category_set(level).label(code)})" for code in absent])
        raise Problem(
            f"{name}: this population has no line for {labels}, but {numerator.source.title} counts people there. "
            "Add them to the population, or use --keep-absent to show those groups without a rate."
        )


def completeness_at(own: Evidence, stage: str) -> Table:
    """Known answers of each characteristic among the people at one stage."""
    what, groups, x, n = measure("completeness"), [], [], []
    for code in own.mapping.characteristics:
        part = own.cells.of(code)
        count = column(part, stage)
        known = ~np.isin(part.keys[code].astype(str), [str(kind) for kind in Unknown])
        groups.append(Group(((code, code, characteristics()[code].name),), characteristics()[code].name))
        x.append(count[known].sum())
        n.append(count.sum())
    name = own.source.title
    table = tabulate(what, groups, np.array(x), np.array(n), Frame(name, reference=NONE))
    where = "among everyone" if stage == ALL else f"among people {stage.replace('_', ' ')}"
    worded = words.worded(
        table,
        what,
        title=f"What is written down, {where}",
        place_name=name,
        caveats=(caveat("definition_changes"),),
        sources=(own.source.line,),
    )
    return replace(worded, code=f"completeness-{stage}")


def places(own: Evidence) -> list[str]:
    return [place for place in PLACES if place in own.cells.plan.names]


def by_place(own: Evidence, what: Measure, place: str) -> Table:
    """Services, providers or areas beside everyone together, with a check for differences beyond chance."""
    part = own.cells.of(place)
    order = np.argsort(part.keys[place].astype(str))
    x, n = column(part, what.numerator)[order], column(part, what.denominator)[order]
    groups = [Group(((place, str(key), str(key)),), str(key)) for key in part.keys[place][order]]
    table = tabulate(what, groups, x, n, Frame(own.source.title))
    table = with_funnel(table)
    worded = words.worded(
        table,
        what,
        title=f"{what.question} By {named(place)}",
        place_name=own.source.title,
        caveats=(caveat("not_why"), *funnel_caveats(table)),
        sources=(own.source.line,),
    )
    return replace(worded, code=f"{what.code}-by-{place}")


def by_half(own: Evidence, what: Measure, code: str) -> Iterable[Series]:
    """Lines through the half-years; control charts where there are enough of them to show the usual ups and downs."""
    part = own.cells.of(code, "half")
    halves = sorted({str(half) for half in part.keys["half"]}, key=lambda half: (half[:4], "Oct" in half))
    if len(halves) < 2:
        return
    tables = [half_table(own, what, code, only(part, half), half) for half in halves]
    made = over_time(tables, title=f"{titled(what, code)}, each half-year")
    short = tuple(caveat("part_year", period=half) for half in halves if own.months.get(half, MONTHS) < MONTHS)
    code = f"{what.code}-{code}-over-time"
    yield replace(made, code=code, is_published=False, caveats=(*short, *made.caveats))


def half_table(own: Evidence, what: Measure, code: str, part: Cells, half: str) -> Table:
    top, bottom = (own.counts(code, stage, cells=part, period=half) for stage in (what.numerator, what.denominator))
    return compare(what, top, bottom, place_name=own.source.title)


def only(part: Cells, half: str) -> Cells:
    kept = part.keys["half"] == half
    return Cells(
        part.plan,
        part.grouping[kept],
        {name: keys[kept] for name, keys in part.keys.items()},
        {name: counts[kept] for name, counts in part.counts.items()},
    )
