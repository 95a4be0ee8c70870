"""From the invitation to the first saved answer, and how people come back."""

import re

import pytest
from django.core import mail

from hub.assessments.models import Answer
from hub.organisations import actions
from hub.organisations.models import Role
from tests.journeys.conftest import check, code_in_the_last_mail

NEWCOMER = "newcomer@charity.example"


class TestJoining:
    @pytest.fixture(autouse=True)
    def given_an_invitation(self, islington, live_server):
        self.islington = islington
        self.section = islington.under_way.edition.areas.get(number=2).sections.first()
        actions.invite(
            email=NEWCOMER,
            kind=Role.Kind.COLLEAGUE,
            partnership=islington.under_way.organisation.partnership,
            organisation=islington.under_way.organisation,
            by=islington.person("lead"),
            next_url=f"/assessments/{islington.under_way.pk}/pages/{self.section.pk}/",
        )
        self.link = re.search(r"https?://[^/\s]+(/join/\S+)", mail.outbox[-1].body)[1]

    def test_on_a_phone_there_are_at_most_three_screens_to_the_first_saved_answer(self, open_window):
        window = open_window(width=320, touch=True)
        screens = []
        window.on("framenavigated", lambda frame: screens.append(frame.url))
        window.goto(self.link)
        check(window)
        window.get_by_label("code").fill(code_in_the_last_mail())
        window.get_by_role("button", name="Join and start").click()
        window.wait_for_url("**/pages/**")
        before = Answer.objects.filter(saved_by__email=NEWCOMER).count()
        statement = window.get_by_role("region", name="People can first get in touch")
        with window.expect_response("**/statements/**"):
            statement.locator("label", has_text="Started").click()
        assert before == 0
        assert Answer.objects.filter(saved_by__email=NEWCOMER, stage="started").count() == 1
        assert len(set(screens)) <= 3, screens

    def test_opening_the_link_changes_nothing_until_somebody_types_the_code(self, open_window):
        for _ in range(3):
            open_window().goto(self.link)
        assert not Role.objects.filter(user__email=NEWCOMER).exists()

    def test_a_wrong_code_gets_a_sentence_beside_the_box_and_a_new_code_can_be_asked_for(self, window):
        window.goto(self.link)
        window.get_by_label("code").fill("AAAA-AAAA")
        window.get_by_role("button", name="Join and start").click()
        assert window.locator(".govuk-error-summary").is_visible()
        check(window)
        assert not Role.objects.filter(user__email=NEWCOMER).exists()


class TestComingBack:
    def test_a_code_by_e_mail_lets_somebody_in_without_a_password(self, islington, window):
        window.goto("/accounts/sign-in/")
        check(window)
        assert window.locator("input[type=password]").count() == 0
        window.get_by_label("E-mail address").fill(islington.person("lead").email)
        window.get_by_role("button", name="Send me a code").click()
        window.wait_for_url("**/code/**")
        check(window)
        window.locator("main input[name=code]").fill(code_in_the_last_mail())
        window.locator("main form").first.get_by_role("button").first.click()
        window.wait_for_url("**/our-year/**")

    def test_a_passkey_is_a_second_way_in(self, islington, open_as, live_server, settings):
        settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
        window = open_as("lead")
        devtools = window.context.new_cdp_session(window)
        devtools.send("WebAuthn.enable")
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                }
            },
        )
        window.goto("/accounts/sign-out/")
        window.locator("main form").get_by_role("button").click()
        window.goto("/accounts/sign-in/?next=/accounts/security/passkeys/add/")
        window.get_by_label("E-mail address").fill(islington.person("lead").email)
        window.get_by_role("button", name="Send me a code").click()
        window.wait_for_url("**/code/**")
        window.locator("main input[name=code]").fill(code_in_the_last_mail())
        window.locator("main form").first.get_by_role("button").first.click()
        window.wait_for_url("**/passkeys/add/**")
        check(window)
        window.get_by_label("name").fill("My phone")
        window.locator("main form").get_by_role("button").first.click()
        window.wait_for_url(lambda url: "passkeys/add" not in url)
        window.goto("/accounts/security/")
        assert window.get_by_text("My phone").first.is_visible()
        window.goto("/accounts/sign-out/")
        window.locator("main form").get_by_role("button").click()
        window.goto("/accounts/sign-in/")
        window.get_by_role("button", name="Sign in with a passkey").click()
        window.wait_for_url("**/our-year/**")
