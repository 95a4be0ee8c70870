"""The one place where access is decided, with its own words and its own traces."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from django.utils import timezone

from hub.accounts.tests.factories import UserFactory
from hub.accounts.tests.second_check import pass_second_check
from hub.audit import refusals
from hub.audit.models import Entry, Refusal
from hub.core import access
from hub.core.access import AccessMiddleware, PolicyMissing, allow, anyone, own_account, policy, signed_in
from hub.organisations.models import Role
from hub.organisations.tests.factories import PartnershipRoleFactory, RoleFactory

pytestmark = pytest.mark.django_db

nobody = policy("nobody", lambda request, **_: False)
only_the_seventh = policy("only the seventh", lambda request, pk: pk == 7)
with_second_check = policy("with second check", lambda request, **_: True, second_factor=True)


def view(request, **kwargs):
    return HttpResponse("reached")


def ask(rule, *, user=None, method="GET", path="/somewhere/?page=2", kwargs=None, session=None, **headers):
    request = RequestFactory().generic(method, path, headers=headers)
    request.user, request.session = user or AnonymousUser(), session or {}
    asked = allow(rule)(lambda request, **kwargs: view(request)) if rule else lambda request, **kwargs: view(request)
    request.resolver_match = ResolverMatch(asked, (), kwargs or {}, "test:somewhere")
    middleware = AccessMiddleware(lambda request: HttpResponse())
    return middleware.process_view(request, asked, (), kwargs or {})


def test_a_view_without_a_policy_stops_everything():
    with pytest.raises(PolicyMissing, match="has no policy"):
        ask(None)


def test_a_stranger_is_sent_to_sign_in_and_comes_back():
    assert ask(signed_in)["Location"] == "/accounts/sign-in/?next=%2Fsomewhere%2F%3Fpage%3D2"


def test_a_stranger_who_sent_something_comes_back_to_the_page_it_was_on():
    answer = ask(signed_in, method="POST", referer="http://testserver/form/?step=1")
    assert answer["Location"] == "/accounts/sign-in/?next=%2Fform%2F%3Fstep%3D1"


@pytest.mark.parametrize("referer", ["https://elsewhere.example/", "//elsewhere.example/", "nonsense", "http://[", ""])
def test_nobody_is_sent_on_to_another_site(referer):
    assert ask(signed_in, method="POST", referer=referer)["Location"] == "/accounts/sign-in/?next=%2F"


def test_somebody_signed_in_learns_nothing():
    with pytest.raises(Http404):
        ask(nobody, user=UserFactory())


def test_a_part_of_a_page_is_told_in_place_so_that_what_was_typed_stays():
    answer = ask(signed_in, method="POST", hx_request="true")
    assert answer.status_code == 401
    assert "Sign in" in answer.content.decode()


def test_the_policy_sees_what_the_address_names():
    assert ask(only_the_seventh, kwargs={"pk": 7}) is None
    assert ask(only_the_seventh, kwargs={"pk": 8}).status_code == 302


def test_whoever_needs_a_second_check_is_asked_for_it():
    answer = ask(with_second_check, user=UserFactory())
    assert answer["Location"] == "/accounts/second-check/?next=%2Fsomewhere%2F%3Fpage%3D2"


@pytest.mark.parametrize("kind", Role.NEEDS_SECOND_FACTOR)
def test_some_roles_are_asked_for_it_on_every_page_but_those_of_their_own_account(kind):
    person = person_with(kind)
    assert ask(signed_in, user=person)["Location"].startswith("/accounts/second-check/")
    assert ask(own_account, user=person) is None
    assert ask(anyone, user=person) is None


def test_a_role_that_ended_asks_for_nothing_any_more():
    person = person_with(Role.Kind.COORDINATOR)
    person.roles.update(ended_at=timezone.now())
    assert ask(signed_in, user=person) is None


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind if kind not in Role.NEEDS_SECOND_FACTOR])
def test_the_other_roles_need_one_way_only(kind):
    assert ask(signed_in, user=person_with(kind)) is None


def person_with(kind):
    factory = RoleFactory if kind in Role.IN_AN_ORGANISATION else PartnershipRoleFactory
    return factory(kind=kind).user


def test_strangers_cost_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask(anyone) is None
        assert ask(policy("shared with everybody", lambda request, **_: True)) is None


def test_who_has_passed_it_costs_no_query_and_others_one(client, django_assert_num_queries):
    person = person_with(Role.Kind.COORDINATOR)
    client.force_login(person)
    pass_second_check(client, person)
    session = dict(client.session)
    with django_assert_num_queries(0):
        assert ask(signed_in, user=person, session=session) is None
    lead = person_with(Role.Kind.LEAD)
    with django_assert_num_queries(1):
        assert ask(signed_in, user=lead) is None


def test_everybody_may_read_a_public_page():
    assert ask(anyone) is None


def test_a_role_that_ended_opens_nothing_any_more(client):
    role = PartnershipRoleFactory(kind="board")
    client.force_login(role.user)
    page = f"/board/{role.partnership.slug}/"
    assert client.get(page).status_code == 200
    role.ended_at = role.given_at
    role.save()
    assert client.get(page).status_code == 404


def test_refusals_are_counted_with_the_page_and_the_person_and_nothing_else(client):
    person = UserFactory()
    client.get("/rounds/")
    client.force_login(person)
    client.get("/rounds/")
    client.get("/pledges/12345/")
    counted = {(row.actor, row.page, row.count) for row in Refusal.objects.all()}
    name = f"accounts.user:{person.pk}"
    assert counted == {("", "home:list_rounds", 1), (name, "home:list_rounds", 1), (name, "pledges:read_pledge", 1)}


def test_a_form_without_its_token_is_counted_as_a_refusal():
    Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {"email": "lead@example.org"})
    assert Refusal.objects.get().page == "account_login"


def test_many_refused_requests_leave_a_bounded_number_of_rows(client, monkeypatch):
    monkeypatch.setattr(refusals, "ROWS_AN_HOUR", 5)
    for number in range(300):
        client.get(["/rounds/", "/you/", "/pledges/", "/asks/", "/assessments/", "/our-year/"][number % 6])
    assert Refusal.objects.count() == 5
    assert sum(Refusal.objects.values_list("count", flat=True)) == 300
    assert not Entry.objects.exists()


def test_an_address_that_leads_nowhere_is_not_counted(client):
    client.get("/nowhere/at/all/of/this/")
    assert not Refusal.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_no_other_method_is_answered(client, method):
    answer = client.generic(method, "/accounts/sign-in/")
    assert (answer.status_code, answer["Allow"]) == (405, ", ".join(access.METHODS))
