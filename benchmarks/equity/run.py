"""Time the engine against its goals, each job in a process of its own: python benchmarks/equity/run.py FOLDER [ROWS]

CPU seconds lead (the wall moves with other load), and only ratios within one run mean anything. FOLDER holds the
files that
make_rows.py wrote. Results are printed and written to results_ROWS.json. WITH_PANDAS=1, WITH_SQL=1 and WITH_PERSONS=1
add the long comparisons.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median as statistics_median

REPEATS = 3
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


# The strictest reading of a parse: types are told, nothing is guessed, and the ten needed columns are kept.
TYPES = "{'person_id': 'BIGINT', 'provider': 'VARCHAR', 'service': 'TINYINT', 'referral_date': 'DATE', 'ethnicity': 'VARCHAR', 'sex': 'VARCHAR', 'age': 'TINYINT', 'imd_decile': 'TINYINT', 'lsoa': 'SMALLINT', 'referral_source': 'TINYINT', 'status': 'VARCHAR', 'outcome': 'VARCHAR', 'language': 'VARCHAR', 'interpreter_needed': 'BOOLEAN', 'experience': 'TINYINT'}"


def parse_told(source: str) -> dict:
    """The same columns with their types told."""
    told = (
        f"{source.removesuffix(')')}, header = true, auto_detect = false, delim = ',', quote = '\"', columns = {TYPES})"
    )
    connection().execute(PARSE.format(source=told)).fetchall()
    return {}


def parse_all(source: str) -> dict:
    """Every column of the file."""
    counted = ", ".join(f"count({name})" for name in ALL)
    connection().execute(f"select {counted} from {source}").fetchall()
    return {}


ALL = tuple(part.partition("'")[0] for part in TYPES.removeprefix("{'").split(", '"))


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


def equal_cells(source: str) -> dict:
    """The kernel, from this file and from the CSV beside it, and plain covering SQL, cell by cell."""
    from benchmarks.equity.job import plan

    from equity.backends import duckdb_engine, kernel, prepared
    from equity.backends.duckdb_engine import connect

    sheet = source.replace("read_parquet", "read_csv").replace(".parquet", ".csv")
    sources = [source, sheet] if Path(sheet.split("'")[1]).exists() else [source]
    coded = [kernel.count(plan(), prepared.prepare(plan(), one, connect())).cells().lookup() for one in sources]
    before = cpu()
    plain = duckdb_engine.count(plan(), source, connect(memory="6GB")).lookup()
    return {"cells": len(plain), "equal": int(all(found == plain for found in coded)), "cpu_of_sql": cpu() - before}


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
        scan, parse, parse_told, parse_all, kernel_from_rows, prepare_store, kernel_from_store, equal_cells, pandas_groups, statistics, wilson_million, persons, command_line,
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
    # DuckDB may have drawn a progress bar around it.
    said, _ = json.JSONDecoder().raw_decode(done.stdout, done.stdout.rindex("{"))
    found = {"wall": round(time.monotonic() - start, 2), **said}
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in found.items()}


def jobs(folder: Path, rows: int) -> list[tuple[str, str, int]]:
    """Each job, what it works on, and how often: a job that others are measured against comes round with them."""
    parquet, sheet = folder / f"activity_{rows}.parquet", folder / f"activity_{rows}.csv"
    source, text = f"read_parquet('{parquet}')", f"read_csv('{sheet}')"
    listed = [
        ("scan", source, REPEATS), ("kernel_from_rows", source, REPEATS), ("prepare_store", source, 1),
        ("kernel_from_store", "", REPEATS), ("statistics", "", 1), ("wilson_million", "", REPEATS),
        ("command_line", "--help", 5), ("command_line", f"demo -o {folder / 'demo'}", REPEATS),
    ]  # fmt: skip
    listed += [
        (job, text, REPEATS) for job in ("parse", "parse_told", "parse_all", "kernel_from_rows") if sheet.exists()
    ]
    listed += [("persons", source, 1)] if os.environ.get("WITH_PERSONS") else []
    listed += [("pandas_groups", source, 1)] if os.environ.get("WITH_PANDAS") else []
    listed += [("equal_cells", source, 1)] if os.environ.get("WITH_SQL") else []
    return listed


def in_turn(listed: list[tuple[str, str, int]]) -> list[tuple[str, str]]:
    """Once all of them, then those that are repeated again, so that a busy minute does not fall on one job alone."""
    most = max(times for *_, times in listed)
    return [(job, on) for turn in range(most) for job, on, times in listed if turn < times]


def main(folder: Path, rows: int) -> None:
    results = []
    for job, on in in_turn(jobs(folder, rows)):
        load = round(os.getloadavg()[0], 1)
        found = {"job": job, "on": on.replace(str(folder), ""), "load": load, **timed(job, on, folder / "store")}
        results.append(found)
        print(json.dumps(found), flush=True)
    about = {"day": time.strftime("%Y-%m-%d"), "rows": rows, "cores": os.cpu_count(), "middle": middle(results)}
    (folder / f"results_{rows}.json").write_text(json.dumps({**about, "runs": results}, indent=1) + "\n")
    print(json.dumps(about, indent=1))


def middle(results: list[dict]) -> dict[str, dict[str, float]]:
    """The median of each job's runs."""
    by_job: dict[str, list[dict]] = {}
    for found in results:
        by_job.setdefault(f"{found['job']} {found['on']}".strip(), []).append(found)
    return {
        job: {name: statistics_median(found[name] for found in runs) for name in runs[0] if name not in ("job", "on")}
        for job, runs in by_job.items()
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000)
