"""Several groups, or two groups in several strata."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from equity.stats.normal import USUAL, Draws, as_floats, z_for


@dataclass(frozen=True)
class Test:
    statistic: float
    freedom: int
    p: float
    method: str


@dataclass(frozen=True)
class Ratio:
    value: float
    lower: float
    upper: float


def heterogeneity(x: ArrayLike, n: ArrayLike, *, draws: Draws = USUAL) -> Test:
    """Do the groups differ at all?

    Formula: Pearson's χ² with k − 1 degrees of freedom; where fewer than 5 are expected, the share of re-dealt tables
    that lie at least as far off.
    Unit: χ² and probability.
    Errors: nan for one group, or when nobody differs.
    Source: Pearson 1900; Fisher 1935.
    Promises: p does not depend on the order of the groups.
    """
    x, n = as_floats(x), as_floats(n)
    kept = (n > 0) & ~np.isnan(x)
    x, n = x[kept], n[kept]
    if len(x) < 2 or x.sum() in (0, n.sum()):
        return Test(np.nan, max(len(x) - 1, 0), np.nan, "not defined")
    pooled = x.sum() / n.sum()
    statistic = pearson(x, n, pooled)
    if min(n.min() * pooled, n.min() * (1 - pooled)) >= 5:
        return Test(statistic, len(x) - 1, float(chdtrc(len(x) - 1, statistic)), "Pearson")
    dealt = draws.generator().multivariate_hypergeometric(n.astype(int), round(x.sum()), size=draws.times)
    beyond = int((pearson(dealt, n, pooled) >= statistic * (1 - 1e-9)).sum())
    return Test(statistic, len(x) - 1, (beyond + 1) / (draws.times + 1), "permutation")


def pearson(x: np.ndarray, n: np.ndarray, pooled: float):  # type: ignore[no-untyped-def]
    return ((x - n * pooled) ** 2 / (n * pooled * (1 - pooled))).sum(axis=-1)


def trend(x: ArrayLike, n: ArrayLike, scores: ArrayLike | None = None) -> Test:
    """Does the share rise or fall along ORDERED groups?

    Formula: (Σx(s − s̄))² / (p(1 − p)Σn(s − s̄)²), χ² with 1 degree of freedom.
    Unit: χ² and probability.
    Errors: nan when nobody differs.
    Source: Cochran 1954; Armitage 1955.
    Promises: does not change when scores are shifted or stretched; never above the heterogeneity χ².
    """
    x, n = as_floats(x), as_floats(n)
    s = np.arange(1.0, len(x) + 1) if scores is None else as_floats(scores)
    pooled = x.sum() / n.sum()
    apart = s - (n * s).sum() / n.sum()
    spread = pooled * (1 - pooled) * (n * apart**2).sum()
    if spread <= 0:
        return Test(np.nan, 1, np.nan, "not defined")
    statistic = float((x * apart).sum() ** 2 / spread)
    return Test(statistic, 1, float(chdtrc(1, statistic)), "Cochran-Armitage")


def mantel_haenszel_odds(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, confidence: float = 0.95
) -> Ratio:
    """Odds ratio held together over strata.

    Formula: Σ(ad/N) / Σ(bc/N), log interval.
    Unit: ratio.
    Errors: binomial in each stratum; nan when one side is 0.
    Source: Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986.
    Promises: equals the plain odds ratio with one stratum; contains the ratio.
    """
    a, c = as_floats(x1), as_floats(x0)
    b, d = as_floats(n1) - a, as_floats(n0) - c
    total = a + b + c + d
    r, s = a * d / total, b * c / total
    p, q = (a + d) / total, (b + c) / total
    value = r.sum() / s.sum()
    variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    stretch = np.exp(z_for(confidence) * np.sqrt(variance))
    return Ratio(float(value), float(value / stretch), float(value * stretch))


def mantel_haenszel_risk(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, confidence: float = 0.95
) -> Ratio:
    """Risk ratio held together over strata.

    Formula: Σ(x1·n0/N) / Σ(x0·n1/N), log interval.
    Unit: ratio.
    Errors: binomial in each stratum; nan when one side is 0.
    Source: Greenland & Robins 1985.
    Promises: equals the plain risk ratio with one stratum; contains the ratio.
    """
    a, n1, c, n0 = (as_floats(part) for part in (x1, n1, x0, n0))
    total = n1 + n0
    top, bottom = (a * n0 / total).sum(), (c * n1 / total).sum()
    variance = ((n1 * n0 * (a + c) - a * c * total) / total**2).sum() / (top * bottom)
    stretch = np.exp(z_for(confidence) * np.sqrt(variance))
    return Ratio(float(top / bottom), float(top / bottom / stretch), float(top / bottom * stretch))


def cochran_mantel_haenszel(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Test:
    """Is there a difference within strata?

    Formula: (Σ(x1 − expected))² / Σvariance, χ² with 1 degree of freedom, no continuity correction.
    Unit: χ² and probability.
    Errors: strata of one person are left out.
    Source: Cochran 1954; Mantel & Haenszel 1959.
    Promises: the same when the groups are exchanged.
    """
    a, n1, c, n0 = (as_floats(part) for part in (x1, n1, x0, n0))
    total, events = n1 + n0, a + c
    kept = total > 1
    a, n1, n0, total, events = a[kept], n1[kept], n0[kept], total[kept], events[kept]
    variance = n1 * n0 * events * (total - events) / (total**2 * (total - 1))
    statistic = float((a - n1 * events / total).sum() ** 2 / variance.sum())
    return Test(statistic, 1, float(chdtrc(1, statistic)), "Cochran-Mantel-Haenszel")
