"""Somebody says what they think of a statement; the toolkit's editors answer; the answer comes back."""

import pytest

from tests.journeys.conftest import check

pytestmark = pytest.mark.django_db(transaction=True)
WISH = "Please say who pays for the interpreter."
REASON = "Yes. The next edition says who pays."


def test_what_somebody_says_is_answered_beside_the_editions(open_as):
    lead, editor = open_as("lead", width=320), open_as("editor")
    when_a_lead_says_something_about_a_statement(lead)
    then_they_see_that_nobody_has_read_it(lead)
    when_an_editor_answers_it(editor)
    then_the_lead_reads_the_answer(lead)


def when_a_lead_says_something_about_a_statement(lead):
    lead.goto("/islington/toolkit/race-and-ethnicity/1/2.1/")
    check(lead)
    lead.locator("#interpreters-offered").get_by_role("link").click()
    check(lead)
    lead.get_by_label("What do you want to say about it?").fill(WISH)
    lead.get_by_role("button", name="Send").click()


def then_they_see_that_nobody_has_read_it(lead):
    mine = lead.locator(".card", has_text=WISH)
    assert "Not read yet." in mine.inner_text()
    check(lead)


def when_an_editor_answers_it(editor):
    editor.goto("/islington/toolkit/race-and-ethnicity/1/")
    editor.get_by_role("link", name="What people say about this chapter").click()
    check(editor)
    editor.locator("#interpreters-offered li", has_text=WISH).get_by_role("link").click()
    check(editor)
    editor.get_by_label("It will change in the next edition").check()
    editor.get_by_label("What do you want to tell the person who said it?").fill(REASON)
    editor.get_by_role("button", name="Save the answer").click()
    editor.locator("#interpreters-offered", has_text=REASON).wait_for()


def then_the_lead_reads_the_answer(lead):
    lead.reload()
    mine = lead.locator(".card", has_text=WISH).inner_text()
    assert "It will change in the next edition" in mine
    assert REASON in mine


def test_a_resident_sees_what_changed_between_two_editions_without_signing_in(open_window, islington):
    window = open_window(width=320, javascript=False)
    window.goto("/islington/toolkit/")
    window.get_by_role("link", name="Challenging Inequalities, race and ethnicity, 2021", exact=True).click()
    window.get_by_role("link", name="Edition 1 beside edition 2: what changed").click()
    assert window.locator("ins", has_text="or a short film").count() == 1
    assert window.locator("del", has_text="Where we can").count() == 1
    check(open_with_scripts(open_window, window.url))


def open_with_scripts(open_window, address):
    window = open_window()
    window.goto(address)
    return window
