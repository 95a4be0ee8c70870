import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.accounts.tests.second_check import pass_second_check
from hub.assessments.models import Heard, Place, Round, StuckNote
from hub.assessments.tests.factories import AssessmentFactory, an_edition, statements_in
from hub.commitments.models import Update
from hub.commitments.tests.factories import AskFactory, OfferFactory
from hub.organisations.models import Role, Sharing
from hub.organisations.tests.factories import OrganisationFactory, PartnershipRoleFactory, RoleFactory, UnitFactory
from hub.pledges.tests.factories import PledgeFactory

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def lead(client, organisation):
    role = RoleFactory(organisation=organisation)
    client.force_login(role.user)
    return role.user


def year(client, organisation, *unit):
    return client.get(reverse("home:show_year", args=[organisation.partnership.slug, organisation.slug, *unit]))


def asked(organisation, unit=None, **fields):
    round = Round.objects.create(
        partnership=organisation.partnership,
        edition=an_edition(),
        title="Our year",
        year=YEAR,
        due_on=timezone.localdate() + datetime.timedelta(days=9),
        **fields,
    )
    return Place.objects.create(round=round, organisation=organisation, unit=unit)


def test_the_first_thing_is_to_start(client, organisation, lead):
    place = asked(organisation)
    response = year(client, organisation)
    assert "Start the first page" in response.text
    assert reverse("assessments:begin", args=[place.pk]) in response.text


def test_then_the_page_where_somebody_left(client, organisation, lead):
    place = asked(organisation)
    assessment = AssessmentFactory(organisation=organisation, edition=place.round.edition, year=YEAR)
    section = statements_in(assessment)[0].section
    response = year(client, organisation)
    assert reverse("assessments:section", args=[assessment.pk, section.pk]) in response.text
    assert response.context["year"].next.minutes > 0


def test_then_the_choice_of_pledges(client, organisation, lead):
    AssessmentFactory(organisation=organisation, year=YEAR, signed_off_at=timezone.now())
    assert "Choose two or three pledges" in year(client, organisation).text


def test_then_an_update_that_is_due(client, organisation, lead):
    AssessmentFactory(organisation=organisation, year=YEAR, signed_off_at=timezone.now())
    pledge = PledgeFactory(organisation=organisation, made_at=timezone.now() - datetime.timedelta(days=90))
    response = year(client, organisation)
    assert reverse("pledges:report_progress", args=[pledge.pk]) in response.text
    Update.objects.create(commitment=pledge.commitment, stage="moving")
    assert reverse("pledges:report_progress", args=[pledge.pk]) not in year(client, organisation).text


def test_an_offer_waits_for_a_reply(client, organisation, lead):
    offer = OfferFactory(ask=AskFactory(organisation=organisation))
    assert offer.organisation.name in year(client, organisation).text


def test_nobody_heard_yet_is_something_to_do(client, organisation, lead):
    assessment = AssessmentFactory(organisation=organisation, year=YEAR)
    section = statements_in(assessment)[0].section
    Heard.objects.create(assessment=assessment, section=section, staff=4, service_users=2)
    assert "Ask two carers what they think" in year(client, organisation).text


def test_when_nothing_is_due_the_page_says_so(client, organisation, lead):
    AssessmentFactory(organisation=organisation, year=YEAR, signed_off_at=timezone.now())
    PledgeFactory(organisation=organisation, sharing=Sharing.EVERYONE)
    assert "Nothing is waiting for you" in year(client, organisation).text


def test_who_works_in_one_place_goes_straight_there(client, organisation, lead):
    response = client.get(reverse("home:choose_year"))
    assert response.url == reverse("home:show_year", args=[organisation.partnership.slug, organisation.slug])


def test_who_works_in_two_places_chooses(client, organisation, lead):
    other = RoleFactory(user=lead).organisation
    response = client.get(reverse("home:choose_year"))
    assert organisation.name in response.text
    assert other.name in response.text


def test_who_has_no_role_is_told_what_to_do(client):
    client.force_login(PartnershipRoleFactory(ended_at=timezone.now()).user)
    assert "Nobody has given you something to do here yet" in client.get(reverse("home:choose_year")).text


def test_another_organisations_year_does_not_exist(client, organisation, lead):
    assert year(client, OrganisationFactory(partnership=organisation.partnership)).status_code == 404


def test_a_departments_lead_sees_the_department_and_not_the_whole(client, organisation):
    north, south = UnitFactory.create_batch(2, organisation=organisation)
    client.force_login(RoleFactory(organisation=organisation, unit=north).user)
    assert year(client, organisation, north.slug).status_code == 200
    assert year(client, organisation, south.slug).status_code == 404
    assert year(client, organisation).status_code == 404


def test_saying_that_one_is_stuck_goes_to_the_coordinator_once(client, organisation, lead):
    place = asked(organisation)
    address, fields = reverse("home:say_stuck", args=[place.pk]), {"once": str(uuid.uuid4()), "text": "A quiet room"}
    for _ in range(2):
        client.post(address, fields)
    assert StuckNote.objects.get().text == "A quiet room"
    assert "You told the coordinator that you are stuck" in year(client, organisation).text


def test_an_approver_is_not_led_to_a_page_that_only_those_who_answer_may_open(client, organisation):
    place = asked(organisation)
    approver = RoleFactory(organisation=organisation, kind=Role.Kind.APPROVER).user
    client.force_login(approver)
    pass_second_check(client, approver)
    assert reverse("home:say_stuck", args=[place.pk]) not in year(client, organisation).text


def test_being_stuck_means_saying_what_would_help(client, organisation, lead):
    place = asked(organisation)
    response = client.post(reverse("home:say_stuck", args=[place.pk]), {"once": str(uuid.uuid4()), "text": "  "})
    assert "Answer “What would help?”" in response.text
    assert not StuckNote.objects.exists()


def test_somebody_of_another_organisation_cannot_say_that_we_are_stuck(client, organisation, lead):
    place = asked(OrganisationFactory(partnership=organisation.partnership))
    assert client.post(reverse("home:say_stuck", args=[place.pk]), {"text": "x"}).status_code == 404


def test_a_year_with_many_pledges_costs_as_many_queries_as_one_with_few(
    client, organisation, lead, django_assert_max_num_queries
):
    asked(organisation)
    for _ in range(8):
        Update.objects.create(commitment=PledgeFactory(organisation=organisation).commitment, stage="moving")
    year(client, organisation)
    with django_assert_max_num_queries(26):
        year(client, organisation)


# Those who look over a partnership.


def look(client, kind, partnership, name):
    role = PartnershipRoleFactory(kind=kind, partnership=partnership)
    client.force_login(role.user)
    return client.get(reverse(f"home:{name}", args=[partnership.slug]))


def a_pledge(organisation, title, sharing, stage=None):
    pledge = PledgeFactory(organisation=organisation, sharing=sharing, commitment__title=title)
    if stage:
        help_wanted = "We need a room" if stage == "stuck" else ""
        Update.objects.create(commitment=pledge.commitment, stage=stage, help_wanted=help_wanted, happened="It went on")
    return pledge


def test_the_board_sees_what_is_shared_with_the_partnership_and_nothing_else(client, organisation):
    a_pledge(organisation, "Shared with all of us", Sharing.PARTNERSHIP, "moving")
    a_pledge(organisation, "Only ours", Sharing.ONLY_US, "moving")
    a_pledge(organisation, "For commissioners", Sharing.COMMISSIONERS, "moving")
    text = look(client, Role.Kind.BOARD, organisation.partnership, "show_board").text
    assert "Shared with all of us" in text
    assert "Only ours" not in text
    assert "For commissioners" not in text


def test_the_board_sees_who_is_stuck_and_what_would_help(client, organisation):
    a_pledge(organisation, "A pledge", Sharing.PARTNERSHIP, "stuck")
    assert "We need a room" in look(client, Role.Kind.BOARD, organisation.partnership, "show_board").text


def test_commissioners_see_what_is_shared_with_commissioners_and_no_drafts(client, organisation):
    commissioners, only_us, draft = OrganisationFactory.create_batch(3, partnership=organisation.partnership)
    now = timezone.now()
    edition = an_edition()
    AssessmentFactory(organisation=commissioners, edition=edition, sharing=Sharing.COMMISSIONERS, signed_off_at=now)
    AssessmentFactory(organisation=only_us, edition=edition, sharing=Sharing.ONLY_US, signed_off_at=now)
    AssessmentFactory(organisation=draft, edition=edition, sharing=Sharing.EVERYONE)
    text = look(client, Role.Kind.COMMISSIONER, organisation.partnership, "show_commissioner").text
    assert commissioners.name in text
    assert only_us.name not in text
    assert draft.name not in text


def test_commissioners_see_the_latest_assessment_of_each(client, organisation):
    edition, now = an_edition(), timezone.now()
    for when in (2024, 2025, 2026):
        AssessmentFactory(
            organisation=organisation, edition=edition, year=when, sharing=Sharing.PARTNERSHIP, signed_off_at=now
        )
    response = look(client, Role.Kind.COMMISSIONER, organisation.partnership, "show_commissioner")
    assert [assessment.year for assessment in response.context["page_obj"]] == [2026]


def test_a_board_member_is_not_a_commissioner(client, organisation):
    assert look(client, Role.Kind.BOARD, organisation.partnership, "show_commissioner").status_code == 404


def test_the_board_of_one_partnership_sees_nothing_of_another(client, organisation):
    client.force_login(PartnershipRoleFactory(kind=Role.Kind.BOARD).user)
    assert client.get(reverse("home:show_board", args=[organisation.partnership.slug])).status_code == 404


@pytest.mark.parametrize(
    ("kind", "begins_with"),
    [
        ("coordinator", "/rounds/"),
        ("commissioner", "/commissioners/"),
        ("board", "/board/"),
        ("analyst", "/board/"),
        ("editor", "/example-"),
        ("lead", "/our-year/"),
        ("approver", "/our-year/"),
    ],
)
def test_everybody_begins_where_their_work_is(client, kind, begins_with):
    factory = RoleFactory if kind in ("lead", "approver") else PartnershipRoleFactory
    client.force_login(factory(kind=kind).user)
    assert client.get("/").url.startswith(begins_with)


@pytest.mark.parametrize("kind", ["coordinator", "commissioner", "board", "analyst", "editor", "lead", "approver"])
def test_nobody_has_more_than_five_links(client, kind):
    factory = RoleFactory if kind in ("lead", "approver") else PartnershipRoleFactory
    client.force_login(factory(kind=kind).user)
    links = client.get(reverse("core:display")).context["navigation"]
    assert 1 <= len(links) <= 5
    for link in links:
        assert client.get(link["url"]).status_code in (200, 302)
