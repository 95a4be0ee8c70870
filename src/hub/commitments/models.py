from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.organisations.models import Organisation, Partnership
from hub.organisations.permissions import roles_of
from hub.toolkit.models import Area, Characteristic, Group, Statement


class Commitment(models.Model):
    """What a pledge and a strategy's action share: four questions, an owner, a date, measures and what happened.

    Who may see or change it is decided by what stands on it (a pledge, later an action), not here.
    """

    class Work(models.TextChoices):
        EXISTING = "existing", _("Work we already do")
        NEW = "new", _("Something new")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="commitments")
    title = models.CharField(max_length=160)
    inequality = models.TextField(_("What is unfair now?"), max_length=4000, blank=True)
    action = models.TextField(_("What will we do?"), max_length=4000, blank=True)
    outcome = models.TextField(_("What do we want to come of it?"), max_length=4000, blank=True)
    knowing = models.TextField(_("How will we know?"), max_length=4000, blank=True)
    work = models.CharField(max_length=8, choices=Work, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    owner_role = models.CharField(_("the owner's job, which others see"), max_length=120, blank=True)
    due_on = models.DateField(null=True, blank=True)
    groups = models.ManyToManyField(Group, blank=True, related_name="commitments")
    people = models.CharField(_("who it is for, in your own words"), max_length=300, blank=True)
    statements = models.ManyToManyField(Statement, blank=True, related_name="commitments")
    # A commitment taken from a published document says so; what that does not say shows as 'not stated in the source'.
    source = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(blank=True)
    is_example = models.BooleanField(_("made up, as an example"), default=False)
    # Goes up with every change, so that the second of two people who change the same text is told.
    version = models.PositiveIntegerField(default=1, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self):
        return self.title

    @cached_property
    def is_for_certain_people(self):
        """Nobody can tell from their own words whether everybody is meant, so any words count."""
        return bool(self.people or self.groups.all())


class Wording(Written):
    """What a commitment said before somebody changed it. Written by the action that changes it."""

    WORDS = ("title", "inequality", "action", "outcome", "knowing")
    AUTHOR = "changed_by"
    WRITTEN_AT = "changed_at"

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="wordings")
    title = models.CharField(max_length=160)
    inequality = models.TextField(blank=True)
    action = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    knowing = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self):
        return self.title

    def passed_on(self):
        return Wording.objects.filter(commitment=self.commitment_id)


class HandOver(Written):
    """Somebody else looks after a commitment from now on."""

    WORDS = ("words",)
    AUTHOR = "handed_over_by"
    WRITTEN_AT = "handed_over_at"

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="hand_overs")
    from_owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    to_owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    words = models.CharField(_("what the next person should know"), max_length=1000, blank=True)
    handed_over_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    handed_over_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-handed_over_at", "-pk"]

    def __str__(self):
        return f"{self.commitment}, {self.handed_over_at:%d %B %Y}"


class Measure(models.Model):
    """How we will know. Its readings over time say whether anything changed."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("A number")
        SHARE = "share", _("So many of so many, or a rate")
        MILESTONE = "milestone", _("A step that is done or not yet done")
        CADENCE = "cadence", _("Something that happens every so often")
        SURVEY = "survey", _("A question in a survey")
        COMPOSITION = "composition", _("Who makes up a small group, such as a board")

    class Direction(models.TextChoices):
        UP = "up", _("Up")
        DOWN = "down", _("Down")
        UP_THEN_DOWN = "up_then_down", _("Up at first, down later")
        STEADY = "steady", _("Stay where it is")

    class Counting(models.TextChoices):
        THINGS = "things", _("Things, such as visits, leaflets or meetings")
        ANYONE = "anyone", _("People, whoever they are")
        A_GROUP = "a_group", _("People of a certain group, such as an age or an ethnic group")

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(_("what you count"), max_length=200)
    unit = models.CharField(_("counted in"), max_length=120, blank=True)
    # What nobody has said is treated as a group of people, which is never shown to the public.
    counting = models.CharField(_("what it counts"), max_length=8, choices=Counting, blank=True)
    characteristic = models.ForeignKey(
        Characteristic, models.PROTECT, null=True, blank=True, verbose_name=_("what you look at"), related_name="+"
    )
    group_size = models.PositiveSmallIntegerField(_("how many places the group has"), null=True, blank=True)
    per = models.PositiveIntegerField(_("for every"), null=True, blank=True)
    instrument = models.CharField(_("which survey, and which question"), max_length=300, blank=True)
    every_weeks_from = models.PositiveSmallIntegerField(_("at least this many weeks apart"), null=True, blank=True)
    every_weeks_to = models.PositiveSmallIntegerField(_("at most this many weeks apart"), null=True, blank=True)
    direction = models.CharField(max_length=12, choices=Direction, blank=True)
    direction_reason = models.CharField(_("why that way"), max_length=300, blank=True)
    review_on = models.DateField(_("look at the direction again on"), null=True, blank=True)
    baseline_due_on = models.DateField(_("we will know where we start by"), null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_cadence_says_how_often", condition=~Q(kind="cadence") | Q(every_weeks_to__isnull=False)
            ),
            models.CheckConstraint(
                name="up_then_down_says_why", condition=~Q(direction="up_then_down") | ~Q(direction_reason="")
            ),
            models.CheckConstraint(
                name="up_then_down_is_looked_at_again",
                condition=~Q(direction="up_then_down") | Q(review_on__isnull=False),
            ),
            models.CheckConstraint(
                # How many places there are may be unknown, for instance where a published source does not say.
                name="a_small_group_has_places",
                condition=Q(group_size=None) | Q(group_size__gt=0),
            ),
        ]

    def __str__(self):
        return self.name


class Turn(models.Model):
    """The way in which a measure should go was changed; this is how it was before."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="turns")
    direction = models.CharField(max_length=12, choices=Measure.Direction, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    turned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    turned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-turned_at", "-pk"]

    def __str__(self):
        return self.get_direction_display()


class Target(models.Model):
    """What a measure should reach, by when. A changed target is a new one; the old ones stay."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="targets")
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    words = models.CharField(_("in words"), max_length=300, blank=True)
    by = models.DateField(null=True, blank=True)
    reason = models.CharField(_("why it changed"), max_length=300, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_target_says_something", condition=Q(value__isnull=False) | ~Q(words=""))
        ]

    def __str__(self):
        return self.words or f"{self.value.normalize():f}"


class ReadingQuerySet(models.QuerySet):
    def current(self):
        """Without those that a later one corrects."""
        return self.filter(~Exists(Reading.objects.filter(corrects=OuterRef("pk"))))


class Reading(models.Model):
    """What a measure showed on one day. A mistake is put right by a new reading that corrects it."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="readings")
    update = models.ForeignKey("Update", models.PROTECT, null=True, blank=True, related_name="readings")
    on = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    numerator = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    denominator = models.PositiveIntegerField(_("out of"), null=True, blank=True)
    unknown = models.PositiveIntegerField(_("not known"), null=True, blank=True)
    words = models.CharField(_("in words"), max_length=500, blank=True)
    is_baseline = models.BooleanField(_("where we start"), default=False)
    source = models.CharField(_("where it comes from"), max_length=300, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_reading_says_something",
                condition=Q(value__isnull=False) | Q(numerator__isnull=False) | ~Q(words=""),
            ),
            models.CheckConstraint(
                name="so_many_of_so_many",
                condition=Q(denominator=None) | Q(numerator__isnull=False, denominator__gt=0),
            ),
        ]

    def __str__(self):
        return f"{self.on}: {self.value or self.numerator or self.words}"

    @property
    def is_corrected(self):
        """Fetch it with select_related("corrected_by") where there are many."""
        try:
            return self.corrected_by is not None
        except Reading.DoesNotExist:
            return False

    @property
    def groups(self):
        """Its groups, each with its own population. Fetch "parts" first where there are many."""
        return [part for part in self.parts.all() if part.out_of]


class Part(models.Model):
    """How many people are of one kind: in a small group, or out of all of that kind where a share is told by group.

    One characteristic at a time, never two together. Neither is ever public.
    """

    reading = models.ForeignKey(Reading, models.PROTECT, related_name="parts")
    label = models.CharField(max_length=80)
    count = models.PositiveIntegerField()
    out_of = models.PositiveIntegerField(_("out of"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reading", "label"], name="one_count_for_a_label"),
            models.CheckConstraint(
                name="a_group_is_within_its_population",
                condition=Q(out_of=None) | Q(out_of__gt=0, count__lte=F("out_of")),
            ),
        ]

    def __str__(self):
        return f"{self.label}: {self.count}"


class UpdateQuerySet(models.QuerySet):
    def current(self):
        """Without those that a later one corrects."""
        return self.filter(~Exists(Update.objects.filter(corrects=OuterRef("pk"))))


class Update(Written):
    """Where a commitment had got to on one day. Updates are added, never edited."""

    WORDS = ("happened", "worked", "hard", "next", "help_wanted", "evidence", "evidence_url", "changed")
    AUTHOR = "made_by"
    WRITTEN_AT = "made_at"

    class Stage(models.TextChoices):
        PROMISED = "promised", _("Promised")
        STARTED = "started", _("Started")
        MOVING = "moving", _("Moving")
        STUCK = "stuck", _("Stuck")
        KEPT = "kept", _("Kept")
        STOPPED = "stopped", _("Stopped, with a reason")

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="updates")
    stage = models.CharField(max_length=10, choices=Stage)
    happened = models.TextField(_("What happened?"), max_length=4000, blank=True)
    worked = models.TextField(_("What worked?"), max_length=4000, blank=True)
    hard = models.TextField(_("What was hard?"), max_length=4000, blank=True)
    next = models.TextField(_("What is next?"), max_length=4000, blank=True)
    help_wanted = models.TextField(_("What would help?"), max_length=4000, blank=True)
    evidence = models.TextField(_("What shows it?"), max_length=2000, blank=True)
    evidence_url = models.URLField(blank=True)
    changed = models.CharField(_("What did you change in how you work?"), max_length=120, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    # A correction stands where the update that it corrects stood; otherwise this is when it was made.
    stands_at = models.DateTimeField(default=timezone.now)

    objects = UpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-stands_at", "-pk"]
        indexes = [models.Index(fields=["commitment", "-stands_at", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="being_stuck_says_what_would_help", condition=~Q(stage="stuck") | ~Q(help_wanted="")
            ),
            models.CheckConstraint(name="stopping_says_why", condition=~Q(stage="stopped") | ~Q(happened="")),
        ]

    def __str__(self):
        return f"{self.get_stage_display()}, {self.made_at:%d %B %Y}"

    def passed_on(self):
        return _written_about(self.commitment)

    @property
    def is_corrected(self):
        """Fetch it with select_related("corrected_by") where there are many."""
        try:
            return self.corrected_by is not None
        except Update.DoesNotExist:
            return False


class AskQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def visible_to(self, user):
        """Asks go to the whole group: everybody with a role in the partnership."""
        return self.filter(partnership__in=roles_of(user).values("partnership"))


class Ask(Written):
    """An organisation asks the group for help."""

    WORDS = ("text", "came_of_it")
    AUTHOR = "asked_by"
    WRITTEN_AT = "asked_at"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="asks")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="asks")
    commitment = models.ForeignKey(Commitment, models.PROTECT, null=True, blank=True, related_name="asks")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="asks")
    text = models.TextField(_("what would help"), max_length=4000)
    is_example = models.BooleanField(_("made up, as an example"), default=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    came_of_it = models.TextField(_("what came of it"), max_length=4000, blank=True)

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self):
        return self.text

    def passed_on(self):
        return _written_about(self.commitment) if self.commitment else ()


def _written_about(commitment):
    """A correction begins with the words of what it corrects, and what would help is also asked of the group."""
    return [*commitment.updates.all(), *commitment.asks.all()]


class Offer(Written):
    """Another organisation offers to help with an ask."""

    WORDS = ("text",)
    AUTHOR = "offered_by"
    WRITTEN_AT = "offered_at"

    ask = models.ForeignKey(Ask, models.PROTECT, related_name="offers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="offers")
    text = models.TextField(_("what you can offer"), max_length=4000)
    may_be_public = models.BooleanField(_("may be shown where the pledge is public"), default=False)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["offered_at"]

    def __str__(self):
        return self.text


class OfferStep(Written):
    """What became of an offer. Steps are added; the latest is where it stands."""

    WORDS = ("words",)
    AUTHOR = "made_by"
    WRITTEN_AT = "made_at"

    class Step(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Not needed this time")
        WITHDRAWN = "withdrawn", _("Taken back")
        THANKED = "thanked", _("Used, with thanks")

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10, choices=Step)
    words = models.TextField(_("thanks, and what came of it"), max_length=4000, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="thanks_say_what_came_of_it", condition=~Q(step="thanked") | ~Q(words=""))
        ]

    def __str__(self):
        return self.get_step_display()
