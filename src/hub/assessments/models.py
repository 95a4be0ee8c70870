import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.organisations.models import Invitation, Organisation, Partnership, Sharing, Unit
from hub.organisations.permissions import Kind, own, roles_of, shared_with
from hub.toolkit.models import Edition, Section, Statement


class Stage(models.TextChoices):
    """Where we stand. The last two are proper answers too."""

    NOT_YET = "not_yet", _("Not yet")
    STARTED = "started", _("Started")
    USUAL = "usual", _("Part of how we work")
    OTHERS_COULD_LEARN = "others_could_learn", _("Others could learn from us")
    NOT_FOR_US = "not_for_us", _("Does not apply to us")
    UNKNOWN = "unknown", _("We do not know")


class Confidence(models.TextChoices):
    SURE = "sure", _("Sure")
    FAIRLY_SURE = "fairly_sure", _("Fairly sure")
    NOT_SURE = "not_sure", _("Not sure")


class Speaker(models.TextChoices):
    """In what part somebody speaks."""

    STAFF = "staff", _("Staff or volunteers")
    SERVICE_USER = "service_user", _("People who use the service")
    CARER = "carer", _("Carers, family and friends")
    CHAMPION = "champion", _("Equality champion")


class RoundQuerySet(models.QuerySet):
    def coordinated_by(self, user):
        return self.filter(partnership__in=roles_of(user).filter(kind=Kind.COORDINATOR).values("partnership"))

    def visible_to(self, user):
        return self.filter(partnership__in=roles_of(user).values("partnership"))

    def open(self):
        return self.filter(opened_at__isnull=False, closed_at=None)


class Round(models.Model):
    """One time that a partnership asks its organisations to look at themselves together."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="rounds")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="rounds")
    title = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    opened_at = models.DateTimeField(default=timezone.now, null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "edition", "year"], name="one_round_of_an_edition_a_year")
        ]

    def __str__(self):
        return self.title


class InvitationList(models.Model):
    """Organisations that were asked to a round together, so that a mistake can be undone in one go."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="lists")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at"]

    def __str__(self):
        return f"{self.round}, asked on {self.sent_at:%d %B %Y}"


class Place(models.Model):
    """An organisation's place in a round: asked on a day, perhaps with a later date than the others."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="places")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="places")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="places")
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    came_with = models.ForeignKey(InvitationList, models.SET_NULL, null=True, blank=True, related_name="places")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, blank=True, related_name="places")
    organisation_is_new = models.BooleanField(_("the organisation was added with the list"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "organisation"], condition=Q(unit=None), name="one_place_in_a_round"),
            models.UniqueConstraint(fields=["round", "unit"], name="one_place_for_a_unit_in_a_round"),
        ]

    def __str__(self):
        return f"{self.unit or self.organisation} in {self.round}"


class Extension(models.Model):
    """A later (or earlier) date for one place, or for the whole round. The old dates stay on the record."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="extensions")
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="extensions")
    was_due_on = models.DateField()
    due_on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.was_due_on} became {self.due_on}"


class Nudge(models.Model):
    """A friendly reminder by e-mail. Nobody gets more than one a day."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="nudges")
    sent_on = models.DateField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-sent_at"]
        constraints = [models.UniqueConstraint(fields=["place", "sent_on"], name="one_nudge_a_day")]

    def __str__(self):
        return f"{self.place}, {self.sent_on}"


class StuckNote(models.Model):
    """An organisation tells the coordinator that it is stuck with its assessment, and what would help."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="stuck_notes")
    text = models.TextField(_("what would help"), max_length=1000)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-said_at"]
        constraints = [models.CheckConstraint(name="a_stuck_note_says_what_would_help", condition=~Q(text=""))]

    def __str__(self):
        return self.text


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own at any time; somebody else's only once it is signed off, and as far as they share it."""
        ours = own(user)
        shared = shared_with(user) & Q(signed_off_at__isnull=False)
        return self.filter(ours | shared) if user.is_authenticated else self.filter(shared)

    def answerable_by(self, user):
        """Leads and colleagues of the organisation or the unit write answers."""
        return self.filter(own(user, Kind.LEAD, Kind.COLLEAGUE))

    def led_by(self, user):
        return self.filter(own(user, Kind.LEAD))

    def coordinated_by(self, user):
        """To see who has started, not what they say."""
        return self.filter(
            organisation__partnership__in=roles_of(user).filter(kind=Kind.COORDINATOR).values("partnership")
        )


class Assessment(models.Model):
    """An organisation, or one part of it, looking at itself against one edition of a chapter, in one year."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assessments")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="assessments")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="assessments")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="assessments")
    year = models.PositiveSmallIntegerField()
    for_providers = models.BooleanField(_("as a provider of services"), default=True)
    for_commissioners = models.BooleanField(_("as a commissioner of services"), default=False)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried_to")
    sharing = models.CharField(max_length=13, choices=Sharing, default=Sharing.ONLY_US)
    is_example = models.BooleanField(_("made up, as an example"), default=False)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # The latest sign-off, kept here so that lists need no sub-query. The facts are in SignOff.
    signed_off_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "edition", "year"], condition=Q(unit=None), name="one_assessment_a_year"
            ),
            models.UniqueConstraint(fields=["unit", "edition", "year"], name="one_assessment_a_year_for_a_unit"),
            models.CheckConstraint(
                condition=Q(for_providers=True) | Q(for_commissioners=True), name="an_assessment_is_for_somebody"
            ),
        ]

    def __str__(self):
        return f"{self.unit or self.organisation}, {self.year}"


class AnswerQuerySet(models.QuerySet):
    def current(self):
        """The latest saved version of each answer."""
        newer = Answer.objects.filter(
            assessment=OuterRef("assessment"), statement=OuterRef("statement"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(newer))

    def gaps(self):
        return self.filter(stage__in=[Stage.NOT_YET, Stage.STARTED, Stage.UNKNOWN])

    def strengths(self):
        return self.filter(stage=Stage.OTHERS_COULD_LEARN)


class Answer(models.Model):
    """One saved version of an answer. Versions are added, never edited; the highest is the answer."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="answers")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="answers")
    version = models.PositiveIntegerField()
    stage = models.CharField(max_length=20, choices=Stage, blank=True)
    confidence = models.CharField(max_length=12, choices=Confidence, blank=True)
    evidence = models.TextField(_("what shows this"), max_length=4000, blank=True)
    in_the_way = models.TextField(_("what is in the way"), max_length=4000, blank=True)
    # A carried answer waits until somebody says that it is still true.
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    needs_review = models.BooleanField(default=False)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "statement", "version"], name="one_writer_wins_a_version")
        ]
        ordering = ["statement", "-version"]

    def __str__(self):
        return f"{self.get_stage_display()}: {self.statement}"


class SetAside(models.Model):
    """What the second of two writers typed, kept beside the answer until somebody has put the two together."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="set_aside")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+")
    based_on = models.PositiveIntegerField()
    stage = models.CharField(max_length=20, choices=Stage, blank=True)
    confidence = models.CharField(max_length=12, choices=Confidence, blank=True)
    evidence = models.TextField(max_length=4000, blank=True)
    in_the_way = models.TextField(max_length=4000, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self):
        return f"Set aside: {self.statement}"


class ContributionLinkQuerySet(models.QuerySet):
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


class Contributor(models.Model):
    """Somebody who came by a link. We know nothing of them but a number in their own browser."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    link = models.ForeignKey(ContributionLink, models.CASCADE, related_name="contributors")
    came_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"Contributor {self.pk}"


class VoiceQuerySet(models.QuerySet):
    def current(self):
        return self.filter(replaced_by=None, erased_at=None)


class Voice(models.Model):
    """What somebody says about one statement, in their own words, beside the others and never averaged."""

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
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        ordering = ["speaker", "said_at"]
        constraints = [
            models.CheckConstraint(
                name="a_voice_is_a_contributors_or_recorded_by_somebody",
                condition=Q(contributor__isnull=False) | Q(recorded_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_speaker_display()}: {self.text}"


class VoicesShared(models.Model):
    """From now on more people than the lead may read the voices of this assessment."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="voices_shared")
    sharing = models.CharField(max_length=13, choices=Sharing)
    was_warned = models.BooleanField(_("was told that people could be recognised"), default=False)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-shared_at"]

    def __str__(self):
        return f"{self.assessment}: {self.get_sharing_display()}"


class Heard(models.Model):
    """Who was round the table for a section, and who was not. Added; the latest counts."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="heard")
    section = models.ForeignKey(Section, models.PROTECT, related_name="+")
    staff = models.PositiveSmallIntegerField(_("staff and volunteers"), default=0)
    service_users = models.PositiveSmallIntegerField(_("people who use the service"), default=0)
    carers = models.PositiveSmallIntegerField(_("carers, family and friends"), default=0)
    not_heard = models.TextField(_("who was not heard yet"), max_length=1000, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-recorded_at", "-pk"]

    def __str__(self):
        return f"{self.section}: {self.staff + self.service_users + self.carers} people"


class SignOff(models.Model):
    """The lead says: this is what we agreed."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="sign_offs")
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_off_at = models.DateTimeField(default=timezone.now)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-signed_off_at"]

    def __str__(self):
        return f"{self.assessment}, {self.signed_off_at:%d %B %Y}"


class Band(models.Model):
    """Where the middle half of a round's organisations stood on a statement when the round closed.

    The same for everybody and never computed again, so that nobody's answers can be found by subtraction.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="bands")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="bands")
    lowest = models.CharField(max_length=20, choices=Stage)
    highest = models.CharField(max_length=20, choices=Stage)
    frozen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "statement"], name="one_band_for_a_statement_in_a_round")]

    def __str__(self):
        return f"{self.statement}: {self.lowest} to {self.highest}"


class SharedPracticeQuerySet(models.QuerySet):
    def current(self):
        return self.filter(withdrawn_at=None)

    def visible_to(self, user):
        return self.current().filter(shared_with(user, unit=None))


class SharedPractice(models.Model):
    """A strength that an organisation offers to share with others."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="shared_practices")
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, blank=True, related_name="shared_practices")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="shared_practices")
    text = models.TextField(_("what you do, and what others could take from it"), max_length=4000)
    how_to_ask = models.CharField(_("how others can ask you about it"), max_length=200, blank=True)
    sharing = models.CharField(max_length=13, choices=Sharing, default=Sharing.PARTNERSHIP)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SharedPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at"]

    def __str__(self):
        return f"{self.organisation}: {self.statement}"


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

    def __str__(self):
        return self.get_reply_display()


