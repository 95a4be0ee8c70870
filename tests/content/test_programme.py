"""The programme's files: everything in the strategy is there once, with its source, and nothing is added to it."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from hub.commitments.models import Measure, Update
from hub.programme.content import known_in, read_examples, read_programme, read_programmes, without_a_place
from hub.programme.definitions import NO_DATE, QUESTIONS
from hub.toolkit.content import ContentError, read_checked, read_schema

FOLDER = settings.CONTENT / "programmes/challenging-inequality"
SCHEMAS = settings.CONTENT / "schemas"
COVERAGE = Path(__file__).parents[2] / "docs/reference/programme-coverage.md"
# In the order leader, employer, community wealth building, environment, housing, adults, children, public health.
ACTIONS = [6, 10, 5, 7, 6, 5, 5, 4]
TARGETS = [4, 4, 5, 6, 4, 4, 3, 4]
OUTCOMES = [4, 3, 5, 6, 5, 4, 4, 4]

WITHOUT_A_DAY = [NO_DATE, "in the coming months", "in Hate Crime Awareness Week"]


@pytest.fixture(scope="module")
def known():
    return known_in(settings.CONTENT)


@pytest.fixture(scope="module")
def programme(known):
    return read_programme(FOLDER, SCHEMAS, known)


@pytest.fixture(scope="module")
def examples(programme):
    return read_examples(FOLDER, SCHEMAS, programme)


def every_measure(programme):
    return [measure for area in programme.areas for measure in area.measures]


def area_called(programme, key):
    return next(area for area in programme.areas if area.key == key)


def target_called(programme, key):
    return next(target for area in programme.areas for target in area.targets if target.key == key)


def test_each_area_has_as_many_items_as_were_counted_in_the_strategy(programme):
    assert [len(area.actions) for area in programme.areas] == ACTIONS
    assert [len(area.targets) for area in programme.areas] == TARGETS
    assert [len(area.outcomes) for area in programme.areas] == OUTCOMES
    assert (sum(ACTIONS), sum(TARGETS), sum(OUTCOMES)) == (48, 34, 35)


def test_strands_principles_and_phases_are_all_there(programme):
    assert [len(programme.strands), len(programme.principles), len(programme.phases)] == [3, 8, 2]
    assert Counter(area.strand for area in programme.areas) == {
        "strategic-leader": 1,
        "employer": 1,
        "provider-and-commissioner": 6,
    }


def test_every_action_target_and_outcome_names_its_lines(programme):
    assert [item.key for item in programme.items if not item.source.lines] == []
    assert {item.source.title for item in programme.items} == {"Challenging Inequality strategy"}


def test_kinds_stages_and_directions_are_those_of_the_platform():
    measure = read_schema(SCHEMAS, "programme-area")["$defs"]["measure"]["properties"]
    assert measure["kind"]["enum"] == Measure.Kind.values
    assert measure["direction"]["enum"] == Measure.Direction.values
    assert measure["counting"]["enum"] == Measure.Counting.values
    update = read_schema(SCHEMAS, "programme-examples")["properties"]["updates"]["items"]["properties"]
    assert update["stage"]["enum"] == Update.Stage.values


def test_targets_are_of_the_kind_that_the_strategy_gives_them(programme):
    kinds = {target.key: target.kind for area in programme.areas for target in area.targets}
    assert kinds["coalition-rhythm"] == "cadence"
    assert kinds["mentoring-pairs"] == "number"
    assert kinds["senior-team-trained"] == "share"
    assert kinds["disability-confident-level-two"] == "milestone"
    assert kinds["forums-and-replies"] == "composition"
    assert Counter(kinds.values()) == {"milestone": 21, "number": 5, "share": 5, "cadence": 2, "composition": 1}


def test_the_figures_are_those_of_the_strategy(programme):
    said = {
        measure.key: measure.targets[-1].value
        for measure in every_measure(programme)
        if measure.targets and measure.targets[-1].value is not None
    }
    assert said == {
        "mentoring-pairings": 25,
        "senior-leaders-trained": 100,
        "people-on-diploma": 20,
        "workspaces-opened": 2,
        "people-into-new-work": 1000,
        "minority-ethnic-share-into-work": 50,
        "schemes-surveyed": 100,
        "frontline-staff-uptake": 25,
        "shine-referrals-in-2021": 2500,
        "shine-uptake-share": 30,
        "housing-ambassadors-finished": 24,
        "housing-staff-trained": 100,
        "policies-with-progress": 100,
        "plans-that-name-groups": 100,
    }


def test_the_coalition_meets_every_six_to_eight_weeks_in_both_places(programme):
    [coalition] = [forum for forum in programme.forums if forum.key == "coalition"]
    [measure] = [measure for measure in every_measure(programme) if measure.key in coalition.measures]
    assert coalition.every_weeks == measure.every_weeks == (6, 8)
    assert "represents the community" in coalition.chair_role


def test_two_documents_give_the_partnership_plan_two_dates_and_both_are_kept(programme):
    [measure] = target_called(programme, "partnership-action-plan").measures
    assert [(said.when, f"{said.by}", said.source.document) for said in measure.targets] == [
        ("April 2021", "2021-04-30", "framework"),
        ("summer 2021", "2021-08-31", "strategy"),
    ]


def test_every_target_has_a_date_or_says_that_there_is_none(programme):
    for measure in every_measure(programme):
        for said in measure.targets:
            assert said.by or said.when in WITHOUT_A_DAY, measure.key


def test_every_action_says_what_is_done_and_no_answer_is_empty(programme):
    for area in programme.areas:
        for action in area.actions:
            assert "action" not in action.unanswered
            assert all(getattr(action, name).text.strip() for name in QUESTIONS if name not in action.unanswered)


def test_nothing_says_how_an_action_stands(programme):
    for file in FOLDER.glob("*.yaml"):
        if file.name != "example-updates.yaml":
            data = yaml.safe_load(file.read_text(encoding="utf-8"))
            assert not {"stage", "progress", "owner"} & set(keys_in(data)), file.name
            assert "status" not in set(keys_in(data.get("actions", []))), file.name


def keys_in(data):
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from keys_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from keys_in(value)


def test_people_at_work_have_their_measures(programme):
    kept = Counter(measure.at_work for measure in every_measure(programme) if measure.at_work)
    assert set(kept) == {"champions", "training", "mentoring", "representation", "support"}


def test_the_plan_for_the_somali_community_is_tied_to_its_action_and_outcome(programme):
    [community] = programme.communities
    tied = [item.key for item in programme.items if item.links.community == community.key]
    assert tied == list(community.related) == ["somali-community-plan", "somali-families-reached"]


def test_what_found_no_place_is_said_in_a_sentence_with_its_source(programme):
    sentences = without_a_place(programme)
    assert len(sentences) == 2
    assert all(sentence.endswith(")") and "lines" in sentence for sentence in sentences)


def test_only_one_area_has_examples_and_each_of_them_says_so(programme, examples):
    assert examples.area == "environment-and-regeneration"
    assert all(update.happened.startswith("Example update") for update in examples.updates)
    assert all(reading.words.startswith("Example reading") for reading in examples.readings)
    assert all(role.startswith("Example ") for role in examples.owners.values())
    assert all(question.text.startswith("Example question") for question in examples.questions)
    reported = {update.action for update in examples.updates}
    assert 0 < len(reported) < len(area_called(programme, examples.area).actions)


def test_the_coverage_page_counts_what_is_in_the_files(programme):
    rows = re.findall(r"^\| (\d) \| [^|]+ \| (\d+) \| (\d+) \| (\d+) \|", COVERAGE.read_text(encoding="utf-8"), re.M)
    written = [(int(number), *map(int, counts)) for number, *counts in rows]
    assert written == [(area.number, *area.counts.values()) for area in programme.areas]


def test_the_coverage_page_says_how_many_questions_are_answered(programme):
    actions = [action for area in programme.areas for action in area.actions]
    answered = {name: sum(name not in action.unanswered for action in actions) for name in QUESTIONS}
    rows = re.findall(r"^\| (inequality|action|outcome|knowing) \| (\d+) of 48 \|", COVERAGE.read_text("utf-8"), re.M)
    assert {name: int(count) for name, count in rows} == answered


def test_every_programme_in_the_folder_can_be_read(programme):
    assert read_programmes(settings.CONTENT) == [programme]


WRONG = [
    ("5-housing", "actions: 6, targets", "actions: 7, targets", "there are 7 actions, and there are 6"),
    ("programme", "outcomes: 35", "outcomes: 36", "there are 36 outcomes, and there are 35"),
    ("1-strategic", "number: 1", "number: 2", "The area number '2' stands there twice"),
    ("1-strategic", "programme: challenging-inequality", "programme: other", "is part of another programme"),
    ("1-strategic", "forums: [coalition]", "forums: [coalitions]", "'coalitions' is no forum of this programme"),
    ("1-strategic", "from: 2021-01-01, by: 2021-12-31}", "from: 2022-01-01, by: 2021-12-31}", "ends before it begins"),
    ("2-employer", "[coaching-and-mentoring]", "[coaching]", "'coaching', which is no action of this area"),
    ("2-employer", "strand: employer", "strand: employers", "'employers' is no strand"),
    ("2-employer", "key: mentoring-pairings", "key: people-on-diploma", "'people-on-diploma' stands there twice"),
    ("3-community", "words: Two more, when: autumn 2021", f"words: Two, when: {NO_DATE}", "say in words when"),
    (
        "3-community",
        "when: end of 2021, by: 2021-12-31",
        "when: end of 2021",
        "the last day that 'end of 2021' allows",
    ),
    ("3-community", "value: 50, words", "value: 500, words", "between 0 and 100"),
    ("7-support", "[city-university]", "[city]", "'city' is no organisation of the partnership"),
    ("7-support", "groups: [somali]", "groups: [somalia]", "'somalia' is no group that we know"),
    ("7-support", "community: somali", "community: all", "'all' is no community of this programme"),
    ("8-public", '"1819-1822"', '"1815-1822"', "both claim lines 1815 to 1818"),
    ("8-public", '"1790-1792"', '"1919-1922"', "there are no such lines as 1919-1922"),
    ("8-public", 'strategy, lines: "1726', 'plan, lines: "1726', "'plan' is none of the programme's sources"),
]


@pytest.fixture(scope="module")
def complaints(tmp_path_factory, known):
    """What is said when all of these things are wrong at once."""
    folder = tmp_path_factory.mktemp("wrong") / "programme"
    shutil.copytree(FOLDER, folder)
    for name, before, after, _ in WRONG:
        change(folder, name, before, after)
    with pytest.raises(ContentError) as error:
        read_programme(folder, SCHEMAS, known)
    return error.value.sentences


def change(folder, name, before, after):
    [file] = folder.glob(f"{name}*")
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize("sentence", [sentence for *_, sentence in WRONG])
def test_what_is_wrong_is_said_in_a_sentence(complaints, sentence):
    assert any(sentence in said for said in complaints), complaints


def test_nothing_else_is_complained_of(complaints):
    unexpected = [said for said in complaints if not any(sentence in said for *_, sentence in WRONG)]
    assert unexpected == []


@pytest.mark.parametrize(
    ("name", "before", "after", "sentence"),
    [
        ("3-community", "words: Agreed, when", "value: 1, when", "target 4, measure 1, target 1: add words."),
        ("2-employer", "        every_weeks: [null, 53]\n", "", "add every_weeks."),
        ("2-employer", "    title: Diverse", "    titel: Diverse", "take out or respell titel."),
        ("2-employer", "kind: survey", "kind: feeling", "'feeling' is none of number, share"),
    ],
)
def test_what_is_not_shaped_right_is_said_with_its_place(tmp_path, name, before, after, sentence):
    [original] = FOLDER.glob(f"{name}*")
    shutil.copy(original, tmp_path)
    file = change(tmp_path, name, before, after)
    with pytest.raises(ContentError) as error:
        read_checked(file, read_schema(SCHEMAS, "programme-area"))
    assert any(sentence in said for said in error.value.sentences), error.value.sentences


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("Example update. We asked", "We asked", "begin with 'Example update'"),
        ("measure: schemes-surveyed", "measure: schemes", "'schemes' is no measure of"),
        ("action: parks-for-all, role", "action: parks, role", "'parks' is no action of"),
        ("help_wanted: Who", "evidence: Who", "being stuck means saying what would help"),
        ("area: environment-and-regeneration", "area: environment", "'environment' is no area of"),
    ],
)
def test_examples_belong_to_the_area_and_say_that_they_are_made_up(tmp_path, programme, before, after, sentence):
    shutil.copy(FOLDER / "example-updates.yaml", tmp_path)
    change(tmp_path, "example-updates", before, after)
    with pytest.raises(ContentError) as error:
        read_examples(tmp_path, SCHEMAS, programme)
    assert any(sentence in said for said in error.value.sentences), error.value.sentences
