"""Process-control charts: is this change more than the usual ups and downs?

Rules for special cause as NHS England's Making Data Count gives them: a point outside the limits; seven or
more in a row on one side of the mean; six or more in a row rising or falling; two of three near a limit.
Sources: Shewhart 1931; Provost & Murray 2011; NHS England, Making Data Count.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equity.stats.normal import Floats, as_floats

RUN, TREND = 7, 6


@dataclass(frozen=True)
class ControlChart:
    values: Floats
    mean: float
    lower: Floats
    upper: Floats
    outside: np.ndarray
    shift: np.ndarray
    trend: np.ndarray
    near_limit: np.ndarray

    @property
    def special(self) -> np.ndarray:
        return np.asarray(self.outside | self.shift | self.trend | self.near_limit)


def xmr(values: ArrayLike) -> ControlChart:
    """Individual values with the limits of their usual ups and downs.

    Formula: mean ± 2.66 × mean moving range; moving ranges above 3.267 times their mean are left out of that mean.
    Unit: that of the values.
    Errors: values independent; under 12 of them the limits are provisional.
    Source: Shewhart 1931; NHS England, Making Data Count.
    Promises: a constant series has no special cause; shifting every value shifts mean and limits and changes no flag.
    """
    values = as_floats(values)
    moves = np.abs(np.diff(values))
    usual = moves.mean() if len(moves) else 0.0
    kept = moves[moves <= 3.267 * usual]
    width = 2.66 * (kept.mean() if len(kept) else 0.0)
    mean = float(values.mean())
    return chart(values, mean, np.full_like(values, mean - width), np.full_like(values, mean + width))


def p_chart(x: ArrayLike, n: ArrayLike) -> ControlChart:
    """Shares with the limits that chance alone gives them.

    Formula: p̄ ± 3√(p̄(1 − p̄)/n), clamped to 0 and 1.
    Unit: fraction.
    Errors: x ~ binomial, too narrow where thousands are counted.
    Source: Shewhart 1931; Provost & Murray 2011.
    Promises: wider limits where n is smaller.
    """
    x, n = as_floats(x), as_floats(n)
    mean = float(x.sum() / n.sum())
    width = 3 * np.sqrt(mean * (1 - mean) / n)
    return chart(x / n, mean, np.maximum(mean - width, 0), np.minimum(mean + width, 1))


def chart(values: Floats, mean: float, lower: Floats, upper: Floats) -> ControlChart:
    slack = 1e-12 * max(1.0, abs(mean))
    side = np.where(np.abs(values - mean) <= slack, 0, np.sign(values - mean))
    steps = np.sign(np.diff(values, prepend=np.nan))
    third = np.where(
        values > mean,
        (values - mean) > 2 / 3 * (upper - mean) + slack,
        (mean - values) > 2 / 3 * (mean - lower) + slack,
    )
    return ControlChart(
        values,
        mean,
        lower,
        upper,
        (values > upper + slack) | (values < lower - slack),
        in_runs(side, RUN),
        in_runs(steps, TREND - 1, lead_in=1),
        two_of_three(third, side),
    )


def in_runs(signs: np.ndarray, length: int, *, lead_in: int = 0) -> np.ndarray:
    """Which points belong to a run of equal, non-zero signs at least so long (with the point it started from)."""
    found = np.zeros(len(signs), dtype=bool)
    start = 0
    for end in range(1, len(signs) + 1):
        if end == len(signs) or signs[end] != signs[start]:
            if signs[start] in (-1, 1) and end - start >= length:
                found[max(start - lead_in, 0) : end] = True
            start = end
    return found


def two_of_three(near: np.ndarray, side: np.ndarray) -> np.ndarray:
    found = np.zeros(len(near), dtype=bool)
    for first in range(len(near) - 2):
        for sign in (-1, 1):
            hits = near[first : first + 3] & (side[first : first + 3] == sign)
            if hits.sum() >= 2:
                found[first : first + 3] |= hits
    return found
