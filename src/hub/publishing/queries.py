"""What the public may read: what organisations chose to publish, and nothing else."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, prefetch_related_objects

from hub.assessments.models import SharedPractice
from hub.commitments.models import Update
from hub.findings.models import Release, ReleaseStep
from hub.findings.releases.queries import public_in
from hub.organisations.models import Fact, Partnership, Role, Sharing
from hub.pledges.models import Pledge
from hub.pledges.queries import at_stage, pledges_for_list
from hub.programme.models import Programme
from hub.toolkit.models import Area, Group

NEWS = 3
PROMISES = 6
MOST_CHOICES = 60


MOST_PARTNERSHIPS = 50


def partnerships():
    """That a partnership is here is public."""
    return list(Partnership.objects.order_by("name")[:MOST_PARTNERSHIPS])


def partnership_at(slug):
    return Partnership.objects.filter(slug=slug).first()


def public_pledge(partnership, public_id):
    found = public_pledges(partnership).filter(public_id=public_id)
    return found.select_related("commitment", "organisation", "unit", "continues").first()


def withdrawn_pledges(partnership):
    """Once public, and not any more."""
    return Pledge.objects.withdrawn().filter(organisation__partnership=partnership).select_related("organisation")


def public_pledges(partnership):
    return Pledge.objects.public().filter(organisation__partnership=partnership)


def taking_part(partnership):
    """Organisations of which something is public, or in which somebody has said yes. Being asked is not public."""
    people = Role.objects.current().filter(organisation=OuterRef("pk"))
    published = Pledge.objects.public().filter(organisation=OuterRef("pk"))
    facts = Fact.objects.filter(organisation=OuterRef("pk"))
    return partnership.organisations.filter(Exists(people) | Exists(published) | Exists(facts))


def public_practices(partnership):
    practices = SharedPractice.objects.current().filter(sharing=Sharing.EVERYONE, organisation__partnership=partnership)
    return practices.select_related("organisation", "statement__section__area__edition__chapter")


def release_at(partnership, public_id):
    """A finding that was public once, with its files and the ledger's line about them. It may be withdrawn."""
    found = Release.objects.filter(partnership=partnership, public_id=public_id, published_at__isnull=False)
    return found.select_related("organisation", "unit", "ledger_line").prefetch_related("files").first()


def withdrawal_of(release):
    return release.steps.filter(kind=ReleaseStep.Kind.WITHDRAWN).last()


@dataclass(frozen=True)
class Front:
    """A partnership's front page: newest pledges, what has happened lately, how many stand where."""

    pledges: list
    news: list
    stages: list
    organisations: int
    has_examples: bool
    programmes: list
    findings: list


def front_of(partnership):
    pledges = public_pledges(partnership)
    return Front(
        pledges=_a_few_of_each(pledges, PROMISES),
        news=_news(pledges),
        stages=counts_of_stages(pledges),
        organisations=pledges.order_by().values("organisation").distinct().count(),
        has_examples=pledges.filter(commitment__is_example=True).exists(),
        programmes=list(Programme.objects.published().filter(partnership=partnership)[:3]),
        findings=list(public_in(partnership)[:3]),
    )


def counts_of_stages(pledges):
    """How many pledges stand where, for those stages at which any stands."""
    counted = dict(pledges_for_list(pledges).order_by().values_list("stage").annotate(Count("pk")))
    counted[Update.Stage.PROMISED] = counted.pop(None, 0) + counted.get(Update.Stage.PROMISED, 0)
    return [(stage, label, counted[stage]) for stage, label in Update.Stage.choices if counted.get(stage)]


def _a_few_of_each(pledges, wanted):
    """The newest, from as many organisations as there are before anybody appears twice."""
    newest = list(pledges_for_list(pledges).order_by("commitment__is_example", "-year", "-made_at", "pk")[: wanted * 5])
    first = {pledge.organisation_id: pledge for pledge in reversed(newest)}
    chosen = sorted(first.values(), key=newest.index)[:wanted]
    return chosen + [pledge for pledge in newest if pledge not in chosen][: wanted - len(chosen)]


def _news(pledges):
    """The latest updates of public pledges, one of a pledge."""
    # The last that were written are nearly always the latest, and are found without sorting all there are.
    of_these = Exists(pledges.order_by().filter(commitment=OuterRef("commitment")))
    written = Update.objects.current().filter(of_these).exclude(happened="").order_by("-pk")[: NEWS * 10]
    news, seen = [], set()
    for update in sorted(written, key=lambda update: update.stands_at, reverse=True):
        if update.commitment_id not in seen:
            seen.add(update.commitment_id)
            news.append(update)
    prefetch_related_objects(news[:NEWS], "commitment__pledge__organisation")
    return news[:NEWS]


@dataclass(frozen=True)
class Choices:
    """What one can choose from in the list of pledges."""

    organisations: list | None  # None where there are too many to choose from a list
    areas: list
    groups: list
    years: list


def choices_in(partnership):
    pledges = public_pledges(partnership)
    commitments = pledges.values("commitment")
    areas = Area.objects.filter(sections__statements__commitments__in=commitments).select_related("edition")
    with_pledges = partnership.organisations.filter(Exists(pledges.filter(organisation=OuterRef("pk"))))
    organisations = list(with_pledges.values_list("slug", "name")[: MOST_CHOICES + 1])
    newest = {(area.edition.chapter_id, area.number): area for area in areas.order_by("edition__number").distinct()}
    return Choices(
        organisations=organisations if len(organisations) <= MOST_CHOICES else None,
        areas=sorted(newest.values(), key=lambda area: (area.edition.chapter_id, area.number)),
        groups=list(Group.objects.filter(commitments__in=commitments).distinct()),
        years=list(pledges.order_by("-year").values_list("year", flat=True).distinct()),
    )


def chosen(partnership, *, organisation="", area=None, group="", stage="", year=None):
    """Public pledges for a list, as the reader has chosen."""
    pledges = public_pledges(partnership)
    if organisation:
        named = Q(organisation__slug=organisation) | Q(organisation__name__icontains=organisation)
        pledges = pledges.filter(named)
    if area:
        pledges = pledges.filter(pk__in=_in_area(area))
    if group:
        pledges = pledges.filter(commitment__groups__slug=group)
    if year:
        pledges = pledges.filter(year=year)
    if stage:
        pledges = _standing_at(pledges, stage)
    return pledges_for_list(pledges)


def _in_area(area):
    """The same area of the chapter in whatever edition."""
    there = {"section__area__number": area.number, "section__area__edition__chapter": area.edition.chapter_id}
    serving = {f"commitment__statements__{name}": value for name, value in there.items()}
    return Pledge.objects.filter(**serving).values("pk")


def _standing_at(pledges, stage):
    if stage != Update.Stage.PROMISED:
        return at_stage(pledges, stage)
    nothing_yet = ~Exists(Update.objects.filter(commitment=OuterRef("commitment")))
    return pledges.filter(nothing_yet | Q(pk__in=at_stage(pledges, stage).values("pk")))
