"""Who is missing: each group's share of the people reached beside its share of the residents."""

from dataclasses import replace

from equity.analysis import words
from equity.analysis.compare import EVERYONE, as_array, compare, number
from equity.model import Counts, Row, Table, measure
from equity.stats import representation


def represented(numerator: Counts, denominator: Counts, *, title: str = "", place_name: str = "") -> Table:
    """The representation index of every group (its rate over everyone's), and the gap of the two shares in points.

    Promises: 1 for every group when use follows the population; refuses as `compare` does.
    """
    what = measure("representation")
    rates = compare("access", numerator, denominator, reference=EVERYONE)
    x, n = as_array([row.x for row in rates.rows]), as_array([row.n for row in rates.rows])
    shares = representation.population_share(x, n)
    gaps = representation.gap_points(x, n)
    rows = tuple(indexed(row, number(gap), share) for row, gap, share in zip(rates.rows, gaps, shares, strict=True))
    table = replace(
        rates,
        measure=what.code,
        code=rates.code.replace("access", what.code, 1),
        rows=rows,
        reference_value=1.0,
        title=title or f"{what.question} {rates.place_name}, {rates.period}",
        place_name=place_name or rates.place_name,
    )
    return replace(table, sentence=words.representation_sentence(table))


def indexed(row: Row, gap: float | None, share: float) -> Row:
    """A row of rates as a row of shares: the ratio becomes the value, and the difference one of points."""
    what = measure("representation")

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
        reason=row.reason or ("" if row.ratio is not None else "Nobody of this group is in the population."),
    )
