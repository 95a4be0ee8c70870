"""What an organisation shares reaches those it chose, and nobody else."""

import pytest
from django.db import transaction
from django.utils import timezone

from hub.assessments.models import Assessment
from hub.organisations.models import Sharing
from hub.pledges.models import Pledge
from tests.access.matrix import Visit, undone
from tests.access.pages import NOT_FOUND, REACHED, SIGN_IN
from tests.access.world import World

pytestmark = pytest.mark.django_db

IN_THE_PARTNERSHIP = {
    "colleague",
    "lead",
    "unit_lead",
    "approver",
    "commissioner",
    "coordinator",
    "board",
    "analyst",
    "editor",
}
# Who reads what another organisation of the same partnership shares so far.
READERS = {
    Sharing.ONLY_US: set(),
    Sharing.COMMISSIONERS: {"commissioner"},
    Sharing.PARTNERSHIP: IN_THE_PARTNERSHIP,
    Sharing.EVERYONE: {*IN_THE_PARTNERSHIP, "newcomer"},
}
# And what an organisation of another partnership shares.
FAR_READERS = {sharing: set() for sharing in Sharing} | {Sharing.EVERYONE: {*IN_THE_PARTNERSHIP, "newcomer"}}
WITHOUT_ACCOUNT = ("anonymous", "contributor")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def shared(place, sharing):
    Pledge.objects.filter(pk=place["pledge"].pk).update(sharing=sharing)
    Assessment.objects.filter(pk=place["assessment"].pk).update(sharing=sharing, signed_off_at=timezone.now())


def readers_of(world, address):
    visits = {role: Visit(actor, "GET", address).outcome for role, actor in world.actors.items()}
    assert set(visits.values()) <= {REACHED, NOT_FOUND, SIGN_IN}
    return {role for role, outcome in visits.items() if outcome == REACHED}


@pytest.mark.parametrize("sharing", Sharing)
@pytest.mark.parametrize(("whose", "expected"), [("other", READERS), ("far", FAR_READERS)])
def test_a_pledge_reaches_those_it_is_shared_with(world, whose, expected, sharing):
    place = world.places[whose]
    with undone():
        shared(place, sharing)
        assert readers_of(world, f"/pledges/{place['pledge'].pk}/") == expected[sharing]


@pytest.mark.parametrize("sharing", Sharing)
@pytest.mark.parametrize(("whose", "expected"), [("other", READERS), ("far", FAR_READERS)])
def test_an_assessment_reaches_those_it_is_shared_with_once_it_is_signed_off(world, whose, expected, sharing):
    place = world.places[whose]
    also = set(WITHOUT_ACCOUNT) if sharing == Sharing.EVERYONE else set()
    with undone():
        shared(place, sharing)
        assert readers_of(world, f"/assessments/{place['assessment'].pk}/") == expected[sharing] | also
        assert readers_of(world, f"/assessments/{place['assessment'].pk}/results/") == expected[sharing] | also


@pytest.mark.parametrize("sharing", Sharing)
def test_before_it_is_signed_off_an_assessment_reaches_nobody_else(world, sharing):
    place = world.places["other"]
    with undone():
        shared(place, sharing)
        Assessment.objects.filter(pk=place["assessment"].pk).update(signed_off_at=None)
        assert readers_of(world, f"/assessments/{place['assessment'].pk}/") == set()


@pytest.mark.parametrize("sharing", Sharing)
def test_the_public_page_of_a_pledge_is_there_only_for_what_is_shared_with_everybody(world, sharing):
    place = world.places["other"]
    with undone():
        shared(place, sharing)
        readers = readers_of(world, f"/north/pledges/{place['pledge'].public_id}/")
    assert readers == (set(world.actors) if sharing == Sharing.EVERYONE else set())


@pytest.mark.parametrize("sharing", Sharing)
def test_sharing_lets_nobody_else_write(world, sharing):
    place = world.places["other"]
    with undone():
        shared(place, sharing)
        for page in ("change", "update", "sharing", "publish", "hand-over"):
            for role, actor in world.actors.items():
                visit = Visit(actor, "POST", f"/pledges/{place['pledge'].pk}/{page}/", {"sharing": "everyone"})
                assert visit.outcome in {NOT_FOUND, SIGN_IN}, f"{page}, {role}"
                assert not visit.tables
