"""Stages of one service released one after another: what they tell together."""

import pytest

from equity.analysis.counting import ALL
from equity.analysis.releasing import Cut, Subject, Tallies, Tally, record_as, release_all, told_apart
from equity.attack import attack
from equity.attack.published import from_record
from equity.disclosure.rules import rule_named
from equity.disclosure.table import Dimension
from equity.model.measures import one_of
from equity.reading.mapping import STAGES

CUT = Cut(("team",))
TEAMS = tuple(f"Team {letter}" for letter in "ABCDEFGH")
ENTERED = (20, 61, 45, 38, 72, 57, 49, 66)
DROPPED_OUT = (17, 20, 13, 12, 25, 19, 14, 22)
COMPLETED = (3, 31, 30, 22, 36, 30, 28, 33)


def tally(counts: tuple[int, ...]) -> Tally:
    return Tally((Dimension("team", TEAMS),), {(team,): n for team, n in zip(TEAMS, counts, strict=True)})


def tallies(*, apart: bool) -> Tallies:
    found = {(CUT, stage): tally(counts) for stage, counts in STAGE_COUNTS.items()}
    inside = {"entered": ALL, "dropped_out": "entered", "completed": "entered"}
    names = {"dropped_out": "ending", "completed": "ending"} if apart else {}
    return Tallies(found, tuple(STAGE_COUNTS), inside, names)


STAGE_COUNTS = {
    ALL: tuple(n + 30 for n in ENTERED),
    "entered": ENTERED,
    "dropped_out": DROPPED_OUT,
    "completed": COMPLETED,
}


def released(*, apart: bool):
    return release_all(tallies(apart=apart), rule_named("additive"), Subject("people", "events"))


def together(made):
    """Everything released, as somebody reads it who knows that nobody completes and drops out."""
    counted, subject = tallies(apart=True), Subject("people", "events")
    records = []
    for (_, stage), one in made.held.items():
        known = subject.specification(CUT, counted.where(stage), {})
        record = record_as(one, known)
        records.append(record | {"specification": record["specification"] | {"where": known.as_json()["where"]}})
    return attack([from_record(record) for record in records], intervals=False)


def test_a_stage_is_attacked_with_the_others_that_are_part_of_the_same():
    """17 of 20 dropped out, so fewer than 4 completed: whoever shows both numbers rules out 4 and 5."""
    made = released(apart=True)
    assert len(made.held) == 4
    assert not together(made).broken
    shown = {stage: one.count(("Team A",)) for (_, stage), one in made.held.items()}
    assert shown["completed"].is_hidden
    assert shown["dropped_out"].is_hidden or shown["entered"].is_hidden


def test_the_attack_on_stages_would_find_it():
    """The same tables with the stages taken one by one: it is found that they tell too much together."""
    alone = release_all(
        Tallies(
            tallies(apart=True).found, tuple(STAGE_COUNTS), dict.fromkeys(("entered", "dropped_out", "completed"), ALL)
        ),
        rule_named("additive"),
        Subject("people", "events"),
    )
    broken = together(alone).broken
    assert any(finding.labels == ("Team A",) for finding in broken)


def test_stages_that_contradict_what_is_known_of_them_are_not_told_apart():
    found = tallies(apart=True).found
    assert told_apart(tuple(STAGE_COUNTS), found).keys() == {"dropped_out", "completed"}
    more = {**found, (CUT, "completed"): tally(tuple(n + 1 for n in COMPLETED))}
    assert not told_apart(tuple(STAGE_COUNTS), more)
    assert not told_apart((ALL, "entered", "completed"), found)


@pytest.mark.parametrize("which", one_of())
def test_stages_of_which_nobody_is_in_two_are_stages(which):
    assert {which.inside, *which.stages} <= set(STAGES)
    assert which.says.endswith(".")
