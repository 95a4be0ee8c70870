"""What the figures say, once the engine has looked at them, and what follows from it."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.commitments.models import Measure
from hub.organisations.models import Organisation, Partnership, Unit
from hub.organisations.permissions import Kind, own, roles_of
from hub.submissions.models import WRITERS, People, Readers, Submission


class PublishedFigures(models.Model):
    """Figures that a publisher has made public, which a partnership looks at beside its own.

    Nobody handed them in, and the publisher has rounded and hidden what it must: they are not protected again.
    """

    partnership = models.OneToOneField(Partnership, models.PROTECT, related_name="published_figures")
    report = models.SlugField(_("the engine's description of them"), max_length=40)
    place = models.CharField(_("whose residents the services are for"), max_length=12)
    loaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.report


class Audience(models.TextChoices):
    """For whom services are added together: as far as each of them let these readers see its counts."""

    ANALYSTS = "analysts", _("The partnership’s analysts")
    COMMISSIONERS = "commissioners", _("The commissioners")
    # In words alone: no share, no range and no count.
    PARTNERSHIP = "partnership", _("Everybody in the partnership")


class AnalysisQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(finished_at=None)

    def finished(self):
        return self.exclude(finished_at=None)


class Analysis(models.Model):
    """One look of the engine at what a service's figures say, or published ones. The newest that is finished counts."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="analyses")
    # Without an organisation it is about published figures, or about services together.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="analyses")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="analyses")
    audience = models.CharField(_("services together, for whom"), max_length=13, choices=Audience, blank=True)
    people = models.CharField(_("about whom"), max_length=7, choices=People, default=People.CLIENTS)
    # Of what: changes with the figures and with the engine.
    fingerprint = models.CharField(max_length=64)
    wanted_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(null=True, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_all = models.PositiveSmallIntegerField(default=0)
    looked_at = models.PositiveSmallIntegerField(_("tables looked at"), default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        ordering = ["-wanted_at", "-pk"]

    def __str__(self):
        return f"{self.unit or self.organisation or self.partnership}, {self.wanted_at:%d %B %Y}"

    @property
    def is_published(self):
        return self.organisation_id is None and not self.audience

    @property
    def is_together(self):
        return bool(self.audience)

    @property
    def is_about_staff(self):
        return self.people == People.STAFF

    @property
    def is_in_words(self):
        return self.audience == Audience.PARTNERSHIP

    @property
    def service_name(self):
        return self.unit.name if self.unit else self.organisation.name if self.organisation else ""


class FindingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What is public already, for everybody in the partnership; a service's for its people and named readers."""
        roles = roles_of(user)
        open_to_all = Q(analysis__organisation=None, analysis__audience__in=["", Audience.PARTNERSHIP])
        open_to_all &= Q(analysis__partnership__in=roles.values("partnership"))
        ours = own(user, organisation="analysis__organisation", unit="analysis__unit")
        return self.filter(open_to_all | ours | _named(user) | _added_for(user))

    def answered_by(self, user):
        """Whoever's figure it is may answer it."""
        mine = own(user, *WRITERS, Kind.APPROVER, organisation="analysis__organisation", unit="analysis__unit")
        return self.filter(mine)

    def publishable_by(self, user):
        """A lead's own, and what coordinators and analysts look at for the partnership."""
        roles = roles_of(user)
        public = roles.filter(kind__in=[Kind.COORDINATOR, Kind.ANALYST]).values("partnership")
        led = own(user, Kind.LEAD, organisation="analysis__organisation", unit="analysis__unit")
        analysed = _named(user) & Q(analysis__partnership__in=roles.filter(kind=Kind.ANALYST).values("partnership"))
        published = Q(analysis__organisation=None, analysis__audience="", analysis__partnership__in=public)
        # Two characteristics together are never published: too few people stand in each pair. Neither is what people
        # are paid, which no gate has counts to look at.
        return self.filter(led | analysed | published).exclude(characteristic__contains="+").exclude(measure="pay_gap")

    def current(self):
        return self.filter(analysis__finished_at__isnull=False)

    def clear(self):
        """Those in which somebody stands out. Of staff, tables that say nothing clear are kept as well."""
        return self.exclude(sure=Finding.Sure.NOT)


def _added_for(user):
    """Services together, for those whom every one of them named."""
    roles, found = roles_of(user), Q()
    for kind, audience in ((Kind.ANALYST, Audience.ANALYSTS), (Kind.COMMISSIONER, Audience.COMMISSIONERS)):
        there = roles.filter(kind=kind).values("partnership")
        found |= Q(analysis__audience=audience, analysis__partnership__in=there)
    return found


def _named(user):
    """Readers whom a service named for everything that it stands by."""
    sent = Submission.objects.standing_about(OuterRef("analysis__people"))
    sent = sent.filter(organisation=OuterRef("analysis__organisation"))
    sent = sent.filter(
        Q(unit=OuterRef("analysis__unit")) | Q(unit=None, organisation=OuterRef("analysis__organisation"))
    )
    narrower = sent.filter(readers=Readers.ONLY_US)
    analyses = roles_of(user).filter(kind=Kind.ANALYST).values("partnership")
    commissions = roles_of(user).filter(kind=Kind.COMMISSIONER).values("partnership")
    named = Q(~Exists(narrower), Exists(sent), analysis__partnership__in=analyses)
    wide = ~Exists(sent.exclude(readers=Readers.COMMISSIONERS))
    return named | Q(wide, Exists(sent), analysis__partnership__in=commissions)


class Finding(models.Model):
    """One thing that matters: who is missing, how sure that is, and what is not known."""

    class Sure(models.TextChoices):
        VERY = "very", _("Very sure")
        FAIRLY = "fairly", _("Fairly sure")
        NOT = "not", _("Nothing here is more than chance could do")

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="findings")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=160)
    measure = models.CharField(max_length=30)
    # Of two together both, with a plus between them.
    characteristic = models.CharField(max_length=64)
    set_code = models.CharField(max_length=84, blank=True)
    title = models.CharField(max_length=300)
    place = models.CharField(max_length=200)
    period = models.CharField(max_length=60)
    ends_on = models.DateField(_("the last day it is about"))
    years = models.DecimalField(_("how many years it is about"), max_digits=5, decimal_places=2)
    sentence = models.TextField(max_length=2000)
    detail = models.TextField(max_length=2000)
    says = models.CharField(_("the unit"), max_length=120)
    per = models.PositiveIntegerField(default=100)
    better = models.CharField(max_length=8)
    reference = models.FloatField(_("everyone together"), null=True)
    missing = models.FloatField(_("people missing"), default=0)
    sure = models.CharField(max_length=6, choices=Sure)
    population = models.CharField(_("the population, with its age base and year"), max_length=200, blank=True)
    moved = models.CharField(_("what moved over the years"), max_length=600, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("findings:read_finding", args=[self.pk])

    @property
    def is_sealed(self):
        """Made from exact counts, which only its service and the readers that it named see."""
        return not self.analysis.is_published

    @property
    def is_clear(self):
        return self.sure != self.Sure.NOT

    @property
    def is_pay_gap(self):
        return self.measure == "pay_gap"

    @property
    def starts_a_pledge(self):
        """A pledge starts from so many of so many. Bands and pay have a figure beside them that does."""
        return self.is_clear and self.measure not in ("workforce_share", "pay_gap")

    @property
    def characteristics(self):
        return self.characteristic.split("+")

    @property
    def is_of_two(self):
        return len(self.characteristics) > 1


class Row(models.Model):
    """One group of a finding's table."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="rows")
    code = models.CharField(max_length=84)
    label = models.CharField(max_length=160)
    broad = models.CharField(max_length=120, blank=True)
    x = models.FloatField(null=True)
    n = models.FloatField(null=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    compared = models.CharField(max_length=15)
    missing = models.FloatField(null=True)
    unknown = models.FloatField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    # Of staff: how likely beside everyone together, the share among all staff, and the gap of the median.
    ratio = models.FloatField(null=True)
    ratio_low = models.FloatField(null=True)
    ratio_high = models.FloatField(null=True)
    beside = models.FloatField(null=True)
    median = models.FloatField(null=True)
    # The groups that the finding is about.
    is_named = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["finding", "code"], name="a_group_has_one_row")]

    def __str__(self):
        return self.label


class Point(models.Model):
    """One group of a finding in one period, for the chart over time."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="points")
    code = models.CharField(max_length=84)
    label = models.CharField(max_length=160)
    period = models.CharField(max_length=20)
    x = models.FloatField(null=True)
    n = models.FloatField(null=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.label}, {self.period}"


class Note(models.Model):
    """A sentence that belongs to a finding."""

    class Kind(models.TextChoices):
        CAVEAT = "caveat", _("Before you use this")
        SURER = "surer", _("What would make it surer")
        SOURCE = "source", _("Source")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=6, choices=Kind)
    text = models.TextField(max_length=2000)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.text


class Reply(Written):
    """What somebody whose figure it is says about it, before anybody else may publish it. Added, never edited."""

    WORDS = ("text",)
    AUTHOR = "said_by"
    WRITTEN_AT = "said_at"

    # By its code, so that it stays beside the same finding when the figures are looked at again.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="finding_replies")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="finding_replies")
    code = models.CharField(max_length=160)
    # Said to the public, beside this release only. What was said inside stays inside.
    release = models.ForeignKey("findings.Release", models.PROTECT, null=True, blank=True, related_name="replies")
    text = models.TextField(_("what should be said beside it"), max_length=2000)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["said_at", "pk"]
        constraints = [models.CheckConstraint(name="a_reply_says_something", condition=~Q(text=""))]

    def __str__(self):
        return self.text


class Narrative(Written):
    """What an employer says about its pay gap, in its own words. Added, never edited: the newest stands beside it."""

    WORDS = ("text",)
    AUTHOR = "written_by"
    WRITTEN_AT = "written_at"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="pay_narratives")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="pay_narratives")
    period = models.CharField(max_length=60)
    text = models.TextField(_("what is behind the gap, and what will be done about it"), max_length=4000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [models.CheckConstraint(name="a_narrative_says_something", condition=~Q(text=""))]

    def __str__(self):
        return self.text


class SuggestionQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(ended_at=None)

    def visible_to(self, user):
        return self.filter(partnership__in=roles_of(user).values("partnership"))

    def edited_by(self, user):
        return self.filter(partnership__in=roles_of(user).filter(kind=Kind.EDITOR).values("partnership"))


class Suggestion(models.Model):
    """For findings of a kind, a statement of the toolkit that may help, and why. Toolkit editors look after them."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="suggestions")
    measure = models.CharField(max_length=30)
    # Empty for every characteristic.
    characteristic = models.CharField(max_length=30, blank=True)
    statement_key = models.SlugField(max_length=80)
    reason = models.CharField(max_length=400)
    is_ours = models.BooleanField(_("added by an editor here"), default=False)
    added_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "characteristic", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "measure", "characteristic", "statement_key"], name="one_reason_for_a_suggestion"
            )
        ]

    def __str__(self):
        return self.reason


class FollowQuerySet(models.QuerySet):
    def visible_to(self, user):
        pledge = "measure__commitment__pledge__"
        return self.of_their_own().filter(own(user, organisation=f"{pledge}organisation", unit=f"{pledge}unit"))

    def of_their_own(self):
        """Published figures, and those of the very organisation that made the pledge."""
        return self.filter(Q(organisation=None) | Q(organisation=F("measure__commitment__pledge__organisation")))


class Follow(models.Model):
    """A pledge's measure that takes its readings from figures, by itself."""

    measure = models.OneToOneField(Measure, models.PROTECT, related_name="follow")
    # Whose figures; without an organisation, published ones.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="follows")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="follows")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="follows")
    people = models.CharField(_("about whom"), max_length=7, choices=People, default=People.CLIENTS)
    finding_code = models.CharField(max_length=160)
    measured = models.CharField(max_length=30)
    characteristic = models.CharField(max_length=64)
    set_code = models.CharField(max_length=84, blank=True)
    codes = models.CharField(_("the groups, with commas between"), max_length=300)
    begun_at = models.DateTimeField(default=timezone.now)

    objects = FollowQuerySet.as_manager()

    def __str__(self):
        return f"{self.measured}, {self.codes}"

    @property
    def groups(self):
        return self.codes.split(",")
