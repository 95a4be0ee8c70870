"""Stages of one service released one after another, in one report and from one to the next: what they tell together."""

import random

import pytest

from equity.analysis.counting import ALL
from equity.analysis.releasing import Cut, Subject, Tallies, Tally, release_all
from equity.attack import attack
from equity.attack.published import Published, Some, from_record
from equity.disclosure.ledger import Asked, Ledger
from equity.disclosure.rules import Audience, rule_named
from equity.disclosure.stages import as_now, reached
from equity.disclosure.table import Dimension
from equity.model.measures import measures, upper_bands
from equity.model.stages import line, road_of, roads
from equity.reading.mapping import STAGES

CUT = Cut(("team",))
TEAMS = tuple(f"Team {letter}" for letter in "ABCDEFGH")
# What everybody knows, written down again by hand: how far people came, and which of them each stage counts.
COMPLETED, DROPPED_OUT = {"completed"}, {"dropped out"}
ENTERED = {*COMPLETED, *DROPPED_OUT, "there still"}
ASSESSED = {*ENTERED, "did not enter"}
REFERRED = {*ASSESSED, "not assessed"}
CAME = {
    "referred": REFERRED,
    "assessed": ASSESSED,
    "entered": ENTERED,
    "completed": COMPLETED,
    "dropped_out": DROPPED_OUT,
}


def tallies(**stages: list[int]) -> Tallies:
    """Counts by team; everybody under their own name, or 30 more than entered."""
    counts = {ALL: stages.get("everyone") or [n + 30 for n in stages["entered"]], **stages}
    counts.pop("everyone", None)
    found = {
        (CUT, stage): Tally(
            (Dimension("team", TEAMS[: len(of)]),), {(team,): n for team, n in zip(TEAMS, of, strict=False)}
        )
        for stage, of in counts.items()
    }
    return Tallies(found, tuple(counts))


def outsider(held, name: str = "") -> list[Published]:
    """Every table as its readers have it. Of the stages they know what is written above, and nothing that we say."""
    found = []
    for (axes, stage), one in held.items():
        read = from_record({
            "id": f"{name}{stage} by {' and '.join(axes)}",
            "rule": {"name": one.rule.name},
            "specification": {**one.table.described(), "where": {}, "by": []},
            "published": one.as_csv(),
        })  # fmt: skip
        limit = {} if stage == ALL else {"how far they came": Some(frozenset(CAME[stage]))}
        found.append(Published(**{**vars(read), "where": limit}))
    return found


def released(counted: Tallies, rule: str = "additive", past=()):
    return release_all(counted, rule_named(rule), Subject("people", "events", {}, past))


def shown(made, stage: str, team: str = "Team A"):
    one = made.of(("team",), stage)
    return one.count((team,)).value if one else None


def test_a_stage_is_attacked_with_the_others_that_are_part_of_the_same():
    """17 of 20 dropped out, so fewer than 4 completed: whoever shows both numbers rules out 4 and 5."""
    made = released(
        tallies(
            entered=[20, 61, 45, 38, 72, 57, 49, 66],
            dropped_out=[17, 20, 13, 12, 25, 19, 14, 22],
            completed=[3, 31, 30, 22, 36, 30, 28, 33],
        )
    )
    assert len(made.held) == 4
    assert not attack(outsider(made.held), intervals=False).broken
    assert shown(made, "completed") is None
    assert None in (shown(made, "dropped_out"), shown(made, "entered"))


def test_a_stage_is_attacked_with_the_wider_one_whatever_stands_between():
    """No column says who dropped out. 30 began and 28 finished: 2 did not, and nobody may learn that."""
    made = released(
        tallies(
            referred=[60, 91, 75, 68, 102, 87],
            assessed=[50, 81, 65, 58, 92, 77],
            entered=[30, 61, 45, 38, 72, 57],
            completed=[28, 31, 30, 22, 36, 30],
        )
    )
    assert not attack(outsider(made.held), intervals=False).broken
    assert None in (shown(made, "completed"), shown(made, "entered"))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rule", ["nhs-mh", "additive"])
def test_files_with_other_columns_about_the_same_people_leave_nothing_to_work_out(rule, seed, tmp_path):
    """The same people three times over, each time by other stages and with a few counts corrected."""
    one_after_another(rule, seed, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 300))
@pytest.mark.parametrize("rule", ["nhs-mh", "additive"])
def test_many_files_with_other_columns_leave_nothing_to_work_out(rule, seed, tmp_path):
    one_after_another(rule, seed, tmp_path)


def one_after_another(rule: str, seed: int, folder) -> None:
    draw, ledger, out = random.Random(seed), Ledger.in_file(folder / "ledger.jsonl"), []
    counts = some_chain(draw)
    for number in range(3):
        there = [stage for stage in CAME if draw.random() < 0.7] or ["completed"]
        made = released(tallies(everyone=counts["everyone"], **{s: counts[s] for s in there}), rule,
                        ledger.known_outside())  # fmt: skip
        for one in made.held.values():
            ledger.record_release(one, Asked("analyst", Audience.PUBLIC))
        out += outsider(made.held, f"{number}: ")
        counts = corrected(counts, draw)
    assert out
    assert not attack(out, intervals=False).broken


def some_chain(draw: random.Random) -> dict[str, list[int]]:
    def part(of: list[int], share: float) -> list[int]:
        return [sum(draw.random() < share for _ in range(n)) for n in of]

    found = {"everyone": [draw.choice([6, 9, 14, 40, 70, 90]) for _ in range(5)]}
    for stage, share in (("referred", 1.0), ("assessed", 0.9), ("entered", 0.7), ("completed", 0.75)):
        found[stage] = part(list(found.values())[-1], share)
    rest = [e - c for e, c in zip(found["entered"], found["completed"], strict=True)]
    return {**found, "dropped_out": part(rest, 0.6)}


def corrected(counts: dict[str, list[int]], draw: random.Random) -> dict[str, list[int]]:
    """One or two people of one team turn out not to have finished."""
    team, few = draw.randrange(5), draw.choice([0, 1, 2])
    fewer = [max(0, n - few) if place == team else n for place, n in enumerate(counts["completed"])]
    return {**counts, "completed": fewer}


ONE = {"entered": [40, 60, 50, 45, 70, 55], "completed": [29, 31, 28, 22, 40, 30]}
TWO = {**ONE, "completed": [27, 31, 28, 22, 40, 30], "dropped_out": [10, 12, 11, 14, 20, 15]}


def test_another_column_does_not_make_a_stage_other_people(tmp_path):
    """Two people of Team A had not finished after all. A second report, by more columns, does not tell."""
    first = released(tallies(**ONE))
    ledger = recorded(tmp_path, first)
    second = released(tallies(**TWO), past=ledger.known_outside())
    assert shown(first, "completed") == 29
    assert shown(second, "completed") != 27
    assert any("People completed" in said for said in second.left_out)


def recorded(folder, made) -> Ledger:
    folder.mkdir(exist_ok=True)
    ledger = Ledger.in_file(folder / "ledger.jsonl")
    for one in made.held.values():
        ledger.record_release(one, Asked("analyst", Audience.PUBLIC))
    return ledger


@pytest.mark.parametrize(
    ("stage", "where"),
    [
        ("completed", {"completed": "yes"}),
        ("completed", {"entered": "yes", "ending": "completed"}),
        ("assessed", {"referred": "yes", "assessed": "yes"}),
    ],
)
def test_a_record_from_before_stages_had_one_name_is_understood(tmp_path, stage, where):
    ledger = recorded(tmp_path, released(tallies(**ONE)))
    now = ledger.known_outside()[-1]
    said = {
        **now["specification"],
        "measure": "events by team",
        "where": {name: {"codes": [code], "all_but": False} for name, code in where.items()}
        | {"provider": {"codes": ["A"], "all_but": True}},
    }
    del said["by"]
    read = as_now({**now, "specification": said})["specification"]
    assert (read["measure"], read["by"]) == ("events", ["team"])
    assert read["where"].keys() == {"provider", *reached(stage)}
    assert {name: read["where"][name] for name in reached(stage)} == {n: c.as_json() for n, c in reached(stage).items()}
    assert as_now(now) == now


def test_every_stage_has_one_place():
    placed = [stage for road in roads() for stage in road.stages]
    assert len(placed) == len({*placed})
    assert {*placed} >= {*STAGES, *(stage for one in upper_bands().values() for stage in (one.stage, one.inside))}
    assert all(road.says.endswith(".") for road in roads())


@pytest.mark.parametrize("what", [one for one in measures().values() if one.kind == "share"])
def test_who_is_counted_above_the_line_of_a_share_is_counted_below_it(what):
    if {what.numerator, what.denominator} <= {*STAGES}:
        assert what.denominator in line(what.numerator)[:-1]


def test_a_hierarchy_leaves_room_for_those_who_went_no_further():
    assert road_of("entered").parents["entered, no further"] == "entered"


def test_more_people_further_on_than_before_is_said_in_words():
    made = released(tallies(**{**ONE, "completed": [47, 31, 28, 22, 40, 30]}))
    assert [said for said in made.reasons if "more than the people entered" in said]
    assert shown(made, "entered") == 40
