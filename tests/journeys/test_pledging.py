"""From a gap to a pledge, to an update, to an ask, to thanks, to the public page."""

import json
import re
from urllib.request import urlopen

import pytest

from hub.commitments.models import Ask, OfferStep, Update
from hub.pledges.models import Pledge, Publication
from tests.journeys.conftest import check

TITLE = "A leaflet that anybody can read"


def press(window, name):
    with window.expect_navigation():
        window.get_by_role("button", name=name).first.click()


class TestFromAGapToAPledge:
    def test_one_click_on_a_gap_gives_a_pledge_whose_four_questions_are_begun(self, open_as, islington):
        window = open_as("lead", width=320, touch=True)
        window.goto(f"/assessments/{islington.signed_off.pk}/results/")
        window.get_by_role("link", name=re.compile("^Make this a pledge")).first.click()
        window.wait_for_url("**/pledges/new/**")
        check(window)
        for question in (
            "What is unfair now?",
            "What will we do?",
            "What do we want to come of it?",
            "How will we know?",
        ):
            assert len(window.get_by_label(question).input_value()) > 20
        window.get_by_label("What do you promise, in one line?").fill(TITLE)
        press(window, "Save this pledge")
        pledge = Pledge.objects.get(commitment__title=TITLE)
        assert pledge.from_answer.assessment == islington.signed_off
        assert pledge.commitment.statements.count() == 1
        assert pledge.sharing == "only_us"
        check(window)

    def test_a_wrong_date_gets_a_sentence_beside_the_field_and_nothing_typed_is_lost(self, open_as, islington):
        window = open_as("lead")
        window.goto("/pledges/new/")
        window.get_by_label("What do you promise, in one line?").fill(TITLE)
        window.get_by_label("What is unfair now?").fill("Long words keep people away")
        for part, value in {"Day": "31", "Month": "2", "Year": "2027"}.items():
            window.get_by_label(part, exact=True).first.fill(value)
        press(window, "Save this pledge")
        assert window.locator(".govuk-error-summary").is_visible()
        assert window.get_by_label("What is unfair now?").input_value() == "Long words keep people away"
        check(window)
        assert not Pledge.objects.filter(commitment__title=TITLE).exists()


class TestReportingAndAsking:
    def test_being_stuck_asks_what_would_help_and_the_group_answers_until_there_are_thanks(self, open_as, islington):
        lead, other = open_as("lead"), open_as("lead-of-youth-yard")
        pledge = islington.stuck_pledge
        lead.goto(f"/pledges/{pledge.pk}/update/")
        check(lead)
        lead.get_by_label("Stuck", exact=True).check(force=True)
        press(lead, "Save this update")
        assert lead.locator(".govuk-error-summary").is_visible()
        lead.get_by_label("What would help?").fill("Somebody who knows a quiet room")
        lead.get_by_label("Ask the group for this now").check(force=True)
        lead.get_by_label("What happened?").fill("The library said no")
        press(lead, "Save this update")
        assert Update.objects.filter(commitment=pledge.commitment, happened="The library said no").count() == 1
        ask = Ask.objects.get(text="Somebody who knows a quiet room")

        other.goto(f"/asks/{ask.pk}/")
        check(other)
        other.get_by_role("link", name="Offer help").click()
        other.locator("main textarea").first.fill("Our back room, on Mondays")
        press(other, re.compile("Offer|Send|Save"))

        lead.goto(f"/asks/{ask.pk}/")
        assert lead.get_by_text("Our back room, on Mondays").first.is_visible()
        check(lead)
        offer = ask.offers.get()
        lead.goto(f"/asks/offers/{offer.pk}/accepted/")
        with lead.expect_navigation():
            lead.locator("main form .govuk-button").first.click()
        lead.goto(f"/asks/offers/{offer.pk}/thanked/")
        check(lead)
        lead.locator("main textarea").first.fill("Six people came who had not come before")
        with lead.expect_navigation():
            lead.locator("main form .govuk-button").first.click()
        assert list(OfferStep.objects.filter(offer=offer).order_by("made_at").values_list("step", flat=True)) == [
            "accepted",
            "thanked",
        ]

    def test_a_correction_is_a_new_fact_and_both_stay_to_be_seen(self, open_as, islington):
        lead = open_as("lead")
        pledge = Pledge.objects.get(commitment__title__startswith="An interpreter at the first visit")
        wrong = pledge.commitment.updates.order_by("made_at").first()
        before = pledge.commitment.updates.count()
        lead.goto(f"/pledges/{pledge.pk}/updates/{wrong.pk}/correct/")
        check(lead)
        lead.get_by_label("What happened?").fill("Put right afterwards")
        with lead.expect_navigation():
            lead.locator("main form .govuk-button").first.click()
        assert pledge.commitment.updates.count() == before + 1
        assert Update.objects.get(happened="Put right afterwards").corrects == wrong
        lead.goto(f"/pledges/{pledge.pk}/")
        assert "Put right afterwards" in lead.content()
        assert wrong.happened in lead.content()
        check(lead)


class TestMeasuring:
    NAME = "Pairs of mentors that meet"

    def test_a_measure_with_a_start_and_a_target_shows_each_change_in_words_and_in_a_table(self, open_as, islington):
        window = open_as("lead")
        pledge = islington.stuck_pledge
        self.when_a_measure_is_added(window, pledge)
        measure = pledge.commitment.measures.get(name=self.NAME)
        self.then_a_changed_target_keeps_the_old_one_in_sight(window, pledge, measure)
        self.then_new_figures_are_in_the_picture_its_words_and_its_table(window, pledge, measure)

    def when_a_measure_is_added(self, window, pledge):
        window.goto(f"/pledges/{pledge.pk}/measures/new/")
        check(window)
        window.locator("input[name=kind][value=number]").check(force=True)
        press(window, "Go on")
        check(window)
        window.get_by_label("What do you count?").fill(self.NAME)
        window.get_by_label("In what?").fill("pairs")
        window.locator("input[name=counting][value=things]").check(force=True)
        window.locator("[name=start_value]").fill("4")
        fill_date(window, "start_on", "1", "9", "2026")
        window.locator("[name=target_value]").fill("20")
        fill_date(window, "target_by", "31", "3", "2027")
        press(window, "Save this measure")
        assert re.search("Target: 20.* by 31 March 2027", self.shown(window).inner_text())
        check(window)

    def then_a_changed_target_keeps_the_old_one_in_sight(self, window, pledge, measure):
        window.goto(f"/pledges/{pledge.pk}/measures/{measure.pk}/target/")
        check(window)
        window.locator("[name=value]").fill("12")
        fill_date(window, "by", "31", "3", "2027")
        window.get_by_label("Why does it change?").fill("Two mentors moved away")
        press(window, "Save the target")
        words = self.shown(window).inner_text()
        assert re.search("Target: 12.* by 31 March 2027", words)
        assert re.search("Until .* the target was: 20", words)
        assert "Two mentors moved away" in words
        assert measure.targets.count() == 2

    def then_new_figures_are_in_the_picture_its_words_and_its_table(self, window, pledge, measure):
        window.goto(f"/pledges/{pledge.pk}/measures/{measure.pk}/reading/")
        check(window)
        window.get_by_label("What is the number?").fill("9")
        fill_date(window, f"measure{measure.pk}-on", "1", "11", "2026")
        window.get_by_label("Where does it come from?").fill("The mentors' diary")
        press(window, "Save")
        shown = self.shown(window)
        picture = shown.locator("svg[role=img]").get_attribute("aria-label")
        assert "4" in picture
        assert "9" in picture
        assert shown.locator("svg circle.dot").count() >= 2
        shown.get_by_text("The same as a table").click()
        rows = shown.get_by_role("table").get_by_role("row").all_inner_texts()
        assert any("1 Sep 2026 (start)" in row and "4" in row for row in rows)
        assert any("1 Nov 2026" in row and "9" in row for row in rows)
        assert any("Target" in row and "12" in row for row in rows)
        assert "The mentors' diary" in shown.get_by_role("table").inner_text()
        check(window)

    def shown(self, window):
        return window.locator("figure.chart", has_text=self.NAME)


def fill_date(window, name, *parts):
    for part, value in zip(("day", "month", "year"), parts, strict=True):
        window.locator(f"[name={name}-{part}]").fill(value)


class TestPublishing:
    @pytest.fixture
    def pledge(self, islington):
        return islington.stuck_pledge

    def test_with_consent_a_pledge_appears_for_everybody_and_in_the_open_data(
        self, open_as, open_window, pledge, live_server
    ):
        resident = open_window(width=320)
        resident.goto("/islington/pledges/")
        assert pledge.commitment.title not in resident.content()
        approver = open_as("approver")
        approver.goto(f"/pledges/{pledge.pk}/publish/")
        check(approver)
        approver.get_by_label("Everyone").check(force=True)
        press(approver, "Save")
        assert Publication.objects.filter(pledge=pledge, sharing="everyone").count() == 0, "consent was not asked for"
        approver.get_by_label(re.compile("^Yes, our organisation agrees")).check(force=True)
        press(approver, "Save")
        assert Publication.objects.filter(pledge=pledge, sharing="everyone").count() == 1

        resident.goto(f"/islington/pledges/{pledge.public_id}/")
        assert resident.locator("h1").inner_text().replace("\n", " ").startswith("Meet people in places")
        check(resident)
        with urlopen(f"{live_server.url}/open-data/islington/pledges.json") as answer:
            published = json.load(answer)
        assert str(pledge.public_id) in json.dumps(published)
        assert "@" not in json.dumps(published)

    def test_a_pledge_that_is_taken_back_leaves_a_notice_at_its_address(self, open_as, open_window, islington):
        pledge = Pledge.objects.get(commitment__title__startswith="An interpreter at the first visit")
        approver, resident = open_as("approver"), open_window()
        approver.goto(f"/pledges/{pledge.pk}/publish/")
        approver.get_by_label("Only us").check(force=True)
        press(approver, "Save")
        answer = resident.goto(f"/islington/pledges/{pledge.public_id}/")
        assert answer.status == 410
        assert pledge.commitment.inequality not in resident.content()
        check(resident)

    def test_a_real_pledge_says_what_its_source_does_not_state(self, open_window, islington):
        resident = open_window()
        pledge = Pledge.objects.filter(organisation__name="Healthwatch Islington").first()
        resident.goto(f"/islington/pledges/{pledge.public_id}/")
        assert resident.get_by_text(re.compile("not stated in the source", re.IGNORECASE)).count() > 0
        check(resident)
