from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.commitments.models import Commitment, Reading
from hub.organisations.permissions import roles_of
from hub.programme.models.areas import Action
from hub.programme.models.programmes import Forum, PartQuerySet, coordinated


class SeatQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ended_at=None)


class Seat(models.Model):
    """A place in a forum, and for whom it speaks. A seat that nobody holds shows as a voice that is missing."""

    forum = models.ForeignKey(Forum, models.PROTECT, related_name="seats")
    speaks_for = models.CharField(_("for whom it speaks"), max_length=160)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="seats")
    is_chair = models.BooleanField(_("chairs the forum"), default=False)
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["-is_chair", "speaks_for", "pk"]

    def __str__(self):
        return self.speaks_for


class MeetingQuerySet(PartQuerySet):
    programme = "forum__programme"

    def attended_by(self, user):
        """Those at which this person was."""
        if not user.is_authenticated:
            return self.none()
        was_there = Attendance.objects.filter(seat__holder=user.pk, came=True)
        return self.of(user).filter(pk__in=was_there.values("meeting"))

    def kept_by(self, user):
        """Whoever chairs the forum and those who coordinate keep its meetings."""
        if not user.is_authenticated:
            return self.none()
        chairs = Seat.objects.current().filter(holder=user.pk, is_chair=True).values("forum")
        mine = models.Q(forum__in=chairs) | models.Q(forum__programme__partnership__in=coordinated(user))
        return self.filter(mine, forum__programme__partnership__in=roles_of(user).values("partnership"))


class Meeting(Written):
    """A forum meets on one day. Once it was held, that is a reading of the forum's rhythm."""

    WORDS = ("minutes", "missing")
    AUTHOR = "made_by"
    WRITTEN_AT = "made_at"

    forum = models.ForeignKey(Forum, models.PROTECT, related_name="meetings")
    on = models.DateField()
    place = models.CharField(_("where"), max_length=200, blank=True)
    papers = models.TextField(_("papers, one web address a line"), max_length=4000, blank=True)
    minutes = models.TextField(_("what was said"), max_length=20000, blank=True)
    missing = models.TextField(_("whose voice was missing"), max_length=1000, blank=True)
    # What was on the table when the agenda was fixed. Afterwards actions move on, and this does not.
    agenda = models.ManyToManyField(Action, blank=True, related_name="meetings")
    reading = models.OneToOneField(Reading, models.PROTECT, null=True, blank=True, related_name="meeting")
    held_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["forum", "on"], name="one_meeting_of_a_forum_on_a_day")]

    def __str__(self):
        return f"{self.forum}, {self.on:%d %B %Y}"

    def get_absolute_url(self):
        return reverse("programme:read_meeting", args=[self.pk])


class Attendance(models.Model):
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="attendances")
    came = models.BooleanField()

    class Meta:
        ordering = ["seat"]
        constraints = [models.UniqueConstraint(fields=["meeting", "seat"], name="a_seat_is_counted_once_a_meeting")]

    def __str__(self):
        return f"{self.seat}"


class DecisionQuerySet(PartQuerySet):
    programme = "meeting__forum__programme"

    def standing_alone(self):
        """About no action or pledge: it has a page of its own, where its owner says how it goes."""
        return self.filter(stands_alone=True)

    def reportable_by(self, user):
        """Whoever looks after it, and those who keep the meeting."""
        if not user.is_authenticated:
            return self.none()
        keeps = models.Q(meeting__in=Meeting.objects.kept_by(user))
        return self.of(user).standing_alone().filter(models.Q(commitment__owner=user.pk) | keeps)


class Decision(models.Model):
    """What a meeting agreed: a commitment of its own with an owner and a date, or words on an action or a pledge."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="decisions")
    words = models.CharField(_("what was agreed"), max_length=1000)
    # The commitment was made for it, and belongs to no action or pledge.
    stands_alone = models.BooleanField(default=True, db_default=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self):
        return self.words

    def get_absolute_url(self):
        return reverse("programme:read_decision", args=[self.pk])


class Approval(models.Model):
    """Somebody who was there says that the minutes are right. `wording` is the seal of what they approved."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="approvals")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    wording = models.CharField(max_length=64)
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["approved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "approved_by", "wording"], name="one_approval_of_a_wording_by_a_person"
            )
        ]

    def __str__(self):
        return f"{self.approved_by}"
