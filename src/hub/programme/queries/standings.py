"""Where actions and targets stand, for a page or for a whole programme: a constant number of queries."""

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import TruncDate
from django.utils import timezone

from hub.commitments.models import Measure, Reading, Target
from hub.commitments.queries import latest_update
from hub.commitments.rules import per_of
from hub.programme import rules
from hub.programme.models import Action


class Goal(NamedTuple):
    value: Decimal | None
    by: datetime.date | None


class Counted(NamedTuple):
    """Of a measure, what a standing needs. `value` and `by` are its present target."""

    pk: int
    kind: str
    direction: str
    every_weeks_to: int | None
    name: str
    per: int | None
    value: Decimal | None
    by: datetime.date | None


class Told(NamedTuple):
    """Of an action, what a standing needs: enough to count hundreds of them."""

    pk: int
    area_id: int
    due_on: datetime.date | None
    stage: str | None
    reported_on: datetime.date | None
    evidence_until: datetime.date | None


def with_reports(actions):
    """Actions with their date and what their last update said: `stage`, None where there is none, and `reported_on`."""
    latest = latest_update("commitment_id")
    return actions.annotate(
        due_on=F("commitment__due_on"),
        stage=Subquery(latest.values("stage")[:1]),
        reported_on=TruncDate(Subquery(latest.values("stands_at")[:1])),
        evidence_until=Subquery(latest.exclude(evidence_date=None).values("evidence_date__good_until")[:1]),
    )


def told(actions):
    """The same as a row for each, in their order."""
    return [Told(*row) for row in with_reports(actions).values_list(*Told._fields)]


def standings_of(actions, *, every_weeks, aims=None):
    """For each action its standing. `actions` is a list that `with_reports` or `told` has made.

    Targets are looked up only where nothing that comes before them has decided.
    """
    today = timezone.localdate()
    found = {action.pk: rules.standing_of(_reported(action), today, every_weeks=every_weeks) for action in actions}
    undecided = [action for action in actions if rules.waits_for_aims(found[action.pk])]
    if aims is None:
        aims = aims_of_actions([action.pk for action in undecided])
    for action in undecided:
        reported = _reported(action, aims.get(action.pk, ()))
        found[action.pk] = rules.standing_of(reported, today, every_weeks=every_weeks)
    return found


def standings_by_row(actions, every_weeks):
    """Each action as a row, in their order, with its standing."""
    rows = told(actions)
    standings = standings_of(rows, every_weeks=every_weeks)
    return {row: standings[row.pk] for row in rows}


def _reported(action, aims=()):
    return rules.Reported(
        due_on=action.due_on,
        stage=action.stage or "",
        reported_on=action.reported_on,
        aims=tuple(aims),
        evidence_until=action.evidence_until,
    )


def aims_of_actions(actions):
    """The targets of each action: those it has itself, and the key targets that it serves."""
    if not actions:
        return {}
    present = Target.objects.filter(measure=OuterRef("pk")).order_by("-set_at", "-pk")
    current = Measure.objects.filter(ended_at=None).order_by()
    current = current.annotate(value=Subquery(present.values("value")[:1]), by=Subquery(present.values("by")[:1]))
    own = current.filter(commitment__programme_action__in=actions)
    served = current.filter(key_targets__actions__in=actions)
    rows = own.values_list("commitment__programme_action", *Counted._fields).union(
        served.values_list("key_targets__actions", *Counted._fields)
    )
    wanted = set(actions)
    return _grouped([(action, Counted(*measure)) for action, *measure in rows if action in wanted])


def _grouped(pairs):
    measures = {measure.pk: measure for _action, measure in pairs}
    aims = aims_of(measures.values(), {pk: [Goal(one.value, one.by)] for pk, one in measures.items()})
    grouped = defaultdict(list)
    for action, measure in pairs:
        grouped[action].append(aims[measure.pk])
    return grouped


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
    current = Reading.objects.current()
    newest = current.filter(measure=OuterRef("pk")).order_by("-on", "-pk").values("pk")[:1]
    last = Measure.objects.filter(pk__in=measures).order_by().annotate(last=Subquery(newest)).values("last")
    starts = current.filter(measure__in=measures, is_baseline=True)
    rows = [_placed(Reading.objects.filter(pk__in=last), 1), _placed(starts, 0)]
    found = defaultdict(lambda: [None, None])
    for place, measure, *told in rows[0].union(rows[1], all=True):
        found[measure][place] = told
    return found


def _placed(readings, place):
    fields = ("place", "measure", "on", "value", "numerator", "denominator")
    return readings.order_by().annotate(place=Value(place)).values_list(*fields)


def _point(reading, kind, per):
    if reading is None:
        return None
    on, value, numerator, denominator = reading
    if value is None and denominator:
        value = rules.share_of(numerator, denominator, per_of(kind, per))
    return rules.Point(on, numerator if value is None else value, numerator, denominator)


def counts_of(standings):
    """How many stand where, in the order in which they want attention; only those there are."""
    counted = defaultdict(int)
    for standing in standings:
        counted[standing.kind] += 1
    return [(kind, counted[kind]) for kind in rules.STANDINGS if counted[kind]]


def standing_from(action, aims):
    """Where one action stands today, from its targets. `action` comes from `with_reports`."""
    every_weeks = action.area.programme.report_every_weeks
    return rules.standing_of(_reported(action, aims), timezone.localdate(), every_weeks=every_weeks)


def standing_now(action):
    """Where one action stands today."""
    every_weeks = action.area.programme.report_every_weeks
    return standings_of(told(Action.objects.filter(pk=action.pk)), every_weeks=every_weeks)[action.pk]


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
