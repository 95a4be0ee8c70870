"""The page itself: how it is displayed, and what it keeps when the connection is lost."""

import pytest

from hub.accounts.tests.factories import UserFactory
from tests.journeys.conftest import check

pytestmark = pytest.mark.django_db(transaction=True)


class TestWordsSurviveALostConnection:
    @pytest.fixture(autouse=True)
    def a_page_with_a_form(self, settings):
        settings.ROOT_URLCONF = "tests.journeys.page_to_try"
        from tests.journeys.page_to_try import saved

        saved.clear()
        self.saved = saved

    def test_given_no_connection_when_somebody_types_then_the_page_says_so_and_saves_once_it_is_back(self, window):
        window.goto("/try/")
        window.context.set_offline(True)
        window.get_by_label("Words").fill("What we talked about")
        window.get_by_role("alert").get_by_text("Not saved yet").wait_for()
        assert self.saved == []
        window.context.set_offline(False)
        window.get_by_text("Not saved yet").wait_for(state="hidden")
        assert self.saved == ["What we talked about"]

    def test_given_words_kept_on_the_device_when_the_page_is_opened_again_then_they_are_back_and_saved(self, window):
        window.goto("/try/")
        window.route("**/try/save/", lambda route: route.abort("internetdisconnected"))
        window.get_by_label("Words").fill("Kept")
        window.get_by_role("alert").get_by_text("Not saved yet").wait_for()
        window.unroute("**/try/save/")
        window.goto("/try/")
        assert window.get_by_label("Words").input_value() == "Kept"
        window.get_by_text("These words were kept").wait_for(state="hidden")
        assert self.saved == ["Kept"]

    def test_given_words_on_their_way_when_the_whole_page_is_sent_then_the_newer_ones_come_last(self, window):
        window.goto("/try/parts/")
        with window.expect_request("**/try/slow/"):
            window.get_by_label("Words").fill("Older")
        with window.expect_navigation():
            window.get_by_role("button", name="Save").click()
        assert self.saved == ["part: Older", "whole: Older"]

    @pytest.fixture
    def shared_computer(self, window, sign_in):
        """Somebody is signed in, and their words could not be sent."""
        sign_in(window, UserFactory())
        window.goto("/try/")
        window.route("**/try/save/", lambda route: route.abort("internetdisconnected"))
        window.get_by_label("Words").fill("Mine alone")
        window.get_by_role("alert").get_by_text("Not saved yet").wait_for()
        window.unroute("**/try/save/")
        return window

    def test_given_unsent_words_when_a_colleague_signs_in_then_they_neither_see_nor_send_them(
        self, shared_computer, sign_in
    ):
        sign_in(shared_computer, UserFactory()).goto("/try/")
        shared_computer.wait_for_load_state("networkidle")
        assert shared_computer.get_by_label("Words").input_value() == ""
        assert self.saved == []

    def test_given_unsent_words_when_somebody_signs_out_then_they_are_off_the_device(self, shared_computer):
        assert shared_computer.evaluate("localStorage.length") == 1
        shared_computer.goto("/accounts/sign-out/")
        shared_computer.get_by_role("button", name="Sign out").click()
        shared_computer.wait_for_url(lambda address: "sign-out" not in address)
        assert shared_computer.evaluate("localStorage.length") == 0

    def test_given_a_connection_when_words_are_saved_then_nothing_is_announced_or_kept(self, window):
        window.goto("/try/")
        with window.expect_response("**/try/save/"):
            window.get_by_label("Words").fill("Saved")
        assert window.get_by_role("alert").count() == 0
        assert window.evaluate("localStorage.length") == 0

    def test_a_button_that_needs_a_script_is_shown_only_with_one(self, open_window):
        with_script, without = open_window(), open_window(javascript=False)
        for window in (with_script, without):
            window.goto("/try/")
        assert with_script.get_by_role("button", name="Copy link").is_visible()
        assert not without.get_by_role("button", name="Copy link").is_visible()


class TestDisplay:
    def test_given_a_page_when_somebody_chooses_dark_large_and_arabic_then_every_page_follows(self, window):
        window.goto("/display/")
        window.get_by_label("العربيّة").check()
        window.locator("[name=theme][value=dark]").check()
        window.locator("[name=size][value=large]").check()
        window.locator("main button[type=submit]").click()
        window.goto("/display/")
        assert window.locator("html[lang=ar][dir=rtl][data-theme=dark][data-size=large]").count() == 1
        check(window)

    @pytest.mark.parametrize("width", [320, 1280])
    @pytest.mark.parametrize("theme", ["light", "dark", "high"])
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_the_page_has_no_fault_in_any_colours_width_or_direction(self, open_window, width, theme, language):
        window = open_window(width=width, language=language)
        window.goto("/display/")
        window.locator(f"[name=theme][value={theme}]").check()
        window.locator("main button[type=submit]").click()
        window.goto("/display/?back=/display/")
        assert window.locator(f"html[data-theme={theme}]").count() == 1
        check(window)

    def test_given_a_wrong_choice_when_it_is_sent_then_the_summary_has_the_focus_and_leads_to_the_field(self, window):
        window.goto("/display/")
        window.locator("[name=language]").first.evaluate("choice => choice.value = 'nobody'")
        window.locator("[name=language]").first.check()
        window.locator("main button[type=submit]").click()
        window.wait_for_function("document.activeElement.classList.contains('govuk-error-summary')")
        window.get_by_role("link", name="Choose one of the answers on the list").click()
        assert window.evaluate("document.activeElement.id") == "id_language"
        check(window)

    def test_the_page_works_without_scripts(self, open_window):
        window = open_window(javascript=False)
        window.goto("/display/")
        window.locator("[name=theme][value=high]").check()
        window.locator("main button[type=submit]").click()
        window.goto("/display/")
        assert window.locator("html[data-theme=high]").count() == 1

    def test_on_paper_there_are_no_menus_and_the_words_are_black(self, window):
        window.goto("/display/")
        window.emulate_media(media="print", color_scheme="dark")
        assert not window.locator(".foot").is_visible()
        assert window.locator("h1").evaluate("title => getComputedStyle(title).color") == "rgb(0, 0, 0)"
        assert window.locator("body").evaluate("page => getComputedStyle(page).backgroundColor") == "rgb(255, 255, 255)"

    def test_large_print_is_at_least_eighteen_points(self, window):
        window.goto("/display/?print=large")
        window.emulate_media(media="print")
        pixels = window.locator("main .govuk-body").first.evaluate(
            "words => parseFloat(getComputedStyle(words).fontSize)"
        )
        assert pixels * 72 / 96 >= 18
