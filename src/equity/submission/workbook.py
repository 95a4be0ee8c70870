"""The Excel template: one sheet for each characteristic, boxes that take whole numbers only, and reading it back."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from equity.problem import Problem
from equity.submission.document import COUNTED, LARGEST, STAGES, Rows, Submission, Table, read
from equity.submission.pasted import EVERYONE, count_in
from equity.vocabulary import UNKNOWN_WORDS, Unknown, category_set, category_sets, characteristics

MARK = "equity-template 1"
START = "Start here"
FIRST_ROW = 4
MOST_WRONG = 20
COUNTS_WORDS = {"people": "people, each once", "events": "referrals or visits, so a person may count more than once"}


class CannotUse(Problem):
    """What to put right in a workbook, sheet and row by sheet and row."""


def template(sets: Sequence[str], stages: Mapping[str, str], periods: Sequence[str]) -> bytes:
    """An empty workbook. `stages` are codes and names."""
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
    book.close()
    return made.getvalue()


def add_sheet(book: Any, set_code: str, stages: Mapping[str, str], bold: Any) -> None:
    chosen = category_set(set_code)
    sheet = book.add_worksheet(characteristics()[chosen.characteristic].name[:31])
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 48)
    sheet.write_string(0, 0, "List", bold)
    sheet.write_string(0, 1, set_code)
    sheet.write_string(1, 1, chosen.name)
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
    for name, rows in sheets.items():
        if name == START:
            continue
        groups, everyone = sheet_counts(name, rows, stages, wrong)
        if any(any(counts) for counts in groups.values()):
            chosen = category_set(str(rows[0][1]))
            tables.append(Table(period, chosen.characteristic, chosen.code, groups))
            totals.append(everyone if any(everyone) else added(groups, len(stages)))
    if wrong:
        more = f" And {len(wrong) - MOST_WRONG} more." if len(wrong) > MOST_WRONG else ""
        raise CannotUse("\n".join(wrong[:MOST_WRONG]) + more)
    if not tables:
        raise CannotUse("No box is filled in yet. Write how many people of each group there were, then send it again.")
    found = Submission(what, stages, {period: totals[0]}, tuple(tables), Rows(), "the template", "")
    return read(found.text(), "The workbook")


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
