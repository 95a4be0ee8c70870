"""Letters by e-mail. One that the mail server does not take is kept, and goes with the next that it does take."""

import logging
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from hub.core.models import WaitingLetter

AT_ONCE = 50
log = logging.getLogger(__name__)


def post(subject, text, people):
    """A letter to each, once the change that it tells of is really kept."""
    letters = [WaitingLetter(to=person, subject=subject, text=text) for person in people]
    if letters:
        transaction.on_commit(lambda: _send(letters))


def send_waiting():
    """Try again. Says how many went out and how many wait."""
    with transaction.atomic():
        waiting = list(WaitingLetter.objects.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
        gone = _go_out(waiting)
        WaitingLetter.objects.filter(pk__in=[letter.pk for letter in gone]).delete()
    return len(gone), WaitingLetter.objects.count()


def _send(letters):
    gone = _go_out(letters)
    WaitingLetter.objects.bulk_create([letter for letter in letters if letter not in gone])
    if len(gone) == len(letters) and WaitingLetter.objects.exists():
        send_waiting()


def _go_out(letters):
    """Those that the mail server took. It may refuse one and take the next; a server that is not there takes none."""
    gone = []
    for letter in letters:
        try:
            EmailMessage(letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.to]).send()
            gone.append(letter)
        except (SMTPResponseException, SMTPRecipientsRefused):
            log.exception("A letter waits: the mail server refused it.")
        except OSError:
            log.exception("Letters wait: the mail server does not answer.")
            break
    return gone
