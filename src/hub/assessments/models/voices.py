import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.assessments.models.assessments import Assessment
from hub.assessments.models.choices import Speaker, Stage
from hub.organisations.models import Sharing
from hub.toolkit.models import Section, Statement


def hash_of(token):
    """The token has 32 random bytes, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


class ContributionLinkQuerySet(models.QuerySet):
    def with_token(self, token):
        """Also links that have ended: their page says so kindly."""
        return self.filter(token_hash=hash_of(token))

    def usable(self):
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def managed_by(self, user):
        return self.filter(assessment__in=Assessment.objects.led_by(user))


class ContributionLink(models.Model):
    """A link, or a paper card, with which people add their own words without an account."""

    class Purpose(models.TextChoices):
        SECTION = "section", _("To say what they think about one section")
        DIFFERENCE = "difference", _("To say whether it made a difference")

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="links")
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.SECTION)
    speaker = models.CharField(max_length=12, choices=Speaker)
    token_hash = models.CharField(max_length=64, unique=True)
    note = models.CharField(_("who it is for"), max_length=120, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ContributionLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="difference") | Q(section__isnull=False), name="a_link_opens_one_section"
            )
        ]

    def __str__(self):
        return f"{self.get_speaker_display()}, {self.section or self.get_purpose_display()}"

    @property
    def is_usable(self):
        return self.revoked_at is None and self.expires_at > timezone.now() and not self.has_nothing_to_ask

    @property
    def has_nothing_to_ask(self):
        """Once the lead has signed off, the questions of a section are closed."""
        return self.purpose == self.Purpose.SECTION and self.assessment.is_signed_off


class Contributor(models.Model):
    """Somebody who came by a link. We know nothing of them but a number in their own browser."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    link = models.ForeignKey(ContributionLink, models.CASCADE, related_name="contributors")
    came_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"Contributor {self.code}"

    @property
    def code(self):
        """A few letters that somebody can quote to have their words taken out."""
        return self.key.hex[:6].upper()


class VoiceQuerySet(models.QuerySet):
    def current(self):
        return self.filter(replaced_by=None, erased_at=None)


class Voice(Written):
    """What somebody says about one statement, in their own words, beside the others and never averaged."""

    WORDS = ("text",)
    AUTHOR = "recorded_by"
    WRITTEN_AT = "said_at"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="voices")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="voices")
    speaker = models.CharField(max_length=12, choices=Speaker)
    stage = models.CharField(max_length=20, choices=Stage, blank=True)
    text = models.TextField(max_length=4000, blank=True)
    people = models.PositiveSmallIntegerField(_("how many people said this"), default=1)
    contributor = models.ForeignKey(Contributor, models.PROTECT, null=True, blank=True, related_name="voices")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = VoiceQuerySet.as_manager()

    class Meta:
        ordering = ["speaker", "said_at"]
        constraints = [
            models.CheckConstraint(
                name="a_voice_is_a_contributors_or_recorded_by_somebody",
                condition=Q(contributor__isnull=False) | Q(recorded_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["contributor", "statement"],
                condition=Q(replaces=None),
                name="a_contributor_has_one_voice_for_a_statement",
            ),
            models.CheckConstraint(
                name="a_voice_says_something",
                condition=~Q(stage="") | ~Q(text="") | Q(erased_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_speaker_display()}: {self.text}"

    def passed_on(self):
        return Voice.objects.filter(assessment=self.assessment_id, statement=self.statement_id)


class VoicesShared(models.Model):
    """From now on more people than the lead hear of the voices of this assessment, as far as `sharing` says.

    Added; the latest counts. Until there is one, only the lead reads them.
    """

    class What(models.TextChoices):
        WORDS = "words", _("What people said")
        COUNTS = "counts", _("Only how many people were heard")
        NOTHING = "nothing", _("Nothing")

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="voices_shared")
    sharing = models.CharField(max_length=13, choices=Sharing)
    what = models.CharField(max_length=7, choices=What, default=What.WORDS)
    was_warned = models.BooleanField(_("was told that people could be recognised"), default=False)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-shared_at", "-pk"]

    def __str__(self):
        return f"{self.assessment}: {self.get_sharing_display()}"


class Difference(models.Model):
    """A service user's answer to: did the audit, and what followed, make a difference?"""

    class Reply(models.TextChoices):
        YES = "yes", _("Yes")
        SOME = "some", _("A little")
        NO = "no", _("No")
        WORSE = "worse", _("It got worse")
        UNKNOWN = "unknown", _("I do not know")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="differences")
    contributor = models.ForeignKey(Contributor, models.PROTECT, null=True, blank=True, related_name="differences")
    speaker = models.CharField(max_length=12, choices=Speaker)
    reply = models.CharField(max_length=8, choices=Reply)
    text = models.TextField(max_length=4000, blank=True)
    said_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contributor"], condition=Q(erased_at=None), name="a_contributor_replies_once"
            )
        ]

    def __str__(self):
        return self.get_reply_display()
