"""The Excel template: one sheet for each characteristic, boxes that take whole numbers only, and reading it back."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from equity.problem import Problem
from equity.submission.bands import STAGE, columns_of, tables_by_band
from equity.submission.document import (
    BANDS,
    CLIENTS,
    COUNTED,
    LARGEST,
    OF_STAFF,
    STAFF,
    STAGES,
    Crossed,
    Rows,
    Submission,
    Table,
    read,
)
from equity.submission.pasted import EVERYONE, count_in
from equity.vocabulary import UNKNOWN_WORDS, Unknown, category_set, category_sets, characteristics

MARK = "equity-template 1"
START = "Start here"
FIRST_ROW = 4
MOST_WRONG = 20
PEOPLE_WORDS = {CLIENTS: "People who use the service", STAFF: "Staff, on one day"}
COLUMNS = "Columns"
COUNTS_WORDS = {"people": "people, each once", "events": "referrals or visits, so a person may count more than once"}


class CannotUse(Problem):
    """What to put right in a workbook, sheet and row by sheet and row."""


def template(sets: Sequence[str], stages: Mapping[str, str], periods: Sequence[str], *, bands: str = "") -> bytes:
    """An empty workbook. `stages` are codes and names; `bands` is a list of pay bands to count staff by as well."""
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    first = book.add_worksheet(START)
    first.set_column(0, 0, 34)
    first.set_column(1, 1, 60, wrap)
    lines = [
        ("Counts by group", "Nobody's row: only how many people of each group. An empty box means nobody."),
        ("Which time is it about?", periods[0]),
        ("What is one count?", COUNTS_WORDS["people"]),
        ("Who is counted?", PEOPLE_WORDS[STAFF if {*stages} & {*OF_STAFF} else CLIENTS]),
        ("Stages", " ".join(stages)),
        ("Kind of file", MARK),
    ]  # fmt: skip
    for number, (label, value) in enumerate(lines):
        first.write_string(number, 0, label, bold)
        first.write_string(number, 1, value)
    first.data_validation(1, 1, 1, 1, {"validate": "list", "source": list(periods)})
    first.data_validation(2, 1, 2, 1, {"validate": "list", "source": list(COUNTS_WORDS.values())})
    for set_code in sets:
        add_sheet(book, set_code, stages, bold)
    for set_code in sets if bands and STAGE in stages else ():
        add_sheet(book, set_code, columns_of(bands), bold, bands=bands)
    book.close()
    return made.getvalue()


def add_sheet(book: Any, set_code: str, stages: Mapping[str, str], bold: Any, *, bands: str = "") -> None:
    chosen = category_set(set_code)
    name = characteristics()[chosen.characteristic].name
    sheet = book.add_worksheet(f"{name[:24]} by pay" if bands else name[:31])
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 48)
    sheet.write_string(0, 0, "List", bold)
    sheet.write_string(0, 1, set_code)
    sheet.write_string(1, 1, chosen.name)
    if bands:
        sheet.write_string(2, 0, COLUMNS, bold)
        sheet.write_string(2, 1, bands)
    for place, name in enumerate(("Code", "Group", *stages.values())):
        sheet.write_string(FIRST_ROW - 1, place, name, bold)
    for row, (code, label) in enumerate(lines_of(set_code), start=FIRST_ROW):
        sheet.write_string(row, 0, code)
        sheet.write_string(row, 1, label)
    sheet.data_validation(
        FIRST_ROW, 2, FIRST_ROW + len(lines_of(set_code)) - 1, 1 + len(stages),
        {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": LARGEST, "ignore_blank": True,
         "error_title": "A whole number, please", "error_message": "How many people? 0 or an empty box means nobody."},
    )  # fmt: skip
    sheet.freeze_panes(FIRST_ROW, 2)


def lines_of(set_code: str) -> list[tuple[str, str]]:
    """Every group of the list, the reasons for not knowing, and everyone."""
    chosen = category_set(set_code)
    groups = [(code, named(set_code, code)) for code in chosen.codes]
    return [*groups, *((str(kind), UNKNOWN_WORDS[kind]) for kind in Unknown), (EVERYONE, "Everyone")]


def named(set_code: str, code: str) -> str:
    category = category_set(set_code).category(code)
    return f"{category.broad}: {category.label}" if category.broad else category.label


def is_template(sheets: Mapping[str, list[list[Any]]]) -> bool:
    return any(MARK in [str(cell) for cell in row] for row in sheets.get(START, [])[:8])


def read_template(sheets: Mapping[str, list[list[Any]]]) -> Submission:
    """A filled-in template, or `CannotUse` with every box to put right. Sheets without a number are left out."""
    said = {str(row[0]): str(row[1]) for row in sheets[START][:8] if len(row) > 1}
    stages = tuple(stage for stage in said.get("Stages", "").split() if stage in STAGES)
    period, counts = said.get("Which time is it about?", ""), said.get("What is one count?", "")
    what = next((code for code, words in COUNTS_WORDS.items() if words == counts), COUNTED[0])
    wrong: list[str] = []
    tables, totals = [], []
    by_band: list[tuple[Table, Crossed]] = []
    for name, rows in sheets.items():
        if name == START:
            continue
        bands = bands_of(rows) if STAGE in stages else ""
        groups, everyone = sheet_counts(name, rows, tuple(columns_of(bands)) if bands else stages, wrong)
        if not any(any(counts) for counts in groups.values()):
            continue
        chosen = category_set(str(rows[0][1]))
        if bands:
            by_band.append(tables_by_band(period, chosen.code, bands, groups, stages))
        else:
            tables.append(Table(period, chosen.characteristic, chosen.code, groups))
            totals.append(everyone if any(everyone) else added(groups, len(stages)))
    if by_band:
        # Each of these sheets counts everybody once more: the fullest stands for all.
        tables.append(max((table for table, _ in by_band), key=lambda table: sum(map(sum, table.groups.values()))))
        totals.append(added(tables[-1].groups, len(stages)))
    if wrong:
        more = f" And {len(wrong) - MOST_WRONG} more." if len(wrong) > MOST_WRONG else ""
        raise CannotUse("\n".join(wrong[:MOST_WRONG]) + more)
    if not tables:
        raise CannotUse("No box is filled in yet. Write how many people of each group there were, then send it again.")
    found = Submission(
        what, stages, {period: totals[0]}, tuple(tables), Rows(), "the template", "",
        crossed=tuple(crossed for _, crossed in by_band),
    )  # fmt: skip
    return read(found.text(), "The workbook")


def bands_of(rows: list[list[Any]]) -> str:
    """The list of pay bands that are a sheet's columns, if it has any."""
    said = rows[2] if len(rows) > 2 and len(rows[2]) > 1 else ["", ""]
    found = category_sets().get(str(said[1])) if str(said[0]) == COLUMNS else None
    return found.code if found and found.characteristic in BANDS else ""


def sheet_counts(
    name: str, rows: list[list[Any]], stages: tuple[str, ...], wrong: list[str]
) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    groups: dict[str, tuple[int, ...]] = {}
    everyone: tuple[int, ...] = (0,) * len(stages)
    set_code = str(rows[0][1]) if rows and len(rows[0]) > 1 else ""
    if set_code not in category_sets():
        wrong.append(f"The sheet {name[:31]!r} is not one of the template's. Put the numbers into its own sheets.")
        return {}, everyone
    known = dict(lines_of(set_code))
    for number, row in enumerate(rows[FIRST_ROW:], start=FIRST_ROW + 1):
        code = str(row[0]).strip() if row else ""
        cells = [*row[2 : 2 + len(stages)], *[""] * (len(stages) - max(len(row) - 2, 0))]
        counts = tuple(count_of_cell(cell, f"{name}, row {number}", wrong) for cell in cells)
        if code == EVERYONE:
            everyone = counts
        elif code in known:
            groups[code] = counts
        elif any(str(cell).strip() for cell in row):
            wrong.append(f"{name}, row {number}: {code[:30]!r} is not on the list. Add it to one of the groups.")
    return groups, everyone


def count_of_cell(cell: Any, where: str, wrong: list[str]) -> int:
    count, problem = count_in(str(cell).strip())
    if problem:
        wrong.append(f"{where}: {problem}")
    return count


def added(groups: Mapping[str, tuple[int, ...]], stages: int) -> tuple[int, ...]:
    return tuple(sum(counts[place] for counts in groups.values()) for place in range(stages))
