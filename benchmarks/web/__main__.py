"""How fast the pages are with 1,000 organisations: `python -m benchmarks.web`. Writes benchmarks/results/web.md."""

import datetime
import os
import platform
import sys
import tempfile
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "results/web.md"
MOST_QUERIES, MOST_CPU_MS, LEAST_RATIO, MOST_BYTES = 10, 100, 0.5, 50_000


def main():
    os.nice(15)
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as scratch:
        environment = prepare(scratch, "benchmarks.web.world")
        text, held = run(environment)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0 if held else 1


def prepare(scratch, world=None):
    """A scratch database, with a world in it if one is named, and the settings with which everything here runs."""
    root = Path(__file__).parents[2]
    environment = {
        "HUB_VAR": scratch,
        "DJANGO_SETTINGS_MODULE": "benchmarks.web.settings",
        "PYTHONPATH": os.pathsep.join([str(root), str(root / "src")]),
    }
    for name in ("DATABASE_URL", "HUB_DEMO", "HUB_HOSTS"):
        os.environ.pop(name, None)
    os.environ.update(environment)
    sys.path[:0] = environment["PYTHONPATH"].split(os.pathsep)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if world:
        import_module(world).make()
    return environment


def run(environment):
    from benchmarks.web import pages, serving, writers
    from benchmarks.web.world import PEOPLE

    measured = pages.measure(pages.pages(), PEOPLE)
    downloads = [one for one in measured if one.page.is_download]
    measured = [one for one in measured if not one.page.is_download]
    paths = [(one.page.name, one.page.address) for one in measured if one.page.who == "anybody"]
    bare = environment | {"DJANGO_SETTINGS_MODULE": "benchmarks.web.bare"}
    with serving.server(bare) as bare_port, serving.server(environment) as port:
        speeds = speeds_of(serving, port, bare_port, paths)
        weights = serving.weight(port, "/")
    written = writers.measure(environment)
    held = [
        all(one.queries <= MOST_QUERIES for one in measured if one.page.is_list),
        all(one.cpu_ms <= MOST_CPU_MS for one in measured),
        all(ratio >= LEAST_RATIO for _name, _rate, ratio in speeds[1:]),
        sum(weights.values()) <= MOST_BYTES,
        not written.errors,
    ]
    return report(measured, downloads, speeds, weights, written, serving.tool(), held), all(held)


def speeds_of(serving, port, bare_port, paths):
    """Each page between two measurements of doing nothing at all, because the machine is not equally busy all the time."""
    found = []
    before = serving.requests_a_second(bare_port, "/do-nothing/")
    for name, path in [("Do nothing, through the site's own middleware", "/do-nothing/"), *paths]:
        rate = serving.requests_a_second(port, path)
        after = serving.requests_a_second(bare_port, "/do-nothing/")
        found.append((name, rate, rate / ((before + after) / 2)))
        before = after
    return found


def made_afresh(measured, downloads):
    return [
        "## Each page, made afresh",
        "",
        "Queries of the whole request, who is asking included. Processor time: the middle of seven, in one process.",
        "",
        "| page | who | queries | CPU ms | kB of HTML |",
        "| --- | --- | ---: | ---: | ---: |",
        *map(row, measured),
        "",
        "## Open data, whole tables made afresh",
        "",
        "No pages, so not held to a page's time. Each is made once and then kept, as public pages are.",
        "",
        "| table | who | queries | CPU ms | kB |",
        "| --- | --- | ---: | ---: | ---: |",
        *map(row, downloads),
    ]


def report(measured, downloads, speeds, weights, written, tool, held):
    lines = [
        "# How fast the pages are",
        "",
        f"Measured on {datetime.date.today():%d %B %Y} with {machine()}.",
        f"{load()} Ratios and counts say more than seconds. The world: 1,000 organisations, 3,000 pledges, 30,000",
        "updates, one round with 1,000 places, on SQLite. Run it again with `./run bench`.",
        "",
        "| held to | measured | |",
        "| --- | --- | --- |",
        *goals(measured, speeds, weights, written, held),
        "",
        *made_afresh(measured, downloads),
        "",
        "## Kept public pages under granian, requests a second",
        "",
        f"One worker, measured with {tool}, gzip accepted. Do-nothing is a view that answers one word, with",
        "no middleware at all; it is measured before and after each page, and the mean of both is what a page is held to.",
        "",
        "| page | requests/s | of do-nothing |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {rate:,.0f} | {ratio:.2f} |" for name, rate, ratio in speeds),
        "",
        "## A first visit to the front page, bytes compressed with gzip",
        "",
        "| part | bytes |",
        "| --- | ---: |",
        *(f"| {name.split('?')[0]} | {size:,} |" for name, size in weights.items()),
        f"| all | {sum(weights.values()):,} |",
        "",
        "## Fifty writers on SQLite",
        "",
        f"{written.wanted:,} updates wanted, {written.written:,} written, {written.errors} errors.",
        f"{written.written / written.seconds:.0f} a second with start-up, the slowest took {written.slowest_ms:,.0f} ms.",
        "Each is one transaction with its entry in the chained record.",
        "",
    ]
    return "\n".join(lines)


def row(one):
    return f"| {one.page.name} | {one.page.who} | {one.queries} | {one.cpu_ms:.0f} | {one.bytes / 1000:,.1f} |"


def goals(measured, speeds, weights, written, held):
    said = ["yes" if one else "NO" for one in held]
    lists = max(one.queries for one in measured if one.page.is_list)
    slowest = max(measured, key=lambda one: one.cpu_ms)
    least = min(speeds[1:], key=lambda one: one[2])
    return [
        f"| list pages: at most {MOST_QUERIES} queries | {lists} at most | {said[0]} |",
        f"| every page: at most {MOST_CPU_MS} ms of CPU | {slowest.cpu_ms:.0f} ms ({slowest.page.name}) | {said[1]} |",
        f"| kept pages: at least {LEAST_RATIO} of do-nothing | {least[2]:.2f} at least ({least[0]}) | {said[2]} |",
        f"| first visit: at most {MOST_BYTES:,} bytes | {sum(weights.values()):,} | {said[3]} |",
        f"| 50 writers: 0 errors | {written.errors} of {written.wanted:,} | {said[4]} |",
    ]


def load():
    """How much else the machine was doing, which a reader must know."""
    return f"On average {os.getloadavg()[1]:.1f} programs wanted a processor in the last five minutes."


def machine():
    cores = len(os.sched_getaffinity(0))
    made = f"Python {platform.python_version()}, Django {version('django')}, granian {version('granian')}"
    return f"{cores} cores ({platform.machine()}), {platform.system()}, {made}"


if __name__ == "__main__":
    raise SystemExit(main())
