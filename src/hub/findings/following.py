"""Following a measure through the figures: what each period showed, and whether the last one is a change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from equity.model import Row, measure
from equity.stats import charts_over_time, noticing
from equity.submission.periods import days_of, in_order
from hub.commitments.rules import difference
from hub.submissions.rules import UNKNOWN, Figures

ENOUGH = 8  # Periods that show the usual ups and downs.


@dataclass(frozen=True)
class Seen:
    """What a followed measure showed in one period."""

    period: str
    on: date
    x: int
    n: int
    unknown: int


def seen_in_service(measured: str, codes: Iterable[str], figures: Mapping[str, Figures]) -> list[Seen]:
    """Each period's numerator and denominator for some groups, oldest first."""
    what, codes = measure(measured), set(codes)
    found = []
    for period in in_order(list(figures)):
        one = figures[period]
        if measured == "completeness":
            stage = next(iter(next(iter(one.groups.values()), {"referred": 0})))
            x, n = one.known(stage), one.at(stage)
        else:
            x, n = (
                sum(counts.get(stage, 0) for code, counts in one.groups.items() if code in codes)
                for stage in (what.numerator, what.denominator)
            )
        unknown = sum(counts.get(what.denominator, 0) for code, counts in one.groups.items() if code in UNKNOWN)
        if n:
            found.append(Seen(period, days_of(period)[1], x, n, 0 if measured == "completeness" else unknown))
    return found


def seen_in_tables(each: Sequence[tuple[str, Sequence[Row]]], codes: Iterable[str]) -> list[Seen]:
    """The same from a published series."""
    codes, found = set(codes), []
    for period, rows in each:
        mine = [row for row in rows if row.groups[0][1] in codes and row.x is not None and row.n]
        if mine:
            x, n = (int(sum(getattr(row, side) for row in mine)) for side in ("x", "n"))
            found.append(Seen(period, days_of(period)[1], x, n, 0))
    return found


def verdict(seen: Sequence[Seen], start: Seen | None = None) -> tuple[str, tuple[float, float, float] | None]:
    """Is the last one a change, or the usual ups and downs? A word for it, and the usual mean and limits.

    Fewer than eight periods show no usual, so the last is compared with where it started.
    """
    if len(seen) < ENOUGH:
        first, last = start or seen[0], seen[-1]
        if first.on == last.on:
            return "first", None
        return difference((first.x, first.n), (last.x, last.n)).way, None
    shares = [100 * one.x / one.n for one in seen]
    chart = charts_over_time.xmr(shares)
    limits = (chart.mean, float(chart.lower[-1]), float(chart.upper[-1]))
    if not bool(chart.special[-1]):
        return "usual", limits
    return ("special_up" if shares[-1] > chart.mean else "special_down"), limits


def chance_of_noticing(before: float, after: float, *, people: float) -> float:
    if not (0 < before < 1 and 0 < after < 1) or before == after or people <= 0:
        return 0.0
    return noticing.chance_of_noticing(before, after, people=people)


def smallest_change(before: float, *, people: float) -> float | None:
    if not 0 < before < 1:
        return None
    found = noticing.smallest_change(before, people=people)
    return None if found != found else found
