"""What comes out: rows that carry everything a reader needs, and tables of them."""

from dataclasses import dataclass
from typing import Literal

Compared = Literal["much lower", "lower", "about the same", "higher", "much higher", "not comparable"]


@dataclass(frozen=True)
class Row:
    """One group's result with its whole contract. None where a figure is not defined; `reason` then says why."""

    measure: str
    place: str
    period: str
    groups: tuple[tuple[str, str, str], ...]
    label: str
    broad: str
    x: float | None
    n: float | None
    value: float | None
    unit: str
    multiplier: float
    lower95: float | None
    upper95: float | None
    lower998: float | None
    upper998: float | None
    method: str
    reference: str
    ratio: float | None
    ratio_lower95: float | None
    ratio_upper95: float | None
    ratio_lower998: float | None
    ratio_upper998: float | None
    difference: float | None
    difference_lower95: float | None
    difference_upper95: float | None
    p: float | None
    p_adjusted: float | None
    compared: Compared
    people_missing: float | None
    n_unknown: float
    unknown_low: float | None
    unknown_high: float | None
    unknown_shared: float | None
    rounding_low: float | None
    rounding_high: float | None
    suppressed: bool
    reason: str
    population_source: str
    engine_version: str
    standardised: float | None = None
    standardised_lower95: float | None = None
    standardised_upper95: float | None = None
    standardised_lower998: float | None = None
    standardised_upper998: float | None = None
    standardised_ratio: float | None = None
    standardised_ratio_lower95: float | None = None
    standardised_ratio_upper95: float | None = None
    standardised_ratio_lower998: float | None = None
    standardised_ratio_upper998: float | None = None
    standardised_to: str = ""


@dataclass(frozen=True)
class Funnel:
    """Limits around an average that widen as places get smaller, and for all by τ where places usually differ.

    `own` is the reader's own place, which is named in the chart.
    """

    average: float
    tau: float
    phi: float
    p: float
    own: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of one measure beside what stands above, under and behind them."""

    code: str
    title: str
    measure: str
    place_name: str
    period: str
    set_code: str
    reference: str
    reference_value: float | None
    rows: tuple[Row, ...]
    caveats: tuple[str, ...]
    sources: tuple[str, ...]
    sentence: str
    heterogeneity_p: float | None = None
    is_published: bool = True
    funnel: Funnel | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that matters, in plain English, with the caveats that apply to this number."""

    sentence: str
    detail: str
    caveats: tuple[str, ...]
    table: str
    weight: float


@dataclass(frozen=True)
class Point:
    period: str
    value: float | None
    low: float | None
    high: float | None
    x: float | None
    n: float | None


@dataclass(frozen=True)
class Usual:
    """The usual ups and downs of a line: its mean and the limits in which chance alone keeps it."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """One group over the periods, with the periods that stand out from its usual ups and downs."""

    code: str
    label: str
    points: tuple[Point, ...]
    trend_p: float | None
    special: tuple[str, ...]
    usual: Usual | None = None


@dataclass(frozen=True)
class Series:
    code: str
    title: str
    measure: str
    unit: str
    place_name: str
    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    sentence: str
    caveats: tuple[str, ...]
    sources: tuple[str, ...]
    reference: str = ""
    is_published: bool = True
