"""A check that nothing can fail is no check: each kind of mistake is made here, and seen."""

import re

import pytest
from django.db import transaction
from django.db.models import Q

from hub.core.access import PolicyMissing, anyone, policy
from hub.pledges.models import PledgeQuerySet
from tests.access import expected
from tests.access.matrix import Matrix, Visit
from tests.access.pages import every_page
from tests.access.world import World

pytestmark = pytest.mark.django_db

PAGES, LINES = every_page(), expected.lines()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def matrix(world):
    return Matrix(world, LINES)


def test_a_page_without_its_policy_is_refused_to_everybody(matrix, monkeypatch):
    monkeypatch.delattr(PAGES["pledges:read_asks"].view, "policy")
    faults = matrix.faults(PAGES["pledges:read_asks"])
    assert any("status 500" in fault for fault in faults)
    with pytest.raises(PolicyMissing):
        matrix.world.actors["lead"].client.get("/asks/")


def test_a_policy_that_lets_everybody_in_is_seen(matrix, monkeypatch):
    monkeypatch.setattr(PAGES["home:list_rounds"].view, "policy", anyone)
    assert "home:list_rounds: lead, GET, own: y instead of n" in matrix.faults(PAGES["home:list_rounds"])


def test_a_policy_that_keeps_everybody_out_is_seen(matrix, monkeypatch):
    nobody = policy("nobody", lambda request, **_: False)
    monkeypatch.setattr(PAGES["pledges:read_asks"].view, "policy", nobody)
    assert "pledges:read_asks: lead, GET, own: n instead of y" in matrix.faults(PAGES["pledges:read_asks"])


def test_a_queryset_that_forgets_who_asks_is_seen_and_so_is_what_it_gives_away(matrix, monkeypatch):
    monkeypatch.setattr(PAGES["pledges:read_pledge"].view, "policy", anyone)
    monkeypatch.setattr(PledgeQuerySet, "visible_to", lambda self, user: self)
    faults = matrix.faults(PAGES["pledges:read_pledge"])
    assert "pledges:read_pledge: lead, GET, other: y instead of n" in faults
    assert "pledges:read_pledge: lead, GET, other: shows what other wrote" in faults
    assert "pledges:read_pledge: board, GET, own: shows what own wrote" in faults


def test_a_list_that_forgets_who_asks_is_seen(matrix, monkeypatch):
    monkeypatch.setattr("hub.pledges.views.pledges.own", lambda user: Q())
    monkeypatch.setattr(PledgeQuerySet, "visible_to", lambda self, user: self)
    faults = matrix.faults(PAGES["pledges:read_pledges"])
    assert "pledges:read_pledges: lead, GET, own: shows what far wrote" in faults


def test_a_write_that_is_not_on_the_record_is_seen(matrix, monkeypatch):
    monkeypatch.setattr("hub.accounts.actions.record", lambda *args, **kwargs: None)
    faults = matrix.faults(PAGES["organisations:you"])
    assert "organisations:you: lead, POST, own: wrote to accounts_user and put nothing on the record" in faults


def test_a_page_that_the_table_forgets_is_seen(matrix):
    assert set(every_page()) - (set(LINES) - {"pledges:read_asks"}) == {"pledges:read_asks"}


def test_the_secrets_are_really_there_to_be_found(matrix):
    """One's own pages show them, so that their absence elsewhere means something."""
    for whose, role in (("own", "lead"), ("unit", "unit_lead")):
        place = matrix.world.places[whose]
        address = f"/pledges/{place['pledge'].pk}/"
        body = Visit(matrix.world.actors[role], "GET", address).body.decode()
        assert len(re.findall(place.secret, body)) > 3
