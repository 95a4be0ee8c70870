"""Many comparisons at once. Missing p-values stay missing and are not counted."""

import numpy as np
from numpy.typing import ArrayLike

from equity.stats.normal import Floats, as_floats


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Step-up adjustment that controls the false discovery rate.

    Formula: the smallest of p·m/rank over this and all larger p.
    Unit: probability.
    Errors: missing p-values stay missing and are not counted.
    Source: Benjamini & Hochberg 1995.
    Promises: never below p; never above 1; keeps the order of p; does not depend on the order of the table.
    """

    def step_up(sorted_p: Floats) -> Floats:
        m = len(sorted_p)
        return np.minimum.accumulate((sorted_p * m / np.arange(1, m + 1))[::-1])[::-1]

    return adjusted(p, step_up)


def holm(p: ArrayLike) -> Floats:
    """Step-down adjustment that controls the chance of any false alarm.

    Formula: the largest of p·(m − rank + 1) over this and all smaller p.
    Unit: probability.
    Errors: missing p-values stay missing and are not counted.
    Source: Holm 1979.
    Promises: never below Benjamini & Hochberg's; never above Bonferroni's.
    """
    return adjusted(p, lambda q: np.maximum.accumulate(q * (len(q) - np.arange(len(q)))))


def bonferroni(p: ArrayLike) -> Floats:
    """The plainest adjustment that controls the chance of any false alarm.

    Formula: p × m, at most 1.
    Unit: probability.
    Errors: missing p-values stay missing and are not counted.
    Source: Dunn 1961.
    Promises: never below p; never above 1.
    """
    return adjusted(p, lambda q: q * len(q))


def adjusted(p: ArrayLike, method) -> Floats:  # type: ignore[no-untyped-def]
    p = as_floats(p)
    found = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    if len(order):
        found[order] = np.minimum(method(p[order]), 1.0)
    return found
