import datetime
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.accounts.tests.factories import UserFactory
from hub.accounts.tests.second_check import pass_second_check
from hub.assessments.models import Answer, InvitationList, Place, Round
from hub.assessments.rounds import actions
from hub.assessments.tests.factories import AssessmentFactory, an_edition, statements_in
from hub.audit.models import Entry
from hub.organisations.models import Invitation, Organisation, Role
from hub.organisations.tests.factories import OrganisationFactory, PartnershipRoleFactory, RoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client):
    """Signed in, with the second factor that coordinators need."""
    role = PartnershipRoleFactory()
    client.force_login(role.user)
    pass_second_check(client, role.user)
    return role


@pytest.fixture
def round(coordinator):
    return actions.open_round(
        coordinator.partnership,
        by=coordinator.user,
        edition=an_edition(),
        title="Our year 2026",
        year=2026,
        due_on=timezone.localdate() + datetime.timedelta(days=30),
    )


def page(client, name, *args, **query):
    return client.get(reverse(f"home:{name}", args=args), query)


def send(client, name, *args, **fields):
    return client.post(reverse(f"home:{name}", args=args), fields)


def pasted(rows=20, wrong=()):
    """A list as it comes out of Excel: headings, trailing empty cells, and mistakes in the rows that are named."""
    lines = ["Organisation\tContact e-mail\tKind\tProvides or commissions\t\t"]
    for number in range(2, rows + 2):
        address = "not an address" if number in wrong else f"person{number}@example.org"
        lines.append(f"Example Organisation {number}\t{address}\tcharity\tprovides\t\t")
    return "\r\n".join(lines)


def test_a_round_is_opened_with_an_edition_a_year_and_a_date(client, coordinator):
    edition = an_edition()
    due = timezone.localdate() + datetime.timedelta(days=60)
    response = send(
        client,
        "open_round",
        once=uuid.uuid4(),
        partnership=coordinator.partnership.pk,
        edition=edition.pk,
        title="Our year",
        year=due.year,
        **{"due_on-day": due.day, "due_on-month": due.month, "due_on-year": due.year},
    )
    opened = Round.objects.get()
    assert (opened.edition, opened.due_on, opened.opened_by) == (edition, due, coordinator.user)
    assert response.url == reverse("home:invite_organisations", args=[opened.pk])


def test_pressing_the_button_twice_opens_one_round(client, coordinator):
    edition, due = an_edition(), timezone.localdate() + datetime.timedelta(days=60)
    fields = {
        "once": str(uuid.uuid4()),
        "partnership": coordinator.partnership.pk,
        "edition": edition.pk,
        "title": "Our year",
        "year": due.year,
        "due_on-day": due.day,
        "due_on-month": due.month,
        "due_on-year": due.year,
    }
    send(client, "open_round", **fields)
    send(client, "open_round", **fields)
    assert Round.objects.count() == 1


def test_a_date_that_has_passed_is_said_next_to_the_date_and_nothing_is_lost(client, coordinator):
    fields = {"due_on-day": 1, "due_on-month": 2, "due_on-year": 2020, "title": "A title I typed", "year": 2026}
    response = send(client, "open_round", **fields)
    assert "Choose a date that has not passed" in response.text
    assert "A title I typed" in response.text


def test_a_list_with_errors_in_rows_3_and_17_names_them_and_sends_nothing(client, round):
    response = send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=pasted(wrong=(3, 17)), step="send")
    assert re.findall(r"Row (\d+): Complete this e-mail address", response.text) == ["3", "17"]
    assert response.text.count("not an address") >= 2
    assert not Organisation.objects.exists()
    assert not Invitation.objects.exists()


def hidden_list(response):
    from html import unescape

    return unescape(re.search(r'<textarea name="list" hidden>\n(.*?)</textarea>', response.text, re.S)[1])


def test_errors_are_put_right_in_place_and_then_everybody_is_invited(client, round):
    key = uuid.uuid4()
    looked = send(client, "invite_organisations", round.pk, key=key, list=pasted(wrong=(3, 17)), step="check")
    fixes = {"row-3-email": "third@example.org", "row-17-email": "seventeenth@example.org"}
    again = send(client, "invite_organisations", round.pk, key=key, list=hidden_list(looked), step="check", **fixes)
    assert "Check before you send" in again.text
    sent = send(client, "invite_organisations", round.pk, key=key, list=hidden_list(again), step="send")
    assert sent.url == reverse("home:show_round", args=[round.pk])
    assert round.places.count() == 20
    assert {"third@example.org", "seventeenth@example.org"} <= set(Invitation.objects.values_list("email", flat=True))


def boxes(response):
    return re.findall(r'<input class="govuk-input[^>]* name="row-(\d+)-email"', response.text)


def test_of_many_wrong_rows_some_are_put_right_at_a_time_and_the_others_are_kept(client, round):
    everything = pasted(120, wrong=range(2, 122))
    looked = send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=everything, step="check")
    assert boxes(looked) == [str(number) for number in range(2, 52)]
    assert "120 rows need a change" in looked.text
    assert "70 more rows need a change" in looked.text
    fixes = {f"row-{number}-email": f"person{number}@example.org" for number in range(2, 52)}
    again = send(
        client, "invite_organisations", round.pk, key=uuid.uuid4(), list=hidden_list(looked), step="check", **fixes
    )
    assert boxes(again) == [str(number) for number in range(52, 102)]
    assert "person51@example.org" in hidden_list(again)
    assert hidden_list(again).count("not an address") == 70


def test_a_list_with_the_line_ends_of_an_old_mac_is_read(client, round):
    text = "Example A,a@example.org\rExample B,b@example.org"
    assert send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=text, step="send").status_code == 302
    assert round.places.count() == 2


def test_a_quote_that_is_never_closed_is_named(client, round):
    text = 'Example A,a@example.org\n"Example B,b@example.org\nExample C,c@example.org'
    looked = send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=text, step="check")
    assert "Row 2: Take out the quote mark" in looked.text
    fixes = {"row-2-name": "Example B"}
    send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=hidden_list(looked), step="send", **fixes)
    assert round.places.count() == 3


def test_the_name_of_a_contact_is_left_out_and_the_page_says_so(client, round):
    text = "Name,Contact name,Email\nExample A,Somebody Else,a@example.org"
    looked = send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=text, step="check")
    assert "We left out the column ‘Contact name’." in looked.text
    assert "Somebody Else" not in looked.text


def test_the_page_says_who_gets_a_new_invitation_in_place_of_a_mistyped_one(client, round):
    send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list="Example A,wrong@example.org", step="send")
    text = "Example A,right@example.org"
    looked = send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=text, step="check")
    assert "They get a new invitation" in looked.text
    assert "<li>Example A, right@example.org</li>" in looked.text
    assert "will not be asked twice" not in looked.text
    send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=text, step="send")
    assert list(Invitation.objects.open().values_list("email", flat=True)) == ["right@example.org"]


def test_an_emptied_row_is_left_out(client, round):
    looked = send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=pasted(4, wrong=(3,)), step="check")
    emptied = {f"row-3-{name}": "" for name in ("name", "email", "kind", "does")}
    again = send(
        client, "invite_organisations", round.pk, key=uuid.uuid4(), list=hidden_list(looked), step="send", **emptied
    )
    assert again.status_code == 302
    assert round.places.count() == 3


def test_sending_the_same_list_twice_invites_once(client, round):
    fields = {"key": str(uuid.uuid4()), "list": pasted(5), "step": "send"}
    for _ in range(2):
        send(client, "invite_organisations", round.pk, **fields)
    assert (InvitationList.objects.count(), Invitation.objects.count()) == (1, 5)


def test_an_empty_list_is_answered_with_what_to_do(client, round):
    response = send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list="\n\n \n", step="check")
    assert "Paste at least one organisation, with its name and e-mail address" in response.text


def test_what_was_pasted_cannot_break_out_of_the_page(client, round):
    text = "</textarea><script>alert(1)</script>\tnot an address"
    response = send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=text, step="check")
    assert "<script>alert" not in response.text


def test_the_coordinator_sees_how_far_everybody_is_and_nothing_of_what_they_wrote(client, round):
    organisation = OrganisationFactory(partnership=round.partnership)
    Place.objects.create(round=round, organisation=organisation)
    assessment = AssessmentFactory(organisation=organisation, edition=round.edition, year=round.year)
    for statement in statements_in(assessment):
        Answer.objects.create(
            assessment=assessment, statement=statement, version=1, stage="others_could_learn", evidence="Secret words"
        )
    response = page(client, "show_round", round.pk)
    assert organisation.name in response.text
    assert "Part way" in response.text
    assert "Secret words" not in response.text
    assert "Others could learn" not in response.text
    exported = page(client, "export_round", round.pk).text
    assert "Secret words" not in exported
    assert "Others could learn" not in exported


def test_the_list_can_be_narrowed_to_those_who_have_not_answered(client, round):
    joined, silent = OrganisationFactory.create_batch(2, partnership=round.partnership)
    for organisation in (joined, silent):
        Place.objects.create(round=round, organisation=organisation)
    RoleFactory(organisation=joined)
    response = page(client, "show_round", round.pk, progress="no_answer")
    assert silent.name in response.text
    assert joined.name not in response.text


def test_a_list_of_any_length_costs_as_many_queries_as_a_short_one(client, round, django_assert_max_num_queries):
    for organisation in OrganisationFactory.create_batch(40, partnership=round.partnership):
        place = Place.objects.create(round=round, organisation=organisation)
        actions.say_stuck(place, by=round.opened_by, text="A room")
    page(client, "show_round", round.pk)
    with django_assert_max_num_queries(10):
        response = page(client, "show_round", round.pk)
    assert response.text.count("A room") == 25


def test_a_name_that_would_run_as_a_formula_is_only_text_in_the_export(client, round):
    Place.objects.create(round=round, organisation=OrganisationFactory(partnership=round.partnership, name="=1+1"))
    text = page(client, "export_round", round.pk).text
    assert "'=1+1" in text
    assert "\n=1+1" not in text
    assert Entry.objects.filter(event="round.exported").exists()


def test_taking_back_is_offered_until_somebody_answers(client, round):
    send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=pasted(2), step="send")
    assert "Take these invitations back" in page(client, "show_round", round.pk).text
    Invitation.objects.update(accepted_at=timezone.now())
    assert "Take these invitations back" not in page(client, "show_round", round.pk).text
    send(client, "take_back_list", InvitationList.objects.get().pk)
    assert round.places.count() == 2


def test_a_reminder_is_sent_once_a_day(client, round):
    send(client, "invite_organisations", round.pk, key=uuid.uuid4(), list=pasted(1), step="send")
    place = round.places.get()
    for _ in range(2):
        send(client, "nudge_place", place.pk)
    send(client, "nudge_everybody", round.pk)
    assert place.nudges.count() == 1


def test_closing_asks_first_and_then_closes(client, round):
    assert "cannot be undone" in page(client, "close_round", round.pk).text
    send(client, "close_round", round.pk)
    round.refresh_from_db()
    assert round.closed_at
    assert page(client, "invite_organisations", round.pk).status_code == 404


def test_a_stuck_note_is_shown_until_it_is_sorted_out(client, round):
    place = Place.objects.create(round=round, organisation=OrganisationFactory(partnership=round.partnership))
    note = actions.say_stuck(place, by=round.opened_by, text="We need a room")
    assert "We need a room" in page(client, "show_round", round.pk).text
    send(client, "settle_note", note.pk)
    assert "We need a room" not in page(client, "show_round", round.pk).text


def test_somebody_elses_round_does_not_exist(client, round):
    other = PartnershipRoleFactory()
    client.force_login(other.user)
    assert page(client, "show_round", round.pk).status_code == 404
    assert send(client, "close_round", round.pk).status_code == 404


def test_a_lead_finds_no_rounds(client, round):
    lead = RoleFactory(organisation__partnership=round.partnership)
    client.force_login(lead.user)
    assert page(client, "list_rounds").status_code == 404


def test_a_coordinator_without_a_second_factor_is_asked_for_one(client):
    role = PartnershipRoleFactory(kind=Role.Kind.COORDINATOR, user=UserFactory())
    client.force_login(role.user)
    response = page(client, "list_rounds")
    assert response.status_code == 302
    assert "/rounds/" not in response.url.split("?")[0]
