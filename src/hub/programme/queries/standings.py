"""Where actions and targets stand, for a page or for a whole programme: a constant number of queries."""

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, Subquery, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from hub.commitments.models import Measure, Reading, Target
from hub.commitments.queries import latest_update
from hub.commitments.rules import per_of
from hub.programme import rules
from hub.programme.models import Action

ENDED = ["kept", "stopped"]
OF_A_MEASURE = ["pk", "kind", "direction", "every_weeks_to", "name", "per"]


class Goal(NamedTuple):
    value: Decimal | None
    by: datetime.date | None


def with_reports(actions):
    """Actions with what their last update said: `stage`, '' where there is none, and `reported_on`."""
    latest = latest_update("commitment_id")
    return actions.annotate(
        stage=Subquery(latest.values("stage")[:1]),
        reported_on=TruncDate(Subquery(latest.values("stands_at")[:1])),
        evidence_until=Subquery(latest.exclude(evidence_date=None).values("evidence_date__good_until")[:1]),
    )


def standings_of(actions, *, every_weeks, aims=None):
    """For each action its standing. `actions` is a list that `with_reports` has made."""
    today = timezone.localdate()
    if aims is None:
        aims = aims_of_actions([action.pk for action in actions if action.stage and action.stage not in ENDED])
    return {
        action.pk: rules.standing_of(_reported(action, aims.get(action.pk, ())), today, every_weeks=every_weeks)
        for action in actions
    }


def _reported(action, aims):
    return rules.Reported(
        due_on=action.commitment.due_on,
        stage=action.stage or "",
        reported_on=action.reported_on,
        aims=tuple(aims),
        evidence_until=action.evidence_until,
    )


def aims_of_actions(actions):
    """The targets of each action: those it has itself, and the key targets that it serves."""
    if not actions:
        return {}
    current = Measure.objects.filter(ended_at=None).order_by()
    own = current.filter(commitment__programme_action__in=actions)
    served = current.filter(key_targets__actions__in=actions)
    rows = own.values_list("commitment__programme_action", *OF_A_MEASURE).union(
        served.values_list("key_targets__actions", *OF_A_MEASURE)
    )
    wanted = set(actions)
    return _grouped(row for row in rows if row[0] in wanted)


def _grouped(rows):
    rows = list(rows)
    measures = {pk: Measure(pk, **dict(zip(OF_A_MEASURE[1:], row, strict=True))) for _, pk, *row in rows}
    aims = aims_of(measures.values(), _present_targets(measures))
    grouped = defaultdict(list)
    for action, pk, *_rest in rows:
        grouped[action].append(aims[pk])
    return grouped


def _present_targets(measures):
    """Only what a standing needs of each measure's present target."""
    rows = Target.objects.filter(measure__in=measures).order_by("set_at", "pk").values_list("measure", "value", "by")
    return defaultdict(list, {measure: [Goal(value, by)] for measure, value, by in rows})


def targets_of(measures):
    """Each measure's targets, newest first."""
    found = defaultdict(list)
    for target in Target.objects.filter(measure__in=measures).select_related("stated").order_by("-set_at", "-pk"):
        found[target.measure_id].append(target)
    return found


def aims_of(measures, targets):
    """For each measure its aim: the present target, where it starts, and what it showed last."""
    readings = _readings_of([measure.pk for measure in measures])
    return {measure.pk: _aim(measure, targets[measure.pk], readings[measure.pk]) for measure in measures}


def _aim(measure, targets, readings):
    start, last = (_point(reading, measure.kind, measure.per) for reading in readings)
    target = targets[0] if targets else None
    return rules.Aim(
        kind=measure.kind,
        value=target.value if target else None,
        by=target.by if target else None,
        direction=measure.direction,
        start=start,
        last=last,
        weeks_to=measure.every_weeks_to,
        name=measure.name,
    )


def _readings_of(measures):
    """The first that says where it starts, and the last. One that was put right does not count."""
    newest_first = Window(RowNumber(), partition_by="measure", order_by=[F("on").desc(), F("pk").desc()])
    current = Reading.objects.current().filter(measure__in=measures).order_by().annotate(place=newest_first)
    fields = ["measure", "place", "is_baseline", "on", "value", "numerator", "denominator"]
    found = defaultdict(lambda: [None, None])
    for measure, place, is_start, *told in current.filter(Q(place=1) | Q(is_baseline=True)).values_list(*fields):
        if is_start:
            found[measure][0] = told
        if place == 1:
            found[measure][1] = told
    return found


def _point(reading, kind, per):
    if reading is None:
        return None
    on, value, numerator, denominator = reading
    if value is None and denominator:
        value = rules.share_of(numerator, denominator, per_of(kind, per))
    return rules.Point(on, numerator if value is None else value)


def counts_of(standings):
    """How many stand where, in the order in which they want attention; only those there are."""
    counted = defaultdict(int)
    for standing in standings.values():
        counted[standing.kind] += 1
    return [(kind, counted[kind]) for kind in rules.STANDINGS if counted[kind]]


def standing_from(action, aims):
    """Where one action stands today, from its targets. `action` comes from `with_reports`."""
    every_weeks = action.area.programme.report_every_weeks
    return rules.standing_of(_reported(action, aims), timezone.localdate(), every_weeks=every_weeks)


def standing_now(action):
    """Where one action stands today."""
    [fresh] = with_reports(Action.objects.filter(pk=action.pk).select_related("commitment"))
    every_weeks = action.area.programme.report_every_weeks
    return standings_of([fresh], every_weeks=every_weeks)[action.pk]


def aim_of(measure, targets, readings):
    """The aim of a measure whose targets and current readings are at hand."""
    start = next((reading for reading in readings if reading.is_baseline), None)
    last = readings[-1] if readings else None
    return _aim(measure, targets, [_told(start), _told(last)])


def _told(reading):
    return reading and (reading.on, reading.value, reading.numerator, reading.denominator)


def reported_since(action, day):
    """Whether the last update came on or after a day. `action` comes from `with_reports`."""
    return bool(action.reported_on and day and action.reported_on >= day)
