"""Counts by group that services hand in. Never a person's row: there is no place for one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.organisations.models import Organisation, Partnership, Unit
from hub.organisations.permissions import Kind, own, roles_of

ASKERS = [Kind.COORDINATOR, Kind.COMMISSIONER]
WRITERS = [Kind.LEAD, Kind.COLLEAGUE]


class People(models.TextChoices):
    """Whom figures are about. A service has figures of both for one time."""

    CLIENTS = "clients", _("People who use the service")
    STAFF = "staff", _("Staff")


class DataRoundQuerySet(models.QuerySet):
    def run_by(self, user):
        return self.filter(partnership__in=roles_of(user).filter(kind__in=ASKERS).values("partnership"))

    def open(self):
        return self.filter(closed_at=None)


class DataRound(models.Model):
    """One time that services are asked for their figures, every half-year or as their contract says."""

    class Kind(models.TextChoices):
        ROUND = "round", _("A round of figures for the partnership")
        CONTRACT = "contract", _("A contract return")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="data_rounds")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ROUND)
    people = models.CharField(_("about whom"), max_length=7, choices=People, default=People.CLIENTS)
    title = models.CharField(max_length=120)
    period = models.CharField(max_length=20)
    due_on = models.DateField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = DataRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("submissions:show_round", args=[self.pk])


class Asked(models.Model):
    """One thing that a round asks for: a stage, or a list of groups."""

    class What(models.TextChoices):
        STAGE = "stage", _("A stage")
        LIST = "list", _("A list of groups")

    round = models.ForeignKey(DataRound, models.CASCADE, related_name="asked")
    what = models.CharField(max_length=5, choices=What)
    code = models.CharField(max_length=40)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round", "what", "code"], name="asked_for_once")]

    def __str__(self):
        return self.code


class SeatQuerySet(models.QuerySet):
    def answered_by(self, user):
        return self.filter(own(user, *WRITERS))

    def open(self):
        return self.filter(round__closed_at=None)


class Seat(models.Model):
    """A service that a round asks."""

    round = models.ForeignKey(DataRound, models.CASCADE, related_name="seats")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="data_seats")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="data_seats")

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "unit__name"]
        constraints = [
            models.UniqueConstraint("round", "organisation", Coalesce("unit", 0), name="a_service_is_asked_once")
        ]

    def __str__(self):
        return f"{self.unit or self.organisation}, {self.round}"


class SubmissionQuerySet(models.QuerySet):
    def of_writers(self, user):
        """Those that this person may send or take back."""
        return self.filter(own(user, *WRITERS))

    def visible_to(self, user):
        """The service's own people; and the readers whom it named, once it is sent."""
        partnership = "organisation__partnership__in"
        analyses = roles_of(user).filter(kind=Kind.ANALYST).values("partnership")
        commissions = roles_of(user).filter(kind=Kind.COMMISSIONER).values("partnership")
        named = Q(readers__in=[Readers.ANALYSTS, Readers.COMMISSIONERS], **{partnership: analyses})
        named |= Q(readers=Readers.COMMISSIONERS, **{partnership: commissions})
        return self.filter(own(user) | (named & STANDING))

    def standing(self):
        """Sent and not taken back."""
        return self.filter(STANDING)

    def standing_about(self, people):
        """Those about staff, or about the people who use the service: one never stands in for the other."""
        return self.standing().filter(people=people)


STANDING = Q(sent_at__isnull=False, taken_back_at=None)


class Readers(models.TextChoices):
    """Who else sees the exact counts. The service chooses, and the page names them."""

    ONLY_US = "only_us", _("Only us")
    ANALYSTS = "analysts", _("Us and the partnership's analysts")
    COMMISSIONERS = "commissioners", _("Us, the analysts and the commissioners")


class Submission(models.Model):
    """Counts that one service handed in at one time. Sealed: its own people and named readers see them exactly."""

    class Way(models.TextChoices):
        FILE = "file", _("A file that the engine wrote")
        TEMPLATE = "template", _("The Excel template")
        TYPED = "typed", _("Typed or pasted")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="submissions")
    people = models.CharField(_("about whom"), max_length=7, choices=People, default=People.CLIENTS)
    way = models.CharField(max_length=8, choices=Way)
    readers = models.CharField(max_length=13, choices=Readers, default=Readers.ONLY_US)
    counts = models.CharField(_("what one count is"), max_length=6)
    checksum = models.CharField(max_length=64)
    software = models.CharField(max_length=100, blank=True)
    mapping = models.TextField(_("what the columns of the service's own file meant"), max_length=20_000, blank=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_kept = models.PositiveIntegerField(default=0)
    rows_rejected = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Coalesce("unit", 0),
                "checksum",
                condition=Q(taken_back_at=None),
                name="the_same_figures_stand_once",
            )
        ]

    def __str__(self):
        return f"{self.unit or self.organisation}, {self.made_at:%d %B %Y}"

    def get_absolute_url(self):
        return reverse("submissions:read_submission", args=[self.pk])

    @property
    def service(self):
        return self.unit or self.organisation

    @property
    def is_about_staff(self):
        return self.people == People.STAFF

    @property
    def is_draft(self):
        return self.sent_at is None and self.taken_back_at is None

    @property
    def is_standing(self):
        return self.sent_at is not None and self.taken_back_at is None


class Total(models.Model):
    """Everybody at one stage in one period."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="totals")
    period = models.CharField(max_length=20)
    stage = models.CharField(max_length=20)
    value = models.PositiveIntegerField()
    # In how many months anybody was counted; nobody said where it is empty.
    months = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["submission", "period", "stage"], name="one_total_for_a_stage")]

    def __str__(self):
        return f"{self.period}, {self.stage}"


class Count(models.Model):
    """How many people of one group, or of unknown group for one reason, reached one stage in one period."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="cells")
    period = models.CharField(max_length=20)
    characteristic = models.CharField(max_length=30)
    set_code = models.CharField(_("the list of groups"), max_length=40)
    code = models.CharField(_("the group"), max_length=40)
    stage = models.CharField(max_length=20)
    value = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "characteristic", "period", "code", "stage"], name="one_count_for_a_group"
            )
        ]

    def __str__(self):
        return f"{self.period}, {self.code}, {self.stage}"


class CrossedCount(models.Model):
    """How many people of one group in each of two characteristics reached one stage in one period."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="crossed_cells")
    period = models.CharField(max_length=20)
    first = models.CharField(_("one characteristic"), max_length=30)
    first_set = models.CharField(_("its list of groups"), max_length=40)
    first_code = models.CharField(_("its group"), max_length=40)
    second = models.CharField(_("the other characteristic"), max_length=30)
    second_set = models.CharField(_("its list of groups"), max_length=40)
    second_code = models.CharField(_("its group"), max_length=40)
    stage = models.CharField(max_length=20)
    value = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "period", "first", "second", "first_code", "second_code", "stage"],
                name="one_count_for_two_groups",
            )
        ]

    def __str__(self):
        return f"{self.period}, {self.first_code} and {self.second_code}, {self.stage}"


class PayGap(models.Model):
    """How far a group's pay lies below that of another, in percent: worked out where the pay is known, never here."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="pay_gaps")
    period = models.CharField(max_length=20)
    characteristic = models.CharField(max_length=30)
    set_code = models.CharField(_("the list of groups"), max_length=40)
    reference = models.CharField(_("the group that the others are compared with"), max_length=40)
    code = models.CharField(_("the group"), max_length=40)
    people = models.PositiveIntegerField(_("of how many people"))
    mean = models.FloatField(_("gap of the mean"))
    median = models.FloatField(_("gap of the median"))
    low = models.FloatField()
    high = models.FloatField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "period", "characteristic", "code"], name="one_pay_gap_for_a_group"
            ),
            # Of fewer a mean would come close to what single people are paid.
            models.CheckConstraint(name="a_pay_gap_is_of_ten_people_or_more", condition=Q(people__gte=10)),
        ]

    def __str__(self):
        return f"{self.period}, {self.code}"


class Noticed(models.Model):
    """What a check found when figures were sent, without a number: whoever asked for them may know that much."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="noticed")
    kind = models.CharField(max_length=20)
    period = models.CharField(max_length=20)
    characteristic = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "kind", "period", "characteristic"], name="each_thing_is_noticed_once"
            )
        ]

    def __str__(self):
        return self.kind
