"""The chooser is held to trying every choice there is."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from tables import truth_table

from equity.disclosure.audit import OutOfTime
from equity.disclosure.choices import FINENESS, Choices, NoChoice, is_clause
from equity.disclosure.cuts import Cut
from equity.disclosure.master import with_one_less
from equity.disclosure.pool import Part, Pool
from equity.disclosure.rules import rule_named
from equity.disclosure.system import WEIGHT, system_of

BOTH = """
import {first}
import {second}
import highspy
from ortools.sat.python import cp_model
linear = highspy.Highs()
linear.silent()
linear.addVar(0.0, 3.0)
linear.changeColCost(0, -1.0)
linear.run()
assert linear.getSolution().col_value[0] == 3.0
model = cp_model.CpModel()
model.minimize(model.new_bool_var(""))
assert cp_model.CpSolver().solve(model) == cp_model.OPTIMAL
"""


def conditions(rng, count):
    """Plain ones, weighted ones, and such as say what may not all be."""
    for _ in range(12):
        places = rng.choice(count, size=rng.integers(2, 5), replace=False)
        kind = rng.integers(3)
        if kind == 0:
            yield places, np.ones(len(places)), 1.0
        elif kind == 1:
            yield places, rng.uniform(0.3, 1.0, len(places)), 1.0
        else:
            yield places, np.full(len(places), -1.0), 1.0 - len(places)


@pytest.mark.parametrize("seed", range(12))
def test_no_choice_is_cheaper_by_trying_every_one(seed):
    rng, count = np.random.default_rng(seed), 9
    costs, known = rng.integers(1, 9, count) * 100, list(conditions(rng, count))
    every = [np.array(choice) for choice in itertools.product([False, True], repeat=count)]
    meets = [one for one in every if all(weights @ one[places] >= least - 1e-9 for places, weights, least in known)]
    choices = Choices(count)
    for places, weights, least in known:
        choices.require(places, weights, least)
    if not meets:
        with pytest.raises(NoChoice):
            choices.cheapest(costs, seconds=10.0, apart=0.99)
        return
    found = choices.cheapest(costs, seconds=10.0, apart=0.99)
    assert costs @ found.yes == min(costs @ one for one in meets)
    assert found.bound <= costs @ found.yes < found.bound + 0.99
    slack = 9 / FINENESS  # weights are rounded to the weaker side
    assert all(weights @ found.yes[places] >= least - slack for places, weights, least in known)


def test_the_same_question_has_the_same_answer():
    def answer():
        rng, choices = np.random.default_rng(5), Choices(40)
        for _ in range(60):
            choices.require(rng.choice(40, size=7, replace=False), np.ones(7), 1.0)
        return choices.cheapest(np.full(40, 10), seconds=10.0, apart=9.9).yes.tolist()

    assert answer() == answer()


def test_a_start_that_is_wrong_does_no_harm():
    choices = Choices(3)
    choices.require(np.array([0, 1]), np.ones(2), 1.0)
    found = choices.cheapest(np.array([5, 3, 1]), seconds=10.0, apart=0.5, start=np.zeros(3, dtype=bool))
    assert found.yes.tolist() == [False, True, False]


def test_without_time_nothing_is_claimed():
    choices = Choices(2)
    choices.require(np.array([0, 1]), np.ones(2), 1.0)
    assert choices.cheapest(np.array([1, 1]), seconds=0.0, apart=0.5) is None
    assert choices.cheapest(np.array([1, 1]), seconds=-3.0, apart=0.5) is None


def test_costs_beyond_reason_are_not_taken_for_no_answer():
    with pytest.raises(RuntimeError):
        Choices(2).cheapest(np.array([2**62, 2**62]), seconds=1.0, apart=0.5)


def test_what_is_a_clause():
    assert is_clause(np.array([1.0, 1.0]), 1.0)
    assert is_clause(np.array([1.0, -1.0]), 0.0)
    assert is_clause(np.array([-1.0, -1.0]), -1.0)
    assert not is_clause(np.array([0.5, 1.0]), 1.0)
    assert not is_clause(np.array([1.0, 1.0]), 2.0)


def test_a_cell_may_be_its_own_company():
    places, weights = with_one_less(np.array([4, 7]), np.array([0.5, 1.0]), 7)
    assert (places.tolist(), weights.tolist()) == ([4, 7], [0.5, 0.0])
    places, weights = with_one_less(np.array([4]), np.array([0.5]), 7)
    assert (places.tolist(), weights.tolist()) == ([4, 7], [0.5, -1.0])


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(["highspy", "ortools.sat.python.cp_model"])))
def test_both_solvers_work_in_one_process(first, second):
    """Two packages that each bring a HiGHS of their own."""
    code = BOTH.format(first=first, second=second)
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def test_a_part_that_cannot_be_chosen_again_is_left_as_it_is():
    """Two cells that together bring less than is needed: the search goes on with another part."""
    problem = system_of(truth_table("19x3x8-1"), rule_named("additive")).problem
    pool, cells = Pool(problem, unit=WEIGHT), problem.candidates[:2]
    pool.add(Cut(cells, np.array([0.2, 0.2])))
    free = np.zeros(problem.size, dtype=bool)
    free[cells] = True
    with pytest.raises(OutOfTime):
        pool.cheapest(Part(np.zeros_like(free), free, np.zeros(problem.size)), seconds=1.0)


STOPPED = """
import os, signal, threading
import numpy as np
from equity.disclosure.choices import Choices

signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell that starts tests in the background ignores it.
chance, choices = np.random.default_rng(1), Choices(400)
for _ in range(900):
    choices.require(np.sort(chance.choice(400, 5, replace=False)), np.ones(5), 1.0)
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    choices.cheapest(chance.integers(10, 20, 400), seconds=1.5, apart=0.9)
except KeyboardInterrupt:
    print("stopped")
"""


def test_stopping_by_hand_is_not_taken_for_the_end_of_one_choice():
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", STOPPED], capture_output=True, text=True, check=False, env=surroundings
    )
    assert done.stdout == "stopped\n", done.stderr
