"""Means of scores, such as experience from 0 to 10."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from equity.stats.normal import FEW, Draws, Floats, as_floats


@dataclass(frozen=True)
class Mean:
    value: Floats
    lower: Floats
    upper: Floats
    deviation: Floats


def mean_from_sums(n: ArrayLike, total: ArrayLike, squares: ArrayLike, *, confidence: float = 0.95) -> Mean:
    """Mean with Student's t interval, from the number, sum and sum of squares of the scores.

    Formula: x̄ ± t(n − 1)·s/√n.
    Unit: that of the score.
    Errors: scores independent, the mean roughly normal; no limits below two scores.
    Source: Altman 2000.
    Promises: the mean lies between its limits.
    """
    n, total, squares = as_floats(n), as_floats(total), as_floats(squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(n > 0, total / n, np.nan)
        spread = np.maximum(squares - total * value, 0)
        deviation = np.where(n > 1, np.sqrt(spread / (n - 1)), np.nan)
        half = np.where(n > 1, stdtrit(np.maximum(n - 1, 1), 0.5 + confidence / 2) * deviation / np.sqrt(n), np.nan)
    return Mean(value, value - half, value + half, deviation)


def mean_of(scores: ArrayLike, *, confidence: float = 0.95) -> Mean:
    """Mean with Student's t interval of a list of scores.

    Formula: `mean_from_sums`, the scores centred first so that no digits are lost.
    Unit: that of the score.
    Errors: as `mean_from_sums`; missing scores are left out.
    Source: Altman 2000.
    Promises: the mean lies between its limits; shifting every score shifts mean and limits.
    """
    scores = as_floats(scores)
    scores = scores[~np.isnan(scores)]
    centre = scores.mean() if len(scores) else 0.0
    apart = scores - centre
    found = mean_from_sums(len(scores), apart.sum(), (apart**2).sum(), confidence=confidence)
    return Mean(found.value + centre, found.lower + centre, found.upper + centre, found.deviation)


def median_gap(reference: ArrayLike, group: ArrayLike) -> tuple[float, float]:
    """Mean and median pay gap.

    Formula: (reference − group) / reference × 100.
    Unit: percent of the reference.
    Errors: nan for an empty group or a reference paid nothing.
    Source: Equality Act 2010 (Gender Pay Gap Information) Regulations 2017.
    Promises: 0 for equal pay; positive when the group is paid less.
    """
    reference, group = as_floats(reference), as_floats(group)
    if not len(reference) or not len(group) or reference.mean() <= 0 or np.median(reference) <= 0:
        return float("nan"), float("nan")
    gap = (reference.mean() - group.mean()) / reference.mean() * 100
    return float(gap), float((np.median(reference) - np.median(group)) / np.median(reference) * 100)


@dataclass(frozen=True)
class Gap:
    value: float
    lower: float
    upper: float


def pay_gap_limits(reference: ArrayLike, group: ArrayLike, *, draws: Draws = FEW, confidence: float = 0.95) -> Gap:
    """The mean pay gap with limits from drawing the people of both groups again.

    Formula: (reference − group) / reference × 100; percentiles over drawn means, each √(n/(n − 1)) times as far from
    its own, which makes up for small groups.
    Unit: percent of the reference's mean pay.
    Errors: people drawn again with replacement, each group by itself.
    Source: Efron & Tibshirani 1993, chapter 13; Equality Act 2010 (Gender Pay Gap Information) Regulations 2017.
    Promises: contains the gap; the same seed gives the same limits; does not change when pay is in another currency.
    """
    first, second = as_floats(reference), as_floats(group)
    value = (first.mean() - second.mean()) / first.mean() * 100
    rng = draws.generator()
    above, below = (resampled_means(one, rng, draws.times) for one in (first, second))
    tails = np.percentile((above - below) / above * 100, [50 * (1 - confidence), 50 * (1 + confidence)])
    return Gap(float(value), float(min(tails[0], value)), float(max(tails[1], value)))


def resampled_means(values: Floats, rng: np.random.Generator, times: int) -> Floats:
    """Means of so many samples with replacement, widened for the small size of the sample."""
    counts = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), size=times)
    mean = values.mean()
    return np.asarray(mean + (counts @ values / len(values) - mean) * np.sqrt(len(values) / max(len(values) - 1, 1)))
