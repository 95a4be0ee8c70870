"""Rows coded once: short whole numbers in place of words, so that every later count is cheap.

A store is a folder with `rows.npy` (dimensions of a row packed into 32 bits), `states.npy` (what the counters need),
`starts.npy` (where each outer cell's rows begin: rows are sorted by them) and `store.json` (the values behind the codes and
a fingerprint of the plan and the source). It holds one row a record: treat it as you treat the file it came from.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from equity.backends.plan import MISSING, Dimension, Plan
from equity.problem import Problem

SAMPLE = 300_000
MOST_VALUES = 4_000
MOST_STATES = 60_000
FORMAT = 1


class DoesNotFit(Problem):
    """The plan or its data is too wide for the compiled kernel; plain SQL counts it instead."""


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
    """Code every row once. Refuses plans without states, persons counted as different persons, and very wide columns."""
    if plan.distinct or not plan.states:
        raise DoesNotFit("The plan counts something that does not add up from a few states.")
    codes = {column.name: codes_of(column, source, connection) for column in (*plan.dimensions, *plan.states)}
    for attempt in (False, True):
        store = coded(plan, source, connection, codes)
        if store is not None:
            return store
        # The sample missed a value: look at every row.
        codes = {column.name: codes_of(column, source, connection, everything=not attempt) for column in (*plan.dimensions, *plan.states)}
    raise DoesNotFit("The data changed while it was being read.")


def codes_of(column: Dimension, source: str, connection: duckdb.DuckDBPyConnection, *, everything: bool = False) -> Codes:
    if column.whole is not None:
        return Codes(column.name, (*map(str, range(column.whole[0], column.whole[1] + 1)), MISSING))
    rows = source if everything else f"(select * from {source} limit {SAMPLE})"
    found = connection.execute(
        f"select distinct cast({column.sql} as varchar) as value from {rows} where {column.sql} is not null order by 1 limit {MOST_VALUES + 1}"
    ).fetchall()
    if len(found) > MOST_VALUES:
        raise DoesNotFit(f"{column.name} has more than {MOST_VALUES:,} values.")
    return Codes(column.name, (*(value for (value,) in found), MISSING))


def coded(plan: Plan, source: str, connection: duckdb.DuckDBPyConnection, codes: dict[str, Codes]) -> Store | None:
    """The coded and sorted rows; None when a value was seen that has no code."""
    from equity.backends import kernel

    outer_names = plan.always_beside
    outer = [column for column in plan.dimensions if column.name in outer_names]
    inner = [column for column in plan.dimensions if column.name not in outer_names]
    check_sizes(outer, inner, plan, codes)
    bits = [counter for counter in plan.counters if counter.of_dimensions]
    shifts, used = {}, 0
    for column in inner:
        shifts[column.name] = used
        used += width(codes[column.name])
    packed = " + ".join([f"{code_sql(column, codes, connection)} * {1 << shifts[column.name]}" for column in inner] or ["0"])
    beside = mixed(outer, codes, connection)
    state = mixed(plan.states, codes, connection)
    for counter in bits:
        state = f"({state}) * 2 + case when {counter.sql} then 1 else 0 end"
    nulls = ", ".join(f"count(*) - count({column.sql})" for column in (*plan.dimensions, *plan.states) if column.whole is None)
    found = connection.execute(
        f"select cast({packed} as uinteger) as rows, cast({state} as usmallint) as states, cast({beside} as uinteger) as beside from {source}"
    ).fetchnumpy()
    rows, states, where = (np.asarray(found[name]) for name in ("rows", "states", "beside"))
    if nulls and not all_coded(plan, connection.execute(f"select {nulls} from {source}").fetchall()[0], codes, rows, states, where, shifts, outer, bits):
        return None
    places = prod(codes[column.name].size for column in outer)
    rows, states, starts = kernel.sort_by(where.astype(np.uint32, copy=False), rows, states, places)
    return Store(
        tuple(codes[column.name] for column in outer), tuple(codes[column.name] for column in inner), rows, states, starts,
        lanes_of(plan, codes, bits, connection), fingerprint(plan, source),
    )


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


def code_sql(column: Dimension, codes: dict[str, Codes], connection: duckdb.DuckDBPyConnection) -> str:
    """A value as its code. An enumeration that cannot fail is looked up once a dictionary entry, not once a row."""
    missing = codes[column.name].size - 1
    if column.whole is not None:
        return f"cast(coalesce({column.sql} - ({column.whole[0]}), {missing}) as uinteger)"
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in codes[column.name].values[:-1]) or "''"
    connection.execute(f'drop type if exists "code_{column.name}"')
    connection.execute(f'create type "code_{column.name}" as enum ({listed})')
    return f'cast(coalesce(enum_code(try_cast({column.sql} as "code_{column.name}")), {missing}) as uinteger)'


def mixed(columns: Sequence[Dimension], codes: dict[str, Codes], connection: duckdb.DuckDBPyConnection) -> str:
    """Several codes as one number."""
    said = "0"
    for column in columns:
        said = f"({said}) * {codes[column.name].size} + {code_sql(column, codes, connection)}"
    return said


def all_coded(plan: Plan, nulls: Sequence[int], codes: dict[str, Codes], rows: NDArray, states: NDArray, where: NDArray, shifts: dict[str, int], outer: Sequence[Dimension], bits: Sequence[object]) -> bool:
    """A value without a code looks missing: so as many must look missing as are."""
    texts = [column for column in (*plan.dimensions, *plan.states) if column.whole is None]
    for column, expected in zip(texts, nulls, strict=True):
        missing = codes[column.name].size - 1
        if column.name in shifts:
            seen = ((rows >> np.uint32(shifts[column.name])) & np.uint32((1 << width(codes[column.name])) - 1)) == missing
        elif column in outer:
            seen = digit(where, [codes[one.name].size for one in outer], list(outer).index(column)) == missing
        else:
            seen = digit(states >> np.uint16(len(bits)), [codes[one.name].size for one in plan.states], list(plan.states).index(column)) == missing
        if int(np.count_nonzero(seen)) != expected:
            return False
    return True


def digit(numbers: NDArray, sizes: Sequence[int], place: int) -> NDArray:
    return numbers // prod(sizes[place + 1:]) % sizes[place]


def lanes_of(plan: Plan, codes: dict[str, Codes], bits: Sequence[object], connection: duckdb.DuckDBPyConnection) -> NDArray[np.int32]:
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
    lanes = np.zeros((count, 16), np.int32)
    for lane, counter in enumerate(plan.counters):
        if counter.of_dimensions:
            place = len(bits) - 1 - [one.name for one in bits].index(counter.name)  # type: ignore[attr-defined]
            lanes[:, lane] = (np.arange(count) >> place) & 1
        else:
            lanes[:, lane] = np.repeat(np.asarray(found[counter.name])[order], 1 << len(bits))
    return lanes


def state_table(column: Dimension, codes: Codes) -> str:
    kind = "integer" if column.whole is not None else "varchar"
    rows = ", ".join(
        f"({'null' if value == MISSING and place == codes.size - 1 else literal(value)}, {place})" for place, value in enumerate(codes.values)
    )
    return f"(select cast(value as {kind}) as {column.sql}, place as at_{column.name} from (values {rows}) as {column.name}_values(value, place))"


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def save(store: Store, folder: Path) -> None:
    """Write beside, then move the description last: a store without it is not a store."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "store.json").unlink(missing_ok=True)
    for name in ("rows", "states", "starts", "lanes"):
        np.save(folder / f"{name}.npy", {"rows": store.rows, "states": store.states, "starts": store.starts, "lanes": store.lanes}[name])
    about = {"format": FORMAT, "fingerprint": store.fingerprint, "outer": [[one.name, one.values] for one in store.outer], "inner": [[one.name, one.values] for one in store.inner]}
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
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("rows", "states", "starts", "lanes")}
    return Store(
        tuple(Codes(name, tuple(values)) for name, values in about["outer"]), tuple(Codes(name, tuple(values)) for name, values in about["inner"]),
        arrays["rows"], arrays["states"], np.asarray(arrays["starts"]), np.asarray(arrays["lanes"]), about["fingerprint"],
    )
