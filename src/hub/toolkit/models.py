from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.organisations.models import Role
from hub.organisations.permissions import Kind, roles_of


class ChapterQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(Exists(Edition.objects.visible_to(user).filter(chapter=OuterRef("pk"))))


class Chapter(models.Model):
    """One subject of the toolkit, for instance race and ethnicity. It comes out in editions."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = ChapterQuerySet.as_manager()

    class Meta:
        ordering = ["position", "title"]

    def __str__(self):
        return self.title


def roles_that_edit(user):
    """Chapters are the same for all partnerships on this site, so an editor of one is an editor of them."""
    return roles_of(user).filter(kind__in=[Kind.EDITOR, Kind.COORDINATOR])


def edits_the_toolkit(user, **where):
    return roles_that_edit(user).filter(**where).exists()


class EditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What is published is there for everybody; drafts are for the toolkit's editors."""
        if not user.is_authenticated:
            return self.published()
        return self.filter(~Q(published_on=None) | Exists(roles_that_edit(user)))

    def published(self):
        return self.exclude(published_on=None)

    def newest_first(self):
        return self.order_by("chapter__position", "-number")

    def drafts(self):
        return self.filter(published_on=None)


class Edition(models.Model):
    """The text of a chapter on one day. Once published it never changes; a better text is the next edition."""

    chapter = models.ForeignKey(Chapter, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    how_to_use = models.TextField(_("how to use it, one point a line"), blank=True)
    planning = models.TextField(_("choosing what to act on, one point a line"), blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later_editions")
    publisher = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)
    published_on = models.DateField(null=True, blank=True)
    is_placeholder = models.BooleanField(_("stands in until its authors' text is loaded"), default=False)
    is_example = models.BooleanField(_("made up, as an example"), default=False)
    text_hash = models.CharField(max_length=64)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["chapter__position", "-number"]
        constraints = [models.UniqueConstraint(fields=["chapter", "number"], name="one_number_for_an_edition")]

    def __str__(self):
        return self.title


class Audience(models.TextChoices):
    COMMISSIONERS = "commissioners", _("For those who commission services")
    PROVIDERS = "providers", _("For those who provide services")
    BOTH = "both", _("For everybody")


class Area(models.Model):
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="areas")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    audience = models.CharField(max_length=14, choices=Audience)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="one_number_for_an_area")]

    def __str__(self):
        return f"{self.number}. {self.title}"


class Section(models.Model):
    """A few statements that a team talks through together; one page."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="sections")
    number = models.CharField(max_length=8)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["area", "position"]
        constraints = [models.UniqueConstraint(fields=["area", "number"], name="one_number_for_a_section")]

    def __str__(self):
        return f"{self.number} {self.title}"


class StatementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(section__area__edition__in=Edition.objects.visible_to(user))

    def for_audience(self, *, provides, commissions):
        """The statements for an organisation that provides services, commissions them, or does both."""
        audiences = [Audience.BOTH]
        if provides:
            audiences.append(Audience.PROVIDERS)
        if commissions:
            audiences.append(Audience.COMMISSIONERS)
        return self.filter(audience__in=audiences)


class Statement(models.Model):
    """One thing that can be true of a service. Its key stays the same from edition to edition.

    Mostly the audience is that of the area. A few statements in a providers' area are for commissioners,
    for instance that the data is looked at every six months.
    """

    section = models.ForeignKey(Section, models.CASCADE, related_name="statements")
    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    hint = models.CharField(max_length=400, blank=True)
    audience = models.CharField(max_length=14, choices=Audience)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["section", "position"]
        constraints = [models.UniqueConstraint(fields=["section", "key"], name="one_key_in_a_section")]
        indexes = [models.Index(fields=["key"])]

    def __str__(self):
        return self.text


class Practice(models.Model):
    """Something that helps, and the statements it helps with."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="practices")
    statements = models.ManyToManyField(Statement, related_name="practices")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()

    class Meta:
        ordering = ["section", "position"]

    def __str__(self):
        return self.text


class Example(models.Model):
    """Who does it already, as a published source says."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="examples")
    statements = models.ManyToManyField(Statement, related_name="examples", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    organisation = models.CharField(max_length=160)
    text = models.TextField()
    source = models.CharField(max_length=300)
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["section", "position"]

    def __str__(self):
        return f"{self.organisation}: {self.text}"


class Resource(models.Model):
    """A course or something to read, with who offers it."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training")
        READING = "reading", _("Something to read or use")

    section = models.ForeignKey(Section, models.CASCADE, related_name="resources")
    statements = models.ManyToManyField(Statement, related_name="resources", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=200)
    offered_by = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["section", "position"]

    def __str__(self):
        return self.title


class Characteristic(models.Model):
    """One of the nine protected characteristics, or socio-economic position."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=300, blank=True)
    is_protected_by_law = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self):
        return self.name


class Group(models.Model):
    """People that something can be for, for instance carers or people who speak Bengali."""

    characteristic = models.ForeignKey(Characteristic, models.PROTECT, related_name="groups")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["characteristic", "position"]

    def __str__(self):
        return self.name


class FeedbackQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What they said themselves; coordinators and editors also what people of their partnership said.

        Whoever has left since still said it there.
        """
        if not user.is_authenticated:
            return self.none()
        people = Role.objects.filter(partnership__in=roles_that_edit(user).values("partnership"))
        return self.filter(Q(given_by=user) | Q(given_by__in=people.values("user")))


class Feedback(models.Model):
    """What somebody who used a statement says about it. Added, never edited."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="feedback")
    text = models.TextField(max_length=4000)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    is_example = models.BooleanField(_("made up, as an example"), default=False)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at"]
        constraints = [models.CheckConstraint(name="feedback_says_something", condition=~Q(text=""))]

    def __str__(self):
        return self.text


class Reply(models.Model):
    """What the toolkit's editors did with somebody's feedback. Added, never edited; the latest one counts."""

    class Kind(models.TextChoices):
        READ = "read", _("We have read it")
        WILL_CHANGE = "will_change", _("It will change in the next edition")
        NOT_CHANGED = "not_changed", _("We did not change it")

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="replies")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.TextField(max_length=2000, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(name="not_changing_says_why", condition=~Q(kind="not_changed") | ~Q(reason=""))
        ]

    def __str__(self):
        return self.get_kind_display()
