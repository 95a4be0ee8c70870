"""
Every page x every way to ask x every role x whose it is, against what is written by hand in expected.txt.

Who may do what is decided in Python, so ./run test tries one half of the pages on SQLite and the other on PostgreSQL.
./run soak tries the first half on PostgreSQL too.
"""

import pytest
from django.db import connection, transaction

from hub.core import access
from tests.access import addresses, expected
from tests.access.matrix import Matrix, Visit, undone
from tests.access.pages import DENIED, NOT_FOUND, NOT_THIS_WAY, REACHED, SECOND_CHECK, SIGN_IN, every_page
from tests.access.world import WITH_SECOND_FACTOR, Actor, World

pytestmark = pytest.mark.django_db

PAGES = every_page()
LINES = expected.lines()


def on_one_database(names):
    """Each with a mark that leaves it to the other database, or to the long tests."""
    here = connection.vendor == "postgresql"
    return [
        pytest.param(name, marks=() if place % 2 == here else pytest.mark.soak)
        for place, name in enumerate(sorted(names))
    ]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once, because each request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def matrix(world):
    return Matrix(world, LINES)


def test_every_page_is_in_the_table_and_nothing_else():
    assert sorted(LINES) == sorted(PAGES)


def test_every_page_has_a_policy():
    assert [name for name, page in PAGES.items() if not access.policy_of(page.view, page.url_name)] == []


@pytest.mark.parametrize("name", on_one_database(LINES))
def test_each_role_gets_what_the_table_says(matrix, name):
    assert matrix.faults(PAGES[name]) == []


@pytest.mark.parametrize("name", on_one_database(name for name in LINES if PAGES[name].parameters))
def test_what_is_not_there_cannot_be_told_from_what_is_not_ones_own(world, name):
    for actor in world.actors.values():
        for method in LINES[name]:
            with undone():
                visit = Visit(actor, method, addresses.address_of_nothing(PAGES[name], world))
            assert visit.outcome in {NOT_FOUND, SIGN_IN if actor.person is None else NOT_FOUND}, (
                f"{actor.role}, {method}"
            )


@pytest.mark.parametrize("name", sorted(name for name in LINES if len(PAGES[name].parameters) > 1))
def test_ones_own_address_opens_nothing_of_others(world, name):
    mixed = addresses.mixed_address(PAGES[name], world)
    for actor in world.actors.values() if mixed else ():
        for method in LINES[name]:
            with undone():
                visit = Visit(actor, method, mixed)
            assert visit.outcome in {NOT_FOUND, SIGN_IN}, f"{actor.role}, {method}"
            assert not visit.tables


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_page_answers_to_any_other_method(world, method):
    for name in LINES:
        for role in ("anonymous", "lead", "coordinator"):
            visit = Visit(world.actors[role], method, addresses.address(PAGES[name], world, "own"))
            assert visit.outcome == NOT_THIS_WAY, f"{name}, {role}"
            assert not visit.tables, f"{name}, {role}"


# Where somebody looks after their own account, and so sets up the second check.
OWN_ACCOUNT = {
    "accounts:second_check",
    "accounts:security",
    "accounts:sign_out_everywhere",
    "organisations:you",
    "organisations:my_data",
    "organisations:erase_me",
}


def pages_behind_the_second_check():
    """All that are not for anybody, but for those on which people look after their own account."""
    return sorted(name for name in LINES if not name.startswith("mfa_") and name not in OWN_ACCOUNT | public_pages())


def public_pages():
    return {name for name, page in PAGES.items() if access.policy_of(page.view, page.url_name) is access.anyone}


@pytest.mark.parametrize("name", pages_behind_the_second_check())
def test_without_the_second_check_there_is_no_way_in(world, name):
    for role in map(str, WITH_SECOND_FACTOR):
        with undone():
            newly_signed_in = Actor(role, world.actors[role].person)
            for method in LINES[name]:
                visit = Visit(newly_signed_in, method, addresses.address(PAGES[name], world, "own"))
                reaches = LINES[name].letter(method, role, "own") == REACHED
                assert visit.outcome in ({SECOND_CHECK} if reaches else DENIED), f"{role}, {method}"
                assert not visit.tables
