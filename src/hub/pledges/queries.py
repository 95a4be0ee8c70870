"""Reading pledges for lists and pages."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from hub.commitments import rules
from hub.commitments.queries import latest_update, stage_of
from hub.organisations.models import Sharing
from hub.pledges.models import Pledge, Publication

SUGGESTED = 3


def pledges_for_list(pledges):
    """Flat rows for a list: one query however many updates there are.

    Each pledge has its commitment, organisation and unit, and `stage`, `said` (what happened last), `help_wanted` and
    `moved_at` from the update that counts.
    """
    latest = latest_update("commitment_id")
    return pledges.select_related("commitment", "organisation", "unit").annotate(
        stage=stage_of("commitment_id"),
        said=Subquery(latest.values("happened")[:1]),
        help_wanted=Subquery(latest.values("help_wanted")[:1]),
        moved_at=Coalesce(Subquery(latest.values("stands_at")[:1]), "made_at"),
    )


def at_stage(pledges, stage):
    return pledges.alias(_stage=stage_of("commitment_id")).filter(_stage=stage)


def in_area(pledges, area):
    """Pledges that serve a statement of this area of the toolkit."""
    serving = Pledge.objects.filter(commitment__statements__section__area=area, pk=OuterRef("pk"))
    return pledges.filter(pk__in=serving.values("pk")) if area else pledges


def area_of(pledge):
    statement = pledge.commitment.statements.select_related("section__area__edition").first()
    return statement.section.area if statement else None


def pledges_this_year(organisation, unit, year):
    return Pledge.objects.filter(organisation=organisation, unit=unit, year=year).count()


@dataclass(frozen=True)
class Missing:
    """What a pledge still needs, so that others can hold you to it."""

    questions: list[str]
    owner: bool
    due_on: bool
    measure: bool
    baseline: bool

    def __bool__(self):
        return bool(self.questions or self.owner or self.due_on or self.measure or self.baseline)


def missing_from(pledge, story):
    """Nothing is asked of a pledge that was taken from a published document."""
    commitment = pledge.commitment
    if commitment.source:
        return Missing([], False, False, False, False)
    return Missing(
        questions=unanswered(commitment),
        owner=commitment.owner_id is None,
        due_on=commitment.due_on is None,
        measure=not story.measures,
        baseline=any(needs_baseline(one) for one in story.measures),
    )


def needs_baseline(shown):
    return bool(rules.ASKS[shown.measure.kind].start) and not shown.baseline and not shown.measure.baseline_due_on


def unanswered(commitment):
    return rules.questions_without_an_answer({name: getattr(commitment, name) for name in rules.QUESTIONS})


def may_be_published(commitment):
    """Everybody can read a pledge once its four questions have an answer, or a published document has said it."""
    return bool(commitment.source) or not unanswered(commitment)


def was_published(pledge):
    return Publication.objects.filter(pledge=pledge, sharing=Sharing.EVERYONE).exists()
