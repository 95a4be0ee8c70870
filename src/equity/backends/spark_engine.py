"""Run a plan on Apache Spark, for rows that outgrow one machine. Needs the [spark] extra and Java 17."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from equity.backends.cells import Cells
from equity.backends.plan import Plan
from equity.problem import Problem

if TYPE_CHECKING:
    from pyspark.sql import Row, SparkSession


class NoSpark(Problem):
    """Spark or Java is not there, said plainly with what to install."""


def connect(
    master: str = "local[2]", *, name: str = "equity", partitions: int = 4, settings: Mapping[str, str] | None = None
) -> SparkSession:
    """A session on a master such as spark://host:7077, after checking that Java can run it."""
    check_java()
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise NoSpark("Spark is not installed: pip install 'progressing-equality[spark]'.") from None
    builder = SparkSession.builder.master(master).appName(name).config("spark.sql.shuffle.partitions", partitions)
    for key, value in {"spark.ui.enabled": "false", "spark.sql.ansi.enabled": "true", **(settings or {})}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def check_java() -> None:
    """Spark 4 needs Java 17 or newer on the path or in JAVA_HOME."""
    java = str(Path(os.environ["JAVA_HOME"]) / "bin" / "java") if "JAVA_HOME" in os.environ else shutil.which("java")
    if java is None or not Path(java).exists():
        raise NoSpark("Spark needs Java 17 and there is none: install openjdk-17-jre-headless or set JAVA_HOME.")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    number = said.partition('"')[2].partition(".")[0].partition('"')[0]
    if not number.isdigit() or int(number) < 17:
        raise NoSpark(
            f"Spark needs Java 17 or newer, and {java} is {said.splitlines()[0] if said else 'something else'}."
        )


def count(plan: Plan, source: str, session: SparkSession) -> Cells:
    """Count the rows of a table or view by the plan's covering tables, which are kept in the cluster's memory."""
    steps = plan.steps(source)
    kept = []
    try:
        for step in steps[:-1]:
            table = session.sql(step.sql)
            if step.name.startswith("cover_") or plan.distinct:
                kept.append(table.cache())
            table.createOrReplaceTempView(step.name)
        return collected(plan, session.sql(steps[-1].sql).collect())
    finally:
        for table in kept:
            table.unpersist()


def count_plainly(plan: Plan, source: str, session: SparkSession) -> Cells:
    """The plan's definition, as one GROUPING SETS query."""
    return collected(plan, session.sql(plan.plain_sql(source)).collect())


def collected(plan: Plan, rows: Iterable[Row]) -> Cells:
    rows = list(rows)
    return Cells(
        plan,
        np.array([row["grouping_number"] for row in rows], dtype=np.int64),
        {name: np.array([row[name] for row in rows], dtype=object) for name in plan.names},
        {counter.name: np.array([row[counter.name] for row in rows], dtype=np.int64) for counter in plan.counters},
    )
