"""What must be hidden, as numbers: the only thing the search for the best pattern is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Indexes = NDArray[np.int32]  # as the solver takes them

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Row:
    """Columns that add up to nothing: a margin less its parts."""

    columns: Ints
    signs: Floats


@dataclass(frozen=True)
class Problem:
    """
    Everything an outsider could write down, and what must stay unknown to them.

    `low` and `high` say what each column can be when every cell that may be shown is shown. A hidden cell can be
    anything from nothing upwards. Small counts never appear here: their columns are simply unknown, so the pattern
    found cannot depend on them except through the totals that are published anyway.
    """

    rows: tuple[Row, ...]
    low: Floats
    high: Floats
    may_hide: Flags
    small: Flags  # hidden, and every promised value must stay possible
    watched: Flags  # hidden already: every promised value possible, or all of them impossible
    gaps: Flags  # differences between releases: many values possible, or none of the promised ones
    top: Ints  # the largest promised value, column by column
    cost: Ints  # of hiding
    gap_width: int = 4

    @property
    def size(self) -> int:
        return len(self.low)

    @cached_property
    def candidates(self) -> Ints:
        return np.flatnonzero(self.may_hide)


@dataclass(frozen=True)
class Pattern:
    """Which cells are hidden beyond those that must be, what that costs, and what no pattern could undercut."""

    hidden: Flags
    cost: int
    bound: float
    rounds: int
    linear_programmes: int

    @property
    def gap(self) -> float:
        """How far from the best possible this may be, as a share; nothing when it is proven best."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost else 0.0


class NoSafePattern(Exception):  # noqa: N818
    """No choice of cells keeps the promise: what is already known gives these columns away."""

    def __init__(self, columns: list[int]):
        super().__init__("what is already known gives cells away")
        self.columns = columns
