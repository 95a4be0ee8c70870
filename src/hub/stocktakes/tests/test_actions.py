"""Gathering, telling, approving, freezing, taking back: what is kept, and what never changes."""

import csv
import datetime
import io
import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from hub.audit.models import Entry
from hub.audit.seals import seal_of_details
from hub.commitments.models import Commitment, Reading, Update
from hub.commitments.tests.factories import ReadingFactory, UpdateFactory
from hub.programme.models import Action, KeyTarget, Outcome, Programme, ServiceArea, Strand
from hub.programme.tests.factories import ActionFactory
from hub.stocktakes import actions, jobs, queries
from hub.stocktakes.models import Job, Stocktake
from hub.stocktakes.tests.factories import (
    LAST,
    YEAR,
    a_programme,
    approved_by,
    do_all,
    frozen,
    gathered,
    people_of,
    sealed_away,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return a_programme()


def area_of(stocktake):
    [area] = queries.Draft(stocktake).record.areas
    return area


class TestGathering:
    def test_the_record_holds_what_was_said_done_and_moved_and_what_nobody_reported(self, programme):
        area = area_of(gathered(programme))
        silent, reported = area.actions
        assert (silent.title, silent.standing.kind, silent.updates) == ("Books in Tigrinya", "unreported", [])
        assert reported.owner_role == "Head of reading"
        assert [(one.happened, one.next) for one in reported.updates] == [("Two branches open", "A third branch")]
        [measure] = area.measures
        assert (measure.name, measure.movement) == ("visits on Sundays", "up")
        assert [point.text for point in measure.points] == ["5", "20"]
        assert measure.picture.goal_text == "50"
        assert [one.title for one in area.outcomes] == ["People feel at home"]

    def test_nothing_of_a_later_year_is_in_it(self, programme):
        action = Action.objects.get(commitment__title="Open on Sundays")
        UpdateFactory(commitment=action.commitment, happened="Much later", stands_at=timezone.now())
        measure = KeyTarget.objects.get().measures.get()
        ReadingFactory(measure=measure, value=4999, numerator=None, denominator=None, on=timezone.localdate())
        record = gathered(programme).record
        assert "Much later" not in record
        assert "4999" not in record

    @pytest.mark.parametrize(("due_on", "kind"), [(None, "silent"), (LAST.replace(month=10), "late")])
    def test_how_an_action_stands_is_that_of_the_last_day_of_the_year(self, programme, due_on, kind):
        Commitment.objects.filter(title="Open on Sundays").update(due_on=due_on)
        assert area_of(gathered(programme)).actions[1].standing.kind == kind

    def test_figures_that_are_not_public_are_not_gathered(self, programme):
        sealed_away(programme)
        record = gathered(programme).record
        assert "7731" not in record
        assert "9187" not in record
        assert [one["movement"] for one in json_measures(record)] == ["up", "hidden", "hidden"]

    def test_names_of_people_are_not_gathered(self, programme):
        owner, _board = people_of(programme.partnership)
        owner.name = "Zuleika Example"
        owner.save()
        Commitment.objects.update(owner=owner)
        Update.objects.update(made_by=owner)
        assert "Zuleika" not in gathered(programme, by=owner).record

    def test_the_number_of_queries_does_not_grow_with_the_programme(self, programme, django_assert_max_num_queries):
        area = programme.areas.get()
        for _number in range(30):
            action = ActionFactory(area=area)
            UpdateFactory(commitment=action.commitment)
        with django_assert_max_num_queries(60):
            gathered(programme)

    def test_gathering_again_takes_new_figures_and_keeps_the_words(self, programme):
        person = people_of(programme.partnership)[0]
        stocktake = gathered(programme, by=person)
        actions.tell(stocktake, "whole", {"did": "We opened doors"}, by=person, seen=0)
        Outcome.objects.update(title="People come back")
        actions.gather_again(stocktake, by=person)
        do_all()
        draft = queries.Draft(Stocktake.objects.get(pk=stocktake.pk))
        assert draft.record.areas[0].outcomes[0].title == "People come back"
        assert draft.story == {"whole": {"did": "We opened doors"}}


def json_measures(record):
    return [one for area in json.loads(record)["areas"] for one in area["measures"]]


class TestTelling:
    def test_the_second_of_two_who_write_is_told(self, programme):
        first, second = people_of(programme.partnership)
        stocktake = gathered(programme, by=first)
        actions.tell(stocktake, "whole", {"did": "Mine"}, by=first, seen=0)
        with pytest.raises(actions.ChangedMeanwhileError):
            actions.tell(stocktake, "whole", {"did": "Also mine"}, by=second, seen=0)

    def test_words_that_did_not_change_are_not_told_again(self, programme):
        person = people_of(programme.partnership)[0]
        stocktake = gathered(programme, by=person)
        actions.tell(stocktake, "whole", {"did": "Mine", "next": ""}, by=person, seen=0)
        actions.tell(stocktake, "whole", {"did": "Mine", "next": "More"}, by=person, seen=1)
        assert [one.words for one in stocktake.tellings.all()] == ["Mine", "More"]


class TestApproving:
    def test_two_different_people_freeze_it_and_one_person_twice_does_not(self, programme):
        first, second = people_of(programme.partnership)
        stocktake = approved_by(gathered(programme, by=first), first, first)
        assert stocktake.frozen_at is None
        assert approved_by(stocktake, second).frozen_at

    def test_an_approval_is_of_the_words_that_were_read(self, programme):
        first, second = people_of(programme.partnership)
        stocktake = gathered(programme, by=first)
        read = queries.Draft(stocktake).seal
        actions.approve(stocktake, by=first, seal=read)
        actions.tell(stocktake, "whole", {"did": "Something else"}, by=first, seen=0)
        with pytest.raises(actions.ChangedMeanwhileError):
            actions.approve(stocktake, by=second, seal=read)
        assert approved_by(stocktake, second).frozen_at is None

    def test_words_that_change_before_it_is_frozen_stop_it(self, programme):
        first, second = people_of(programme.partnership)
        stocktake = gathered(programme, by=first)
        seal = queries.Draft(stocktake).seal
        for person in (first, second):
            actions.approve(stocktake, by=person, seal=seal)
        actions.tell(stocktake, "whole", {"did": "One more thing"}, by=first, seen=0)
        do_all()
        assert Stocktake.objects.get().frozen_at is None
        assert "Approve it again" in Job.objects.get(kind="freeze").trouble

    def test_what_is_frozen_takes_no_words(self, programme):
        stocktake = frozen(programme)
        with pytest.raises(actions.NotOpenError):
            actions.tell(stocktake, "whole", {"did": "Too late"}, by=None, seen=0)
        with pytest.raises(actions.NotOpenError):
            actions.gather_again(stocktake, by=None)

    def test_roles_and_no_names_stand_in_what_is_frozen(self, programme):
        stocktake = frozen(programme)
        data = json.loads(bytes(stocktake.files.get(path="data.json").body))
        assert data["about"]["approved_by"] == ["Coordinator", "Board member"]
        for file in stocktake.files.all():
            for person in (one.approved_by for one in stocktake.approvals.select_related("approved_by")):
                assert person.email.encode() not in bytes(file.body)
                assert not person.name or person.name.encode() not in bytes(file.body)


def served(client, stocktake):
    """Body and type of every page and file, as a resident gets them."""
    found = {}
    for path in stocktake.files.values_list("path", flat=True):
        response = client.get(stocktake.public_address + path)
        assert response.status_code == 200
        found[path] = (response.content, response["Content-Type"])
    return found


class TestFrozen:
    @pytest.fixture(autouse=True)
    def nothing_is_kept_in_memory(self, settings):
        settings.PUBLIC_PAGES_KEPT = False

    def test_whatever_is_edited_afterwards_it_says_byte_for_byte_what_it_said(self, client, programme):
        stocktake = frozen(programme, did="We opened doors", priorities="Ramps\nBooks")
        before = served(client, stocktake)
        assert len(before) == 3 + 3 + 5  # Three pages, a style sheet, the data and what describes it, five tables.
        edit_everything(programme)
        assert served(client, stocktake) == before

    def test_each_file_has_the_seal_of_its_bytes(self, client, programme):
        stocktake = frozen(programme)
        for file in stocktake.files.all():
            assert file.seal == actions.rules.seal_of(bytes(file.body))
        assert client.get(stocktake.public_address)["Repr-Digest"].startswith("sha-256=:")

    def test_the_database_itself_refuses_to_change_or_delete_them(self, programme):
        stocktake = frozen(programme)
        for change in (lambda: stocktake.files.update(body=b"Other words"), lambda: stocktake.files.all().delete()):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change()

    def test_the_seal_of_all_files_is_on_the_record(self, programme, settings):
        stocktake = frozen(programme)
        files = [(one.path, one.content_type, bytes(one.body)) for one in stocktake.files.all()]
        entry = Entry.objects.get(event="stocktake.frozen")
        for all_of_them, is_there in ((files, True), ([*files[1:], ("", "", b"Other words")], False)):
            details = {"seal": stocktake.seal, "files": actions.rules.seal_of_files(all_of_them)}
            assert (entry.details == seal_of_details(settings.AUDIT_KEY, entry.sequence, details)) is is_there

    def test_every_column_of_every_table_is_described(self, client, programme):
        stocktake = frozen(programme, did="We opened doors")
        package = client.get(f"{stocktake.public_address}datapackage.json").json()
        assert len(package["resources"]) == 5
        for table in package["resources"]:
            rows = list(csv.reader(io.StringIO(client.get(stocktake.public_address + table["path"]).text)))
            fields = table["schema"]["fields"]
            assert rows[0] == [field["name"] for field in fields]
            assert all(field["description"] for field in fields)
            for row in rows[1:]:
                for cell, field in zip(row, fields, strict=True):
                    assert fits(cell, field["type"]), (table["name"], field["name"], cell)

    def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(self, client, programme):
        Commitment.objects.filter(title="Open on Sundays").update(title="=1+1")
        stocktake = frozen(programme)
        assert ",'=1+1," in client.get(f"{stocktake.public_address}actions.csv").text

    def test_taken_back_it_leaves_a_notice_at_each_address(self, client, programme):
        stocktake = frozen(programme, did="We opened doors")
        actions.retract(stocktake, by=None, why="One figure was counted twice")
        for path in stocktake.files.values_list("path", flat=True):
            response = client.get(stocktake.public_address + path)
            assert response.status_code == 410
            assert "One figure was counted twice" in response.text
            assert "We opened doors" not in response.text

    def test_a_new_one_of_the_same_year_has_an_address_of_its_own(self, programme):
        first = frozen(programme)
        actions.retract(first, by=None, why="One figure was counted twice")
        assert (first.slug, gathered(programme).slug) == (str(YEAR), f"{YEAR}-2")

    def test_the_next_one_begins_with_what_comes_first(self, client, programme):
        frozen(programme, priorities="Ramps at every door\nBooks in Tigrinya")
        following = gathered(programme, year=YEAR + 1)
        assert queries.Draft(following).record.before == ["Ramps at every door", "Books in Tigrinya"]
        assert "Ramps at every door" in client.get(programme.get_absolute_url()).text


def fits(cell, kind):
    if kind == "date":
        return not cell or bool(datetime.date.fromisoformat(cell))
    return kind == "string" or cell in ("true", "false")


def edit_everything(programme):
    """The record, the programme, its people and their names: nothing stays as it was."""
    for model, words in [
        (Programme, ["title", "summary", "slug"]),
        (Strand, ["title", "slug"]),
        (ServiceArea, ["title", "summary", "slug"]),
        (KeyTarget, ["title", "words"]),
        (Outcome, ["title"]),
        (Commitment, ["title", "inequality", "action", "outcome", "owner_role"]),
        (Update, ["happened", "worked", "hard", "next"]),
    ]:
        model.objects.update(**dict.fromkeys(words, "changed"))
    Reading.objects.update(value=1)
    partnership = programme.partnership
    partnership.name, partnership.brand_colour = "Another name", "#123456"
    partnership.save()
    ActionFactory(area=programme.areas.get())
    for person in people_of(partnership):
        person.roles.update(kind="analyst")


class TestJobs:
    def test_a_job_whose_worker_was_stopped_is_begun_again_and_done_once(
        self, programme, django_capture_on_commit_callbacks
    ):
        stocktake = actions.open_stocktake(
            programme, by=None, year=YEAR, starts_on=LAST.replace(month=1, day=1), ends_on=LAST
        )
        with django_capture_on_commit_callbacks():
            jobs.look_for_work()
        job = stocktake.jobs.get()
        assert job.tries == 1
        Job.objects.update(beat_at=timezone.now() - 2 * jobs.PATIENCE)
        with django_capture_on_commit_callbacks():
            jobs.look_for_work()
            jobs.look_for_work()
        job.refresh_from_db()
        assert job.tries == 2
        do_all()
        record = Stocktake.objects.get().record
        actions.carry_out(job.pk)
        assert Stocktake.objects.get().record == record

    def test_what_fails_again_and_again_is_given_up_and_says_so(self, programme):
        job = actions.want(Job.Kind.PACK, programme=programme, by=None)
        Job.objects.update(tries=actions.MOST_TRIES, beat_at=timezone.now() - 2 * jobs.PATIENCE)
        jobs.look_for_work()
        job.refresh_from_db()
        assert job.finished_at
        assert job.trouble
