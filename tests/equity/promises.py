"""Which test keeps which promise of a docstring, and what numbers to try it on."""

import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

import equity.stats

KEPT = defaultdict(set)
SOURCE = Path(equity.stats.__file__).parents[1]


def keeps(function, *promises):
    """Say that a test keeps these promises of `module.function`, in the docstring's own words."""

    def remembered(test):
        KEPT[function].update(promises)
        return test

    return remembered


@st.composite
def shares(draw, most=5_000):
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


@st.composite
def inner_shares(draw, most=4_000):
    """Neither nobody nor everybody."""
    n = draw(st.integers(2, most))
    return draw(st.integers(1, n - 1)), n


@st.composite
def tables(draw, fewest=3, most=8):
    return tuple(map(np.array, zip(*draw(st.lists(shares(), min_size=fewest, max_size=most)), strict=True)))


def public_functions():
    """Every function of equity.stats that another module uses, that gives an interval or that promises anything."""
    used = imported() | {
        name
        for path in SOURCE.rglob("*.py")
        if path.parent.name != "stats"
        for name in re.findall(r"\b[a-z_]+\.[a-z_]+\b", path.read_text(encoding="utf-8"))
    }
    for module in modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            full = f"{module.__name__.rpartition('.')[2]}.{name}"
            if function.__module__ == module.__name__ and (
                full in used or gives_interval(function) or promises(function)
            ):
                yield full, function


def gives_interval(function):
    asked = inspect.signature(function).parameters.get("confidence")
    return asked is not None and asked.kind is inspect.Parameter.KEYWORD_ONLY


def imported():
    """Names taken straight from a module of equity.stats."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        if path.parent.name == "stats":
            continue
        for module, names in re.findall(
            r"from equity\.stats\.(\w+) import ([\w, ]+)", path.read_text(encoding="utf-8")
        ):
            found |= {f"{module}.{name.strip()}" for name in names.split(",")}
    return found


def modules():
    """The modules of arithmetic; the quantiles and draws that all of them share say nothing of people."""
    for one in pkgutil.iter_modules(equity.stats.__path__):
        if one.name != "normal":
            yield importlib.import_module(f"equity.stats.{one.name}")


def parts(function):
    """A docstring's parts by their name: Formula, Unit, Errors, Source, Promises."""
    found = re.split(r"\n\s*(Formula|Unit|Errors|Source|Promises): ", "\n" + (inspect.getdoc(function) or ""))
    return {name: " ".join(text.split()) for name, text in zip(found[1::2], found[2::2], strict=True)}


def promises(function):
    return {said.strip().rstrip(".") for said in parts(function).get("Promises", "").split(";") if said.strip()}
