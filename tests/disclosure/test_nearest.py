"""Proofs that lean on few hidden cells: tables near to what is shown, put beside what the whole region allows."""

import numpy as np
import pytest
from tables import random_table

from equity.disclosure.nearest import Nearest
from equity.disclosure.problem import Problem
from equity.disclosure.region import INFINITY, Region
from equity.disclosure.rules import rule_named
from equity.disclosure.system import system_of

NEARLY = 1e-5
CASES = [(seed, rule) for seed in range(4) for rule in ("additive", "nhs-mh")]


def posed(seed: int, rule: str) -> tuple[Problem, np.ndarray, Nearest, Region]:
    problem = system_of(random_table(seed, cells=(60, 150)), rule_named(rule)).problem
    hidden = problem.may_hide & (np.random.default_rng(seed).random(problem.size) < 0.4)
    nearest, region = Nearest(problem), Region(problem)
    nearest.hide(hidden)
    region.hide(hidden)
    return problem, hidden, nearest, region


def is_possible(problem: Problem, hidden: np.ndarray, point: np.ndarray) -> bool:
    low, high = np.where(hidden, 0.0, problem.low), np.where(hidden, INFINITY, problem.high)
    adds_up = all(abs(point[row.columns] @ row.signs) < NEARLY for row in problem.rows)
    return adds_up and bool((point > low - NEARLY).all() and (point < high + NEARLY).all())


@pytest.mark.parametrize(("seed", "rule"), CASES)
def test_there_is_a_near_table_exactly_when_there_is_any(seed, rule):
    problem, hidden, nearest, region = posed(seed, rule)
    found = {True: 0, False: 0}
    for column in map(int, np.flatnonzero(hidden | problem.small)):
        point = nearest.table_with(column, 0.0, 0.0)
        can = region.lowest(column).point[column] < NEARLY
        assert (point is not None) == can
        assert point is None or (abs(point[column]) < NEARLY and is_possible(problem, hidden, point))
        found[can] += 1
    for column in map(int, np.flatnonzero(problem.small)):
        top = int(problem.top[column])
        point = nearest.table_with(column, top, INFINITY)
        can = region.highest(column, top).point[column] > top - NEARLY
        assert (point is not None) == can
        assert point is None or (point[column] > top - NEARLY and is_possible(problem, hidden, point))
        found[can] += 1
    assert found[True]
    assert found[False] or rule == "nhs-mh"


@pytest.mark.parametrize(("seed", "rule"), CASES)
def test_it_moves_no_more_people_than_any_table_with_that_value(seed, rule):
    problem, _, nearest, region = posed(seed, rule)

    def moved(point: np.ndarray) -> float:
        away = np.maximum(problem.low - point, 0.0) + np.maximum(point - problem.high, 0.0)
        return float(away[problem.may_hide].sum())

    for column in map(int, np.flatnonzero(problem.small)):
        point = nearest.table_with(column, 0.0, 0.0)
        other = region.lowest(column).point
        if point is not None:
            assert moved(point) <= moved(other) + NEARLY


def test_what_was_asked_before_changes_no_answer():
    problem, hidden, _, _ = posed(1, "additive")
    asked_before = Nearest(problem)
    for shown_again in (problem.may_hide, np.zeros(problem.size, bool), hidden):
        asked_before.hide(shown_again)
        for column in map(int, np.flatnonzero(hidden)):
            fresh = Nearest(problem)
            fresh.hide(shown_again)
            ours, theirs = (one.table_with(column, 0.0, 0.0) for one in (asked_before, fresh))
            assert (ours is None) == (theirs is None)
