from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.organisations.models import Partnership
from hub.organisations.permissions import Kind, roles_of
from hub.programme.models import Programme


class StocktakeQuerySet(models.QuerySet):
    """The record of a large programme is long, so that whoever lists stocktakes leaves it where it is."""

    READ_BY = [Kind.COORDINATOR, Kind.BOARD, Kind.COMMISSIONER, Kind.ANALYST]

    def of(self, user):
        """While it is written, those read it who coordinate a partnership or see to it."""
        return self.filter(partnership__in=roles_of(user).filter(kind__in=self.READ_BY).values("partnership"))

    def coordinated_by(self, user):
        return self.filter(partnership__in=roles_of(user).filter(kind=Kind.COORDINATOR).values("partnership"))

    def approvable_by(self, user):
        """Those who coordinate, and those on the board or who commission."""
        kinds = [Kind.COORDINATOR, Kind.BOARD, Kind.COMMISSIONER]
        return self.filter(partnership__in=roles_of(user).filter(kind__in=kinds).values("partnership"))

    def visible_to(self, user):
        """What is frozen is public, and so is that it was taken back."""
        return self.exclude(frozen_at=None)

    def in_brief(self):
        return self.select_related("programme__partnership", "partnership").defer("record")

    def standing(self):
        return self.exclude(frozen_at=None).filter(retracted_at=None)


class Stocktake(models.Model):
    """What a programme said, did and learned in one year. Once it is frozen it never changes."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="stocktakes")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="stocktakes")
    slug = models.SlugField(max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    # What the record said when it was gathered, as one document; it is read whole and replaced whole.
    record = models.TextField(blank=True)
    record_seal = models.CharField(max_length=64, blank=True)
    # Its parts as [key, title], so that most pages need not read all of it.
    contents = models.JSONField(default=list, blank=True)
    gathered_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    frozen_at = models.DateTimeField(null=True, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    priorities = models.TextField(_("what comes first next year, as it was frozen, one a line"), blank=True)
    retracted_at = models.DateTimeField(null=True, blank=True)
    retracted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    retraction = models.TextField(_("why it was taken back"), max_length=1000, blank=True)
    is_example = models.BooleanField(_("made up in part, as an example"), default=False)

    objects = StocktakeQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "slug"], name="one_address_for_a_stocktake"),
            models.CheckConstraint(
                name="a_stocktake_ends_after_it_begins", condition=Q(ends_on__gt=models.F("starts_on"))
            ),
            models.CheckConstraint(
                name="taking_a_stocktake_back_says_why", condition=Q(retracted_at=None) | ~Q(retraction="")
            ),
        ]

    def __str__(self):
        return f"{self.programme}, {self.year}"

    @property
    def where(self):
        return [self.partnership.slug, self.slug]

    @property
    def is_open(self):
        return self.frozen_at is None

    def get_absolute_url(self):
        return reverse("stocktakes:read_stocktake", args=[self.pk])

    @property
    def public_address(self):
        return reverse("stocktakes:show_stocktake", args=self.where)


class Telling(Written):
    """What those who coordinate tell under one heading of one part. Words are added; the latest count."""

    WORDS = ("words",)
    AUTHOR = "told_by"
    WRITTEN_AT = "told_at"
    NEXT_YEAR = "priorities"

    stocktake = models.ForeignKey(Stocktake, models.PROTECT, related_name="tellings")
    part = models.CharField(max_length=90)
    heading = models.CharField(max_length=10)
    words = models.TextField(_("what you tell"), max_length=4000, blank=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["told_at", "pk"]

    def __str__(self):
        return self.words


class StocktakeApproval(models.Model):
    """Somebody stands behind a stocktake as it is worded. `seal` is that of what they read."""

    stocktake = models.ForeignKey(Stocktake, models.PROTECT, related_name="approvals")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_as = models.CharField(_("in which role"), max_length=120)
    seal = models.CharField(max_length=64)
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["approved_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stocktake", "approved_by", "seal"], name="one_approval_by_a_person")
        ]

    def __str__(self):
        return self.approved_as


class FrozenFile(models.Model):
    """One page, or one file, of a frozen stocktake: the bytes that everybody gets, for ever."""

    stocktake = models.ForeignKey(Stocktake, models.PROTECT, related_name="files")
    path = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=60)
    body = models.BinaryField()
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["stocktake", "path"], name="one_file_at_a_path")]

    def __str__(self):
        return self.path


class PreviewPage(models.Model):
    """How a page of a large stocktake will look. Made ahead, because a press of a button may not wait for it."""

    stocktake = models.ForeignKey(Stocktake, models.CASCADE, related_name="preview_pages")
    path = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    # Of the words that it shows, so that older words are never taken for the present ones.
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["stocktake", "path"], name="one_preview_of_a_page")]

    def __str__(self):
        return self.path


class JobQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(finished_at=None, stopped_at=None)

    def of(self, user):
        """Gathering and freezing show to whoever reads the stocktake, a board pack to whoever asked for it."""
        stocktakes = Stocktake.objects.of(user)
        return self.filter(Q(kind=Job.Kind.PACK, asked_by=user.pk) & Q(programme__in=Programme.objects.of(user))
                           | ~Q(kind=Job.Kind.PACK) & Q(stocktake__in=stocktakes))  # fmt: skip


class Job(models.Model):
    """Something that takes longer than a page may. A worker that is stopped leaves nothing done by halves."""

    class Kind(models.TextChoices):
        GATHER = "gather", _("Gathering the record")
        FREEZE = "freeze", _("Freezing")
        PACK = "pack", _("Making a board pack")
        LOOK = "look", _("Making the pages to look at")

    kind = models.CharField(max_length=6, choices=Kind)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="jobs")
    stocktake = models.ForeignKey(Stocktake, models.PROTECT, null=True, blank=True, related_name="jobs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)
    steps_done = models.PositiveIntegerField(default=0)
    steps_all = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self):
        return self.get_kind_display()

    def get_absolute_url(self):
        if self.kind == Job.Kind.PACK:
            return reverse("stocktakes:read_pack", args=[self.pk])
        return self.stocktake.get_absolute_url()

    @cached_property
    def is_under_way(self):
        return not (self.finished_at or self.stopped_at)


class PackFile(models.Model):
    """One document of a board pack."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="files")
    kind = models.SlugField(max_length=5)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    body = models.BinaryField(blank=True)
    about = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["job", "kind"], name="one_file_of_a_kind_in_a_pack")]

    def __str__(self):
        return self.name


class WordTemplate(models.Model):
    """A council's own Word document, whose styles, head and foot a board pack wears."""

    partnership = models.OneToOneField(Partnership, models.PROTECT, related_name="word_template")
    name = models.CharField(max_length=120)
    body = models.BinaryField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.name
