"""Shares of people: x of n."""

import numpy as np
from numpy.typing import ArrayLike

from equity.stats.normal import Floats, as_floats, z_for


def share(x: ArrayLike, n: ArrayLike) -> Floats:
    """A share of people.

    Formula: x/n.
    Unit: fraction.
    Errors: nan where n is 0, either is missing or x is above n.
    Source: definition.
    Promises: between 0 and 1 or nan.
    """
    x, n = as_floats(x), as_floats(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((n > 0) & (x >= 0) & (x <= n), x / n, np.nan)


def wilson(x: ArrayLike, n: ArrayLike, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Score interval for a proportion.

    Formula: (2x + z² ± z√(z² + 4x(1 − x/n))) / (2(n + z²)); the lower limit is computed from the product of the two
    roots, which loses no digits near 0.
    Unit: fraction.
    Errors: x ~ binomial(n, p); nan where x/n is not defined.
    Source: Wilson 1927, JASA 22:209.
    Promises: 0 <= lower <= x/n <= upper <= 1; exchanging x and n − x mirrors the limits; wider at higher confidence.
    """
    z, x, n = z_for(confidence), as_floats(x), as_floats(n)
    p = share(x, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = z * np.sqrt(z * z + 4 * x * (1 - p))
        top = 2 * (n + z * z)
        upper = (2 * x + z * z + root) / top
        lower = (x * p / (n + z * z)) / upper
    return np.clip(lower, 0, p), np.clip(upper, p, 1)
