"""A report before it is written in any format."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from equity.charts import interval_html, interval_svg, panels_html, panels_svg
from equity.model import Finding, Series, Table


@dataclass(frozen=True)
class Result:
    """A table or series with its sentence, caveats and chart, all from one definition."""

    title: str
    of: Table | Series

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
        return interval_svg(titled) if isinstance(titled, Table) else panels_svg(titled)

    def chart_for_page(self) -> str:
        return interval_html(self.of) if isinstance(self.of, Table) else panels_html(self.of)


@dataclass(frozen=True)
class Report:
    """Findings, then results. `mark` says who may see it."""

    title: str
    place: str
    about: str
    findings: tuple[Finding, ...]
    results: tuple[Result, ...]
    mark: str

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line for result in self.results for line in result.sources))

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(result.of for result in self.results if isinstance(result.of, Table))


INTERNAL = "Internal: exact counts, not for publication"
PUBLISHED = "Published figures"

Gate = Callable[[tuple[Table | Series, ...]], tuple[Table | Series, ...]]


def released(results: tuple[Result, ...], gate: Gate | None = None) -> tuple[tuple[Result, ...], str]:
    """The one place through which every result passes on its way into a report.

    With a gate (disclosure control), its safe tables take the place of the exact ones. Without one, a report that
    holds anything but figures its publisher has already made safe is marked internal.
    """
    if gate is not None:
        safe = gate(tuple(result.of for result in results))
        return tuple(replace(result, of=of) for result, of in zip(results, safe, strict=True)), "Released"
    return results, PUBLISHED if all(result.of.is_published for result in results) else INTERNAL
