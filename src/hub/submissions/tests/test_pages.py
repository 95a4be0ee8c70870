"""The pages of figures: right, wrong, by whom, and what they never show."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.equity.test_counts_from_outside import A_LIST, filled

from equity.submission.workbook import FIRST_ROW
from equity.vocabulary import category_set
from hub.accounts.tests.second_check import pass_second_check
from hub.organisations.models import Role
from hub.organisations.tests.factories import OrganisationFactory, RoleFactory
from hub.submissions import actions
from hub.submissions.models import Count, DataRound, Submission
from hub.submissions.queries import Service, recent_periods
from hub.submissions.tests.factories import a_document, a_draft, sent

pytestmark = pytest.mark.django_db
Kind = Role.Kind
PERIOD = recent_periods(timezone.localdate())[0]


@pytest.fixture
def lead(client):
    person = RoleFactory(kind=Kind.LEAD).user
    client.force_login(person)
    return person


@pytest.fixture
def organisation(lead):
    return lead.roles.get().organisation


def as_partner(client, organisation, kind):
    person = RoleFactory(kind=kind, partnership=organisation.partnership, organisation=None).user
    client.force_login(person)
    pass_second_check(client, person)
    return person


def a_round(organisation, *, by, services=None, **fields):
    asked = {"stages": ["referred", "completed"], "lists": ["sex"], "kind": "round", "title": "Spring figures"}
    due = {"period": "2025-26", "due_on": timezone.localdate() + datetime.timedelta(days=30)}
    services = services or [Service(organisation)]
    return actions.open_round(organisation.partnership, by=by, services=services, **asked | due | fields)


def upload(client, organisation, content, name="submission.json"):
    sent = {"service": organisation.pk, "readers": "only_us", "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("submissions:send_file"), sent)


class TestSendingAFile:
    def test_a_submission_is_looked_over_sent_and_taken_back(self, client, organisation):
        answer = upload(client, organisation, a_document().text().encode())
        submission = Submission.objects.get()
        assert answer.url == submission.get_absolute_url()
        page = client.get(answer.url).content.decode()
        assert "Nothing is sent yet" in page
        assert "Nothing looks odd" in page
        client.post(reverse("submissions:send", args=[submission.pk]))
        assert Submission.objects.standing().get() == submission
        client.post(reverse("submissions:take_back", args=[submission.pk]))
        assert not Submission.objects.standing().exists()
        assert Count.objects.count() == 0

    def test_the_filled_in_template_comes_back(self, client, organisation):
        answer = upload(client, organisation, filled({(FIRST_ROW, 2): 12, (FIRST_ROW, 3): 5}), "counts.xlsx")
        assert answer.status_code == 302
        assert Submission.objects.get().way == "template"

    def test_a_list_of_people_is_turned_away_and_nothing_of_it_is_kept(self, client, organisation, tmp_path, settings):
        settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
        answer = upload(client, organisation, A_LIST.encode() * 3000, "people.csv")
        page = answer.content.decode()
        assert "equity submit" in page
        assert "zq words" not in page
        assert Submission.objects.count() == 0
        assert list(tmp_path.iterdir()) == []

    def test_what_is_not_ours_gets_a_sentence(self, client, organisation):
        page = upload(client, organisation, b"\x89PNG\r\n\x1a\n\x00\x01", "picture.png").content.decode()
        assert "We cannot use this file" in page

    @pytest.mark.parametrize("asked", ["", "?service=nothing"])
    def test_whoever_works_in_one_place_need_not_say_which(self, client, organisation, asked):
        page = client.get(reverse("submissions:send_file") + asked).content.decode()
        assert f'type="hidden" name="service" value="{organisation.pk}"' in page

    def test_a_service_of_somebody_else_cannot_be_chosen(self, client, organisation):
        answer = upload(client, OrganisationFactory(), a_document().text().encode())
        assert answer.status_code == 200
        assert Submission.objects.count() == 0

    def test_the_template_asks_for_what_the_round_asks(self, client, organisation, lead):
        a_round(organisation, by=lead)
        answer = client.get(reverse("submissions:show_template"))
        assert answer["Content-Disposition"] == 'attachment; filename="counts-by-group.xlsx"'
        assert answer.content.startswith(b"PK")


def typed(organisation, **boxes):
    what = {"period": PERIOD, "list": "sex", "stages": ["referred", "completed"]}
    return what | {"service": organisation.pk, "readers": "only_us", "paste": ""} | boxes


class TestTyping:
    address = "/figures/type/"

    def test_boxes_become_a_draft(self, client, organisation):
        boxes = {"n-F-referred": "12", "n-F-completed": "5", "n-not_asked-referred": "3"}
        answer = client.post(self.address, typed(organisation, **boxes))
        submission = Submission.objects.get()
        assert answer.url == submission.get_absolute_url()
        assert submission.cells.get(code="not_asked", stage="referred").value == 3
        assert submission.totals.get(stage="referred").value == 15

    def test_what_is_not_known_and_not_asked_always_has_a_box(self, client, organisation):
        page = client.get(self.address, {"period": PERIOD, "list": "nhs2001", "stages": "referred"}).content.decode()
        for code in ("declined", "not_known", "not_asked", "invalid", "missing", "everyone", "A", "Z"):
            assert (f'name="n-{code}-referred"' in page) == (code != "Z")

    def test_what_is_pasted_is_shown_in_its_boxes_first(self, client, organisation):
        answer = client.post(self.address, typed(organisation, paste="Female\t12\t5\nMale\t9\t4"))
        page = answer.content.decode()
        assert "Look it over, then go on" in page
        assert re.search(r'name="n-F-referred" value="12"', page)
        assert Submission.objects.count() == 0

    def test_a_wrong_row_is_named_and_what_was_pasted_is_still_there(self, client, organisation):
        page = client.post(self.address, typed(organisation, paste="Female\ttwelve\t5")).content.decode()
        assert "Row 1, Referred:" in page
        assert "Female\ttwelve\t5" in page

    def test_a_wrong_box_is_named_and_what_was_typed_is_still_there(self, client, organisation):
        page = client.post(self.address, typed(organisation, **{"n-F-referred": "x<b>"})).content.decode()
        assert "is not a whole number" in page
        assert 'value="x&lt;b&gt;"' in page
        assert Submission.objects.count() == 0

    def test_a_total_that_does_not_add_is_noticed_before_it_is_sent(self, client, organisation):
        boxes = {"n-F-referred": "12", "n-everyone-referred": "20"}
        answer = client.post(self.address, typed(organisation, **boxes), follow=True)
        assert "the groups add up to 12, but the total is 20" in answer.content.decode()

    def test_an_empty_table_says_what_to_do(self, client, organisation):
        page = client.post(self.address, typed(organisation)).content.decode()
        assert "Write how many people of each group there were" in page

    @pytest.mark.parametrize("what", [{"list": "ours"}, {"period": "spring"}, {"stages": "vanished"}])
    def test_a_table_that_is_not_offered_leads_back_to_the_choice(self, client, organisation, what):
        asked = {"period": PERIOD, "list": "sex", "stages": "referred"} | what
        assert "First say which one" in client.get(self.address, asked).content.decode()


class TestTypingTwoTogether:
    address = "/figures/type/"

    def typed(self, organisation, **boxes):
        return typed(organisation, list="disability", second="sex") | boxes

    def test_each_pair_of_groups_has_a_box_and_nobody_unknown(self, client, lead):
        asked = {"period": PERIOD, "list": "disability", "second": "sex", "stages": "referred"}
        page = client.get(self.address, asked).content.decode()
        first, second = (category_set(one).codes for one in ("disability", "sex"))
        boxes = re.findall(r'name="n-([^"]+)-referred"', page)
        assert boxes == [f"{one}+{other}" for one in first for other in second]
        assert "Disability and sex" in page
        assert "Count only those for whom both are known" in page

    def test_boxes_become_a_draft_of_both_together(self, client, organisation):
        code = category_set("disability").codes[0]
        client.post(
            self.address, self.typed(organisation, **{f"n-{code}+F-referred": "12", f"n-{code}+F-completed": "5"})
        )
        submission = Submission.objects.get()
        cell = submission.crossed_cells.get(stage="completed")
        # In the order that is asked for most, so that services can be added together.
        assert (cell.first, cell.first_code, cell.second_code, cell.value) == ("sex", "F", code, 5)
        assert submission.totals.get(stage="referred").value == 12
        page = client.get(submission.get_absolute_url()).content.decode()
        assert "People for whom both are known" in page

    def test_a_paste_has_two_columns_of_groups(self, client, organisation):
        category = category_set("disability").category(category_set("disability").codes[0])
        page = client.post(
            self.address, self.typed(organisation, paste=f"{category.label}\tFemale\t12\t5")
        ).content.decode()
        assert re.search(rf'name="n-{category.code}\+F-referred" value="12"', page)

    def test_a_total_in_a_paste_is_named(self, client, organisation):
        page = client.post(self.address, self.typed(organisation, paste="Total\tFemale\t12\t5")).content.decode()
        assert "Row 1: Leave out totals" in page

    @pytest.mark.parametrize(
        ("lists", "words"),
        [(("nhs2001", "census2021"), "groups of another kind"), (("nhs2001", "age8"), "Choose shorter lists")],
    )
    def test_what_cannot_stand_together_is_said(self, client, lead, lists, words):
        asked = {"period": PERIOD, "list": lists[0], "second": lists[1], "stages": "referred"}
        assert words in client.get(self.address, asked).content.decode()


class TestRounds:
    def test_a_coordinator_asks_services_and_closes(self, client, organisation):
        as_partner(client, organisation, Kind.COORDINATOR)
        asked = {
            "once": "6e2a1e0e-0000-4000-8000-000000000001", "kind": "contract", "title": "Spring", "period": PERIOD,
            "stages": ["referred"], "lists": ["nhs2001", "sex"], "services": [str(organisation.pk)],
            "due_on-day": "1", "due_on-month": "3", "due_on-year": str(timezone.localdate().year + 1),
        }  # fmt: skip
        for _twice in range(2):
            client.post(reverse("submissions:open_round"), asked)
        round = DataRound.objects.get()
        assert round.seats.get().organisation == organisation
        assert "Nothing sent yet" in client.get(round.get_absolute_url()).content.decode()
        client.post(reverse("submissions:close_round", args=[round.pk]))
        assert "Closed on" in client.get(round.get_absolute_url()).content.decode()

    def test_they_see_how_complete_it_is_and_never_a_count(self, client, organisation, lead):
        round = a_round(organisation, by=lead)
        document = a_document(referred=7919, completed=7907, months={"2025-26": 7})
        sent(organisation, by=lead, document=document)
        as_partner(client, organisation, Kind.COORDINATOR)
        page = client.get(round.get_absolute_url()).content.decode()
        assert "<b>1 of 1</b> have sent figures." in page
        assert "Worth a question: <b>1</b>." in page
        assert "Nearly everybody’s is known" in page
        assert "Only a part of the time" in page
        assert "7919" not in page.replace(",", "")
        assert "7907" not in page.replace(",", "")

    def test_a_contract_return_is_the_same_under_another_name(self, client, organisation, lead):
        a_round(organisation, by=lead, kind="contract", title="Quarterly return")
        page = client.get(reverse("submissions:show_figures")).content.decode()
        assert "Quarterly return" in page
        sent(organisation, by=lead)
        assert "You have sent figures for this" in client.get(reverse("submissions:show_figures")).content.decode()


class TestReading:
    def test_a_named_reader_sees_the_counts_and_changes_nothing(self, client, organisation, lead):
        submission = sent(organisation, by=lead, document=a_document(referred=7919), readers="analysts")
        as_partner(client, organisation, Kind.ANALYST)
        page = client.get(submission.get_absolute_url()).content.decode()
        assert "7,919" in page
        assert "Take it back" not in page
        assert client.post(reverse("submissions:take_back", args=[submission.pk])).status_code == 404

    def test_other_readers_can_be_chosen(self, client, organisation, lead):
        submission = a_draft(organisation, by=lead)
        client.post(reverse("submissions:choose_readers", args=[submission.pk]), {"readers": "commissioners"})
        submission.refresh_from_db()
        assert submission.readers == "commissioners"

    def test_pages_of_many_services_ask_the_database_a_constant_number_of_times(
        self, client, organisation, lead, django_assert_max_num_queries
    ):
        services = [Service(OrganisationFactory(partnership=organisation.partnership)) for _each in range(24)]
        round = a_round(organisation, by=lead, services=[Service(organisation), *services])
        for service in services:
            person = RoleFactory(kind=Kind.LEAD, organisation=service.organisation).user
            sent(service.organisation, by=person, readers="analysts")
        as_partner(client, organisation, Kind.COORDINATOR)
        with django_assert_max_num_queries(12):
            client.get(round.get_absolute_url())
        as_partner(client, organisation, Kind.ANALYST)
        with django_assert_max_num_queries(12):
            page = client.get(reverse("submissions:show_figures")).content.decode()
        assert page.count("Seen by") == 24
