import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command

from hub.core import letters
from hub.core.models import WaitingLetter

pytestmark = pytest.mark.django_db
PEOPLE = ["one@example.org", "two@example.org", "three@example.org"]


@pytest.fixture
def post(django_capture_on_commit_callbacks):
    def post_and_keep(people=PEOPLE):
        with django_capture_on_commit_callbacks(execute=True):
            letters.post("A round has begun", "Here is the way in.", people)

    return post_and_keep


@pytest.fixture
def trouble(monkeypatch):
    """Let the mail server say no to some addresses, or not answer at all."""

    def cause(error, *addresses):
        def send(self, messages):
            if not addresses or set(addresses) & set(messages[0].to):
                raise error
            return working(self, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", send)

    working = EmailBackend.send_messages
    cause.ends = lambda: monkeypatch.setattr(EmailBackend, "send_messages", working)
    return cause


def reached():
    return [letter.to[0] for letter in mail.outbox]


def test_each_person_has_a_letter_of_their_own(post):
    post()
    assert reached() == PEOPLE
    assert not WaitingLetter.objects.exists()


def test_an_address_that_is_refused_keeps_nobody_else_waiting(post, trouble):
    trouble(smtplib.SMTPRecipientsRefused({}), "two@example.org")
    post()
    assert reached() == ["one@example.org", "three@example.org"]
    assert [letter.to for letter in WaitingLetter.objects.all()] == ["two@example.org"]


def test_while_no_server_answers_every_letter_waits_and_goes_with_the_next(post, trouble):
    trouble(ConnectionRefusedError())
    post()
    assert WaitingLetter.objects.count() == 3
    trouble.ends()
    post(["four@example.org"])
    assert reached() == ["four@example.org", *PEOPLE]
    assert not WaitingLetter.objects.exists()


def test_waiting_letters_can_be_sent_by_hand(post, trouble, capsys):
    trouble(TimeoutError())
    post()
    call_command("send_letters")
    trouble.ends()
    call_command("send_letters")
    assert capsys.readouterr().out.splitlines() == ["0 sent, 3 wait.", "3 sent, 0 wait."]
    assert reached() == PEOPLE
