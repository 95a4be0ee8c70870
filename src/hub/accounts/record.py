"""What happens while signing in, put on the record: django-allauth tells of it by signals."""

from functools import wraps

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import login_code_rejected
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from hub.audit import record, refusals


@receiver(user_logged_in)
def signed_in(user, **kwargs):
    record("person.signed_in", subject=user, by=user)


@receiver(user_logged_out)
def signed_out(user, **kwargs):
    if user:
        record("person.signed_out", subject=user, by=user)


@receiver(login_code_rejected)
@receiver(authentication_failed)
def gave_a_wrong_code(user, **kwargs):
    refusals.count("wrong code", by=user)


@receiver(authenticator_added)
def added_a_second_factor(request, user, authenticator, **kwargs):
    """Setting one up proves it, so nobody is asked for it again straight away."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
    record("second_factor.added", subject=user, by=user, kind=authenticator.type)


@receiver(authenticator_removed)
def removed_a_second_factor(user, authenticator, **kwargs):
    record("second_factor.removed", subject=user, by=user, kind=authenticator.type)


@receiver(authenticator_reset)
def made_new_spare_codes(user, **kwargs):
    record("second_factor.spare_codes_made", subject=user, by=user)


def downloaded_spare_codes(view):
    """Of this django-allauth sends no signal."""

    @wraps(view)
    def download(request, *args, **kwargs):
        answer = view(request, *args, **kwargs)
        if answer.status_code == 200:
            record("second_factor.spare_codes_downloaded", subject=request.user, by=request.user)
        return answer

    return download
