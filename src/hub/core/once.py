"""One thing for each form, however often its button is pressed."""

import datetime

from django.db import transaction
from django.shortcuts import resolve_url
from django.utils import timezone

from hub.core.models import Sent

REMEMBERED = datetime.timedelta(days=30)


@transaction.atomic
def send_once(form, act):
    """Do act(), unless this very form was sent before. Either way, return the address that the first time led to.

    act() returns an address, or an object that has one.
    """
    sent, is_first = Sent.objects.get_or_create(token=form.cleaned_data["once"])
    if is_first:
        sent.led_to = resolve_url(act())
        sent.save(update_fields=["led_to"])
    return sent.led_to


def forget_old_forms():
    """Nobody presses a button again after a month."""
    forgotten, _ = Sent.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()
    return forgotten
