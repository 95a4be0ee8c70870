"""What we do not know about a count: unknown groups, and counts rounded by their publisher."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equity.stats.normal import Floats, as_floats


@dataclass(frozen=True)
class UnknownBounds:
    """What each group's count could be, given the people whose group is not known."""

    none: Floats
    all: Floats
    proportional: Floats


def unknown_bounds(x: ArrayLike, unknown: float) -> UnknownBounds:
    """What each group's count could be, given the people whose group is not known.

    Formula: x (none of them), x + unknown (all), x + unknown·x/Σx (shared out).
    Unit: people.
    Errors: bounds, not a distribution.
    Source: Manski 1995.
    Promises: none <= proportional <= all for every group; the proportional counts add up to everyone; nothing changes
    when nobody is unknown.
    """
    x = as_floats(x)
    total = np.nansum(x)
    share = x / total if total > 0 else np.zeros_like(x)
    return UnknownBounds(x, x + unknown, x + unknown * share)


def completeness_adjusted(x: ArrayLike, unknown: float, recorded_share: ArrayLike) -> Floats:
    """Share the unknown people out by how often each group is recorded, from a source that knows both.

    Formula: x + unknown × weight/Σweight, weight = x(1 − r)/r.
    Unit: people.
    Errors: those of the recorded shares r are not carried.
    Source: inverse probability weighting, Seaman & White 2013.
    Promises: proportional when every group is recorded equally; a group recorded less often gains more.
    """
    x, r = as_floats(x), as_floats(recorded_share)
    weight = x * (1 - r) / r
    added = weight / weight.sum() if weight.sum() > 0 else x / x.sum()
    return np.asarray(x + unknown * added)


def rounded_between(published: ArrayLike, *, rounded_to: int = 5) -> tuple[Floats, Floats]:
    """The whole counts that a publisher may have rounded to this figure.

    Formula: figure ± half a step, never below 0.
    Unit: people.
    Errors: bounds, not a distribution.
    Source: definition.
    Promises: contains every count that is rounded to the figure; the figure itself when nothing was rounded.
    """
    published = as_floats(published)
    half = (rounded_to - 1) // 2 if rounded_to % 2 else rounded_to / 2
    return np.maximum(published - half, 0), published + half


def rounded_share_between(x: ArrayLike, n: ArrayLike, *, rounded_to: int = 5) -> tuple[Floats, Floats]:
    """The least and the most that x/n could be when both were rounded.

    Formula: lowest x over highest n, highest x over lowest n, within 0 and 1.
    Unit: fraction.
    Errors: bounds, not a distribution.
    Source: definition.
    Promises: contains the share of every pair of counts that is rounded to the figures.
    """
    (x_low, x_high), (n_low, n_high) = (
        rounded_between(x, rounded_to=rounded_to),
        rounded_between(n, rounded_to=rounded_to),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.clip(x_low / n_high, 0, 1), np.clip(x_high / n_low, 0, 1)
