"""What somebody has to do in a programme."""

import datetime
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from hub.programme import rules
from hub.programme.models import Action, Challenge, ChallengeReply
from hub.programme.queries.pages import Row, rows_of

SOON = datetime.timedelta(days=14)
MOST = 100


@dataclass(frozen=True)
class Duty:
    """An action that somebody looks after, and whether it wants an update."""

    row: Row
    is_own: bool
    report_by: datetime.date | None
    wants_an_update: bool


def looked_after_by(user):
    """Actions that this person owns or stands in for, what wants an update first."""
    mine = Action.objects.owned_by(user) | Action.objects.stood_in_for(user)
    weeks = dict(mine.values_list("pk", "area__programme__report_every_weeks"))
    actions = Action.objects.of(user).filter(pk__in=list(weeks)[:MOST]).order_by("area", "position")
    # Each programme says how often; nearly always there is one.
    rows = [row for every in sorted(set(weeks.values())) for row in _of(actions, weeks, every)]
    duties = [_duty(row, weeks[row.action.pk], user) for row in rows]
    return sorted(duties, key=lambda duty: not duty.wants_an_update)


def _of(actions, weeks, every):
    return rows_of(actions.filter(pk__in=[pk for pk in weeks if weeks[pk] == every]), every_weeks=every)


def _duty(row, weeks, user):
    action = row.action
    is_over = row.standing.kind in ("done", "stopped")
    report_by = rules.next_report_by(action.reported_on, weeks) if action.reported_on and not is_over else None
    wants = not is_over and (report_by is None or report_by <= timezone.localdate() + SOON)
    return Duty(row, action.commitment.owner_id == user.pk, report_by, wants)


def questions_for(user):
    """Open questions about what this person looks after, in which nobody has answered since it was last asked."""
    mine = Action.objects.owned_by(user) | Action.objects.stood_in_for(user)
    latest = ChallengeReply.objects.filter(challenge=OuterRef("pk")).order_by("-made_at", "-pk").values("kind")[:1]
    asked = Challenge.objects.open().filter(action__in=mine).annotate(latest=Subquery(latest))
    found = asked.filter(Q(latest=None) | Q(latest=ChallengeReply.Kind.AGAIN))
    return found.select_related("action__commitment")
