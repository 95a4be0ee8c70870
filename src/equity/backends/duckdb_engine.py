"""Run a plan on DuckDB: in process, on files larger than memory."""

from pathlib import Path

import duckdb
import numpy as np

from equity.backends.cells import Cells
from equity.backends.plan import Plan

MEMORY = "400MB"


def connect(*, memory: str = MEMORY, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A private in-memory database that never reaches for the network."""
    connection = duckdb.connect(
        config={
            "memory_limit": memory,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    if threads:
        connection.execute(f"set threads = {threads}")
    return connection


def watched(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Let `query_progress` tell how far a query has got, without DuckDB drawing its own bar."""
    connection.execute("set enable_progress_bar = true")
    connection.execute("set enable_progress_bar_print = false")
    return connection


def quoted(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def count(plan: Plan, source: str, connection: duckdb.DuckDBPyConnection) -> Cells:
    """Count the rows of `source` (a table or anything FROM accepts) by the plan's covering tables."""
    if source.startswith("("):
        # A query is run once, not once for each covering table.
        connection.execute(f"create or replace temp table counted_rows as select * from {source}")  # noqa: S608
        source = "counted_rows"
    steps = plan.steps(source)
    for step in steps[:-1]:
        connection.execute(f"create or replace temp table {step.name} as {step.sql}")
    return fetched(plan, connection, steps[-1].sql)


def count_plainly(plan: Plan, source: str, connection: duckdb.DuckDBPyConnection) -> Cells:
    """The plan's definition, as one GROUPING SETS query."""
    return fetched(plan, connection, plan.plain_sql(source))


def fetched(plan: Plan, connection: duckdb.DuckDBPyConnection, sql: str) -> Cells:
    columns = connection.execute(sql).fetchnumpy()
    return Cells(
        plan,
        np.asarray(columns["grouping_number"], dtype=np.int64),
        {name: as_objects(columns[name]) for name in plan.names},
        {counter.name: np.asarray(columns[counter.name], dtype=np.int64) for counter in plan.counters},
    )


def as_objects(column: np.ndarray) -> np.ndarray:
    values = np.asarray(column, dtype=object)
    hidden = np.ma.getmaskarray(column)
    values = values.copy()
    values[hidden] = None
    return values
