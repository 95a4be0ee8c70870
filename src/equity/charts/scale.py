"""Where a value stands on an axis."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Scale:
    low: float
    high: float
    ticks: tuple[float, ...]
    unit: str = ""

    def at(self, value: float) -> float:
        """Percent of the way along, kept inside the drawing."""
        return round(min(max(100 * (value - self.low) / (self.high - self.low), 0), 100), 2)

    def words(self, tick: float) -> str:
        return f"{tick:,.10g}{self.unit}"


def scale_for(
    values: Iterable[float | None],
    *,
    unit: str = "",
    floor: float | None = 0.0,
    top: float | None = None,
    from_zero: bool = False,
) -> Scale:
    """A round scale that holds every value; it starts at 0 when the values come near it."""
    shown = [value for value in values if value is not None and math.isfinite(value)] or [0.0, 1.0]
    low, high = min(shown), max(shown)
    if from_zero or low < (high - low) * 0.75:
        low = min(low, 0.0)
    step = round_step((high - low) or abs(high) or 1.0)
    first, last = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    first = max(first, floor) if floor is not None else first
    last = min(last, top) if top is not None else last
    count = max(round((last - first) / step), 1)
    return Scale(first, max(last, first + step * 0.5), tuple(first + step * place for place in range(count + 1)), unit)


def round_step(span: float) -> float:
    """A step that gives about four to six ticks."""
    rough = span / 4.5
    size = 10.0 ** math.floor(math.log10(rough))
    return size * min(STEPS, key=lambda step: abs(step - rough / size))
