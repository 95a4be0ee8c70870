"""Funnel limits and labels."""

from functools import partial
from pathlib import Path

import numpy as np

from equity.analysis.truth.tables import Computed, File, Row, as_rows, columns, grouped, read, texts
from equity.stats import funnels
from equity.stats.normal import Floats

TAILS = {"2s": funnels.TWO, "3s": funnels.THREE}


def proportions(folder: Path) -> Computed:
    return [
        row
        for (service,), table in grouped(read(folder / "providers.csv"), "service")
        for row in shares(service, table)
    ]


def shares(service: str, table: list[Row]) -> Computed:
    x, n = columns(table, "events", "denominator")
    average = x.sum() / n.sum()
    limits = funnels.proportion_funnel(funnels.grid(funnels.axis_top(n.max())), average)
    return as_rows(
        {
            "service": service,
            "Population": limits.denominator,
            "lower_2s_limit": limits.lower95 * 100,
            "upper_2s_limit": limits.upper95 * 100,
            "lower_3s_limit": limits.lower998 * 100,
            "upper_3s_limit": limits.upper998 * 100,
            "baseline": average * 100,
        }
    )


def events(folder: Path, *, is_rate: bool) -> Computed:
    """The denominators at which so many events are just outside, for rates and for ratios to an expected number."""
    return [
        row
        for (service,), table in grouped(read(folder / "providers.csv"), "service")
        for row in of_service(service, table, is_rate=is_rate)
    ]


def of_service(service: str, table: list[Row], *, is_rate: bool) -> Computed:
    x, n = columns(table, "events", "denominator" if is_rate else "expected_events")
    average = x.sum() / n.sum() if is_rate else 1.0
    observed = funnels.grid(np.ceil(funnels.axis_top(n.max()) * average), stop_short=not is_rate)
    named, per = ("population_1_year", 100_000) if is_rate else ("exp_events", 100)
    found: dict[str, object] = {"service": service, "Events" if is_rate else "Observed_events": observed}
    for key, side in denominators(observed).items():
        found |= {f"{key}_{named}": side / average, f"{key}_limit": observed / (side / average) * per}
    return as_rows(found | ({"baseline": average * per} if is_rate else {}))


def denominators(observed: Floats) -> dict[str, Floats]:
    return {
        f"{side}_{name}": expected
        for name, tail in TAILS.items()
        for side, expected in zip(("lower", "upper"), funnels.expected_for(observed, tail), strict=True)
    }


def labels(folder: Path) -> Computed:
    found: Computed = []
    for (service,), table in grouped(read(folder / "providers.csv"), "service"):
        x, n, expected = columns(table, "events", "denominator", "expected_events")
        counted: dict[str, object] = {"events": x, "denominator": n, "expected_events": expected}
        marks = {
            "sig_proportion": funnels.significance(x, n, statistic="proportion"),
            "sig_ratio": funnels.significance(x, expected, statistic="ratio"),
            "sig_rate": funnels.significance(x, n, statistic="rate"),
        }
        found += as_rows(counted | marks | {"service": service, "provider": texts(table, "provider")})
    return found


FILES = {
    "funnel_proportion.csv": File(("service", "Population"), proportions),
    "funnel_ratio.csv": File(("service", "Observed_events"), partial(events, is_rate=False)),
    "funnel_rate.csv": File(("service", "Events"), partial(events, is_rate=True)),
    "funnel_significance.csv": File(("service", "provider"), labels),
}
