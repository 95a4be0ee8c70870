from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.commitments.models import Commitment
from hub.findings.models import Audience
from hub.organisations.models import Organisation, Unit
from hub.pledges.models import Pledge
from hub.programme.models import Meeting


class TieQuerySet(models.QuerySet):
    def standing(self):
        """Those that nobody has undone."""
        return self.filter(undone=None)

    def ended(self):
        return self.exclude(undone=None)

    def to_finding(self, finding):
        """Ties to what a finding is about, also where its figures were looked at again since."""
        about = finding.analysis
        return self.filter(
            code=finding.code, organisation=about.organisation_id, unit=about.unit_id, audience=about.audience
        )


class Tie(models.Model):
    """A pledge or an action goes with something else. Ties are added, never edited; one that ends is undone."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="ties")
    pledge = models.ForeignKey(Pledge, models.PROTECT, null=True, blank=True, related_name="ties")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="ties", verbose_name=_("where it was agreed")
    )
    # A finding by its code and whose figure it is, so that it stays the same one when figures are looked at again.
    code = models.CharField(_("the finding"), max_length=160, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    audience = models.CharField(max_length=13, choices=Audience, blank=True)
    tied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    tied_at = models.DateTimeField(default=timezone.now)

    objects = TieQuerySet.as_manager()

    class Meta:
        ordering = ["-tied_at", "-pk"]
        indexes = [models.Index(fields=["code"], condition=~Q(code=""), name="ties_to_a_finding")]
        constraints = [
            models.CheckConstraint(
                name="a_tie_is_to_one_thing",
                condition=Q(pledge__isnull=False, meeting=None, code="")
                | Q(pledge=None, meeting__isnull=False, code="")
                | (Q(pledge=None, meeting=None) & ~Q(code="")),
            ),
            models.CheckConstraint(
                name="whose_figure_it_is_belongs_to_a_finding",
                condition=~Q(code="") | Q(organisation=None, unit=None, audience=""),
            ),
        ]

    def __str__(self):
        return f"{self.commitment}, {self.tied_at:%d %B %Y}"


class Undoing(models.Model):
    """A tie does not hold any more. That it held stays on the record."""

    tie = models.OneToOneField(Tie, models.PROTECT, related_name="undone")
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.tie}"
