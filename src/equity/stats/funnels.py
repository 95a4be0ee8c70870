"""Comparing providers: who lies further from the average than chance would put them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, gammainc, gammaincinv, ndtri

from equity.stats.normal import Floats, as_floats

TWO, THREE = 0.025, 0.001
Statistic = Literal["proportion", "rate", "ratio"]


@dataclass(frozen=True)
class FunnelLimits:
    denominator: Floats
    lower95: Floats
    upper95: Floats
    lower998: Floats
    upper998: Floats


def proportion_funnel(denominator: ArrayLike, average: float, *, tau: float = 0.0) -> FunnelLimits:
    """Limits within which a share of n people lies when only chance, and the usual differences τ, move it.

    Formula: average ± z√(average(1 − average)/n + τ²), clamped to 0 and 1. With τ = 0 this is Wilson's interval turned
    round.
    Unit: fraction.
    Errors: x ~ binomial(n, p), and p ~ normal(average, τ²) between places.
    Source: Spiegelhalter 2005, Statistics in Medicine 24:1185 and Quality and Safety in Health Care 14:347.
    Promises: the limits close in as n grows; the 99.8% pair lies outside the 95% pair; never narrower with τ.
    """
    n = as_floats(denominator)
    spread = np.sqrt(average * (1 - average) / n + tau**2)
    z2, z3 = -ndtri(TWO), -ndtri(THREE)
    return FunnelLimits(n, *(np.clip(average + side * spread, 0, 1) for side in (-z2, z2, -z3, z3)))


def expected_for(observed: ArrayLike, tail: float) -> tuple[Floats, Floats]:
    """The most and the fewest expected events for which so many observed are still within the tail.

    Formula: exact Poisson, by the incomplete gamma function.
    Unit: events.
    Errors: observed ~ Poisson.
    Source: Spiegelhalter 2005, Statistics in Medicine 24:1185.
    Promises: contains the number observed.
    """
    observed = as_floats(observed)
    return gammaincinv(observed + 1, 1 - tail), gammaincinv(np.maximum(observed, 1e-300), tail)


def axis_top(largest: float) -> float:
    """The end of a funnel's axis.

    Formula: a round number (two figures) at least 5% above the largest denominator.
    Unit: that of the denominator.
    Errors: none.
    Source: Fingertips technical guidance.
    Promises: above the largest.
    """
    size = 10 ** (np.floor(np.log10(largest * 1.05)) - 1)
    return float(np.ceil(largest * 1.05 / size) * size)


def grid(top: float, *, stop_short: bool = False) -> Floats:
    """A hundred whole numbers from 1 to the top (or one step short of it), closer together where they are small.

    Formula: equal steps of the logarithm, each at least 1.
    Unit: that of the axis.
    Errors: none.
    Source: Fingertips technical guidance.
    Promises: rises from 1.
    """
    points = [1.0]
    for left in range(99, 0, -1):
        before = points[-1]
        points.append(max(float(np.round((top / before) ** (1 / (left + stop_short)) * before)), before + 1))
    return np.array(points)


def significance(x: ArrayLike, denominator: ArrayLike, *, statistic: Statistic) -> np.ndarray:
    """Low or high at 0.001 or 0.025, or not significant, for each provider against the average of all.

    Formula: proportions by the normal funnel, rates and ratios by exact Poisson tails. For ratios the denominator is
    the
    number expected and the average is 1.
    Unit: a label.
    Errors: chance only; see `overdispersion`.
    Source: Spiegelhalter 2005, Statistics in Medicine 24:1185.
    Promises: a provider at the average is not significant.
    """
    x, n = as_floats(x), as_floats(denominator)
    if statistic == "proportion":
        average = x.sum() / n.sum()
        z = (x / n - average) / np.sqrt(average * (1 - average) / n)
        return labels(z < ndtri(THREE), z < ndtri(TWO), z > -ndtri(THREE), z > -ndtri(TWO))
    expected = n * (x.sum() / n.sum()) if statistic == "rate" else n
    low = 1 - gammainc(x + 1, expected)
    high = np.where(x > 0, gammainc(np.maximum(x, 1e-300), expected), 1.0)
    return labels(low < THREE, low < TWO, high < THREE, high < TWO)


def labels(low3: np.ndarray, low2: np.ndarray, high3: np.ndarray, high2: np.ndarray) -> np.ndarray:
    return np.select(
        [low3, high3, low2, high2], ["Low (0.001)", "High (0.001)", "Low (0.025)", "High (0.025)"], "Not significant"
    )


@dataclass(frozen=True)
class Overdispersion:
    """φ above 1 means that places differ by more than chance; τ is the usual difference between them, as a fraction."""

    phi: float
    p: float
    tau: float

    @property
    def is_clear(self) -> bool:
        return self.phi > 1 and self.p < 0.05


def overdispersion(x: ArrayLike, n: ArrayLike, *, trim: float = 0.1) -> Overdispersion:
    """Do shares differ between places by more than chance, and by how much as a rule?

    Formula: φ is the mean squared z after pulling in the outer tenth at each end; with k places and weights
    w = n/(average(1 − average)), τ² = (kφ − (k − 1)) / (Σw − Σw²/Σw), and 0 where that is below 0.
    Unit: φ none; τ a fraction.
    Errors: p from χ² with k − 1 degrees of freedom. τ is cautious, because the ends are pulled in.
    Source: Spiegelhalter 2005, Quality and Safety in Health Care 14:347; DerSimonian & Laird 1986.
    Promises: φ is near 1 for binomial counts; τ is between six and eleven tenths of the true spread.
    """
    x, n = as_floats(x), as_floats(n)
    average = x.sum() / n.sum()
    w = n / (average * (1 - average))
    return spread_of((x / n - average) * np.sqrt(w), w, trim)


def spread_of(z: Floats, w: Floats, trim: float) -> Overdispersion:
    phi = float((np.clip(z, *np.quantile(z, [trim, 1 - trim])) ** 2).mean())
    between = (len(z) * phi - (len(z) - 1)) / (w.sum() - (w**2).sum() / w.sum())
    return Overdispersion(phi, float(chdtrc(len(z) - 1, (z**2).sum())), float(np.sqrt(max(between, 0.0))))


@dataclass(frozen=True)
class GapFunnel:
    """Each place's gap and its size, the average gap, and how far places usually differ in it."""

    gap: Floats
    size: Floats
    average: float
    share: float
    spread: Overdispersion

    @property
    def tau(self) -> float:
        return self.spread.tau if self.spread.is_clear else 0.0


def gap_funnel(x: ArrayLike, n: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, trim: float = 0.1) -> GapFunnel:
    """The gap between a group and the others in each of several places, ready to be put into a funnel.

    Formula: gap = x/n − x0/n0; size = n·n0/(n + n0); the average is weighted by size, as Cochran
    weights a difference; spread as in `overdispersion`, with w = size/(share(1 − share)) and the share of everyone.
    Unit: fraction; size in people.
    Errors: x ~ binomial(n, p) and x0 ~ binomial(n0, p0), independent.
    Source: Cochran 1954, Biometrics 10:417; Spiegelhalter 2005, Quality and Safety in Health Care 14:347.
    Promises: the average lies between the smallest and the largest gap; swapping group and others turns every gap
    round; φ is near 1 where every place has the same gap.
    """
    x, n, x0, n0 = as_floats(x), as_floats(n), as_floats(x0), as_floats(n0)
    gap, size = x / n - x0 / n0, n * n0 / (n + n0)
    average = float((size * gap).sum() / size.sum())
    share = float((x + x0).sum() / (n + n0).sum())
    w = size / max(share * (1 - share), 1e-12)
    return GapFunnel(gap, size, average, share, spread_of((gap - average) * np.sqrt(w), w, trim))


def gap_limits(size: ArrayLike, average: float, share: float, *, tau: float = 0.0) -> FunnelLimits:
    """Limits within which a gap lies when only chance, and the usual differences τ, move it.

    Formula: average ± z√(share(1 − share)/size + τ²), clamped to −1 and 1.
    Unit: fraction.
    Errors: as `gap_funnel`; gap ~ normal(average, τ²) between places.
    Source: Spiegelhalter 2005, Statistics in Medicine 24:1185.
    Promises: the limits close in as the size grows; the 99.8% pair lies outside the 95% pair; never narrower with τ.
    """
    size = as_floats(size)
    spread = np.sqrt(share * (1 - share) / size + tau**2)
    z2, z3 = -ndtri(TWO), -ndtri(THREE)
    return FunnelLimits(size, *(np.clip(average + side * spread, -1, 1) for side in (-z2, z2, -z3, z3)))
