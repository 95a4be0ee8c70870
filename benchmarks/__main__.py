"""What is measured of the platform: `./run bench`, or one part: `./run bench pages`. The engine's is in two folders here."""

import subprocess
import sys

PARTS = {
    "pages": "benchmarks.web",
    "programme": "benchmarks.programme",
    "charts": "benchmarks.web.charts",
    "uploads": "benchmarks.web.uploads",
    "journey": "benchmarks.web.journey",
    "stocktake": "benchmarks.web.stocktake",
}


def main(asked):
    if unknown := [name for name in asked if name not in PARTS]:
        sys.exit(f"There is no part {unknown[0]!r}. Parts: {', '.join(PARTS)}.")
    # Each in a process of its own, with a database of its own.
    ended = [subprocess.run([sys.executable, "-m", PARTS[name]]).returncode for name in asked or PARTS]
    return max(ended)


raise SystemExit(main(sys.argv[1:]))
