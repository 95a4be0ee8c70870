"""The Islington file: real organisations with facts and their sources, and beside them a made-up world."""

from collections import Counter

import pytest
import yaml
from django.conf import settings

from hub.toolkit.content import read_editions

FILE = settings.CONTENT / "partnerships/islington.yaml"
LETTERS = set("nsuoxq.")
SAID_BY_A_SOURCE = {
    "organisation",
    "year",
    "title",
    "inequality",
    "action",
    "outcome",
    "knowing",
    "people",
    "groups",
    "source",
}


@pytest.fixture(scope="module")
def world():
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def editions():
    read = read_editions(settings.CONTENT / "toolkits", settings.CONTENT / "schemas")
    return {edition.number: edition for edition in read if edition.chapter.slug == "race-and-ethnicity"}


@pytest.fixture(scope="module")
def groups():
    characteristics = yaml.safe_load((settings.CONTENT / "characteristics.yaml").read_text(encoding="utf-8"))
    return {group["slug"] for item in characteristics["characteristics"] for group in item["groups"]}


def real(world):
    return {item["slug"] for item in world["organisations"] if not item.get("is_example")}


def made_up(world):
    return {item["slug"] for item in world["organisations"] if item.get("is_example")}


def test_what_is_made_up_is_called_an_example_and_nothing_real_is(world):
    for item in world["organisations"]:
        assert item["name"].startswith("Example ") == item.get("is_example", False), item["name"]


def test_every_real_organisation_has_facts_and_every_fact_a_source(world):
    for item in world["organisations"]:
        facts = item.get("facts", [])
        assert bool(facts) != item.get("is_example", False), item["name"]
        assert all(fact["source"][0] in world["sources"] and fact["source"][1] for fact in facts)


def test_nothing_made_up_hangs_from_a_real_organisation(world):
    named = [
        row["organisation"]
        for part in ("assessments", "pledges", "asks", "shared_practices", "feedback")
        for row in world[part]
    ]
    asks = [ask for pledge in world["pledges"] for ask in pledge.get("asks", [])] + world["asks"]
    named += [offer["organisation"] for ask in asks for offer in ask["offers"]]
    named += [place["organisation"] for round in world["rounds"] for place in round["places"]]
    assert set(named) <= made_up(world)


def test_real_pledges_say_only_what_their_source_says(world, groups):
    assert Counter(row["organisation"] for row in world["real_pledges"]) == {"healthwatch-islington": 3, "nafsiyat": 3}
    for row in world["real_pledges"]:
        assert row["organisation"] in real(world)
        assert set(row) <= SAID_BY_A_SOURCE
        assert row["source"][0] in world["sources"]
        assert set(row.get("groups", [])) <= groups


def test_a_band_has_at_least_five_others(world):
    signed_off = {(row["round"], row["organisation"]) for row in world["assessments"] if row.get("signed_off")}
    for round in world["rounds"]:
        if round.get("closed"):
            assert sum(key == round["key"] for key, _ in signed_off) >= 7


def test_every_answer_is_to_a_statement_that_this_organisation_is_asked(world, editions):
    edition_of = {round["key"]: editions[round["edition"]] for round in world["rounds"]}
    for row in world["assessments"]:
        sections = {section.number: section for section in edition_of[row["round"]].sections}
        for number, letters in row["answers"].items():
            asked = [item for item in sections[number].statements if item.audience in [*row["as"], "both"]]
            where = (row["organisation"], row["round"], number)
            assert len(letters) == len(asked), where
            assert set(letters) <= LETTERS, where
            assert not (row.get("signed_off") and "." in letters), where


def test_every_key_is_a_statement(world, editions):
    keys = {item.key for section in editions[1].sections for item in section.statements}
    named = {note["statement"] for row in world["assessments"] for note in row.get("notes", [])}
    named |= {key for row in world["pledges"] for key in row["statements"]}
    named |= {row["from_statement"] for row in world["pledges"] if "from_statement" in row}
    named |= {row["statement"] for row in world["shared_practices"]}
    keys |= {item.key for section in editions[2].sections for item in section.statements}
    named |= {row["statement"] for row in world["feedback"]}
    assert named - keys == set()


def test_pledges_show_every_kind_of_measure_and_every_stage(world, groups):
    kinds = {measure["kind"] for row in world["pledges"] for measure in row["measures"]}
    latest = {row["updates"][-1]["stage"] for row in world["pledges"]}
    assert kinds == {"number", "share", "milestone", "cadence", "survey", "composition"}
    assert latest == {"promised", "started", "moving", "stuck", "kept", "stopped"}
    assert {group for row in world["pledges"] for group in row["groups"]} <= groups


def test_being_stuck_says_what_would_help(world):
    updates = [update for row in world["pledges"] for update in row["updates"]]
    stuck = [update for update in updates if update["stage"] == "stuck"]
    assert stuck
    assert all(update["help_wanted"] for update in stuck)
