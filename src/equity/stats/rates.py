"""Events against a population, and observed against expected events."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv

from equity.stats.normal import Floats, as_floats, z_for

EXACT_BELOW = 10


def poisson_limits(x: ArrayLike, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Limits for a count of events.

    Formula: below 10 events exact, χ²(α/2; 2x)/2 and χ²(1 − α/2; 2x + 2)/2; from 10 Byar's, x(1 − 1/9x − z/3√x)³ and
    (x + 1)(1 − 1/9(x + 1) + z/3√(x + 1))³.
    Unit: events.
    Errors: x ~ Poisson; nan where x is missing or negative.
    Source: Breslow & Day 1987, volume II.
    Promises: lower <= x <= upper; lower is 0 when x is 0.
    """
    z, x = z_for(confidence), as_floats(x)
    x = np.where(x >= 0, x, np.nan)
    alpha = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        byar_lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
        byar_upper = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * np.sqrt(x + 1))) ** 3
    few = x < EXACT_BELOW
    counts = np.where(few, x, 1.0)
    exact_lower = np.where(counts > 0, gammaincinv(np.maximum(counts, 1e-300), alpha), 0.0)
    exact_upper = gammaincinv(counts + 1, 1 - alpha)
    return np.where(few, exact_lower, byar_lower), np.where(few, exact_upper, byar_upper)


def limits_method(x: ArrayLike) -> np.ndarray:
    """Which of its two methods `poisson_limits` used.

    Formula: Exact below 10 events, Byar from 10.
    Unit: a word.
    Errors: none.
    Source: Breslow & Day 1987, volume II.
    Promises: changes at 10.
    """
    return np.where(as_floats(x) < EXACT_BELOW, "Exact", "Byar")


def rate(x: ArrayLike, population: ArrayLike, *, per: float = 1000) -> Floats:
    """Events for each so many people.

    Formula: x / population × per.
    Unit: events per `per` people.
    Errors: nan where the population is 0 or missing, or x is negative.
    Source: definition.
    Promises: a rate of nobody is not 0.
    """
    x, population = as_floats(x), as_floats(population)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((population > 0) & (x >= 0), x / population * per, np.nan)


def rate_limits(
    x: ArrayLike, population: ArrayLike, *, per: float = 1000, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits of a rate.

    Formula: `poisson_limits` of the events, over the population, × per.
    Unit: events per `per` people.
    Errors: events ~ Poisson; nan where the rate is not defined.
    Source: Breslow & Day 1987, volume II.
    Promises: contains the rate.
    """
    lower, upper = poisson_limits(x, confidence=confidence)
    scale = rate(np.ones_like(lower), population, per=per)
    return lower * scale, upper * scale
