"""What somebody has to do in a programme."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from hub.commitments.queries import latest_update
from hub.organisations.permissions import roles_of
from hub.programme import rules
from hub.programme.models import Action, Challenge, ChallengeReply, Decision, Deputy, Programme, Seat
from hub.programme.queries.pages import Row, rows_of
from hub.programme.queries.standings import with_reports

SOON = datetime.timedelta(days=14)
ENDED = ("kept", "stopped")
IN_A_LIST = (
    "words", "asked_at", "is_example", "closed_at", "action__area__title", "action__commitment__title",
)  # fmt: skip


class Told(NamedTuple):
    pk: int
    stage: str | None
    reported_on: datetime.date | None
    weeks: int

    @property
    def report_by(self):
        if self.stage in ENDED or not self.reported_on:
            return None
        return rules.next_report_by(self.reported_on, self.weeks)

    @property
    def wants_an_update(self):
        if self.stage in ENDED:
            return False
        return self.report_by is None or self.report_by <= timezone.localdate() + SOON


@dataclass(frozen=True)
class Duty:
    """An action that somebody looks after, and whether it wants an update."""

    row: Row
    is_own: bool
    report_by: datetime.date | None
    wants_an_update: bool


def looked_after_by(user):
    """What this person owns or stands in for, as little of each as their order needs: what wants an update first."""
    mine = Action.objects.filter(pk__in=_mine(user).values("pk")).order_by("area", "position")
    weeks = with_reports(mine).annotate(weeks=F("area__programme__report_every_weeks"))
    return sorted((Told(*row) for row in weeks.values_list(*Told._fields)), key=lambda told: not told.wants_an_update)


def duties_of(user, told):
    """One page of what `looked_after_by` has found, each with where it stands."""
    rows = {}
    # Each programme says how often; nearly always there is one.
    for weeks in {one.weeks for one in told}:
        actions = Action.objects.filter(pk__in=[one.pk for one in told if one.weeks == weeks])
        rows |= {row.action.pk: row for row in rows_of(actions, every_weeks=weeks)}
    return [
        Duty(rows[one.pk], rows[one.pk].action.commitment.owner_id == user.pk, one.report_by, one.wants_an_update)
        for one in told
    ]


def _mine(user):
    """Owned, or stood in for: one question for the two, because each asks what this person may see."""
    stands_in = Deputy.objects.current().filter(action=OuterRef("pk"), person=user.pk)
    return Action.objects.of(user).filter(Q(commitment__owner=user.pk) | Exists(stands_in))


def open_questions(user, mine, most):
    """Those that wait for this person first, who looks after `mine`: nobody has answered since it was last asked."""
    latest = ChallengeReply.objects.filter(challenge=OuterRef("pk")).order_by("-made_at", "-pk").values("kind")[:1]
    unanswered = Q(latest=None) | Q(latest=ChallengeReply.Kind.AGAIN)
    found = Challenge.objects.of(user).open().annotate(latest=Subquery(latest))
    waits = Case(When(unanswered, action__in=mine, then=True), default=False, output_field=BooleanField())
    return list(
        found.annotate(waits=waits if mine else Value(False))
        .order_by("-waits", "-asked_at")
        .select_related("action__commitment", "action__area")
        .only(*IN_A_LIST)[:most]
    )


class Place(NamedTuple):
    """A programme that this person works in, a forum in which they sit, or something that they took on there."""

    kind: str
    pk: int
    title: str
    partnership: str
    slug: str
    is_published: bool
    is_built: bool


def places_of(user):
    """Programmes, forums and what meetings asked this person to do, by kind, in one query."""
    builds = roles_of(user).filter(kind="coordinator", partnership=OuterRef("partnership"))
    programmes = Programme.objects.of(user).annotate(
        _kind=Value("programme"), _published=Q(published_at__isnull=False), _built=Exists(builds)
    )
    no = Value(False, output_field=BooleanField())
    seats = Seat.objects.current().filter(holder=user.pk).annotate(_kind=Value("forum"), _published=no, _built=no)
    rows = programmes.order_by().values_list(
        "_kind", "pk", "title", "partnership__slug", "slug", "_published", "_built"
    )
    forums = seats.order_by().values_list(
        "_kind", "forum", "forum__title", "forum__programme__partnership__slug", "forum__slug", "_published", "_built"
    )
    agreed = _agreed(user, no).values_list(
        "_kind", "pk", "commitment__title", "meeting__forum__title", "meeting__forum__slug", "_published", "_built"
    )
    gathered = defaultdict(list)
    for place in (Place(*row) for row in rows.union(forums, agreed)):
        gathered[place.kind].append(place)
    return {kind: sorted(places, key=lambda place: place.title) for kind, places in gathered.items()}


def _agreed(user, no):
    """What this person took on at a meeting and has not ended."""
    stage = Subquery(latest_update("commitment_id").values("stage")[:1])
    mine = Decision.objects.of(user).standing_alone().filter(commitment__owner=user.pk).annotate(stage=stage)
    still = mine.filter(Q(stage=None) | ~Q(stage__in=ENDED))
    return still.order_by().annotate(_kind=Value("decision"), _published=no, _built=no)
