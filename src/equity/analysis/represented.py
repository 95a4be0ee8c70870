"""Who is missing: each group's share of those reached beside its share of residents, or of the board beside staff."""

from dataclasses import replace

from equity.analysis import words
from equity.analysis.compare import EVERYONE, as_array, compare, number
from equity.model import Counts, Measure, Row, Table, measure
from equity.stats import representation


def represented(
    numerator: Counts,
    denominator: Counts,
    *,
    of: str | Measure = "representation",
    title: str = "",
    place_name: str = "",
) -> Table:
    """The representation index of every group (its rate over everyone's), and the gap of the two shares in points.

    Promises: 1 for every group when use follows the population; refuses as `compare` does.
    """
    what = measure(of) if isinstance(of, str) else of
    rates = compare(replace(what, kind="rate"), numerator, denominator, reference=EVERYONE)
    x, n = as_array([row.x for row in rates.rows]), as_array([row.n for row in rates.rows])
    shares = representation.population_share(x, n)
    gaps = representation.gap_points(x, n)
    rows = tuple(
        indexed(row, what, number(gap), share) for row, gap, share in zip(rates.rows, gaps, shares, strict=True)
    )
    table = replace(
        rates,
        measure=what.code,
        rows=rows,
        reference_value=1.0,
        title=title or f"{what.question} {rates.place_name}, {rates.period}",
        place_name=place_name or rates.place_name,
    )
    return replace(table, sentence=words.representation_sentence(table, what))


def indexed(row: Row, what: Measure, gap: float | None, share: float) -> Row:
    """A row of rates as a row of shares: the ratio becomes the value, and the difference one of points."""

    def points(ratio: float | None) -> float | None:
        return None if ratio is None else 100 * share * (ratio - 1)

    return replace(
        row,
        measure=what.code,
        unit=what.unit,
        multiplier=what.per,
        method=what.method,
        value=row.ratio,
        lower95=row.ratio_lower95,
        upper95=row.ratio_upper95,
        lower998=row.ratio_lower998,
        upper998=row.ratio_upper998,
        difference=gap,
        difference_lower95=points(row.ratio_lower95),
        difference_upper95=points(row.ratio_upper95),
        unknown_low=None,
        unknown_high=None,
        unknown_shared=None,
        rounding_low=None,
        rounding_high=None,
        reason=row.reason or ("" if row.ratio is not None else f"Nobody of this group is among the {what.beside}."),
    )
