import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.assessments.models import Answer, Assessment
from hub.commitments.models import Commitment
from hub.organisations.models import Organisation, Sharing, Unit
from hub.organisations.permissions import Kind, own, shared_with


class PledgeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(shared_with(user))

    def reportable_by(self, user):
        """Leads and colleagues of the organisation or unit, and the owner, report on a pledge and change it."""
        mine = Q(commitment__owner=user) if user.is_authenticated else Q()
        return self.filter(own(user, Kind.LEAD, Kind.COLLEAGUE) | (mine & own(user)))

    def led_by(self, user):
        return self.filter(own(user, Kind.LEAD))

    def public(self):
        return self.filter(sharing=Sharing.EVERYONE)

    def withdrawn(self):
        """Once public, and not any more: their public address keeps a notice."""
        was_public = Publication.objects.filter(pledge=OuterRef("pk"), sharing=Sharing.EVERYONE)
        return self.filter(~Q(sharing=Sharing.EVERYONE), Exists(was_public))


class Pledge(models.Model):
    """A promise that an organisation makes for one year."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commitment = models.OneToOneField(Commitment, models.PROTECT, related_name="pledge")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="pledges")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="pledges")
    year = models.PositiveSmallIntegerField()
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, blank=True, related_name="pledges")
    from_answer = models.ForeignKey(Answer, models.PROTECT, null=True, blank=True, related_name="pledges")
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="continued_by")
    # The present choice, kept here so that lists need no sub-query. The facts are in Publication.
    sharing = models.CharField(max_length=13, choices=Sharing, default=Sharing.ONLY_US)
    made_at = models.DateTimeField(default=timezone.now)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "organisation__name", "pk"]
        indexes = [models.Index(fields=["sharing", "-year"])]
        constraints = [models.UniqueConstraint(fields=["continues"], name="a_pledge_is_carried_on_once")]

    def __str__(self):
        return self.commitment.title

    def get_absolute_url(self):
        return reverse("pledges:read_pledge", args=[self.pk])


class Publication(models.Model):
    """The organisation chose who may read a pledge. Choosing 'everyone' is its consent to publish."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="publications")
    sharing = models.CharField(max_length=13, choices=Sharing)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    chosen_at = models.DateTimeField(default=timezone.now)
    words = models.CharField(_("why, if you want to say"), max_length=300, blank=True)

    class Meta:
        ordering = ["-chosen_at", "-pk"]

    def __str__(self):
        return f"{self.get_sharing_display()}, {self.chosen_at:%d %B %Y}"
