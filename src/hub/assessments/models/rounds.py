import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.assessments.models.choices import Stage
from hub.organisations.models import Invitation, Organisation, Partnership, Unit
from hub.organisations.permissions import Kind, own, roles_of
from hub.toolkit.models import Edition, Statement


class RoundQuerySet(models.QuerySet):
    def coordinated_by(self, user):
        return self.filter(partnership__in=roles_of(user).filter(kind=Kind.COORDINATOR).values("partnership"))

    def visible_to(self, user):
        return self.filter(partnership__in=roles_of(user).values("partnership"))

    def open(self):
        return self.filter(opened_at__isnull=False, closed_at=None)


class Round(models.Model):
    """One time that a partnership asks its organisations to look at themselves together."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="rounds")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="rounds")
    title = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    opened_at = models.DateTimeField(default=timezone.now, null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "edition", "year"], name="one_round_of_an_edition_a_year")
        ]

    def __str__(self):
        return self.title


class InvitationListQuerySet(models.QuerySet):
    def coordinated_by(self, user):
        return self.filter(round__in=Round.objects.coordinated_by(user))


class InvitationList(models.Model):
    """Organisations that were asked to a round together, so that a mistake can be undone in one go."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="lists")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationListQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at"]

    def __str__(self):
        return f"{self.round}, asked on {self.sent_at:%d %B %Y}"


class PlaceQuerySet(models.QuerySet):
    def coordinated_by(self, user):
        return self.filter(round__in=Round.objects.coordinated_by(user))

    def answered_by(self, user):
        """Places for which somebody writes answers."""
        return self.filter(own(user, Kind.LEAD, Kind.COLLEAGUE))

    def open(self):
        return self.filter(round__closed_at=None)


class Place(models.Model):
    """An organisation's place in a round: asked on a day, perhaps with a later date than the others."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="places")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="places")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="places")
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    came_with = models.ForeignKey(InvitationList, models.SET_NULL, null=True, blank=True, related_name="places")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, blank=True, related_name="places")
    organisation_is_new = models.BooleanField(_("the organisation was added with the list"), default=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "organisation"], condition=Q(unit=None), name="one_place_in_a_round"
            ),
            models.UniqueConstraint(fields=["round", "unit"], name="one_place_for_a_unit_in_a_round"),
        ]

    def __str__(self):
        return f"{self.unit or self.organisation} in {self.round}"


class Extension(models.Model):
    """A later (or earlier) date for one place, or for the whole round. The old dates stay on the record."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="extensions")
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="extensions")
    was_due_on = models.DateField()
    due_on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.was_due_on} became {self.due_on}"


class Nudge(models.Model):
    """A friendly reminder by e-mail. Nobody gets more than one a day."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="nudges")
    sent_on = models.DateField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-sent_at"]
        constraints = [models.UniqueConstraint(fields=["place", "sent_on"], name="one_nudge_a_day")]

    def __str__(self):
        return f"{self.place}, {self.sent_on}"


class StuckNoteQuerySet(models.QuerySet):
    def coordinated_by(self, user):
        return self.filter(place__in=Place.objects.coordinated_by(user))

    def waiting(self):
        return self.filter(settled_at=None)


class StuckNote(Written):
    """An organisation tells the coordinator that it is stuck with its assessment, and what would help."""

    WORDS = ("text",)
    AUTHOR = "said_by"
    WRITTEN_AT = "said_at"

    place = models.ForeignKey(Place, models.CASCADE, related_name="stuck_notes")
    text = models.TextField(_("what would help"), max_length=1000)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = StuckNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at"]
        constraints = [models.CheckConstraint(name="a_stuck_note_says_what_would_help", condition=~Q(text=""))]

    def __str__(self):
        return self.text


class Band(models.Model):
    """Where the middle half of a round's organisations stood on a statement when the round closed.

    The same for everybody and never computed again, so that nobody's answers can be found by subtraction.
    Six organisations at least, so that each of them looks at five others.
    """

    FEWEST = 6

    round = models.ForeignKey(Round, models.CASCADE, related_name="bands")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="bands")
    lowest = models.CharField(max_length=20, choices=Stage)
    highest = models.CharField(max_length=20, choices=Stage)
    organisations = models.PositiveSmallIntegerField(_("how many organisations answered"))
    frozen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "statement"], name="one_band_for_a_statement_in_a_round"),
            models.CheckConstraint(condition=Q(organisations__gte=6), name="a_band_has_at_least_five_others"),
        ]

    def __str__(self):
        return f"{self.statement}: {self.lowest} to {self.highest}"
