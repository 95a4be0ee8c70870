"""Every page that can be reached by following links, as each person: nothing axe finds, no sideways scroll.

The daily run looks at each kind of page once, narrow and light, wide and dark, and from right to left. ./run soak
looks at each kind of page at every width, in light, dark and high contrast, in large text, and in both directions; and
at every address that anybody can reach.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.urls import resolve

from hub.core.display import COOKIE
from tests.journeys.conftest import accessibility_faults, sideways_scroll

PEOPLE = ["", "lead", "coordinator", "commissioner", "board", "editor", "approver", "analyst", "department-lead"]
WIDTHS = (320, 390, 1280)
NOT_PAGES = (".csv", ".json", ".xlsx", "/data/", "/download/")


@dataclass(frozen=True)
class Look:
    """At some widths: the colours that the device asks for, and what the person chose, as the cookie says it."""

    widths: tuple
    scheme: str = "light"
    chosen: str = "."

    def wear(self, window, path):
        window.emulate_media(color_scheme=self.scheme)
        cookies = {cookie["name"]: cookie["value"] for cookie in window.context.cookies()}
        if cookies.get(COOKIE, ".") != self.chosen:
            start = "/".join(window.url.split("/")[:3])
            window.context.add_cookies([{"name": COOKIE, "value": self.chosen, "url": start}])
            window.goto(path)


LOOKS = [Look((320,)), Look((1280,), "dark")]
EVERY_LOOK = [Look(WIDTHS), Look(WIDTHS, "dark"), Look(WIDTHS, chosen="high."), Look(WIDTHS, chosen=".large")]


def kind_of(path):
    return resolve(path.split("?")[0]).view_name


@dataclass
class Walk:
    """Follows links from the front page, and looks at one page of each kind, or of whatever else makes pages alike."""

    looks: list
    kind_of: Callable = kind_of
    kinds: set = field(default_factory=set)
    faults: list = field(default_factory=list)

    def follow_links(self, window):
        waiting, seen = ["/"], set()
        while waiting:
            path = waiting.pop(0)
            if path in seen or (path != "/" and not self.worth_a_visit({path})):
                continue
            seen.add(path)
            answer = window.goto(path)
            if not answer.ok:
                self.faults.append(f"{path} answered {answer.status}")
                continue
            self.look_at(window, path)
            waiting += self.worth_a_visit(addresses_on(window) - seen)

    def look_at(self, window, path):
        if self.kind_of(path) in self.kinds:
            return
        self.kinds.add(self.kind_of(path))
        for look in self.looks:
            look.wear(window, path)
            for width in look.widths:
                window.set_viewport_size({"width": width, "height": 900})
                self.faults += [f"{path} {width} {look.scheme} {look.chosen}: {fault}" for fault in faults_of(window)]

    def worth_a_visit(self, paths):
        """Front pages of people lead on to new kinds; another page of a known kind does not."""
        return [path for path in sorted(paths) if self.kind_of(path) not in self.kinds or kind_of(path) in DOORS]


DOORS = {"home:choose_year", "home:show_year", "pledges:list_pledges", "assessments:task_list"}


def addresses_on(window):
    hrefs = window.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    start = "/".join(window.url.split("/")[:3])
    paths = {href.split("#")[0].removeprefix(start) for href in hrefs if href.startswith(start)}
    return {path for path in paths if not path.split("?")[0].endswith(NOT_PAGES) and "back=" not in path}


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
def test_every_kind_of_page_at_every_width_in_every_colour_and_size(open_as, open_window, islington, language):
    walk = Walk(EVERY_LOOK)
    walk_as_everybody(walk, open_as, open_window, PEOPLE, language)
    assert len(walk.kinds) >= 50, sorted(walk.kinds)


@pytest.mark.soak
def test_every_address(open_as, open_window, islington):
    walk = Walk(LOOKS[:1], kind_of=str)
    walk_as_everybody(walk, open_as, open_window, PEOPLE, "en")
    assert len(walk.kinds) >= 150, len(walk.kinds)
