"""Who is missing: a group's share of the users beside its share of the population."""

import numpy as np
from numpy.typing import ArrayLike

from equity.stats.normal import Floats, as_floats

FOUR_FIFTHS = 0.8


def index(x: ArrayLike, population: ArrayLike) -> Floats:
    """(x/Σx) / (population/Σpopulation), the representation index.

    Promises: 1 for every group when use follows the population; equal to the group's rate over the overall rate.
    """
    x, n = as_floats(x), as_floats(population)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (x / np.nansum(x)) / (n / np.nansum(n))


def gap_points(x: ArrayLike, population: ArrayLike) -> Floats:
    """Share of users minus share of population, in percentage points. Promises: the gaps add up to 0."""
    x, n = as_floats(x), as_floats(population)
    return 100 * (x / np.nansum(x) - n / np.nansum(n))


def population_share(x: ArrayLike, population: ArrayLike) -> Floats:
    """A group's share of the population, over the groups that were counted."""
    x, n = as_floats(x), as_floats(population)
    counted = np.where(np.isnan(x), np.nan, n)
    return np.asarray(counted / np.nansum(counted))


def people_missing(x: ArrayLike, population: ArrayLike, reference_rate: float) -> Floats:
    """How many more (or, below 0, fewer) people would be counted at the reference rate. Unit: people."""
    return as_floats(population) * reference_rate - as_floats(x)


def outside_four_fifths(ratio: ArrayLike) -> np.ndarray:
    """Is a ratio outside 0.8 to 1.25? A size, not a test: show it only beside its interval."""
    ratio = as_floats(ratio)
    return (ratio < FOUR_FIFTHS) | (ratio > 1 / FOUR_FIFTHS)
