"""Who is missing: a group's share of the users beside its share of the population."""

import numpy as np
from numpy.typing import ArrayLike

from equity.stats.normal import Floats, as_floats

FOUR_FIFTHS = 0.8


def index(x: ArrayLike, population: ArrayLike) -> Floats:
    """Who is missing: a group's share of the users over its share of the population.

    Formula: (x/Σx) / (population/Σpopulation).
    Unit: ratio.
    Errors: nan where the group has no population.
    Source: US OJJDP relative rate index; Uhrig 2016, Ministry of Justice.
    Promises: 1 for every group when use follows the population; equal to the group's rate over the overall rate.
    """
    x, n = as_floats(x), as_floats(population)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (x / np.nansum(x)) / (n / np.nansum(n))


def gap_points(x: ArrayLike, population: ArrayLike) -> Floats:
    """Share of users minus share of population.

    Formula: 100·(x/Σx − population/Σpopulation).
    Unit: percentage points.
    Errors: nan where x is missing.
    Source: NHS England, Workforce Race Equality Standard, indicator 9.
    Promises: the gaps add up to 0.
    """
    x, n = as_floats(x), as_floats(population)
    return 100 * (x / np.nansum(x) - n / np.nansum(n))


def population_share(x: ArrayLike, population: ArrayLike) -> Floats:
    """A group's share of the population, over the groups that were counted.

    Formula: population/Σpopulation.
    Unit: fraction.
    Errors: nan where x is missing.
    Source: definition.
    Promises: the shares add up to 1.
    """
    x, n = as_floats(x), as_floats(population)
    counted = np.where(np.isnan(x), np.nan, n)
    return np.asarray(counted / np.nansum(counted))


def people_missing(x: ArrayLike, population: ArrayLike, reference_rate: float) -> Floats:
    """How many more (or, below 0, fewer) people would be counted at the reference rate.

    Formula: population × reference rate − x.
    Unit: people.
    Errors: nan where x or the population is missing.
    Source: definition.
    Promises: 0 at the group's own rate.
    """
    return as_floats(population) * reference_rate - as_floats(x)


def outside_four_fifths(ratio: ArrayLike) -> np.ndarray:
    """Is a ratio outside the four-fifths band? A size, not a test: show it only beside its interval.

    Formula: ratio < 0.8 or ratio > 1.25.
    Unit: yes or no.
    Errors: no where the ratio is nan.
    Source: US EEOC Uniform Guidelines 1978; NHS England, Workforce Race Equality Standard.
    Promises: the same for a ratio and its inverse.
    """
    ratio = as_floats(ratio)
    return (ratio < FOUR_FIFTHS) | (ratio > 1 / FOUR_FIFTHS)
