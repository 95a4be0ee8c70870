"""How fast the pages of a large programme are: `python -m benchmarks.programme`. Writes results/programme.md."""

import datetime
import os
import tempfile
from pathlib import Path

from benchmarks.web.__main__ import MOST_CPU_MS, MOST_QUERIES, load, machine, made_afresh, prepare

RESULTS = Path(__file__).parents[1] / "results/programme.md"


def main():
    os.nice(15)
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as scratch:
        prepare(scratch, "benchmarks.programme.world")
        measured = measure()
    held = [
        all(one.queries <= MOST_QUERIES for one in measured if one.page.is_list),
        all(one.cpu_ms <= MOST_CPU_MS for one in measured if one.page.is_list),
    ]
    text = report(measured, held)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0 if all(held) else 1


def measure():
    from benchmarks.programme.pages import pages
    from benchmarks.programme.world import PEOPLE
    from benchmarks.web.pages import measure

    return measure(pages(), PEOPLE)


def report(measured, held):
    pages = [one for one in measured if one.page.is_list]
    most, slowest = (max(pages, key=lambda one: getattr(one, name)) for name in ("queries", "cpu_ms"))
    said = ["yes" if one else "NO" for one in held]
    lines = [
        "# How fast the pages of a large programme are",
        "",
        f"Measured on {datetime.date.today():%d %B %Y} with {machine()}.",
        f"{load()} The world: 500 actions in 25 areas, 2,000 key targets, 20,000 readings, 3,000 updates,",
        "100 forums with 1,200 meetings, on SQLite. Run it again with `./run bench`.",
        "",
        "| held to | measured | |",
        "| --- | --- | --- |",
        f"| every page: at most {MOST_QUERIES} queries | {most.queries} ({most.page.name}) | {said[0]} |",
        f"| every page: at most {MOST_CPU_MS} ms of CPU | {slowest.cpu_ms:.0f} ms ({slowest.page.name}) | {said[1]} |",
        "",
        *made_afresh(pages, [one for one in measured if one.page.is_download]),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
