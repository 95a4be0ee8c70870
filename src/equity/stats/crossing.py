"""Two characteristics together: more, or less, than each alone would give."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from equity.stats.normal import FEW, Draws, Floats, as_floats, z_for


@dataclass(frozen=True)
class Excess:
    """A cell's share beyond what its row and column alone would give, with a bootstrap interval."""

    observed: Floats
    expected: Floats
    excess: Floats
    lower: Floats
    upper: Floats
    p: Floats


def excess_over_additive(x: ArrayLike, n: ArrayLike, *, draws: Draws = FEW, confidence: float = 0.95) -> Excess:
    """Every cell of a table of shares against the sum of its row's and its column's effect.

    Formula: expected = row share + column share − overall share, from the margins of the table; excess = observed −
    expected.
    Unit: fraction.
    Errors: every cell's count ~ binomial drawn again; basic bootstrap; p two-sided by normal; nan in cells with nobody.
    Source: VanderWeele & Knol 2014, on the additive scale.
    Promises: 0 everywhere in a table whose cells are all equal; the same seed gives the same limits.
    """
    x, n = as_floats(x), as_floats(n)
    observed, expected = additive(x, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = np.nan_to_num(np.where(n > 0, x / n, 0))
    drawn = draws.generator().binomial(np.nan_to_num(n).astype(np.int64), chance, size=(draws.times, *x.shape))
    again_observed, again_expected = additive(drawn.astype(float), n)
    again = again_observed - again_expected
    excess = observed - expected
    low, high = np.percentile(again, [50 * (1 - confidence), 50 * (1 + confidence)], axis=0)
    return Excess(
        observed, expected, excess, 2 * excess - high, 2 * excess - low, normal_p(excess, again.std(axis=0, ddof=1))
    )


def additive(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    with np.errstate(invalid="ignore", divide="ignore"):
        rows = x.sum(axis=-1, keepdims=True) / n.sum(axis=-1, keepdims=True)
        columns = x.sum(axis=-2, keepdims=True) / n.sum(axis=-2, keepdims=True)
        overall = x.sum(axis=(-1, -2), keepdims=True) / n.sum(axis=(-1, -2), keepdims=True)
        return np.where(n > 0, x / n, np.nan), np.where(n > 0, rows + columns - overall, np.nan)


def normal_p(distance: Floats, error: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * ndtr(-np.abs(distance) / np.where(error > 0, error, np.nan)))


@dataclass(frozen=True)
class Interaction:
    value: float
    lower: float
    upper: float


def reri(x: ArrayLike, n: ArrayLike, *, confidence: float = 0.95) -> Interaction:
    """Relative excess risk due to interaction of a 2 × 2 table [[neither, second], [first, both]] of x of n.

    Formula: RR11 − RR10 − RR01 + 1.
    Unit: ratio.
    Errors: delta method, x ~ binomial; not defined when nobody of the first cell was counted.
    Source: Hosmer & Lemeshow 1992.
    Promises: 0 when risks add up.
    """
    x, n = as_floats(x).ravel(), as_floats(n).ravel()
    risk = x / n
    r00, r01, r10, r11 = risk
    value = (r11 - r10 - r01 + r00) / r00
    slope = np.array([-(r11 - r10 - r01) / r00**2, -1 / r00, -1 / r00, 1 / r00])
    half = z_for(confidence) * float(np.sqrt((slope**2 * risk * (1 - risk) / n).sum()))
    return Interaction(float(value), float(value - half), float(value + half))


def ratio_of_ratios(x: ArrayLike, n: ArrayLike, *, confidence: float = 0.95) -> Interaction:
    """Interaction on the scale of ratios, in a 2 × 2 table [[neither, second], [first, both]] of x of n.

    Formula: (RR of both against first) / (RR of second against neither), log interval.
    Unit: ratio.
    Errors: x ~ binomial; nan with a zero count.
    Source: Altman & Bland 2003.
    Promises: 1 when risks multiply.
    """
    x, n = as_floats(x).ravel(), as_floats(n).ravel()
    if (x <= 0).any():
        return Interaction(np.nan, np.nan, np.nan)
    r00, r01, r10, r11 = x / n
    value = (r11 / r10) / (r01 / r00)
    stretch = np.exp(z_for(confidence) * np.sqrt((1 / x - 1 / n).sum()))
    return Interaction(float(value), float(value / stretch), float(value * stretch))
