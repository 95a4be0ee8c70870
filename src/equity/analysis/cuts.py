"""A measure of a service's own file by one characteristic, by place, by half-year, and what is written down."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from equity.analysis import words
from equity.analysis.compare import EVERYONE, NONE, Group, compare, tabulate
from equity.analysis.counting import ALL, PLACES, Evidence, Wanted, column, named, reference_at, titled
from equity.analysis.gradient import with_gradient
from equity.analysis.over_time import over_time
from equity.analysis.providers import funnel_caveats, with_funnel
from equity.analysis.represented import represented
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
    return with_gradient(replace(table, code=f"{what.code}-{code}"), own.set_of(code).code, what)


def access(own: Evidence, code: str) -> Iterable[Table]:
    """Everyone referred beside the residents, where the population has this characteristic."""
    people = own.population.for_set(code) if own.population else None
    if own.population is None or people is None:
        return
    numerator = own.counts(code, "referred")
    refuse_absent(numerator, people, own.wanted, own.population.name)
    table = compare(
        "access",
        numerator,
        people,
        reference=reference_at(level_for(numerator.set_code, people.set_code), own.wanted.reference),
        title=titled(measure("access"), code),
        place_name=own.source.title,
    )
    yield replace(table, code=f"access-{code}")
    title = titled(measure("representation"), code)
    yield replace(
        represented(numerator, people, title=title, place_name=own.source.title), code=f"representation-{code}"
    )


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
    table = tabulate(what, groups, np.array(x), np.array(n), set_code="", reference=NONE, place=name, period="")
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
    table = tabulate(what, groups, x, n, set_code="", reference=EVERYONE, place=own.source.title, period="")
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
