"""Do intervals hold the truth as often as they say, and do tests keep quiet where nothing differs? By simulation."""

import dataclasses
import inspect
import typing

import numpy as np
import pytest
from coverage_cases import CASES
from promises import public_functions

from equity.stats.normal import Floats

DAILY, LONG = 2_000, 40_000
# Bounds of what could be true, not of what is likely: `test_promises` holds them to every case.
BOUNDS = {"doubt.rounded_between", "doubt.rounded_share_between", "funnels.expected_for"}
# The power of a plan is tested through the number of people that it asks for.
ABOUT_PLANS = {"noticing.years_needed", "noticing.chance_of_noticing", "noticing.smallest_change"}
PLAIN = {"multiple.benjamini_hochberg", "multiple.holm", "multiple.bonferroni"}


def reached(case, times):
    """The same draws on every run: the seed is the case's own name."""
    rng = np.random.default_rng(int.from_bytes(case.name.encode(), "big") % 2**32)
    return float(np.mean(case.tried(rng, max(times // case.slow, 50))))


def allowed(case, times):
    """The least that is asked for, less what the simulation itself may be off."""
    tries = max(times // case.slow, 50)
    return case.least - 3 * np.sqrt(case.least * (1 - case.least) / tries)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_intervals_hold_the_truth(case):
    assert reached(case, DAILY) >= allowed(case, DAILY)


@pytest.mark.soak
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_intervals_hold_the_truth_over_many_draws(case):
    assert reached(case, LONG) >= allowed(case, LONG)


def makes_limits(function):
    """By what it gives back: a pair of numbers, or something with a lower and an upper side."""
    given = typing.get_type_hints(function).get("return")
    if given == tuple[Floats, Floats]:
        return True
    kinds = typing.get_args(given) or (given,)
    return any(dataclasses.is_dataclass(kind) and has_sides(kind) for kind in kinds)


def has_sides(kind):
    names = {field.name for field in dataclasses.fields(kind)}
    return any("lower" in name for name in names) and any("upper" in name for name in names)


def gives_p(function):
    given = typing.get_type_hints(function).get("return")
    if dataclasses.is_dataclass(given):
        return given.__name__ == "Test"
    return (inspect.getdoc(function) or "").find("Unit: probability.") > 0


def test_every_interval_and_every_test_is_simulated():
    covered = {case.function for case in CASES}
    wanted = {
        name
        for name, function in public_functions()
        if makes_limits(function) or gives_p(function) or "confidence" in inspect.signature(function).parameters
    }
    assert wanted - BOUNDS - ABOUT_PLANS - PLAIN - covered == set()
    assert covered - wanted == set()


def test_an_interval_that_is_too_short_would_be_found():
    case = next(case for case in CASES if case.name == "proportions.wilson-n_80,_p_0.2")
    short = dataclasses.replace(case, tried=lambda rng, times: abs(rng.normal(size=times)) < 1.6)
    assert reached(short, DAILY) < allowed(short, DAILY)
