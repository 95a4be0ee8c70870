from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend

from hub.demo.models import Letter


class KeptToRead(BaseEmailBackend):
    """Sends nothing: the letters lie at /demo/, where anybody who tries the demonstration can read them."""

    def __init__(self, *args, **kwargs):
        if not settings.DEMO:
            raise ImproperlyConfigured("Letters are kept to read in the demonstration only.")
        super().__init__(*args, **kwargs)

    def send_messages(self, messages):
        letters = [
            Letter(to=", ".join(message.recipients()), subject=message.subject, text=str(message.body))
            for message in messages
        ]
        return len(Letter.objects.bulk_create(letters))
