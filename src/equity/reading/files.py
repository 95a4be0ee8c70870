"""Open a person's file as a table of text, or say in one sentence why it cannot be opened."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import csv
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb

from equity.backends.duckdb_engine import connect, quoted
from equity.problem import Problem
from equity.reading.workbooks import why_not

MOST_COLUMNS = 2_000
LONGEST_LINE = 1_000_000
FIRST_LOOK = 1 << 20
SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".txt", "")
DATABASES = (".duckdb", ".db", ".sqlite", ".sqlite3")


class CannotRead(Problem):
    """A file that cannot be read as a table, with file, row and column where they are known."""


@dataclass(frozen=True)
class Rejected:
    """A row that was left out, and why."""

    row: int
    column: str
    value: str
    reason: str


@dataclass
class OpenFile:
    """A table of text columns named `rows`, with `row_number` from 1 as in the file's data rows."""

    name: str
    connection: duckdb.DuckDBPyConnection
    columns: tuple[str, ...]
    rows: int
    rejected: list[Rejected]


def open_file(path: Path | str, *, table: str | None = None, encoding: str = "utf-8") -> OpenFile:
    """Open CSV, Excel, OpenDocument, Parquet, DuckDB or SQLite. Every column is read as text and checked later."""
    path = Path(path)
    if not path.exists():
        raise CannotRead(f"{path}: there is no such file.")
    if path.is_dir():
        raise CannotRead(f"{path} is a folder, not a file.")
    if path.stat().st_size == 0:
        raise CannotRead(f"{path.name}: the file is empty.")
    kind = path.suffix.lower()
    if kind == ".parquet":
        return from_parquet(path)
    if kind in SHEETS:
        return from_sheet(path, table)
    if kind in DATABASES:
        return from_database(path, table)
    if kind in TEXTS:
        return from_text(path, encoding)
    raise CannotRead(f"{path.name}: files that end in {kind} are not known. Use CSV, Excel, Parquet, DuckDB or SQLite.")


def open_frame(frame: Any, name: str = "the table") -> OpenFile:
    """Open an Arrow table or a pandas or Polars frame."""
    con = connect()
    try:
        con.register("given", frame)
    except duckdb.Error:
        raise CannotRead(f"{name} is not an Arrow table, a pandas frame or a Polars frame.") from None
    return with_rows(loaded(name, con, "select * from given", []))


def loaded(name: str, con: duckdb.DuckDBPyConnection, select: str, rejected: list[Rejected]) -> OpenFile:
    """Keep the selected rows as text, numbered in their order."""
    found = con.execute(f"describe {select}").fetchall()
    columns = tuple(column[0] for column in found)
    check_columns(name, columns)
    nested = [column for column, kind, *_ in found if "[" in kind or kind.startswith(("STRUCT", "MAP", "BLOB"))]
    if nested:
        raise CannotRead(f"{name}, column {nested[0]}: this column holds lists or bytes, not single values.")
    texts = ", ".join(
        f'nullif(trim(cast("{escaped(column)}" as varchar)), \'\') as "{escaped(column)}"' for column in columns
    )
    con.execute(f"create or replace table rows as select row_number() over () as row_number, {texts} from ({select})")
    count = con.execute("select count(*) from rows").fetchone()
    rows = int(count[0]) if count else 0
    return OpenFile(name, con, columns, rows, rejected)


def with_rows(file: OpenFile) -> OpenFile:
    if file.rows == 0:
        raise CannotRead(f"{file.name}: there are column names but no rows.")
    return file


def escaped(column: str) -> str:
    return column.replace('"', '""')


def check_columns(name: str, columns: tuple[str, ...]) -> None:
    if len(columns) > MOST_COLUMNS:
        raise CannotRead(
            f"{name}, row 1: {len(columns):,} columns. More than {MOST_COLUMNS:,} is not a table of people."
        )
    if "row_number" in columns:
        raise CannotRead(f"{name}: a column is called row_number, which we need for ourselves. Please rename it.")


def from_parquet(path: Path) -> OpenFile:
    con = connect()
    try:
        return with_rows(loaded(path.name, con, f"select * from read_parquet({quoted(path)})", []))
    except duckdb.Error as error:
        raise CannotRead(f"{path.name}: this is not a Parquet file that can be read ({first_line(error)}).") from None


def first_line(error: Exception) -> str:
    return str(error).splitlines()[0].strip().rstrip(".")[:160]


def from_database(path: Path, table: str | None) -> OpenFile:
    if path.read_bytes()[:16].startswith(b"SQLite format 3"):
        return from_sqlite(path, table)
    con = connect()
    try:
        con.execute(f"attach {quoted(path)} as theirs (read_only)")
    except duckdb.Error:
        raise CannotRead(f"{path.name}: this is neither a DuckDB nor a SQLite database.") from None
    tables = [
        row[0]
        for row in con.execute("select table_name from duckdb_tables() where database_name = 'theirs'").fetchall()
    ]
    return with_rows(loaded(path.name, con, f'select * from theirs."{escaped(chosen_table(path, table, tables))}"', []))


def chosen_table(path: Path, table: str | None, tables: list[str]) -> str:
    if table in tables and table is not None:
        return table
    if table is None and len(tables) == 1:
        return tables[0]
    listed = ", ".join(tables) or "none"
    raise CannotRead(f"{path.name}: say which table with --table. Tables: {listed}.")


def from_sqlite(path: Path, table: str | None) -> OpenFile:
    """SQLite is read with Python's own library, so that nothing needs to be downloaded."""
    import sqlite3

    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        tables = [row[0] for row in source.execute("select name from sqlite_master where type in ('table', 'view')")]
        cursor = source.execute(f'select * from "{escaped(chosen_table(path, table, tables))}"')
        columns = [column[0] for column in cursor.description]
        return from_rows(path.name, columns, cursor)
    except sqlite3.DatabaseError as error:
        raise CannotRead(f"{path.name}: the SQLite database cannot be read ({first_line(error)}).") from None
    finally:
        source.close()


def from_rows(name: str, columns: list[str], rows: Any) -> OpenFile:
    """Rows from another reader, through a temporary CSV file: one way in for everything."""
    check_columns(name, tuple(columns))
    handle, beside = tempfile.mkstemp(suffix=".csv")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(unique(columns))
            writer.writerows(["" if value is None else str(value).replace("\x00", "") for value in row] for row in rows)
        return read_text(name, Path(beside))
    finally:
        Path(beside).unlink(missing_ok=True)


def unique(columns: list[str]) -> list[str]:
    """Names for columns without one, and different names for columns that share one."""
    seen: dict[str, int] = {}
    found = []
    for place, column in enumerate(columns, start=1):
        name = str(column).strip() or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def from_sheet(path: Path, sheet: str | None) -> OpenFile:
    """Excel or OpenDocument, after checking that it does not unpack into something enormous."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if why := why_not(path):
            raise CannotRead(f"{path.name}: {why}")
        book = CalamineWorkbook.from_path(str(path))
        if not book.sheet_names:
            raise CannotRead(f"{path.name}: the workbook has no sheets.")
        if sheet is not None and sheet not in book.sheet_names:
            raise CannotRead(f"{path.name}: there is no sheet {sheet!r}. Sheets: {', '.join(book.sheet_names)}.")
        rows = book.get_sheet_by_name(sheet or book.sheet_names[0]).iter_rows()
    except (CalamineError, OSError, ElementTree.ParseError, zipfile.BadZipFile) as error:
        raise CannotRead(f"{path.name}: this is not a workbook that can be read ({first_line(error)}).") from None
    filled = ([cell_text(value) for value in row] for row in rows if any(value != "" for value in row))
    names = next(filled, None)
    if names is None:
        raise CannotRead(f"{path.name}: the sheet {sheet or book.sheet_names[0]!r} is empty.")
    return from_rows(path.name, names, filled)


def cell_text(value: Any) -> str:
    """Whole numbers without a point, dates as year-month-day."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def from_text(path: Path, encoding: str) -> OpenFile:
    look_first(path, encoding)
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        return read_text(path.name, path)
    handle, beside = tempfile.mkstemp(suffix=".csv")
    os.close(handle)
    try:
        recode(path, Path(beside), encoding)
        return read_text(path.name, Path(beside))
    finally:
        Path(beside).unlink(missing_ok=True)


def recode(path: Path, beside: Path, encoding: str) -> None:
    try:
        with path.open(encoding=encoding, newline="") as source, beside.open("w", encoding="utf-8", newline="") as out:
            while part := source.read(FIRST_LOOK):
                out.write(part)
    except LookupError:
        raise CannotRead(f"There is no encoding {encoding!r}.") from None
    except UnicodeError:
        raise CannotRead(f"{path.name} cannot be read as {encoding}.") from None


def look_first(path: Path, encoding: str) -> None:
    """Say no early to files that are not text, or have lines or headers without end."""
    with path.open("rb") as file:
        start = file.read(FIRST_LOOK)
    if b"\x00" in start and not encoding.lower().startswith("utf-16"):
        raise CannotRead(
            f"{path.name}: this is not a text file. Save it as CSV, or give it its own ending (.xlsx, .parquet)."
        )
    first = start.split(b"\n", 1)[0]
    if len(first) >= min(LONGEST_LINE, FIRST_LOOK):
        raise CannotRead(f"{path.name}, row 1: the line is longer than {LONGEST_LINE:,} characters.")
    for mark in (b",", b";", b"\t", b"|"):
        if first.count(mark) > MOST_COLUMNS:
            raise CannotRead(
                f"{path.name}, row 1: {first.count(mark) + 1:,} columns. More than {MOST_COLUMNS:,} is not a table of people."  # noqa: E501
            )


def read_text(name: str, path: Path) -> OpenFile:
    con = connect()
    options = (
        f"all_varchar = true, header = true, store_rejects = true, rejects_limit = 0, max_line_size = {LONGEST_LINE}"
    )
    try:
        # The delimiter is guessed from the file; every line that does not fit is kept aside, not lost.
        found = loaded(name, con, f"select * from read_csv({quoted(path)}, {options})", [])
    except duckdb.Error as error:
        raise CannotRead(why_not_text(name, path, error)) from None
    found.rejected.extend(rejects(con))
    if line := bad_encoding(path) if found.rejected else None:
        raise CannotRead(encoding_words(name, line))
    if endless := [one.row for one in found.rejected if one.reason == TOO_LONG]:
        raise CannotRead(f"{name}, row {endless[0]}: the line is longer than {LONGEST_LINE:,} characters.")
    number_as_in_file(with_rows(found))
    if len(found.columns) == 1 and found.columns[0].startswith("column0"):
        raise CannotRead(f"{name}: no column names were found in row 1.")
    return found


TOO_LONG = "the line is too long"


def rejects(con: duckdb.DuckDBPyConnection) -> list[Rejected]:
    rows = con.execute(
        "select line, coalesce(column_name, ''), coalesce(csv_line, ''), error_type::varchar from reject_errors order by line"  # noqa: E501
    ).fetchall()
    reasons = {
        "MISSING COLUMNS": "too few columns",
        "TOO MANY COLUMNS": "too many columns",
        "UNQUOTED VALUE": "a quotation mark is not closed",
        "LINE SIZE OVER MAXIMUM": TOO_LONG,
        "INVALID ENCODING": "not UTF-8",
        "INVALID UNICODE": "not UTF-8",
    }
    # The file's own line 1 holds the names, so data row 1 is line 2.
    return [
        Rejected(int(line) - 1, column, text[:200], reasons.get(kind, kind.lower()))
        for line, column, text, kind in rows
    ]


def number_as_in_file(file: OpenFile) -> None:
    """Rows after a rejected line keep the number they have in the file."""
    gone = sorted({one.row for one in file.rejected})
    if not gone:
        return
    con = file.connection
    con.execute("create or replace temp table gone (row bigint)")
    con.executemany("insert into gone values (?)", [[row] for row in gone])
    con.execute(
        "create or replace temp table places as select row, row_number() over (order by row) as place "
        f"from range(1, {file.rows + len(gone) + 1}) as numbers(row) where row not in (select row from gone)"
    )
    con.execute("update rows set row_number = places.row from places where places.place = rows.row_number")


def why_not_text(name: str, path: Path, error: duckdb.Error) -> str:
    line = bad_encoding(path)
    if line:
        return encoding_words(name, line)
    text = str(error).lower()
    if "maximum line size" in text or "line size" in text:
        return f"{name}: a line is longer than {LONGEST_LINE:,} characters."
    return f"{name}: this cannot be read as a table with columns ({first_line(error)})."


def encoding_words(name: str, line: int) -> str:
    return (
        f"{name}, row {line}: some letters are not UTF-8. Save the file as 'CSV UTF-8', or say how it was written "
        "with --encoding (often cp1252 on Windows)."
    )


def bad_encoding(path: Path) -> int | None:
    """The first line that is not UTF-8; None when all are."""
    for number, line in enumerate(lines(path), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return number
    return None


def lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            yield line
