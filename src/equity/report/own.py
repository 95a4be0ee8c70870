"""A report from a person's own file."""

from collections.abc import Sequence
from pathlib import Path

from equity.analysis.findings import findings
from equity.analysis.service import Wanted, analyse
from equity.model import Table
from equity.reading.files import OpenFile
from equity.reading.mapping import FileMapping
from equity.reading.populations import Population
from equity.report.document import Gate, Report, Result, released

UNITS = {
    "events": "Every row is counted, so a person can be counted more than once.",
    "first": "Each person is counted once, at their first row in a half-year.",
    "persons": "Different persons are counted, exactly, so groups and years do not add up to each other.",
}


def own_report(
    file: OpenFile,
    mapping: FileMapping,
    *,
    title: str,
    population: str | None = None,
    reference: str = "everyone",
    together: Sequence[tuple[str, ...]] = (),
    every_pair: bool = False,
    keep_absent: bool = False,
    gate: Gate | None = None,
) -> Report:
    """Everything the file can say. Marked internal unless a gate has made it safe."""
    people = population_named(population)
    wanted = Wanted(reference=reference, together=tuple(together), every_pair=every_pair, keep_absent=keep_absent)
    made = tuple(Result(of.title, of) for of in analyse(file, mapping, population=people, wanted=wanted))
    results, mark = released(made, gate)
    found = findings(result.of for result in results if isinstance(result.of, Table))
    about = "What this file says, with what it cannot say. " + (
        UNITS[mapping.count] if mapping.kind == "rows" else "The counts were ready made."
    )
    return Report(title, file.name, about, found, results, mark)


def population_named(name: str | None) -> Population | None:
    if name is None:
        return None
    return Population.of_file(Path(name)) if Path(name).is_file() else Population.of_place(name)
