from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.commitments.models import Commitment, Measure
from hub.organisations.models import Organisation, Partnership
from hub.organisations.permissions import Kind, roles_of
from hub.toolkit.models import Group


def coordinated(user):
    return roles_of(user).filter(kind=Kind.COORDINATOR).values("partnership")


class ProgrammeQuerySet(models.QuerySet):
    def published(self):
        return self.exclude(published_at=None)

    def visible_to(self, user):
        """A published programme is there for everybody; a draft is for those who coordinate."""
        return self.filter(~Q(published_at=None) | Q(partnership__in=coordinated(user)))

    def of(self, user):
        """Programmes of a partnership in which this person has something to do."""
        return self.visible_to(user).filter(partnership__in=roles_of(user).values("partnership"))

    def coordinated_by(self, user):
        return self.filter(partnership__in=coordinated(user))


class Programme(models.Model):
    """A strategy that a partnership can be held to: strands, areas, actions, key targets and outcomes."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="programmes")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="programmes", verbose_name=_("whose it is")
    )
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    summary = models.TextField(max_length=4000, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    report_every_weeks = models.PositiveSmallIntegerField(_("owners say how it goes every so many weeks"), default=13)
    source = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # Which version of a content file it was loaded from, if it was.
    content_hash = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "title"]
        constraints = [models.UniqueConstraint(fields=["partnership", "slug"], name="one_slug_for_a_programme")]

    def __str__(self):
        return self.title

    @property
    def where(self):
        """What its public addresses begin with."""
        return [self.partnership.slug, self.slug]

    def get_absolute_url(self):
        return reverse("programme:show_programme", args=self.where)


class PartQuerySet(models.QuerySet):
    """Parts of a programme are read by whoever reads the programme."""

    programme = "programme"

    def visible_to(self, user):
        return self.filter(**{f"{self.programme}__in": Programme.objects.visible_to(user)})

    def of(self, user):
        return self.filter(**{f"{self.programme}__in": Programme.objects.of(user)})

    def coordinated_by(self, user):
        return self.filter(**{f"{self.programme}__in": Programme.objects.coordinated_by(user)})


class Strand(models.Model):
    """One of the capacities in which work is done, for instance as an employer."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="strands")
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField(max_length=4000, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="one_slug_for_a_strand")]

    def __str__(self):
        return self.title


class Principle(models.Model):
    """What guides the whole programme."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="principles")
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    words = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="one_slug_for_a_principle")]

    def __str__(self):
        return self.title


class Phase(models.Model):
    """A time in which the programme looks at one thing first."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="phases")
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    when = models.CharField(_("when, in words"), max_length=200, blank=True)
    words = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="one_slug_for_a_phase")]

    def __str__(self):
        return self.title


class Community(models.Model):
    """One community for which several agencies plan together."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="communities")
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField(max_length=4000, blank=True)
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+")
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="+")
    named = models.CharField(_("others that take part"), max_length=1000, blank=True)
    source = models.CharField(max_length=300, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "position"]
        verbose_name_plural = "communities"
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="one_slug_for_a_community")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("programme:show_community", args=[*self.programme.where, self.slug])


class Forum(models.Model):
    """People who meet in a rhythm of their own, to shape the programme, follow it and ask questions."""

    class Kind(models.TextChoices):
        BOARD = "board", _("Board")
        COALITION = "coalition", _("Coalition")
        WORKING_GROUP = "working_group", _("Working group")
        STAFF_NETWORK = "staff_network", _("Staff network")
        PARTNERSHIP = "partnership", _("Partnership")
        OTHER = "other", _("Another kind of forum")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="forums")
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=13, choices=Kind, default=Kind.OTHER)
    summary = models.TextField(max_length=4000, blank=True)
    does = models.TextField(_("what it does, one thing a line"), max_length=4000, blank=True)
    who = models.TextField(_("who belongs to it, one a line"), max_length=4000, blank=True)
    chair_role = models.CharField(_("who chairs it, as a role"), max_length=160, blank=True)
    rhythm_in_words = models.CharField(_("how often it meets, in words"), max_length=200, blank=True)
    # The rhythm is a measure like any other: it may be a key target of an area, or stand by itself.
    commitment = models.OneToOneField(Commitment, models.PROTECT, related_name="forum")
    rhythm = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="forums")
    part_of = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="parts")
    status = models.CharField(_("for instance that it is still to be set up"), max_length=200, blank=True)
    source = models.CharField(max_length=300, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="one_slug_for_a_forum")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("programme:show_forum", args=[*self.programme.where, self.slug])

    @property
    def work_address(self):
        return reverse("programme:read_forum", args=[self.pk])


class ServiceArea(models.Model):
    """A part of the work with actions, key targets and outcomes. The measures of these stand on its commitment."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="areas")
    strand = models.ForeignKey(Strand, models.PROTECT, related_name="areas")
    commitment = models.OneToOneField(Commitment, models.PROTECT, related_name="service_area")
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField(max_length=4000, blank=True)
    has_example_updates = models.BooleanField(_("its updates are made up, as examples"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="one_slug_for_a_service_area")]

    def __str__(self):
        return self.title

    @property
    def where(self):
        return [*self.programme.where, self.slug]

    def get_absolute_url(self):
        return reverse("programme:show_area", args=self.where)


class ProgrammeFact(models.Model):
    """Something that a published source says about the programme, or about one of its areas."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="facts")
    area = models.ForeignKey(ServiceArea, models.PROTECT, null=True, blank=True, related_name="facts")
    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=1000)
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="one_key_for_a_fact")]

    def __str__(self):
        return self.text
