"""Ties are added, never edited, and there is one at a time between the same two."""

import pytest
from django.db import IntegrityError, transaction

from hub.audit.models import Entry
from hub.commitments.tests.factories import somebody
from hub.organisations.models import Sharing
from hub.pledges.tests.factories import PledgeFactory
from hub.programme.models import Meeting
from hub.programme.tests.factories import ActionFactory, ForumFactory, days_ago
from hub.ties import actions, queries
from hub.ties.models import Tie, Undoing
from hub.ties.tests.factories import a_finding, looked_at_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def action():
    return ActionFactory()


@pytest.fixture
def partnership(action):
    return action.area.programme.partnership


@pytest.fixture
def coordinator(partnership):
    return somebody("coordinator", partnership=partnership)


@pytest.fixture
def pledge(action, partnership):
    return PledgeFactory(organisation__partnership=partnership, sharing=Sharing.PARTNERSHIP)


def titles(rows):
    return [row.title for row in rows]


def test_tying_the_same_twice_makes_one_tie(action, pledge, coordinator):
    for _ in range(2):
        actions.tie(action.commitment, by=coordinator, pledge=pledge)
    assert Tie.objects.get().tied_by == coordinator
    assert Entry.objects.filter(event="tie.made").count() == 1


def test_undoing_adds_to_the_record_and_takes_nothing_away(action, pledge, coordinator):
    tie = actions.tie(action.commitment, by=coordinator, pledge=pledge)
    for _ in range(2):
        actions.undo(tie, by=coordinator)
    assert Undoing.objects.get().undone_by == coordinator
    assert Entry.objects.filter(event="tie.undone").count() == 1
    assert Tie.objects.count() == 1
    assert queries.beside_action(action, coordinator) == []
    assert titles(queries.as_tied(queries.undone_of(action.commitment, coordinator))) == [pledge.commitment.title]


def test_what_was_undone_can_be_tied_again(action, pledge, coordinator):
    first = actions.tie(action.commitment, by=coordinator, pledge=pledge)
    actions.undo(first, by=coordinator)
    assert actions.tie(action.commitment, by=coordinator, pledge=pledge) != first
    assert titles(queries.beside_pledge(pledge, coordinator)) == [action.commitment.title]


def test_a_tie_is_to_one_thing_and_no_more(action, pledge, coordinator):
    meeting = Meeting.objects.create(forum=ForumFactory(programme=action.area.programme), on=days_ago(1))
    for wrong in ({}, {"pledge": pledge, "meeting": meeting}, {"pledge": pledge, "code": "completion-sex"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tie.objects.create(commitment=action.commitment, tied_by=coordinator, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tie.objects.create(commitment=action.commitment, pledge=pledge, organisation=pledge.organisation)


def test_a_tie_to_a_finding_stays_when_its_figures_are_looked_at_again(action, partnership, coordinator):
    finding = a_finding(partnership)
    actions.tie(action.commitment, by=coordinator, finding=finding)
    again = looked_at_again(finding)
    assert [row.pk for row in queries.beside_action(action, coordinator)] == [again.pk]
    assert titles(queries.beside_finding(again, coordinator)) == [action.commitment.title]
    actions.tie(action.commitment, by=coordinator, finding=again)
    assert Tie.objects.count() == 1


def test_findings_of_other_services_with_the_same_code_are_others(action, partnership, coordinator):
    ours = a_finding(partnership)
    service = PledgeFactory(organisation__partnership=partnership).organisation
    others = [a_finding(partnership, service), a_finding(partnership, audience="partnership"), a_finding(partnership, code="access-sex")]  # fmt: skip # noqa: E501
    actions.tie(action.commitment, by=coordinator, finding=ours)
    lead = somebody("lead", service)
    assert [queries.beside_finding(one, lead) for one in others] == [[], [], []]
    assert titles(queries.beside_finding(ours, lead)) == [action.commitment.title]
    assert [row.pk for row in queries.beside_action(action, lead)] == [ours.pk]
