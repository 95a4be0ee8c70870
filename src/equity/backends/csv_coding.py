"""Code the rows of a plain CSV file: DuckDB gives each different text of a column its code, and NumPy every row."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, zip_longest
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from equity.backends.coding import PLAIN_NAME, Column, code_sql, columns_of, literal, name_codes, parts
from equity.backends.duckdb_engine import quoted
from equity.backends.plain_csv import Dialect, NotPlain, Texts, dialect_of, read
from equity.backends.plan import Plan
from equity.backends.store import shifts

ONE_FILE = re.compile(r"read_csv\('((?:[^']|'')+\.(?:csv|tsv|txt))'\)")
NUMBER = "number_of_text"


def coded_texts(
    plan: Plan, source: str, connection: duckdb.DuckDBPyConnection
) -> tuple[dict[str, Column], NDArray[np.uint64]] | None:
    """Every row as one number, sorted. None when the source is not a plain CSV file: DuckDB reads that by itself."""
    named = ONE_FILE.fullmatch(source)
    path = Path(named[1].replace("''", "'")) if named else None
    if path is None or not path.is_file():
        return None
    try:
        dialect = dialect_of(path, connection)
        wanted = (*plan.dimensions, *plan.states)
        of = {column.name: column_behind(column.sql, dialect) for column in wanted}
        texts = read(dialect, dict.fromkeys(of.values()))
        bare = {of[column.name] for column in wanted if PLAIN_NAME.fullmatch(column.sql)}
        with meanings(texts, dialect) as small:
            check_spelling(small, {name: texts[name] for name in bare}, dialect, connection)
            return coded(plan, small, {name: texts[behind] for name, behind in of.items()}, connection)
    except (NotPlain, duckdb.Error):
        # DuckDB reads the file itself, or says what is wrong with it.
        return None


def column_behind(sql: str, dialect: Dialect) -> str:
    """The one column of the file that a dimension or state is made from."""
    named = [name for name in dialect.columns if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE)]
    if len(named) != 1 or NUMBER in dialect.columns:
        raise NotPlain
    return named[0]


@contextmanager
def meanings(texts: Mapping[str, Texts], dialect: Dialect) -> Iterator[str]:
    """A small table of every column's different texts, each at the row of its number, as DuckDB reads them."""
    types = {NUMBER: "BIGINT", **{name: dialect.columns[name] for name in texts}}
    columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in types.items())
    delimiter = bytes([dialect.delimiter])
    rows = enumerate(zip_longest(*(column.spelled() for column in texts.values()), fillvalue=b""))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.csv"
        path.write_bytes(b"".join(delimiter.join((b"%d" % row, *listed)) + b"\n" for row, listed in rows))
        yield f"read_csv({quoted(path)}, {dialect.options}, columns={{{columns}}})"


def check_spelling(
    small: str, texts: Mapping[str, Texts], dialect: Dialect, connection: duckdb.DuckDBPyConnection
) -> None:
    """A number written in another way than DuckDB would (023, 1.50) is left to DuckDB.

    Where a column is only wanted as text, DuckDB gives the text as it stands in the file, whatever type the column has.
    """
    typed = [name for name in texts if dialect.columns[name] != "VARCHAR"]
    if not typed:
        return
    connection.execute(f"create or replace temp table typed_texts as select * from {small}")
    listed = ", ".join(f'cast("{name}" as varchar)' for name in typed)
    rows = connection.execute(f"select {listed} from typed_texts order by {NUMBER}").fetchall()
    connection.execute("drop table typed_texts")
    for place, name in enumerate(typed):
        for row, text in zip(rows, texts[name].spelled(), strict=False):
            if row[place] is not None and row[place].encode() != text.removeprefix(b'"').removesuffix(b'"'):
                raise NotPlain


def coded(
    plan: Plan, small: str, texts: Mapping[str, Texts], connection: duckdb.DuckDBPyConnection
) -> tuple[dict[str, Column], NDArray[np.uint64]]:
    columns = columns_of(plan, small, small, connection)
    places = shifts(tuple(chain(*parts(plan, columns))))
    name_codes(columns, connection)
    listed = ", ".join(f"{code_sql(columns[name], shift)} as {name}" for name, shift in places.items())
    codes = connection.execute(f"select {listed} from {small} order by {NUMBER}").fetchnumpy()
    keys = np.zeros(sum(map(len, next(iter(texts.values())).fields)), np.uint64)
    for name in places:
        code, done = np.ma.getdata(codes[name]), 0
        for numbers in texts[name].fields:
            keys[done : done + len(numbers)] |= code.take(numbers)
            done += len(numbers)
    keys.sort()
    return columns, keys
