"""A report before it is written in any format. It holds released results and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from equity.analysis.findings import findings as what_matters
from equity.charts import interval_html, interval_svg, panels_html, panels_svg
from equity.disclosure.results import (
    INTERNAL,
    PUBLISHED,
    ReleasedTable,
    Shareable,
    from_its_publisher,
    insist,
    not_protected,
)
from equity.model import Finding, Series, Table


@dataclass(frozen=True)
class Result:
    """A table or series with its sentence, caveats and chart, all from one definition."""

    title: str
    of: Shareable

    def __post_init__(self) -> None:
        insist(self.of)

    @property
    def sentence(self) -> str:
        return self.of.sentence

    @property
    def caveats(self) -> tuple[str, ...]:
        return self.of.caveats

    @property
    def sources(self) -> tuple[str, ...]:
        return self.of.sources

    @property
    def code(self) -> str:
        return self.of.code

    def chart(self) -> str:
        """A picture that stands alone, as SVG."""
        titled = replace(self.of, title=self.title)
        return interval_svg(titled) if isinstance(titled, ReleasedTable) else panels_svg(titled)

    def chart_for_page(self) -> str:
        return interval_html(self.of) if isinstance(self.of, ReleasedTable) else panels_html(self.of)


@dataclass(frozen=True)
class Report:
    """Findings, then results. `mark` says who may see it."""

    title: str
    place: str
    about: str
    results: tuple[Result, ...]
    mark: str

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What matters most, from what was released and nothing else."""
        return what_matters(self.tables)

    @property
    def warning(self) -> str:
        """What every page, sheet and file must say when protection was turned off."""
        return self.mark if self.mark == INTERNAL else ""

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line for result in self.results for line in result.sources))

    @property
    def tables(self) -> tuple[ReleasedTable, ...]:
        return tuple(result.of for result in self.results if isinstance(result.of, ReleasedTable))


def as_released(results: Iterable[Table | Series]) -> tuple[Result, ...]:
    """Results without protection: a publisher's figures are public already, and anything else is for inside."""
    released = (from_its_publisher(of) if of.is_published else not_protected(of) for of in results)
    return tuple(Result(of.title, of) for of in released)


def mark_of(results: Iterable[Result]) -> str:
    """The strictest of the marks."""
    marks = {result.of.mark for result in results}
    return INTERNAL if INTERNAL in marks else next(iter(sorted(marks - {PUBLISHED})), PUBLISHED)
