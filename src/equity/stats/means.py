"""Means of scores, such as experience from 0 to 10."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from equity.stats.normal import Floats, as_floats


@dataclass(frozen=True)
class Mean:
    value: Floats
    lower: Floats
    upper: Floats
    deviation: Floats


def mean_from_sums(n: ArrayLike, total: ArrayLike, squares: ArrayLike, *, confidence: float = 0.95) -> Mean:
    """Mean with Student's t interval, from the number, sum and sum of squares of the scores.

    Formula: x̄ ± t(n−1)·s/√n. Unit: that of the score. Errors: scores independent, roughly normal mean.
    Source: Altman 2000. Promises: no limits below two scores; the mean lies between its limits.
    """
    n, total, squares = as_floats(n), as_floats(total), as_floats(squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(n > 0, total / n, np.nan)
        spread = np.maximum(squares - total * value, 0)
        deviation = np.where(n > 1, np.sqrt(spread / (n - 1)), np.nan)
        half = np.where(n > 1, stdtrit(np.maximum(n - 1, 1), 0.5 + confidence / 2) * deviation / np.sqrt(n), np.nan)
    return Mean(value, value - half, value + half, deviation)


def mean_of(scores: ArrayLike, *, confidence: float = 0.95) -> Mean:
    """`mean_from_sums` for a list of scores, centred first so that no digits are lost."""
    scores = as_floats(scores)
    scores = scores[~np.isnan(scores)]
    centre = scores.mean() if len(scores) else 0.0
    apart = scores - centre
    found = mean_from_sums(len(scores), apart.sum(), (apart**2).sum(), confidence=confidence)
    return Mean(found.value + centre, found.lower + centre, found.upper + centre, found.deviation)


def median_gap(reference: ArrayLike, group: ArrayLike) -> tuple[float, float]:
    """Mean and median pay gap in percent of the reference: (reference − group) / reference × 100.

    Source: Equality Act 2010 (Gender Pay Gap Information) Regulations 2017.
    Promises: 0 for equal pay; positive when the group is paid less.
    """
    reference, group = as_floats(reference), as_floats(group)
    if not len(reference) or not len(group) or reference.mean() <= 0 or np.median(reference) <= 0:
        return float("nan"), float("nan")
    gap = (reference.mean() - group.mean()) / reference.mean() * 100
    return float(gap), float((np.median(reference) - np.median(group)) / np.median(reference) * 100)
