"""The people a service is for: a place whose census figures ship with the engine, or a person's own file."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from equity.model import Counts, Source, State
from equity.problem import Problem
from equity.reading import tables
from equity.reading.aggregates import read_counts, read_crossed
from equity.reading.files import OpenFile, open_file
from equity.reading.mapping import FileMapping, guess


@dataclass(frozen=True)
class Lines:
    """A file of residents, what its columns mean and which of them counts."""

    file: OpenFile
    how: FileMapping
    stage: str


COUNTED = ("population", "residents", "count", "people", "persons", "number", "observation", "value")


def residents_are_counted(column: str, guessed: str) -> str:
    """A file of residents has one column of numbers, whatever it is called."""
    name = column.casefold().strip().replace(" ", "_")
    return "stage:population" if not guessed and name.removeprefix("number_of_") in COUNTED else guessed


class Population:
    """Counts of residents by characteristic."""

    def __init__(self, name: str, by_characteristic: dict[str, Counts], lines: Lines | None = None) -> None:
        self.name, self.by_characteristic, self.lines = name, by_characteristic, lines

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
        how = how or guess(file, ask=residents_are_counted)
        source = Source(path.stem, "", path.name, "", "", f"Population: {path.name}.", is_published=False)
        found = {}
        for code in how.characteristics:
            stage = "population" if "population" in how.stages else next(iter(how.stages), "")
            if not stage:
                raise Problem(f"{path.name}: no column of whole numbers called population was found.")
            found[code] = read_counts(file, how, code, stage, source)
        if not found:
            raise Problem(f"{path.name}: no column with a characteristic was recognised.")
        return cls(path.stem, found, Lines(file, how, stage))

    def crossed(self, codes: Sequence[str]) -> tuple[list[str], dict[tuple[str, ...], float]] | None:
        """Residents by several characteristics at once, and their sets. None unless all are given so."""
        if self.lines is None or not set(codes) <= self.by_characteristic.keys():
            return None
        sets = [self.by_characteristic[code].set_code for code in codes]
        found = read_crossed(self.lines.file, self.lines.how, codes, self.lines.stage)
        known = {key: math.nan if count.value is None else count.value for key, count in found.items()}
        is_whole = sum(known.values()) == sum(count.value or 0 for count in self.by_characteristic[codes[0]].counts)
        return (sets, known) if is_whole else None

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
