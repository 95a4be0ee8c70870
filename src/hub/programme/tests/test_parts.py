"""Each part of a programme is made, and changed with its history in sight: by form, and by the one spreadsheet."""

import csv
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from hub.audit.models import Entry
from hub.commitments.models import Measure, Target
from hub.commitments.tests.factories import OrganisationFactory
from hub.programme.models import Action, Community, Forum, KeyTarget, Outcome, Phase
from hub.programme.tests.factories import (
    ActionFactory,
    CommunityFactory,
    ForumFactory,
    KeyTargetFactory,
    OutcomeFactory,
    ServiceAreaFactory,
    StrandFactory,
)
from hub.programme.tests.test_building import address, agree, look_at, send, told
from hub.toolkit.models import Characteristic, Group

COLUMNS = ["What", "Title", "Area", "Strand", "Words", "Owner", "By when", "Kind of target", "Figure to reach",
           "Actions it belongs to", "Outcome it counts for", "Phase", "Community", "When, in words",
           "Group of people", "Who takes part"]  # fmt: skip


def sheet(*rows):
    """Each row as a mapping of columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("plan.csv", out.getvalue().encode())


def row(what, title, **more):
    return {"What": what, "Title": title} | {name.replace("_", " "): words for name, words in more.items()}


WHOLE = [
    row("strand", "As a neighbour"),
    row("principle", "Nobody is talked about without them"),
    row("phase", "Listening") | {"When, in words": "until summer 2027"},
    row("community", "With our Example neighbours", Group_of_people="Example speakers",
        Who_takes_part="Example Council; A mosque"),
    row("forum", "Residents' table", Figure_to_reach="6"),
    row("area", "Libraries", Strand="As a neighbour"),
    row("action", "Open on Sundays", Area="Libraries", Phase="Listening", Community="With our Example neighbours"),
    row("target", "Twelve Sundays", Area="Libraries", By_when="31/3/2027", Kind_of_target="number",
        Figure_to_reach="12", Actions_it_belongs_to="Open on Sundays"),
    row("outcome", "People feel at home", Area="Libraries", Actions_it_belongs_to="Open on Sundays"),
    row("indicator", "people who come back", Area="Libraries", Outcome_it_counts_for="People feel at home",
        Kind_of_target="share", Figure_to_reach="60", By_when="31/12/2027"),
]  # fmt: skip


@pytest.fixture
def group(db):
    characteristic = Characteristic.objects.create(slug="language", name="Language")
    return Group.objects.create(characteristic=characteristic, slug="example-speakers", name="Example speakers")


@pytest.fixture
def council(programme):
    return OrganisationFactory(partnership=programme.partnership, name="Example Council")


@pytest.fixture
def built(client, programme, coordinator, group, council):
    page = look_at(client, programme, sheet(*WHOLE))
    assert told(page) == []
    assert agree(client, programme, page).status_code == 302
    return programme


WRONG = [
    (row("action", "Ramps", Area="Libraries", Phase="Doing"), "no phase called “Doing”"),
    (row("action", "Lifts", Area="Libraries", Community="Theirs"), "no plan for a community called “Theirs”"),
    (row("community", "Ours", Group_of_people="Nobody’s"), "no group of people called"),
    (row("indicator", "visits", Area="Libraries"), "counts for no outcome"),
    (row("indicator", "loans", Outcome_it_counts_for="People feel at home"), "This indicator is in no area"),
    (row("indicator", "calls", Area="Libraries", Outcome_it_counts_for="Peace"), "no outcome called “Peace”"),
    (
        row("indicator", "days", Area="Libraries", Outcome_it_counts_for="People feel at home", By_when="1/1/2027"),
        "which figure is to be reached",
    ),
    (row("forum", "A table", Figure_to_reach="0"), "how many weeks there are at most between two meetings"),
    (row("phase", "x" * 201), "too long"),
]


class TestTheSheet:
    def test_one_sheet_makes_every_kind_of_part(self, built, group, council):
        action = Action.objects.get()
        assert (action.phase.when, action.community.title) == ("until summer 2027", "With our Example neighbours")
        community = Community.objects.get()
        assert (community.group, community.named) == (group, "A mosque")
        assert list(community.organisations.all()) == [council]
        assert Forum.objects.get().rhythm.every_weeks_to == 6
        [indicator] = Outcome.objects.get().indicators.all()
        assert (indicator.kind, indicator.targets.get().value) == ("share", 60)
        assert list(Outcome.objects.get().actions.all()) == [action]

    def test_sent_again_it_changes_nothing(self, client, built):
        page = look_at(client, built, sheet(*WHOLE))
        assert {doing for _what, doing, _number in page.context["plan"].counts} == {"there"}
        agree(client, built, page)
        assert not built.rewordings.exists()
        assert Target.objects.count() == 2

    def test_what_it_says_differently_is_changed_and_kept_as_it_was(self, client, built):
        again = [
            row("phase", "Listening") | {"When, in words": "until autumn 2027"},
            row("community", "With our Example neighbours", Who_takes_part="A mosque; A school"),
            row("area", "Libraries", Strand="As a neighbour", Words="Where we read"),
            row("target", "Twelve Sundays", Area="Libraries", By_when="30/6/2027", Figure_to_reach="14"),
            row("outcome", "People feel at home", Area="Libraries", Words="Whoever they are"),
        ]
        page = look_at(client, built, sheet(*again))
        assert {doing for _what, doing, _number in page.context["plan"].counts} == {"changed"}
        assert "Row 5" in page.text
        agree(client, built, page)
        assert Phase.objects.get().when == "until autumn 2027"
        assert [one.more for one in built.rewordings.filter(what="phase")] == ["until summer 2027"]
        assert "Example Council" in built.rewordings.get(what="community").more
        assert Community.objects.get().named == "A mosque\nA school"
        assert [(one.value, str(one.by)) for one in KeyTarget.objects.get().measures.get().targets.all()] == [
            (14, "2027-06-30"), (12, "2027-03-31"),
        ]  # fmt: skip

    def test_the_whole_programme_comes_as_a_sheet_that_says_what_is_there(self, client, built):
        taken = client.get(address(built, "empty_sheet"), {"filled": 1})
        rows = list(csv.DictReader(io.StringIO(taken.content.decode())))
        assert [one["What"] for one in rows] == [one["What"] for one in WHOLE]
        page = look_at(client, built, SimpleUploadedFile("plan.csv", taken.content))
        assert {doing for _what, doing, _number in page.context["plan"].counts} == {"there"}
        assert Entry.objects.filter(event="programme.sheet_taken").exists()

    def test_what_is_wrong_is_said_by_row_and_nothing_is_saved(self, client, built):
        wrong = [row("phase", "Growing"), *(one for one, _sentence in WRONG)]
        before = [model.objects.count() for model in (Action, Community, Forum, Phase, Measure)]
        page = look_at(client, built, sheet(*wrong))
        for number, (_row, sentence) in enumerate(WRONG, start=3):
            [said] = [words for at, words in told(page) if at == number]
            assert sentence in said
        assert len(told(page)) == len(WRONG)
        assert agree(client, built, page).status_code == 409
        assert [model.objects.count() for model in (Action, Community, Forum, Phase, Measure)] == before

    def test_two_groups_of_one_name_are_told_apart_by_their_short_name(self, client, built, group):
        Group.objects.create(characteristic=group.characteristic, slug="others", name="Example speakers")
        wrong = row("community", "Ours", Group_of_people="Example speakers")
        assert "Two groups of people" in told(look_at(client, built, sheet(wrong)))[0][1]
        assert told(look_at(client, built, sheet(wrong | {"Group of people": "others"}))) == []


class TestByHand:
    @pytest.mark.parametrize(
        ("what", "typed"),
        [
            ("phase", {"title": "Listening", "when": "until summer 2027"}),
            ("community", {"title": "With our neighbours", "group": "example-speakers", "takes_part": "A mosque"}),
            ("forum", {"title": "Residents' table", "value": "6"}),
            ("strand", {"title": "As a neighbour"}),
            ("principle", {"title": "Nobody is left out"}),
        ],
    )
    def test_a_part_is_added_and_shows_where_one_builds(self, client, programme, coordinator, group, what, typed):
        assert client.get(address(programme, "add_part", what)).status_code == 200
        assert send(client, programme, "add_part", what, **typed).status_code == 302
        assert typed["title"].partition("'")[0] in client.get(address(programme, "build_programme")).text
        assert "is there already" in send(client, programme, "add_part", what, **typed).text

    def test_an_indicator_is_added_to_its_outcome(self, client, programme, coordinator):
        outcome = OutcomeFactory(area=ServiceAreaFactory(programme=programme), title="People feel at home")
        change = address(programme, "change_part", "outcome", outcome.pk)
        assert "Add an indicator" in client.get(change).text
        where = {"area": outcome.area.title, "shows": outcome.title}
        assert outcome.title in client.get(address(programme, "add_part", "indicator"), where).text
        typed = where | {"title": "people who come back", "kind": "number"}
        assert send(client, programme, "add_part", "indicator", **typed).status_code == 302
        assert outcome.indicators.get().name == "people who come back"
        assert "People who come back" in client.get(change).text

    def test_an_action_is_put_into_a_phase_as_it_is_added(self, client, built):
        typed = {"title": "Ramps", "area": "Libraries", "phase": "Listening"}
        assert send(client, built, "add_part", "action", **typed).status_code == 302
        assert Action.objects.get(commitment__title="Ramps").phase.title == "Listening"

    def test_a_part_that_says_something_else_keeps_what_it_said(self, client, programme, coordinator):
        area = ServiceAreaFactory(programme=programme, title="Parks", summary="Where we meet")
        other = StrandFactory(programme=programme, title="As an employer")
        change = address(programme, "change_part", "area", area.pk)
        typed = {"title": "Green places", "words": "Where we meet", "strand": other.pk, "seen": 0}
        assert client.post(change, typed).status_code == 302
        area.refresh_from_db()
        assert (area.title, area.strand) == ("Green places", other)
        text = client.get(change).text
        assert "<b>Parks</b>" in text
        assert "As a neighbour" in text
        client.post(change, typed | {"seen": 1})
        assert programme.rewordings.count() == 1
        client.post(address(programme, "publish_programme"))
        assert "<b>Parks</b>" in client.get(area.get_absolute_url()).text

    @pytest.mark.parametrize("factory", [CommunityFactory, ForumFactory, StrandFactory])
    def test_every_kind_of_part_has_a_page_on_which_it_is_changed(self, client, programme, coordinator, factory):
        part = factory(programme=programme)
        what = {CommunityFactory: "community", ForumFactory: "forum", StrandFactory: "strand"}[factory]
        change = address(programme, "change_part", what, part.pk)
        assert client.post(change, {"title": "Another name", "seen": 0}).status_code == 302
        assert escape(part.title) in client.get(change).text
        part.refresh_from_db()
        assert part.title == "Another name"

    def test_a_phase_keeps_when_it_was(self, client, built):
        change = address(built, "change_part", "phase", Phase.objects.get().pk)
        client.post(change, {"title": "Listening", "when": "all of 2027", "seen": 0})
        assert Phase.objects.get().when == "all of 2027"
        assert "until summer 2027" in client.get(change).text

    def test_a_plan_for_one_community_shows_everybody_what_it_said_before(self, client, built, council):
        community = Community.objects.get()
        typed = {"title": "With our neighbours", "takes_part": "Example Council\nA school", "seen": 0}
        client.post(address(built, "change_part", "community", community.pk), typed)
        client.post(address(built, "publish_programme"))
        text = client.get(community.get_absolute_url()).text
        assert "<b>With our Example neighbours</b>" in text
        assert "A mosque" in text

    def test_the_second_of_two_who_change_the_same_part_is_told(self, client, programme, coordinator):
        area = ServiceAreaFactory(programme=programme, title="Parks")
        change = address(programme, "change_part", "area", area.pk)
        client.post(change, {"title": "Green places", "strand": area.strand_id, "seen": 0})
        page = client.post(change, {"title": "Gardens", "strand": area.strand_id, "seen": 0})
        assert "Somebody changed this while you were writing" in page.text
        assert 'value="Gardens"' in page.text
        assert programme.rewordings.count() == 1

    def test_which_actions_serve_a_target_can_be_changed(self, client, programme, coordinator):
        action = ActionFactory(area__programme=programme, commitment__title="Ramps; and lifts")
        target = KeyTargetFactory(area=action.area)
        change = address(programme, "change_part", "target", target.pk)
        typed = {"title": target.title, "seen": 0}
        assert "no action called “Swings”" in client.post(change, typed | {"serves": "Swings"}).text
        other = ActionFactory(area=action.area, commitment__title="Benches")
        client.post(change, typed | {"serves": "ramps; and lifts\nbenches"})
        assert set(target.actions.all()) == {action, other}

    def test_a_programme_keeps_its_own_title_and_dates_in_sight(self, client, programme, coordinator):
        send(client, programme, "change_programme", title="Fairer parks", report_every_weeks="8")
        text = client.get(address(programme, "change_programme")).text
        assert "Fairer together" in text
        assert "every 13 weeks" in text

    def test_a_change_of_nothing_is_no_change(self, client, programme, coordinator):
        send(client, programme, "change_programme", title=programme.title, report_every_weeks="13")
        assert not programme.rewordings.exists()


def test_a_figure_of_a_target_is_changed_from_its_page(client, programme, coordinator):
    target = KeyTargetFactory(area__programme=programme)
    page = client.get(address(programme, "change_part", "target", target.pk))
    assert reverse("programme:set_target", args=[target.measures.get().pk]) in page.text


class TestPeopleAtWork:
    def follow(self, client, programme, area, **typed):
        send(client, programme, "follow_at_work", area=area.pk, **typed)
        return Measure.objects.latest("pk")

    def test_a_figure_is_added_and_put_right_from_the_page_of_its_area(self, client, programme, coordinator):
        area = ServiceAreaFactory(programme=programme)
        typed = {"topic": "training", "service": "Reading rooms", "name": "frontline staff trained", "kind": "share"}
        measure = self.follow(client, programme, area, value="25", **typed)
        add = reverse("programme:add_reading", args=[measure.pk])
        assert add in client.get(reverse("programme:build_area", args=[area.pk])).text
        day = {"on-day": "1", "on-month": "6", "on-year": "2026"}
        typed = {"once": str(uuid.uuid4()), "numerator": "20", "denominator": "80", "unknown": "0"} | day
        home = client.post(add, {f"measure{measure.pk}-{name}": value for name, value in typed.items()})
        assert home.url == reverse("programme:build_area", args=[area.pk])
        reading = measure.readings.get()
        assert reverse("programme:correct_reading", args=[reading.pk]) in client.get(add).text
        client.post(address(programme, "publish_programme"))
        here = reverse("programme:show_people_at_work", args=programme.where)
        text = client.get(here).text
        assert "20 of 80" in text
        assert "Reading rooms" in text

    def test_champions_training_and_languages_stand_beside_what_is_needed(self, client, programme, coordinator):
        area = ServiceAreaFactory(programme=programme)
        for topic, name, more in [
            ("champions", "equality champions", {"service": "Parks"}),
            ("languages", "staff who speak Tigrinya", {"language": "Tigrinya"}),
            ("mentoring", "mentoring pairs", {}),
        ]:
            self.follow(client, programme, area, topic=topic, name=name, kind="number", value="25", **more)
        client.post(address(programme, "publish_programme"))
        text = client.get(reverse("programme:show_people_at_work", args=programme.where)).text
        for words in ("Equality champions", "Parks", "Languages", "Tigrinya", "Mentoring", "25"):
            assert words in text
