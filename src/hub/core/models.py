from django.db import models


class Sent(models.Model):
    """A form that was sent, so that a second press of its button finds what the first one made."""

    token = models.UUIDField(primary_key=True)
    led_to = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
