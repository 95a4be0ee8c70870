"""What a page of several parts shows."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone

from hub.assessments.models import Assessment, Heard, Place, SharedPractice
from hub.assessments.queries import task_list
from hub.commitments.models import Ask, Offer, Update
from hub.home import rules
from hub.organisations.models import Organisation, Sharing, Unit
from hub.organisations.permissions import Kind, roles_of
from hub.pledges.models import Pledge
from hub.pledges.queries import pledges_for_list

MOST_TASKS = 8
MOST_SHOWN = 6
SOON = datetime.timedelta(days=60)


@dataclass(frozen=True)
class Part:
    """An organisation, or one department of it, in which somebody works."""

    organisation: Organisation
    unit: Unit | None

    @property
    def name(self):
        return self.unit.name if self.unit else self.organisation.name

    @property
    def where(self):
        slugs = [self.organisation.partnership.slug, self.organisation.slug]
        return [*slugs, self.unit.slug] if self.unit else slugs


def parts_of(user):
    """Where somebody works, each place once."""
    roles = roles_of(user).filter(organisation__isnull=False).select_related("organisation__partnership", "unit")
    found = {(role.organisation_id, role.unit_id): Part(role.organisation, role.unit) for role in roles}
    return sorted(found.values(), key=lambda part: (part.organisation.name, part.unit.name if part.unit else ""))


@dataclass(frozen=True)
class Task:
    """One thing to do, with honest minutes. The words are in the template."""

    kind: str
    minutes: int
    about: object = None
    more: object = None


@dataclass(frozen=True)
class Year:
    """An organisation's or department's year, as its home page shows it."""

    part: Part
    place: Place | None
    assessment: Assessment | None
    previous: Assessment | None
    progress: object | None
    heard: int
    pledges: list
    standing: rules.Standing
    tasks: list = field(default_factory=list)
    is_stuck: bool = False

    @property
    def next(self):
        return self.tasks[0] if self.tasks else None

    @property
    def later(self):
        return self.tasks[1:MOST_TASKS]

    @property
    def steps(self):
        return rules.steps(self.standing)

    @property
    def areas_done(self):
        return sum(area.is_done for area in self.progress.areas) if self.progress else 0

    @property
    def due_on(self):
        return (self.place.due_on or self.place.round.due_on) if self.place else None


def year_of(part, user):
    """Everything on a lead's home page, in a constant number of queries."""
    place = _open_place(part)
    assessment, previous = _assessments(part, place)
    progress = task_list(assessment) if assessment and not assessment.is_signed_off else None
    pledges = _pledges(part)
    today = timezone.localdate()
    due = [pledge for pledge in pledges if _is_due(pledge, today)]
    standing = rules.Standing(
        has_begun=assessment is not None,
        is_signed_off=assessment is not None and assessment.is_signed_off,
        pledges=sum(pledge.year >= assessment.year for pledge in pledges) if assessment else len(pledges),
        updates_due=len(due),
        public_pledges=sum(pledge.sharing == Sharing.EVERYONE for pledge in pledges),
    )
    heard = _heard(assessment)
    tasks = [
        *_assessing(place, assessment, previous, progress),
        *_choosing(standing, assessment),
        *[Task("update", rules.MINUTES["update"], pledge) for pledge in due],
        *_offers(part),
        *_seats(assessment, progress, heard),
        *_sharing(pledges),
    ]
    return Year(
        part=part,
        place=place,
        assessment=assessment,
        previous=previous,
        progress=progress,
        heard=sum(one.staff + one.service_users + one.carers for one in heard),
        pledges=pledges,
        standing=standing,
        tasks=tasks,
        is_stuck=bool(place and place.stuck_notes.filter(settled_at=None).exists()),
    )


def _open_place(part):
    places = Place.objects.filter(round__closed_at=None, organisation=part.organisation, unit=part.unit)
    return places.select_related("round__edition", "organisation", "unit").order_by("-round__year", "-pk").first()


def _assessments(part, place):
    """This year's, and the one before it from which it can carry on."""
    ours = Assessment.objects.filter(organisation=part.organisation, unit=part.unit).select_related("edition__chapter")
    found = list(ours.order_by("-year", "-pk")[:2])
    if place and not any(one.year == place.round.year and one.edition_id == place.round.edition_id for one in found):
        return None, found[0] if found else None
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def _pledges(part):
    """Those of the last year in which there are any."""
    ours = Pledge.objects.filter(organisation=part.organisation, unit=part.unit)
    newest = ours.order_by("-year").values_list("year", flat=True).first()
    return list(pledges_for_list(ours.filter(year=newest))[:10]) if newest else []


def _is_due(pledge, today):
    return rules.update_is_due(stage=pledge.stage, moved_on=timezone.localdate(pledge.moved_at), today=today)


def _heard(assessment):
    """The latest count of each page."""
    if assessment is None:
        return []
    newest = {}
    for one in Heard.objects.filter(assessment=assessment).select_related("section"):
        newest.setdefault(one.section_id, one)
    return list(newest.values())


def _assessing(place, assessment, previous, progress):
    if assessment is None:
        return [Task("start", rules.MINUTES["start"], place, previous)]
    if assessment.is_signed_off:
        return []
    if progress.next:
        return [Task("page", progress.next.minutes, assessment, progress.next.section)]
    return [Task("sign_off", rules.MINUTES["sign_off"], assessment)]


def _choosing(standing, assessment):
    if standing.is_signed_off and not standing.pledges:
        return [Task("choose", rules.MINUTES["choose"], assessment)]
    return []


def _offers(part):
    waiting = Offer.objects.filter(ask__organisation=part.organisation, ask__closed_at=None, steps=None)
    return [
        Task("offer", rules.MINUTES["offer"], offer.ask, offer)
        for offer in waiting.select_related("ask", "organisation")[:3]
    ]


def _seats(assessment, progress, heard):
    """A page on which people who use the service, or carers, have not been heard yet."""
    if progress is None:
        return []
    for one in heard:
        missing = rules.may_need_somebody(staff=1, service_users=one.service_users, carers=one.carers)
        if missing:
            return [Task("voices", rules.MINUTES["voices"], assessment, (one.section, missing[0]))]
    return []


def _sharing(pledges):
    quiet = [pledge for pledge in pledges if pledge.sharing == Sharing.ONLY_US]
    return [Task("share", rules.MINUTES["share"], pledge) for pledge in quiet[:1]]


# Those who look over a partnership.


@dataclass(frozen=True)
class Overview:
    """What was promised, what moved, who is stuck and asks for help, what is due."""

    stages: list
    moved: list
    stuck: list
    asks: list
    due: list


def overview_of(partnership, user):
    """One pass over where everything stands, then only what is shown is fetched."""
    pledges = Pledge.objects.visible_to(user).filter(organisation__partnership=partnership)
    columns = ["pk", "stage", "moved_at", "commitment__due_on"]
    rows = [_Stand(*row) for row in pledges_for_list(pledges).order_by().values_list(*columns)]
    latest = sorted(rows, key=lambda row: row.moved_at, reverse=True)
    chosen = {
        "moved": [row.pk for row in latest if row.stage in ("moving", "kept")][:MOST_SHOWN],
        "stuck": [row.pk for row in latest if row.stage == "stuck"][:MOST_SHOWN],
        "due": _due_soon(rows),
    }
    wanted = {pk for pks in chosen.values() for pk in pks}
    fetched = {pledge.pk: pledge for pledge in pledges_for_list(Pledge.objects.filter(pk__in=wanted))}
    counted = Counter(row.stage or Update.Stage.PROMISED for row in rows)
    return Overview(
        stages=[(stage, label, counted[stage]) for stage, label in Update.Stage.choices if counted[stage]],
        asks=list(_asks(partnership, user)),
        **{name: [fetched[pk] for pk in pks] for name, pks in chosen.items()},
    )


class _Stand(NamedTuple):
    pk: int
    stage: str | None
    moved_at: datetime.datetime
    due_on: datetime.date | None


def _due_soon(rows):
    soon = timezone.localdate() + SOON
    due = [row for row in rows if row.due_on and row.due_on <= soon and row.stage not in ("kept", "stopped")]
    return [row.pk for row in sorted(due, key=lambda row: row.due_on)][:MOST_SHOWN]


def _asks(partnership, user):
    asks = Ask.objects.open().visible_to(user).filter(partnership=partnership)
    return asks.select_related("organisation", "area")[:6]


def shared_with_commissioners(partnership, user):
    """The latest assessment of each that is signed off and shared with whoever this is."""
    shared = Assessment.objects.visible_to(user).filter(
        organisation__partnership=partnership, organisation__provides=True, signed_off_at__isnull=False
    )
    same = {"organisation": OuterRef("organisation"), "edition__chapter": OuterRef("edition__chapter")}
    part = Q(unit=OuterRef("unit")) | Q(unit=None, organisation=OuterRef("whole"))
    newer = shared.filter(part, **same, year__gt=OuterRef("year"))
    shared = shared.alias(whole=Case(When(unit=None, then=F("organisation")))).filter(~Exists(newer))
    return shared.select_related("organisation", "unit", "edition").order_by("-signed_off_at", "pk")


def practices_shared(partnership, user):
    practices = SharedPractice.objects.visible_to(user).filter(organisation__partnership=partnership)
    return practices.select_related("organisation", "statement")[:6]


def commissions_for(user, partnership):
    """The organisation for which a commissioner answers the commissioners' own questions, if they lead one."""
    roles = roles_of(user).filter(
        kind__in=[Kind.LEAD, Kind.COLLEAGUE], partnership=partnership, organisation__commissions=True
    )
    role = roles.select_related("organisation__partnership", "unit").first()
    return Part(role.organisation, role.unit) if role else None
