"""
What can be said of a person's own file without giving anybody away.

Every figure, interval, p-value and sentence here is worked out from released counts, as anybody could work them out who
has those. So nothing in them, and nothing drawn from them, can tell more than the counts do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from equity.analysis import words
from equity.analysis.compare import EVERYONE, NONE, REST, Frame, Group, compare, tabulate
from equity.analysis.counting import ALL, REACHED, Wanted, as_counted, chain, reached_in, rows_are
from equity.analysis.cuts import refuse_absent
from equity.analysis.gradient import with_gradient
from equity.analysis.over_time import over_time
from equity.analysis.passed import Own, held_even, rate_held_even
from equity.analysis.providers import funnel_caveats, with_funnel
from equity.analysis.releasing import (
    HALF,
    KNOWN,
    UNKNOWN,
    Cut,
    cut_in_words,
    together,
)
from equity.disclosure.release import Released, ShownCount
from equity.disclosure.results import Shareable, worked_out_from
from equity.disclosure.rules import Rule
from equity.disclosure.table import TOTAL, Labels
from equity.model import Count, Counts, Measure, Row, State, Table, caveat, measure, measures
from equity.reading.mapping import FileMapping
from equity.reading.populations import Population
from equity.vocabulary import Unknown, category_set, characteristics

NUMERATORS = 5
HIDDEN = "Hidden, so that nobody can be picked out."
PARTLY_HIDDEN = "Part of this group is hidden, so this is too low."
TOO_FEW = "Too few people to work out a figure."
NO_GROUP, NO_SHOWN_GROUP = "No group is clearly different", "No group that can be shown is clearly different"
PUBLISHERS = "The publisher "
LEFT_ALONE = "Groups with a hidden number are left out of everyone together."
UNKNOWN_HIDDEN = "How many people have no known answer is too small a number to show."


def shareable(own: Own, population: Population | None, wanted: Wanted) -> Iterator[Shareable]:
    codes = list(own.mapping.characteristics)
    shares = [what for what in shares_of(own) if own.stage(what.numerator) in own.tallies.stages]
    for what, code in product(shares, codes):
        yield from by_characteristic(own, what, code, wanted)
    for code in codes:
        yield from access(own, population, code, wanted)
    if own.mapping.kind == "rows":
        for stage in own.tallies.stages:
            yield from completeness_at(own, stage)
    for cut in own.tallies.cuts():
        if cut.is_crossed or cut.axes[0] not in codes:
            for what in shares:
                yield from by_cut(own, what, cut)
    for what, code in product(shares, codes):
        yield from by_half(own, what, code)


def shares_of(own: Own) -> list[Measure]:
    if own.mapping.kind == "rows":
        return chain(own.mapping)
    there = own.tallies.stages
    return [w for w in measures().values() if w.kind == "share" and w.numerator in there and w.denominator in there]


def both(own: Own, what: Measure, axes: tuple[str, ...]) -> tuple[Released, Released] | None:
    top, bottom = (own.releases.of(axes, own.stage(stage)) for stage in (what.numerator, what.denominator))
    return (top, bottom) if top and bottom else None


def by_characteristic(own: Own, what: Measure, code: str, wanted: Wanted) -> Iterator[Shareable]:
    pair = both(own, what, (code,))
    if pair is None:
        return
    top, bottom = pair
    set_code = own.set_of(code)
    known = (EVERYONE, REST, *category_set(set_code).codes)
    table = compare(
        what,
        counts_of(own, top, code, what.numerator, for_figures=True),
        counts_of(own, bottom, code, what.denominator),
        reference=wanted.reference if wanted.reference in known else EVERYONE,
        title=f"{what.question} By {characteristics()[code].name.lower()}",
        place_name=own.name,
    )
    table = with_gradient(replace(table, code=f"{what.code}-{code}"), set_code, what)
    table, behind = held_even(own, table, what, code)
    yield worked_out_from(
        (*pair, *behind), in_full(own, table, top, bottom, coarser(own, what, table, top, bottom))
    )  # fmt: skip


def counts_of(
    own: Own, released: Released, code: str, stage: str, *, half: str = "", for_figures: bool = False
) -> Counts:
    """Released counts as the statistics take them: hidden ones are not known."""
    found = category_set(own.set_of(code))
    there = set(released.dimensions[0].leaves)
    counts = [one_count(released, one, half, for_figures) for one in found.codes if one in there]
    unknown = shown_at(released, UNKNOWN, half)
    counts += [Count(str(Unknown.NOT_KNOWN), float(unknown.value))] if unknown and unknown.value is not None else []
    return Counts(own.name, half, stage, found.code, tuple(counts), own.source)


def one_count(released: Released, label: str, half: str, for_figures: bool) -> Count:
    shown = shown_at(released, label, half)
    usable = shown is not None and (is_enough(shown, released.rule) if for_figures else not shown.is_hidden)
    if shown is None or shown.value is None or not usable:
        return Count(label, None, State.SUPPRESSED)
    return Count(label, float(shown.value))


def is_enough(shown: ShownCount, rule: Rule) -> bool:
    """Five counts would be printed the same, so a figure of it leaves five possible. Exact counts are exact anyway."""
    if shown.value is None or shown.high is None:
        return False
    return rule.is_exact or shown.high - shown.low + 1 >= NUMERATORS


def shown_at(released: Released, label: str, half: str = "") -> ShownCount | None:
    """The number for one label, with every other dimension at its total."""
    rest = [half if half and one.name == HALF else TOTAL for one in released.dimensions[1:]]
    labels: Labels = (label, *rest)
    return released.count(labels) if labels in released.table.shown else None


def in_full(own: Own, table: Table, top: Released, bottom: Released | None, more: str = "", half: str = "") -> Table:
    """The table with what is shown beside each figure, and with our words in place of a publisher's."""
    rows = tuple(
        finished(row, shown_row(top, row, half), shown_row(bottom, row, half) if bottom else None) for row in table.rows
    )
    said = [one for one in table.caveats if not one.startswith(PUBLISHERS)]
    said.append(own.releases.rule.says)
    if any(row.suppressed for row in rows):
        said.append(LEFT_ALONE)
    if unknown_is_hidden(bottom or top):
        said.append(UNKNOWN_HIDDEN)
    sentence = (
        table.sentence.replace(NO_GROUP, NO_SHOWN_GROUP) if any(row.suppressed for row in rows) else table.sentence
    )
    return replace(table, rows=rows, caveats=tuple(said), sentence=" ".join(part for part in (sentence, more) if part))


def shown_row(released: Released, row: Row, half: str) -> ShownCount | None:
    codes = [group[1] for group in row.groups]
    rest = [half if half and one.name == HALF else TOTAL for one in released.dimensions[len(codes) :]]
    labels = (*codes, *rest)
    return released.count(labels) if labels in released.table.shown else None


def finished(row: Row, x: ShownCount | None, n: ShownCount | None) -> Row:
    """A hidden number is not known; a number too small to work with is shown without a figure."""
    if x is None:
        return row
    value = None if x.value is None else float(x.value)
    below = row.n if n is None else None if n.value is None else float(n.value)
    hidden = x.is_hidden or (n is not None and n.is_hidden)
    reason = HIDDEN if hidden else TOO_FEW if row.suppressed else row.reason
    return replace(row, x=value, n=below, suppressed=hidden, reason=reason)


def unknown_is_hidden(released: Released) -> bool:
    unknown = shown_at(released, UNKNOWN)
    return unknown is not None and unknown.is_hidden


KEPT_BACK = "hidden, so that nobody can be picked out"  # not "too few": larger groups keep small ones company


def coarser(own: Own, what: Measure, table: Table, top: Released, bottom: Released | None) -> str:
    """Groups that are hidden are spoken of together with those beside them in their broad group."""
    hidden = [row for row in table.rows if row.value is None and row.suppressed]
    if not hidden:
        return ""
    each = [
        (members, in_broad_group(own, what, table, top, bottom, broad, members)) for broad, members in by_broad(hidden)
    ]
    said = [told for _, told in each if told]
    alone = [row for members, told in each if not told for row in members]
    if alone:
        names = words.capital(words.listed([words.full_label(row) for row in alone]))
        said.append(f"{names}: {KEPT_BACK}, and in no wider group that can be shown.{beside(table)}")
    return " ".join(said)


def by_broad(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    return [(broad, [row for row in rows if row.broad == broad]) for broad in dict.fromkeys(row.broad for row in rows)]


def in_broad_group(
    own: Own, what: Measure, table: Table, top: Released, bottom: Released | None, broad: str, members: list[Row]
) -> str:
    names = words.listed([words.full_label(row) for row in members])
    broads = broad_table(own, what, table, top, bottom) if broad else None
    row = next((row for row in broads.rows if row.label == broad), None) if broads else None
    if broads is None or row is None or row.value is None:
        return ""
    figures = f"{words.spoken(row.value)} beside {words.spoken(broads.reference_value)} for everyone together"
    opening = f"{words.capital(names)}: {KEPT_BACK}. For the wider group {broad} the difference is"
    if row.compared in ("about the same", "not comparable"):
        return f"{opening} not distinguishable from chance ({figures})."
    return f"{opening} distinguishable: it is {row.compared} ({figures})."


def beside(table: Table) -> str:
    """What can still be said: how those who are shown are doing. The figure for everyone together is theirs alone."""
    if table.reference != EVERYONE or table.reference_value is None:
        return ""
    return f" All others together: {words.spoken(table.reference_value)}. Whether there is a difference cannot be said."


def in_each(cut: Cut, table: Table) -> str:
    """Crossed groups and places have no wider group here. Crossed ones are in the tables of each characteristic."""
    hidden = sum(row.value is None and row.suppressed for row in table.rows)
    if not hidden:
        return ""
    said = f"{words.capital(KEPT_BACK)}: {hidden} of these {len(table.rows)}."
    return f"{said} Each characteristic by itself says more of them." if cut.is_crossed else f"{said}{beside(table)}"


def broad_table(own: Own, what: Measure, table: Table, top: Released, bottom: Released | None) -> Table | None:
    """The same measure by broad group, beside everyone of a known group."""
    broads = [broad for broad in dict.fromkeys(row.broad for row in table.rows) if broad]
    if len(broads) < 2:
        return None
    groups = [Group(((table.rows[0].groups[0][0], broad, broad),), broad) for broad in broads]
    alone = {broad: [row.groups[0][1] for row in table.rows if row.broad == broad] for broad in broads}
    label = {
        broad: together(broad) if together(broad) in top.dimensions[0].labels else alone[broad][0] for broad in broads
    }
    x = np.array([figure_of(shown_at(top, label[broad]), own.releases.rule) for broad in broads])
    n = np.array([
        figure_of(shown_at(bottom, label[broad]), own.releases.rule)
        if bottom
        else sum(row.n or 0 for row in table.rows if row.broad == broad)
        for broad in broads
    ])  # fmt: skip
    return tabulate(what, groups, x, n, Frame(own.name))


def figure_of(shown: ShownCount | None, rule: Rule) -> float:
    return float(shown.value) if shown and shown.value is not None and is_enough(shown, rule) else np.nan


def access(own: Own, population: Population | None, code: str, wanted: Wanted) -> Iterator[Shareable]:
    """People reached, beside residents. How many live somewhere is public."""
    people = population.for_set(code) if population else None
    stage = reached_in(own.mapping.stages)
    released = own.releases.of((code,), own.stage(stage))
    is_reached = stage in (*own.mapping.stages, *rows_are(own.mapping))
    if population is None or people is None or released is None or not is_reached:
        return
    numerator = counts_of(own, released, code, stage, for_figures=True)
    refuse_absent(numerator, people, wanted, people.source.title)
    what = as_counted(measure(REACHED[stage]), own.mapping)
    table = compare(
        what, numerator, people, title=f"{what.question} By {characteristics()[code].name.lower()}", place_name=own.name
    )
    if table.set_code != numerator.set_code:
        yield worked_out_from([released], joined_coarser(own, table))
        return
    table = with_gradient(replace(table, code=f"{what.code}-{code}"), table.set_code, what)
    table, behind = rate_held_even(own, table, what, code, population)
    yield worked_out_from(
        [released, *behind], in_full(own, table, released, None, coarser(own, what, table, released, None))
    )


def joined_coarser(own: Own, table: Table) -> Table:
    """Categories added up to the level that the population has: sums of shown numbers, too low where one is hidden."""
    said = tuple(one for one in table.caveats if not one.startswith(PUBLISHERS))
    rows = tuple(replace(row, reason=in_our_words(row)) for row in table.rows)
    return replace(table, rows=rows, caveats=(*said, own.releases.rule.says, LEFT_ALONE))


def in_our_words(row: Row) -> str:
    if row.suppressed:
        return HIDDEN
    return PARTLY_HIDDEN if "hidden by the publisher" in row.reason else row.reason


def completeness_at(own: Own, stage: str) -> Iterator[Shareable]:
    """Known answers of each characteristic among the people at one stage."""
    what, rule = measure("completeness"), own.releases.rule
    held = {code: found for code in own.mapping.characteristics if (found := own.releases.of((code,), stage))}
    if not held:
        return
    groups = [
        Group(
            ((code, code, characteristics()[code].name),),
            characteristics()[code].name,
            state=state_of(shown_at(one, KNOWN)),
        )
        for code, one in held.items()
    ]
    x = np.array([figure_of(shown_at(one, KNOWN), rule) for one in held.values()])
    n = np.array([figure_of(shown_at(one, TOTAL), rule) for one in held.values()])
    x = np.where(x > n, n, x)  # each was rounded by itself
    table = tabulate(what, groups, x, n, Frame(own.name, reference=NONE))
    people = "staff" if stage == "staff" else f"people {stage.replace('_', ' ')}"
    where = "among everyone" if stage == ALL else f"among {people}"
    table = words.worded(
        table,
        what,
        title=f"What is written down, {where}",
        place_name=own.name,
        caveats=(caveat("definition_changes"), rule.says),
        sources=(own.source.line,),
    )
    rows = tuple(replace(row, reason=HIDDEN if row.suppressed else row.reason) for row in table.rows)
    yield worked_out_from(list(held.values()), replace(table, code=f"completeness-{stage}", rows=rows))


def state_of(shown: ShownCount | None) -> State:
    return State.SUPPRESSED if shown is None or shown.is_hidden else State.COUNTED


def by_cut(own: Own, what: Measure, cut: Cut) -> Iterator[Shareable]:
    """Characteristics crossed, or services, providers and areas beside each other."""
    pair = both(own, what, cut.axes)
    if pair is None:
        return
    top, bottom = pair
    labels = list(product(*(leaves(own, top, place) for place in range(len(cut.axes)))))
    groups = [group_of(own, cut, cell, top) for cell in labels]
    rule = own.releases.rule
    x = np.array([figure_of(top.count(cell), rule) for cell in labels])
    n = np.array(
        [np.nan if bottom.count(cell).value is None else float(bottom.count(cell).value or 0) for cell in labels]
    )
    table = tabulate(what, groups, x, n, Frame(own.name))
    table = table if cut.is_crossed else with_funnel(table)
    names = cut_in_words(cut)
    table = words.worded(
        table,
        what,
        title=f"{what.question} By {names}{' together' if cut.is_crossed else ''}",
        place_name=own.name,
        caveats=(caveat("not_why"), caveat("many", count=len(groups)), *funnel_caveats(table)),
        sources=(own.source.line,),
    )
    code = f"{what.code}-{'-x-'.join(cut.axes)}" if cut.is_crossed else f"{what.code}-by-{cut.axes[0]}"
    yield worked_out_from(pair, in_full(own, replace(table, code=code), top, bottom, in_each(cut, table)))


def leaves(own: Own, released: Released, place: int) -> list[str]:
    return [leaf for leaf in released.dimensions[place].leaves if leaf != UNKNOWN]


def group_of(own: Own, cut: Cut, cell: Labels, top: Released) -> Group:
    named = [label_for(own, axis, code) for axis, code in zip(cut.axes, cell, strict=True)]
    hidden = top.count(cell).value is None or not is_enough(top.count(cell), own.releases.rule)
    state = State.SUPPRESSED if hidden else State.COUNTED
    broad = named[0] if cut.is_crossed else ""
    return Group(tuple(zip(cut.axes, cell, named, strict=True)), " and ".join(named), broad, state)


def label_for(own: Own, axis: str, code: str) -> str:
    return category_set(own.set_of(axis)).label(code) if axis in own.mapping.characteristics else code


def by_half(own: Own, what: Measure, code: str) -> Iterator[Shareable]:
    pair = both(own, what, (code,))
    if pair is None or any(one.dimensions[-1].name != HALF for one in pair):
        return
    top, bottom = pair
    tables = [half_table(own, what, code, top, bottom, half) for half in top.dimensions[-1].leaves]
    made = over_time(tables, title=f"{what.question} By {characteristics()[code].name.lower()}, each half-year")
    yield worked_out_from(pair, replace(made, code=f"{what.code}-{code}-over-time", is_published=False))


def half_table(own: Own, what: Measure, code: str, top: Released, bottom: Released, half: str) -> Table:
    table = compare(
        what,
        counts_of(own, top, code, what.numerator, half=half, for_figures=True),
        counts_of(own, bottom, code, what.denominator, half=half),
        place_name=own.name,
    )
    return in_full(own, table, top, bottom, half=half)


NOT_SHARED: Mapping[str, str] = {
    "experience": "mean scores",
    "pay": "pay gaps",
    "pay_band": "shares of each pay band",
}


def not_shared(mapping: FileMapping) -> list[str]:
    """Results that are not worked out from counts alone."""
    there = {
        "experience": bool(mapping.experience),
        "pay": bool(mapping.pay),
        "pay_band": "pay_band" in mapping.characteristics,
    }
    found = [words for name, words in NOT_SHARED.items() if there[name]]
    if mapping.date and mapping.count == "persons":
        found.append("half-years, in which the same person can be counted twice")
    return found
