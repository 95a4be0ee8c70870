"""One number for the inequality between many groups (World Health Organization measures).

p is a group's share of the population, y its value, μ = Σp·y. Intervals: by the delta method where a formula is
sound, otherwise by drawing every group's count again. The scale of an interval is always that of its estimate.
Sources: Schlotheuber & Hosseinpoor 2022, IJERPH 19:3697; WHO 2024, Health inequality monitoring.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equity.stats.normal import USUAL, Draws, Floats, as_floats, z_for

SMALLEST = 1e-6


@dataclass(frozen=True)
class Summary:
    value: float
    error: float
    lower: float
    upper: float


def around(value: float, error: float, confidence: float = 0.95) -> Summary:
    half = z_for(confidence) * error
    return Summary(value, error, value - half, value + half)


@dataclass(frozen=True)
class Groups:
    """Groups with values, their standard errors and their populations. Groups with a missing value are left out."""

    y: Floats
    error: Floats
    p: Floats
    people: Floats

    @classmethod
    def of(cls, values: ArrayLike, errors: ArrayLike, population: ArrayLike) -> "Groups":
        y, error, people = as_floats(values), as_floats(errors), as_floats(population)
        kept = ~np.isnan(y) & ~np.isnan(people)
        people = people[kept]
        return cls(y[kept], error[kept], people / people.sum(), people)

    @property
    def mean(self) -> float:
        return float((self.p * self.y).sum())


def difference(groups: Groups, first: int, second: int) -> Summary:
    """One group less another.

    Formula: y1 − y2.
    Unit: that of y.
    Errors: √(se1² + se2²).
    Source: Schlotheuber & Hosseinpoor 2022.
    Promises: contains the difference; exchanging the groups mirrors the limits.
    """
    return around(float(groups.y[first] - groups.y[second]), float(np.hypot(groups.error[first], groups.error[second])))


def ratio(groups: Groups, first: int, second: int, *, confidence: float = 0.95) -> Summary:
    """One group over another.

    Formula: y1/y2, with a log interval; the error is that of the log.
    Unit: ratio.
    Errors: √((se1/y1)² + (se2/y2)²); nan against 0.
    Source: Schlotheuber & Hosseinpoor 2022.
    Promises: contains the ratio; exchanging the groups inverts the limits.
    """
    top, bottom = groups.y[first], groups.y[second]
    if top <= 0 or bottom <= 0:
        return Summary(np.nan, np.nan, np.nan, np.nan)
    error = float(np.hypot(groups.error[first] / top, groups.error[second] / bottom))
    stretch = float(np.exp(z_for(confidence) * error))
    return Summary(float(top / bottom), error, float(top / bottom / stretch), float(top / bottom * stretch))


def between_group_variance(groups: Groups) -> Summary:
    """Between-group variance (BGV).

    Formula: Σp(y − μ)².
    Unit: that of y, squared.
    Errors: Ahn's formula, y ~ normal.
    Source: Ahn et al. 2018.
    Promises: 0 when every group is equal.
    """
    p, apart, s2 = groups.p, groups.y - groups.mean, groups.error**2
    first = 4 * (p**2 * apart**2 * s2).sum()
    second = 2 * ((p**2 * s2).sum() ** 2 - (p**4 * s2**2).sum() + (p**2 * (1 - p) ** 2 * s2**2).sum())
    return around(float((p * apart**2).sum()), float(np.sqrt(first + second)))


def mean_log_deviation(groups: Groups) -> Summary:
    """Mean log deviation (MLD).

    Formula: 1000·Σp·(−ln(y/μ)), with y = 0 replaced by 0.000001.
    Unit: none, × 1000.
    Errors: delta method, on the same scale.
    Source: WHO 2024; Ahn et al. 2018.
    Promises: 0 when every group is equal; does not change when y is multiplied by a constant.
    """
    y, p = np.where(groups.y == 0, SMALLEST, groups.y), groups.p
    mean = (p * y).sum()
    slope = p * (1 / mean - 1 / y)
    return around(
        float(-1000 * (p * np.log(y / mean)).sum()), float(1000 * np.sqrt((slope**2 * groups.error**2).sum()))
    )


def theil(groups: Groups) -> Summary:
    """Theil index (TI).

    Formula: 1000·Σp(y/μ)ln(y/μ), with y = 0 replaced by 0.000001.
    Unit: none, × 1000.
    Errors: delta method, on the same scale.
    Source: WHO 2024; Ahn et al. 2018.
    Promises: 0 when every group is equal; does not change when y is multiplied by a constant.
    """
    y, p = np.where(groups.y == 0, SMALLEST, groups.y), groups.p
    r = y / (p * y).sum()
    value = float((p * r * np.log(r)).sum())
    slope = p / (p * y).sum() * (np.log(r) - value)
    return around(1000 * value, float(1000 * np.sqrt((slope**2 * groups.error**2).sum())))


def population_attributable(groups: Groups, reference: int, *, favourable: bool = True) -> tuple[Summary, Summary]:
    """Population attributable risk (PAR) and fraction (PAF): what would change if every group did as well as the
    reference.

    Formula: PAR = y_ref − μ and PAF = 100·PAR/μ; 0 when it would change the wrong way.
    Unit: PAR percent, as y; PAF percent.
    Errors: Walter's, from the counts; PAR = PAF·μ.
    Source: Walter 1978; WHO 2024.
    Promises: 0 when every group is equal.
    """
    mean, best = groups.mean, float(groups.y[reference])
    gain = best - mean
    if (gain < 0) == favourable and gain != 0:
        gain = 0.0
    people, best_people = groups.people.sum(), groups.people[reference]
    cases, best_cases = people * mean / 100, best_people * best / 100
    a, c = cases - best_cases, best_cases
    b, d = (people - best_people) - a, best_people - best_cases
    error = np.sqrt(c * people * (a * d * (people - c) + b * c**2) / ((a + c) ** 3 * (c + d) ** 3))
    paf_error = float(100 * error)
    return around(gain, paf_error / 100 * mean), around(100 * gain / mean, paf_error)


Measure = Callable[[Floats, Floats], Floats]


def averages(y: Floats, p: Floats) -> Floats:
    return np.asarray((y * p).sum(axis=-1, keepdims=True))


def spread_measures(*, reference: int | None = None, favourable: bool = True) -> dict[str, Measure]:
    """The measures of spread, each a function of values and shares over the last axis.

    Formula: BGSD √Σp(y − μ)²; COVAR 100·BGSD/μ; IDISU, IDISW 100·mean or Σp of |y − μ| over μ; MDM, MDB, MDR mean (U)
    or
    Σp (W) of |y − μ|, |y − best|, |y − reference|.
    Unit: that of y; COVAR and IDIS percent of the mean.
    Errors: see `bootstrap`.
    Source: Schlotheuber & Hosseinpoor 2022.
    Promises: 0 when every group is equal.
    """

    def best(y: Floats) -> Floats:
        return np.asarray(y.max(axis=-1, keepdims=True) if favourable else y.min(axis=-1, keepdims=True))

    found: dict[str, Measure] = {
        "BGSD": lambda y, p: np.sqrt((p * (y - averages(y, p)) ** 2).sum(axis=-1)),
        "COVAR": lambda y, p: 100 * np.sqrt((p * (y - averages(y, p)) ** 2).sum(axis=-1)) / averages(y, p)[..., 0],
        "IDISU": lambda y, p: 100 * np.abs(y - averages(y, p)).mean(axis=-1) / averages(y, p)[..., 0],
        "IDISW": lambda y, p: 100 * (p * np.abs(y - averages(y, p))).sum(axis=-1) / averages(y, p)[..., 0],
        "MDMU": lambda y, p: np.abs(y - averages(y, p)).mean(axis=-1),
        "MDMW": lambda y, p: (p * np.abs(y - averages(y, p))).sum(axis=-1),
        "MDBU": lambda y, p: np.abs(y - best(y)).mean(axis=-1),
        "MDBW": lambda y, p: (p * np.abs(y - best(y))).sum(axis=-1),
    }
    if reference is not None:
        found["MDRU"] = lambda y, p: np.abs(y - y[..., [reference]]).mean(axis=-1)
        found["MDRW"] = lambda y, p: (p * np.abs(y - y[..., [reference]])).sum(axis=-1)
    return found


def bootstrap(
    measure: Measure,
    x: ArrayLike,
    n: ArrayLike,
    *,
    per: float = 100,
    draws: Draws = USUAL,
    confidence: float = 0.95,
) -> Summary:
    """A measure of spread from counts, with limits from drawing every group's count again.

    Formula: basic bootstrap, 2·value − percentiles, because spread measures grow with noise; clamped at 0.
    Unit: that of the measure.
    Errors: each count ~ binomial(n, x/n).
    Source: Davison & Hinkley 1997, chapter 5.
    Promises: contains 0 only if it is at the clamp; the same seed gives the same limits.
    """
    x, n = as_floats(x), as_floats(n)
    p = n / n.sum()
    value = float(measure(per * x / n, p))
    drawn = draws.generator().binomial(n.astype(np.int64), x / n, size=(draws.times, len(x)))
    again = measure(per * drawn / n, p)
    low, high = np.percentile(again, [50 * (1 - confidence), 50 * (1 + confidence)])
    return Summary(value, float(again.std(ddof=1)), max(0.0, 2 * value - float(high)), max(0.0, 2 * value - float(low)))


def from_drawn_values(
    measure: Measure, values: ArrayLike, population: ArrayLike, drawn: ArrayLike, *, confidence: float = 0.95
) -> Summary:
    """A measure of spread with percentile limits from values drawn elsewhere (the World Health Organization's way).

    Formula: the percentiles of the measure over the rows of `drawn`, one column a group.
    Unit: that of the measure.
    Errors: as they were drawn. These limits sit too high for measures of spread: `bootstrap` corrects for that.
    Source: Ahn et al. 2019, PLoS ONE 14:e0219542.
    Promises: lower is never above upper.
    """
    y, people = as_floats(values), as_floats(population)
    p, again = people / people.sum(), measure(as_floats(drawn), people / people.sum())
    low, high = np.percentile(again, [50 * (1 - confidence), 50 * (1 + confidence)])
    return Summary(float(measure(y, p)), float(again.std(ddof=1)), float(low), float(high))
