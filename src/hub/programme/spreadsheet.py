"""A programme as one spreadsheet: reading its rows, and saying by row what cannot be right. No database."""

import csv
import datetime
import io
from dataclasses import dataclass, field
from decimal import Decimal

import python_calamine
from django.utils.translation import gettext as _

from hub.commitments.rules import number_in
from hub.core.spreadsheets import STARTS_A_FORMULA

MOST_ROWS = 2000
MOST_BYTES = 2_000_000
# In the order in which one needs another.
WHAT = (
    "strand", "principle", "phase", "community", "forum", "area", "action", "target", "outcome", "indicator",
)  # fmt: skip
IN_AN_AREA = ("action", "target", "outcome", "indicator")
KINDS = ("number", "share", "milestone", "cadence")
COUNTED = ("number", "share")
MOST_WEEKS = 520
# What stands at the top of a column, and what else people write there.
COLUMNS = {
    "what": ("what", "type"),
    "title": ("title", "name"),
    "area": ("area", "service area"),
    "strand": ("strand",),
    "words": ("words", "summary", "description"),
    "inequality": ("what is unfair now?", "inequality", "what is unfair now"),
    "action": ("what will be done?", "action", "what will be done"),
    "outcome": ("what should come of it?", "outcome", "what should come of it"),
    "knowing": ("how will we know?", "knowing", "how will we know"),
    "owner": ("owner", "who looks after it"),
    "owner_role": ("their job", "owner's job", "job"),
    "due_on": ("by when", "due", "date", "by"),
    "kind": ("kind of target", "kind"),
    "value": ("figure to reach", "value", "figure"),
    "serves": ("actions it belongs to", "actions", "serves"),
    "shows": ("outcome it counts for", "outcomes it counts for", "indicator of"),
    "phase": ("phase",),
    "community": ("community",),
    "when": ("when, in words", "when"),
    "group": ("group of people", "group"),
    "takes_part": ("who takes part", "takes part"),
}
LONGEST = {"title": 200, "owner_role": 120, "when": 200, "takes_part": 1000}
# Some kinds of things have less room than others.
SHORTER = {
    "action": {"title": 160},
    "area": {"title": 160},
    "forum": {"title": 160},
    "target": {"words": 1000},
    "outcome": {"words": 1000},
    "principle": {"words": 2000},
    "phase": {"words": 2000},
}
LONG = 4000
FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%m-%Y")


class NotASheetError(Exception):
    """The file cannot be read, or lacks what every row needs. The message says what to do."""


@dataclass(frozen=True)
class Problem:
    row: int
    sentence: str


@dataclass
class SheetRow:
    """One row as it was typed, with its number in the file."""

    number: int
    cells: dict
    due_on: datetime.date | None = None
    value: Decimal | None = None
    problems: list = field(default_factory=list)

    def __getitem__(self, name):
        return self.cells.get(name, "")

    @property
    def what(self):
        return self["what"].casefold()

    def is_wrong(self, sentence):
        self.problems.append(Problem(self.number, sentence))


def same(text):
    """Two people who write the same thing write it a little differently."""
    return " ".join(text.casefold().split())


def names_in(text):
    """Several names, one a line, or in one line with semicolons between them."""
    lines = text.splitlines()
    names = lines if len(lines) > 1 else text.split(";")
    return [name.strip() for name in names if name.strip()]


def read_sheet(name, content):
    """The rows of an Excel, OpenDocument or CSV file as text, the first of them the header."""
    if len(content) > MOST_BYTES:
        raise NotASheetError(_("This file is larger than 2 MB. Send only the sheet with the programme"))
    rows = _csv_rows(content) if name.lower().endswith(".csv") else _workbook_rows(content)
    rows = [[_text(cell) for cell in row] for row in rows]
    if len(rows) > MOST_ROWS + 1:
        raise NotASheetError(_("There are more than 2,000 rows. Send them in parts"))
    return rows


def _csv_rows(content):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    dialect = "excel-tab" if "\t" in text.partition("\n")[0] else "excel"
    return list(csv.reader(io.StringIO(text), dialect))


def _workbook_rows(content):
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except (python_calamine.CalamineError, ValueError) as error:
        raise NotASheetError(_("We cannot read this. Send an Excel, OpenDocument or CSV file")) from error


def _text(cell):
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    # What we put before a cell that a spreadsheet would run.
    return text[1:] if text.startswith("'") and text[1:].startswith(STARTS_A_FORMULA) else text


def checked(rows):
    """Each row with what is wrong with it by itself. Empty rows are left out."""
    if not rows:
        raise NotASheetError(_("The sheet is empty"))
    columns = _columns(rows[0])
    found = []
    for number, cells in enumerate(rows[1:], start=2):
        if any(cells):
            row = SheetRow(number, {name: cells[at] for name, at in columns.items() if at < len(cells)})
            _check(row)
            found.append(row)
    return found


def _columns(header):
    named = {word: name for name, words in COLUMNS.items() for word in (name, *words)}
    columns = {}
    for at, cell in enumerate(header):
        name = named.get(cell.casefold().strip())
        if name and name not in columns:
            columns[name] = at
    missing = [name for name in ("what", "title") if name not in columns]
    if missing:
        sentence = _("The first row needs the columns “What” and “Title”. Start from our empty sheet")
        raise NotASheetError(sentence)
    return columns


def _check(row):
    if row.what not in WHAT:
        row.is_wrong(_("“What” has to be one of: %(words)s") % {"words": ", ".join(WHAT)})
        return
    if not row["title"]:
        row.is_wrong(_("It has no title"))
    for name, text in row.cells.items():
        if len(text) > longest(row.what, name):
            row.is_wrong(_("“%(column)s” is too long. Shorten it") % {"column": COLUMNS[name][0].capitalize()})
    _check_place(row)
    _check_date(row)
    if row.what in CHECKS:
        _check_value(row)
        CHECKS[row.what](row)


def longest(what, name):
    return SHORTER.get(what, {}).get(name) or LONGEST.get(name, LONG)


def _check_place(row):
    if row.what in IN_AN_AREA and not row["area"]:
        sentences = {
            "action": _("This action is in no area. Write which one"),
            "target": _("This target is in no area. Write which one"),
            "outcome": _("This outcome is in no area. Write which one"),
            "indicator": _("This indicator is in no area. Write which one"),
        }
        row.is_wrong(sentences[row.what])
    if row.what == "area" and not row["strand"]:
        row.is_wrong(_("This area is in no strand. Write which one"))


def _check_date(row):
    text = row["due_on"]
    if not text:
        return
    row.due_on = date_in(text)
    if row.due_on is None:
        row.is_wrong(_("“%(text)s” is not a date. Write it as 31/3/2027") % {"text": text[:40]})


def date_in(text):
    """The day that somebody wrote, or None. Day before month, as people here write it."""
    for form in FORMATS:
        try:
            day = datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
        return day if 1900 < day.year < 2101 else None
    return None


def _check_value(row):
    row.value = number_in(row["value"]) if row["value"] else None
    if row["value"] and row.value is None:
        row.is_wrong(_("“%(text)s” is not a number. Put words into “Words”") % {"text": row["value"][:40]})


def kind_of(row):
    """Of a target or an indicator, in the words of our own list."""
    return row["kind"].casefold() or {"target": "milestone", "indicator": "number"}[row.what]


def _check_target(row):
    kind = kind_of(row)
    if kind not in KINDS:
        row.is_wrong(_("The kind of target has to be one of: %(words)s") % {"words": ", ".join(KINDS)})
    _check_share(row, kind)
    if kind == "cadence" and row["value"] and not _is_weeks(row.value):
        row.is_wrong(_("For a cadence, the figure is how many weeks there are at most between two of them"))


def what_a_new_target_lacks(row):
    """What a target that is there already need not say again."""
    kind = kind_of(row)
    if not row["due_on"]:
        yield _("This target has no date. Write by when")
    if kind in COUNTED and not row["value"]:
        yield _("Write the figure to reach, or call it a milestone")
    if kind == "cadence" and not row["value"]:
        yield _("For a cadence, the figure is how many weeks there are at most between two of them")


def _check_share(row, kind):
    if kind == "share" and row.value is not None and not 0 <= row.value <= 100:
        row.is_wrong(_("A share lies between 0 and 100"))


def _is_weeks(value):
    return value is None or (1 <= value <= MOST_WEEKS and not value % 1)


def _check_indicator(row):
    kind = kind_of(row)
    if not row["shows"]:
        row.is_wrong(_("This indicator counts for no outcome. Write which one"))
    if kind not in COUNTED:
        row.is_wrong(_("The kind of indicator has to be one of: %(words)s") % {"words": ", ".join(COUNTED)})
    if row["due_on"] and not row["value"]:
        row.is_wrong(_("Write which figure is to be reached by then, or leave the date out"))
    _check_share(row, kind)


def _check_forum(row):
    if row["value"] and not _is_weeks(row.value):
        row.is_wrong(_("For a forum, the figure is how many weeks there are at most between two meetings"))


CHECKS = {"target": _check_target, "indicator": _check_indicator, "forum": _check_forum}
