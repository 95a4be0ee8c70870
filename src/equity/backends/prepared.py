"""Prepare a store: code every row once, as one number, in one pass of DuckDB over the file."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import hashlib
from dataclasses import dataclass
from itertools import chain
from math import prod
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from equity.backends.coding import (
    PLAIN_NAME,
    UNSEEN,
    Column,
    code_sql,
    columns_of,
    is_named,
    name_codes,
    parts,
    value_table,
)
from equity.backends.csv_coding import coded_texts
from equity.backends.plan import Counter, Plan
from equity.backends.store import Codes, DoesNotFit, Store, shifts

SAMPLE = 100_000
BLOCK = 1 << 16
MOST_COMBINATIONS = 1 << 20
NO_YES = ("no", "yes")


def fingerprint(plan: Plan, source: str) -> str:
    """Changes with the plan's definitions and with the file's size or time."""
    about = [repr((plan.dimensions, plan.counters, sorted(map(sorted, plan.groupings)), plan.states)), source]
    path = Path(source.partition("'")[2].partition("'")[0])
    if path.is_file():
        about.append(f"{path.stat().st_size} {path.stat().st_mtime_ns}")
    return hashlib.sha256("\n".join(about).encode()).hexdigest()


def prepare(plan: Plan, source: str, connection: duckdb.DuckDBPyConnection) -> Store:
    """Code every row once. Refuses plans without states, persons counted as different persons, and very wide columns."""  # noqa: E501
    check_plan(plan)
    columns, keys = coded_texts(plan, source, connection) or coded_rows(plan, source, connection)
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


def coded_rows(
    plan: Plan, source: str, connection: duckdb.DuckDBPyConnection
) -> tuple[dict[str, Column], NDArray[np.uint64]]:
    """Every row as one number, sorted, by the values of the first rows, or of all rows where those missed one."""
    columns = columns_of(plan, source, f"(select * from {source} limit {SAMPLE})", connection)
    keys = coded(plan, source, columns, connection)
    if len(keys) and keys[-1] >= UNSEEN:
        columns = columns_of(plan, source, source, connection)
        keys = coded(plan, source, columns, connection)
    return columns, keys


def coded(
    plan: Plan, source: str, columns: dict[str, Column], connection: duckdb.DuckDBPyConnection
) -> NDArray[np.uint64]:
    places = shifts(tuple(chain(*parts(plan, columns))))
    name_codes(columns, connection)
    key = " | ".join(f"({code_sql(columns[name], shift)})" for name, shift in places.items())
    found: NDArray[np.uint64] = np.ma.getdata(
        connection.execute(f"select {key} as key from {source}").fetchnumpy()["key"]
    )
    found.sort()
    return found


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
