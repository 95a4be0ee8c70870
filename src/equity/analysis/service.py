"""Everything a service's own file can say: each measure by each characteristic, crossed, by place and over time."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np

from equity.analysis import words, workforce
from equity.analysis.compare import EVERYONE, NONE, Group, compare, in_words, number, tabulate
from equity.analysis.over_time import over_time
from equity.backends import duckdb_engine
from equity.backends.cells import Cells
from equity.backends.plan import Counter, Dimension, Plan
from equity.model import Count, Counts, Measure, Row, Series, Source, Table, caveat, measure, measures
from equity.problem import Problem
from equity.reading.aggregates import check_chain, read_counts
from equity.reading.files import OpenFile
from equity.reading.mapping import FileMapping
from equity.reading.populations import Population, absent_groups
from equity.stats import crossing, funnels, gradients, means, multiple, proportions
from equity.stats.normal import Draws
from equity.vocabulary import Unknown, category_set, characteristics, level_for

HALF = "case when month(date) between 4 and 9 then year(date) || ' Apr-Sep' when month(date) >= 10 then year(date) || '-' || right(cast(year(date) + 1 as varchar), 2) || ' Oct-Mar' else (year(date) - 1) || '-' || right(cast(year(date) as varchar), 2) || ' Oct-Mar' end"  # noqa: E501
PLACES = ("service", "provider", "area")
ALL = "n"
WORKFORCE = ("staff", "shortlisted")


@dataclass(frozen=True)
class Wanted:
    """What to make from a file. `together` are sets of characteristics to cross."""

    reference: str = EVERYONE
    together: tuple[tuple[str, ...], ...] = ()
    every_pair: bool = False
    over_time: bool = True
    by_place: bool = True
    keep_absent: bool = False


def analyse(
    file: OpenFile, mapping: FileMapping, *, population: Population | None = None, wanted: Wanted = Wanted()
) -> list[Table | Series]:
    """Tables and series of a checked file (`reading.checking.check` has made its table `coded`)."""
    source = Source(
        file.name, "", file.name, "", "", f"Own records: {file.name}.", mapping.rounded_to, is_published=False
    )
    if mapping.kind == "counts":
        return from_counts(file, mapping, population, wanted, source)
    cells = counted(file, mapping, wanted)
    found: list[Table | Series] = []
    for what in chain(mapping):
        for code in mapping.characteristics:
            found.append(by_characteristic(cells, mapping, what, code, source, wanted))
    found += [
        access_table(cells, mapping, population, code, source, wanted)
        for code in mapping.characteristics
        if population and population.for_set(code)
    ]
    found += [experience_table(cells, mapping, code, source) for code in mapping.characteristics if mapping.experience]
    others = [code for code in mapping.characteristics if code != "pay_band"]
    if mapping.pay:
        found += [workforce.pay_gap(file, mapping, code, source, wanted.reference) for code in others]
    if "pay_band" in mapping.characteristics:
        found += [workforce.band_shares(cells, mapping, code, source) for code in others]
    found += [completeness_at(cells, mapping, stage, source) for stage in (ALL, *mapping.stages)]
    for chosen in crossed(mapping, wanted):
        found += [together(cells, mapping, what, chosen, source) for what in chain(mapping)]
    if wanted.by_place:
        found += [
            by_place(cells, what, place, source)
            for what in chain(mapping)
            for place in PLACES
            if place in cells.plan.names
        ]
    if wanted.over_time and "half" in cells.plan.names:
        found += [
            series
            for what in chain(mapping)
            for code in mapping.characteristics
            if (series := by_half(cells, mapping, what, code, source, wanted))
        ]
    return found


def chain(mapping: FileMapping) -> list[Measure]:
    """The share measures whose two stages the file has; every row counts as referred when no column says so."""
    there = {*mapping.stages, *(() if any(stage in mapping.stages for stage in WORKFORCE) else ("referred",))}
    return [
        what
        for what in measures().values()
        if what.kind == "share" and what.numerator in there and what.denominator in there
    ]


def crossed(mapping: FileMapping, wanted: Wanted) -> list[tuple[str, ...]]:
    pairs = list(combinations(mapping.characteristics, 2)) if wanted.every_pair else []
    for chosen in wanted.together:
        if unknown := [code for code in chosen if code not in mapping.characteristics]:
            raise Problem(
                f"The file has no {unknown[0]!r} to put together. It has: {', '.join(mapping.characteristics)}."
            )
    return list(dict.fromkeys((*pairs, *wanted.together)))


def counted(file: OpenFile, mapping: FileMapping, wanted: Wanted) -> Cells:
    """All cells of the file in one plan. Persons are counted as different persons, exactly, in every cell."""
    dimensions = [Dimension(code, code) for code in mapping.characteristics]
    dimensions += [Dimension(place, place) for place in PLACES if value_of(mapping, place)]
    dimensions += [Dimension("half", HALF)] if mapping.date else []
    counters = [Counter(ALL, "true"), *(Counter(f"stage_{stage}", f"stage_{stage}") for stage in mapping.stages)]
    if mapping.experience:
        counters += [
            Counter("answers", "experience is not null"),
            Counter("score", "cast(round(experience * 1000) as bigint)", False),
            Counter("squares", "cast(round(experience * experience * 1000000) as bigint)", False),
        ]
    plan = Plan(
        tuple(dimensions),
        tuple(counters),
        tuple(groupings(mapping, wanted)),
        distinct="person" if mapping.count == "persons" else "",
    )
    return duckdb_engine.count(plan, source_rows(mapping), file.connection)


def value_of(mapping: FileMapping, place: str) -> str:
    return {"service": mapping.service, "provider": mapping.provider, "area": mapping.area}[place]


def groupings(mapping: FileMapping, wanted: Wanted) -> Iterable[frozenset[str]]:
    outer = [place for place in PLACES if value_of(mapping, place)] + (["half"] if mapping.date else [])
    ones = [frozenset({code}) for code in mapping.characteristics]
    many = [frozenset(chosen) for chosen in crossed(mapping, wanted)]
    if "pay_band" in mapping.characteristics:
        many += [frozenset({code, "pay_band"}) for code in mapping.characteristics if code != "pay_band"]
    return dict.fromkeys(
        [
            frozenset(),
            *ones,
            *many,
            *(frozenset({place}) for place in outer),
            *(one | {place} for one in ones for place in outer),
        ]
    )


def source_rows(mapping: FileMapping) -> str:
    """The rows to count: all of them, or each person's first in its half-year."""
    if mapping.count != "first":
        return "coded"
    return f"(select * from coded qualify row_number() over (partition by person, {HALF} order by date, row_number) = 1) as firsts"  # noqa: E501


def column(cells: Cells, stage: str) -> np.ndarray:
    name = ALL if stage in (ALL, "referred") and "stage_referred" not in cells.counts else f"stage_{stage}"
    return cells.counts[name].astype(float)


def as_counts(cells: Cells, code: str, set_code: str, stage: str, source: Source, period: str = "") -> Counts:
    counts = tuple(Count(key, value) for key, value in zip(cells.keys[code], column(cells, stage), strict=True))
    seen = {count.code for count in counts}
    nobody = tuple(Count(category, 0.0) for category in category_set(set_code).codes if category not in seen)
    return Counts(source.title, period, stage, set_code, (*counts, *nobody), source)


def by_characteristic(
    cells: Cells, mapping: FileMapping, what: Measure, code: str, source: Source, wanted: Wanted
) -> Table:
    part, set_code = cells.of(code), mapping.characteristics[code].set_code
    name = characteristics()[code].name
    reference = (
        wanted.reference
        if wanted.reference in (EVERYONE, "rest") or wanted.reference in category_set(set_code).codes
        else EVERYONE
    )
    table = compare(
        what,
        as_counts(part, code, set_code, what.numerator, source),
        as_counts(part, code, set_code, what.denominator, source),
        reference=reference,
        title=f"{what.question} By {name.lower()}",
        place_name=source.title,
    )
    return with_gradient(replace(table, code=f"{what.code}-{code}"), set_code, what)


def with_gradient(table: Table, set_code: str, what: Measure) -> Table:
    """Ordered groups get their gradient in words; groups without an order never do."""
    if not category_set(set_code).ordered:
        return table
    try:
        slope = gradient(table)
    except Problem:
        return table
    side = "higher" if slope.sii > 0 else "lower"
    clear = (
        ""
        if slope.sii_lower <= 0 <= slope.sii_upper
        else f" From the first group to the last it is {words.spoken(abs(slope.sii) * what.per)} {side} (95% interval {words.spoken(slope.sii_lower * what.per)} to {words.spoken(slope.sii_upper * what.per)})."  # noqa: E501
    )
    return replace(table, sentence=table.sentence + clear)


def gradient(table: Table) -> gradients.Gradient:
    """Slope index of inequality over ordered groups. Refuses groups that have no order, such as ethnic groups."""
    if not category_set(table.set_code).ordered:
        raise Problem(f"{category_set(table.set_code).name} has no order, so there is no gradient.")
    rows = [row for row in table.rows if row.x is not None and row.n]
    if len(rows) < 3:
        raise Problem("A gradient needs at least three groups with people in them.")
    x, n = np.array([row.x for row in rows], float), np.array([row.n for row in rows], float)
    low, high = proportions.wilson(x, n)
    return gradients.slope_index(x / n, (high - low) / (2 * 1.959963984540054), n, draws=Draws(20_000))


def access_table(
    cells: Cells, mapping: FileMapping, population: Population, code: str, source: Source, wanted: Wanted
) -> Table:
    set_code, people = mapping.characteristics[code].set_code, population.for_set(code)
    assert people is not None
    numerator = as_counts(cells.of(code), code, set_code, "referred", source)
    refuse_absent(numerator, people, wanted, population.name)
    what = measure("access")
    return replace(
        compare(
            what,
            numerator,
            people,
            title=f"{what.question} By {characteristics()[code].name.lower()}",
            place_name=source.title,
        ),
        code=f"access-{code}",
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


def experience_table(cells: Cells, mapping: FileMapping, code: str, source: Source) -> Table:
    """Mean scores by group, with Student's t interval."""
    part, set_code, what = cells.of(code), mapping.characteristics[code].set_code, measure("experience")
    place = {key: i for i, key in enumerate(part.keys[code])}
    rows, groups = [], category_set(set_code)
    n, total, squares = (part.counts[name].astype(float) for name in ("answers", "score", "squares"))
    wide, wider = (means.mean_from_sums(n, total / 1000, squares / 1e6, confidence=level) for level in (0.95, 0.998))
    everyone = float(total.sum() / 1000 / n.sum()) if n.sum() else None
    blank = tabulate(
        what,
        [Group(((code, c, groups.label(c)),), groups.label(c), groups.category(c).broad) for c in groups.codes],
        np.zeros(len(groups)),
        np.zeros(len(groups)),
        set_code=set_code,
        reference=NONE,
        place=source.title,
        period="",
    )
    for row in blank.rows:
        i = place.get(row.groups[0][1])
        if i is None or n[i] == 0:
            rows.append(replace(row, n=0.0, x=None, reason="Nobody of this group answered."))
            continue
        reason = "Too few answers for an interval." if n[i] < 5 else ""
        low, high, lower, higher = (
            None if n[i] < 5 else number(side[i]) for side in (wide.lower, wide.upper, wider.lower, wider.upper)
        )
        rows.append(
            replace(
                row,
                n=float(n[i]),
                x=None,
                value=number(wide.value[i]),
                reason=reason,
                lower95=low,
                upper95=high,
                lower998=lower,
                upper998=higher,
            )
        )
    said = f"The mean score is {words.spoken(everyone)}." if everyone is not None else "Nobody answered."
    return replace(
        blank,
        code=f"experience-{code}",
        title=f"{what.question} By {characteristics()[code].name.lower()}",
        rows=tuple(rows),
        reference_value=everyone,
        sentence=said,
        caveats=tuple(caveat(name) for name in what.caveats),
        sources=(source.line,),
    )


def completeness_at(cells: Cells, mapping: FileMapping, stage: str, source: Source) -> Table:
    """Known answers of each characteristic among the people at one stage."""
    what, groups, x, n = measure("completeness"), [], [], []
    for code in mapping.characteristics:
        part = cells.of(code)
        count = column(part, stage)
        known = ~np.isin(part.keys[code].astype(str), [str(kind) for kind in Unknown])
        groups.append(Group(((code, code, characteristics()[code].name),), characteristics()[code].name))
        x.append(count[known].sum())
        n.append(count.sum())
    table = tabulate(what, groups, np.array(x), np.array(n), set_code="", reference=NONE, place=source.title, period="")
    where = "among everyone" if stage == ALL else f"among people {stage.replace('_', ' ')}"
    worded = words.worded(
        table,
        what,
        title=f"What is written down, {where}",
        place_name=source.title,
        caveats=(caveat("definition_changes"),),
        sources=(source.line,),
    )
    return replace(worded, code=f"completeness-{stage}")


def together(cells: Cells, mapping: FileMapping, what: Measure, chosen: Sequence[str], source: Source) -> Table:
    """Characteristics crossed. For two, each cell's excess over what the two alone would give, with its interval."""
    part = cells.of(*chosen)
    sets = [category_set(mapping.characteristics[code].set_code) for code in chosen]
    shape = tuple(len(found) for found in sets)
    x, n = np.zeros(shape), np.zeros(shape)
    for *keys, top, bottom in zip(
        *(part.keys[code] for code in chosen), column(part, what.numerator), column(part, what.denominator), strict=True
    ):
        if all(key in found.codes for key, found in zip(keys, sets, strict=True)):
            where = tuple(found.codes.index(key) for key, found in zip(keys, sets, strict=True))
            x[where], n[where] = top, bottom
    groups = [
        Group(
            tuple((code, c.code, c.label) for code, c in zip(chosen, cell, strict=True)),
            " and ".join(c.label for c in cell),
            cell[0].label,
        )
        for cell in product(*sets)
    ]
    table = tabulate(what, groups, x.ravel(), n.ravel(), set_code="", reference=EVERYONE, place=source.title, period="")
    names = words.listed([characteristics()[code].name.lower() for code in chosen])
    caveats: tuple[str, ...] = (caveat("not_why"), caveat("many", count=len(groups)))
    if len(chosen) == 2:
        table = with_excess(table, crossing.excess_over_additive(x, n), what)
        caveats = (
            *caveats,
            f"The difference shown is what is left after {names} have each had their own effect (95% interval by drawing the counts again).",  # noqa: E501
        )
    worded = words.worded(
        replace(table, rows=tuple(row for row in table.rows if row.n)),
        what,
        title=f"{what.question} By {names} together",
        place_name=source.title,
        caveats=caveats,
        sources=(source.line,),
    )
    return replace(worded, code=f"{what.code}-{'-x-'.join(chosen)}")


def with_excess(table: Table, excess: crossing.Excess, what: Measure) -> Table:
    p = multiple.benjamini_hochberg(excess.p.ravel())
    flat = {name: getattr(excess, name).ravel() for name in ("expected", "excess", "lower", "upper", "p")}
    rows: list[Row] = []
    for i, row in enumerate(table.rows):
        said = in_words(flat["excess"][i], 0.0, p[i], own=False)
        rows.append(
            replace(
                row,
                reference="what the two alone would give",
                difference=number(flat["excess"][i] * what.per),
                difference_lower95=number(flat["lower"][i] * what.per),
                difference_upper95=number(flat["upper"][i] * what.per),
                p=number(flat["p"][i]),
                p_adjusted=number(p[i]),
                compared=said,
                people_missing=number(-flat["excess"][i] * (row.n or 0)),
            )
        )
    return replace(table, rows=tuple(rows))


def by_place(cells: Cells, what: Measure, place: str, source: Source) -> Table:
    """Services, providers or areas beside everyone together, with a check for differences beyond chance."""
    part = cells.of(place)
    order = np.argsort(part.keys[place].astype(str))
    x, n = column(part, what.numerator)[order], column(part, what.denominator)[order]
    groups = [Group(((place, str(key), str(key)),), str(key)) for key in part.keys[place][order]]
    table = tabulate(what, groups, x, n, set_code="", reference=EVERYONE, place=source.title, period="")
    caveats = [caveat("not_why")]
    usable = (n > 0) & (x <= n)
    if usable.sum() > 4 and 0 < x[usable].sum() < n[usable].sum():
        spread = funnels.overdispersion(x[usable], n[usable])
        if spread.is_clear:
            caveats.append(
                f"These {place}s differ by more than chance (overdispersion {words.spoken(spread.phi)}), so most will look different from the average."  # noqa: E501
            )
    worded = words.worded(
        table,
        what,
        title=f"{what.question} By {place}",
        place_name=source.title,
        caveats=tuple(caveats),
        sources=(source.line,),
    )
    return replace(worded, code=f"{what.code}-by-{place}")


def by_half(
    cells: Cells, mapping: FileMapping, what: Measure, code: str, source: Source, wanted: Wanted
) -> Series | None:
    part, set_code = cells.of(code, "half"), mapping.characteristics[code].set_code
    halves = sorted({str(half) for half in part.keys["half"]}, key=lambda half: (half[:4], "Oct" in half))
    if len(halves) < 2:
        return None
    tables = []
    for half in halves:
        kept = part.keys["half"] == half
        one = Cells(
            part.plan,
            part.grouping[kept],
            {k: v[kept] for k, v in part.keys.items()},
            {k: v[kept] for k, v in part.counts.items()},
        )
        tables.append(
            compare(
                what,
                as_counts(one, code, set_code, what.numerator, source, half),
                as_counts(one, code, set_code, what.denominator, source, half),
                place_name=source.title,
            )
        )
    made = over_time(tables, title=f"{what.question} By {characteristics()[code].name.lower()}, each half-year")
    return replace(made, code=f"{what.code}-{code}-over-time", is_published=False)


def from_counts(
    file: OpenFile, mapping: FileMapping, population: Population | None, wanted: Wanted, source: Source
) -> list[Table | Series]:
    """Tables from ready-made counts."""
    found: list[Table | Series] = []
    pairs = [
        what
        for what in measures().values()
        if what.kind == "share" and what.numerator in mapping.stages and what.denominator in mapping.stages
    ]
    for what in pairs:
        check_chain(file, mapping, what.numerator, what.denominator)
        for code in mapping.characteristics:
            top, bottom = (
                read_counts(file, mapping, code, stage, source) for stage in (what.numerator, what.denominator)
            )
            found.append(
                replace(
                    compare(
                        what,
                        top,
                        bottom,
                        reference=EVERYONE,
                        title=f"{what.question} By {characteristics()[code].name.lower()}",
                        place_name=file.name,
                    ),
                    code=f"{what.code}-{code}",
                )
            )
    for code in mapping.characteristics:
        stage = next((name for name in ("referred", "users", "detained") if name in mapping.stages), "")
        people = (
            read_counts(file, mapping, code, "population", source)
            if "population" in mapping.stages
            else population.for_set(code)
            if population
            else None
        )
        if stage and people is not None:
            numerator = read_counts(file, mapping, code, stage, source)
            refuse_absent(numerator, people, wanted, people.source.title)
            what = measure("detention" if stage == "detained" else "access")
            found.append(
                replace(
                    compare(
                        what,
                        numerator,
                        people,
                        title=f"{what.question} By {characteristics()[code].name.lower()}",
                        place_name=file.name,
                    ),
                    code=f"{what.code}-{code}",
                )
            )
    return found
