import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.accounts.models import User
from hub.accounts.tests.factories import UserFactory
from hub.audit.models import Entry
from hub.audit.verification import faults
from hub.organisations import actions
from hub.organisations.models import Invitation, Role
from hub.organisations.tests.factories import OrganisationFactory, PartnershipRoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation(django_capture_on_commit_callbacks):
    organisation = OrganisationFactory()
    coordinator = PartnershipRoleFactory(partnership=organisation.partnership).user
    with django_capture_on_commit_callbacks(execute=True):
        return actions.invite(
            "Lead@Example.org",
            kind=Role.Kind.LEAD,
            partnership=organisation.partnership,
            organisation=organisation,
            by=coordinator,
            next_url="/you/",
        )


@pytest.fixture
def page(invitation):
    return reverse("organisations:join", args=[invitation.public_id])


def code():
    return re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]


def state(invitation):
    invitation.refresh_from_db()
    return (invitation.tries, invitation.accepted_at, invitation.code_hash, User.objects.count(), Role.objects.count())


def is_signed_in(client):
    return client.get("/you/").status_code == 200


class TestTheLetter:
    def test_carries_the_code_and_the_page(self, invitation, page, settings):
        assert mail.outbox[-1].to == ["lead@example.org"]
        assert settings.HUB_ADDRESS + page in mail.outbox[-1].body
        assert code() in mail.outbox[-1].subject

    def test_link_does_not_hold_the_code(self, invitation):
        link = re.search(r"https?://\S+", mail.outbox[-1].body)[0]
        assert code() not in link
        assert code().replace("-", "") not in link

    def test_the_code_is_not_kept(self, invitation):
        stored = str(Invitation.objects.values().get())
        assert code() not in stored
        assert code().replace("-", "") not in stored


class TestJoining:
    def test_takes_one_page_and_leads_to_the_first_question(self, client, invitation, page):
        answer = client.post(page, {"code": code(), "name": "Lee"})
        assert answer["Location"] == "/you/"
        assert is_signed_in(client)
        user = User.objects.get(email="lead@example.org")
        assert user.name == "Lee"
        assert Role.objects.get(user=user).organisation == invitation.organisation
        assert Entry.objects.filter(event="invitation.accepted", actor=f"accounts.user:{user.pk}").exists()

    def test_a_name_may_come_later(self, client, invitation, page):
        client.post(page, {"code": code()})
        assert is_signed_in(client)

    def test_looking_changes_nothing(self, client, invitation, page):
        before = state(invitation)
        for look in (client.get, client.head, client.options):
            look(page)
        assert state(invitation) == before

    @pytest.mark.parametrize("sent", [{}, {"code": ""}, {"name": "scanner"}])
    def test_sending_the_form_without_its_code_changes_nothing(self, client, invitation, page, sent):
        before = state(invitation)
        assert "Enter code from the e-mail" in client.post(page, sent).content.decode()
        assert state(invitation) == before
        assert not is_signed_in(client)

    def test_a_wrong_code_says_what_to_do_and_keeps_what_was_typed(self, client, invitation, page):
        answer = client.post(page, {"code": "ZZZZ-ZZZZ", "name": "Lee"}).content.decode()
        assert "Check each letter, then try again" in answer
        assert 'value="ZZZZ-ZZZZ"' in answer
        assert 'value="Lee"' in answer
        assert not User.objects.filter(email="lead@example.org").exists()

    def test_five_wrong_codes_switch_the_code_off(self, client, invitation, page):
        right = code()
        for _ in range(5):
            answer = client.post(page, {"code": "ZZZZ-ZZZZ"})
        assert "Send me a new code" in answer.content.decode()
        client.post(page, {"code": right})
        assert not is_signed_in(client)

    def test_a_code_that_ran_out_is_replaced_and_the_invitation_stays(
        self, client, invitation, page, django_capture_on_commit_callbacks
    ):
        with time_machine.travel(timezone.now() + timedelta(days=15)):
            old = code()
            answer = client.post(page, {"code": old, "name": "Lee"}).content.decode()
            assert "The code has run out, the invitation has not" in answer
            with django_capture_on_commit_callbacks(execute=True):
                client.post(reverse("organisations:send_new_code", args=[invitation.public_id]))
            assert code() != old
            client.post(page, {"code": code()})
            assert is_signed_in(client)

    def test_a_working_code_is_not_replaced_by_a_stranger_with_the_link(self, client, invitation, page):
        before = state(invitation)
        client.post(reverse("organisations:send_new_code", args=[invitation.public_id]))
        assert state(invitation) == before

    def test_new_codes_come_now_and_then_only(self, client, invitation, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            for minutes in (1, 11, 12, 22):
                Invitation.objects.update(tries=5)
                with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
                    client.post(reverse("organisations:send_new_code", args=[invitation.public_id]))
        assert len(mail.outbox) == 1 + 2

    def test_an_invitation_works_once(self, invitation, page):
        first, second = Client(), Client()
        first.post(page, {"code": code()})
        answer = second.post(page, {"code": code()})
        assert "You have joined already" in answer.content.decode()
        assert not is_signed_in(second)

    def test_pressing_twice_leads_to_the_same_place(self, client, invitation, page):
        client.post(page, {"code": code()})
        assert client.post(page, {"code": code()})["Location"] == "/you/"
        assert Role.objects.filter(user__email="lead@example.org").count() == 1

    def test_an_invitation_that_was_taken_back_opens_nothing(self, client, invitation, page):
        actions.withdraw(invitation, by=invitation.invited_by)
        assert "taken back" in client.post(page, {"code": code()}).content.decode()
        assert not is_signed_in(client)

    def test_somebody_with_an_account_keeps_it(self, client, invitation, page):
        known = UserFactory(email="lead@example.org", name="Known")
        client.post(page, {"code": code(), "name": "Other"})
        known.refresh_from_db()
        assert known.name == "Known"
        assert Role.objects.filter(user=known).exists()

    def test_somebody_signed_in_with_the_invited_address_needs_no_code(self, client, invitation, page):
        known = UserFactory(email="lead@example.org")
        client.force_login(known)
        assert 'name="code"' not in client.get(page).content.decode()
        assert not Role.objects.filter(user=known).exists()
        assert client.post(page)["Location"] == "/you/"
        assert Role.objects.filter(user=known).exists()

    def test_somebody_signed_in_with_another_address_needs_the_code(self, client, invitation, page):
        client.force_login(UserFactory())
        client.post(page)
        assert not Role.objects.filter(organisation=invitation.organisation).exists()

    def test_the_page_does_not_give_the_whole_address_away(self, client, invitation, page):
        Invitation.objects.update(tries=5)
        answer = client.get(page).content.decode()
        assert "l…@example.org" in answer
        assert "lead@example.org" not in answer

    def test_a_made_up_link_leads_nowhere(self, client):
        assert client.get("/join/00000000-0000-0000-0000-000000000000/").status_code == 404


class TestYou:
    def test_may_change_your_name(self, client):
        user = UserFactory(name="Before")
        client.force_login(user)
        client.post("/you/", {"name": "After"})
        user.refresh_from_db()
        assert user.name == "After"
        assert Entry.objects.filter(event="person.renamed").exists()

    def test_see_your_roles_and_cannot_change_them(self, client):
        role = PartnershipRoleFactory()
        client.force_login(role.user)
        answer = client.get("/you/").content.decode()
        assert str(role.partnership) in answer
        assert 'name="kind"' not in answer

    def test_may_take_your_data_away(self, client):
        role = PartnershipRoleFactory()
        client.force_login(role.user)
        data = client.get("/you/data/").json()
        assert data["e-mail address"] == role.user.email
        assert data["roles"][0]["where"] == str(role.partnership)
        assert Entry.objects.filter(event="person.took_their_data").exists()

    def test_are_not_taken_out_by_accident(self, client):
        user = UserFactory()
        client.force_login(user)
        client.get("/you/erase/")
        answer = client.post("/you/erase/")
        assert "Tick" in answer.content.decode()
        assert User.objects.filter(pk=user.pk, is_active=True).exists()

    @pytest.mark.django_db(transaction=True)
    def test_may_be_taken_out_and_the_record_still_holds(self, client):
        organisation = OrganisationFactory()
        coordinator = PartnershipRoleFactory(partnership=organisation.partnership).user
        invitation = actions.invite(
            "lead@example.org",
            kind=Role.Kind.LEAD,
            partnership=organisation.partnership,
            organisation=organisation,
            by=coordinator,
        )
        client.post(reverse("organisations:join", args=[invitation.public_id]), {"code": code(), "name": "Lee"})
        assert "You are taken out" in client.post("/you/erase/", {"sure": "on"}).content.decode()
        assert not is_signed_in(client)
        kept = f"{User.objects.values()} {Invitation.objects.values()}"
        assert "lead@example.org" not in kept
        assert "Lee" not in kept
        assert not Role.objects.current().filter(organisation=organisation).exists()
        assert list(faults()) == []
