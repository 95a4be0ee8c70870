"""What rows prove on their own is true: the outsider's linear programme never finds less."""

import numpy as np
import pytest
from tables import random_table

from equity.disclosure.bounds import Bounds
from equity.disclosure.region import Region
from equity.disclosure.rules import rule_named
from equity.disclosure.system import system_of


@pytest.mark.parametrize("seed", range(12))
def test_nothing_falls_below_what_the_rows_prove(seed):
    rule = rule_named(["nhs-mh", "hes-plus-zero", "additive"][seed % 3])
    problem = system_of(random_table(seed, cells=(20, 90)), rule).problem
    hidden = np.zeros(problem.size, bool)
    hidden[np.random.default_rng(seed).permutation(problem.candidates)[: len(problem.candidates) // 3]] = True
    region, proven = Region(problem), Bounds(problem).least(hidden | problem.small)
    region.hide(hidden)
    lowest = np.array([region.lowest(column).point[column] for column in range(problem.size)])
    assert (proven <= lowest + 1e-6).all()
    assert (np.maximum(proven, 0) > problem.low - 1e-6)[~hidden].all()


def test_a_number_in_a_row_of_little_else_cannot_be_small():
    problem = system_of(random_table(3, cells=(20, 90)), rule_named("additive")).problem
    hidden = np.zeros(problem.size, bool)
    hidden[problem.candidates] = problem.low[problem.candidates] > 100
    assert (Bounds(problem).least(hidden)[hidden] > 5).any()
