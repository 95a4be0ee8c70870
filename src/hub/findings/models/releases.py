"""A finding on its way to the public: asked for, made safe, approved by two others, out, perhaps taken back."""

import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.audit.models import ChangedRecordError
from hub.organisations.models import Organisation, Partnership, Unit
from hub.organisations.permissions import Kind, own, roles_of
from hub.submissions.models import People

DECIDERS = [Kind.COORDINATOR, Kind.ANALYST]


class Lines(models.QuerySet):
    """A ledger to read. Nothing here can change it, and only the ledger's store adds to it."""

    def update(self, **fields):
        raise ChangedRecordError

    def delete(self):
        raise ChangedRecordError

    def bulk_create(self, *args, **kwargs):
        raise ChangedRecordError

    def bulk_update(self, *args, **kwargs):
        raise ChangedRecordError


class LedgerLine(models.Model):
    """One record of a partnership's ledger of releases, as the engine wrote it. Added, never changed."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="ledger_lines")
    number = models.PositiveIntegerField()
    line = models.TextField()

    objects = Lines.as_manager()

    class Meta:
        ordering = ["partnership", "number"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="one_line_at_each_place_of_a_ledger")
        ]

    def __str__(self):
        return f"{self.partnership}, {self.number}"

    @property
    def checksum(self):
        return hashlib.sha256(self.line.encode()).hexdigest()

    def save(self, **kwargs):
        if not self._state.adding:
            raise ChangedRecordError
        super().save(**kwargs | {"force_insert": True})

    def delete(self, **kwargs):
        raise ChangedRecordError


class ReleaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever has a part in it: those whose figure it is, those who may decide, and whoever asked."""
        roles = roles_of(user)
        decides = Q(partnership__in=roles.filter(kind__in=DECIDERS).values("partnership"))
        of_everybody = Q(organisation=None, partnership__in=roles.filter(kind=Kind.APPROVER).values("partnership"))
        asked = Q(asked_by=user.pk, partnership__in=roles.values("partnership"))
        return self.filter(own(user) | decides | of_everybody | asked)

    def approvable_by(self, user):
        """Two decide, and never whoever asked; nobody twice."""
        approves = roles_of(user).filter(kind=Kind.APPROVER).values("partnership")
        may = (
            Q(partnership__in=roles_of(user).filter(kind__in=DECIDERS).values("partnership"))
            | own(user, Kind.APPROVER)
            | Q(organisation=None, partnership__in=approves)
        )
        decided = ReleaseStep.objects.filter(release=OuterRef("pk"), made_by=user.pk)
        return self.under_way().filter(may, ~Exists(decided), ready_at__isnull=False).exclude(asked_by=user.pk)

    def answered_by(self, user):
        """Those who speak for the service have words of their own beside it; once it is public, through an approver."""
        before = Q(published_at=None) & own(user, Kind.LEAD)
        return self.filter(before | own(user, Kind.APPROVER), ready_at__isnull=False, ended_at=None)

    def withdrawable_by(self, user):
        """Whoever asked, leads the service whose figure it is, or coordinates may take it back at any time."""
        here = roles_of(user).filter(kind=Kind.COORDINATOR).values("partnership")
        asked = Q(asked_by=user.pk, partnership__in=roles_of(user).values("partnership"))
        return self.filter(own(user, Kind.LEAD) | Q(partnership__in=here) | asked, ended_at=None)

    def under_way(self):
        return self.filter(published_at=None, ended_at=None)

    def public(self):
        return self.filter(published_at__isnull=False, ended_at=None)

    def withdrawn(self):
        """Once public, and not any more: the address keeps a notice."""
        return self.filter(published_at__isnull=False, ended_at__isnull=False)


class Release(models.Model):
    """A finding that somebody asked to publish. What was approved is kept in its files, byte for byte."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="releases")
    # Whose figure it is. Without an organisation, a publisher's.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="releases")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="releases")
    people = models.CharField(_("about whom"), max_length=7, choices=People, default=People.CLIENTS)
    code = models.CharField(max_length=160)
    measure = models.CharField(max_length=30)
    characteristic = models.CharField(max_length=30, blank=True)
    title = models.CharField(max_length=300)
    is_example = models.BooleanField(default=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    # Until then those whose figure it is may answer first. Empty where they asked themselves, or nobody here may.
    reply_by = models.DateField(null=True, blank=True)
    heard_at = models.DateTimeField(_("when they had answered"), null=True, blank=True)
    begun_at = models.DateTimeField(_("when a worker began to make it safe"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(_("when it had been made safe"), null=True, blank=True)
    # The seal of the figures that it was made from, as the ledger has it.
    made_from = models.CharField(max_length=64, blank=True)
    # What the gate said. It names groups, so it is for those who may see the finding.
    refused_because = models.TextField(blank=True)
    # For everybody who has a part in it.
    ended_because = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(_("when its service was told of other figures"), null=True, blank=True)
    # What the ledger calls the tables behind it, with commas between.
    ledger_names = models.CharField(max_length=2000, blank=True)
    ledger_line = models.ForeignKey(LedgerLine, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    # Refused, declined or withdrawn. The facts are in its steps.
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="only_what_was_made_safe_is_published",
                condition=Q(published_at=None) | (Q(ready_at__isnull=False) & Q(ledger_line__isnull=False)),
            ),
            models.UniqueConstraint(
                "partnership",
                Coalesce("organisation", 0),
                Coalesce("unit", 0),
                "code",
                condition=Q(published_at=None, ended_at=None),
                name="a_finding_is_under_way_once",
            ),
            models.CheckConstraint(
                name="a_refusal_ends_a_release",
                condition=Q(refused_because="", ended_because="") | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("findings:read_release", args=[self.pk])

    def end(self, because="", *, refused=""):
        self.ended_at, self.ended_because, self.refused_because = timezone.now(), because, refused
        self.save(update_fields=["ended_at", "ended_because", "refused_because"])

    @property
    def public_address(self):
        """The page belongs to what stands above findings, so it is named by its address."""
        return f"/{self.partnership.slug}/findings/{self.public_id}/"

    @property
    def service_name(self):
        return self.unit.name if self.unit else self.organisation.name if self.organisation else ""

    @property
    def named_in_ledger(self):
        return self.ledger_names.split(",") if self.ledger_names else []

    @property
    def is_public(self):
        return self.published_at is not None and self.ended_at is None

    @property
    def is_withdrawn(self):
        return self.published_at is not None and self.ended_at is not None


class ReleasedFile(models.Model):
    """The bytes that were approved, which are the bytes that are published."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="files")
    name = models.CharField(max_length=40)
    content = models.TextField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["release", "name"], name="a_release_has_each_file_once")]

    def __str__(self):
        return self.name


class ReleaseStep(Written):
    """Somebody approved a release, or declined it, or took it back. Steps are added, never changed."""

    WORDS = ("words",)
    AUTHOR = "made_by"
    WRITTEN_AT = "made_at"

    class Kind(models.TextChoices):
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Not approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    release = models.ForeignKey(Release, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=9, choices=Kind)
    roles = models.CharField(_("in which roles, with commas between"), max_length=100, blank=True)
    words = models.CharField(_("why"), max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "made_by"],
                condition=Q(kind__in=["approved", "declined"]),
                name="nobody_decides_twice_on_a_release",
            ),
            models.CheckConstraint(
                name="who_declines_or_withdraws_says_why", condition=Q(kind="approved") | ~Q(words="")
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.made_at:%d %B %Y}"
