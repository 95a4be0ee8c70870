"""Shares, rates, standardised rates, means, and one group against another."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from equity.analysis.truth.tables import (
    Computed,
    File,
    Near,
    Row,
    as_rows,
    both_limits,
    columns,
    grouped,
    numbers,
    pair,
    poisson_method,
    read,
    texts,
)
from equity.stats import comparisons, means, multiple, proportions, rates, standardised, strata
from equity.stats.normal import Floats

BY_CASE, BY_GROUP = ("case_id",), ("service", "group")


def share(folder: Path, *, file: str, top: str, bottom: str, per: float, every_row: bool = False) -> Computed:
    """Shares with Wilson's limits; a column named with a minus is taken off the one before it."""
    table = read(folder / file)
    x, n = added(table, top), added(table, bottom)
    kept = np.ones(len(x), bool) if every_row else (n > 0) & ~(x > n)
    x, n, case = x[kept], n[kept], np.array(texts(table, "case_id"))[kept]

    def limits(level: float) -> tuple[Floats, Floats]:
        lower, upper = proportions.wilson(x, n, confidence=level)
        return lower * per, upper * per

    value = {"value": proportions.share(x, n) * per, "method": "Wilson"}
    return as_rows({"case_id": case, "x": x, "n": n} | value | both_limits(limits))


def added(table: list[Row], names: str) -> Floats:
    first, *others = names.split(" - ")
    return np.asarray(numbers(table, first) - sum(numbers(table, name) for name in others))


def rate(folder: Path, *, file: str, top: str, bottom: str, per: float, level: float | None = None) -> Computed:
    """Rates with exact or Byar's limits at 95 and 99.8, or at one level."""
    table = read(folder / file)
    x, n = columns(table, top, bottom)
    kept = ~(n <= 0) & ~np.isnan(n)
    x, n, case = x[kept], n[kept], np.array(texts(table, "case_id"))[kept]
    at = partial(rates.rate_limits, x, n, per=per)
    limits = (
        both_limits(lambda confidence: at(confidence=confidence))
        if level is None
        else dict(zip(("lowercl", "uppercl"), at(confidence=level), strict=True))
    )
    value = {"value": rates.rate(x, n, per=per), "method": poisson_method(x)}
    return as_rows({"case_id": case, "x": x, "n": n} | value | limits)


def direct(folder: Path) -> Computed:
    return [
        direct_row(key, *columns(table, "users", "population", "standard_population"))
        for key, table in grouped(read(folder / "age_counts.csv"), *BY_GROUP)
    ]


def direct_of_repeated(folder: Path) -> Computed:
    """Events that come several to a person: their squares stand in the variance."""
    return [repeated_row(key, table) for key, table in grouped(read(folder / "repeat_counts.csv"), *BY_GROUP)]


def repeated_row(key: tuple[str, ...], table: list[Row]) -> dict[str, object]:
    bands = [band for _, band in grouped(table, "age_band")]
    each = [columns(band, "contacts_per_person", "persons") for band in bands]
    events, squares = (np.array([(often**power * people).sum() for often, people in each]) for power in (1, 2))
    n, w = (np.array([float(band[0][name]) for band in bands]) for name in ("population", "standard_population"))
    return direct_row(key, events, n, w, squares)


def direct_row(
    key: tuple[str, ...], x: Floats, n: Floats, w: Floats, squares: Floats | None = None
) -> dict[str, object]:
    at = {level: standardised.direct(x, n, w, squares=squares, confidence=level) for level in (0.95, 0.998)}
    method = "Dobson" if squares is None else "Dobson adjusted for non-independent events"
    return (
        dict(zip(BY_GROUP, key, strict=True))
        | {"total_count": at[0.95].events, "total_pop": n.sum(), "value": at[0.95].value, "method": method}
        | both_limits(lambda level: (at[level].lower, at[level].upper))
    )


def indirect(folder: Path, *, per: float, as_rate: bool) -> Computed:
    """Each group of a service beside all groups of that service together, age band by age band."""
    found: Computed = []
    for _, table in grouped(read(folder / "age_counts.csv"), "service"):
        overall = numbers(table, "users").sum() / numbers(table, "population").sum() * per
        reference = {
            band: numbers(t, "users").sum() / numbers(t, "population").sum()
            for (band,), t in grouped(table, "age_band")
        }
        rate_of_all: dict[str, object] = {"ref_rate": overall} if as_rate else {}
        found += [
            indirect_row(key, members, reference, overall if as_rate else per) | rate_of_all
            for key, members in grouped(table, *BY_GROUP)
        ]
    return found


def indirect_row(
    key: tuple[str, ...], members: list[Row], reference: dict[str, float], scale: float
) -> dict[str, object]:
    x, n = columns(members, "users", "population")
    expected_rate = [reference[band] for band in texts(members, "age_band")]
    at = {level: standardised.indirect(x, n, expected_rate, confidence=level) for level in (0.95, 0.998)}
    one = at[0.95]
    return (
        dict(zip(BY_GROUP, key, strict=True))
        | {"observed": one.events, "expected": one.expected, "value": one.value * scale}
        | {"method": poisson_method(np.array(one.events)).item()}
        | both_limits(lambda level: (at[level].lower * scale, at[level].upper * scale))
    )


def mean_scores(folder: Path) -> Computed:
    return [mean_row(key, numbers(table, "score")) for key, table in grouped(read(folder / "scores.csv"), *BY_GROUP)]


def mean_row(key: tuple[str, ...], scores: Floats) -> dict[str, object]:
    at = {level: means.mean_of(scores, confidence=level) for level in (0.95, 0.998)}
    return (
        dict(zip(BY_GROUP, key, strict=True))
        | {"value_sum": scores.sum(), "value_count": len(scores), "method": "Student's t-distribution"}
        | {"stdev": float(at[0.95].deviation), "value": float(at[0.95].value)}
        | both_limits(lambda level: (float(at[level].lower), float(at[level].upper)))
    )


Method = Callable[[Floats, Floats, Floats, Floats], tuple[Floats, Floats]]
SCORE: dict[str, Method] = {
    "koopman": comparisons.koopman,
    "mee": partial(comparisons.score_difference, small_sample=False),
    "miettinen_nurminen": comparisons.score_difference,
}
CLOSED = {
    "katz": comparisons.katz,
    "woolf": comparisons.woolf,
    "rate_ratio": comparisons.rate_ratio_limits,
    "newcombe": comparisons.newcombe,
    "rate_ratio_exact": comparisons.rate_exact_limits,
}
ADJUSTED = {"bh": multiple.benjamini_hochberg, "holm": multiple.holm, "bonferroni": multiple.bonferroni}


def two_groups(folder: Path) -> Computed:
    table = read(folder / "two_groups.csv")
    four = columns(table, "x1", "n1", "x0", "n0")
    ratio, p = comparisons.risk_ratio(*four), comparisons.chi_square(*four)
    found: dict[str, object] = {
        "case_id": texts(table, "case_id"),
        "risk_ratio": ratio,
        "rate_ratio": np.where(four[0] > 0, ratio, np.nan),
        "odds_ratio": comparisons.odds_ratio(*four),
        "risk_difference": comparisons.risk_difference(*four),
        "p_fisher": comparisons.fisher(*four),
        "p_rate_exact": comparisons.rate_exact_p(*four),
        "p_chisq": p,
    }
    found |= {f"p_chisq_{name}": adjust(p) for name, adjust in ADJUSTED.items()}
    for name, method in CLOSED.items():
        found |= pair(name, method(*four))
    for name, score in SCORE.items():
        found |= pair(name, searched(*score(*four)))
    return as_rows(found)


# The reference looks for score limits by halving, with its candidates rounded to ten places and its variance taken as
# a small difference of large numbers. A limit near 0 keeps no relative precision then; the interval's width does.
PRECISION = 1e-7


def searched(lower: Floats, upper: Floats) -> tuple[list[object], list[object]]:
    width = upper - lower
    why = "found by the reference's search, held to the interval's width"
    sides = [[limit(value, PRECISION * wide, why) for value, wide in zip(side, width, strict=True)] for side in (lower, upper)]  # fmt: skip  # noqa: E501
    return sides[0], sides[1]


def limit(value: float, margin: float, why: str) -> object:
    return Near(float(value), float(margin), why) if np.isfinite(margin) else value


def over_strata(folder: Path) -> Computed:
    return [strata_row(case, table) for (case,), table in grouped(read(folder / "strata.csv"), "case_id")]


def strata_row(case: str, table: list[Row]) -> dict[str, object]:
    four = columns(sorted(table, key=lambda row: row["stratum"]), "x1", "n1", "x0", "n0")
    odds, risk = strata.mantel_haenszel_odds(*four), strata.mantel_haenszel_risk(*four)
    held, rising, apart = (
        strata.cochran_mantel_haenszel(*four),
        strata.trend(*four[:2]),
        strata.heterogeneity(*four[:2]),
    )
    return (
        {"case_id": case, "mh_odds_ratio": odds.value, "mh_risk_ratio": risk.value}
        | pair("mh_or", (odds.lower, odds.upper))
        | pair("mh_rr", (risk.lower, risk.upper))
        | {"cmh_chisq": held.statistic, "cmh_p": held.p, "trend_chisq": rising.statistic, "trend_p": rising.p}
        | {"heterogeneity_chisq": apart.statistic, "heterogeneity_df": apart.freedom, "heterogeneity_p": apart.p}
    )


FILES = {
    "proportion_access.csv": File(
        BY_CASE, partial(share, file="counts.csv", top="users", bottom="population", per=100, every_row=True)
    ),
    "proportion_attrition.csv": File(
        BY_CASE, partial(share, file="counts.csv", top="dropped_out", bottom="users", per=100)
    ),
    "proportion_recovery.csv": File(
        BY_CASE, partial(share, file="counts.csv", top="recovered", bottom="users - dropped_out", per=100)
    ),
    "edges_proportion.csv": File(BY_CASE, partial(share, file="edges.csv", top="x", bottom="n", per=1)),
    "rate_access.csv": File(BY_CASE, partial(rate, file="counts.csv", top="users", bottom="population", per=100_000)),
    "edges_rate.csv": File(BY_CASE, partial(rate, file="edges.csv", top="x", bottom="n", per=100_000)),
    "edges_rate_90.csv": File(BY_CASE, partial(rate, file="edges.csv", top="x", bottom="n", per=1_000, level=0.90)),
    "dsr.csv": File(BY_GROUP, direct),
    "dsr_nonindependent.csv": File(BY_GROUP, direct_of_repeated),
    "isratio.csv": File(BY_GROUP, partial(indirect, per=100, as_rate=False)),
    "israte.csv": File(BY_GROUP, partial(indirect, per=100_000, as_rate=True)),
    "mean_scores.csv": File(BY_GROUP, mean_scores),
    "two_groups.csv": File(BY_CASE, two_groups),
    "strata.csv": File(BY_CASE, over_strata),
}
