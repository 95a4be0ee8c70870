from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.accounts.words import Written
from hub.assessments.models.assessments import Assessment
from hub.assessments.models.choices import Confidence, Stage
from hub.organisations.models import Organisation, Sharing
from hub.organisations.permissions import shared_with
from hub.toolkit.models import Statement


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


class Answer(Written):
    """One saved version of an answer. Versions are added, never edited; the highest is the answer."""

    WORDS = ("evidence", "in_the_way")
    AUTHOR = "saved_by"
    WRITTEN_AT = "saved_at"

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

    def passed_on(self):
        return _written_there(self)


class SetAside(Written):
    """What the second of two writers typed, kept beside the answer until somebody has put the two together."""

    WORDS = ("evidence", "in_the_way")
    AUTHOR = "written_by"
    WRITTEN_AT = "written_at"

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="set_aside")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+")
    based_on = models.PositiveIntegerField()
    stage = models.CharField(max_length=20, choices=Stage, blank=True)
    confidence = models.CharField(max_length=12, choices=Confidence, blank=True)
    evidence = models.TextField(max_length=4000, blank=True)
    in_the_way = models.TextField(max_length=4000, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "statement", "written_by"],
                condition=Q(settled_at=None),
                name="one_text_of_a_person_waits_at_a_statement",
            )
        ]

    def __str__(self):
        return f"Set aside: {self.statement}"

    def passed_on(self):
        return _written_there(self)


def _written_there(row):
    """Later versions, and later years, begin with the words of the ones before."""
    there = {"assessment__organisation": row.assessment.organisation_id, "statement__key": row.statement.key}
    return [*Answer.objects.filter(**there), *SetAside.objects.filter(**there)]


class SharedPracticeQuerySet(models.QuerySet):
    def current(self):
        return self.filter(withdrawn_at=None)

    def visible_to(self, user):
        return self.current().filter(shared_with(user, unit=None))


class SharedPractice(Written):
    """A strength that an organisation offers to share with others."""

    WORDS = ("text", "how_to_ask")
    AUTHOR = "offered_by"
    WRITTEN_AT = "offered_at"

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
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "statement"], condition=Q(withdrawn_at=None), name="one_offer_of_a_practice"
            )
        ]

    def __str__(self):
        return f"{self.organisation}: {self.statement}"
