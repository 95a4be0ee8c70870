"""The counted cells that every engine gives back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equity.backends.plan import Plan


@dataclass(frozen=True, eq=False)
class Cells:
    """Columns of equal length: which grouping, the category in each dimension (None where not grouped), counters."""

    plan: Plan
    grouping: NDArray[np.int64]
    keys: dict[str, NDArray[np.object_]]
    counts: dict[str, NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.grouping)

    def of(self, *names: str) -> "Cells":
        """Only the cells of one grouping, without the dimensions it does not have."""
        kept = self.grouping == self.plan.number(frozenset(names))
        return Cells(
            self.plan,
            self.grouping[kept],
            {name: self.keys[name][kept] for name in self.plan.ordered(names)},
            {name: values[kept] for name, values in self.counts.items()},
        )

    def lookup(self) -> dict[tuple[object, ...], tuple[int, ...]]:
        """Every cell by its grouping and keys, for comparing engines."""
        keys = zip(self.grouping.tolist(), *(self.keys[name].tolist() for name in self.plan.names), strict=True)
        values = zip(*(self.counts[counter.name].tolist() for counter in self.plan.counters), strict=True)
        return dict(zip(keys, values, strict=True))
