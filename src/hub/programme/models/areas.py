from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.commitments.models import Commitment, Measure, Target
from hub.organisations.models import Organisation
from hub.programme.models.programmes import (
    Community,
    Forum,
    PartQuerySet,
    Phase,
    Principle,
    Programme,
    ServiceArea,
    coordinated,
)
from hub.toolkit.models import Characteristic, Group


class InAreaQuerySet(PartQuerySet):
    programme = "area__programme"


class ActionQuerySet(InAreaQuerySet):
    def owned_by(self, user):
        """Those that a person looks after, while they have something to do in the partnership."""
        return self.of(user).filter(commitment__owner=user.pk)

    def reportable_by(self, user):
        """The owner, a deputy for as long as it was agreed, and those who coordinate."""
        if not user.is_authenticated:
            return self.none()
        stands_in = Exists(Deputy.objects.current().filter(action=OuterRef("pk"), person=user.pk))
        coordinates = Q(area__programme__partnership__in=coordinated(user))
        return self.of(user).filter(Q(commitment__owner=user.pk) | stands_in | coordinates)


class Action(models.Model):
    """Something that a programme says will be done. Its four questions, owner and updates are a commitment's."""

    commitment = models.OneToOneField(Commitment, models.PROTECT, related_name="programme_action")
    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="actions")
    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("who does it")
    )
    heading = models.CharField(_("heading in its area"), max_length=200, blank=True)
    phase = models.ForeignKey(Phase, models.PROTECT, null=True, blank=True, related_name="actions")
    community = models.ForeignKey(Community, models.PROTECT, null=True, blank=True, related_name="actions")
    principles = models.ManyToManyField(Principle, blank=True, related_name="actions")
    forums = models.ManyToManyField(Forum, blank=True, related_name="actions")
    characteristics = models.ManyToManyField(Characteristic, blank=True, related_name="actions")
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="named_in_actions")
    named = models.CharField(_("others that are named"), max_length=1000, blank=True)
    goes_with = models.ManyToManyField("self", blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["area", "position"]
        constraints = [models.UniqueConstraint(fields=["area", "key"], name="one_key_for_an_action")]

    def __str__(self):
        return self.commitment.title

    def get_absolute_url(self):
        return reverse("programme:read_action", args=[self.pk])


class DeputyQuerySet(models.QuerySet):
    def current(self, today=None):
        today = today or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=today), ended_at=None)


class Deputy(models.Model):
    """Somebody who reports on an action while its owner is away. One after another; the latest is the one."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="deputies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateField(_("until"), null=True, blank=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        ordering = ["-named_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action"], condition=Q(ended_at=None), name="one_deputy_for_an_action_at_a_time"
            )
        ]

    def __str__(self):
        return f"{self.person}"


class KeyTarget(models.Model):
    """What an area says it will reach by a day. Its measures hold the target, its history and the readings."""

    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="key_targets")
    measures = models.ManyToManyField(Measure, related_name="key_targets")
    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    words = models.TextField(max_length=1000, blank=True)
    source = models.CharField(max_length=300, blank=True)
    actions = models.ManyToManyField(Action, blank=True, related_name="key_targets")

    objects = InAreaQuerySet.as_manager()

    class Meta:
        ordering = ["area", "position"]
        constraints = [models.UniqueConstraint(fields=["area", "key"], name="one_key_for_a_key_target")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("programme:show_target", args=[*self.area.where, self.key])


class Outcome(models.Model):
    """What an area wants to come of its work. Many have no number; those that have, have indicators."""

    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="outcomes")
    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    words = models.TextField(max_length=1000, blank=True)
    source = models.CharField(max_length=300, blank=True)
    indicators = models.ManyToManyField(Measure, blank=True, related_name="outcomes")
    actions = models.ManyToManyField(Action, blank=True, related_name="outcomes")

    objects = InAreaQuerySet.as_manager()

    class Meta:
        ordering = ["area", "position"]
        constraints = [models.UniqueConstraint(fields=["area", "key"], name="one_key_for_an_outcome")]

    def __str__(self):
        return self.title


class FurtherPromise(models.Model):
    """Something that the running text of a published programme promises beside its lists. It is counted nowhere."""

    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="further_promises")
    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    words = models.TextField(max_length=1000)
    source = models.CharField(max_length=300, blank=True)
    measures = models.ManyToManyField(Measure, blank=True, related_name="further_promises")

    objects = InAreaQuerySet.as_manager()

    class Meta:
        ordering = ["area", "position"]
        constraints = [models.UniqueConstraint(fields=["area", "key"], name="one_key_for_a_further_promise")]

    def __str__(self):
        return self.words


class StatedTarget(models.Model):
    """What a published document says about a target: when, in its own terms, and where it says so."""

    target = models.OneToOneField(Target, models.PROTECT, related_name="stated")
    when = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    def __str__(self):
        return self.when


class AtWork(models.Model):
    """A measure that is about people at work, and about what."""

    class Topic(models.TextChoices):
        CHAMPIONS = "champions", _("Equality champions")
        TRAINING = "training", _("Training")
        MENTORING = "mentoring", _("Mentoring")
        LANGUAGES = "languages", _("Languages")
        REPRESENTATION = "representation", _("Who works here")
        SUPPORT = "support", _("Support for staff")
        RECRUITMENT = "recruitment", _("Recruitment")

    measure = models.OneToOneField(Measure, models.PROTECT, related_name="at_work")
    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="at_work")
    topic = models.CharField(max_length=14, choices=Topic)
    service = models.CharField(_("which service, where it is not the whole area"), max_length=120, blank=True)
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("which group of staff")
    )
    language = models.CharField(_("which language"), max_length=80, blank=True)

    objects = InAreaQuerySet.as_manager()

    class Meta:
        ordering = ["topic", "measure"]

    def __str__(self):
        return self.get_topic_display()


class Rewording(Written):
    """What a part of a programme was called, and said, until somebody changed it."""

    WORDS = ("title", "words", "more")
    AUTHOR = "changed_by"
    WRITTEN_AT = "changed_at"

    class What(models.TextChoices):
        PROGRAMME = "programme", _("Programme")
        STRAND = "strand", _("Strand")
        PRINCIPLE = "principle", _("Principle")
        PHASE = "phase", _("Phase")
        COMMUNITY = "community", _("Plan for one community")
        FORUM = "forum", _("Forum")
        AREA = "area", _("Area")
        TARGET = "target", _("Key target")
        OUTCOME = "outcome", _("Outcome")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rewordings")
    what = models.CharField(max_length=9, choices=What)
    part = models.PositiveBigIntegerField()
    title = models.CharField(max_length=200)
    words = models.TextField(max_length=4000, blank=True)
    more = models.TextField(
        _("what else stood there, one thing a line"), max_length=2000, blank=True, default="", db_default=""
    )
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["programme", "what", "part"])]

    def __str__(self):
        return self.title
