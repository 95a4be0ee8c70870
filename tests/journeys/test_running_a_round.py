"""A coordinator asks organisations to look at themselves, and sees how far they are."""

from django.core import mail

from hub.organisations.models import Invitation, Organisation
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
        window.get_by_role("button", name="Check the list").click()
        window.wait_for_load_state()
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
        window.get_by_role("button", name="Check the list").click()
        window.wait_for_load_state()
        check(window)
        before = len(mail.outbox)
        window.locator("main form .govuk-button").first.click()
        window.wait_for_load_state()
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
