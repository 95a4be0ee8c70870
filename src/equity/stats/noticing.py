"""How long a service of this size would need to notice a change."""

import numpy as np
from scipy.special import ndtr, ndtri


def people_needed(before: float, after: float, *, power: float = 0.8, confidence: float = 0.95) -> float:
    """People in each of two periods needed to notice a share going from before to after.

    Formula: (z_conf·√(2p̄q̄) + z_power·√(p1q1 + p2q2))² / (p1 − p2)².
    Unit: people a period.
    Errors: refuses shares of 0 or 1; endless for no change.
    Source: Fleiss 1981.
    Promises: more for a smaller change; more for more power.
    """
    if not (0 < before < 1 and 0 < after < 1):
        raise ValueError("Shares before and after must lie between 0 and 1.")
    if before == after:
        return float("inf")
    middle = (before + after) / 2
    a = ndtri(0.5 + confidence / 2) * np.sqrt(2 * middle * (1 - middle))
    b = ndtri(power) * np.sqrt(before * (1 - before) + after * (1 - after))
    return float((a + b) ** 2 / (before - after) ** 2)


def years_needed(
    before: float, after: float, *, people_a_year: float, power: float = 0.8, confidence: float = 0.95
) -> float:
    """Years of data after a change, set beside as many before it, until the change would probably be noticed.

    Formula: people needed / people a year.
    Unit: years.
    Errors: endless when nobody comes.
    Source: Fleiss 1981.
    Promises: half as long with twice the people.
    """
    if people_a_year <= 0:
        return float("inf")
    return people_needed(before, after, power=power, confidence=confidence) / people_a_year


def chance_of_noticing(before: float, after: float, *, people: float, confidence: float = 0.95) -> float:
    """Power: the chance that so many people before and after would show the change.

    Formula: Φ((|p1 − p2|√n − z_conf·√(2p̄q̄)) / √(p1q1 + p2q2)).
    Unit: probability.
    Errors: normal approximation, good from about 5 expected either way.
    Source: Fleiss 1981.
    Promises: gives back the power that `people_needed` was asked for.
    """
    middle = (before + after) / 2
    a = ndtri(0.5 + confidence / 2) * np.sqrt(2 * middle * (1 - middle))
    spread = np.sqrt(before * (1 - before) + after * (1 - after))
    return float(ndtr((abs(before - after) * np.sqrt(people) - a) / spread))


def smallest_change(before: float, *, people: float, power: float = 0.8, confidence: float = 0.95) -> float:
    """The smallest rise in a share that so many people before and after would probably show.

    Formula: the change for which `people_needed` is this number, by halving.
    Unit: fraction.
    Errors: nan if no rise would show.
    Source: Fleiss 1981.
    Promises: gives back the change that `people_needed` was asked about.
    """
    low, high = 0.0, 1 - before - 1e-9
    if people <= 0 or people_needed(before, before + high, power=power, confidence=confidence) > people:
        return float("nan")
    for _ in range(60):
        middle = (low + high) / 2
        enough = people_needed(before, before + middle, power=power, confidence=confidence) <= people
        low, high = (low, middle) if enough else (middle, high)
    return high
