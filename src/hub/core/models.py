from django.db import models


class Sent(models.Model):
    """A form that was sent, so that a second press of its button finds what the first one made."""

    token = models.UUIDField(primary_key=True)
    led_to = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)


class WaitingLetter(models.Model):
    """A letter that the mail server did not take. It is gone from here as soon as it is sent."""

    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
