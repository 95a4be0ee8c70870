"""Prepare a store: code every row once, as one number, in one pass of DuckDB over the file."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import hashlib
import re
from dataclasses import dataclass
from math import prod
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from equity.backends.plan import MISSING, Counter, Dimension, Plan
from equity.backends.store import Codes, DoesNotFit, Store, shifts

SAMPLE = 100_000
MOST_VALUES = 4_000
STATE_BITS = 16
BLOCK = 1 << 16
MOST_OUTER = 1 << 20
MOST_COMBINATIONS = 1 << 20
# The highest bit of a row's number says that a value was not among the codes.
UNSEEN = 1 << 62
NO_YES = ("no", "yes")
PLAIN_NAME = re.compile(r'[A-Za-z_]\w*|"[^"]+"')
WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


def fingerprint(plan: Plan, source: str) -> str:
    """Changes with the plan's definitions and with the file's size or time."""
    about = [repr((plan.dimensions, plan.counters, sorted(map(sorted, plan.groupings)), plan.states)), source]
    path = Path(source.partition("'")[2].partition("'")[0])
    if path.is_file():
        about.append(f"{path.stat().st_size} {path.stat().st_mtime_ns}")
    return hashlib.sha256("\n".join(about).encode()).hexdigest()


@dataclass(frozen=True)
class Column:
    """A dimension or state of the plan, with its type in the source and its codes."""

    name: str
    sql: str
    kind: str
    codes: Codes
    whole: tuple[int, int] | None


def prepare(plan: Plan, source: str, connection: duckdb.DuckDBPyConnection) -> Store:
    """Code every row once. Refuses plans without states, persons counted as different persons, and very wide columns."""  # noqa: E501
    check_plan(plan)
    columns = columns_of(plan, source, f"(select * from {source} limit {SAMPLE})", connection)
    keys = coded(plan, source, columns, connection)
    if len(keys) and keys[-1] >= UNSEEN:
        # The first rows missed a value: look at every row.
        columns = columns_of(plan, source, source, connection)
        keys = coded(plan, source, columns, connection)
    if len(keys) and keys[-1] >= UNSEEN:
        raise DoesNotFit("A column has numbers outside the range that the plan gives it.")
    outer, inner, states = parts(plan, columns)
    keys, times = counted_once(keys)
    conditions = [truth_of(counter, plan, columns, connection) for counter in plan.counters if counter.of_dimensions]
    add_conditions(keys, conditions, shifts((*outer, *inner, *states)))
    return Store(
        outer,
        inner,
        (*states, *(Codes(one.counter, NO_YES) for one in conditions)),
        keys,
        times,
        lanes_of(plan, [columns[column.name] for column in plan.states], connection),
        fingerprint(plan, source),
    )


def check_plan(plan: Plan) -> None:
    if plan.distinct or not plan.states:
        raise DoesNotFit("The plan counts something that does not add up from a few states.")
    if len({*plan.names, *(column.name for column in plan.states)}) < len(plan.names) + len(plan.states):
        raise DoesNotFit("A dimension and a state share a name.")
    if not all(PLAIN_NAME.fullmatch(column.sql) for column in plan.states):
        raise DoesNotFit("A state is more than a column.")


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


def coded(
    plan: Plan, source: str, columns: dict[str, Column], connection: duckdb.DuckDBPyConnection
) -> NDArray[np.uint64]:
    """Every row as one number, sorted."""
    outer, inner, states = parts(plan, columns)
    places = shifts((*outer, *inner, *states))
    for column in columns.values():
        if column.whole is None:
            listed = ", ".join(literal(text) for text in column.codes.values[:-1]) or "''"
            connection.execute(f'drop type if exists "code_{column.name}"')
            connection.execute(f'create type "code_{column.name}" as enum ({listed})')
    key = " | ".join(f"({code_sql(columns[name], shift)})" for name, shift in places.items())
    found: NDArray[np.uint64] = np.ma.getdata(
        connection.execute(f"select {key} as key from {source}").fetchnumpy()["key"]
    )
    found.sort()
    return found


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


def counted_once(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.unsignedinteger]]:
    """Each different number of a sorted array, moved together at its front, and how many times it came."""
    kept, times, done = 0, [np.zeros(0, np.uint32)], 0
    for start in range(0, len(keys), BLOCK):
        block = keys[start : start + BLOCK + 1]
        last = np.flatnonzero(block[1:] != block[:-1]) + 1
        if start + BLOCK >= len(keys):
            last = np.append(last, len(block))
        keys[kept : kept + len(last)] = block[last - 1]
        times.append(np.diff(start + last, prepend=done).astype(np.uint32))
        kept, done = kept + len(last), start + int(last[-1]) if len(last) else done
    together = np.concatenate(times)
    return keys[:kept], together.astype(np.min_scalar_type(int(together.max(initial=0))))


def lanes_of(plan: Plan, states: list[Column], connection: duckdb.DuckDBPyConnection) -> NDArray[np.int64]:
    """What one row in each state adds to each counter, asked of the SQL definitions themselves.

    Below the states lies one bit for each condition on dimensions, the last one lowest.
    """
    codes = tuple(state.codes for state in states)
    number = " | ".join(f"(at_{name} << {shift})" for name, shift in shifts(codes).items())
    conditions = [counter.name for counter in plan.counters if counter.of_dimensions]
    plain = [counter for counter in plan.counters if not counter.of_dimensions]
    counters = ", ".join(f"{counter.as_number()} as {counter.name}" for counter in plain)
    tables = " cross join ".join(map(value_table, states))
    found = connection.execute(f"select {number} as state, {counters} from {tables}").fetchnumpy()
    by_state = np.zeros((1 << sum(one.width for one in codes), len(plan.counters)), np.int64)
    for lane, counter in enumerate(plan.counters):
        if not counter.of_dimensions:
            by_state[found["state"], lane] = found[counter.name]
    lanes = by_state.repeat(1 << len(conditions), axis=0)
    for lane, counter in enumerate(plan.counters):
        if counter.of_dimensions:
            place = len(conditions) - 1 - conditions.index(counter.name)
            lanes[:, lane] = (np.arange(len(lanes)) >> place) & 1
    return lanes


@dataclass(frozen=True, eq=False)
class Truth:
    """Whether a condition holds for every combination of the dimensions that it names."""

    counter: str
    named: tuple[Codes, ...]
    holds: NDArray[np.uint64]


def truth_of(counter: Counter, plan: Plan, columns: dict[str, Column], connection: duckdb.DuckDBPyConnection) -> Truth:
    """Asked of the SQL definition itself."""
    named = [columns[name] for name in plan.names if is_named(columns[name].sql, counter.sql)]
    if prod(column.codes.size for column in named) > MOST_COMBINATIONS:
        raise DoesNotFit(f"{counter.name} depends on too many combinations of dimensions.")
    tables = " cross join ".join(map(value_table, named)) or "(select 1)"
    order = ", ".join(f"at_{column.name}" for column in named) or "1"
    asked = f"select cast(coalesce({counter.sql}, false) as ubigint) as holds from {tables} order by {order}"
    try:
        found = connection.execute(asked).fetchnumpy()["holds"]
    except duckdb.BinderException:
        raise DoesNotFit(f"{counter.name} depends on more than the dimensions.") from None
    return Truth(counter.name, tuple(column.codes for column in named), np.ma.getdata(found))


def add_conditions(keys: NDArray[np.uint64], conditions: list[Truth], places: dict[str, int]) -> None:
    """Below every row's number, one bit for each condition on dimensions: it becomes one more state."""
    for start in range(0, len(keys), BLOCK):
        block = keys[start : start + BLOCK]
        rows = block.view(np.int64).copy()
        for condition in conditions:
            cell = np.zeros(len(rows), np.int64)
            for one in condition.named:
                cell = cell * one.size + ((rows >> places[one.name]) & ((1 << one.width) - 1))
            block <<= np.uint64(1)
            block |= condition.holds.take(cell)


def is_named(column: str, sql: str) -> bool:
    """Is this plain column a word of the condition?"""
    return bool(PLAIN_NAME.fullmatch(column) and re.search(rf"(?<!\w){re.escape(column)}(?!\w)", sql))


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
