"""How far each organisation has got, and nothing of what it wrote."""

from django.db.models import Case, CharField, Count, Exists, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from hub.assessments.models import Answer, Assessment, StuckNote
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


def places_with_progress(round):
    """The places of a round with how far they have got. It counts answers; it never reads them."""
    theirs = _assessments_of_the_place()
    places = round.places.select_related("organisation", "unit", "invitation")
    places = places.annotate(whole_organisation=Case(When(unit=None, then=F("organisation"))))
    annotated = places.annotate(
        has_begun=Exists(theirs),
        has_some_unsigned=Exists(theirs.filter(signed_off_at=None)),
        is_stuck=Exists(StuckNote.objects.filter(place=OuterRef("pk"), settled_at=None)),
        has_people=Exists(_people_of_the_place()),
        answered=_statements_answered(),
        asked=_statements_for_the_place(round.edition),
        last_nudge=Max("nudges__sent_on"),
        date=Coalesce("due_on", Value(round.due_on)),
    )
    return annotated.annotate(progress=_progress()).order_by("organisation__name", "unit__name", "pk")


def counts_of_progress(places):
    """How many places there are of each kind, in the order of `PROGRESS`."""
    found = dict(places.order_by().values_list("progress").annotate(places=Count("pk")))
    return [(state, words, found.get(state, 0)) for state, words in PROGRESS.items()]


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


def _for_the_place(rows):
    """A whole organisation's place stands for all its departments; a department's place for itself."""
    return rows.filter(Q(unit=OuterRef("unit")) | Q(organisation=OuterRef("whole_organisation")))


def _assessments_of_the_place():
    this_time = Assessment.objects.filter(edition=OuterRef("round__edition"), year=OuterRef("round__year"))
    return _for_the_place(this_time)


def _people_of_the_place():
    return _for_the_place(Role.objects.current().filter(kind__in=Role.IN_AN_ORGANISATION))


def _statements_answered():
    theirs = Answer.objects.filter(
        Q(assessment__unit=OuterRef("unit")) | Q(assessment__organisation=OuterRef("whole_organisation")),
        needs_review=False,
        assessment__edition=OuterRef("round__edition"),
        assessment__year=OuterRef("round__year"),
    )
    counted = theirs.order_by().values("assessment__organisation").annotate(n=Count("statement", distinct=True))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _statements_for_the_place(edition):
    statements = Statement.objects.filter(section__area__edition=edition)
    count = {
        (provides, commissions): statements.for_audience(provides=provides, commissions=commissions).count()
        for provides, commissions in [(True, True), (True, False), (False, True)]
    }
    return Case(
        When(organisation__provides=True, organisation__commissions=True, then=Value(count[True, True])),
        When(organisation__commissions=True, then=Value(count[False, True])),
        default=Value(count[True, False]),
    )


def _progress():
    return Case(
        When(has_begun=True, has_some_unsigned=False, then=Value("signed_off")),
        When(is_stuck=True, then=Value("stuck")),
        When(has_begun=True, answered__gte=F("asked") / 2, answered__gt=0, then=Value("part_way")),
        When(has_begun=True, then=Value("started")),
        When(has_people=True, then=Value("joined")),
        default=Value("no_answer"),
        output_field=CharField(),
    )
