import re
import uuid
from io import StringIO

import pytest
from django import forms
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test.html import parse_html
from django.utils import translation
from pytest_django.asserts import assertInHTML

from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm, Radios, send_once
from hub.core.models import Sent

STANDS = [("not-yet", "Not yet"), ("started", "We have started")]


class Example(PlainForm):
    name = forms.CharField(label="Name of the project", max_length=10, help_text="As people know it")
    what = LongText(label="What will we do?", max_length=20)
    stand = forms.ChoiceField(label="Where we stand", choices=STANDS, widget=Radios(hints={"started": "Even a little"}))
    count = forms.IntegerField(label="How many", required=False, max_value=9)
    email = forms.EmailField(label="E-mail", required=False)
    day = DayMonthYear(label="When", required=False)
    sure = forms.BooleanField(label="We agreed this together")
    own = forms.CharField(error_messages={"required": "Say whose it is"})


FILLED = {"name": "Garden", "what": "Dig", "stand": "started", "sure": "on", "own": "ours"}


def error_of(field, **changed):
    return Example({**FILLED, **changed}).errors[field]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("name", "Enter name of the project"),
        ("what", "Answer “What will we do?”"),
        ("stand", "Choose where we stand"),
        ("sure", "Tick “We agreed this together” to go on"),
        ("own", "Say whose it is"),
    ],
)
def test_what_is_missing_is_asked_for_in_words(field, sentence):
    assert error_of(field, **{field: ""}) == [sentence]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "x" * 11, "Shorten this to 10 characters. It has 11 now"),
        ("stand", "first", "Choose one of the answers on the list"),
        ("count", "many", "Enter a whole number, such as 12"),
        ("count", "10", "Enter 9 or less"),
        ("email", "somebody", "Enter an e-mail address, such as name@example.org"),
    ],
)
def test_what_is_wrong_says_what_would_be_right(field, typed, sentence):
    assert error_of(field, **{field: typed}) == [sentence]


def test_a_label_keeps_its_direction_between_words_of_the_other():
    with translation.override("ar"):
        assert "\u2068What will we do?\u2069" in error_of("what", what="")[0]


def test_a_form_shows_again_what_was_typed_into_it():
    page = str(
        Example({**FILLED, "name": "x" * 11, "what": "", "day-day": "30", "day-month": "feb", "day-year": "2027"})
    )
    for typed in ("x" * 11, 'value="30"', 'value="feb"', 'value="2027"'):
        assert typed in page


def test_a_new_line_counts_as_one_character():
    """Browsers send two for each, and count one."""
    assert "what" not in Example({**FILLED, "what": "1234567890\r\n123456789"}).errors


def test_a_field_is_the_component_that_the_design_system_has_for_it():
    form = Example({**FILLED, "name": ""})
    asked = {
        "id": "id_name",
        "name": "name",
        "label": "Name of the project",
        "label_classes": "govuk-label--s",
        "hint": "As people know it",
        "error_message": "Enter name of the project",
        "attributes": {"aria-invalid": "true"},
    }
    expected = render_to_string("core/components/input.html", asked)
    assert parse_html(form["name"].as_field_group()) == parse_html(expected)


def test_each_choice_can_have_a_line_that_explains_it():
    page = str(Example(FILLED)["stand"].as_field_group())
    assertInHTML('<div id="id_stand-2-item-hint" class="govuk-hint govuk-radios__hint">Even a little</div>', page)
    assertInHTML(
        '<input class="govuk-radios__input" id="id_stand-2" name="stand" type="radio" value="started" checked'
        ' aria-describedby="id_stand-2-item-hint">',
        page,
    )


def test_only_the_wrong_part_of_a_date_is_marked():
    form = Example({**FILLED, "day-day": "1", "day-month": "13", "day-year": "2027"})
    marked = [item["part"] for item in form["day"].get_context()["items"] if item["error"]]
    assert marked == ["month"]


def test_the_summary_leads_to_every_field_that_has_an_error():
    form = Example({**FILLED, "name": "", "stand": "", "day-day": "1"})
    form.add_error(None, "Somebody else changed this")
    page = render_to_string("core/components/error_summary.html", {"form": form})
    whole = page + str(form)
    for target in ("id_name", "id_stand", "id_day-day"):
        assert f'href="#{target}"' in page
        assert f'id="{target}"' in whole
    assertInHTML("<li>Somebody else changed this</li>", page)


def test_long_texts_count_down_and_are_never_cut_off_by_the_browser():
    page = str(Example(FILLED)["what"].as_field_group())
    assert 'data-maxlength="20"' in page
    assert " maxlength=" not in page


def test_a_bare_input_carries_the_look_and_the_ties_of_its_component():
    page = str(Example({**FILLED, "name": ""})["name"])
    assert 'class="govuk-input govuk-input--error"' in page
    assert 'aria-describedby="id_name-hint id_name-error"' in page


class Making(OnceForm, PlainForm):
    pass


def send(token, made):
    form = Making({"once": token})
    assert form.is_valid()

    def act():
        made.append("one")
        return f"/made/{len(made)}/"

    return send_once(form, act)


@pytest.mark.django_db
def test_a_button_pressed_twice_makes_one_thing_and_leads_to_it_both_times():
    made, token = [], uuid.uuid4()
    assert send(token, made) == send(token, made) == "/made/1/"
    assert made == ["one"]


@pytest.mark.django_db
def test_a_new_form_makes_a_new_thing():
    made = []
    assert send(uuid.uuid4(), made) != send(uuid.uuid4(), made)


@pytest.mark.django_db
def test_what_failed_may_be_sent_again():
    token, made = uuid.uuid4(), []
    form = Making({"once": token})
    form.is_valid()
    with pytest.raises(ZeroDivisionError):
        send_once(form, lambda: 1 / 0)
    assert send(token, made) == "/made/1/"


def test_every_new_form_has_a_token_of_its_own():
    assert Making()["once"].value() != Making()["once"].value()


@pytest.mark.django_db
def test_forms_are_forgotten_after_a_month(time_machine):
    time_machine.move_to("2026-01-01")
    send(uuid.uuid4(), [])
    time_machine.move_to("2026-01-30")
    send(uuid.uuid4(), [])
    time_machine.move_to("2026-02-02")
    call_command("forget_old_forms", stdout=StringIO())
    assert Sent.objects.count() == 1


def test_a_counted_text_knows_every_plural_of_its_language():
    """Otherwise the browser's console complains on every page."""
    with translation.override("ar"):
        page = str(Example()["what"].as_field_group())
    for side in ("under", "over"):
        plurals = re.findall(rf"data-i18n\.characters-{side}-limit\.(\w+)=", page)
        assert sorted(plurals) == ["few", "many", "one", "other", "two", "zero"]
