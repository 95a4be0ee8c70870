"""Counts by group as somebody pastes or types them: what each line means, and what is wrong with which."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from equity.submission.document import LARGEST
from equity.vocabulary import Unknown, category_set, recognise

HIDDEN = ("*", "c", "..", "suppressed", "<5", "<6", "<7", "<8", "<10")
MOST_LINES, MOST_COLUMNS = 500, 100
EVERYONE = "everyone"


@dataclass(frozen=True)
class Wrong:
    """What to put right: in which line (0 for all of it), under which heading."""

    line: int
    column: str
    words: str

    def __str__(self) -> str:
        where = [f"Row {self.line}"] if self.line else []
        return ": ".join([", ".join([*where, *([self.column] if self.column else [])]), self.words]).removeprefix(": ")


@dataclass(frozen=True)
class Pasted:
    """Counts of each group in the order of the stages, the total if there was one, and what is wrong."""

    groups: Mapping[str, tuple[int, ...]]
    total: tuple[int, ...] | None
    wrong: tuple[Wrong, ...]


def read_paste(text: str, set_code: str, stages: Mapping[str, str]) -> Pasted:
    """Lines of a group and its counts. `stages` are codes and names; a first line with names of stages is a heading.

    Promises: every line is either counted or named in `wrong`; a label is never forced into a group.
    """
    lines = [(number, line) for number, line in enumerate(rows_of(text), start=1) if any(line)]
    wrong: list[Wrong] = []
    if len(lines) > MOST_LINES:
        return Pasted(
            {}, None, (Wrong(0, "", f"There are more than {MOST_LINES} rows. A table of groups is shorter."),)
        )
    columns = heading_of(lines[0][1], stages) if lines else None
    if columns:
        lines = lines[1:]
    else:
        columns = {code: place for place, code in enumerate(stages, start=1)}
    wrong += [Wrong(0, stages[code], "There is no column for this.") for code in stages if code not in columns]
    groups: dict[str, tuple[int, ...]] = {}
    total = None
    for number, line in lines:
        code = group_of(line[0], set_code)
        counts, problems = counts_of(number, line, columns, stages)
        wrong += problems
        if code == EVERYONE:
            total = counts
        elif not code:
            wrong.append(Wrong(number, "", f"{line[0][:60]!r} is not on the list {category_set(set_code).name}."))
        elif code in groups:
            label = category_set(set_code).label(code)
            wrong.append(Wrong(number, "", f"{label} stands here twice. Add the rows together."))
        else:
            groups[code] = counts
    if not lines:
        wrong.append(Wrong(0, "", "Paste at least one row: a group, then its counts."))
    return Pasted(groups, total, tuple(wrong))


@dataclass(frozen=True)
class PastedOfTwo:
    """Counts of each pair of groups in the order of the stages, and what is wrong."""

    groups: Mapping[tuple[str, str], tuple[int, ...]]
    wrong: tuple[Wrong, ...]


def read_paste_of_two(text: str, sets: tuple[str, str], stages: Mapping[str, str]) -> PastedOfTwo:
    """The same for two characteristics together: two groups on each line, then the counts.

    Promises: every line is either counted or named in `wrong`; a label is never forced into a group.
    """
    lines = [(number, line) for number, line in enumerate(rows_of(text), start=1) if any(line)]
    if len(lines) > MOST_LINES:
        return PastedOfTwo({}, (Wrong(0, "", f"There are more than {MOST_LINES} rows. A table of groups is shorter."),))
    columns = heading_of(lines[0][1], stages) if lines else None
    lines = lines[1:] if columns else lines
    columns = columns or {code: place for place, code in enumerate(stages, start=2)}
    wrong = [Wrong(0, stages[code], "There is no column for this.") for code in stages if code not in columns]
    groups: dict[tuple[str, str], tuple[int, ...]] = {}
    for number, line in lines:
        counts, problems = counts_of(number, line, columns, stages)
        pair, problem = pair_of(line, sets)
        if not problem and pair in groups:
            problem = "The same two groups stand here twice. Add the rows together."
        wrong += [*problems, *([Wrong(number, "", problem)] if problem else [])]
        groups.setdefault(pair, counts)
    if not lines:
        wrong.append(Wrong(0, "", "Paste at least one row: two groups, then their counts."))
    return PastedOfTwo(groups, tuple(wrong))


def pair_of(line: Sequence[str], sets: tuple[str, str]) -> tuple[tuple[str, str], str]:
    """Two known groups at the start of a line, and what is wrong with them."""
    labels = [*line[:2], "", ""][:2]
    first, second = (group_of(label, set_code) for label, set_code in zip(labels, sets, strict=True))
    for label, code, set_code in zip(labels, (first, second), sets, strict=True):
        if not code:
            return (first, second), f"{label[:60]!r} is not on the list {category_set(set_code).name}."
        if code not in category_set(set_code).codes:
            return (first, second), "Leave out totals and people who are not known. Only two known groups count here."
    return (first, second), ""


def rows_of(text: str) -> list[list[str]]:
    """Cells as Excel copies them (tabs), or as people type them (semicolons or commas)."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = next((mark for mark in ("\t", ";", ",") if mark in first), "\t")
    if mark == "\t":
        return [[cell.strip().strip('"') for cell in line.split(mark)] for line in text.splitlines()]
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=mark)]


def heading_of(line: Sequence[str], stages: Mapping[str, str]) -> dict[str, int] | None:
    """Where each stage's column is, when a line names them."""
    names = {name.casefold(): code for code, name in stages.items()} | {code: code for code in stages}
    found = {names[cell.casefold()]: place for place, cell in enumerate(line) if cell.casefold() in names}
    return found or None


def group_of(label: str, set_code: str) -> str:
    seen = recognise(label, set_code)
    if seen.is_usable:
        return seen.code
    if seen.kind == "total" or label.casefold() in ("total", EVERYONE, "all"):
        return EVERYONE
    return str(Unknown(seen.kind)) if label and seen.kind in set(Unknown) else ""


def counts_of(
    number: int, line: Sequence[str], columns: Mapping[str, int], stages: Mapping[str, str]
) -> tuple[tuple[int, ...], list[Wrong]]:
    counts, wrong = [], []
    for code in stages:
        text = line[columns[code]] if code in columns and columns[code] < len(line) else ""
        count, problem = count_in(text)
        counts.append(count)
        if problem:
            wrong.append(Wrong(number, stages[code], problem))
    return tuple(counts), wrong


def count_in(text: str) -> tuple[int, str]:
    """A count and what is wrong with it. Nothing written means nobody, as the page says beside the boxes."""
    bare = text.replace(",", "").replace(" ", "").replace("\u00a0", "")
    if not bare:
        return 0, ""
    if bare.casefold() in HIDDEN:
        return 0, "Write the number itself. It stays sealed, and small numbers are hidden when anything is published."
    if bare.startswith("-") and bare[1:].isascii() and bare[1:].isdecimal():
        return 0, "A count cannot be below 0."
    if not (bare.isascii() and bare.removesuffix(".0").isdecimal()):
        return 0, f"{text[:20]!r} is not a whole number."
    count = int(bare.removesuffix(".0")[:12])
    return (count, "") if count <= LARGEST else (0, f"More than {LARGEST:,} is too many to be right.")
