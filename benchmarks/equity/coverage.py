"""How often each interval holds the truth, as measured: python -m benchmarks.equity.coverage"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "equity"))

from coverage_cases import CASES  # noqa: E402
from test_coverage import LONG, reached  # noqa: E402

HEAD = """# How often intervals hold the truth, and tests keep quiet

By simulation, seeded, {times:,} draws (fewer where one takes long): `python -m benchmarks.equity.coverage`. The daily tests ask
for the same with fewer draws, and `./run soak` for these. A test keeps quiet when it finds nothing where nothing differs. The row of
`noticing` is power. `funnels` and `charts_over_time` are about points inside their limits.

| method | sizes | draws | says | reached |
| --- | --- | --- | --- | --- |
"""


def main() -> None:
    lines = [
        f"| `{case.function}` | {case.sizes} | {max(LONG // case.slow, 50):,} | {case.nominal} | {reached(case, LONG):.3f} |"
        for case in CASES
    ]
    (HERE / "coverage.md").write_text(HEAD.format(times=LONG) + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
