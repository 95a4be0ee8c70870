"""Figures of staff: asked for, typed, sent in a file or a template, and always beside those of clients."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from hub.accounts.tests.second_check import pass_second_check
from hub.organisations.models import Role
from hub.organisations.tests.factories import RoleFactory
from hub.submissions import actions, words
from hub.submissions.models import PayGap, People, Submission
from hub.submissions.queries import recent_years, seats_waiting_for, standing_crossed
from hub.submissions.tests.factories import a_document, of_staff, sent
from hub.submissions.tests.test_pages import a_round

pytestmark = pytest.mark.django_db
YEAR = recent_years(timezone.localdate())[0]


@pytest.fixture
def lead(client):
    person = RoleFactory(kind=Role.Kind.LEAD).user
    client.force_login(person)
    return person


@pytest.fixture
def organisation(lead):
    return lead.roles.get().organisation


def test_a_file_about_staff_says_so_wherever_it_is_shown(client, organisation):
    file = SimpleUploadedFile("submission.json", of_staff().text().encode())
    said = {"service": organisation.pk, "readers": "only_us", "file": file}
    page = client.get(client.post(reverse("submissions:send_file"), said).url).content.decode()
    submission = Submission.objects.get()
    assert submission.is_about_staff
    assert "<dd>Staff</dd>" in page
    assert "No pay came here" in page
    assert "12.4" in page
    assert "<b>Staff</b>" in client.get(reverse("submissions:show_figures")).content.decode()


def test_taking_back_deletes_pay_gaps_as_well(organisation, lead):
    submission = sent(organisation, by=lead, document=of_staff())
    assert PayGap.objects.filter(submission=submission).count() == 3
    actions.take_back(submission, by=lead)
    assert not PayGap.objects.exists()


def test_the_database_holds_no_pay_gap_of_fewer_than_ten(organisation, lead):
    gap = PayGap.objects.filter(submission=sent(organisation, by=lead, document=of_staff())).first()
    gap.people = 9
    with pytest.raises(IntegrityError), transaction.atomic():
        gap.save()


def test_a_round_that_asks_for_staff_is_not_answered_by_figures_of_clients(organisation, lead):
    round = a_round(organisation, by=lead, people="staff", stages=["staff"])
    sent(organisation, by=lead, document=a_document(period=round.period))
    assert [sent for _seat, sent in seats_waiting_for(lead)] == [False]
    sent(organisation, by=lead, document=of_staff([round.period]))
    assert [sent for _seat, sent in seats_waiting_for(lead)] == [True]


def test_whoever_asks_about_staff_is_offered_their_stages_and_years(client, organisation):
    person = RoleFactory(kind="coordinator", partnership=organisation.partnership, organisation=None).user
    client.force_login(person)
    pass_second_check(client, person)
    page = client.get(reverse("submissions:open_round") + "?people=staff").content.decode()
    assert "Entered a formal disciplinary process" in page
    assert "Began treatment" not in page
    assert page.index(f">{YEAR}<") < page.index("Apr-Sep<")


def typed(organisation, **said):
    what = {"people": "staff", "period": YEAR, "list": "sex", "bands": "pay_quarter"}
    return what | {"service": organisation.pk, "readers": "only_us", "paste": ""} | said


class TestTypingByPay:
    address = "/figures/type/"

    def test_first_one_says_whether_it_is_about_staff(self, client, lead):
        page = client.get(f"{self.address}?people=staff").content.decode()
        assert "Or count all staff by what they are paid?" in page
        assert "Or count all staff" not in client.get(self.address).content.decode()

    def test_each_group_has_a_box_for_each_quarter_and_for_not_known(self, client, organisation):
        page = client.get(self.address, typed(organisation)).content.decode()
        assert 'name="n-F-upper_middle"' in page
        assert 'name="n-not_asked-not_known"' in page
        assert "Best-paid quarter" in page

    def test_boxes_become_counts_of_each_group_at_each_quarter(self, client, organisation, lead):
        boxes = {"n-F-lower": "30", "n-F-upper": "12", "n-M-upper": "21", "n-F-not_known": "2", "n-declined-lower": "1"}
        client.post(self.address, typed(organisation, **boxes))
        submission = actions.send(Submission.objects.get(), by=lead)
        assert submission.is_about_staff
        [crossed] = standing_crossed(organisation.pk, None, People.STAFF).values()
        assert crossed.groups["F+upper"] == {"staff": 12}
        assert set(crossed.groups) == {"F+lower", "F+upper", "M+upper"}
        by_quarter = dict(submission.cells.values_list("code", "value"))
        assert (by_quarter["lower"], by_quarter["upper"], by_quarter["not_known"]) == (31, 33, 2)
        assert submission.totals.get().value == 66
        assert not submission.noticed.exists()

    def test_a_table_pasted_from_excel_goes_into_the_boxes(self, client, organisation):
        pasted = "Female\t30\t20\t14\t12\t2\nMale\t5\t8\t16\t21\t0"
        page = client.post(self.address, typed(organisation, paste=pasted)).content.decode()
        assert "We have put what you pasted into the boxes" in page
        assert 'name="n-M-upper" value="21"' in page

    def test_neither_stages_nor_quarters_is_too_little(self, client, organisation):
        page = client.get(self.address, typed(organisation, bands="")).content.decode()
        assert "Choose what you counted" in page


def test_the_template_for_staff_has_their_stages_and_quarters(client, lead):
    answer = client.get(reverse("submissions:show_template") + "?people=staff")
    assert answer["Content-Disposition"] == 'attachment; filename="staff-by-group.xlsx"'
    assert answer.content.startswith(b"PK")


def test_staff_stages_are_those_of_the_submission_file():
    from equity.submission.document import OF_STAFF

    assert set(words.STAGES_ABOUT[People.STAFF]) == set(OF_STAFF)
    assert not set(words.STAGES_ABOUT[People.CLIENTS]) & set(OF_STAFF)
