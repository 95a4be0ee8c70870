"""A coordinator gives the partnership its own colours and logo, and residents see them."""

import pytest

from hub.organisations.tests.factories import a_png
from tests.journeys.conftest import check

GREEN, IN_DARK = "rgb(15, 76, 58)", "rgb(10, 53, 41)"
LOOK = "/partnership/islington/look/"


def colour_of(window, selector):
    return window.locator(selector).first.evaluate("element => getComputedStyle(element).backgroundColor")


def choose(window, brand="#0f4c3a", action="#7a2048"):
    window.get_by_label("Colour of panels and of the line of beads").fill(brand)
    window.get_by_label("Colour of the main button").fill(action)


def press(window, name):
    with window.expect_navigation():
        window.get_by_role("button", name=name).click()


@pytest.mark.parametrize(("width", "scheme", "colour"), [(320, "light", GREEN), (1280, "dark", IN_DARK)])
def test_colours_are_tried_on_then_saved_and_worn_by_every_page(open_as, open_window, width, scheme, colour):
    coordinator = open_as("coordinator", width=width, scheme=scheme)
    coordinator.goto("/rounds/")
    coordinator.get_by_role("link", name="How Progressing Equality in Islington looks").click()
    check(coordinator)
    choose(coordinator)
    press(coordinator, "Try it on first")
    check(coordinator)
    assert {colour_of(coordinator, name) for name in (".line", ".open")} == {colour}
    press(coordinator, "Save")
    check(coordinator)
    assert colour_of(coordinator, ".line") == colour
    resident = open_window(width=width, scheme=scheme)
    resident.goto("/")
    check(resident)
    assert colour_of(resident, ".open") == colour


def test_a_colour_that_is_too_pale_is_refused_beside_it(open_as):
    window = open_as("coordinator")
    window.goto(LOOK)
    choose(window, brand="#9fd8c0")
    press(window, "Save")
    check(window)
    assert "Choose a darker colour" in window.locator("#id_brand_colour-error").inner_text()
    assert window.get_by_label("Colour of the main button").input_value() == "#7a2048"


def test_a_logo_stands_at_the_top_of_every_page(open_as, open_window):
    window = open_as("coordinator", width=320)
    window.goto(LOOK)
    window.get_by_role("link", name="Add a logo").click()
    check(window)
    picture = {"name": "logo.png", "mimeType": "image/png", "buffer": a_png(600, 60)}
    window.get_by_label("Choose a picture").set_input_files(picture)
    press(window, "Use this logo")
    check(window)
    resident = open_window(width=320)
    resident.goto("/islington/toolkit/")
    check(resident)
    assert resident.locator(".mark img").evaluate("picture => picture.naturalWidth") == 600
