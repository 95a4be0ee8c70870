"""Every page that can be reached by following links, as each person: nothing axe finds, no sideways scroll.

The daily run looks at each kind of page once, narrow and light, wide and dark, and from right to left; ./run soak
looks at every address as every person, in every width, both colours and both directions.
"""

import itertools
from dataclasses import dataclass, field

import pytest
from django.urls import resolve

from tests.journeys.conftest import accessibility_faults, sideways_scroll

PEOPLE = ["", "lead", "coordinator", "commissioner", "board", "editor", "approver", "analyst", "department-lead"]
LOOKS = [(320, "light"), (1280, "dark")]
EVERY_LOOK = list(itertools.product([320, 390, 1280], ["light", "dark"]))
NOT_PAGES = (".csv", ".json", "/data/", "/download/")


@dataclass
class Walk:
    """Follows links from the front page, and looks at one page of each kind or at every page."""

    looks: list
    every_address: bool = False
    kinds: set = field(default_factory=set)
    faults: list = field(default_factory=list)

    def follow_links(self, window):
        waiting, seen = ["/"], set()
        while waiting:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            answer = window.goto(path)
            if not answer.ok:
                self.faults.append(f"{path} answered {answer.status}")
                continue
            self.look_at(window, path)
            waiting += self.worth_a_visit(addresses_on(window) - seen)

    def look_at(self, window, path):
        if not self.every_address and kind_of(path) in self.kinds:
            return
        self.kinds.add(kind_of(path))
        for width, scheme in self.looks:
            window.set_viewport_size({"width": width, "height": 900})
            window.emulate_media(color_scheme=scheme)
            self.faults += [f"{path} {width} {scheme}: {fault}" for fault in faults_of(window)]

    def worth_a_visit(self, paths):
        """Front pages of people lead on to new kinds; another page of a known kind does not."""
        if self.every_address:
            return sorted(paths)
        return [path for path in sorted(paths) if kind_of(path) not in self.kinds or kind_of(path) in DOORS]


DOORS = {"home:choose_year", "home:show_year", "pledges:list_pledges", "assessments:task_list"}


def addresses_on(window):
    hrefs = window.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    start = "/".join(window.url.split("/")[:3])
    paths = {href.split("#")[0].removeprefix(start) for href in hrefs if href.startswith(start)}
    return {path for path in paths if not path.split("?")[0].endswith(NOT_PAGES) and "back=" not in path}


def kind_of(path):
    return resolve(path.split("?")[0]).view_name


def faults_of(window):
    faults = accessibility_faults(window)
    if sideways_scroll(window) > 0:
        faults.append("scrolls sideways")
    if window.locator("h1").count() != 1:
        faults.append(f"has {window.locator('h1').count()} main headings")
    return faults


def walk_as_everybody(walk, open_as, open_window, people, language):
    for who in people:
        window = open_as(who, language=language) if who else open_window(language=language)
        walk.follow_links(window)
        window.context.close()
    assert not walk.faults, "\n".join(walk.faults)


class TestFromLeftToRight:
    def test_every_kind_of_page_is_without_fault(self, open_as, open_window, islington):
        walk = Walk(LOOKS)
        walk_as_everybody(walk, open_as, open_window, PEOPLE, "en")
        assert len(walk.kinds) >= 50, sorted(walk.kinds)


class TestFromRightToLeft:
    def test_every_kind_of_page_is_without_fault(self, open_as, open_window, islington):
        walk = Walk(LOOKS[:1])
        walk_as_everybody(walk, open_as, open_window, PEOPLE, "ar")
        assert len(walk.kinds) >= 50, sorted(walk.kinds)


@pytest.mark.soak
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_at_every_width_in_both_colours_and_directions(open_as, open_window, islington, who, language):
    walk_as_everybody(Walk(EVERY_LOOK, every_address=True), open_as, open_window, [who], language)
