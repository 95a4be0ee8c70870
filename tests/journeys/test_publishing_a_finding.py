"""A finding is asked for, approved by two, read by a resident, and taken back."""

from hub.findings.models import Finding, Release
from hub.findings.tests.factories import work
from tests.journeys.conftest import check


def press(window, name):
    with window.expect_navigation():
        window.get_by_role("button", name=name).first.click()


class TestPublishingAFinding:
    def test_two_approve_a_resident_reads_and_it_is_taken_back(self, open_as, open_window, islington):
        asker = open_as("analyst", width=320)
        finding = Finding.objects.get(
            analysis__organisation=None, measure="completeness", code__startswith="completeness"
        )
        asker.goto(finding.get_absolute_url())
        asker.get_by_role("link", name="Ask to publish this finding").click()
        check(asker)
        press(asker, "Ask to publish it")
        check(asker)
        work()
        release = Release.objects.latest("pk")

        for slug in ("coordinator", "approver"):
            window = open_as(slug, width=320)
            window.goto("/findings/releases/")
            check(window)
            window.goto(release.get_absolute_url())
            check(window)
            press(window, "Approve it")

        resident = open_window(width=320)
        resident.goto("/")
        resident.get_by_role("link", name="All findings").click()
        check(resident)
        resident.goto(release.public_address)
        check(resident)
        assert "Open Government Licence" in resident.locator("main").inner_text()

        asker.goto(f"{release.get_absolute_url()}withdraw/")
        check(asker)
        asker.get_by_label("Why?").fill("The publisher has put out a newer year.")
        press(asker, "Take it back")
        other = open_window(width=320)  # A browser may show its own copy for half a minute.
        assert other.goto(release.public_address).status == 410
        check(other)
        assert "a newer year" in other.locator("main").inner_text()
