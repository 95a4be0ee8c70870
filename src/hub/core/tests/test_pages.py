from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from hub.core import views
from hub.core.brand import Brand


def choose(client, **choices):
    return client.post(reverse("core:display"), {"language": "en-gb", "theme": "", "size": "", **choices})


pytestmark = pytest.mark.django_db


def test_without_a_choice_the_device_decides(client):
    page = client.get(reverse("core:display")).content.decode()
    assert '<html class="govuk-template" lang="en-gb" dir="ltr">' in page


def test_choices_last_without_an_account(client):
    choose(client, theme="dark", size="large")
    page = client.get(reverse("core:display")).content.decode()
    assert '<html class="govuk-template" lang="en-gb" dir="ltr" data-theme="dark" data-size="large">' in page


def test_arabic_turns_the_page_around(client):
    choose(client, language="ar")
    page = client.get(reverse("core:display")).content.decode()
    assert 'lang="ar" dir="rtl"' in page
    assert "govuk.rtl.css" in page
    assert "اللغة والعرض" in page


def test_large_print_can_be_asked_for_in_the_address(client):
    assert 'data-size="large"' in client.get(reverse("core:display") + "?print=large").content.decode()


def test_a_person_goes_back_to_where_they_were(client):
    assert choose(client, back="/pledges/?page=2").url == "/pledges/?page=2"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org"]
)
def test_nobody_is_sent_to_another_site(client, elsewhere):
    assert choose(client, back=elsewhere).url == "/"


def test_a_choice_that_is_not_on_the_list_is_explained(client):
    page = choose(client, theme="purple")
    assert page.status_code == 200
    assert "Choose one of the answers on the list" in page.content.decode()


def test_a_strange_cookie_is_passed_over(client):
    client.cookies["display"] = '"><script>.huge'
    page = client.get(reverse("core:display")).content.decode()
    assert "data-theme" not in page
    assert "data-size" not in page


def test_a_brand_changes_two_colours_and_nothing_else(client):
    address = Brand("Example", brand_colour="#123456", action_colour="#654321").stylesheet
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/css")
    assert "--plum:#123456" in answer.content.decode()
    assert "--action:#654321" in answer.content.decode()
    assert "immutable" in answer["Cache-Control"]


def test_a_brand_without_colours_needs_no_stylesheet():
    assert Brand("Example").stylesheet == ""


def test_a_colour_that_cannot_be_read_on_is_not_served(client):
    assert client.get(reverse("core:brand_stylesheet", args=["ffffff", "house"])).status_code == 404


def test_a_page_that_is_not_there_says_so_kindly(client):
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "We cannot find that page" in answer.content.decode()


def test_a_form_that_was_open_too_long_says_that_the_words_are_not_lost():
    answer = Client(enforce_csrf_checks=True).post(reverse("core:display"), {"language": "ar"})
    assert answer.status_code == 403
    assert "Your words are not lost" in answer.content.decode()


@pytest.mark.parametrize(("name", "status"), [("bad_request", 400), ("not_allowed", 403), ("server_error", 500)])
def test_every_failure_has_a_page_in_plain_words_with_a_way_on(rf, name, status):
    answer = vars(views)[name](rf.post("/somewhere/"))
    assert answer.status_code == status
    assert 'href="/"' in answer.content.decode()


def test_a_failure_while_sending_says_where_the_words_are(rf):
    assert "Your words are still here" in views.server_error(rf.post("/somewhere/")).content.decode()
    assert "Your words are still here" not in views.server_error(rf.get("/somewhere/")).content.decode()


@pytest.mark.parametrize("sent", [{"back": "x" * 3_000_000}, {f"field-{number}": "" for number in range(3001)}])
def test_too_much_at_once_names_the_limit_and_says_where_the_words_are(client, sent):
    answer = client.post(reverse("core:display"), urlencode(sent), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "2.0\xa0MB" in answer.text
    assert "Your words are still in your browser" in answer.text


def test_the_icon_that_browsers_ask_for_is_there(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("image/")
    answer.close()
