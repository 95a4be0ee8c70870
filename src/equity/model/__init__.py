"""What the engine passes around: measures, counts and results, all frozen."""

from equity.model.counts import Count, Counts, Source, State
from equity.model.measures import Measure, MeasureError, caveat, measure, measures
from equity.model.results import Compared, Finding, Line, Point, Row, Series, Table

__all__ = [
    "Compared",
    "Count",
    "Counts",
    "Finding",
    "Line",
    "Measure",
    "MeasureError",
    "Point",
    "Row",
    "Series",
    "Source",
    "State",
    "Table",
    "caveat",
    "measure",
    "measures",
]
