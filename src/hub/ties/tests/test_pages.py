"""Ties on both pages, for those who may read both."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.accounts.tests.second_check import pass_second_check
from hub.commitments.tests.factories import GroupFactory, somebody
from hub.organisations.models import Sharing
from hub.pledges.models import Pledge
from hub.pledges.tests.factories import PledgeFactory
from hub.programme.models import Decision, Meeting, Seat
from hub.programme.tests.factories import ActionFactory, ForumFactory, ProgrammeFactory, days_ago
from hub.ties import actions
from hub.ties.models import Tie
from hub.ties.tests.factories import a_finding

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def partnership(programme):
    return programme.partnership


@pytest.fixture
def owner(programme):
    return somebody("lead", programme.organisation)


@pytest.fixture
def action(programme, owner):
    return ActionFactory(area__programme=programme, commitment__owner=owner, commitment__title="Open the library late")


@pytest.fixture
def meeting(programme):
    return Meeting.objects.create(
        forum=ForumFactory(programme=programme, title="Residents’ table"), on=days_ago(3), held_at=timezone.now()
    )


@pytest.fixture
def pledge(partnership):
    return a_pledge(partnership, "Ask for an interpreter")


def a_pledge(partnership, title, sharing=Sharing.PARTNERSHIP):
    return PledgeFactory(organisation__partnership=partnership, commitment__title=title, sharing=sharing)


def address(name, commitment, *more):
    return reverse(f"ties:{name}", args=[commitment.pk, *more])


def tie(client, thing, kind, to):
    return client.post(address("tie", thing.commitment, kind, to.pk))


def sign_in(client, person):
    client.force_login(person)
    pass_second_check(client, person)


def shows(client, thing, words):
    return words in client.get(thing.get_absolute_url()).text


class TestBothWays:
    def test_a_pledge_shows_on_the_action_and_the_action_on_the_pledge(self, client, action, pledge, owner):
        client.force_login(owner)
        assert tie(client, action, "pledge", pledge).status_code == 302
        assert shows(client, action, pledge.get_absolute_url())
        assert shows(client, pledge, action.get_absolute_url())

    def test_a_finding_shows_on_the_action_and_the_action_on_the_finding(self, client, action, partnership, owner):
        finding = a_finding(partnership)
        client.force_login(owner)
        tie(client, action, "finding", finding)
        assert shows(client, action, finding.get_absolute_url())
        assert shows(client, finding, action.get_absolute_url())

    def test_where_a_pledge_was_agreed_shows_on_it_and_at_the_meeting(self, client, pledge, meeting):
        client.force_login(somebody("lead", pledge.organisation))
        tie(client, pledge, "meeting", meeting)
        assert shows(client, pledge, meeting.get_absolute_url())
        assert shows(client, meeting, pledge.get_absolute_url())

    def test_where_an_action_was_agreed_shows_on_it_and_at_the_meeting(self, client, action, meeting, owner):
        client.force_login(owner)
        tie(client, action, "meeting", meeting)
        assert shows(client, action, meeting.get_absolute_url())
        assert shows(client, meeting, action.get_absolute_url())

    def test_what_is_undone_shows_nowhere_but_in_its_history(self, client, action, pledge, owner):
        client.force_login(owner)
        tie(client, action, "pledge", pledge)
        assert client.post(address("undo", action.commitment, Tie.objects.get().pk)).status_code == 302
        assert not shows(client, action, pledge.get_absolute_url())
        assert not shows(client, pledge, action.get_absolute_url())
        page = client.get(address("read_ties", action.commitment)).text
        assert "What it was tied to before" in page
        assert f"undone by {owner}" in page


class TestWhoSees:
    """A tie gives away neither of its two ends."""

    def test_a_pledge_that_is_not_shared_stays_unknown(self, client, action, partnership, owner, meeting):
        private = a_pledge(partnership, "Quietly ask for help", Sharing.ONLY_US)
        for to in ({"pledge": private}, {"meeting": meeting}):
            actions.tie(action.commitment, by=owner, **to)
        actions.tie(private.commitment, by=owner, meeting=meeting)
        sign_in(client, somebody("coordinator", partnership=partnership))
        for page in (action.get_absolute_url(), meeting.get_absolute_url(), address("read_ties", action.commitment)):
            assert "Quietly ask" not in client.get(page).text
        own = Tie.objects.get(pledge=private)
        assert client.post(address("undo", action.commitment, own.pk)).status_code == 404
        assert own in Tie.objects.standing()

    def test_nobody_finds_or_ties_what_they_may_not_read(self, client, action, partnership, owner):
        private = a_pledge(partnership, "Quietly ask for help", Sharing.ONLY_US)
        sealed = a_finding(partnership, private.organisation, title="Quietly missing")
        client.force_login(owner)
        page = client.get(address("read_ties", action.commitment), {"words": "quietly"}).text
        assert "Quietly ask" not in page
        assert "Quietly missing" not in page
        for kind, thing in (("pledge", private), ("finding", sealed)):
            assert tie(client, action, kind, thing).status_code == 404
        assert not Tie.objects.exists()

    def test_a_sealed_finding_shows_to_its_own_people_only(self, client, action, partnership, owner):
        service = a_pledge(partnership, "Any").organisation
        finding = a_finding(partnership, service, title="Fewer finish here")
        actions.tie(action.commitment, by=owner, finding=finding)
        client.force_login(somebody("lead", service))
        assert shows(client, action, "Fewer finish here")
        client.force_login(owner)
        assert not shows(client, action, "Fewer finish here")

    def test_a_pledge_that_is_shared_no_more_is_gone_from_the_action(self, client, action, pledge, owner):
        actions.tie(action.commitment, by=owner, pledge=pledge)
        client.force_login(owner)
        assert shows(client, action, "Ask for an interpreter")
        Pledge.objects.update(sharing=Sharing.ONLY_US)
        assert not shows(client, action, "Ask for an interpreter")

    def test_whoever_reads_sees_ties_and_only_who_reports_ties(self, client, action, pledge, owner, programme):
        actions.tie(action.commitment, by=owner, pledge=pledge)
        client.force_login(somebody("colleague", programme.organisation))
        page = client.get(address("read_ties", action.commitment)).text
        assert "Ask for an interpreter" in page
        assert "Undo" not in page
        assert str(owner) not in page
        assert tie(client, action, "pledge", pledge).status_code == 404
        assert client.post(address("undo", action.commitment, Tie.objects.get().pk)).status_code == 404

    def test_a_finding_is_tied_to_an_action_and_not_to_a_pledge(self, client, pledge, partnership):
        client.force_login(somebody("lead", pledge.organisation))
        assert tie(client, pledge, "finding", a_finding(partnership)).status_code == 404
        assert tie(client, pledge, "strand", pledge).status_code == 404


class TestEverybody:
    """On public pages: only a pledge that everybody may read, and an action of a programme that is published."""

    def test_a_public_pledge_and_a_published_action_show_each_other(self, client, action, pledge, owner):
        actions.tie(action.commitment, by=owner, pledge=pledge)
        public = reverse("programme:show_action", args=[*action.area.where, action.key])
        assert "Ask for an interpreter" not in client.get(public).text
        Pledge.objects.update(sharing=Sharing.EVERYONE)
        page = reverse("publishing:show_pledge", args=[pledge.organisation.partnership.slug, pledge.public_id])
        assert page in client.get(public).text
        assert public in client.get(page).text
        type(action.area.programme).objects.update(published_at=None)
        assert action.commitment.title not in client.get(page).text


class TestFinding:
    def test_words_find_by_title_and_by_whose_it_is(self, client, action, partnership, owner):
        wanted, other = a_pledge(partnership, "Ring people back"), a_pledge(partnership, "Print in large letters")
        client.force_login(owner)
        for words in ("ring BACK", wanted.organisation.name):
            page = client.get(address("read_ties", action.commitment), {"words": words}).text
            assert wanted.commitment.title in page
            assert other.commitment.title not in page

    def test_what_is_for_the_same_people_comes_first_and_what_is_tied_is_not_offered(self, client, action, partnership):
        fitting = a_pledge(partnership, "Ring people back")
        newer = [a_pledge(partnership, f"Number {number}") for number in range(3)]
        group = GroupFactory()
        for commitment in (action.commitment, fitting.commitment):
            commitment.groups.add(group)
        sign_in(client, somebody("coordinator", partnership=partnership))
        page = client.get(address("read_ties", action.commitment)).text
        assert page.index("Ring people back") < page.index("Number 2")
        tie(client, action, "pledge", newer[2])
        assert client.get(address("read_ties", action.commitment)).text.count("Number 2") == 2


class TestDeciding:
    @pytest.fixture
    def chair(self, client, meeting, programme):
        person = somebody("colleague", programme.organisation)
        Seat.objects.create(forum=meeting.forum, speaks_for="the street", holder=person, is_chair=True)
        client.force_login(person)
        return person

    def decide(self, client, meeting, find="", **typed):
        sent = {"once": str(uuid.uuid4()), "words": "Ask again in May"} | typed
        return client.post(f"{reverse('programme:decide', args=[meeting.pk])}?find={find}", sent)

    def test_a_meeting_agrees_something_about_a_pledge_that_was_found(self, client, meeting, pledge, chair):
        found = client.get(reverse("programme:decide", args=[meeting.pk]), {"find": "interpreter"}).text
        assert f'<option value="{pledge.commitment_id}" selected' in found
        self.decide(client, meeting, "interpreter", about=pledge.commitment_id)
        assert not Decision.objects.get().stands_alone
        assert shows(client, meeting, "Ask again in May")
        assert shows(client, meeting, pledge.get_absolute_url())
        assert shows(client, pledge, "Ask again in May")
        assert shows(client, pledge, meeting.get_absolute_url())

    def test_an_action_that_is_not_on_the_agenda_is_found_too(self, client, meeting, action, chair):
        self.decide(client, meeting, "library", about=action.commitment_id)
        assert Decision.objects.get().commitment == action.commitment

    def test_what_the_chair_may_not_read_cannot_be_decided_on(self, client, meeting, partnership, chair):
        private = a_pledge(partnership, "Quietly ask", Sharing.ONLY_US)
        page = self.decide(client, meeting, "quietly", about=private.commitment_id)
        assert "Choose one of the answers on the list" in page.text
        assert "Quietly ask" not in page.text
        assert not Decision.objects.exists()

    def test_a_decision_about_a_pledge_has_no_page_of_its_own(self, client, meeting, pledge, chair):
        decision = Decision.objects.create(
            meeting=meeting, commitment=pledge.commitment, words="Go on", stands_alone=False
        )
        for name in ("read_decision", "report_decision", "hand_over_decision"):
            assert client.get(reverse(f"programme:{name}", args=[decision.pk])).status_code == 404


def test_pages_ask_no_more_of_the_database_when_there_is_more_to_show(
    client, action, pledge, partnership, meeting, django_assert_max_num_queries
):
    coordinator = somebody("coordinator", partnership=partnership)
    sign_in(client, coordinator)
    pages = [
        address("read_ties", action.commitment),
        action.get_absolute_url(),
        meeting.get_absolute_url(),
    ]
    for number in range(30):
        other = a_pledge(partnership, f"Pledge {number}")
        actions.tie(action.commitment, by=coordinator, pledge=other)
        actions.tie(other.commitment, by=coordinator, meeting=meeting)
        actions.tie(action.commitment, by=coordinator, finding=a_finding(partnership, code=f"code-{number}"))
    for page in pages:
        with django_assert_max_num_queries(10):
            assert client.get(page).status_code == 200
