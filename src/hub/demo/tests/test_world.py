import datetime
import itertools

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Q
from django.test import override_settings

from hub.accounts.models import User
from hub.assessments.models import Answer, Assessment, Band, Place, SharedPractice
from hub.assessments.queries import asked_statements
from hub.commitments.models import Ask, Commitment, Reading, Update
from hub.demo.models import Marker
from hub.demo.personas import SHOWN
from hub.demo.world import AlreadyInUseError, load
from hub.demo.world.calendar import Calendar
from hub.demo.world.loading import FILE
from hub.organisations.models import Fact, Organisation, Sharing
from hub.pledges.models import Pledge

HOST = {"HTTP_HOST": "127.0.0.1:8000"}
MOST_QUESTIONS = 5_000  # to the database


@pytest.fixture(scope="module")
def questions(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load it once for all tests here, in a transaction that is undone at the end. Says how much it asked."""
    anchor = tmp_path_factory.mktemp("record") / "anchor.txt"
    asked = itertools.count()

    def count(execute, *args):
        next(asked)
        return execute(*args)

    with django_db_blocker.unblock(), override_settings(DEMO=True, AUDIT_ANCHOR=anchor), transaction.atomic():
        with connection.execute_wrapper(count):
            call_command("load_demo", verbosity=0)
        yield next(asked)
        transaction.set_rollback(True)


@pytest.fixture
def world(questions, settings, db):
    settings.DEMO = True


def test_loading_it_asks_the_database_little(world, questions):
    assert questions < MOST_QUESTIONS


def test_it_is_loaded_once(world):
    counts = [model.objects.count() for model in (Organisation, Answer, Pledge, Update, Ask, User)]
    call_command("load_demo", verbosity=0)
    assert [model.objects.count() for model in (Organisation, Answer, Pledge, Update, Ask, User)] == counts


def test_a_changed_file_asks_for_a_new_database(world, tmp_path):
    changed = tmp_path / "islington.yaml"
    changed.write_bytes(FILE.read_bytes() + b"\n# changed\n")
    with pytest.raises(AlreadyInUseError, match="older file"):
        load(changed)


def test_everything_made_up_is_marked(world):
    real = Organisation.objects.filter(is_example=False)
    assert not Organisation.objects.filter(Q(is_example=True) & ~Q(name__startswith="Example"))
    assert not Assessment.objects.filter(organisation__in=real)
    assert not Assessment.objects.filter(is_example=False)
    assert not SharedPractice.objects.filter(organisation__in=real)
    assert not Ask.objects.filter(is_example=False)
    assert not Commitment.objects.filter(is_example=False, source="")
    assert not Commitment.objects.filter(is_example=True, pledge__organisation__in=real)


def test_of_real_organisations_nothing_is_said_without_its_source(world):
    assert Fact.objects.count() > 15
    assert not Fact.objects.filter(Q(source="") | ~Q(organisation__is_example=False))
    real = Commitment.objects.filter(pledge__organisation__is_example=False)
    assert real.count() == 6
    assert not real.filter(Q(source="") | Q(owner__isnull=False) | Q(due_on__isnull=False) | ~Q(owner_role=""))
    assert not Reading.objects.filter(measure__commitment__in=real)
    assert not Update.objects.filter(commitment__in=real)


def test_each_real_pledge_is_public_and_says_what_the_source_does_not(world, client):
    for pledge in Pledge.objects.filter(organisation__is_example=False):
        assert pledge.sharing == Sharing.EVERYONE
        assert "Not stated in the source" in client.get(f"/islington/pledges/{pledge.public_id}/", **HOST).text


def test_each_letter_of_the_file_became_an_answer(world):
    data = yaml.safe_load(FILE.read_text())
    for row in data["assessments"]:
        assessment = (
            Assessment.objects.get(
                organisation__slug=row["organisation"], unit__slug=row.get("unit"), round__title__endswith=row["round"]
            )
            if "unit" in row
            else Assessment.objects.get(
                organisation__slug=row["organisation"], unit=None, round__title__endswith=row["round"]
            )
        )
        letters = "".join(row["answers"].values())
        answered = assessment.answers.filter(carried_from=None) | assessment.answers.filter(version=2)
        assert answered.distinct().count() == len(letters) - letters.count(".")
        assert asked_statements(assessment).count() >= len(letters)


def test_closed_rounds_have_bands_and_the_open_one_has_none(world):
    assert Band.objects.filter(round__closed_at__isnull=False).exists()
    assert not Band.objects.filter(round__closed_at=None).exists()
    assert Place.objects.filter(round__closed_at=None).count() == 11


def test_what_was_carried_on_waits_for_another_look(world):
    assert Answer.objects.filter(assessment__signed_off_at=None, needs_review=True).exists()


@pytest.mark.parametrize("persona", [persona.slug for persona in SHOWN])
def test_one_click_is_enough_to_be_somebody(world, client, persona):
    response = client.post(f"/demo/be/{persona}/", follow=True, **HOST)
    assert response.status_code == 200
    begins = {
        "coordinator": "/rounds/",
        "lead": "/our-year/islington/example-counselling-project/",
        "department-lead": "/our-year/islington/example-mental-health-trust/talking-therapies/",
        "contributor": "/voices/",
        "commissioner": "/commissioners/islington/",
        "board": "/board/islington/",
        "resident": "/",
    }
    assert response.request["PATH_INFO"].startswith(begins[persona])


def test_a_resident_is_signed_out(world, client):
    client.post("/demo/be/lead/", **HOST)
    client.post("/demo/be/resident/", **HOST)
    assert "_auth_user_id" not in client.session


def test_becoming_somebody_is_a_button_not_a_link(world, client):
    assert client.get("/demo/be/lead/", **HOST).status_code == 405


def test_a_persona_that_is_not_there_is_not_found(world, client):
    assert client.post("/demo/be/nobody/", **HOST).status_code == 404


def test_the_page_shows_everybody_one_can_be(world, client):
    text = client.get("/demo/", **HOST).text
    for persona in SHOWN:
        assert str(persona.words) in text


def test_the_example_world_is_always_as_fresh_as_on_its_day():
    calendar = Calendar(datetime.date(2026, 11, 21), datetime.date(2028, 2, 29))
    assert calendar.day(datetime.date(2026, 11, 11)) == datetime.date(2028, 2, 19)
    assert calendar.year(2027) == 2028
    assert calendar.title("Our self-assessment 2027", 2027) == "Our self-assessment 2028"
    assert calendar.day(None) is None


def test_on_its_own_day_nothing_moves():
    calendar = Calendar(datetime.date(2026, 11, 21), datetime.date(2026, 11, 21))
    assert calendar.day(datetime.date(2026, 3, 19)) == datetime.date(2026, 3, 19)
    assert calendar.year(2026) == 2026


def test_another_demonstration_in_the_same_database_is_refused(world):
    Marker.objects.all().delete()
    with pytest.raises(CommandError, match="not the demonstration"):
        call_command("load_demo", verbosity=0)
