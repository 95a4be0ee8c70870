"""What the engine passes around: measures, counts and results, all frozen."""

from equity.model.counts import Count, Counts, Source, State
from equity.model.measures import Measure, MeasureError, Upper, caveat, measure, measures, upper_bands
from equity.model.results import Compared, Finding, Funnel, Line, Point, Row, Series, Table, Usual

__all__ = [
    "Compared",
    "Count",
    "Counts",
    "Finding",
    "Funnel",
    "Line",
    "Measure",
    "MeasureError",
    "Point",
    "Row",
    "Series",
    "Source",
    "State",
    "Table",
    "Upper",
    "Usual",
    "caveat",
    "measure",
    "measures",
    "upper_bands",
]
