"""The protector's promises on single tables, checked by the attacker."""

import csv
import itertools
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tables import QUICK, TRUTH, as_record, attacked, random_table, released, small_table, truth_table

from equity.disclosure import repair
from equity.disclosure.advice import with_advice, without
from equity.disclosure.audit import Audit, OutOfTime
from equity.disclosure.gate import Refused, Request, release
from equity.disclosure.moves import Moves
from equity.disclosure.nearby import Nearby
from equity.disclosure.reading import read_table
from equity.disclosure.rules import Objective, rule_named
from equity.disclosure.search import Effort, Search, find_pattern
from equity.disclosure.specification import Chosen, Specification
from equity.disclosure.system import State, system_of
from equity.disclosure.table import Dimension, Labels, TableError, build_table

RULES = ["nhs-mh", "hes-plus-zero", "additive"]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(8))
def test_no_star_of_a_random_table_breaks_the_promise(rule, seed):
    result = released(random_table(seed), rule)
    assert not attacked(result).broken


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", [3, 14])
def test_what_is_made_safe_in_a_hurry_is_safe_and_hides_no_less(rule, seed):
    """Without time for one cell after another, many are mended at once."""
    table = random_table(seed, cells=(150, 300))
    hurried = released(table, rule, effort=Effort(seconds=1e-6))
    assert not attacked(hurried).broken
    assert hurried.quality.hidden_beyond >= released(table, rule).quality.hidden_beyond


@pytest.mark.soak
def test_no_star_of_a_thousand_random_tables_breaks_the_promise():
    """Hours of work, carried on from where the last run stopped: a line in random-tables.csv for each table."""
    script = Path(__file__).parents[2] / "benchmarks" / "disclosure" / "random_tables.py"
    subprocess.run([sys.executable, script], check=True)
    with script.with_name("random-tables.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {int(row["seed"]) for row in rows} == set(range(1000, 2000))
    assert not [row["seed"] for row in rows if row["broken_at_first"] not in ("", "0")]


@pytest.mark.parametrize("rule", RULES)
def test_small_counts_are_starred_and_the_rest_is_shown_as_the_rule_says(rule):
    table, small = small_table([[40, 3, 21], [28, 33, 16], [19, 52, 64]]), rule_named(rule)
    result = released(table, rule)
    for labels, shown in result.counts():
        count = table.counts[labels]
        if small.is_small(count):
            assert shown.is_hidden
        if not shown.is_hidden:
            assert shown.value == (count if rule == "additive" else 5 * ((count + 2) // 5))


def test_totals_of_an_exact_table_add_up_wherever_they_are_shown():
    table = random_table(3)
    result = released(table, "additive")
    for labels, shown in result.counts():
        assert shown.is_hidden or shown.value == table.counts[labels]


def test_the_fewest_cells_are_lost_by_trying_every_pattern():
    """On a table small enough, brute force over all patterns agrees with the proven best."""
    problem = system_of(small_table([[3, 12, 20], [14, 9, 30], [25, 16, 40]]), rule_named("additive")).problem
    best = find_pattern(problem, QUICK)
    audit = Audit(problem)
    for size in range(int(best.hidden.sum())):
        for cells in itertools.combinations(problem.candidates, size):
            hidden = np.zeros(problem.size, bool)
            hidden[list(cells)] = True
            assert not audit.is_safe(hidden)
    assert audit.is_safe(best.hidden)


@pytest.mark.parametrize("leans", [False, True])
@pytest.mark.parametrize("seed", [3, 14])
def test_an_audit_that_remembers_answers_like_one_that_does_not(seed, leans):
    """Tables and proofs found for one pattern are used for the next, where they must still hold."""
    problem = system_of(random_table(seed, cells=(60, 200)), rule_named("additive")).problem
    rng, remembers = np.random.default_rng(seed), Audit(problem)
    remembers.leans = leans
    for share in np.tile([0.6, 0.3, 0.45, 0.15], 3):
        hidden = problem.may_hide & (rng.random(problem.size) < share)
        fresh = Audit(problem)
        assert columns(remembers.small_failures(hidden)) == columns(fresh.small_failures(hidden))
        assert columns(remembers.open_failures(hidden)) == columns(fresh.open_failures(hidden))


def columns(failures) -> list[int]:
    return [failure.column for failure in failures]


def test_choosing_part_after_part_again_stays_safe_and_never_costs_more():
    """What the search does when proving the best is out of reach, here from hiding everything."""
    problem = system_of(random_table(23, cells=(100, 200)), rule_named("additive")).problem
    search = Search(problem, Effort(seconds=60))
    nearby = Nearby(problem, search.pool, search.audit, search.forbid)
    pattern, costs = problem.may_hide.copy(), [int(problem.may_hide.sum())]
    for _ in range(12):
        pattern = nearby.look(pattern, lambda: 60.0)
        assert Audit(problem).is_safe(pattern)
        costs.append(int(pattern.sum()))
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]


@pytest.mark.parametrize("seed", [9, 12, 17, 35])
def test_many_stars_hidden_for_company_are_mended_with_one_question(seed, monkeypatch):
    """As in tables of thousands of cells, where one after another would take minutes."""
    problem = system_of(random_table(seed, cells=(150, 300)), rule_named("additive")).problem
    monkeypatch.setattr(repair, "LARGE", 0)
    clock = itertools.count()
    monkeypatch.setattr(repair, "time", SimpleNamespace(process_time=lambda: next(clock)))
    mended: list[int] = []
    asked_for = repair.that_must_fall

    def noted(problem, failures):
        mended.append(len(failures))
        return asked_for(problem, failures)

    monkeypatch.setattr(repair, "that_must_fall", noted)
    audit = Audit(problem)
    safe = repair.repaired(problem, audit, Moves(problem), np.zeros(problem.size, bool), lambda: -1.0)
    assert Audit(problem).is_safe(safe)
    assert max(mended) > 1


def test_a_hurry_on_a_machine_whose_clock_stands_still_ends_all_the_same(monkeypatch):
    problem = system_of(random_table(9, cells=(150, 300)), rule_named("additive")).problem
    monkeypatch.setattr(repair, "time", SimpleNamespace(process_time=lambda: 0.0))
    nothing = np.zeros(problem.size, bool)
    safe = repair.repaired(problem, Audit(problem), Moves(problem), nothing, itertools.count(-1.0, -1.0).__next__)
    assert Audit(problem).is_safe(safe)


def test_a_safe_pattern_at_hand_is_kept_when_a_second_one_takes_too_long(monkeypatch):
    problem = system_of(random_table(14, cells=(100, 200)), rule_named("additive")).problem
    search = Search(problem, Effort(seconds=60))
    nothing = np.zeros(problem.size, bool)
    search._improve(nothing)
    at_hand = search.best.copy()
    monkeypatch.setattr(repair, "PATIENCE", -1e9)
    search._improve(nothing)
    search._make_safe()
    assert Audit(problem).is_safe(search.best)
    assert search.best.sum() <= at_hand.sum()
    search.best = None
    with pytest.raises(OutOfTime):
        search._make_safe()


@pytest.mark.parametrize("name", ["19x3x8-1", "25x3x8-1"])
def test_tables_of_two_dimensions_are_proven_best(name):
    result = released(without(truth_table(name), 1), "additive", effort=Effort(seconds=10))
    assert result.quality.proven_best
    assert not attacked(result).broken


@pytest.mark.soak
@pytest.mark.parametrize("name", ["19x3x8-1", "19x3x8-2", "19x3x8-3"])
def test_no_more_is_lost_than_by_the_best_known_tool(name):
    with (TRUTH / "gausssuppression.csv").open() as file:
        theirs = {row["table"]: int(row["more_cells_lost"]) for row in csv.DictReader(file)}
    result = released(truth_table(name), "additive", effort=Effort(seconds=60))
    assert not attacked(result).broken
    assert result.quality.hidden_beyond <= theirs[name]


def test_zero_is_hidden_like_any_small_count():
    result = released(small_table([[0, 20, 30], [25, 0, 40], [35, 45, 0]]), "additive")
    assert result.count(("a", "0")).is_hidden


def test_a_cell_declared_impossible_is_shown_as_nothing():
    dimensions = (Dimension("sex", ("women", "men")), Dimension("ward", ("maternity", "general", "surgery")))
    cells = itertools.product(("women", "men"), ("maternity", "general", "surgery"))
    given = dict(zip(cells, (60, 3, 40, 0, 30, 20), strict=True))
    never: frozenset[Labels] = frozenset({("men", "maternity")})
    result = released(build_table(dimensions, given, impossible=never), "additive")
    assert result.count(("men", "maternity")).value == 0
    assert not attacked(result).broken
    with pytest.raises(TableError, match="declared impossible"):
        build_table(dimensions, given | {("men", "maternity"): 2}, impossible=never)


@pytest.mark.parametrize("rule", RULES)
def test_a_star_read_back_in_is_suppressed_at_source_and_stays(rule, tmp_path):
    first = released(small_table([[40, 3, 21], [28, 33, 16], [19, 52, 64]]), rule)
    path = tmp_path / "first.csv"
    path.write_text(first.as_csv())
    again = released(read_table(path, count="count"), rule)
    assert again.table.states["a", "1"] is State.SOURCE
    for labels, shown in first.counts():
        if shown.is_hidden:
            assert again.count(labels).is_hidden
    assert again.as_csv() == first.as_csv()


def kept(table, objective: Objective):
    request = Request(table, rule_named("additive"), objective=objective, effort=Effort(seconds=60, rounds=60))
    result = release(request)
    assert not attacked(result).broken
    return result


def people_hidden(table, result) -> int:
    return sum(table.counts[labels] for labels, shown in result.counts() if shown.is_hidden)


def test_keeping_most_cells_and_keeping_most_people_are_different_choices():
    table = random_table(9, cells=(20, 70))
    cells, people = kept(table, Objective.CELLS), kept(table, Objective.PEOPLE)
    assert cells.quality.hidden_beyond < people.quality.hidden_beyond
    assert people_hidden(table, people) < people_hidden(table, cells)


def test_keeping_something_of_every_community_is_a_choice_of_its_own():
    """Fewest cells lost lets one category vanish, and `who_disappears` says so; one cell more keeps all in sight."""
    table = random_table(11, cells=(20, 70))
    cells, groups = kept(table, Objective.CELLS), kept(table, Objective.GROUPS)
    assert cells.quality.hidden_beyond < groups.quality.hidden_beyond
    assert cells.who_disappears()[0].shown == 0
    assert all(row.shown for row in groups.who_disappears())


def test_who_disappears_is_listed_with_the_least_visible_first():
    result = released(small_table([[40, 3, 21], [2, 1, 3], [19, 52, 64]]), "additive")
    rows = result.who_disappears()
    assert rows[0].category == "b"
    assert rows[0].shown < rows[-1].shown


def test_a_table_with_nobody_in_it_shows_nothing():
    result = released(small_table([[0, 0], [0, 0]]), "additive")
    assert all(shown.is_hidden for _, shown in result.counts())


def test_totals_that_do_not_add_up_are_named_without_their_numbers():
    dimensions = (Dimension("group", ("a", "b")),)
    table = build_table(dimensions, {("a",): 10, ("b",): 20, ("Total",): 31})
    with pytest.raises(TableError, match="parts of Total do not come to its total") as caught:
        released(table, "additive")
    assert "31" not in str(caught.value)


def test_what_is_unprotected_says_so():
    result = release(Request(small_table([[1, 2], [3, 4]]), rule_named("internal")))
    assert "must not leave" in (result.warning or "")
    assert released(small_table([[10, 20], [30, 40]]), "nhs-mh").warning is None


def test_a_refusal_names_cells_but_no_numbers():
    """Everyone was released exactly; everyone but two of one group is asked for: numbers that no message may hold."""
    counts = [[413, 227], [338, 291]]
    first = released(small_table(counts), "additive")
    second = Request(
        small_table([[411, 227], [338, 291]]),
        rule_named("additive"),
        Specification(where={"provider": Chosen(frozenset({"small"}), all_but=True)}),
    )
    with pytest.raises(Refused) as refused, with_advice(second, [as_record(first, "R0007")]):
        release(second, [as_record(first, "R0007")])
    said = str(refused.value)
    assert said.startswith("This table cannot be released. Small numbers could be worked out at: ")
    assert "a, 0" in said
    assert "They collide with: R0007." in said
    told = {number for line in first.as_csv().split() for number in line.split(",") if number.isdigit()}
    assert not [word for word in re.findall(r"\d+", said.replace("R0007", "")) if word in told and int(word) > 9]


def test_a_refusal_that_names_many_cells_says_how_many_more_there_are():
    refused = Refused([("a", str(n)) for n in range(15)], [])
    assert str(refused).endswith(" and 3 more.")
