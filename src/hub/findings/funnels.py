"""A funnel ready to be drawn: places in per cent of the picture, so that it stretches and its words do not."""

from dataclasses import dataclass

import numpy as np

from equity.charts.scale import scale_for

STEPS = 24
KINDS = {"lower": "low", "much lower": "low", "higher": "high", "much higher": "high"}


@dataclass(frozen=True)
class Dot:
    letter: str
    kind: str
    x: str
    y: str
    # Pixels to the side of its dot where there is room for its letter.
    aside: int


@dataclass(frozen=True)
class Funnel:
    dots: list[Dot]
    outer: str
    inner: str
    average: str
    ticks: list[str]
    grid: list[str]
    sizes: list[tuple[str, str]]
    kinds: set[str]


def funnel(side):
    """None where there are too few services to say what chance alone does."""
    if not side.has_limits:
        return None
    lines = side.drawn
    across = scale_for([line.size for line in lines], from_zero=True)
    n = np.linspace(max(min(line.size for line in lines) * 0.7, 1), across.high, STEPS)
    limits = side.limits(n)
    edges = [100 * float(edge[STEPS // 6]) for edge in (limits.lower998, limits.upper998)]
    ends = [*(line.value for line in lines), *edges]
    up = scale_for(ends, floor=None) if side.is_gap else scale_for(ends, unit="%", top=100.0)
    return Funnel(
        [_dot(line, across, up) for line in lines],
        _band(across, up, n, limits.lower998, limits.upper998),
        _band(across, up, n, limits.lower95, limits.upper95),
        _percent(100 - up.at(side.average)),
        [up.words(tick).replace("-", "−") for tick in reversed(up.ticks)],
        [_percent(100 - up.at(tick)) for tick in up.ticks],
        [(across.words(tick), _percent(across.at(tick))) for tick in across.ticks[1:]],
        {KINDS.get(line.standing, "same") for line in lines},
    )


def _dot(line, across, up):
    x = across.at(line.size)
    return Dot(
        line.letter, KINDS.get(line.standing, "same"), _percent(x), _percent(100 - up.at(line.value)),
        16 if x < 90 else -16,
    )  # fmt: skip


def _band(across, up, n, low, high):
    def points(side):
        return [
            f"{across.at(float(x)):.1f} {_within(100 - up.at(100 * float(y))):.1f}"
            for x, y in zip(n, side, strict=True)
        ]

    return "M" + "L".join([*points(high), *reversed(points(low))]) + "Z"


def _within(place):
    return min(max(place, 0.0), 100.0)


def _percent(place):
    return f"{place:.1f}%"
