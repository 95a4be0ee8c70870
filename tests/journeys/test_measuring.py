"""From a service's own list of people to a finding, to a pledge in one click, to a reading that comes by itself."""

import csv
import random
import re

import pytest

from equity.cli import main
from hub.findings.models import Finding, Follow
from hub.findings.tests.factories import work
from hub.pledges.models import Pledge
from hub.submissions.models import DataRound, Submission
from tests.journeys.conftest import check

HEADINGS = ["client_id", "referral_date", "ethnicity", "sex", "completed", "notes"]


def a_list_of_people(path, *, people, days, gap=0.18):
    """Made-up clients. Fewer of those in group N finish."""
    chance = random.Random(3)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        for number in range(people):
            group = chance.choices(["A", "C", "N", "Not asked"], [60, 20, 15, 5])[0]
            done = chance.random() < (0.4 - gap * (group == "N"))
            writer.writerow([f"zq{number}", chance.choice(days), group, chance.choice("FM"), int(done), "zq notes"])
    return path


def press(window, name):
    with window.expect_navigation():
        window.get_by_role("button", name=name).first.click()


def look_over(window):
    press(window, "Look it over")
    window.get_by_role("heading", name="Look it over before you send it").wait_for()


def send(window):
    press(window, "Send these figures")
    window.get_by_text("Sealed:").wait_for()


class TestFromAListOfPeopleToAPledge:
    def test_counts_leave_the_machine_and_a_pledge_is_one_click_away(self, open_as, islington, tmp_path):
        a_few = a_list_of_people(tmp_path / "a-few.csv", people=400, days=["2025-05-06"])
        people = a_list_of_people(tmp_path / "people.csv", people=100_000, days=["2025-05-06", "2025-11-06"])
        window = open_as("lead", width=320)

        # The list itself is turned away.
        window.goto("/figures/")
        check(window)
        window.get_by_role("link", name="Send a file").click()
        window.get_by_label("Your file").set_input_files(a_few)
        press(window, "Look it over")
        window.get_by_text("This looks like a list of people").first.wait_for()
        assert "zq" not in window.content()
        assert not Submission.objects.filter(organisation__slug="example-counselling-project").exists()
        check(window)

        # Counts come in, are looked over and sent.
        assert main(["submit", str(people), "--out", str(tmp_path / "submission.json")]) == 0
        window.get_by_label("Your file").set_input_files(tmp_path / "submission.json")
        look_over(window)
        check(window)
        send(window)
        check(window)

        # The engine looks at them, and one click begins the pledge.
        work()
        window.goto("/findings/")
        check(window)
        own = Finding.objects.get(analysis__organisation__slug="example-counselling-project", measure="completion")
        window.goto(own.get_absolute_url())
        check(window)
        assert "African" in window.locator(".lede").inner_text()
        window.get_by_role("button", name="Make this a pledge").click()
        window.wait_for_url("**/pledges/*/")
        check(window)
        pledge = Pledge.objects.latest("pk")
        for answer in ("inequality", "action", "outcome", "knowing"):
            assert len(getattr(pledge.commitment, answer)) > 20
        assert pledge.sharing == "only_us"

        # The next figures add a reading by themselves.
        later = a_list_of_people(tmp_path / "later.csv", people=2500, days=["2026-05-06"], gap=0)
        assert main(["submit", str(later), "--out", str(tmp_path / "later.json")]) == 0
        window.goto("/figures/send/")
        window.get_by_label("Your file").set_input_files(tmp_path / "later.json")
        look_over(window)
        send(window)
        work()
        window.goto(pledge.get_absolute_url())
        assert window.get_by_text(re.compile("now, up from")).first.is_visible()
        follow = Follow.objects.get(measure__commitment=pledge.commitment)
        window.goto(f"/findings/follows/{follow.pk}/")
        check(window)
        assert "Up since the start, by more than chance." in window.locator(".lede").inner_text()

    def test_it_all_works_without_scripts(self, open_as, islington, tmp_path):
        window = open_as("lead", javascript=False)
        window.goto("/figures/type/")
        window.get_by_label("Which groups?").select_option("sex")
        press(window, "Open the table")
        window.get_by_text("Paste the table from Excel instead").click()
        window.get_by_label("Or paste the table from Excel").fill("Female\t12\t6\ttwo\nMale\t9\t6\t4")
        press(window, "Look it over")
        assert "Row 1, Finished" in window.locator(".govuk-error-summary").inner_text()
        window.get_by_label("Or paste the table from Excel").fill("Female\t12\t6\t2\nMale\t9\t6\t4")
        press(window, "Look it over")
        assert window.get_by_label("Female, Finished").input_value() == "2"
        look_over(window)
        press(window, "Take it back")
        window.get_by_text("Taken back.").wait_for()


class TestRunningARoundOfFigures:
    def test_a_coordinator_asks_and_sees_words_and_no_counts(self, open_as, islington):
        window = open_as("coordinator", width=320)
        window.goto("/figures/rounds/new/")
        check(window)
        window.get_by_label("What do you call it?").fill("Autumn figures")
        for part, value in {"Day": "31", "Month": "3", "Year": "2030"}.items():
            window.get_by_label(part, exact=True).fill(value)
        window.get_by_label("Example Counselling Project").first.check(force=True)
        press(window, "Ask them")
        window.get_by_role("heading", name="Autumn figures").wait_for()
        check(window)
        window.goto(DataRound.objects.order_by("pk").first().get_absolute_url())
        assert window.get_by_text("Nearly everybody’s is known").first.is_visible()
        check(window)
        assert window.goto(f"/figures/{Submission.objects.first().pk}/").status == 404


class TestPublishedFigures:
    @pytest.mark.parametrize("width", [320, 1280])
    def test_each_finding_is_without_fault(self, open_as, islington, width):
        window = open_as("department-lead", width=width)
        for finding in Finding.objects.filter(analysis__organisation=None):
            window.goto(finding.get_absolute_url())
            check(window)
        window.goto(f"/findings/follows/{Follow.objects.get().pk}/")
        check(window)
        assert "example" in window.locator("main").inner_text()

    def test_an_editor_changes_what_is_suggested(self, open_as, islington):
        window = open_as("editor", width=320)
        window.goto("/findings/suggestions/")
        check(window)
        press(window, re.compile("Suggest this no longer"))
        check(window)
