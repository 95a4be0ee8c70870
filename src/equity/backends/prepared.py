"""Rows coded once: short whole numbers in place of words, so that every later count is cheap.

A store is a folder with `rows.npy` (dimensions of a row packed into 32 bits), `states.npy` (what the counters need),
`starts.npy` (where each outer cell's rows begin: rows are sorted by them) and `store.json` (the values behind the
codes and a fingerprint of the plan and the source). It holds one row a record: treat it as you treat the file it came
from.
"""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from equity.backends.plan import MISSING, Counter, Dimension, Plan
from equity.problem import Problem

SAMPLE = 100_000
MOST_VALUES = 4_000
MOST_STATES = 60_000
BLOCK = 1 << 17
FORMAT = 1


class DoesNotFit(Problem):
    """The plan or its data is too wide for the fast kernel; plain SQL counts it instead."""


@dataclass(frozen=True)
class Codes:
    """The values behind one column's codes; the last is for missing."""

    name: str
    values: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class Store:
    """Coded rows, sorted by outer cell."""

    outer: tuple[Codes, ...]
    inner: tuple[Codes, ...]
    rows: NDArray[np.uint32]
    states: NDArray[np.uint16]
    starts: NDArray[np.int64]
    lanes: NDArray[np.int32]
    fingerprint: str


def fingerprint(plan: Plan, source: str) -> str:
    """Changes with the plan's definitions and with the file's size or time."""
    about = [repr((plan.dimensions, plan.counters, sorted(map(sorted, plan.groupings)), plan.states)), source]
    path = Path(source.partition("'")[2].partition("'")[0])
    if path.is_file():
        about.append(f"{path.stat().st_size} {path.stat().st_mtime_ns}")
    return hashlib.sha256("\n".join(about).encode()).hexdigest()


def prepare(plan: Plan, source: str, connection: duckdb.DuckDBPyConnection) -> Store:
    """Code every row once. Refuses plans without states, persons counted as different persons, and very wide columns."""  # noqa: E501
    if plan.distinct or not plan.states:
        raise DoesNotFit("The plan counts something that does not add up from a few states.")
    try:
        return coded(plan, source, connection, all_codes(plan, source, connection))
    except duckdb.InvalidInputException as error:
        if UNSEEN not in str(error):
            raise
    # The first rows missed a value: look at every row.
    return coded(plan, source, connection, all_codes(plan, source, connection, everything=True))


def all_codes(
    plan: Plan, source: str, connection: duckdb.DuckDBPyConnection, *, everything: bool = False
) -> dict[str, Codes]:
    """The values of every column, in one look at the first rows (or at all of them)."""
    columns = (*plan.dimensions, *plan.states)
    rows = source if everything else f"(select * from {source} limit {SAMPLE})"
    looked_up = [column for column in columns if column.whole is None]
    asked = ", ".join(f"list(distinct cast({column.sql} as varchar))" for column in looked_up) or "1"
    found = connection.execute(f"select {asked} from {rows}").fetchall()[0]
    values = {
        column.name: sorted(value for value in listed or () if value is not None)
        for column, listed in zip(looked_up, found, strict=False)
    }
    return {column.name: codes_of(column, values) for column in columns}


def codes_of(column: Dimension, values: dict[str, list[str]]) -> Codes:
    if column.whole is not None:
        return Codes(column.name, (*map(str, range(column.whole[0], column.whole[1] + 1)), MISSING))
    if len(values[column.name]) > MOST_VALUES:
        raise DoesNotFit(f"{column.name} has more than {MOST_VALUES:,} values.")
    return Codes(column.name, (*values[column.name], MISSING))


def coded(plan: Plan, source: str, connection: duckdb.DuckDBPyConnection, codes: dict[str, Codes]) -> Store:
    """The coded rows, packed and sorted by outer cell."""
    outer = [column for column in plan.dimensions if column.name in plan.always_beside]
    inner = [column for column in plan.dimensions if column.name not in plan.always_beside]
    bits = [counter for counter in plan.counters if counter.of_dimensions]
    check_sizes(outer, inner, plan, codes)
    asked = [
        f"{code_sql(column, codes[column.name], connection)} as {column.name}"
        for column in (*plan.dimensions, *plan.states)
    ]
    asked += [f"cast(coalesce({counter.sql}, false) as utinyint) as bit_{counter.name}" for counter in bits]
    found = connection.execute(f"select {', '.join(asked)} from {source}").fetchnumpy()
    count = len(found[plan.names[0]])
    rows, states, where = np.zeros(count, np.uint32), np.zeros(count, np.uint16), np.zeros(count, np.uint32)
    used = 0
    for column in inner:
        add_code(rows, within(found, column, codes), 1 << used)
        used += width(codes[column.name])
    for columns, numbers in ((outer, where), (plan.states, states)):
        factor = 1 << (len(bits) if numbers is states else 0)
        for column in reversed(columns):
            add_code(numbers, within(found, column, codes), factor)
            factor *= codes[column.name].size
    for place, counter in enumerate(reversed(bits)):
        add_code(states, plain(found, f"bit_{counter.name}"), 1 << place)
    rows, states, starts = sort_by(where, rows, states, prod(codes[column.name].size for column in outer))
    return Store(
        tuple(codes[column.name] for column in outer),
        tuple(codes[column.name] for column in inner),
        rows,
        states,
        starts,
        lanes_of(plan, codes, bits, connection),
        fingerprint(plan, source),
    )


def within(
    found: dict[str, NDArray[np.unsignedinteger]], column: Dimension, codes: dict[str, Codes]
) -> NDArray[np.unsignedinteger]:
    """Whole numbers outside the range that the plan promised are refused."""
    numbers = plain(found, column.name)
    if column.whole is not None and len(numbers) and int(numbers.max()) >= codes[column.name].size:
        raise DoesNotFit(f"{column.name} has numbers outside {column.whole[0]} to {column.whole[1]}.")
    return numbers


def plain(found: dict[str, NDArray[np.unsignedinteger]], name: str) -> NDArray[np.unsignedinteger]:
    """The codes themselves, handed over once: nothing is missing by now."""
    return np.ma.getdata(found.pop(name))


def add_code(numbers: NDArray[np.unsignedinteger], codes: NDArray[np.unsignedinteger], factor: int) -> None:
    """numbers += codes * factor, in blocks that stay in the cache."""
    times = numbers.dtype.type(factor)
    for start in range(0, len(numbers), BLOCK):
        block = slice(start, start + BLOCK)
        numbers[block] += codes[block].astype(numbers.dtype) * times


def sort_by(
    where: NDArray[np.uint32], rows: NDArray[np.uint32], states: NDArray[np.uint16], places: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.int64]]:
    """Rows sorted by where they belong, and where each place begins."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(where, minlength=places))])
    short = where.astype(np.uint16) if places <= 1 << 16 else where
    order = np.argsort(short, kind="stable")
    return rows[order], states[order], starts


def width(codes: Codes) -> int:
    return max((codes.size - 1).bit_length(), 1)


def check_sizes(outer: Sequence[Dimension], inner: Sequence[Dimension], plan: Plan, codes: dict[str, Codes]) -> None:
    if sum(width(codes[column.name]) for column in inner) > 32:
        raise DoesNotFit("The dimensions do not fit into 32 bits.")
    bits = sum(counter.of_dimensions for counter in plan.counters)
    if prod(codes[column.name].size for column in plan.states) << bits > MOST_STATES:
        raise DoesNotFit("The counters depend on too many different states.")
    if prod(codes[column.name].size for column in outer) > 1 << 20:
        raise DoesNotFit("There are too many outer cells.")


UNSEEN = "a value that the first rows did not have"


def code_sql(column: Dimension, codes: Codes, connection: duckdb.DuckDBPyConnection) -> str:
    """A value as its code. An enumeration that cannot fail is looked up once a dictionary entry, not once a row."""
    missing, kind = codes.size - 1, "utinyint" if codes.size < 256 else "usmallint"
    beyond = f"case when ({column.sql}) is null then {missing}::{kind} else error('{UNSEEN}')::{kind} end"
    if column.whole is not None:
        low = column.whole[0]
        moved = f"({column.sql})" if low == 0 else f"({column.sql}) - ({low})"
        return f"coalesce(cast({moved} as {kind}), {missing}::{kind})"
    listed = ", ".join(literal(value) for value in codes.values[:-1]) or "''"
    connection.execute(f'drop type if exists "code_{column.name}"')
    connection.execute(f'create type "code_{column.name}" as enum ({listed})')
    return f'coalesce(cast(enum_code(try_cast({column.sql} as "code_{column.name}")) as {kind}), {beyond})'


def lanes_of(
    plan: Plan, codes: dict[str, Codes], bits: Sequence[Counter], connection: duckdb.DuckDBPyConnection
) -> NDArray[np.int32]:
    """What one row in each state adds to each counter, asked of the SQL definitions themselves."""
    sources = [state_table(column, codes[column.name]) for column in plan.states]
    number = "0"
    for column in plan.states:
        number = f"({number}) * {codes[column.name].size} + at_{column.name}"
    plain = [counter for counter in plan.counters if not counter.of_dimensions]
    counters = ", ".join(f"{counter.as_number()} as {counter.name}" for counter in plain)
    found = connection.execute(f"select {number} as state, {counters} from {' cross join '.join(sources)}").fetchnumpy()
    order = np.argsort(np.asarray(found["state"]))
    count = len(order) << len(bits)
    lanes = np.zeros((count, len(plan.counters)), np.int32)
    for lane, counter in enumerate(plan.counters):
        if counter.of_dimensions:
            place = len(bits) - 1 - [one.name for one in bits].index(counter.name)
            lanes[:, lane] = (np.arange(count) >> place) & 1
        else:
            lanes[:, lane] = np.repeat(np.asarray(found[counter.name])[order], 1 << len(bits))
    return lanes


def state_table(column: Dimension, codes: Codes) -> str:
    kind = "integer" if column.whole is not None else "varchar"
    rows = ", ".join(
        f"({'null' if value == MISSING and place == codes.size - 1 else literal(value)}, {place})"
        for place, value in enumerate(codes.values)
    )
    return f"(select cast(value as {kind}) as {column.sql}, place as at_{column.name} from (values {rows}) as {column.name}_values(value, place))"  # noqa: E501


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def save(store: Store, folder: Path) -> None:
    """Write beside, then move the description last: a store without it is not a store."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "store.json").unlink(missing_ok=True)
    for name, array in (
        ("rows", store.rows),
        ("states", store.states),
        ("starts", store.starts),
        ("lanes", store.lanes),
    ):
        np.save(folder / f"{name}.npy", array)
    about = {
        "format": FORMAT,
        "fingerprint": store.fingerprint,
        "outer": [[one.name, one.values] for one in store.outer],
        "inner": [[one.name, one.values] for one in store.inner],
    }
    beside = folder / ".unfinished-store.json"
    beside.write_text(json.dumps(about), encoding="utf-8")
    beside.replace(folder / "store.json")


def load(folder: Path) -> Store:
    try:
        about = json.loads((folder / "store.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Problem(f"{folder} is not a prepared store.") from None
    if about["format"] != FORMAT:
        raise Problem(f"{folder} was prepared by another version: prepare it again.")
    names = ("rows", "states", "starts", "lanes")
    arrays = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in names}
    return Store(
        tuple(Codes(name, tuple(values)) for name, values in about["outer"]),
        tuple(Codes(name, tuple(values)) for name, values in about["inner"]),
        arrays["rows"],
        arrays["states"],
        np.asarray(arrays["starts"]),
        np.asarray(arrays["lanes"]),
        about["fingerprint"],
    )
