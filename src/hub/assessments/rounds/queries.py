"""How far each organisation has got, and nothing of what it wrote."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from hub.assessments.models import Answer, Assessment, StuckNote
from hub.assessments.rounds import rules
from hub.organisations.models import Role
from hub.toolkit.models import Statement

# In the order in which a coordinator wants to look at them.
PROGRESS = {
    "stuck": _("Stuck, and says what would help"),
    "no_answer": _("No answer yet"),
    "joined": _("Joined, not started"),
    "started": _("Started"),
    "part_way": _("Part way"),
    "signed_off": _("Signed off"),
}


@dataclass(frozen=True)
class Seen:
    """A place in a round as the coordinator sees it: how far it is, and nothing of what was written."""

    pk: int
    organisation: str
    unit: str
    is_example: bool
    date: datetime.date
    asked_on: datetime.date
    last_nudge: datetime.date | None
    progress: str
    answered: int
    asked: int
    note: StuckNote | None

    @property
    def name(self):
        return self.unit or self.organisation


def places_with_progress(round):
    """Every place of a round with how far it is. It counts answers; it never reads them.

    Four flat queries and a loop: asking the database for each place took half a second with a thousand of them.
    """
    known = _Known(round)
    columns = ["pk", "organisation", "unit", "organisation__name", "unit__name", "organisation__is_example"]
    dates = ["due_on", "asked_at", "organisation__provides", "organisation__commissions"]
    people = Role.objects.current().filter(kind__in=Role.IN_AN_ORGANISATION, organisation=OuterRef("organisation"))
    there = Exists(people.filter(unit=OuterRef("unit")))
    places = round.places.annotate(
        last=Max("nudges__sent_on"),
        has_people=Case(When(unit=None, then=Exists(people)), default=there),
    ).order_by("organisation__name", "unit__name", "pk")
    rows = places.values_list(*columns, *dates, "last", "has_people", named=True)
    return [_seen(round, known, row) for row in rows]


def counts_of_progress(places):
    """How many places there are of each kind, in the order of `PROGRESS`."""
    found = Counter(place.progress for place in places)
    return [(state, words, found[state]) for state, words in PROGRESS.items()]


def open_notes(round):
    """What would help those who are stuck, by place."""
    return {note.place_id: note for note in StuckNote.objects.waiting().filter(place__round=round)}


def signed_off_in(round):
    """The assessments that a band may stand on: of organisations that were asked, signed off in time."""
    return Assessment.objects.filter(
        organisation__in=round.places.values("organisation"),
        edition=round.edition,
        year=round.year,
        signed_off_at__isnull=False,
    )


def stages_by_statement(round):
    """What each organisation said, for the bands only: statement -> organisation -> stages of its departments."""
    said: dict[int, dict[int, list[str]]] = {}
    answers = Answer.objects.current().filter(assessment__in=signed_off_in(round), needs_review=False)
    for statement, organisation, stage in answers.values_list("statement", "assessment__organisation", "stage"):
        said.setdefault(statement, {}).setdefault(organisation, []).append(stage)
    return said


class _Known:
    """What there is to know of all places at once."""

    def __init__(self, round):
        theirs = Assessment.objects.filter(
            edition=round.edition_id, year=round.year, organisation__partnership=round.partnership_id
        )
        answered = Count("answers__statement", filter=Q(answers__needs_review=False), distinct=True)
        counted = theirs.order_by().annotate(answered=answered)
        self.assessments = _by_place(counted.values_list("organisation", "unit", "signed_off_at", "answered"))
        self.notes = open_notes(round)
        self.asked = _statements_by_audience(round.edition_id)


def _by_place(rows):
    """Rows by department, and all of an organisation's under the organisation alone."""
    found = defaultdict(list)
    for organisation, unit, *rest in rows:
        found[organisation, None].append(rest)
        if unit:
            found[organisation, unit].append(rest)
    return found


def _statements_by_audience(edition):
    statements = Statement.objects.filter(section__area__edition=edition)
    by_audience = dict(statements.order_by().values_list("audience").annotate(Count("pk")))
    both, providers, commissioners = (by_audience.get(one, 0) for one in ("both", "providers", "commissioners"))
    return {
        (True, True): both + providers + commissioners,
        (True, False): both + providers,
        (False, True): both + commissioners,
    }


def _seen(round, known, row):
    assessments = known.assessments[row.organisation, row.unit]
    answered = sum(answered for _signed_off, answered in assessments)
    audience = row.organisation__provides, row.organisation__commissions
    asked = known.asked[audience] * max(1, len(assessments))
    how_far = rules.how_far(
        has_people=row.has_people,
        assessments=len(assessments),
        signed_off=sum(signed_off is not None for signed_off, _answered in assessments),
        is_stuck=row.pk in known.notes,
        answered=answered,
        asked=asked,
    )
    return Seen(
        pk=row.pk,
        organisation=row.organisation__name,
        unit=row.unit__name or "",
        is_example=row.organisation__is_example,
        date=row.due_on or round.due_on,
        asked_on=row.asked_at.date(),
        last_nudge=row.last,
        progress=how_far,
        answered=answered,
        asked=asked,
        note=known.notes.get(row.pk),
    )
