"""Time the engine against its goals, each job in a process of its own: python benchmarks/equity/run.py FOLDER [ROWS]

CPU seconds lead (the wall moves with other load), and only ratios within one run mean anything. FOLDER holds the
files that
make_rows.py wrote. Needs pyarrow and pandas (for the comparison). Results are printed and written to
results.json.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCAN = (
    "select sum(strlen(provider)), sum(year(referral_date)), sum(strlen(ethnicity)), sum(strlen(sex)), sum(age), sum(imd_decile), "
    "sum(strlen(language)), sum(strlen(status)), sum(strlen(outcome)), sum(experience) from {source}"
)
PARSE = (
    "select count(provider), count(referral_date), count(ethnicity), count(sex), sum(age), sum(imd_decile), count(language), "
    "count(status), count(outcome), sum(experience) from {source}"
)
PROPORTIONS = (
    ("assessed", "n"), ("entered", "n"), ("dropped", "entered"), ("completed", "entered"), ("recovered", "out_known"),
    ("improved", "out_known"), ("complete", "n"),
)  # fmt: skip


def connection():
    from equity.backends.duckdb_engine import connect

    return connect()


def scan(source: str) -> dict:
    connection().execute(SCAN.format(source=source)).fetchall()
    return {}


def parse(source: str) -> dict:
    connection().execute(PARSE.format(source=source)).fetchall()
    return {}


def kernel_from_rows(source: str) -> dict:
    from benchmarks.equity.job import plan

    from equity.backends import kernel, prepared

    made = kernel.count(plan(), prepared.prepare(plan(), source, connection()))
    return {"cells": sum(int((table[0] > 0).sum()) for table in made.tables.values())}


def prepare_store(source: str) -> dict:
    from benchmarks.equity.job import plan

    from equity.backends import prepared, store

    store.save(prepared.prepare(plan(), source, connection()), Path(os.environ["STORE"]))
    return {}


def kernel_from_store(_: str) -> dict:
    from benchmarks.equity.job import plan

    from equity.backends import kernel, store

    before = cpu()
    made = kernel.count(plan(), store.load(Path(os.environ["STORE"])))
    return {
        "cpu_without_start": cpu() - before,
        "cells": sum(int((table[0] > 0).sum()) for table in made.tables.values()),
    }


def sql_covers(source: str) -> dict:
    from benchmarks.equity.job import plan

    from equity.backends import duckdb_engine

    return {"cells": len(duckdb_engine.count(plan(), source, connection()))}


def pandas_groups(source: str) -> dict:
    """Sixty-four group-bys, as an analyst would write them."""
    import pandas as pd
    import pyarrow.parquet as pq
    from benchmarks.equity.job import NEEDED, plan

    frame = pq.read_table(source.partition("'")[2].partition("'")[0], columns=list(NEEDED)).to_pandas()
    frame["half"] = (
        (pd.to_datetime(frame.referral_date).dt.year - 2021) * 12 + pd.to_datetime(frame.referral_date).dt.month - 4
    ) // 6
    frame["age_band"] = pd.cut(frame.age, [0, 18, 25, 35, 45, 55, 65, 75, 200], right=False, labels=False)
    status, outcome = frame.status.astype(str), frame.outcome.astype(str)
    done = status == "completed"
    frame["n"], frame["assessed"], frame["entered"] = (
        1,
        status != "referred",
        status.isin(["entered treatment", "dropped out", "completed"]),
    )
    frame["dropped"], frame["completed"], frame["out_known"] = (
        status == "dropped out",
        done,
        done & frame.outcome.notna(),
    )
    frame["recovered"], frame["improved"] = (
        done & (outcome == "recovered"),
        done & outcome.isin(["recovered", "reliable improvement"]),
    )
    frame["exp_n"], frame["exp_sum"], frame["exp_ss"] = (
        frame.experience.notna(),
        frame.experience.fillna(0),
        frame.experience.fillna(0) ** 2,
    )
    known = ~frame.ethnicity.astype(str).isin(["Z", "99", "nan", "None"])
    frame["complete"] = known & frame.sex.notna() & frame.imd_decile.notna() & frame.language.notna()
    counters = [counter.name for counter in plan().counters]
    cells = 0
    for grouping in plan().groupings:
        keys = sorted(grouping)
        cells += len(frame.groupby(keys, observed=True, dropna=False)[counters].sum()) if keys else 1
    return {"cells": cells}


def statistics(_: str) -> dict:
    """Seven shares with 95 and 99.8 limits and their ratio to everyone, and a mean, for every cell."""
    import numpy as np
    from benchmarks.equity.job import plan

    from equity.backends import kernel, store
    from equity.stats import comparisons, means, proportions

    made = kernel.count(plan(), store.load(Path(os.environ["STORE"])))
    names = [counter.name for counter in plan().counters]
    flat = np.concatenate([table.reshape(len(names), -1) for table in made.tables.values()], axis=1)
    flat = flat[:, flat[0] > 0].astype(float)
    column = dict(zip(names, flat, strict=True))
    before = cpu()
    for x, n in PROPORTIONS:
        proportions.wilson(column[x], column[n])
        proportions.wilson(column[x], column[n], confidence=0.998)
        comparisons.katz(column[x], column[n], column[x].max(), column[n].max())
    means.mean_from_sums(column["exp_n"], column["exp_sum"], column["exp_ss"])
    return {"cells": flat.shape[1], "cpu_of_statistics": cpu() - before}


def wilson_million(_: str) -> dict:
    import numpy as np

    from equity.stats.proportions import wilson

    rng = np.random.default_rng(1)
    n = rng.integers(1, 1_000, 1_000_000)
    x = rng.binomial(n, 0.3)
    before = cpu()
    wilson(x, n)
    return {"cpu_of_wilson": cpu() - before}


def persons(source: str) -> dict:
    """Exact different persons by ethnic group and sex, alone and together."""
    from benchmarks.equity.job import DIMENSIONS

    from equity.backends import duckdb_engine
    from equity.backends.plan import Counter, Plan

    groupings = (frozenset(), frozenset({"ethnicity"}), frozenset({"sex"}), frozenset({"ethnicity", "sex"}))
    plan = Plan(
        DIMENSIONS,
        (Counter("n", "true"), Counter("completed", "status = 'completed'")),
        groupings,
        distinct="person_id",
    )
    return {"cells": len(duckdb_engine.count(plan, source, connection()))}


def command_line(words: str) -> dict:
    from equity.cli import main

    try:
        return {"code": main(words.split())}
    except SystemExit as done:
        return {"code": done.code}


JOBS = {
    one.__name__: one
    for one in (
        scan, parse, kernel_from_rows, prepare_store, kernel_from_store, sql_covers, pandas_groups, statistics, wilson_million, persons, command_line,
    )
}  # fmt: skip


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(job: str, argument: str, store: Path) -> dict:
    """Run one job in a fresh process: wall and CPU seconds from process start, peak memory."""
    surroundings = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "STORE": str(store)}
    code = (
        "import sys, json, resource; from benchmarks.equity.run import JOBS, cpu; found = JOBS[sys.argv[1]](sys.argv[2]) or {}; "
        "print(json.dumps({**found, 'cpu': cpu(), 'peak_mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, job, argument], capture_output=True, text=True, check=True, env=surroundings
    )
    found = {"wall": round(time.monotonic() - start, 2), **json.loads(done.stdout.splitlines()[-1])}
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in found.items()}


def main(folder: Path, rows: int) -> None:
    parquet, sheet = folder / f"activity_{rows}.parquet", folder / f"activity_{rows}.csv"
    source, text = f"read_parquet('{parquet}')", f"read_csv('{sheet}')"
    jobs = [
        ("scan", source), ("kernel_from_rows", source), ("scan", source), ("kernel_from_rows", source), ("prepare_store", source),
        ("kernel_from_store", ""), ("kernel_from_store", ""), ("statistics", ""), ("wilson_million", ""), ("persons", source),
        ("command_line", "--help"), ("command_line", f"demo -o {folder / 'demo'}"),
    ]  # fmt: skip
    jobs += [("parse", text), ("kernel_from_rows", text)] if sheet.exists() else []
    jobs += [("pandas_groups", source)] if os.environ.get("WITH_PANDAS") else []
    jobs += [("sql_covers", source)] if os.environ.get("WITH_SQL") else []
    results = []
    for job, argument in jobs:
        found = {
            "job": job,
            "on": argument.replace(str(folder), ""),
            "load": round(os.getloadavg()[0], 1),
            **timed(job, argument, folder / "store"),
        }
        results.append(found)
        print(json.dumps(found), flush=True)
    (folder / f"results_{rows}.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000)
