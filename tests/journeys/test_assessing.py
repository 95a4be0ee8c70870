"""Talking the toolkit through: several writers, several voices, last year's answers, a lost connection, paper."""

import re

import pytest

from hub.assessments.models import Answer, Assessment, SetAside, Voice
from hub.organisations.tests.factories import RoleFactory
from hub.toolkit.models import Feedback
from tests.journeys.conftest import check

LEAFLET = "A leaflet in simple words and pictures"
NEW_STATEMENT = "People can first get in touch"


def statement(window, words):
    return window.get_by_role("region", name=words)


def saved(window):
    return window.expect_response(lambda response: "/statements/" in response.url and response.request.method == "POST")


class TestAnsweringTogether:
    @pytest.fixture(autouse=True)
    def given_an_assessment_under_way(self, islington):
        self.islington, self.assessment = islington, islington.under_way
        self.section = self.assessment.edition.areas.get(number=2).sections.first()
        self.page = f"/assessments/{self.assessment.pk}/pages/{self.section.pk}/"

    def latest(self, words):
        return self.assessment.answers.current().get(statement__text__startswith=words)

    def test_words_are_saved_as_they_are_typed_and_the_cursor_stays_where_it_was(self, open_as):
        window = open_as("lead")
        window.goto(self.page)
        box = statement(window, NEW_STATEMENT).get_by_label("What shows this")
        box.click()
        with saved(window):
            box.press_sequentially("We began in May")
        assert self.latest(NEW_STATEMENT).evidence == "We began in May"
        assert box.evaluate("box => document.activeElement === box && box.selectionStart === box.value.length")
        with saved(window):
            box.press_sequentially(", with two phones")
        assert self.latest(NEW_STATEMENT).evidence == "We began in May, with two phones"
        check(window)

    def test_the_second_of_two_writers_sees_both_texts_and_loses_none(self, open_as):
        first, second = open_as("lead"), open_as("colleague")
        for window in (first, second):
            window.goto(self.page)
        with saved(first):
            statement(first, NEW_STATEMENT).get_by_label("What shows this").fill("What the first one wrote")
        with saved(second):
            statement(second, NEW_STATEMENT).get_by_label("What shows this").fill("What the second one wrote")
        second.get_by_role("link", name="See both side by side").first.wait_for()
        assert self.latest(NEW_STATEMENT).evidence == "What the first one wrote"
        assert SetAside.objects.get().evidence == "What the second one wrote"
        second.get_by_role("link", name="See both side by side").first.click()
        second.wait_for_url("**/two-texts/**")
        both = second.locator("main").inner_text() + " ".join(
            box.input_value() for box in second.locator("textarea").all()
        )
        assert "What the first one wrote" in both
        assert "What the second one wrote" in both
        check(second)

    def test_words_typed_without_a_connection_are_saved_when_it_is_back(self, open_as):
        window = open_as("lead")
        window.goto(self.page)
        window.context.set_offline(True)
        statement(window, NEW_STATEMENT).get_by_label("What shows this").fill("Typed on the train")
        window.get_by_text("Not saved yet").first.wait_for()
        with saved(window):
            window.context.set_offline(False)
        window.get_by_text("Not saved yet").first.wait_for(state="hidden")
        assert self.latest(NEW_STATEMENT).evidence == "Typed on the train"

    def test_last_years_answer_is_still_true_in_one_tap_and_a_changed_statement_shows_both_texts(self, open_as):
        window = open_as("lead", width=320, touch=True)
        window.goto(self.page)
        waiting = self.assessment.answers.current().filter(needs_review=True).count()
        changed = window.get_by_role("region").filter(has_text="The words have changed. Before, it said:").first
        assert changed.get_by_text(LEAFLET).first.is_visible()
        with saved(window):
            changed.get_by_text("Still true").first.click()
        assert self.assessment.answers.current().filter(needs_review=True).count() == waiting - 1
        check(window)

    def test_the_paper_workbook_has_room_to_write_and_a_code_that_leads_back(self, open_as):
        window = open_as("lead")
        window.goto(f"/assessments/{self.assessment.pk}/print/")
        assert window.locator("main svg[role=img], main .segno, main img[alt*=page]").count() >= 1
        assert window.get_by_text("Not yet").count() > 10
        check(window)
        assert len(window.pdf()) > 10_000


class TestVoices:
    @pytest.fixture(autouse=True)
    def given_an_assessment_under_way(self, islington):
        self.assessment = islington.under_way
        self.section = self.assessment.edition.areas.get(number=2).sections.first()

    def make_a_link(self, lead):
        lead.goto(f"/assessments/{self.assessment.pk}/links/new/?page={self.section.pk}")
        check(lead)
        lead.get_by_label("People who use the service").check(force=True)
        with lead.expect_navigation():
            lead.get_by_role("button", name="Make it").click()
        check(lead)
        return re.search(r"/voices/[\w-]+/", lead.content())[0]

    def test_somebody_without_an_account_says_what_they_think_and_only_the_lead_reads_it(self, open_as, open_window):
        lead = open_as("lead")
        link = self.make_a_link(lead)
        visitor = open_window(width=320, touch=True, javascript=False)
        visitor.goto(link)
        check_without_scripts(visitor)
        visitor.locator("main textarea").first.fill("The photo of the door helped me most")
        with visitor.expect_navigation():
            visitor.locator("main button[type=submit]").first.click()
        voice = Voice.objects.get(text="The photo of the door helped me most")
        visitor.goto(link)
        assert "The photo of the door helped me most" in visitor.content()
        stranger = open_window()
        stranger.goto(link)
        assert "The photo of the door helped me most" not in stranger.content()
        page = f"/assessments/{self.assessment.pk}/pages/{self.section.pk}/"
        lead.goto(page)
        assert "The photo of the door helped me most" in lead.content()
        colleague = open_as("colleague")
        colleague.goto(page)
        assert "The photo of the door helped me most" not in colleague.content()
        assert voice.contributor_id

    def test_a_link_that_was_stopped_opens_nothing_and_says_so_kindly(self, open_as, open_window):
        lead = open_as("lead")
        link = self.make_a_link(lead)
        lead.goto(f"/assessments/{self.assessment.pk}/links/")
        check(lead)
        with lead.expect_navigation():
            lead.get_by_role("button", name=re.compile("Stop")).first.click()
        visitor = open_window()
        visitor.goto(link)
        assert visitor.locator("main textarea").count() == 0
        check(visitor)

    def test_before_voices_are_shared_the_page_warns_that_people_could_be_recognised(self, open_as, open_window):
        lead = open_as("lead")
        link = self.make_a_link(lead)
        visitor = open_window()
        visitor.goto(link)
        visitor.locator("main textarea").first.fill("Only I say this")
        with visitor.expect_navigation():
            visitor.locator("main button[type=submit]").first.click()
        lead.goto(f"/assessments/{self.assessment.pk}/voices/")
        assert lead.get_by_text(re.compile("recognis")).first.is_visible()
        check(lead)


class TestFeedback:
    def test_what_people_say_about_a_statement_reaches_the_editors_beside_the_editions(self, open_as, islington):
        lead, editor = open_as("lead"), open_as("editor")
        lead.goto("/islington/toolkit/race-and-ethnicity/2/2.1/picture-leaflet/feedback/")
        check(lead)
        lead.locator("main textarea").fill("Say that a film can do it too")
        with lead.expect_navigation():
            lead.locator("main form button").first.click()
        assert Feedback.objects.filter(text="Say that a film can do it too").count() == 1
        editor.goto("/islington/toolkit/race-and-ethnicity/feedback/")
        assert editor.get_by_text("Say that a film can do it too").first.is_visible()
        check(editor)
        editor.goto("/islington/toolkit/race-and-ethnicity/changes/1/2/")
        assert editor.locator("ins").count() > 0
        assert editor.locator("del").count() > 0
        check(editor)


class TestResults:
    def test_results_show_strengths_gaps_and_years_without_a_score(self, open_as, islington):
        window = open_as("lead")
        window.goto(f"/assessments/{islington.signed_off.pk}/results/")
        check(window)
        words = window.locator("main").inner_text()
        assert "score" not in words.lower().replace("no score", "").replace("not a score", "")
        assert window.get_by_role("link", name="Make this a pledge").count() > 0
        assert not re.search(r"\b\d+ ?%", words)
        assert Answer.objects.filter(assessment=islington.signed_off).exists()

    @pytest.fixture
    def departments(self, islington):
        """Two departments of a trust, of which one has been at it for two years."""
        year = Assessment.objects.filter(organisation__slug="example-mental-health-trust", year=2026)
        return {assessment.unit.slug: assessment for assessment in year.select_related("unit", "organisation")}

    def test_the_lead_of_all_sees_departments_beside_each_other_and_this_year_beside_last(
        self, open_window, sign_in, departments
    ):
        therapies, north = departments["talking-therapies"], departments["community-team-north"]
        window = sign_in(open_window(), RoleFactory(organisation=therapies.organisation).user)
        window.goto(f"/assessments/{therapies.pk}/results/")
        check(window)
        for folded in ("Show 2025 and 2026", "Show them"):
            window.get_by_text(folded).click()
        check(window)
        beside = window.get_by_role("table", name="Departments beside each other")
        assert {therapies.unit.name, north.unit.name} <= set(beside.get_by_role("columnheader").all_inner_texts())
        years = window.get_by_role("table", name="This year beside the year before")
        assert years.get_by_role("columnheader").all_inner_texts()[1:] == ["2025", "2026"]
        assert years.get_by_role("rowheader").count() > 0
        assert not re.search(r"best|worst|rank|score", beside.inner_text(), re.IGNORECASE)

    def test_the_lead_of_one_department_sees_its_years_and_nothing_of_the_other(self, open_as, departments):
        window = open_as("department-lead", width=320)
        window.goto(f"/assessments/{departments['talking-therapies'].pk}/results/")
        window.get_by_text("Show 2025 and 2026").click()
        check(window)
        assert departments["community-team-north"].unit.name not in window.content()
        assert window.goto(f"/assessments/{departments['community-team-north'].pk}/results/").status == 404


def check_without_scripts(window):
    """axe is a script itself, so without scripts only the layout can be measured from outside."""
    box = window.locator("body").bounding_box()
    assert box["width"] <= window.viewport_size["width"]
    assert window.locator("h1").count() == 1
