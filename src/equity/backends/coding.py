"""The codes of each column: which values it has, and the SQL that gives a row's code."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import re
from dataclasses import dataclass
from math import prod

import duckdb

from equity.backends.plan import MISSING, Dimension, Plan
from equity.backends.store import Codes, DoesNotFit

MOST_VALUES = 4_000
STATE_BITS = 16
MOST_OUTER = 1 << 20
# The highest bit of a row's number says that a value was not among the codes.
UNSEEN = 1 << 62
PLAIN_NAME = re.compile(r'[A-Za-z_]\w*|"[^"]+"')
WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


@dataclass(frozen=True)
class Column:
    """A dimension or state of the plan, with its type in the source and its codes."""

    name: str
    sql: str
    kind: str
    codes: Codes
    whole: tuple[int, int] | None


def columns_of(plan: Plan, source: str, rows: str, connection: duckdb.DuckDBPyConnection) -> dict[str, Column]:
    """Every column with its type and the values that these rows show, in one look."""
    given = (*plan.dimensions, *plan.states)
    asked = ", ".join(f"{column.sql} as {column.name}" for column in given)
    kinds = {name: kind for name, kind, *_ in connection.execute(f"describe select {asked} from {source}").fetchall()}
    looked_up = [column for column in given if whole_of(column, kinds) is None]
    listed = ", ".join(f"list(distinct cast({column.sql} as varchar))" for column in looked_up) or "1"
    found = connection.execute(f"select {listed} from {rows}").fetchall()[0]
    values = {column.name: texts or [] for column, texts in zip(looked_up, found, strict=False)}
    return {
        column.name: Column(
            column.name,
            column.sql,
            kinds[column.name],
            codes_of(column, values.get(column.name)),
            whole_of(column, kinds),
        )
        for column in given
    }


def whole_of(column: Dimension, kinds: dict[str, str]) -> tuple[int, int] | None:
    """The range that codes a column without looking at its values, where the source does hold whole numbers."""
    return column.whole if kinds[column.name].removeprefix("U") in WHOLE_NUMBERS else None


def codes_of(column: Dimension, texts: list[str | None] | None) -> Codes:
    if texts is None and column.whole is not None:
        return Codes(column.name, (*map(str, range(column.whole[0], column.whole[1] + 1)), MISSING))
    values = sorted(text for text in texts or () if text is not None)
    if len(values) > MOST_VALUES:
        raise DoesNotFit(f"{column.name} has more than {MOST_VALUES:,} values.")
    if MISSING in values:
        raise DoesNotFit(f"{column.name} has the word {MISSING!r} as a value.")
    return Codes(column.name, (*values, MISSING))


def parts(plan: Plan, columns: dict[str, Column]) -> tuple[tuple[Codes, ...], tuple[Codes, ...], tuple[Codes, ...]]:
    """Codes of outer dimensions, inner dimensions and states, refused when a row does not fit into one number."""
    outer = tuple(columns[name].codes for name in plan.names if name in plan.always_beside)
    inner = tuple(columns[name].codes for name in plan.names if name not in plan.always_beside)
    states = tuple(columns[column.name].codes for column in plan.states)
    if prod(one.size for one in outer) > MOST_OUTER:
        raise DoesNotFit("There are too many outer cells.")
    conditions = sum(counter.of_dimensions for counter in plan.counters)
    if sum(one.width for one in states) + conditions > STATE_BITS:
        raise DoesNotFit("The counters depend on too many different states.")
    if 1 << sum(one.width for one in (*outer, *inner, *states)) + conditions > UNSEEN:
        raise DoesNotFit("The columns do not fit into one number.")
    return outer, inner, states


def name_codes(columns: dict[str, Column], connection: duckdb.DuckDBPyConnection) -> None:
    """Give DuckDB an enumeration of every column's values, for `code_sql`."""
    for column in columns.values():
        if column.whole is None:
            listed = ", ".join(literal(text) for text in column.codes.values[:-1]) or "''"
            connection.execute(f'drop type if exists "code_{column.name}"')
            connection.execute(f'create type "code_{column.name}" as enum ({listed})')


def code_sql(column: Column, shift: int) -> str:
    """A value as its code in its place, where an enumeration that cannot fail is looked up once a dictionary entry,
    not once a row."""
    missing = (column.codes.size - 1) << shift
    otherwise = f"when ({column.sql}) is null then {missing}::ubigint else {UNSEEN}::ubigint end"
    if column.whole is not None:
        low, high = column.whole
        return (
            f"case when ({column.sql}) between {low} and {high} "
            f"then (({column.sql}) - ({low}))::ubigint << {shift} {otherwise}"
        )
    text = column.sql if column.kind == "VARCHAR" else f"cast({column.sql} as varchar)"
    return f'coalesce(enum_code(try_cast({text} as "code_{column.name}"))::ubigint << {shift}, case {otherwise})'


def is_named(column: str, sql: str) -> bool:
    """Is this plain column a word of the condition?"""
    return bool(PLAIN_NAME.fullmatch(column) and re.search(rf"(?<!\w){re.escape(column)}(?!\w)", sql, re.IGNORECASE))


def value_table(column: Column) -> str:
    """A small table of a column's values, under the column's own name, and their codes."""
    kind = "bigint" if column.whole is not None else column.kind
    rows = [f"({literal(text)}, {place})" for place, text in enumerate(column.codes.values[:-1])]
    listed = ", ".join([*rows, f"(null, {len(rows)})"])
    return (
        f"(select cast(value as {kind}) as {column.sql}, place as at_{column.name} "
        f"from (values {listed}) as {column.name}_values(value, place))"
    )


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
