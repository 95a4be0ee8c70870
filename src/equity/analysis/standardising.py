"""Groups beside each other as if they were of one age (and sex): standardised rates, and ratios within strata."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from equity.analysis import words
from equity.analysis.compare import EVERYONE, REST, Array, number
from equity.model import Measure, Row, Table, caveat
from equity.stats import standardised, strata
from equity.vocabulary import VocabularyError, category_set, level_for, mapping

AGE, SEX = "age", "sex"
LEVELS = ((0.95, "95"), (0.998, "998"))
NO_AGE = "these groups were not counted together with ages"
NO_AGES_OF_RESIDENTS = "the population does not say how old the people of each group are"
EVEN = {(AGE,): "age", (AGE, SEX): "age and sex"}


@dataclass(frozen=True)
class Crossed:
    """People of one stage by the sets of several characteristics: first the groups, then what is held even.

    `counts` has an axis for each set, its categories in their order; nan where a count is hidden. `everyone` is the
    same over all known groups.
    """

    sets: tuple[str, ...]
    counts: Array
    everyone: Array

    def at(self, sets: Sequence[str]) -> "Crossed":
        """The same people in coarser sets."""
        counts, everyone = self.counts, self.everyone
        for axis, (given, wanted) in enumerate(zip(self.sets, sets, strict=True)):
            counts = joined(counts, axis, given, wanted)
            everyone = joined(everyone, axis - 1, given, wanted) if axis else everyone
        return Crossed(tuple(sets), counts, everyone)


def crossed_of(sets: Sequence[str], found: Mapping[tuple[str, ...], float]) -> Crossed:
    """Counts by their codes as an array. People of whom an answer is not known are left out."""
    places = [{code: place for place, code in enumerate(category_set(one).codes)} for one in sets]
    counts = np.zeros([len(one) for one in places])
    for codes, count in found.items():
        where = tuple(place.get(code) for place, code in zip(places, codes, strict=True))
        if None not in where:
            counts[where] += count
    return Crossed(tuple(sets), counts, counts.sum(axis=0))


def joined(counts: Array, axis: int, given: str, wanted: str) -> Array:
    way = mapping(given, wanted)
    assert way is not None
    codes = category_set(wanted).codes
    into = [codes.index(way[code]) for code in category_set(given).codes]
    shape = (len(codes), *np.delete(counts.shape, axis))
    found = np.zeros(shape)
    np.add.at(found, into, np.moveaxis(counts, axis, 0))
    return np.moveaxis(found, 0, axis)


def strata_for(code: str, there: Sequence[str] | Mapping[str, object]) -> tuple[str, ...]:
    """What can be held even for a characteristic: age, and sex too where it is known."""
    if code == AGE or AGE not in there:
        return ()
    return (AGE, SEX) if SEX in there and code != SEX else (AGE,)


def with_standardised(table: Table, what: Measure, top: Crossed, bottom: Crossed, *, among: str = "") -> Table:
    """Each row's standardised figures beside its crude ones, and what is left of the differences.

    A rate is standardised directly to everyone `among` whom it was counted, and set beside what everyone's (or the
    reference group's) rates would give. A share gets the ratio to the rest (or the reference group) within strata.
    Promises: the crude figures stay as they are; nothing where a stratum's count is hidden.
    """
    try:
        sets = [level_for(*pair) for pair in zip(top.sets, bottom.sets, strict=True)]
    except VocabularyError:
        return with_reason(table, "the two count ages in bands that do not fit together")
    held = EVEN[tuple(category_set(one).characteristic for one in sets[1:])]
    sides = Sides.of(table, top.at([table.set_code, *sets[1:]]), bottom.at([table.set_code, *sets[1:]]))
    made = rate_figures if what.kind == "rate" else ratio_within
    rows = tuple(
        row if row.value is None or row.groups[0][1] == table.reference else with_figures(row, made(sides, place, what))
        for place, row in enumerate(table.rows)
    )
    if all(row.standardised_ratio is None for row in rows):
        return with_reason(table, f"too few numbers by {held} are known, or can be shown")
    to = f"{held}, {among}" if what.kind == "rate" else f"{held}, beside {sides.beside}"
    rows = tuple(row if row.standardised_ratio is None else replace(row, standardised_to=to) for row in rows)
    said = (*table.caveats, *notes(table, what, sides, held, among))
    return replace(table, rows=rows, sentence=table.sentence + what_is_left(rows, held), caveats=said)


def notes(table: Table, what: Measure, sides: "Sides", held: str, among: str) -> list[str]:
    """How it was done, and of whom it leaves out because their age (or sex) is not known."""
    if what.kind == "rate":
        rates = "everyone's rates" if sides.reference is None else f"the rates of {sides.beside}"
        said, known = [caveat("standardised", held=held, among=among, rates=rates)], sides.x.sum()
        counted = sum(row.x or 0 for row in table.rows)
    else:
        said, known = [caveat("within_strata", held=held, beside=sides.beside)], sides.n.sum()
        counted = sum(row.n or 0 for row in table.rows)
    share = 100 * (1 - known / counted) if counted else 0.0
    return [*said, caveat("strata_unknown", share=words.spoken(share), held=held)] if share >= 1 else said


def with_reason(table: Table, why: str) -> Table:
    """The one sentence that says why there is no standardised figure."""
    return replace(table, caveats=(*table.caveats, caveat("not_standardised", why=why)))


@dataclass(frozen=True)
class Sides:
    """Counted and out of, a row for each group and a column for each stratum that anybody is in; and all groups."""

    x: Array
    n: Array
    all_x: Array
    all_n: Array
    reference: int | None
    beside: str

    @classmethod
    def of(cls, table: Table, top: Crossed, bottom: Crossed) -> "Sides":
        groups = len(table.rows)
        x, n = (side.counts.reshape(groups, -1) for side in (top, bottom))
        all_x, all_n = top.everyone.ravel(), bottom.everyone.ravel()
        kept = ~((all_n == 0) & (all_x == 0))
        codes = [row.groups[0][1] for row in table.rows]
        reference = codes.index(table.reference) if table.reference in codes else None
        beside = "everyone else" if table.reference in (EVERYONE, REST) else words.reference_words(table)
        return cls(x[:, kept], n[:, kept], all_x[kept], all_n[kept], reference, beside)


def rate_figures(sides: Sides, place: int, what: Measure) -> dict[str, float]:
    """Direct rate, to everyone; and observed over expected at everyone's or the reference group's rates."""
    x, n = sides.x[place], sides.n[place]
    over, below = (sides.all_x, sides.all_n) if sides.reference is None else (sides.x[sides.reference], sides.n[sides.reference])  # fmt: skip  # noqa: E501
    if np.isnan([*x, *n, *over, *below]).any() or not n.any() or not below[n > 0].all():
        return {}
    rates = np.divide(over, below, out=np.zeros_like(over), where=below > 0)
    found: dict[str, float] = {}
    for confidence, name in LEVELS:
        direct = standardised.direct(x, n, sides.all_n, per=what.per, confidence=confidence)
        ratio = standardised.indirect(x, n, rates, confidence=confidence)
        found |= limits("standardised", name, direct) | limits("standardised_ratio", name, ratio)
    return found


def ratio_within(sides: Sides, place: int, what: Measure) -> dict[str, float]:
    """Mantel-Haenszel risk ratio to the rest, or to the reference group, of the same age (and sex)."""
    x, n = sides.x[place], sides.n[place]
    if sides.reference is None:
        x0, n0 = sides.all_x - x, sides.all_n - n
    else:
        x0, n0 = sides.x[sides.reference], sides.n[sides.reference]
    if np.isnan([*x, *n, *x0, *n0]).any() or (x > n).any():
        return {}
    n0 = np.maximum(n0, 0)
    x0 = np.clip(x0, 0, n0)  # rounded by themselves, parts can be more than their whole
    both = (n > 0) & (n0 > 0)
    if not (x[both].any() and x0[both].any()):
        return {}
    found: dict[str, float] = {}
    for confidence, name in LEVELS:
        ratio = strata.mantel_haenszel_risk(x[both], n[both], x0[both], n0[both], confidence=confidence)
        found |= limits("standardised_ratio", name, ratio)
    return found


def limits(of: str, name: str, found: standardised.Standardised | strata.Ratio) -> dict[str, float]:
    return {of: found.value, f"{of}_lower{name}": found.lower, f"{of}_upper{name}": found.upper}


def with_figures(row: Row, found: Mapping[str, float]) -> Row:
    return replace(row, **{name: number(value) for name, value in found.items()})  # type: ignore[arg-type]


def what_is_left(rows: Sequence[Row], held: str) -> str:
    """Which of the clear differences are still there between people of the same age (and sex), and which are not."""
    clear = [row for row in rows if row.standardised_ratio is not None and row.compared in words.LOWER + words.HIGHER]
    sides = []
    for side, standing in (("lower", words.LOWER), ("higher", words.HIGHER)):
        still = [row for row in clear if row.compared in standing and is_still(row)]
        named = [f"{words.full_label(row)} ({words.spoken(row.standardised_ratio, 2)} times)" for row in still]
        sides += [f"still {side} for {words.listed(named)}"] if still else []
    said = f" Between people of the same {held} it is {', and '.join(sides)}." if sides else ""
    gone = [words.full_label(row) for row in clear if not is_still(row)]
    return said + (
        f" Between people of the same {held} nothing clear is left for {words.listed(gone)}." if gone else ""
    )


def is_still(row: Row) -> bool:
    if row.compared in words.LOWER:
        return row.standardised_ratio_upper95 is not None and row.standardised_ratio_upper95 < 1
    return row.standardised_ratio_lower95 is not None and row.standardised_ratio_lower95 > 1
