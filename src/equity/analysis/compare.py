"""One measure by group: values, intervals, the comparison with a reference, and what stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from equity.analysis import words
from equity.model import Compared, Counts, Measure, Row, Source, State, Table, measure
from equity.stats import comparisons, doubt, multiple, proportions, rates, representation, strata
from equity.version import VERSION
from equity.vocabulary import category_set, level_for

Array = NDArray[np.float64]
EVERYONE, REST, NONE = "everyone", "rest", "none"
SMALL_GROUP = 100
FEW_EXPECTED = 5


@dataclass(frozen=True)
class Group:
    """One line of a table before its statistics: which people, how many of how many."""

    groups: tuple[tuple[str, str, str], ...]
    label: str
    broad: str = ""
    state: State = State.COUNTED


@dataclass(frozen=True)
class Frame:
    """Where and when a table's people were counted, by which list of groups, and what each group is compared with."""

    place: str
    period: str = ""
    set_code: str = ""
    reference: str = EVERYONE


@dataclass(frozen=True)
class Beside:
    """What a table's counts stand beside: their publisher, people of unknown group, and where residents come from."""

    source: Source | None = None
    unknown: float = 0.0
    unknown_below: float = 0.0
    population: str = ""


def compare(
    of: str | Measure,
    numerator: Counts,
    denominator: Counts,
    *,
    by: str | None = None,
    reference: str = EVERYONE,
    title: str = "",
    place_name: str = "",
) -> Table:
    """A measure from ready-made counts, at the finest level that both counts reach (or the one asked for).

    Refuses when the two count people in groups that do not nest. Promises: a row for every category of the set;
    nobody of unknown group in any row; p-values adjusted within the table.
    """
    what = measure(of) if isinstance(of, str) else of
    level = level_for(numerator.set_code, denominator.set_code, wanted=by)
    top, bottom = numerator.at(level), denominator.at(level)
    found = category_set(level)
    groups = [
        Group(
            ((found.characteristic, code, found.label(code)),),
            found.label(code),
            found.category(code).broad,
            worst_state(x.state, n.state),
        )
        for code, x, n in zip(found.codes, top.known(), bottom.known(), strict=True)
    ]
    x = as_array([count.value for count in top.known()])
    n = as_array([count.value for count in bottom.known()])
    table = tabulate(
        what,
        groups,
        x,
        n,
        Frame(numerator.place, period=numerator.period, set_code=level, reference=reference),
        beside=beside(what, top, bottom),
    )
    caveats = words.caveats_for(what, table.rows, numerator, denominator, level)
    lines = tuple(dict.fromkeys((numerator.source.line, denominator.source.line)))
    return words.worded(
        table, what, title=title, place_name=place_name or numerator.place, caveats=caveats, sources=lines
    )


def beside(what: Measure, top: Counts, bottom: Counts) -> Beside:
    if what.kind != "rate":
        return Beside(top.source, top.unknown, bottom.unknown)
    return Beside(top.source, top.unknown, population=f"{bottom.source.title}, {bottom.base or 'all ages'}")


def worst_state(*states: State) -> State:
    for state in (State.ABSENT, State.SUPPRESSED, State.MISSING, State.PARTLY_SUPPRESSED):
        if state in states:
            return state
    return State.COUNTED


def as_array(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def tabulate(
    what: Measure, groups: Sequence[Group], x: Array, n: Array, frame: Frame, beside: Beside = Beside()
) -> Table:
    """Statistics of a whole table at once."""
    place, period, set_code, reference = frame.place, frame.period, frame.set_code, frame.reference
    against = compared_with(what, groups, x, n, reference)
    figures = statistics(what, x, n) | against.numbers | doubts(what, x, n, beside)
    rows = tuple(
        Row(
            measure=what.code,
            place=place,
            period=period,
            groups=group.groups,
            label=group.label,
            broad=group.broad,
            x=number(x[i]),
            n=number(n[i]),
            unit=what.unit,
            multiplier=what.per,
            method=what.method,
            reference=reference,
            compared=against.words[i],
            n_unknown=beside.unknown,
            suppressed=group.state is State.SUPPRESSED,
            reason=reason(group.state, x[i], n[i], what),
            population_source=beside.population,
            engine_version=VERSION,
            **{name: number(values[i]) for name, values in figures.items()},  # type: ignore[arg-type]
        )
        for i, group in enumerate(groups)
    )
    return Table(
        code="-".join(part for part in (what.code, place, period, set_code) if part).lower().replace(" ", "-"),
        title=what.question,
        measure=what.code,
        place_name=place,
        period=period,
        set_code=set_code,
        reference=reference,
        reference_value=number(against.value),
        rows=rows,
        caveats=(),
        sources=(),
        sentence="",
        heterogeneity_p=number(against.heterogeneity),
        is_published=beside.source.is_published if beside.source else False,
    )


def number(value: float | np.floating) -> float | None:
    return None if np.isnan(value) or np.isinf(value) else float(value)


def statistics(what: Measure, x: Array, n: Array) -> dict[str, Array]:
    """Value and limits at 95 and 99.8, in the measure's unit."""
    if what.kind == "rate":
        value = rates.rate(x, n, per=what.per)
        (low, high), (lower, higher) = (
            rates.rate_limits(x, n, per=what.per, confidence=level) for level in (0.95, 0.998)
        )
    else:
        value = proportions.share(x, n) * what.per
        (low, high), (lower, higher) = (
            tuple(limit * what.per for limit in proportions.wilson(x, n, confidence=level)) for level in (0.95, 0.998)
        )
    return {"value": value, "lower95": low, "upper95": high, "lower998": lower, "upper998": higher}


@dataclass(frozen=True)
class Against:
    value: float
    numbers: dict[str, Array]
    words: list[Compared]
    heterogeneity: float


def compared_with(what: Measure, groups: Sequence[Group], x: Array, n: Array, reference: str) -> Against:
    """Ratio, difference and p against everyone, the rest, or a chosen group."""
    if reference == NONE:
        return stands_alone(x)
    usable = (n > 0) & ~np.isnan(x) & ((x <= n) | (what.kind == "rate"))
    x, n = np.where(usable, x, np.nan), np.where(usable, n, np.nan)
    x0, n0 = other_side(groups, x, n, reference)
    numbers = ratios(what, x, n, x0, n0, reference) | differences(what, x, n, x0, n0, reference)
    own = np.array([group.groups[0][1] == reference for group in groups])
    # A group beside itself is 1 and 0 with nothing to doubt.
    numbers = {
        name: values if name in ("ratio", "difference") else np.where(own, np.nan, values)
        for name, values in numbers.items()
    }
    p = p_values(what, x, n, x0, n0)
    p = np.where(own | ~usable, np.nan, p)
    numbers |= {"p": p, "p_adjusted": multiple.benjamini_hochberg(p)}
    value = reference_value(what, groups, x, n, reference)
    per_head = x / n * what.per
    missing = (
        representation.people_missing(x, n, float(value) / what.per) if reference != REST else np.full_like(x, np.nan)
    )
    numbers["people_missing"] = missing
    said: list[Compared] = [
        in_words(*row)
        for row in zip(per_head, np.broadcast_to(value, x.shape), numbers["p_adjusted"], own, strict=True)
    ]
    test = strata.heterogeneity(np.nan_to_num(x), np.nan_to_num(n)) if what.kind != "rate" else None
    return Against(
        float(value) if np.ndim(value) == 0 else np.nan, numbers, said, test.p if test else rates_heterogeneity(x, n)
    )


COMPARED = (
    "ratio",
    "ratio_lower95",
    "ratio_upper95",
    "ratio_lower998",
    "ratio_upper998",
    "difference",
    "difference_lower95",
    "difference_upper95",
    "p",
    "p_adjusted",
    "people_missing",
)


def stands_alone(x: Array) -> Against:
    """Rows that must not be compared with each other, such as different characteristics."""
    return Against(np.nan, dict.fromkeys(COMPARED, np.full_like(x, np.nan)), ["not comparable"] * len(x), np.nan)


def other_side(groups: Sequence[Group], x: Array, n: Array, reference: str) -> tuple[Array, Array]:
    """The counts each group is tested against: a chosen group, or everyone else."""
    if reference in (EVERYONE, REST):
        return np.nansum(x) - x, np.nansum(n) - n
    chosen = [place for place, group in enumerate(groups) if group.groups[0][1] == reference]
    if not chosen:
        raise ValueError(f"There is no group {reference!r} in this table to compare with.")
    return np.full_like(x, x[chosen[0]]), np.full_like(n, n[chosen[0]])


def reference_value(what: Measure, groups: Sequence[Group], x: Array, n: Array, reference: str) -> Array:
    if reference == EVERYONE:
        return np.asarray(np.nansum(x) / np.nansum(n) * what.per if np.nansum(n) > 0 else np.nan)
    x0, n0 = other_side(groups, x, n, reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = x0 / n0 * what.per
    return values if reference == REST else np.asarray(values[0] if len(values) else np.nan)


def ratios(what: Measure, x: Array, n: Array, x0: Array, n0: Array, reference: str) -> dict[str, Array]:
    is_rate = what.kind == "rate"
    found: dict[str, Array] = {}
    for level, name in ((0.95, "95"), (0.998, "998")):
        if reference == EVERYONE:
            ratio, low, high = comparisons.against_everyone(x, n, poisson=is_rate, confidence=level)
        else:
            ratio = comparisons.risk_ratio(x, n, x0, n0)
            limits = comparisons.rate_ratio_limits if is_rate else comparisons.katz
            low, high = limits(x, n, x0, n0, confidence=level)
            low, high = filled_in(low, high, is_rate, (x, n, x0, n0), level)
        found |= {"ratio": ratio, f"ratio_lower{name}": low, f"ratio_upper{name}": high}
    return found


def filled_in(
    low: Array, high: Array, is_rate: bool, four: tuple[Array, Array, Array, Array], level: float
) -> tuple[Array, Array]:
    """Where a zero count leaves the log interval undefined, the exact (rates) or score (shares) one stands in."""
    gap = np.isnan(low) & ~np.isnan(four[0]) & (four[1] > 0) & (four[3] > 0)
    if not gap.any():
        return low, high
    method = comparisons.rate_exact_limits if is_rate else comparisons.koopman
    exact = method(*(part[gap] for part in four), confidence=level)
    low, high = low.copy(), high.copy()
    low[gap], high[gap] = exact
    return low, high


def differences(what: Measure, x: Array, n: Array, x0: Array, n0: Array, reference: str) -> dict[str, Array]:
    """Gap in the measure's unit. Against everyone it is the gap to the rest, times the rest's share of everyone."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = what.per * (n0 / (n + n0) if reference == EVERYONE else np.ones_like(n))
        if what.kind == "rate":
            half = np.sqrt(x / n**2 + x0 / n0**2) * 1.959963984540054
            gap = x / n - x0 / n0
            low, high = gap - half, gap + half
        else:
            gap = comparisons.risk_difference(x, n, x0, n0)
            low, high = comparisons.newcombe(x, n, x0, n0)
    return {"difference": gap * scale, "difference_lower95": low * scale, "difference_upper95": high * scale}


def p_values(what: Measure, x: Array, n: Array, x0: Array, n0: Array) -> Array:
    if what.kind == "rate":
        return comparisons.rates_differ(x, n, x0, n0)
    p = comparisons.chi_square(x, n, x0, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (x + x0) / (n + n0)
        few = np.fmin(n, n0) * np.fmin(pooled, 1 - pooled) < FEW_EXPECTED
    few &= ~np.isnan(x) & ~np.isnan(x0) & (n > 0) & (n0 > 0)
    p = p.copy()
    p[few] = comparisons.fisher(x[few], n[few], x0[few], n0[few])
    return p


def rates_heterogeneity(x: Array, n: Array) -> float:
    """p that all rates are equal: counts shared out as the population is."""
    kept = ~np.isnan(x) & (n > 0)
    if kept.sum() < 2 or x[kept].sum() == 0:
        return float("nan")
    expected = n[kept] * x[kept].sum() / n[kept].sum()
    return float(chdtrc(kept.sum() - 1, ((x[kept] - expected) ** 2 / expected).sum()))


def in_words(value: float, reference: float, p: float, own: bool) -> Compared:
    if own or np.isnan(p) or np.isnan(value) or np.isnan(reference):
        return "not comparable"
    if p >= 0.05:
        return "about the same"
    side = "lower" if value < reference else "higher"
    return f"much {side}" if p < 0.002 else side  # type: ignore[return-value]


def doubts(what: Measure, x: Array, n: Array, beside: Beside) -> dict[str, Array]:
    """What people of unknown group, and the publisher's rounding, could make of each value."""
    none, everyone, shared = unknown_values(what, x, n, beside)
    low, high = rounding(what, x, n, beside.source)
    return {
        "unknown_low": none,
        "unknown_high": everyone,
        "unknown_shared": shared,
        "rounding_low": low,
        "rounding_high": high,
    }


def unknown_values(what: Measure, x: Array, n: Array, beside: Beside) -> tuple[Array, Array, Array]:
    """The value if none, or all, of the people of unknown group belonged to this one, and if they are shared out."""
    bounds = doubt.unknown_bounds(x, beside.unknown)
    if what.kind == "rate":
        none, everyone, shared = (rates.rate(side, n, per=what.per) for side in (bounds.none, bounds.all, bounds.proportional))  # fmt: skip  # noqa: E501
        return none, everyone, shared
    below = doubt.unknown_bounds(n, beside.unknown_below)
    # Unknown people who did not reach this stage widen the lower bound.
    lowest = proportions.share(x, n + max(beside.unknown_below - beside.unknown, 0))
    highest = proportions.share(bounds.all, n + beside.unknown)
    return lowest * what.per, highest * what.per, proportions.share(bounds.proportional, below.proportional) * what.per


def rounding(what: Measure, x: Array, n: Array, source: Source | None) -> tuple[Array, Array]:
    """What the publisher's rounding alone allows, for groups counted fewer than 100 times."""
    nothing = np.full_like(x, np.nan)
    if source is None or source.rounded_to <= 1:
        return nothing, nothing
    small = x < SMALL_GROUP
    if what.kind == "rate":
        low, high = (
            rates.rate(side, n, per=what.per) for side in doubt.rounded_between(x, rounded_to=source.rounded_to)
        )
    else:
        low, high = (side * what.per for side in doubt.rounded_share_between(x, n, rounded_to=source.rounded_to))
    return np.where(small, low, np.nan), np.where(small, high, np.nan)


def reason(state: State, x: float, n: float, what: Measure) -> str:
    said = {
        State.ABSENT: "This group is not in the population or source at all.",
        State.SUPPRESSED: "The publisher hides this count because it is small.",
        State.MISSING: "No figure was given.",
        State.PARTLY_SUPPRESSED: "At least one year is hidden by the publisher, so this is too low.",
    }.get(state, "")
    if said:
        return said
    if n == 0:
        return (
            "Nobody of this group is in the population."
            if what.kind == "rate"
            else "Nobody of this group reached the stage before."
        )
    if what.kind == "share" and x > n:
        return "More are counted here than at the stage before, so no share is given."
    if what.kind == "rate" and x > n:
        return "More are counted than live there: people from outside use the service."
    return ""
