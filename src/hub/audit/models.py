from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime

from hub.audit.seals import name_of


class ChangedRecordError(TypeError):
    """The record is added to, never changed: a correction is a new entry."""


class Entries(models.QuerySet):
    """A record to read. Nothing here can change it, and only `chain.add` adds to it."""

    def by(self, person):
        return self.filter(actor=name_of(person))

    def update(self, **fields):
        raise ChangedRecordError

    def delete(self):
        raise ChangedRecordError

    def bulk_create(self, *args, **kwargs):
        raise ChangedRecordError

    def bulk_update(self, *args, **kwargs):
        raise ChangedRecordError


class Entry(models.Model):
    """One thing that happened: who, what, to what. It holds ids and keyed hashes, never a person's words."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    actor = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    details = models.CharField("keyed hash of the details", max_length=64)
    previous = models.CharField("seal of the entry before", max_length=64)
    seal = models.CharField(max_length=64, unique=True)

    objects = Entries.as_manager()

    class Meta:
        ordering = ["sequence"]
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["subject", "sequence"], name="entries_of_a_subject")]

    def __str__(self):
        return f"{self.sequence} {self.event} {self.subject} by {self.actor or 'nobody signed in'}"

    def save(self, **kwargs):
        if not self._state.adding:
            raise ChangedRecordError
        super().save(**kwargs | {"force_insert": True})

    def delete(self, **kwargs):
        raise ChangedRecordError


class Hour(models.Model):
    """One hour's refusals; once it is over, an entry of the record seals its counts."""

    start = models.DateTimeField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="hour")

    def __str__(self):
        return date_format(localtime(self.start), "j F Y \\a\\t H:i")


class Refusal(models.Model):
    """How often one person (or nobody signed in) was refused one page in one hour."""

    hour = models.ForeignKey(Hour, models.CASCADE, related_name="refusals")
    actor = models.CharField(max_length=80, blank=True)
    page = models.CharField(max_length=120)
    count = models.PositiveBigIntegerField(default=1)

    class Meta:
        ordering = ["actor", "page"]
        constraints = [
            models.UniqueConstraint(fields=["hour", "actor", "page"], name="one_count_for_each_page_and_hour")
        ]

    def __str__(self):
        return f"{self.hour} {self.page}: {self.count}"
