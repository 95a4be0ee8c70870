"""The demonstration lets anybody be anybody. These tests keep it on one machine and in its own database."""

import os
import subprocess
import sys

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import send_mail
from django.core.management import CommandError, call_command

from hub.accounts.models import User
from hub.demo.mail import KeptToRead
from hub.demo.models import Letter, Marker
from hub.demo.permissions import SIGNS_OF_A_PROXY
from hub.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings):
    settings.DEMO = True
    Marker.objects.create(content_hash="0" * 64)


def answers(client, **meta):
    return client.get("/demo/", **{"HTTP_HOST": "127.0.0.1:8000", **meta}).status_code == 200


def test_it_answers_on_its_own_machine_with_its_own_database(client, demonstration):
    assert answers(client)
    assert answers(client, HTTP_HOST="localhost", REMOTE_ADDR="::1")


def test_it_does_not_answer_when_it_was_not_asked_for(client, demonstration, settings):
    settings.DEMO = False
    assert not answers(client)


def test_it_does_not_answer_with_a_database_that_load_demo_did_not_make(client, demonstration):
    Marker.objects.all().delete()
    assert not answers(client)


@pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.20", "203.0.113.9", "", "nonsense", "2001:db8::1"])
def test_it_does_not_answer_another_machine(client, demonstration, address):
    assert not answers(client, REMOTE_ADDR=address)


def test_no_other_page_of_it_answers_another_machine(client, demonstration):
    here = {"HTTP_HOST": "127.0.0.1:8000"}
    assert client.get("/display/", **here).status_code == 200
    assert client.get("/display/", **here, REMOTE_ADDR="192.168.1.20").status_code == 404


def test_the_platform_itself_answers_every_machine(client, settings):
    settings.DEMO = False
    assert client.get("/display/", REMOTE_ADDR="192.168.1.20").status_code == 200


@pytest.mark.parametrize(
    "host", ["demo.example.org", "127.0.0.1.example.org", "localhost.example.org", "10.0.0.5:8000"]
)
def test_it_does_not_answer_under_another_name(client, demonstration, settings, host):
    settings.ALLOWED_HOSTS = ["*"]
    assert not answers(client, HTTP_HOST=host)


@pytest.mark.parametrize("sign", SIGNS_OF_A_PROXY)
def test_it_does_not_answer_behind_a_proxy(client, demonstration, sign):
    """A proxy on the same machine looks like loopback, so any sign of one is enough."""
    assert not answers(client, **{sign: "127.0.0.1"})


def test_it_does_not_answer_with_production_settings(client, demonstration, settings):
    settings.PRODUCTION = True
    assert not answers(client)


@pytest.mark.parametrize(
    "variable",
    [{"HUB_HOSTS": "hub.example.org"}, {"DATABASE_URL": "sqlite:////tmp/x.sqlite3"}, {"HUB_BIND": "0.0.0.0"}],
)
def test_production_settings_refuse_to_start_it(variable, tmp_path):
    keys = {"HUB_DEMO": "1", "HUB_SECRET_KEY": "s" * 60, "HUB_AUDIT_KEY": "a" * 60, "HUB_VAR": str(tmp_path)}
    keys["PYTHONPATH"] = os.pathsep.join(sys.path)
    code = "import django; django.setup()"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "hub.config.settings", **keys, **variable}
    started = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert started.returncode != 0
    assert "HUB_DEMO" in started.stderr


def test_nobody_becomes_anybody_outside_it(client, settings, demonstration):
    User.objects.create_user("coordinator@demonstration.example")
    settings.DEMO = False
    client.post("/demo/be/coordinator/", HTTP_HOST="127.0.0.1")
    assert "_auth_user_id" not in client.session


def test_letters_are_kept_to_read_in_the_demonstration_only(settings):
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured):
        KeptToRead()


def test_letters_are_kept_and_none_leaves(client, demonstration, settings):
    settings.EMAIL_BACKEND = "hub.demo.mail.KeptToRead"
    send_mail("Your code", "It is 123456", None, ["somebody@example.org"])
    assert Letter.objects.get().to == "somebody@example.org"
    assert not mail.outbox
    assert "It is 123456" in client.get("/demo/", HTTP_HOST="127.0.0.1").text


def test_loading_needs_the_demonstration_to_be_switched_on(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="HUB_DEMO"):
        call_command("load_demo")
    assert not Marker.objects.exists()


def test_a_database_in_use_is_left_alone(settings):
    settings.DEMO = True
    organisation = OrganisationFactory()
    with pytest.raises(CommandError, match="not the demonstration"):
        call_command("load_demo", verbosity=0)
    assert not Marker.objects.exists()
    assert type(organisation).objects.get() == organisation
