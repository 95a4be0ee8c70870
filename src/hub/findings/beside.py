"""Gaps and shares of several services, and what chance alone would make of them. Knows no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equity.model import Counts, Measure
from equity.stats import comparisons, funnels
from hub.commitments.rules import difference, wilson
from hub.submissions.rules import Figures

FEWEST = 5  # Services that make a funnel.
ENOUGH = 10  # Services that show how far they usually differ. Among fewer, one far away would widen the limits for all.
FEWEST_PEOPLE = 5  # On either side of a gap; of fewer nothing can be said.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Pair:
    """So many of so many in one service; for a gap, the same of everybody else there."""

    name: str
    is_example: bool
    x: float
    n: float
    x0: float = 0
    n0: float = 0


@dataclass(frozen=True)
class Line:
    """One service. Its letter says where it is in the chart; letters follow the names."""

    pair: Pair
    letter: str
    size: float
    value: float | None
    low: float | None
    high: float | None
    standing: str

    @property
    def share(self) -> float | None:
        return 100 * self.pair.x / self.pair.n if self.pair.n else None

    @property
    def others(self) -> float | None:
        return 100 * self.pair.x0 / self.pair.n0 if self.pair.n0 else None


@dataclass(frozen=True)
class Side:
    """Services beside each other, in points of a hundred. Without limits they are too few, or all alike."""

    lines: list[Line]
    average: float | None
    share: float
    tau: float
    is_gap: bool
    has_limits: bool

    def limits(self, size: np.ndarray) -> funnels.FunnelLimits:
        average = (self.average or 0) / 100
        if self.is_gap:
            return funnels.gap_limits(size, average, self.share, tau=self.tau)
        return funnels.proportion_funnel(size, average, tau=self.tau)

    @property
    def is_alike(self) -> bool:
        """Enough services, and in every one of them all of the people, or none."""
        return len(self.drawn) >= FEWEST and not self.has_limits

    @property
    def beyond(self) -> list[Line]:
        return [line for line in self.lines if line.standing not in ("", "same")]

    @property
    def drawn(self) -> list[Line]:
        return [line for line in self.lines if line.value is not None]


def letters(number: int) -> str:
    rest, place = divmod(number, len(LETTERS))
    return (LETTERS[rest - 1] if rest else "") + LETTERS[place]


def gaps(pairs: Sequence[Pair]) -> Side:
    """The gap in each service: a group's share less that of everybody else there (Newcombe's range)."""
    usable = [pair for pair in pairs if min(pair.n, pair.n0) >= FEWEST_PEOPLE and pair.x <= pair.n and pair.x0 <= pair.n0]  # fmt: skip # noqa: E501
    if not usable:
        return _side(pairs, {}, None, 0.0, 0.0, is_gap=True)
    x, n, x0, n0 = (np.array([getattr(pair, name) for pair in usable], float) for name in ("x", "n", "x0", "n0"))
    found = funnels.gap_funnel(x, n, x0, n0)
    low, high = comparisons.newcombe(x, n, x0, n0)
    values = {
        pair: (float(size), 100 * float(gap), 100 * float(below), 100 * float(above))
        for pair, size, gap, below, above in zip(usable, found.size, found.gap, low, high, strict=True)
    }
    tau = found.tau if len(usable) >= ENOUGH else 0.0
    return _side(pairs, values, 100 * found.average, found.share, tau, is_gap=True)


def shares(pairs: Sequence[Pair]) -> Side:
    """The share in each service (Wilson's range)."""
    usable = [pair for pair in pairs if pair.n >= FEWEST_PEOPLE]
    x, n = (np.array([getattr(pair, name) for pair in usable], float) for name in ("x", "n"))
    if not usable:
        return _side(pairs, {}, None, 0.0, 0.0, is_gap=False)
    average = float(x.sum() / n.sum())
    spread = funnels.overdispersion(x, n) if len(usable) >= ENOUGH and 0 < average < 1 else None
    values = {}
    for pair in usable:
        span = wilson(int(pair.x), int(pair.n))
        values[pair] = (pair.n, 100 * pair.x / pair.n, 100 * span.low, 100 * span.high)
    tau = spread.tau if spread and spread.is_clear else 0.0
    return _side(pairs, values, 100 * average, average, tau, is_gap=False)


def _side(pairs, values, average, share, tau, *, is_gap) -> Side:
    enough = len(values) >= FEWEST and 0 < share < 1
    side = Side([], average, share, tau, is_gap, enough)
    lines = [
        Line(pair, letters(number), *values.get(pair, (0.0, None, None, None)), standing="")
        for number, pair in enumerate(sorted(pairs, key=lambda pair: pair.name.casefold()))
    ]
    return Side([_judged(line, side) for line in lines], average, share, tau, is_gap, enough)


def _judged(line: Line, side: Side) -> Line:
    if line.value is None or not side.has_limits:
        return line
    limits = side.limits(np.array([line.size]))
    share = line.value / 100
    low, high = share < limits.lower95[0], share > limits.upper95[0]
    far = share < limits.lower998[0] or share > limits.upper998[0]
    standing = "same" if not (low or high) else f"{'much ' if far else ''}{'lower' if low else 'higher'}"
    return Line(line.pair, line.letter, line.size, line.value, line.low, line.high, standing)


def against(top: Counts, bottom: Counts, code: str) -> tuple[float, float, float, float]:
    """A group's so many of so many, and that of everybody else whose group is known."""
    x, n = (float(one.by_code[code].value or 0) if code in one.by_code else 0.0 for one in (top, bottom))
    return x, n, top.known_total - x, bottom.known_total - n


def most_missing(what: Measure, each: Sequence[tuple[Counts, Counts]], codes: Sequence[str]) -> str:
    """Over all services, the group with most people on the worse side of everybody together."""
    totals = {code: np.sum([against(top, bottom, code) for top, bottom in each], axis=0) for code in codes}
    turn = -1 if what.better == "lower" else 1

    def missing(code):
        x, n, x0, n0 = totals[code]
        return turn * (n * (x + x0) / (n + n0) - x) if n + n0 and n < n0 else -np.inf

    return max(codes, key=missing)


# Over time. More known is better.

MOVED = {"chance": "chance", "up": "better", "down": "worse"}


@dataclass(frozen=True)
class Change:
    """How much is known at one stage of one service, and whether that is more or less than before."""

    stage: str
    known: float | None
    people: int
    word: str


def change(stage: str, now: Figures, was: Figures | None) -> Change:
    if not now.at(stage):
        return Change(stage, None, 0, "")
    word = ""
    if was and was.at(stage):
        word = MOVED[difference((was.known(stage), was.at(stage)), (now.known(stage), now.at(stage))).way]
    return Change(stage, 100 * now.known(stage) / now.at(stage), now.at(stage), word)


@dataclass(frozen=True)
class Step:
    """All services together in one period."""

    period: str
    code: str
    label: str
    x: float
    n: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Through:
    stage: str
    points: list[Step]
    word: str


def through(stage: str, periods: Sequence[str], each: Sequence[Mapping[str, Figures]]) -> Through:
    """The same services in every period, so that nothing moves because somebody else sent."""
    points = []
    for period in periods:
        x, n = (sum(getattr(one[period], what)(stage) for one in each) for what in ("known", "at"))
        if n:
            span = wilson(x, n)
            points.append(Step(period, stage, stage, x, n, 100 * x / n, 100 * span.low, 100 * span.high))
    if len(points) < 2:
        return Through(stage, points, "")
    first, last = points[0], points[-1]
    return Through(stage, points, MOVED[difference((first.x, first.n), (last.x, last.n)).way])
