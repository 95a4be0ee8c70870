"""A coordinator asks organisations to look at themselves, and sees how far they are."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from hub.assessments import actions
from hub.assessments.models import Answer, Band, Round, Stage
from hub.assessments.queries import asked_statements
from hub.organisations.models import Invitation, Organisation, Role
from tests.journeys.conftest import check

GOOD = "\t".join


def pasted_list():
    """Twenty rows as Excel puts them on the clipboard; the third and the seventeenth have a slip."""
    rows = [
        GOOD([f"Example Group {number}", f"lead{number}@group.example", "charity", "provides"])
        for number in range(1, 21)
    ]
    rows[2] = GOOD(["Example Group 3", "lead3 at group.example", "charity", "provides"])
    rows[16] = GOOD(["", "lead17@group.example", "charity", "provides"])
    return "\r\n".join(rows) + "\r\n\t\t\t\r\n"


class TestARound:
    def test_a_pasted_list_says_which_rows_have_a_slip_and_nothing_is_half_done(self, open_as, islington):
        window = open_as("coordinator")
        window.goto(f"/rounds/{islington.open_round.pk}/invite/")
        check(window)
        window.get_by_label("Paste the list").fill(pasted_list())
        with window.expect_navigation():
            window.get_by_role("button", name="Check the list").click()
        check(window)
        words = window.locator("main").inner_text()
        assert "Row 3" in words
        assert "Row 17" in words
        assert not Organisation.objects.filter(name="Example Group 1").exists()

    def test_a_corrected_list_invites_everybody_once(self, open_as, islington):
        window = open_as("coordinator")
        window.goto(f"/rounds/{islington.open_round.pk}/invite/")
        fixed = pasted_list().replace("lead3 at ", "lead3@")
        fixed = fixed.replace("\n\tlead17", "\nExample Group 17\tlead17")
        window.get_by_label("Paste the list").fill(fixed)
        with window.expect_navigation():
            window.get_by_role("button", name="Check the list").click()
        check(window)
        before = len(mail.outbox)
        with window.expect_navigation():
            window.locator("main form .govuk-button").first.click()
        assert Invitation.objects.filter(email__endswith="@group.example").count() == 20
        assert len(mail.outbox) - before == 20
        check(window)

    def test_the_coordinator_sees_how_far_everybody_is_and_not_what_they_wrote(self, open_as, islington):
        window = open_as("coordinator", width=320)
        answer = islington.under_way.answers.exclude(evidence="").first()
        window.goto(f"/rounds/{islington.open_round.pk}/")
        check(window)
        assert window.get_by_text("Example Counselling Project").first.is_visible()
        assert answer.evidence not in window.content()
        assert window.goto(f"/assessments/{islington.under_way.pk}/").status == 404

    def test_without_the_second_check_the_coordinators_pages_stay_shut(self, open_window, sign_in, islington):
        window = sign_in(open_window(), islington.person("coordinator"))
        window.goto("/rounds/")
        assert "/rounds/" not in window.url
        check(window)


class TestAWholeRound:
    LEADS = [
        "lead",
        "lead-of-womens-space",
        "lead-of-new-arrivals-welcome",
        "lead-of-carers-circle",
        "lead-of-youth-yard",
        "lead-of-wellbeing-cafe",
    ]
    TITLE = "Our round about one short chapter"

    @pytest.fixture(autouse=True)
    def given_a_year_to_come(self):
        self.year = timezone.localdate().year + 2

    def test_goes_from_opening_it_to_a_band_that_an_organisation_sees(self, open_as, islington):
        window = open_as("coordinator")
        round = self.when_the_coordinator_opens_it(window)
        leads = [islington.person(slug) for slug in self.LEADS]
        self.when_six_organisations_are_asked(window, round, leads)
        self.then_one_of_them_can_have_more_time(window, round)
        self.then_one_of_them_can_be_reminded(window)
        self.given_all_have_signed_off(round, leads)
        self.when_the_round_is_closed(window, round)
        self.then_an_organisation_sees_where_the_middle_half_stood(open_as("lead", width=320), round)

    def when_the_coordinator_opens_it(self, window):
        window.goto("/rounds/new/")
        check(window)
        window.get_by_label(re.compile("LGBTQI")).first.check(force=True)
        window.get_by_label("What do you call this round?").fill(self.TITLE)
        window.get_by_label("For which year?").fill(str(self.year))
        self.fill_date(window, "31", "3", str(self.year))
        window.get_by_role("button", name="Open the round").click()
        window.wait_for_url("**/invite/")
        return Round.objects.get(title=self.TITLE)

    def when_six_organisations_are_asked(self, window, round, leads):
        names = {lead.email: Role.objects.get(user=lead, kind=Role.Kind.LEAD).organisation.name for lead in leads}
        rows = "\n".join(f"{name}\tSomebody\t{email}" for email, name in names.items())
        window.get_by_label("Paste the list").fill(f"Name\tContact name\tEmail\n{rows}")
        window.get_by_role("button", name="Check the list").click()
        window.get_by_text("We left out the column ‘Contact name’.").wait_for()
        check(window)
        window.get_by_role("button", name="Send the invitations").click()
        window.wait_for_url(f"**/rounds/{round.pk}/")
        assert round.places.count() == len(leads)
        check(window)

    def then_one_of_them_can_have_more_time(self, window, round):
        window.get_by_role("link", name="More time for Example Youth Yard").click()
        check(window)
        self.fill_date(window, "14", "4", str(self.year))
        window.get_by_label("Why, if you want to say").fill("Their hall is flooded")
        window.get_by_role("button", name="Change the date").click()
        window.get_by_text(f"By 14 April {self.year}").wait_for()
        assert window.get_by_text(f"By 31 March {self.year}").count() == round.places.count() - 1

    def then_one_of_them_can_be_reminded(self, window):
        before = len(mail.outbox)
        window.get_by_role("button", name="Remind Example Carers' Circle").or_(
            window.get_by_role("button", name="Remind Example Carers Circle")
        ).click()
        window.get_by_text("A reminder is on its way").wait_for()
        assert [letter.to for letter in mail.outbox[before:]] == [["lead-of-carers-circle@demonstration.example"]]
        check(window)

    def given_all_have_signed_off(self, round, leads):
        by_organisation = {Role.objects.get(user=lead, kind=Role.Kind.LEAD).organisation_id: lead for lead in leads}
        for place in round.places.all():
            lead = by_organisation[place.organisation_id]
            assessment = actions.begin(place, by=lead)
            Answer.objects.bulk_create(
                Answer(assessment=assessment, statement=statement, version=1, stage=Stage.STARTED, saved_by=lead)
                for statement in asked_statements(assessment)
            )
            actions.sign_off(assessment, by=lead)

    def when_the_round_is_closed(self, window, round):
        window.goto(f"/rounds/{round.pk}/close/")
        check(window)
        window.get_by_role("button", name="Close the round").click()
        window.get_by_text("Closed on").wait_for()
        check(window)
        assert Band.objects.filter(round=round, organisations=6).exists()

    def then_an_organisation_sees_where_the_middle_half_stood(self, window, round):
        own = round.places.get(organisation__slug="example-counselling-project").organisation
        assessment = own.assessments.get(year=round.year)
        window.goto(f"/assessments/{assessment.pk}/results/")
        assert window.get_by_text(re.compile("The middle half .* “Started”")).first.is_visible()
        check(window)

    def fill_date(self, window, *parts):
        for label, value in zip(("Day", "Month", "Year"), parts, strict=True):
            window.get_by_label(label, exact=True).fill(value)
