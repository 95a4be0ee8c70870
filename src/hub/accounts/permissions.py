"""How sure we are that it is really this person."""

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

COUNTED_IN_DEMO = "second_factor_counted_in_demo"


def has_second_factor(request):
    """Whether they proved it in a second way since they signed in: an app, a passkey or a recovery code."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records) or counts_in_demo(request)


def counts_in_demo(request):
    return settings.DEMO and request.session.get(COUNTED_IN_DEMO) == request.user.pk


def count_as_second_factor(request, user):
    """For the demonstration's made-up people, who own no phone. Real people always need the real thing."""
    if not settings.DEMO:
        raise ImproperlyConfigured("Only the demonstration may go without a second factor.")
    request.session[COUNTED_IN_DEMO] = user.pk
