"""Rates made comparable between groups of different age."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equity.stats.normal import as_floats
from equity.stats.rates import poisson_limits

FEWEST_EVENTS = 10


@dataclass(frozen=True)
class Standardised:
    events: float
    expected: float
    value: float
    lower: float
    upper: float


def direct(
    x: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    squares: ArrayLike | None = None,
    per: float = 100_000,
    confidence: float = 0.95,
) -> Standardised:
    """Directly standardised rate, one row an age band.

    Formula: DSR = Σw·x/n / Σw × per; limits DSR + √(var/x)·(limit − x)·per with var = Σw²·x/n² / (Σw)². Where events
    come several to a person, `squares` (the sum over persons of their events squared) takes the place of x in var.
    Unit: events per `per` people.
    Errors: persons ~ Poisson; nan below 10 events or with an empty band.
    Source: Dobson 1991, Statistics in Medicine 10:457; Stukel 1994.
    Promises: nothing below 10 events; equals the crude rate when every band has the same rate; does not change when
    the standard is multiplied by a constant.
    """
    x, n, w = as_floats(x), as_floats(population), as_floats(standard)
    spread = x if squares is None else as_floats(squares)
    events = float(x.sum())
    if events < FEWEST_EVENTS or not (n > 0).all():
        return Standardised(events, np.nan, np.nan, np.nan, np.nan)
    value = float((w * x / n).sum() / w.sum())
    variance = float((w**2 * spread / n**2).sum() / w.sum() ** 2)
    lower, upper = poisson_limits(events, confidence=confidence)
    stretch = np.sqrt(variance / events)
    return Standardised(
        events,
        np.nan,
        value * per,
        float((value + stretch * (lower - events)) * per),
        float((value + stretch * (upper - events)) * per),
    )


def indirect(
    x: ArrayLike, population: ArrayLike, reference_rate: ArrayLike, *, confidence: float = 0.95
) -> Standardised:
    """Observed over expected events. Trap: the ratios of two groups must not be compared with each other.

    Formula: O / E with E = Σ population · reference rate; exact limits below 10 events, Byar's above, over E.
    Unit: ratio.
    Errors: O ~ Poisson; nan when nothing was expected.
    Source: Breslow & Day 1987.
    Promises: 1 for the reference itself; contains the ratio.
    """
    observed = float(as_floats(x).sum())
    expected = float((as_floats(population) * as_floats(reference_rate)).sum())
    lower, upper = poisson_limits(observed, confidence=confidence)
    if expected <= 0:
        return Standardised(observed, expected, np.nan, np.nan, np.nan)
    return Standardised(observed, expected, observed / expected, float(lower) / expected, float(upper) / expected)
