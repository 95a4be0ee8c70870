from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.commitments.models import Update
from hub.organisations.permissions import Kind, roles_of
from hub.programme.models.areas import Action
from hub.programme.models.programmes import PartQuerySet


class EvidenceDate(models.Model):
    """Until when the evidence of an update counts. Afterwards it has to be looked at again."""

    update = models.OneToOneField(Update, models.PROTECT, related_name="evidence_date")
    good_until = models.DateField()

    def __str__(self):
        return f"{self.good_until}"


class OwnersView(Written):
    """How the owner sees it where the worked-out standing misses something. It stands beside it, in words."""

    WORDS = ("words",)
    AUTHOR = "made_by"
    WRITTEN_AT = "made_at"

    action = models.ForeignKey(Action, models.PROTECT, related_name="owners_views")
    standing = models.CharField(_("how it stood then"), max_length=10)
    words = models.TextField(_("how you see it"), max_length=1000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return self.words


class ChallengeQuerySet(PartQuerySet):
    programme = "action__area__programme"

    def open(self):
        """Not answered yet, or not well enough for those who asked."""
        return self.filter(closed_at=None)

    def answered_by(self, user):
        """Those that this person is to answer."""
        return self.filter(action__in=Action.objects.reportable_by(user))

    def own_to(self, user):
        """Those that this person asked, and for a coordinator every one: they say whether it is answered."""
        if not user.is_authenticated:
            return self.none()
        coordinates = roles_of(user).filter(kind=Kind.COORDINATOR).values("partnership")
        mine = Q(asked_by=user.pk) | Q(action__area__programme__partnership__in=coordinates)
        return self.of(user).filter(mine)


class Challenge(Written):
    """A question that somebody on a board asks about an action. It stays in sight until it is answered."""

    ASKED_BY = [Kind.BOARD, Kind.COMMISSIONER, Kind.COORDINATOR, Kind.ANALYST]
    WORDS = ("words",)
    AUTHOR = "asked_by"
    WRITTEN_AT = "asked_at"

    action = models.ForeignKey(Action, models.PROTECT, related_name="challenges")
    words = models.TextField(_("the question"), max_length=2000)
    asked_by_role = models.CharField(_("in which capacity"), max_length=120, blank=True)
    is_example = models.BooleanField(_("made up, as an example"), default=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self):
        return self.words

    def get_absolute_url(self):
        return reverse("programme:read_question", args=[self.pk])


class ChallengeReply(Written):
    """What was said to a question: by the owner, or by those who ask again."""

    WORDS = ("words",)
    AUTHOR = "made_by"
    WRITTEN_AT = "made_at"

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        AGAIN = "again", _("Asked again")

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="replies")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.REPLY)
    words = models.TextField(_("what you say"), max_length=4000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name_plural = "replies"

    def __str__(self):
        return self.words
