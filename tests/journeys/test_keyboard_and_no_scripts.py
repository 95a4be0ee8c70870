"""An assessment and a pledge with the keyboard alone, and with scripts switched off."""

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

    def type(self, words):
        self.window.keyboard.type(words)


class TestTheKeyboardAlone:
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
        keys.tab_to("main button.govuk-button:not(.govuk-button--secondary)")
        keys.press("Enter")
        window.wait_for_load_state()
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
    def test_a_page_of_an_assessment_and_a_pledge_are_saved_with_their_buttons(self, open_as, islington):
        assessment = islington.under_way
        section = assessment.edition.areas.get(number=2).sections.all()[1]
        window = open_as("lead", javascript=False)
        window.goto(f"/assessments/{assessment.pk}/pages/{section.pk}/")
        for statement in section.statements.all():
            card = window.locator(f"#s{statement.pk}")
            card.locator("label", has_text="Started").first.click()
            card.locator("textarea").first.fill("Without scripts")
        window.locator("main button.govuk-button:not(.govuk-button--secondary)").last.click()
        current = assessment.answers.current().filter(statement__section=section)
        assert current.filter(stage="started", evidence="Without scripts").count() == section.statements.count()

        window.goto(f"/assessments/{islington.signed_off.pk}/results/")
        window.locator("a[href*='/pledges/new/?answer=']").first.click()
        window.get_by_label("What do you promise, in one line?").fill(TITLE)
        window.get_by_role("button", name="Save this pledge").click()
        pledge = Pledge.objects.get(commitment__title=TITLE)
        window.goto(f"/pledges/{pledge.pk}/update/")
        window.get_by_label("Started", exact=True).check(force=True)
        window.get_by_label("What happened?").fill("We moved the printer")
        window.get_by_role("button", name="Save this update").click()
        assert pledge.commitment.updates.get().happened == "We moved the printer"
