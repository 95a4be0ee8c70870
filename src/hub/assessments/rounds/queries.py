"""How far each organisation has got, and nothing of what it wrote."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max
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

    @property
    def name(self):
        return self.unit or self.organisation


def places_with_progress(round):
    """Every place of a round with how far it is. It counts answers; it never reads them.

    Seven flat queries and a loop: asking the database for each place took half a second with a thousand of them.
    """
    known = _Known(round)
    columns = ["pk", "organisation", "unit", "organisation__name", "unit__name", "organisation__is_example"]
    dates = ["due_on", "asked_at", "organisation__provides", "organisation__commissions"]
    places = round.places.annotate(last=Max("nudges__sent_on")).order_by("organisation__name", "unit__name", "pk")
    return [_seen(round, known, *row) for row in places.values_list(*columns, *dates, "last")]


def counts_of_progress(places):
    """How many places there are of each kind, in the order of `PROGRESS`."""
    found = Counter(place.progress for place in places)
    return [(state, words, found[state]) for state, words in PROGRESS.items()]


def open_notes(places):
    """What would help those who are stuck, by place."""
    notes = StuckNote.objects.waiting().filter(place__in=[place.pk for place in places])
    return {note.place_id: note for note in notes}


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
        answers = Answer.objects.filter(assessment__in=theirs, needs_review=False).order_by()
        counted = answers.values("assessment").annotate(answered=Count("statement", distinct=True))
        self.answered = dict(counted.values_list("assessment", "answered"))
        self.assessments = _by_place(theirs.values_list("organisation", "unit", "pk", "signed_off_at"))
        people = Role.objects.current().filter(organisation__places__round=round, kind__in=Role.IN_AN_ORGANISATION)
        self.people = _by_place(people.values_list("organisation", "unit", "pk"))
        self.stuck = set(StuckNote.objects.waiting().filter(place__round=round).values_list("place", flat=True))
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


def _seen(round, known, pk, organisation, unit, name, unit_name, is_example, due_on, at, provides, commissions, last):
    assessments = known.assessments[organisation, unit]
    answered = sum(known.answered.get(assessment, 0) for assessment, _signed_off in assessments)
    asked = known.asked[provides, commissions] * max(1, len(assessments))
    how_far = rules.how_far(
        has_people=bool(known.people[organisation, unit]),
        assessments=len(assessments),
        signed_off=sum(signed_off is not None for _assessment, signed_off in assessments),
        is_stuck=pk in known.stuck,
        answered=answered,
        asked=asked,
    )
    return Seen(
        pk, name, unit_name or "", is_example, due_on or round.due_on, at.date(), last, how_far, answered, asked
    )
