from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.assessments.models.rounds import Round
from hub.organisations.models import Organisation, Role, Sharing, Unit
from hub.organisations.permissions import Kind, own, roles_of, shared_by_choice
from hub.toolkit.models import Edition, Section


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own at any time; somebody else's only once it is signed off, and as far as they share it."""
        shared = shared_by_choice(user) & Q(signed_off_at__isnull=False)
        return self.filter(own(user) | shared) if user.is_authenticated else self.filter(shared)

    def own_to(self, user):
        """Those of the organisation or unit in which the person works, whatever they do there."""
        return self.filter(own(user))

    def answerable_by(self, user):
        """Leads and colleagues of the organisation or the unit write answers."""
        return self.filter(own(user, Kind.LEAD, Kind.COLLEAGUE))

    def led_by(self, user):
        return self.filter(own(user, Kind.LEAD))

    def approvable_by(self, user):
        return self.filter(own(user, Kind.APPROVER))

    def signable_by(self, user):
        return self.filter(own(user, Kind.LEAD, Kind.APPROVER))

    def under_way(self):
        return self.filter(signed_off_at=None)

    def coordinated_by(self, user):
        """To see who has started, not what they say."""
        return self.filter(
            organisation__partnership__in=roles_of(user).filter(kind=Kind.COORDINATOR).values("partnership")
        )


class Assessment(models.Model):
    """An organisation, or one part of it, looking at itself against one edition of a chapter, in one year."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assessments")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="assessments")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="assessments")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="assessments")
    year = models.PositiveSmallIntegerField()
    for_providers = models.BooleanField(_("as a provider of services"), default=True)
    for_commissioners = models.BooleanField(_("as a commissioner of services"), default=False)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried_to")
    sharing = models.CharField(max_length=13, choices=Sharing, default=Sharing.ONLY_US)
    is_example = models.BooleanField(_("made up, as an example"), default=False)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # The latest sign-off, kept here so that lists need no sub-query. The facts are in SignOff.
    signed_off_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "edition", "year"], condition=Q(unit=None), name="one_assessment_a_year"
            ),
            models.UniqueConstraint(fields=["unit", "edition", "year"], name="one_assessment_a_year_for_a_unit"),
            models.CheckConstraint(
                condition=Q(for_providers=True) | Q(for_commissioners=True), name="an_assessment_is_for_somebody"
            ),
        ]

    def __str__(self):
        return f"{self.unit or self.organisation}, {self.year}"

    @property
    def is_signed_off(self):
        return self.signed_off_at is not None

    def is_the_place_of(self, role):
        """Whether somebody with this role works where the assessment is made."""
        works = role.kind in Role.IN_AN_ORGANISATION and role.organisation_id == self.organisation_id
        return works and role.unit_id in (None, self.unit_id)

    def reader(self, user):
        """How far it must be shared for this person to read it, and whether they lead it."""
        roles = list(roles_of(user).filter(partnership=self.organisation.partnership_id))
        here = [role for role in roles if self.is_the_place_of(role)]
        return _reach(roles, here), any(role.kind == Kind.LEAD for role in here)

    @property
    def part_of(self):
        """The organisation, or the one part of it that this is about."""
        return self.unit or self.organisation


def _reach(roles, here):
    if here:
        return Sharing.ONLY_US
    if any(role.kind == Kind.COMMISSIONER for role in roles):
        return Sharing.COMMISSIONERS
    return Sharing.PARTNERSHIP if roles else Sharing.EVERYONE


class Heard(Written):
    """Who was round the table for a section, and who was not. Added; the latest counts."""

    WORDS = ("not_heard",)
    AUTHOR = "recorded_by"
    WRITTEN_AT = "recorded_at"

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="heard")
    section = models.ForeignKey(Section, models.PROTECT, related_name="+")
    staff = models.PositiveSmallIntegerField(_("staff and volunteers"), default=0)
    service_users = models.PositiveSmallIntegerField(_("people who use the service"), default=0)
    carers = models.PositiveSmallIntegerField(_("carers, family and friends"), default=0)
    not_heard = models.TextField(_("who was not heard yet"), max_length=1000, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-recorded_at", "-pk"]

    def __str__(self):
        return f"{self.section}: {self.staff + self.service_users + self.carers} people"

    def passed_on(self):
        return Heard.objects.filter(assessment=self.assessment_id, section=self.section_id)


class Presence(models.Model):
    """Somebody had this page open a moment ago. One row for each person and page, written over."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "section", "user"], name="one_seat_for_a_person_on_a_page")
        ]

    def __str__(self):
        return f"{self.user} at {self.section}"


class SignOff(models.Model):
    """The lead says: this is what we agreed."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="sign_offs")
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_off_at = models.DateTimeField(default=timezone.now)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-signed_off_at"]

    def __str__(self):
        return f"{self.assessment}, {self.signed_off_at:%d %B %Y}"
