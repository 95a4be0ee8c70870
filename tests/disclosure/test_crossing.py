"""Tables that cross characteristics, with the tables that they cross and with one another."""

import random
from itertools import product

import pytest
from test_stages import outsider, recorded

from equity.analysis.counting import ALL
from equity.analysis.releasing import Cut, Subject, Tallies, Tally, release_all
from equity.attack import attack
from equity.disclosure.rules import rule_named
from equity.disclosure.table import Dimension

CODES = {"a": ("a1", "a2", "a3", "a4"), "b": ("b1", "b2", "b3"), "c": ("c1", "c2", "c3")}
CHANCES = {"a": (50, 30, 15, 5), "b": (60, 30, 10), "c": (60, 32, 8)}
NESTED, PAIRS = (("a", "b"), ("a", "b", "c")), (("a", "b"), ("a", "c"), ("b", "c"))


def people(seed: int, many: int) -> list[dict[str, str]]:
    draw = random.Random(seed)
    return [{axis: draw.choices(CODES[axis], CHANCES[axis])[0] for axis in CODES} for _ in range(many)]


def tallies(rows: list[dict[str, str]], *crossed: tuple[str, ...]) -> Tallies:
    return Tallies({(Cut(axes), ALL): tally(rows, axes) for axes in (*((axis,) for axis in CODES), *crossed)}, (ALL,))


def tally(rows: list[dict[str, str]], axes: tuple[str, ...]) -> Tally:
    counts = dict.fromkeys(product(*(CODES[axis] for axis in axes)), 0)
    for row in rows:
        counts[tuple(row[axis] for axis in axes)] += 1
    return Tally(tuple(Dimension(axis, CODES[axis]) for axis in axes), counts)


def released(counted: Tallies, rule: str, past=()):
    return release_all(counted, rule_named(rule), Subject("people", "events", {}, past))


@pytest.mark.parametrize(
    ("rule", "seed", "crossed"),
    [("nhs-mh", seed, NESTED) for seed in range(4)]
    + [("additive", seed, NESTED) for seed in range(1)]
    + [(rule, seed, PAIRS) for rule in ("nhs-mh", "additive") for seed in range(3)],
)
def test_crossed_tables_of_the_same_people_leave_nothing_to_work_out(rule, seed, crossed):
    everything_at_once(rule, seed, crossed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 130))
@pytest.mark.parametrize("crossed", [NESTED, PAIRS])
@pytest.mark.parametrize("rule", ["nhs-mh", "additive"])
def test_many_crossed_tables_leave_nothing_to_work_out(rule, seed, crossed):
    everything_at_once(rule, seed, crossed)


def everything_at_once(rule: str, seed: int, crossed: tuple[tuple[str, ...], ...]) -> None:
    made = released(tallies(people(seed, (120, 200, 300)[seed % 3]), *crossed), rule)
    assert len(made.held) >= 4
    assert not attack(outsider(made.held), intervals=False).broken


@pytest.mark.parametrize("rule", ["nhs-mh", "additive"])
@pytest.mark.parametrize("seed", range(2))
def test_a_crossed_table_is_attacked_with_earlier_reports_of_what_it_crosses(rule, seed, tmp_path):
    """By one characteristic, then two of them crossed, then two others; each report knows of those before."""
    rows, out, past = people(seed, 200), [], []
    for number, crossed in enumerate([(), (("a", "b"),), (("b", "c"),)]):
        made = released(tallies(rows, *crossed), rule, past)
        out += outsider(made.held, f"{number}: ")
        past = [*past, *recorded(tmp_path / str(number), made).known_outside()]
        past = [{**record, "id": f"R{place}"} for place, record in enumerate(past)]
    assert not attack(out, intervals=False).broken


def test_a_crossed_table_does_not_tell_that_a_count_was_corrected(tmp_path):
    """Two people of a1 turn out not to belong here: no table tells of them."""
    rows = people(5, 300)
    first = released(tallies(rows), "additive")
    gone = [place for place, row in enumerate(rows) if row["a"] == "a1"][:2]
    fewer = [row for place, row in enumerate(rows) if place not in gone]
    second = released(tallies(fewer, ("a", "b")), "additive", recorded(tmp_path, first).known_outside())
    before = first.held[("a",), ALL].count(("a1",)).value
    after = [one.count(("a1", *("Total" for _ in axes[1:]))).value for (axes, _), one in second.held.items()
             if axes[0] == "a"]  # fmt: skip
    assert before is not None
    assert before - 2 not in after
