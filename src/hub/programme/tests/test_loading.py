"""The strategy in the content files, as it stands in the database."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from hub.audit.models import Entry
from hub.commitments.models import Commitment, Reading, Target, Update
from hub.organisations.tests.factories import PartnershipFactory
from hub.programme.actions import plan_for
from hub.programme.models import Action, KeyTarget, Outcome, Principle, Programme, Strand
from hub.programme.queries.parts import as_rows
from hub.programme.spreadsheet import COLUMNS, checked

IN_ORDER = {
    "strategic-leader": (6, 4, 4),
    "employer": (10, 4, 3),
    "community-wealth-building": (5, 5, 5),
    "environment-and-regeneration": (7, 6, 6),
    "housing": (6, 4, 5),
    "support-for-adults": (5, 4, 4),
    "support-for-children-young-people-and-families": (5, 3, 4),
    "public-health": (4, 4, 4),
}


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Once for all tests here, in a transaction that is undone at the end."""
    anchor = tmp_path_factory.mktemp("record") / "anchor.txt"
    with django_db_blocker.unblock(), override_settings(AUDIT_ANCHOR=anchor), transaction.atomic():
        call_command("load_content", verbosity=0)
        PartnershipFactory(slug="islington")
        call_command("load_programmes", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def programme(loaded, db):
    return Programme.objects.get()


def test_all_of_it_is_there_area_by_area(programme):
    counts = {
        area.slug: (area.actions.count(), area.key_targets.count(), area.outcomes.count())
        for area in programme.areas.all()
    }
    assert list(counts.items()) == list(IN_ORDER.items())
    assert [sum(numbers) for numbers in zip(*counts.values(), strict=True)] == [48, 34, 35]
    assert (Strand.objects.count(), Principle.objects.count()) == (3, 8)


def test_nothing_is_invented(programme):
    """No update, no figure, no owner and no answer that the document does not give."""
    assert not Update.objects.exists()
    assert not Reading.objects.exists()
    assert not Commitment.objects.exclude(owner=None).exists()
    assert not Commitment.objects.filter(source="").exists()
    assert Commitment.objects.filter(programme_action__isnull=False, inequality="").exists()
    assert not KeyTarget.objects.filter(measures=None).exists()
    assert Outcome.objects.filter(indicators=None).exists()


def test_two_documents_that_differ_about_one_target_both_stand(programme):
    target = KeyTarget.objects.get(key="partnership-action-plan")
    said = [(one.stated.when, one.by.isoformat()) for one in target.measures.get().targets.all()]
    assert said == [("summer 2021", "2021-08-31"), ("April 2021", "2021-04-30")]


def test_a_rhythm_is_a_target_and_the_forum_s_own(programme):
    forum = programme.forums.get(slug="coalition")
    assert (forum.rhythm.every_weeks_from, forum.rhythm.every_weeks_to) == (6, 8)
    assert forum.rhythm.key_targets.get().area.slug == "strategic-leader"


def test_loading_again_changes_nothing(programme):
    before = [model.objects.count() for model in (Action, KeyTarget, Outcome, Target, Commitment, Entry)]
    call_command("load_programmes", verbosity=0)
    assert [model.objects.count() for model in (Action, KeyTarget, Outcome, Target, Commitment, Entry)] == before


def test_a_changed_file_does_not_go_over_what_people_worked_with(programme):
    Programme.objects.update(content_hash="an older file")
    with pytest.raises(CommandError, match="another version"):
        call_command("load_programmes", verbosity=0)


def test_what_was_loaded_is_on_the_record(programme):
    assert Entry.objects.filter(event="programme.loaded").count() == 1


def test_it_comes_as_one_sheet_and_goes_back_without_a_change(programme):
    rows = [[words[0] for words in COLUMNS.values()]]
    rows += [[str(row.get(name, "")) for name in COLUMNS] for row in as_rows(programme)]
    plan = plan_for(programme, checked(rows))
    assert plan.problems == []
    assert {doing for _what, doing, _number in plan.counts} == {"there"}
    counts = {what: number for what, _doing, number in plan.counts}
    assert (counts["strand"], counts["principle"], counts["phase"], counts["forum"]) == (3, 8, 2, 16)
    assert (counts["action"], counts["target"], counts["outcome"], counts["community"]) == (48, 34, 35, 1)
