"""A real browser for the journeys: Debian's Chromium, driven by Playwright, on a live server."""

import os
import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.db import connection
from playwright.sync_api import sync_playwright

from tests.facts import ran_on
from tests.journeys.islington import Islington, make_islington, second_check
from tests.journeys.snapshot import Snapshot

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's sync interface runs a loop in the test's thread.

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What a browser says by itself of a page that is not there, and of a connection that a test has cut.
EXPECTED = ["404", "410", "ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest"]
AXE = Axe().axe_script
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong is written down in full and leaves the page.
FIND_FAULTS = """async rules => {
    const { violations } = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} at ${target}`));
}"""
PHONE = {"width": 320, "height": 720}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items):
    """Journeys come first, and of these the two long ones, so that none is left alone at the end."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
    items.sort(key=lambda item: ("journeys" not in item.path.parts, "every_page" not in item.path.name))


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium")
    assert chromium, "The journeys need Debian's Chromium: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        ran_on(f"browser: Chromium {running.version}")
        yield running
        running.close()


def is_complaint(message):
    """An error, or words that a language lacks, which the design system only warns of."""
    return message.type == "error" or message.text.startswith("i18n:")


@pytest.fixture
def open_window(browser, live_server):
    """Open a window as one person would have it; fail at the end if its console showed an error."""
    contexts, errors = [], []

    def open_one(*, width=DESK["width"], scheme="light", javascript=True, language="en", touch=False):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900 if width > 600 else 720},
            color_scheme=scheme,
            java_script_enabled=javascript,
            has_touch=touch,
        )
        if language != "en":
            context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        context.set_default_timeout(10_000)
        contexts.append(context)
        window = context.new_page()
        window.on("console", lambda message: errors.append(message.text) if is_complaint(message) else None)
        window.on("pageerror", lambda error: errors.append(str(error)))
        return window

    open_one.errors = errors
    yield open_one
    for context in contexts:
        context.close()
    serious = [error for error in errors if not any(word in error for word in EXPECTED)]
    assert not serious, serious


@pytest.fixture
def window(open_window):
    return open_window()


@pytest.fixture(scope="session")
def kept():
    """What a worker keeps from one journey to the next."""
    return {}


@pytest.fixture
def islington(transactional_db, kept):
    """The demonstration as it is when nobody has used it: made once, and then copied back."""
    if "islington" in kept:
        kept["islington"].put_back()
    else:
        make_islington()
        if connection.vendor == "postgresql":
            kept["islington"] = Snapshot()
    return Islington()


@pytest.fixture
def open_as(open_window, sign_in, islington):
    """Open a window in which somebody of the demonstration is signed in."""

    def as_somebody(slug, **window):
        user = islington.person(slug)
        return sign_in(open_window(**window), user, **second_check(user))

    return as_somebody


@pytest.fixture
def sign_in(live_server, settings):
    """Put somebody's session into a window; the sign-in journeys type the code instead."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    def as_person(window, user, **marks):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.update(marks)
        session.save()
        window.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
        )
        return window

    return as_person


def code_in_the_last_mail():
    """The code as a person would read it."""
    found = re.findall(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[-1]


def accessibility_faults(window):
    """What axe finds, one readable line each. In a window without JavaScript it would wait for ever."""
    window.wait_for_load_state()  # a page whose styles are still on their way has small links
    assert window.evaluate("matchMedia('(scripting: enabled)').matches"), "axe needs a window with JavaScript"
    if not window.evaluate("'axe' in window"):
        window.evaluate(AXE)
    return window.evaluate(FIND_FAULTS, RULES)


def sideways_scroll(window):
    window.wait_for_load_state()
    return window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def check(window):
    """No accessibility fault, no sideways scroll, one main heading."""
    faults = accessibility_faults(window)
    assert not faults, f"{window.url}\n" + "\n".join(faults)
    assert sideways_scroll(window) <= 0, f"{window.url} scrolls sideways"
    assert window.locator("h1").count() == 1, f"{window.url} has {window.locator('h1').count()} main headings"
