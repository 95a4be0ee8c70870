"""Ready-made counts by group from a person's own file, with marks for hidden and rounded counts."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import math
from collections.abc import Sequence
from dataclasses import replace

from equity.model import Count, Counts, Source, State
from equity.model.counts import added_up
from equity.problem import Problem
from equity.reading.files import OpenFile, escaped
from equity.reading.mapping import SUPPRESSION, FileMapping
from equity.vocabulary import Unknown, recognise


class BadCount(Problem):
    """A count that cannot be, with file, row and column."""


def read_counts(
    file: OpenFile, mapping: FileMapping, characteristic: str, stage: str, source: Source, *, period: str = ""
) -> Counts:
    """Counts of one stage by one characteristic, added over everything else in the file.

    Refuses negative and broken numbers and labels it cannot place. Promises: a hidden count makes its group's sum
    partly hidden; a line of totals is never added to its own parts.
    """
    found = read_crossed(file, mapping, (characteristic,), stage)
    counts = tuple(replace(count, code=code) for (code,), count in found.items())
    return Counts(file.name, period, stage, mapping.characteristics[characteristic].set_code, counts, source)


def read_crossed(
    file: OpenFile, mapping: FileMapping, wanted: Sequence[str], stage: str
) -> dict[tuple[str, ...], Count]:
    """Counts of one stage by several characteristics at once, added over the others.

    Where the file gives a group's own total over the others, that stands, and its parts are not added to it.
    """
    rule, others = mapping.stages[stage], [code for code in mapping.characteristics if code not in wanted]
    named = [mapping.characteristics[code] for code in (*wanted, *others)]
    columns = ", ".join(f'"{escaped(column)}"' for column in (*(coded.column for coded in named), rule.column))
    rows = file.connection.execute(f"select row_number, {columns} from rows order by row_number").fetchall()
    found: dict[tuple[str, ...], dict[tuple[bool, ...], list[Count]]] = {}
    for row, *labels, text in rows:
        codes = [
            code_of(file.name, row, coded.column, label, coded.set_code)
            for coded, label in zip(named, labels, strict=True)
        ]
        key = tuple(code for code in codes[: len(wanted)] if code is not None)
        if len(key) == len(wanted):
            are_totals = tuple(code is None for code in codes[len(wanted) :])
            count = Count("", *number_in(file.name, row, rule.column, text))
            found.setdefault(key, {}).setdefault(are_totals, []).append(count)
    return {key: added_up("", ways[max(ways, key=sum)]) for key, ways in found.items()}


def code_of(name: str, row: int, column: str, label: str | None, set_code: str) -> str | None:
    """The category of a line; None for totals, which must not be added to their own parts."""
    seen = recognise(label, set_code)
    if seen.kind == "total":
        return None
    if seen.is_usable:
        return seen.code
    if seen.kind in set(Unknown):
        return seen.kind
    raise BadCount(f"{name}, row {row}, column {column}: {label!r} is not a category of {set_code} ({seen.kind}).")


def number_in(name: str, row: int, column: str, text: str | None) -> tuple[float | None, State]:
    """A count, or why there is none."""
    if text is None:
        return None, State.MISSING
    if text.casefold() in SUPPRESSION:
        return None, State.SUPPRESSED
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadCount(f"{name}, row {row}, column {column}: {text!r} is not a count.")
    if value < 0:
        raise BadCount(
            f"{name}, row {row}, column {column}: {text} is below 0, and nobody can count fewer than nobody."
        )
    if value != int(value):
        raise BadCount(f"{name}, row {row}, column {column}: {text} is not a whole number of people.")
    return value, State.COUNTED


def check_chain(file: OpenFile, mapping: FileMapping, numerator: str, denominator: str) -> None:
    """Every row's numerator must fit into its denominator."""
    top, bottom = mapping.stages[numerator].column, mapping.stages[denominator].column
    over = file.connection.execute(
        f'select row_number from rows where try_cast("{escaped(top)}" as double) > '
        f'try_cast("{escaped(bottom)}" as double) order by 1 limit 1'
    ).fetchall()
    if over:
        raise BadCount(
            f"{file.name}, row {over[0][0]}, column {top}: more {numerator} than {denominator} in the same row."
        )
