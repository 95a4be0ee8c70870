"""A strategy: read by a resident, reported on by an owner, questioned by the board, built by a coordinator."""

from django.core.files.base import ContentFile

from hub.commitments.models import Update
from hub.programme.models import Action, Challenge, Programme, ServiceArea
from tests.journeys.conftest import check

HOME = "/islington/programmes/challenging-inequality/"
SHEET = """What,Title,Area,Strand,By when
strand,As a neighbour,,,
area,Libraries,,As a neighbour,
action,Open on Sundays,Libraries,,31/3/2027
"""


def press(window, name):
    with window.expect_navigation():
        window.get_by_role("button", name=name).first.click()


def own_action():
    return Action.objects.get(key="leisure-reaches-further")


class TestReading:
    def test_a_resident_finds_all_of_the_strategy_and_what_nobody_has_reported(self, open_window, islington):
        window = open_window(width=320)
        window.goto("/islington/")
        window.get_by_role("link", name="Challenging Inequality").click()
        check(window)
        for words in ("All 48 actions", "All 34 key targets", "All 35 outcomes"):
            assert window.get_by_role("link", name=words).is_visible()
        window.get_by_role("link", name="Strategic leader", exact=True).click()
        check(window)
        window.get_by_role("link", name="Let community groups shape the programme").click()
        check(window)
        assert window.get_by_text("Not reported yet").first.is_visible()
        window.get_by_text("How we work out where an action stands").click()
        assert window.get_by_text("Nobody types it in.").is_visible()

    def test_without_scripts_the_list_is_narrowed_all_the_same(self, open_window, islington):
        window = open_window(javascript=False)
        window.goto(HOME + "actions/")
        window.get_by_label("Area").select_option("housing")
        press(window, "Show these")
        assert window.get_by_role("heading", name="6 actions").is_visible()


class TestReportingAndAsking:
    def test_the_owner_reports_in_a_minute_and_the_board_asks_until_it_is_answered(self, open_as, islington):
        owner, board = open_as("council-lead", width=320, touch=True), open_as("board")
        action = own_action()
        owner.goto("/programme/")
        check(owner)
        owner.goto(f"/programme/actions/{action.pk}/report/")
        check(owner)
        owner.get_by_label("Moving", exact=True).check(force=True)
        owner.get_by_label("What happened?").fill("The card is at every desk")
        press(owner, "Save this update")
        assert Update.objects.filter(commitment=action.commitment, happened="The card is at every desk").exists()
        assert owner.get_by_text("On course").first.is_visible()

        board.goto(f"/programme/actions/{action.pk}/")
        check(board)
        board.get_by_role("link", name="Ask a question").click()
        board.get_by_label("What do you want to know?").fill("Who still stays away?")
        press(board, "Ask this")
        question = Challenge.objects.get(words="Who still stays away?")

        owner.goto("/programme/")
        owner.get_by_role("link", name="Who still stays away?").first.click()
        check(owner)
        owner.get_by_label("What do you say?").fill("People over 80. We ask them next")
        press(owner, "Send this answer")

        board.goto(f"/programme/questions/{question.pk}/")
        assert board.get_by_text("People over 80. We ask them next").is_visible()
        press(board, "It is answered")
        check(board)
        question.refresh_from_db()
        assert question.closed_at


class TestBuilding:
    def test_a_sheet_with_a_mistake_saves_nothing_and_a_right_one_is_shown_first(self, open_as, islington):
        window = open_as("coordinator")
        programme = Programme.objects.get()
        window.goto(f"/programme/{programme.pk}/build/")
        check(window)
        window.get_by_role("link", name="Send a spreadsheet").click()
        for text in (SHEET.replace("31/3/2027", "31/2/2027"), SHEET):
            assert not ServiceArea.objects.filter(title="Libraries").exists()
            file = {"name": "plan.csv", "mimeType": "text/csv", "buffer": ContentFile(text.encode()).read()}
            window.get_by_label("Your sheet").set_input_files(file)
            press(window, "Look at this sheet")
            check(window)
        press(window, "Yes, do this")
        assert ServiceArea.objects.filter(title="Libraries").exists()
        window.get_by_role("link", name="Libraries").click()
        check(window)
        window.get_by_role("link", name="Open on Sundays", exact=True).click()
        check(window)
