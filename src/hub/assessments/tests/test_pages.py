"""Through the client: what people see, do, and are not let do."""

import datetime
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from hub.accounts.tests.second_check import pass_second_check
from hub.assessments import actions
from hub.assessments.models import (
    Answer,
    Assessment,
    ContributionLink,
    Contributor,
    Place,
    Round,
    SetAside,
    SharedPractice,
    Speaker,
    Stage,
    Voice,
)
from hub.assessments.tests.factories import (
    TOKEN,
    YEAR,
    AnswerFactory,
    AssessmentFactory,
    LinkFactory,
    VoiceFactory,
    a_colleague,
    a_lead,
    an_edition,
    later_edition,
    somebody_who,
    statements_in,
)
from hub.audit.models import Entry
from hub.organisations.actions import invite
from hub.organisations.models import Invitation, Role, Sharing
from hub.organisations.tests.factories import OrganisationFactory, RoleFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    return AssessmentFactory()


@pytest.fixture
def lead(assessment):
    return a_lead(assessment, name="Example Lead")


@pytest.fixture
def colleague(assessment):
    return a_colleague(assessment, name="Example Colleague")


@pytest.fixture
def stranger():
    """Somebody who leads elsewhere in the same world."""
    return a_lead(AssessmentFactory())


def section_address(assessment, statement=None):
    statement = statement or statements_in(assessment)[0]
    return reverse("assessments:section", args=[assessment.pk, statement.section_id])


def answered(statement, *, version=0, **fields):
    """What a browser sends for one statement."""
    sent = {"version": version, "stage": "", "confidence": "", "evidence": "", "in_the_way": ""} | fields
    return {f"s{statement.pk}-{name}": value for name, value in sent.items()}


def heard(**numbers):
    sent = {"staff": "", "service_users": "", "carers": "", "not_heard": ""} | numbers
    return {f"heard-{name}": value for name, value in sent.items()}


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


class TestStarting:
    def start(self, client, role, **fields):
        edition = fields.pop("edition", None) or an_edition()
        sent = {"organisation": role.organisation_id, "part": "whole", "edition": edition.pk, "audience": "providers"}
        return client.post(reverse("assessments:start"), sent | fields)

    @pytest.fixture
    def role(self, client):
        role = RoleFactory(kind=Role.Kind.LEAD)
        client.force_login(role.user)
        return role

    def test_a_lead_starts_and_lands_on_the_first_questions(self, client, role):
        response = self.start(client, role)
        assessment = Assessment.objects.get()
        assert (assessment.organisation, assessment.unit) == (role.organisation, None)
        assert response.url == section_address(assessment)

    def test_a_new_department_is_named_on_the_way(self, client, role):
        self.start(client, role, part="new", name="Night shift", staff=7)
        unit = Assessment.objects.get().unit
        assert (unit.name, unit.staff, unit.organisation) == ("Night shift", 7, role.organisation)

    def test_a_new_department_needs_a_name(self, client, role):
        response = self.start(client, role, part="new")
        assert "Write what the department or project is called" in words_of(response)
        assert not Assessment.objects.exists()

    def test_a_department_is_not_named_twice(self, client, role):
        UnitFactory(organisation=role.organisation, name="Night shift", slug="night-shift")
        assert "There is one of this name already" in words_of(self.start(client, role, part="new", name="Night Shift"))

    def test_pressing_twice_starts_one(self, client, role):
        edition = an_edition()
        assert self.start(client, role, edition=edition).url == self.start(client, role, edition=edition).url
        assert Assessment.objects.count() == 1

    def test_both_is_a_choice(self, client, role):
        self.start(client, role, audience="both")
        assessment = Assessment.objects.get()
        assert (assessment.for_providers, assessment.for_commissioners) == (True, True)

    def test_the_lead_of_a_department_starts_for_that_department_only(self, client):
        unit = UnitFactory()
        role = RoleFactory(kind=Role.Kind.LEAD, organisation=unit.organisation, unit=unit)
        client.force_login(role.user)
        other = UnitFactory(organisation=unit.organisation)
        self.start(client, role)
        self.start(client, role, part=str(other.pk))
        assert not Assessment.objects.exists()
        self.start(client, role, part=str(unit.pk))
        assert Assessment.objects.get().unit == unit

    def test_nobody_starts_for_an_organisation_they_do_not_lead(self, client, role):
        other = OrganisationFactory()
        response = self.start(client, role, organisation=other.pk)
        assert response.status_code == 404
        assert not Assessment.objects.exists()

    def test_a_colleague_cannot_start(self, client, colleague):
        client.force_login(colleague)
        assert client.get(reverse("assessments:start")).status_code == 404

    def test_the_page_offers_the_newest_edition_of_each_chapter(self, client, role):
        old = an_edition()
        new = later_edition(old)
        page = words_of(client.get(reverse("assessments:start")))
        assert new.title in page
        assert old.title not in page


class TestBeginningFromAnInvitation:
    @pytest.fixture
    def place(self):
        organisation = OrganisationFactory()
        one_round = Round.objects.create(
            partnership=organisation.partnership,
            edition=an_edition(),
            title="Example round",
            year=YEAR,
            due_on=datetime.date(YEAR, 12, 1),
        )
        return Place.objects.create(round=one_round, organisation=organisation)

    def test_it_leads_straight_to_the_first_question(self, client, place):
        client.force_login(RoleFactory(kind=Role.Kind.LEAD, organisation=place.organisation).user)
        response = client.get(reverse("assessments:begin", args=[place.pk]), follow=True)
        assessment = Assessment.objects.get()
        assert (assessment.round, assessment.year) == (place.round, YEAR)
        assert response.redirect_chain == [(section_address(assessment), 302)]

    def test_coming_again_goes_on_where_they_left(self, client, place):
        client.force_login(RoleFactory(kind=Role.Kind.LEAD, organisation=place.organisation).user)
        client.get(reverse("assessments:begin", args=[place.pk]))
        client.get(reverse("assessments:begin", args=[place.pk]))
        assert Assessment.objects.count() == 1

    def test_it_is_not_for_somebody_elsewhere(self, client, place, stranger):
        client.force_login(stranger)
        assert client.get(reverse("assessments:begin", args=[place.pk])).status_code == 404
        assert not Assessment.objects.filter(organisation=place.organisation).exists()


class TestTheListOfPages:
    def test_it_says_where_to_go_on_and_how_long_it_takes(self, client):
        assessment = AssessmentFactory(edition=an_edition(sections=2, statements=3))
        client.force_login(a_lead(assessment))
        for statement in statements_in(assessment)[:3]:
            AnswerFactory(assessment=assessment, statement=statement)
        page = client.get(reverse("assessments:task_list", args=[assessment.pk]))
        assert page.context["list"].next.section == statements_in(assessment)[3].section
        assert "About 10 minutes" in words_of(page)

    def test_somebody_elsewhere_does_not_learn_that_it_exists(self, client, assessment, stranger):
        client.force_login(stranger)
        assert client.get(reverse("assessments:task_list", args=[assessment.pk])).status_code == 404

    def test_who_is_not_signed_in_is_asked_to(self, client, assessment):
        response = client.get(reverse("assessments:task_list", args=[assessment.pk]))
        assert response.status_code == 302
        assert "next=" in response.url

    def test_what_is_signed_off_and_shared_with_everyone_is_read_by_everyone(self, client, assessment, lead):
        actions.choose_sharing(assessment, by=lead, sharing=Sharing.EVERYONE)
        actions.sign_off(assessment, by=lead)
        assert client.get(reverse("assessments:task_list", args=[assessment.pk])).status_code == 200
        page = client.get(section_address(assessment))
        assert page.status_code == 200
        assert "<textarea" not in page.content.decode()

    @pytest.mark.parametrize("statements", [4, 80])
    def test_it_takes_the_same_few_queries_however_long_the_edition(
        self, client, django_assert_max_num_queries, statements
    ):
        assessment = AssessmentFactory(edition=an_edition(sections=2, statements=statements // 2))
        for statement in statements_in(assessment):
            AnswerFactory(assessment=assessment, statement=statement)
        client.force_login(a_lead(assessment))
        with django_assert_max_num_queries(12):
            client.get(reverse("assessments:task_list", args=[assessment.pk]))

    def test_ones_own_are_listed_in_pages_with_few_queries(self, client, django_assert_max_num_queries):
        organisation = OrganisationFactory()
        edition = an_edition()
        for year in range(1990, 2020):
            AssessmentFactory(organisation=organisation, edition=edition, year=year)
        client.force_login(RoleFactory(kind=Role.Kind.LEAD, organisation=organisation).user)
        AssessmentFactory()
        with django_assert_max_num_queries(10):
            page = client.get(reverse("assessments:my_assessments"))
        assert len(page.context["assessments"].object_list) == 25
        assert page.context["assessments"].paginator.count == 30


class TestAPage:
    def test_one_button_saves_every_statement_and_who_was_heard(self, client, assessment, lead):
        one, two = statements_in(assessment)
        client.force_login(lead)
        sent = answered(one, stage="started", evidence="A leaflet") | answered(two, stage="unknown") | heard(staff=3)
        response = client.post(section_address(assessment), sent)
        stages = dict(assessment.answers.current().values_list("statement", "stage"))
        assert stages == {one.pk: "started", two.pk: "unknown"}
        assert assessment.heard.get().staff == 3
        assert response.url == reverse("assessments:task_list", args=[assessment.pk])

    def test_the_button_leads_to_the_next_page(self, client):
        assessment = AssessmentFactory(edition=an_edition(sections=2, statements=1))
        first, second = statements_in(assessment)
        client.force_login(a_lead(assessment))
        response = client.post(section_address(assessment, first), answered(first, stage="not_yet") | {"then": "next"})
        assert response.url == section_address(assessment, second)

    def test_sending_the_page_twice_saves_once(self, client, assessment, lead):
        statement = statements_in(assessment)[0]
        client.force_login(lead)
        for _time in range(2):
            client.post(section_address(assessment), answered(statement, stage="started"))
        assert Answer.objects.count() == 1

    def test_text_that_is_too_long_is_shown_again_with_what_to_do_and_the_rest_is_saved(self, client, assessment, lead):
        one, two = statements_in(assessment)
        client.force_login(lead)
        sent = answered(one, stage="started", evidence="x" * 4001) | answered(two, stage="usual")
        response = client.post(section_address(assessment), sent)
        assert "Shorten this to 4000 characters. It has 4001 now" in words_of(response)
        assert "x" * 4001 in response.content.decode()
        assert assessment.answers.get().statement == two

    @pytest.mark.parametrize("stage", ["best", "5", "<script>"])
    def test_a_stage_that_does_not_exist_is_refused_in_plain_words(self, client, assessment, lead, stage):
        client.force_login(lead)
        response = client.post(section_address(assessment), answered(statements_in(assessment)[0], stage=stage))
        assert "Choose one of the answers on the list" in words_of(response)
        assert not Answer.objects.exists()

    def test_an_old_page_does_not_undo_who_was_heard(self, client, assessment, lead, colleague):
        section = statements_in(assessment)[0].section
        numbers = {"service_users": 0, "carers": 0, "not_heard": ""}
        shown = actions.record_heard(assessment, section, by=lead, staff=3, **numbers)
        actions.record_heard(assessment, section, by=colleague, based_on=shown.pk, staff=5, **numbers)
        client.force_login(lead)
        client.post(section_address(assessment), heard(staff=3, service_users=0, carers=0, based_on=shown.pk))
        assert assessment.heard.first().staff == 5

    def test_a_wrong_number_of_people_says_what_to_enter(self, client, assessment, lead):
        client.force_login(lead)
        response = client.post(section_address(assessment), heard(staff="a few", not_heard="Carers"))
        assert "Enter a whole number, such as 12" in words_of(response)
        assert "Carers" in response.content.decode()

    def test_an_old_page_does_not_undo_newer_answers_that_nobody_touched_on_it(self, client, assessment, lead):
        one, two = statements_in(assessment)
        AnswerFactory(assessment=assessment, statement=one, stage=Stage.USUAL)
        client.force_login(lead)
        client.post(section_address(assessment), answered(one) | answered(two, stage="not_yet"))
        assert assessment.answers.get(statement=one).stage == Stage.USUAL
        assert not SetAside.objects.exists()

    def test_the_second_of_two_writers_is_led_to_both_texts(self, client, assessment, lead, colleague):
        statement = statements_in(assessment)[0]
        AnswerFactory(assessment=assessment, statement=statement, evidence="Written first", saved_by=colleague)
        client.force_login(lead)
        sent = answered(statement, stage="not_yet", evidence="Written second")
        page = words_of(client.post(section_address(assessment), sent, follow=True))
        assert "Written first" in page
        assert "Written second" in page

    def test_who_was_signed_off_while_writing_still_has_their_words(self, client, assessment, lead, colleague):
        client.force_login(colleague)
        actions.sign_off(assessment, by=lead)
        sent = answered(statements_in(assessment)[0], stage="started", evidence="My words")
        response = client.post(section_address(assessment), sent)
        assert response.status_code in (404, 409)
        assert "My words" in response.content.decode()
        assert not Answer.objects.exists()

    def test_who_only_reads_cannot_write(self, client, assessment, lead):
        actions.choose_sharing(assessment, by=lead, sharing=Sharing.EVERYONE)
        actions.sign_off(assessment, by=lead)
        client.force_login(a_lead(AssessmentFactory()))
        sent = answered(statements_in(assessment)[0], stage="started")
        assert client.post(section_address(assessment), sent).status_code == 404
        assert not Answer.objects.exists()

    def test_an_approver_reads_and_does_not_write(self, client, assessment):
        approver = somebody_who(Role.Kind.APPROVER, assessment)
        client.force_login(approver)
        pass_second_check(client, approver)
        page = client.get(section_address(assessment))
        assert "<textarea" not in page.content.decode()
        sent = answered(statements_in(assessment)[0], stage="started")
        assert client.post(section_address(assessment), sent).status_code == 404

    def test_a_page_of_another_edition_is_not_found(self, client, assessment, lead):
        other = statements_in(AssessmentFactory())[0]
        client.force_login(lead)
        assert client.get(section_address(assessment, other)).status_code == 404

    def test_last_years_answer_is_kept_with_one_tick(self, client, assessment, lead):
        for statement in statements_in(assessment):
            AnswerFactory(assessment=assessment, statement=statement, evidence="As before")
        new = actions.carry_on(assessment, assessment.edition, by=lead, year=YEAR + 1)
        one, _two = statements_in(new)
        client.force_login(lead)
        sent = answered(one, version=1, stage="started", evidence="As before", still_true="on")
        client.post(section_address(new), sent)
        assert dict(new.answers.current().values_list("statement", "needs_review")) == {one.pk: False, _two.pk: True}

    def test_the_words_that_changed_are_shown_with_the_old(self, client, assessment, lead):
        one, _two = statements_in(assessment)
        AnswerFactory(assessment=assessment, statement=one)
        later = later_edition(assessment.edition, changes=[one.key])
        new = actions.carry_on(assessment, later, by=lead, year=YEAR)
        client.force_login(lead)
        page = words_of(client.get(section_address(new)))
        assert f"{one.text} And more." in page
        assert f"Before, it said: {one.text}" in page

    def test_markup_that_somebody_typed_stays_words(self, client, assessment, lead):
        statement = statements_in(assessment)[0]
        AnswerFactory(assessment=assessment, statement=statement, evidence="</textarea><script>alert(1)</script>")
        client.force_login(lead)
        assert "<script>alert" not in client.get(section_address(assessment)).content.decode()

    @pytest.mark.parametrize("statements", [3, 80])
    def test_it_takes_the_same_queries_however_many_statements_and_voices(
        self, client, django_assert_max_num_queries, statements
    ):
        assessment = AssessmentFactory(edition=an_edition(statements=statements))
        person = a_lead(assessment)
        for statement in statements_in(assessment):
            AnswerFactory(assessment=assessment, statement=statement, saved_by=person)
            VoiceFactory.create_batch(2, assessment=assessment, statement=statement, recorded_by=person)
        client.force_login(person)
        with django_assert_max_num_queries(20):
            client.get(section_address(assessment))


class TestSavingAsOneWrites:
    def save(self, client, assessment, statement, **fields):
        address = reverse("assessments:save_answer", args=[assessment.pk, statement.pk])
        return client.post(address, answered(statement, **fields), headers={"HX-Request": "true"})

    def test_only_a_line_and_the_new_version_come_back(self, client, assessment, lead):
        statement = statements_in(assessment)[0]
        client.force_login(lead)
        response = self.save(client, assessment, statement, stage="started", evidence="Words")
        assert f'name="s{statement.pk}-version"' in response.content.decode()
        assert 'value="1"' in response.content.decode()
        assert "<textarea" not in response.content.decode()
        assert "Saved at" in words_of(response)

    def test_what_is_too_long_says_so_and_tells_the_browser_to_keep_it(self, client, assessment, lead):
        client.force_login(lead)
        response = self.save(client, assessment, statements_in(assessment)[0], evidence="x" * 5000)
        assert "Shorten this to 4000 characters" in words_of(response)
        assert response["X-Not-Saved"] == "1"

    def test_a_clash_says_that_both_are_kept(self, client, assessment, lead, colleague):
        statement = statements_in(assessment)[0]
        AnswerFactory(assessment=assessment, statement=statement, evidence="First", saved_by=colleague)
        client.force_login(lead)
        response = self.save(client, assessment, statement, stage="started", evidence="Second")
        assert "both texts are kept" in words_of(response)
        assert 'value="0"' in response.content.decode()

    def test_after_the_sign_off_nothing_is_saved_and_the_words_stay(self, client, assessment, lead):
        actions.sign_off(assessment, by=lead)
        client.force_login(lead)
        response = self.save(client, assessment, statements_in(assessment)[0], evidence="Late")
        assert response["X-Not-Saved"] == "1"
        assert not Answer.objects.exists()

    def test_somebody_elsewhere_finds_nothing(self, client, assessment, stranger):
        client.force_login(stranger)
        assert self.save(client, assessment, statements_in(assessment)[0], stage="usual").status_code == 404
        assert not Answer.objects.exists()

    def test_a_statement_that_is_not_asked_of_them_is_not_found(self, client, assessment, lead):
        client.force_login(lead)
        assert self.save(client, assessment, statements_in(AssessmentFactory())[0], stage="usual").status_code == 404

    def test_who_was_heard_saves_by_itself(self, client, assessment, lead):
        section = statements_in(assessment)[0].section
        client.force_login(lead)
        address = reverse("assessments:save_heard", args=[assessment.pk, section.pk])
        assert "Saved at" in words_of(client.post(address, heard(carers=2)))
        assert assessment.heard.get().carers == 2

    def test_colleagues_see_who_else_is_here(self, client, assessment, lead, colleague):
        section = statements_in(assessment)[0].section
        address = reverse("assessments:who_is_here", args=[assessment.pk, section.pk])
        client.force_login(colleague)
        client.post(address)
        client.force_login(lead)
        assert "You and Example Colleague have this page open" in words_of(client.post(address))


class TestTwoTexts:
    @pytest.fixture
    def waiting(self, assessment, lead, colleague):
        statement = statements_in(assessment)[0]
        AnswerFactory(assessment=assessment, statement=statement, evidence="First", saved_by=colleague)
        content = actions.answers.Content("not_yet", evidence="Second")
        return actions.save_answer(assessment, statement, by=lead, content=content, based_on=0).set_aside

    def settle(self, client, waiting, **fields):
        sent = {"version": 1, "stage": "started", "confidence": "", "evidence": "", "in_the_way": ""} | fields
        return client.post(reverse("assessments:settle", args=[waiting.assessment_id, waiting.pk]), sent)

    def test_they_are_put_together(self, client, waiting, lead):
        client.force_login(lead)
        response = self.settle(client, waiting, evidence="First and second")
        assert response.url.endswith(f"#s{waiting.statement_id}")
        assert waiting.assessment.answers.current().get().evidence == "First and second"

    def test_a_text_that_is_too_long_is_not_lost(self, client, waiting, lead):
        client.force_login(lead)
        response = self.settle(client, waiting, evidence="y" * 4001)
        assert "y" * 4001 in response.content.decode()
        assert "Shorten this" in words_of(response)

    def test_a_third_text_meanwhile_is_shown_beside_it(self, client, waiting, lead, colleague):
        content = actions.answers.Content("usual", evidence="Third")
        actions.save_answer(waiting.assessment, waiting.statement, by=colleague, content=content, based_on=1)
        client.force_login(lead)
        page = words_of(self.settle(client, waiting, evidence="Put together"))
        assert "Third" in page
        assert "Put together" in page

    def test_somebody_elsewhere_finds_nothing(self, client, waiting, stranger):
        client.force_login(stranger)
        assert self.settle(client, waiting).status_code == 404

    def test_the_history_shows_every_version_to_their_own_people_only(self, client, waiting, lead, stranger):
        address = reverse("assessments:history", args=[waiting.assessment_id, waiting.statement_id])
        client.force_login(lead)
        page = words_of(client.get(address))
        assert "First" in page
        assert "Second" in page
        client.force_login(stranger)
        assert client.get(address).status_code == 404


class TestPaper:
    def test_the_workbook_has_every_statement_a_code_for_each_page_and_no_answers(self, client, lead, assessment):
        AnswerFactory(assessment=assessment, evidence="Our words")
        client.force_login(lead)
        page = client.get(reverse("assessments:workbook", args=[assessment.pk])).content.decode()
        assert all(statement.text in page for statement in statements_in(assessment))
        assert page.count('class="qr"') == 1
        assert "Our words" not in page

    def test_it_can_carry_the_answers_and_large_letters(self, client, lead, assessment):
        AnswerFactory(assessment=assessment, evidence="Our words")
        client.force_login(lead)
        page = client.get(reverse("assessments:workbook", args=[assessment.pk]) + "?answers&print=large")
        assert "Our words" in page.content.decode()
        assert 'data-size="large"' in page.content.decode()

    @pytest.mark.parametrize("statements", [3, 80])
    def test_it_takes_the_same_queries_however_long(self, client, django_assert_max_num_queries, statements):
        assessment = AssessmentFactory(edition=an_edition(sections=2, statements=statements))
        client.force_login(a_lead(assessment))
        with django_assert_max_num_queries(14):
            client.get(reverse("assessments:workbook", args=[assessment.pk]) + "?answers")


class TestVoicesOfAMeeting:
    def write(self, client, assessment, **fields):
        address = reverse("assessments:voices_at", args=[assessment.pk, statements_in(assessment)[0].pk])
        once = client.get(address).context["form"]["once"].value()
        query = fields.pop("query", "")
        sent = {"once": once, "speaker": "carer", "people": 2, "text": "Nobody asked us.", "stage": ""}
        return lambda: client.post(address + query, sent | fields)

    def test_the_lead_writes_down_what_was_said_and_by_how_many(self, client, assessment, lead):
        client.force_login(lead)
        response = self.write(client, assessment)()
        voice = Voice.objects.get()
        assert (voice.speaker, voice.people, voice.recorded_by) == (Speaker.CARER, 2, lead)
        assert response.url.endswith(f"#s{voice.statement_id}")

    def test_pressing_twice_writes_once(self, client, assessment, lead):
        client.force_login(lead)
        press = self.write(client, assessment)
        press()
        press()
        assert Voice.objects.count() == 1

    def test_a_voice_without_words_says_what_to_do(self, client, assessment, lead):
        client.force_login(lead)
        assert "Write what they said" in words_of(self.write(client, assessment, text="")())

    def test_no_people_at_all_is_put_right(self, client, assessment, lead):
        client.force_login(lead)
        assert "Enter 1 or more" in words_of(self.write(client, assessment, people=0)())

    def test_it_can_be_put_better(self, client, assessment, lead):
        voice = VoiceFactory(assessment=assessment, text="Old words", recorded_by=lead)
        client.force_login(lead)
        self.write(client, assessment, text="New words", query=f"?change={voice.pk}")()
        assert assessment.voices.current().get().text == "New words"

    def test_a_contributors_words_are_not_rewritten_by_anybody(self, client, lead, assessment):
        link = LinkFactory(assessment=assessment)
        contributor = actions.contributor_for(link)
        voice = actions.say(contributor, statements_in(assessment)[0], stage="", text="My own words")
        client.force_login(lead)
        self.write(client, assessment, text="Tidied", query=f"?change={voice.pk}")()
        assert set(assessment.voices.current().values_list("text", flat=True)) == {"My own words", "Tidied"}

    def test_a_colleague_does_not_read_or_take_out_what_others_wrote(self, client, assessment, lead, colleague):
        voice = VoiceFactory(assessment=assessment, text="For the lead", recorded_by=lead)
        client.force_login(colleague)
        address = reverse("assessments:voices_at", args=[assessment.pk, voice.statement_id])
        assert "For the lead" not in words_of(client.get(address))
        erase = reverse("assessments:erase_voice", args=[assessment.pk, voice.pk])
        assert client.post(erase).status_code == 404
        voice.refresh_from_db()
        assert voice.text

    def test_the_lead_takes_words_out_for_good(self, client, assessment, lead):
        voice = VoiceFactory(assessment=assessment)
        client.force_login(lead)
        client.post(reverse("assessments:erase_voice", args=[assessment.pk, voice.pk]))
        voice.refresh_from_db()
        assert voice.text == ""


class TestSharingVoices:
    @pytest.fixture
    def address(self, assessment):
        return reverse("assessments:share_voices", args=[assessment.pk])

    def test_the_page_says_plainly_who_could_be_recognised(self, client, assessment, lead, address):
        VoiceFactory(assessment=assessment, speaker=Speaker.CARER, people=1)
        client.force_login(lead)
        page = words_of(client.get(address))
        assert "Somebody could be recognised" in page
        assert "1 person was heard. Colleagues may well know who it was." in page

    def test_five_of_a_kind_in_a_whole_organisation_give_no_warning(self, client, assessment, lead, address):
        VoiceFactory(assessment=assessment, people=5)
        client.force_login(lead)
        assert "Somebody could be recognised" not in words_of(client.get(address))

    def test_words_are_shared_only_after_a_moments_thought(self, client, assessment, lead, address):
        VoiceFactory(assessment=assessment, people=1)
        client.force_login(lead)
        assert "Tick this to go on" in words_of(client.post(address, {"choice": "us"}))
        assert not assessment.voices_shared.exists()
        client.post(address, {"choice": "us", "understood": "on"})
        assert assessment.voices_shared.get().was_warned

    def test_sharing_only_how_many_needs_no_tick(self, client, assessment, lead, address):
        VoiceFactory(assessment=assessment, people=1)
        client.force_login(lead)
        client.post(address, {"choice": "count"})
        assert assessment.voices_shared.get().what == "counts"

    def test_beyond_the_organisation_is_offered_only_where_the_answers_go_there_too(
        self, client, assessment, lead, address
    ):
        client.force_login(lead)
        assert "Choose one of the answers on the list" in words_of(client.post(address, {"choice": "readers"}))

    def test_a_colleague_does_not_decide(self, client, colleague, address):
        client.force_login(colleague)
        assert client.get(address).status_code == 404
        assert client.post(address, {"choice": "us"}).status_code == 404


class TestMakingLinks:
    def make(self, client, assessment, **fields):
        address = reverse("assessments:make_link", args=[assessment.pk])
        once = client.get(address).context["form"]["once"].value()
        section = statements_in(assessment)[0].section_id
        sent = {"once": once, "purpose": "section", "section": section, "speaker": "carer", "days": 14, "note": ""}
        return lambda: client.post(address, sent | fields)

    def test_the_address_is_shown_once_with_a_code_for_paper(self, client, assessment, lead):
        client.force_login(lead)
        press = self.make(client, assessment)
        page = press().content.decode()
        token = re.search(r"/voices/([\w-]+)/", page).group(1)
        assert ContributionLink.objects.with_token(token).exists()
        assert 'class="qr"' in page
        again = press()
        assert again.status_code == 302
        assert ContributionLink.objects.count() == 1
        assert token not in client.get(again.url).content.decode()

    def test_a_link_needs_a_page_to_open(self, client, assessment, lead):
        client.force_login(lead)
        assert "Choose the page that this link should open" in words_of(self.make(client, assessment, section="")())

    def test_a_link_about_the_difference_needs_none(self, client, assessment, lead):
        client.force_login(lead)
        self.make(client, assessment, section="", purpose="difference")()
        assert ContributionLink.objects.get().section is None

    def test_a_page_of_another_edition_cannot_be_chosen(self, client, assessment, lead):
        other = statements_in(AssessmentFactory())[0].section_id
        client.force_login(lead)
        assert "Choose one of the answers on the list" in words_of(self.make(client, assessment, section=other)())

    def test_a_colleague_makes_no_links(self, client, assessment, colleague):
        client.force_login(colleague)
        assert client.get(reverse("assessments:make_link", args=[assessment.pk])).status_code == 404

    def test_a_link_of_another_organisation_cannot_be_stopped(self, client, assessment, lead):
        link = LinkFactory()
        client.force_login(lead)
        assert client.post(reverse("assessments:revoke_link", args=[assessment.pk, link.pk])).status_code == 404
        link.refresh_from_db()
        assert link.revoked_at is None

    def test_all_links_are_listed_with_few_queries(self, client, assessment, lead, django_assert_max_num_queries):
        for number in range(30):
            LinkFactory(assessment=assessment, token_hash=f"{number}")
        client.force_login(lead)
        with django_assert_max_num_queries(10):
            client.get(reverse("assessments:links", args=[assessment.pk]))


class TestComingByALink:
    @pytest.fixture
    def link(self):
        return LinkFactory()

    @pytest.fixture
    def address(self, link):
        return reverse("assessments:contribute", args=[TOKEN])

    def say(self, client, address, link, at=1, **fields):
        statement = statements_in(link.assessment)[at - 1]
        said = {"stage": "", "text": ""} | fields
        return client.post(f"{address}?question={at}", {f"s{statement.pk}-{name}": said[name] for name in said})

    def test_somebody_without_an_account_says_what_they_think_one_question_at_a_time(self, client, address, link):
        assert self.say(client, address, link, text="The door was hard to find").url == f"{address}?question=2"
        response = self.say(client, address, link, at=2, stage="not_yet")
        assert response.url == reverse("assessments:contribute_thanks", args=[TOKEN])
        said = Voice.objects.order_by("statement").values_list("text", "stage", "speaker")
        assert list(said) == [("The door was hard to find", "", "service_user"), ("", "not_yet", "service_user")]

    def test_all_questions_fit_on_one_page_too(self, client, address, link):
        one, two = statements_in(link.assessment)
        sent = {f"s{one.pk}-text": "One", f"s{one.pk}-stage": "", f"s{two.pk}-text": "Two", f"s{two.pk}-stage": ""}
        client.post(f"{address}?all", sent)
        assert set(Voice.objects.values_list("text", flat=True)) == {"One", "Two"}

    def test_leaving_a_question_out_says_nothing(self, client, address, link):
        self.say(client, address, link)
        assert not Voice.objects.exists()
        assert not Contributor.objects.exists()

    def test_only_ones_own_words_are_shown(self, client, address, link):
        VoiceFactory(assessment=link.assessment, text="Somebody else's words")
        AnswerFactory(assessment=link.assessment, evidence="What the team wrote")
        self.say(client, address, link, text="My words")
        page = words_of(client.get(f"{address}?all"))
        assert "My words" in page
        assert "Somebody else" not in page
        assert "What the team wrote" not in page

    def test_another_browser_sees_nothing_of_it(self, client, address, link):
        self.say(client, address, link, text="My words")
        client.cookies.clear()
        assert "My words" not in words_of(client.get(f"{address}?all"))
        assert "My words" not in words_of(client.get(reverse("assessments:contribute_thanks", args=[TOKEN])))

    def test_a_made_up_cookie_opens_nobodys_words(self, client, address, link):
        self.say(client, address, link, text="My words")
        client.cookies["contributor"] = str(Contributor.objects.get().key)
        assert "My words" not in words_of(client.get(f"{address}?all"))

    def test_pressing_twice_at_the_first_question_is_one_person(self, client, address, link):
        client.get(address)
        as_the_page_was_opened = client.cookies.copy()
        self.say(client, address, link, text="Once")
        client.cookies = as_the_page_was_opened
        self.say(client, address, link, text="Once")
        assert Contributor.objects.count() == 1
        assert Voice.objects.count() == 1

    def test_looking_at_the_questions_keeps_nobody(self, client, address):
        client.get(address)
        assert not Contributor.objects.exists()

    def test_they_change_their_words(self, client, address, link):
        self.say(client, address, link, text="First")
        self.say(client, address, link, text="Better")
        assert Voice.objects.current().get().text == "Better"

    def test_they_take_their_words_out(self, client, address, link):
        self.say(client, address, link, text="Secret")
        page = client.post(reverse("assessments:erase_own", args=[TOKEN]), follow=True)
        assert "Your words are taken out for good" in words_of(page)
        assert not Voice.objects.exclude(text="").exists()

    def test_they_can_take_them_out_after_the_link_has_ended(self, client, address, link):
        self.say(client, address, link, text="Secret")
        actions.revoke_link(link, by=link.made_by)
        client.post(reverse("assessments:erase_own", args=[TOKEN]))
        assert not Voice.objects.exclude(text="").exists()

    def test_somebody_else_takes_the_tablet(self, client, address, link):
        self.say(client, address, link, text="My words")
        client.post(reverse("assessments:start_afresh", args=[TOKEN]))
        assert "My words" not in words_of(client.get(f"{address}?all"))
        self.say(client, address, link, text="Other words")
        assert Contributor.objects.count() == 2

    def test_too_long_a_text_is_shown_again(self, client, address, link):
        response = self.say(client, address, link, text="z" * 4001)
        assert "Shorten this to 4000 characters" in words_of(response)
        assert "z" * 4001 in response.content.decode()

    @pytest.mark.parametrize("question", ["0", "99", "-1", "x", "9" * 400])
    def test_any_number_of_a_question_leads_to_a_question(self, client, address, link, question):
        assert client.get(f"{address}?question={question}").status_code == 200

    def test_a_link_that_was_stopped_has_a_kind_page(self, client, address, link):
        actions.revoke_link(link, by=link.made_by)
        page = client.get(address)
        assert page.status_code == 410
        assert "Thank you for wanting to have your say" in words_of(page)
        self.say(client, address, link, text="Too late")
        assert not Voice.objects.exists()

    def test_a_link_that_has_run_out_has_the_same_page(self, client, address, link):
        link.expires_at = timezone.now()
        link.save()
        assert client.get(address).status_code == 410

    def test_a_link_in_the_wrong_hands_cannot_fill_the_disk(self, client, address, link, monkeypatch):
        monkeypatch.setattr("hub.assessments.rules.MOST_PEOPLE_BY_A_LINK", 1)
        self.say(client, address, link, text="The last one")
        assert client.get(address).status_code == 200
        client.cookies.clear()
        assert self.say(client, address, link, text="One too many").status_code == 410
        assert Voice.objects.get().text == "The last one"

    def test_a_wrong_link_is_not_found(self, client, link):
        assert client.get(reverse("assessments:contribute", args=["not-a-link"])).status_code == 404

    def test_nothing_of_it_is_kept_by_browsers_or_caches_on_the_way(self, client, address):
        assert "no-store" in client.get(address)["Cache-Control"]

    def test_the_lead_takes_out_all_words_of_a_person_who_gives_their_code(self, client, address, link):
        self.say(client, address, link, text="Secret")
        contributor = Contributor.objects.get()
        client.force_login(a_lead(link.assessment))
        page = client.get(reverse("assessments:links", args=[link.assessment.pk]))
        assert contributor.code in words_of(page)
        client.post(reverse("assessments:erase_contributor", args=[link.assessment.pk, contributor.pk]))
        assert not Voice.objects.exclude(text="").exists()

    def test_somebody_elsewhere_takes_out_nothing(self, client, address, link, stranger):
        self.say(client, address, link, text="Words")
        contributor = Contributor.objects.get()
        client.force_login(stranger)
        own = Assessment.objects.led_by(stranger).get()
        for assessment in (link.assessment, own):
            erase = reverse("assessments:erase_contributor", args=[assessment.pk, contributor.pk])
            assert client.post(erase).status_code == 404
        assert Voice.objects.current().get().text == "Words"


class TestWhetherItMadeADifference:
    @pytest.fixture
    def link(self):
        return LinkFactory(purpose=ContributionLink.Purpose.DIFFERENCE, section=None)

    def test_one_question_is_asked_and_answered_once(self, client, link):
        address = reverse("assessments:contribute", args=[TOKEN])
        client.post(address, {"reply": "some", "text": "The sign is new"})
        client.post(address, {"reply": "yes", "text": "The sign is new"})
        assert link.assessment.differences.get(erased_at=None).reply == "yes"

    def test_an_empty_form_says_what_to_do(self, client, link):
        page = client.post(reverse("assessments:contribute", args=[TOKEN]), {"reply": "", "text": "Hello"})
        assert "Answer “Did it make a difference for you?”" in words_of(page)
        assert "Hello" in words_of(page)


class TestSigningOff:
    def test_the_lead_signs_and_says_who_may_read_it(self, client, assessment, lead):
        client.force_login(lead)
        client.post(reverse("assessments:sign_off", args=[assessment.pk]), {"sharing": "partnership"})
        assessment.refresh_from_db()
        assert assessment.is_signed_off
        assert assessment.sharing == Sharing.PARTNERSHIP

    def test_in_a_round_it_says_that_answers_enter_the_range(self, client, assessment, lead):
        client.force_login(lead)
        words = "your answers enter without a name into the range"
        assert words not in words_of(client.get(reverse("assessments:sign_off", args=[assessment.pk])))
        assessment.round = Round.objects.create(
            partnership=assessment.organisation.partnership,
            edition=assessment.edition,
            title="Example round",
            year=assessment.year,
            due_on=datetime.date(assessment.year, 12, 1),
        )
        assessment.save()
        assert words in words_of(client.get(reverse("assessments:sign_off", args=[assessment.pk])))

    def test_answers_from_before_are_looked_at_first(self, client, assessment, lead):
        AnswerFactory(assessment=assessment, needs_review=True)
        client.force_login(lead)
        page = client.post(reverse("assessments:sign_off", args=[assessment.pk]), {"sharing": "only_us"})
        assert "1 answer from before still waits for another look" in words_of(page)
        assessment.refresh_from_db()
        assert not assessment.is_signed_off

    def test_a_colleague_does_not_sign(self, client, assessment, colleague):
        client.force_login(colleague)
        for name in ("sign_off", "approve"):
            address = reverse(f"assessments:{name}", args=[assessment.pk])
            assert client.post(address, {"sharing": "everyone"}).status_code == 404

    def test_an_approver_proves_who_they_are_a_second_time(self, client, assessment):
        client.force_login(somebody_who(Role.Kind.APPROVER, assessment))
        response = client.post(reverse("assessments:approve", args=[assessment.pk]), {"sharing": "only_us"})
        assert response.status_code == 302
        assessment.refresh_from_db()
        assert not assessment.is_signed_off

    def test_an_approver_needs_it_to_read_what_is_not_signed_off(self, client, assessment):
        client.force_login(somebody_who(Role.Kind.APPROVER, assessment))
        response = client.get(reverse("assessments:task_list", args=[assessment.pk]))
        assert response.url.startswith(reverse("accounts:second_check"))

    def test_an_approver_needs_it_to_open_it_again_too(self, client, assessment, lead):
        actions.sign_off(assessment, by=lead)
        client.force_login(somebody_who(Role.Kind.APPROVER, assessment))
        response = client.post(reverse("assessments:reopen", args=[assessment.pk]))
        assert response.url.startswith(reverse("accounts:second_check"))
        assessment.refresh_from_db()
        assert assessment.is_signed_off

    def test_it_is_opened_again(self, client, assessment, lead):
        actions.sign_off(assessment, by=lead)
        client.force_login(lead)
        client.post(reverse("assessments:reopen", args=[assessment.pk]))
        assessment.refresh_from_db()
        assert not assessment.is_signed_off

    def test_who_may_read_it_is_changed_and_shown(self, client, assessment, lead):
        client.force_login(lead)
        response = client.post(
            reverse("assessments:sharing", args=[assessment.pk]), {"sharing": "commissioners"}, follow=True
        )
        assert "Us and commissioners" in words_of(response)

    def test_a_choice_that_is_not_there_changes_nothing(self, client, assessment, lead):
        client.force_login(lead)
        client.post(reverse("assessments:sharing", args=[assessment.pk]), {"sharing": "the world"})
        assessment.refresh_from_db()
        assert assessment.sharing == Sharing.ONLY_US


class TestCarryingOn:
    def test_a_new_year_starts_from_these_answers(self, client, assessment, lead):
        AnswerFactory(assessment=assessment)
        client.force_login(lead)
        address = reverse("assessments:carry_on", args=[assessment.pk])
        client.post(address, {"edition": assessment.edition.pk, "year": YEAR + 1})
        assert Assessment.objects.get(year=YEAR + 1).carried_from == assessment

    def test_the_same_year_and_edition_is_refused_kindly(self, client, assessment, lead):
        client.force_login(lead)
        address = reverse("assessments:carry_on", args=[assessment.pk])
        page = client.post(address, {"edition": assessment.edition.pk, "year": YEAR})
        assert "You have this year already" in words_of(page)

    def test_an_edition_of_another_chapter_cannot_be_chosen(self, client, assessment, lead):
        client.force_login(lead)
        address = reverse("assessments:carry_on", args=[assessment.pk])
        client.post(address, {"edition": an_edition().pk, "year": YEAR + 1})
        assert Assessment.objects.count() == 1


class TestColleagues:
    def invite(self, client, assessment, **fields):
        address = reverse("assessments:invite_colleague", args=[assessment.pk])
        once = client.get(address).context["form"]["once"].value()
        sent = {"once": once, "email": "colleague@example.org", "kind": "colleague"} | fields
        return lambda: client.post(address, sent)

    def test_a_letter_goes_out_once(self, client, assessment, lead, django_capture_on_commit_callbacks):
        client.force_login(lead)
        press = self.invite(client, assessment)
        with django_capture_on_commit_callbacks(execute=True):
            press()
            press()
        assert [letter.to for letter in mail.outbox] == [["colleague@example.org"]]
        invitation = Invitation.objects.get()
        assert (invitation.kind, invitation.organisation) == (Role.Kind.COLLEAGUE, assessment.organisation)

    def test_nobody_is_made_coordinator_this_way(self, client, assessment, lead):
        client.force_login(lead)
        assert "Choose one of the answers" in words_of(self.invite(client, assessment, kind="coordinator")())
        assert not Invitation.objects.exists()

    def test_a_wrong_address_is_shown_again_with_what_to_do(self, client, assessment, lead):
        client.force_login(lead)
        page = self.invite(client, assessment, email="nonsense")()
        assert "Enter an e-mail address, such as name@example.org" in words_of(page)
        assert "nonsense" in page.content.decode()

    def test_the_lead_of_a_department_invites_to_that_department(self, client):
        assessment = AssessmentFactory(unit=UnitFactory())
        assessment.organisation = assessment.unit.organisation
        assessment.save()
        client.force_login(a_lead(assessment))
        self.invite(client, assessment)()
        assert Invitation.objects.get().unit == assessment.unit


class TestLeaving:
    def send(self, client, name, assessment, *args):
        return client.post(reverse(f"assessments:{name}", args=[assessment.pk, *args]), follow=True)

    def invited(self, assessment, lead, email="invited@example.org", **where):
        where = {"organisation": assessment.organisation, "unit": assessment.unit} | where
        partnership = assessment.organisation.partnership
        return invite(email, kind=Role.Kind.COLLEAGUE, partnership=partnership, by=lead, **where)

    def test_who_no_longer_works_here_reaches_nothing_and_what_they_wrote_stays(
        self, client, assessment, lead, colleague
    ):
        answer = AnswerFactory(assessment=assessment, saved_by=colleague)
        client.force_login(lead)
        page = self.send(client, "end_role", assessment, colleague.roles.get().pk)
        assert "Example Colleague reaches nothing here any more." in words_of(page)
        assert not Assessment.objects.own_to(colleague).exists()
        assert Answer.objects.filter(pk=answer.pk, saved_by=colleague).exists()
        assert Entry.objects.get(event="role.ended").actor == f"accounts.user:{lead.pk}"

    def test_somebody_has_to_lead(self, client, assessment, lead):
        client.force_login(lead)
        assert "Somebody has to lead here." in words_of(self.send(client, "end_role", assessment, lead.roles.get().pk))
        assert lead.roles.current().exists()

    def test_a_lead_leaves_once_there_is_another(self, client, assessment, lead):
        a_lead(assessment)
        client.force_login(lead)
        assert self.send(client, "end_role", assessment, lead.roles.get().pk).status_code == 200
        assert not lead.roles.current().exists()

    def test_the_lead_of_a_department_ends_nothing_of_the_whole_organisation(self, client):
        unit = UnitFactory()
        assessment = AssessmentFactory(organisation=unit.organisation, unit=unit)
        everywhere, there = a_colleague(assessment, everywhere=True), a_colleague(assessment)
        client.force_login(a_lead(assessment))
        page = client.get(reverse("assessments:invite_colleague", args=[assessment.pk]))
        assert words_of(page).count("No longer works here") == 2  # the department's colleague and lead
        assert self.send(client, "end_role", assessment, everywhere.roles.get().pk).status_code == 404
        assert self.send(client, "end_role", assessment, there.roles.get().pk).status_code == 200
        assert everywhere.roles.current().exists()

    def test_a_colleague_sends_nobody_away(self, client, assessment, lead, colleague):
        client.force_login(colleague)
        assert self.send(client, "end_role", assessment, lead.roles.get().pk).status_code == 404

    def test_an_invitation_is_taken_back(self, client, assessment, lead):
        client.force_login(lead)
        page = self.send(client, "take_back_invitation", assessment, self.invited(assessment, lead).pk)
        assert "Taken back." in words_of(page)
        assert "invited@example.org" not in words_of(page)
        assert not Invitation.objects.open().exists()

    def test_a_letter_goes_out_again_but_not_within_minutes(
        self, client, assessment, lead, django_capture_on_commit_callbacks
    ):
        client.force_login(lead)
        invitation = self.invited(assessment, lead)
        assert "Give it a little time." in words_of(self.send(client, "send_again", assessment, invitation.pk))
        Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(hours=1))
        with django_capture_on_commit_callbacks(execute=True):
            assert "new code is on its way" in words_of(self.send(client, "send_again", assessment, invitation.pk))
        assert [letter.to for letter in mail.outbox] == [["invited@example.org"]]

    @pytest.mark.parametrize("name", ["take_back_invitation", "send_again"])
    def test_an_invitation_of_another_place_is_not_found(self, client, assessment, lead, name):
        elsewhere = self.invited(assessment, lead, organisation=OrganisationFactory())
        client.force_login(lead)
        assert self.send(client, name, assessment, elsewhere.pk).status_code == 404


class TestSharingWhatWorks:
    def test_a_strength_is_offered_and_taken_back(self, client, assessment, lead):
        statement = statements_in(assessment)[0]
        client.force_login(lead)
        address = reverse("assessments:share_practice", args=[assessment.pk, statement.pk])
        client.post(address, {"text": "We phone first.", "how_to_ask": "", "sharing": "partnership"})
        practice = SharedPractice.objects.current().get()
        client.post(reverse("assessments:withdraw_practice", args=[assessment.pk, practice.pk]))
        assert not SharedPractice.objects.current().exists()

    def test_the_form_starts_from_what_the_answer_says(self, client, assessment, lead):
        answer = AnswerFactory(assessment=assessment, evidence="Art chosen together")
        client.force_login(lead)
        page = client.get(reverse("assessments:share_practice", args=[assessment.pk, answer.statement_id]))
        assert "Art chosen together" in page.content.decode()

    def test_nothing_leaves_without_words(self, client, assessment, lead):
        client.force_login(lead)
        address = reverse("assessments:share_practice", args=[assessment.pk, statements_in(assessment)[0].pk])
        client.post(address, {"text": "", "how_to_ask": "", "sharing": "everyone"})
        assert not SharedPractice.objects.exists()
