from django.db import models


class Marker(models.Model):
    """This database holds the demonstration and nothing else. Only `load_demo` writes it, into an empty database."""

    content_hash = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(models.Value(1), name="one_marker")]

    def __str__(self):
        return f"Demonstration of {self.loaded_at:%d %B %Y}"


class Letter(models.Model):
    """An e-mail that the demonstration would have sent."""

    to = models.CharField(max_length=500)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self):
        return self.subject
