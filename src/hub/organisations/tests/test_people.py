"""The people of a partnership: how the first one comes, who invites the others, and how they leave."""

import datetime
import re
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from hub.accounts.tests.second_check import pass_second_check
from hub.audit.models import Entry
from hub.organisations import actions
from hub.organisations.models import Invitation, Partnership, Role
from hub.organisations.tests.factories import (
    OrganisationFactory,
    PartnershipFactory,
    PartnershipRoleFactory,
    RoleFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
FIRST = "first@example.org"


def start(slug="north", name="Example North", place="Northton", email=FIRST):
    said = StringIO()
    call_command("start_partnership", slug, name, place, email, stdout=said)
    return said.getvalue()


def code():
    return re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]


class TestStartingAPartnership:
    @pytest.mark.django_db(transaction=True)
    def test_its_first_coordinator_gets_a_letter_and_joins_with_its_code(self, client):
        said = start()
        invitation = Invitation.objects.get()
        page = reverse("organisations:join", args=[invitation.public_id])
        assert page in said
        assert code() not in said
        assert mail.outbox[-1].to == [FIRST]
        assert "You are invited to take part in Example North" in mail.outbox[-1].body
        assert "None" not in mail.outbox[-1].body + client.get(page).text
        client.post(page, {"code": code()})
        role = Role.objects.get()
        assert (role.user.email, role.kind, role.partnership.place) == (FIRST, "coordinator", "Northton")

    def test_is_on_the_record(self):
        start()
        assert set(Entry.objects.values_list("event", flat=True)) == {"partnership.started", "invitation.sent"}

    def test_again_sends_the_letter_again_and_makes_nothing_new(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            assert start() == start(name="Another name", email=FIRST.upper())
        assert Partnership.objects.get().name == "Example North"
        assert Invitation.objects.count() == 1
        assert len(mail.outbox) == 2

    def test_once_they_have_joined_nothing_is_sent(self):
        start()
        actions.join(Invitation.objects.get())
        assert "coordinates it already" in start()
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize("slug", ["rounds", "you", "demo", "Not a slug", "", "open-data"])
    def test_it_cannot_be_where_another_page_is(self, slug):
        with pytest.raises(CommandError, match="Choose another word"):
            start(slug)
        assert not Partnership.objects.exists()

    @pytest.mark.parametrize("wrong", [{"email": "nonsense"}, {"name": ""}])
    def test_what_is_wrong_is_said_and_nothing_is_made(self, wrong):
        with pytest.raises(CommandError):
            start(**wrong)
        assert not Partnership.objects.exists()


@pytest.fixture
def coordinator(client):
    role = PartnershipRoleFactory(partnership=PartnershipFactory(slug="north"))
    client.force_login(role.user)
    pass_second_check(client, role.user)
    return role


@pytest.fixture
def invitation(coordinator):
    invited = {"kind": Role.Kind.BOARD, "partnership": coordinator.partnership, "by": coordinator.user}
    return actions.invite("board@example.org", **invited)


def address(name, *args):
    return reverse(f"organisations:{name}", args=["north", *args])


def send(client, name, *args, **fields):
    return client.post(address(name, *args), fields, follow=True)


class TestThePeopleOfAPartnership:
    @pytest.mark.parametrize("kind", Role.IN_THE_PARTNERSHIP)
    def test_a_coordinator_invites_to_each_kind_of_work(self, client, coordinator, kind):
        once = str(client.get(address("show_people")).context["form"]["once"].value())
        first, _pressed_again = [
            send(client, "show_people", email="New@example.org", kind=kind, once=once) for _ in range(2)
        ]
        assert "A letter with a code is on its way to New@example.org." in first.text
        invitation = Invitation.objects.get()
        assert (invitation.kind, invitation.partnership) == (kind, coordinator.partnership)
        assert actions.join(invitation).roles.get().organisation is None

    def test_nobody_of_an_organisation_is_invited_here(self, client, coordinator):
        page = send(client, "show_people", email="lead@example.org", kind="lead", once="")
        assert "Choose one of the answers" in page.text
        assert not Invitation.objects.exists()

    def test_the_page_shows_who_takes_part_and_who_is_invited_here_and_nobody_else(
        self, client, coordinator, invitation
    ):
        board = PartnershipRoleFactory(partnership=coordinator.partnership, kind=Role.Kind.BOARD)
        lead = RoleFactory(organisation__partnership=coordinator.partnership)
        far = PartnershipRoleFactory()
        text = client.get(address("show_people")).text
        assert board.user.name in text
        assert invitation.email in text
        assert lead.user.name not in text
        assert far.user.name not in text

    def test_it_is_a_link_away_from_the_rounds(self, client, coordinator):
        assert address("show_people") in client.get("/rounds/").text

    def test_an_invitation_that_is_taken_back_opens_nothing(self, client, coordinator, invitation):
        assert "Taken back." in send(client, "take_back_invitation", invitation.pk).text
        with pytest.raises(actions.DoesNotOpenError):
            actions.join(invitation)
        assert Entry.objects.filter(event="invitation.withdrawn").exists()

    def test_a_letter_goes_out_again_but_not_within_minutes(
        self, client, coordinator, invitation, django_capture_on_commit_callbacks
    ):
        assert "Give it a little time." in send(client, "send_again", invitation.pk).text
        later = timezone.now() + datetime.timedelta(minutes=11)
        with time_machine.travel(later), django_capture_on_commit_callbacks(execute=True):
            assert "A letter with a new code is on its way." in send(client, "send_again", invitation.pk).text
        assert [letter.to for letter in mail.outbox] == [[invitation.email]]

    def test_who_does_not_do_it_any_more_reaches_nothing_through_it(self, client, coordinator):
        board = PartnershipRoleFactory(partnership=coordinator.partnership, kind=Role.Kind.BOARD)
        assert "does not do this any more." in send(client, "end_role", board.pk).text
        assert not board.user.roles.current().exists()
        assert Entry.objects.get(event="role.ended").actor == f"accounts.user:{coordinator.user_id}"

    def test_somebody_has_to_coordinate(self, client, coordinator):
        PartnershipRoleFactory()  # of another partnership
        PartnershipRoleFactory(partnership=coordinator.partnership, user__is_active=False)
        assert "Somebody has to coordinate." in send(client, "end_role", coordinator.pk).text
        assert coordinator.user.roles.current().exists()

    def test_a_coordinator_leaves_once_there_is_another(self, client, coordinator):
        PartnershipRoleFactory(partnership=coordinator.partnership)
        send(client, "end_role", coordinator.pk)
        assert not coordinator.user.roles.current().exists()
        assert client.get(address("show_people")).status_code == 404

    def test_roles_in_organisations_are_not_ended_here(self, client, coordinator):
        lead = RoleFactory(organisation__partnership=coordinator.partnership)
        assert send(client, "end_role", lead.pk).status_code == 404


class TestSomebodyLeads:
    def test_the_last_lead_of_an_organisation_stays_though_its_departments_have_leads(self):
        lead = RoleFactory()
        RoleFactory(organisation=lead.organisation, unit=UnitFactory(organisation=lead.organisation))
        RoleFactory(organisation=OrganisationFactory(partnership=lead.partnership))
        with pytest.raises(actions.NobodyLeftError):
            actions.end_role(lead, by=lead.user)

    def test_a_department_may_be_left_to_those_who_lead_the_whole_organisation(self):
        lead = RoleFactory(unit=UnitFactory())
        RoleFactory(organisation=lead.organisation)
        actions.end_role(lead, by=lead.user)
        assert not lead.user.roles.current().exists()
