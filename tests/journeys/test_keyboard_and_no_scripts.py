"""An assessment and a pledge with the keyboard alone, and with scripts switched off."""

import re

from hub.assessments.models import Assessment
from hub.pledges.models import Pledge
from tests.journeys.conftest import check

TITLE = "A quieter waiting room"
MOST_STEPS = 400


class Keyboard:
    """Moves as somebody does who has no mouse, and fails where the focus cannot be seen."""

    def __init__(self, window):
        self.window = window

    def focus_is(self, selector):
        return self.window.evaluate("selector => document.activeElement.matches(selector)", selector)

    def tab_to(self, selector):
        for _ in range(MOST_STEPS):
            self.window.keyboard.press("Tab")
            if self.focus_is(selector):
                assert self.focus_is(":focus-visible"), f"the focus on {selector} cannot be seen"
                return
        raise AssertionError(f"Tab never came to {selector}")

    def press(self, key):
        self.window.keyboard.press(key)

    def choose(self, name, words):
        """Go to a set of choices and on with the arrow until the right one is reached."""
        self.tab_to(f"input[name={name}]")
        choices = self.window.locator(f"input[name={name}]").count()
        for _ in range(choices):
            if words in self.window.evaluate("document.activeElement.labels[0].innerText"):
                self.press("Space")
                return
            self.press("ArrowDown")
        raise AssertionError(f"no choice of {name} says {words}")

    def go(self, selector):
        self.tab_to(selector)
        with self.window.expect_navigation(wait_until="networkidle"):
            self.press("Enter")

    def type(self, words):
        self.window.keyboard.type(words)


MAIN_BUTTON = "main button.govuk-button:not(.govuk-button--secondary)"
SHORT = re.compile("LGBTQI")


def statements_on(window):
    return [card.get_attribute("id") for card in window.locator("main section.answer").all()]


def the_short_assessment():
    return Assessment.objects.get(edition__chapter__slug="lgbtqi", organisation__slug="example-counselling-project")


def then_it_is_signed_off_with_results(window):
    assessment = the_short_assessment()
    assert assessment.is_signed_off
    assert window.url.endswith(f"/assessments/{assessment.pk}/results/")
    assert window.get_by_text("You talked through 18 points.").is_visible()
    assert assessment.answers.current().filter(stage="started").count() == 18


class TestTheKeyboardAlone:
    def test_completes_a_short_assessment_to_its_results(self, open_as):
        window = open_as("lead")
        keys = Keyboard(window)
        window.goto("/assessments/start/")
        keys.choose("edition", "LGBTQI")
        keys.choose("audience", "Both")
        keys.go(MAIN_BUTTON)
        for _page in range(4):
            for card in statements_on(window):
                keys.tab_to(f"#{card} input[type=radio]")
                keys.press("Space")
                keys.press("ArrowDown")
            keys.go("button[name=then][value=next]")
        check(window)
        keys.go("a[href$='/sign-off/']")
        keys.go(MAIN_BUTTON)
        then_it_is_signed_off_with_results(window)
        check(window)

    def test_completes_a_page_of_an_assessment(self, open_as, islington):
        assessment = islington.under_way
        section = assessment.edition.areas.get(number=2).sections.all()[1]
        window = open_as("lead")
        keys = Keyboard(window)
        window.goto(f"/assessments/{assessment.pk}/pages/{section.pk}/")
        keys.press("Tab")
        assert keys.focus_is(".govuk-skip-link")
        keys.press("Enter")
        for statement in section.statements.all():
            keys.tab_to(f"#s{statement.pk} input[type=radio]")
            keys.press("Space")
            keys.press("ArrowDown")
            keys.tab_to(f"#s{statement.pk} textarea")
            keys.type("By keyboard")
        keys.go(MAIN_BUTTON)
        current = assessment.answers.current().filter(statement__section=section)
        assert current.count() == section.statements.count()
        assert all(answer.stage and answer.evidence.endswith("By keyboard") for answer in current)

    def test_completes_a_pledge(self, open_as, islington):
        window = open_as("lead")
        keys = Keyboard(window)
        window.goto(f"/assessments/{islington.signed_off.pk}/results/")
        keys.tab_to("a[href*='/pledges/new/?answer=']")
        keys.press("Enter")
        window.wait_for_url("**/pledges/new/**")
        keys.tab_to("input[name=title]")
        keys.press("Control+a")
        keys.type(TITLE)
        keys.press("Enter")
        window.wait_for_url(lambda url: "/new/" not in url)
        assert Pledge.objects.get(commitment__title=TITLE).commitment.knowing
        check(window)


class TestWithoutScripts:
    def test_a_short_assessment_is_completed_to_its_results(self, open_as):
        window = open_as("lead", javascript=False)
        window.goto("/assessments/start/")
        window.get_by_label(SHORT).first.check(force=True)
        window.get_by_label("Both", exact=True).check(force=True)
        window.get_by_role("button", name="Start").click()
        for _page in range(4):
            for card in statements_on(window):
                window.locator(f"#{card}").locator("label", has_text="Started").first.click()
            window.locator("button[name=then][value=next]").click()
        window.get_by_role("link", name="Sign off").first.click()
        with window.expect_navigation():
            window.get_by_role("button", name="Sign off").click()
        then_it_is_signed_off_with_results(window)

    def test_a_page_of_an_assessment_and_a_pledge_are_saved_with_their_buttons(self, open_as, islington):
        assessment = islington.under_way
        section = assessment.edition.areas.get(number=2).sections.all()[1]
        window = open_as("lead", javascript=False)
        window.goto(f"/assessments/{assessment.pk}/pages/{section.pk}/")
        for statement in section.statements.all():
            card = window.locator(f"#s{statement.pk}")
            card.locator("label", has_text="Started").first.click()
            card.locator("textarea").first.fill("Without scripts")
        with window.expect_navigation():
            window.locator("main button.govuk-button:not(.govuk-button--secondary)").last.click()
        current = assessment.answers.current().filter(statement__section=section)
        assert current.filter(stage="started", evidence="Without scripts").count() == section.statements.count()

        window.goto(f"/assessments/{islington.signed_off.pk}/results/")
        window.locator("a[href*='/pledges/new/?answer=']").first.click()
        window.get_by_label("What do you promise, in one line?").fill(TITLE)
        with window.expect_navigation():
            window.get_by_role("button", name="Save this pledge").click()
        pledge = Pledge.objects.get(commitment__title=TITLE)
        window.goto(f"/pledges/{pledge.pk}/update/")
        window.get_by_label("Started", exact=True).check(force=True)
        window.get_by_label("What happened?").fill("We moved the printer")
        with window.expect_navigation():
            window.get_by_role("button", name="Save this update").click()
        assert pledge.commitment.updates.get().happened == "We moved the printer"
