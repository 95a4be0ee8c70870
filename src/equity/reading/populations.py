"""The people a service is for: a place whose census figures ship with the engine, or a person's own file."""

from pathlib import Path

from equity.model import Counts, Source, State
from equity.problem import Problem
from equity.reading import tables
from equity.reading.aggregates import read_counts
from equity.reading.files import open_file
from equity.reading.mapping import FileMapping, guess


class Population:
    """Counts of residents by characteristic."""

    def __init__(self, name: str, by_characteristic: dict[str, Counts]) -> None:
        self.name, self.by_characteristic = name, by_characteristic

    @classmethod
    def of_place(cls, code: str) -> "Population":
        if code not in tables.places():
            raise Problem(f"There is no place {code!r}. Places: {', '.join(tables.places())}.")
        found = {}
        for set_code, characteristic in (
            ("census2021", "ethnicity"),
            ("religion", "religion"),
            ("disability", "disability"),
            ("sexual_orientation", "sexual_orientation"),
        ):
            try:
                found[characteristic] = tables.population(code, set_code)
            except tables.NoSuchTable:
                continue
        return cls(tables.place_name(code), found)

    @classmethod
    def of_file(cls, path: Path, how: FileMapping | None = None) -> "Population":
        file = open_file(path)
        how = how or guess(file)
        source = Source(path.stem, "", path.name, "", "", f"Population: {path.name}.", is_published=False)
        found = {}
        for code in how.characteristics:
            stage = "population" if "population" in how.stages else next(iter(how.stages), "")
            if not stage:
                raise Problem(f"{path.name}: no column of whole numbers called population was found.")
            found[code] = read_counts(file, how, code, stage, source)
        if not found:
            raise Problem(f"{path.name}: no column with a characteristic was recognised.")
        return cls(path.stem, found)

    def for_set(self, characteristic: str) -> Counts | None:
        return self.by_characteristic.get(characteristic)


def absent_groups(numerator: Counts, denominator: Counts, level: str) -> list[str]:
    """Groups that were counted but that the population does not have at all."""
    top, bottom = numerator.at(level), denominator.at(level)
    return [
        x.code
        for x, n in zip(top.known(), bottom.known(), strict=True)
        if (x.value or 0) > 0 and n.state is State.ABSENT
    ]
