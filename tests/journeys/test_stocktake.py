"""A year of a programme: told by a coordinator, approved by two, read by a resident, taken to a board."""

from hub.stocktakes.models import Job, Stocktake
from hub.stocktakes.tests.factories import do_all
from tests.journeys.conftest import check

PUBLIC = "/islington/stocktakes/"


def press(window, name):
    with window.expect_navigation():
        window.get_by_role("button", name=name).first.click()


class TestAStocktake:
    def test_it_is_told_and_approved_by_two_and_then_everybody_reads_it(self, open_as, open_window, islington):
        coordinator, board = open_as("coordinator", width=320), open_as("board")
        written = Stocktake.objects.get(frozen_at=None)
        coordinator.goto("/stocktakes/")
        check(coordinator)
        coordinator.get_by_role("link", name=str(written.year), exact=True).click()
        check(coordinator)
        coordinator.get_by_role("link", name="Housing", exact=True).click()
        check(coordinator)
        coordinator.get_by_label("What we learned").fill("Nobody told us how it went")
        press(coordinator, "Save")
        coordinator.get_by_role("link", name="See how it will look").click()
        check(coordinator)
        for window in (coordinator, board):
            window.goto(written.get_absolute_url())
            window.get_by_label("I have read all of it").check(force=True)
            press(window, "Approve it")
        do_all()

        resident = open_window(width=320)
        written.refresh_from_db()
        resident.goto(PUBLIC)
        check(resident)
        assert written.frozen_at
        resident.get_by_role("link", name=f"Stocktake of {written.year}").click()
        resident.get_by_role("link", name="Housing", exact=True).click()
        assert resident.get_by_text("Nobody told us how it went").is_visible()
        check(resident)

        press_pack(coordinator, written)


def press_pack(window, stocktake):
    window.goto(stocktake.get_absolute_url())
    press(window, "Make a board pack")
    check(window)
    press(window, "Stop")
    assert window.get_by_text("It was stopped").is_visible()
    assert not Job.objects.under_way().exists()
