from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.utils import timezone

from hub.audit import record


@transaction.atomic
def change_name(user, *, name):
    user.name = name
    user.save(update_fields=["name"])
    record("person.renamed", subject=user, by=user)


@transaction.atomic
def sign_out_everywhere(user, *, stay_in=None):
    """Ends every session, except the one of the request to `stay_in`."""
    forget_sessions(user)
    if stay_in:
        update_session_auth_hash(stay_in, user)
    record("person.signed_out_everywhere", subject=user, by=user)


@transaction.atomic
def erase(user, *, by):
    """Blank who they are. Their id stays, so that what was agreed and the record still fit together."""
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.name = ""
    user.email = f"erased-{user.pk}@erased.invalid"
    user.is_active = False
    user.erased_at = timezone.now()
    user.save()
    forget_sessions(user)
    record("person.erased", subject=user, by=by)


def forget_sessions(user):
    """Nobody has a password; this random mark in its place is what a session is checked against."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
