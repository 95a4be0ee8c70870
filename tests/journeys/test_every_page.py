"""Every page that can be reached by following links, as each person: nothing axe finds, no sideways scroll.

The daily run looks at every kind of page once for each width, colours and direction; ./run soak looks at every
address as every person.
"""

import itertools

import pytest
from django.urls import resolve

from tests.journeys.conftest import accessibility_faults, sideways_scroll

PEOPLE = ["", "lead", "department-lead", "coordinator", "commissioner", "board", "editor", "approver", "analyst"]
LOOKS = [(320, "light", "en"), (1280, "dark", "en"), (320, "dark", "ar"), (1280, "light", "ar")]
EVERY_LOOK = list(itertools.product([320, 390, 1280], ["light", "dark"], ["en", "ar"]))
NOT_PAGES = (".csv", ".json", "/data/", "/static/", "/download/")


def addresses_on(window):
    hrefs = window.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    own = (href.split("#")[0] for href in hrefs if href.startswith(window.url.split("/", 3)[0] + "//localhost"))
    paths = ("/" + address.split("/", 3)[3] for address in own)
    return {path for path in paths if not path.split("?")[0].endswith(NOT_PAGES) and "back=" not in path}


def kind_of(path):
    return resolve(path.split("?")[0]).view_name


def walk(window, look_at, *, every_address):
    """Follow links from the front page; look at one page of each kind, or at every page."""
    waiting, seen, kinds = ["/"], set(), set()
    while waiting:
        path = waiting.pop(0)
        if path in seen or (not every_address and kind_of(path) in kinds):
            continue
        seen.add(path)
        answer = window.goto(path)
        assert answer.ok, f"{path} answered {answer.status}"
        kinds.add(kind_of(path))
        look_at(path)
        waiting += sorted(addresses_on(window) - seen)
    return kinds


def faults_of(window, path, look):
    faults = [f"{path} {look}: {fault}" for fault in accessibility_faults(window)]
    if sideways_scroll(window) > 0:
        faults.append(f"{path} {look}: scrolls sideways")
    if window.locator("h1").count() != 1:
        faults.append(f"{path} {look}: has {window.locator('h1').count()} main headings")
    return faults


def look_everywhere(open_as, open_window, who, looks, *, every_address):
    faults, kinds = [], set()
    for look in looks:
        width, scheme, language = look
        window = (
            open_as(who, width=width, scheme=scheme, language=language)
            if who
            else open_window(width=width, scheme=scheme, language=language)
        )
        kinds |= walk(
            window,
            lambda path, window=window, look=look: faults.extend(faults_of(window, path, look)),
            every_address=every_address,
        )
    assert not faults, "\n".join(faults)
    return kinds


@pytest.mark.parametrize("who", PEOPLE)
def test_every_kind_of_page_is_without_fault(open_as, open_window, islington, who):
    kinds = look_everywhere(open_as, open_window, who, LOOKS[:2] if who else LOOKS, every_address=False)
    assert len(kinds) >= 5


@pytest.mark.parametrize("who", ["lead", "coordinator"])
def test_every_kind_of_page_is_without_fault_from_right_to_left(open_as, open_window, islington, who):
    look_everywhere(open_as, open_window, who, LOOKS[2:], every_address=False)


@pytest.mark.soak
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_at_every_width_in_all_colours_and_directions(open_as, open_window, islington, who):
    look_everywhere(open_as, open_window, who, EVERY_LOOK, every_address=True)
