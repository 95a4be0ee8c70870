"""Where the engine's data files are: vocabulary, measures and published tables."""

import csv
import tomllib
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
# In a wheel the files sit beside the code; in a checkout they are in content/equity at the root.
FOLDERS = (HERE / "content", HERE.parents[1] / "content" / "equity")


@cache
def folder() -> Path:
    for candidate in FOLDERS:
        if (candidate / "vocabulary").is_dir():
            return candidate
    raise FileNotFoundError("The engine's content files are missing: install the package again.")


def read_rows(*parts: str) -> tuple[dict[str, str], ...]:
    with folder().joinpath(*parts).open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def read_toml(*parts: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(folder().joinpath(*parts).read_text(encoding="utf-8"))
