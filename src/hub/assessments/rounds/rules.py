"""Decisions about rounds, in plain Python: where the middle half stands, and what a pasted list says."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, ClassVar

# Answers that have an order. "Does not apply" and "we do not know" are proper answers, but not places on this line.
LADDER = ("not_yet", "started", "usual", "others_could_learn")
# Oneself and at least five others, so that nobody can be picked out of a band.
SMALLEST_POOL = 6
LONGEST_LIST = 500
LONGEST_NAME = 160
LONGEST_EMAIL = 254
LINES_IN_A_ROW = 12
LINE_END = re.compile(r"\r\n?|\n")
A_WEEK = timedelta(days=7)


def middle_half(stages: Iterable[str]) -> tuple[str, str] | None:
    """The lowest and highest stage once a quarter is left off at each end; None if too few organisations said."""
    places = sorted(LADDER.index(stage) for stage in stages if stage in LADDER)
    if len(places) < SMALLEST_POOL:
        return None
    left_off = len(places) // 4
    kept = places[left_off : len(places) - left_off]
    return LADDER[kept[0]], LADDER[kept[-1]]


def one_voice(stages: Sequence[str]) -> str | None:
    """An organisation counts once, however many departments took part: the lower middle of what they said."""
    places = sorted(LADDER.index(stage) for stage in stages if stage in LADDER)
    return LADDER[places[(len(places) - 1) // 2]] if places else None


def may_nudge(*, last: date | None, today: date) -> bool:
    """At most one reminder a day for each organisation."""
    return last is None or last < today


def how_far(*, has_people, assessments, signed_off, is_stuck, answered, asked):
    """How far an organisation is, from its counts alone."""
    if assessments and signed_off == assessments:
        return "signed_off"
    if is_stuck:
        return "stuck"
    if assessments:
        return "part_way" if answered and answered * 2 >= asked else "started"
    return "joined" if has_people else "no_answer"


@dataclass(frozen=True)
class Row:
    """One row of a pasted list, as somebody typed it and as we understand it."""

    number: int
    name: str = ""
    email: str = ""
    kind: str = ""
    does: str = ""
    extra: str = ""
    problems: tuple[tuple[str, str], ...] = field(default=(), compare=False)  # a column, and what is wrong with it

    FIELDS: ClassVar = ("name", "email", "kind", "does")

    @property
    def is_empty(self):
        return not any((self.name, self.email, self.kind, self.does, self.extra))

    @property
    def cells(self):
        return [self.name, self.email, self.kind, self.does]

    @property
    def kind_slug(self):
        return KINDS.get(_plain(self.kind), "other")

    @property
    def provides(self):
        return DOES.get(_plain(self.does), (True, False))[0]

    @property
    def commissions(self):
        return DOES.get(_plain(self.does), (True, False))[1]

    @property
    def problem_of(self):
        return dict(self.problems)


def _words(table):
    return {word: value for words, value in table for word in words.split(", ")}


KINDS = _words(
    [
        (
            "charity, voluntary, community, community organisation, voluntary organisation, vcs, vcse, cic, "
            "charity or community organisation",
            "voluntary",
        ),
        ("nhs, trust, nhs trust, nhs organisation, gp, icb, hospital", "nhs"),
        ("council, borough, local authority, local government", "council"),
        ("other, another kind, another kind of organisation", "other"),
    ]
)
DOES = _words(
    [
        ("provides, provider, provide, p", (True, False)),
        ("commissions, commissioner, commission, c", (False, True)),
        ("both, provides and commissions, provider and commissioner, commissions and provides", (True, True)),
    ]
)
# Where two headings of a list could mean the same, the first of these here is meant, and the other column is left out.
HEADINGS = _words(
    [
        ("organisation, organization, organisation name, name of organisation, name of the organisation", "name"),
        ("partner, name", "name"),
        ("email, e-mail, email address, e-mail address, contact email, contact e-mail, contact", "email"),
        ("kind, type, kind of organisation, sector", "kind"),
        ("provides or commissions, provides/commissions, provider or commissioner, does, role", "does"),
    ]
)
LOOKS_LIKE_EMAIL = re.compile(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}$")


def read_list(text: str) -> list[Row]:
    """The rows of a list pasted from a spreadsheet. Numbers are those the person sees, headings included."""
    order: list[str | None] = list(Row.FIELDS)
    headings = None
    rows = []
    for number, cells in enumerate(_lines(text), start=1):
        if headings is None and any(cells):
            headings = _headings(cells) or []
            order = headings or order
        if not headings or _headings(cells) != headings:
            rows.append(_row(number, cells, order))
    return rows


def columns_left_out(text: str) -> list[str]:
    """What stands above the columns that we do not need, such as the contact's name."""
    first: list[str] = next((cells for cells in _lines(text) if any(cells)), [])
    columns = enumerate(zip(first, _headings(first) or [], strict=False), start=1)
    return [cell or str(number) for number, (cell, column) in columns if column is None]


def put_right(rows: Iterable[Row], fixes: dict[tuple[int, str], str]) -> list[Row]:
    """The rows with what somebody typed to put them right."""
    return [replace(row, **_fixed(row, fixes)) for row in rows]


def _fixed(row: Row, fixes: dict[tuple[int, str], str]) -> dict[str, Any]:
    return {name: _one_line(fixes[row.number, name]) for name in Row.FIELDS if (row.number, name) in fixes}


def checked(rows: Iterable[Row]) -> list[Row]:
    """The same rows, without empty ones, each with what is wrong in plain words."""
    first_with: dict[str, int] = {}
    result = []
    for row in rows:
        if row.is_empty:
            continue
        same = first_with.setdefault(_plain(row.name), row.number) if row.name else row.number
        result.append(replace(row, problems=tuple(_problems(row, same))))
    return result


def as_text(rows: Iterable[Row]) -> str:
    """The list as tab-separated text, a line for every number, so that numbers stay what they were."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    written = 0
    for row in rows:
        for _ in range(row.number - written - 1):
            writer.writerow(["", "", "", ""])
        writer.writerow([*row.cells, row.extra] if row.extra else row.cells)
        written = row.number
    return out.getvalue()


def _problems(row, same):
    """Pairs of a column and what is wrong with it; the form has the words."""
    if row.name.startswith('"') and row.name.count('"') % 2:
        yield "name", "open_quote"
    elif not row.name:
        yield "name", "no_name"
    elif len(row.name) > LONGEST_NAME:
        yield "name", "long_name"
    elif same != row.number:
        yield "name", f"same_as {same}"
    if not row.email:
        yield "email", "no_email"
    elif not LOOKS_LIKE_EMAIL.match(row.email) or len(row.email) > LONGEST_EMAIL:
        yield "email", "not_an_email"
    if row.kind and _plain(row.kind) not in KINDS:
        yield "kind", "unknown_kind"
    if row.does and _plain(row.does) not in DOES:
        yield "does", "unknown_part"
    if row.extra:
        yield "extra", "too_many_columns"


def _row(number, cells, order):
    named = {column: cell for column, cell in zip(order, cells, strict=False) if column}
    return Row(number=number, extra=" ".join(cells[len(order) :]).strip(), **named)


def _headings(cells):
    """What each column holds, None for one that we do not need; nothing at all if this row is no headings."""
    words = [_plain(cell) for cell in cells]
    meant: dict[str, int] = {}
    for word in sorted(set(words) & HEADINGS.keys(), key=list(HEADINGS).index):
        meant.setdefault(HEADINGS[word], words.index(word))
    if "name" not in meant or ("email" not in meant and not HEADINGS.keys() >= set(words)):
        return None
    places = {place: column for column, place in meant.items()}
    return [places.get(place) for place in range(len(words))]


def _lines(text):
    """The cells of each row. A cell in quotes may go over several lines."""
    lines = LINE_END.split(text.strip("\r\n"))
    delimiter = _delimiter(text)
    while lines:
        cells, taken = _first_row(lines[:LINES_IN_A_ROW], delimiter)
        yield _tidy(cells)
        del lines[:taken]


def _first_row(lines, delimiter):
    """One row, and how many lines it takes. A quote that nobody closes is a letter like any other."""
    for taken in range(1, len(lines) + 1):
        try:
            [cells] = csv.reader([f"{line}\n" for line in lines[:taken]], delimiter=delimiter, strict=True)
        except csv.Error:
            continue
        return cells, taken
    return lines[0].split(delimiter), 1


def _delimiter(text):
    if "\t" in text:
        return "\t"
    first = next((line for line in text.splitlines() if line.strip()), "")
    return ";" if first.count(";") > first.count(",") else ","


def _tidy(cells):
    tidy = [_one_line(cell) for cell in cells]
    while tidy and not tidy[-1]:
        tidy.pop()
    return tidy


def _one_line(text):
    return " ".join(text.replace("\xa0", " ").replace("\u200b", "").split())


def _plain(text):
    return " ".join(text.lower().split()).strip(" .:*")
