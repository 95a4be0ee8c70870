"""The contexts from top to bottom, as the import contracts in pyproject.toml name them."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HUB = ROOT / "src/hub"


def levels():
    """How high each context stands. Those on one level may not use each other either."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = [one for one in settings["tool"]["importlinter"]["contracts"] if one.get("containers") == ["hub"]]
    return {
        name: height for height, layer in enumerate(reversed(contract["layers"])) for name in re.findall(r"\w+", layer)
    }


LEVELS = levels()


def may_use(user, used):
    return user == used or LEVELS[user] > LEVELS[used]


def context_of(path):
    return path.relative_to(HUB).parts[0]


def sources(suffix, *, tests=False):
    """Every file of the platform with this suffix."""
    for path in sorted(HUB.rglob(f"*{suffix}")):
        if tests or "tests" not in path.parts:
            yield path


def named(path):
    return str(path.relative_to(ROOT))
