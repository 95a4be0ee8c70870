"""Everything that is measured: `./run bench`. Each part has a process and a scratch database of its own."""

import subprocess
import sys

PARTS = ["benchmarks.web", "benchmarks.programme"]

if __name__ == "__main__":
    raise SystemExit(max(subprocess.run([sys.executable, "-m", part]).returncode for part in PARTS))
