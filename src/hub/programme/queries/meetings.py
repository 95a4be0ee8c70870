"""What a forum's meeting is about."""

import datetime
from collections import defaultdict

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from hub.commitments.models import Ask, Measure, Target
from hub.programme.models import Action, Challenge, Decision, Meeting
from hub.programme.queries.pages import Row
from hub.programme.queries.standings import reported_since, standings_by_row, standings_of, with_reports
from hub.programme.queries.work import ENDED

WANTS_TALK = ("late", "at_risk", "silent")
OVER = ("done", "stopped")
SOON = datetime.timedelta(weeks=8)  # As far as the longest usual rhythm of a forum.
MOST = 25


def agenda_for(forum, *, since):
    """What the board asks, where help is asked for, what is late, stuck, silent or due soon, and what is new.

    Of the forum's own actions. A forum that no action is tied to looks at the whole programme.
    """
    actions = Action.objects.filter(forums=forum) if forum.has_actions else _everything(forum)
    standings = standings_by_row(actions.order_by("area__position", "position"), forum.programme.report_every_weeks)
    raised = _raised_about(actions)
    found = {
        "asked": [row for row in standings if row.pk in raised["asked"]],
        "help": [row for row in standings if row.pk in raised["help"]],
        "troubled": [row for row in standings if standings[row].kind in WANTS_TALK],
        "due": [row for row in standings if row.pk in raised["due"] and standings[row].kind not in OVER],
        "news": [row for row in standings if reported_since(row, since)],
    }
    wanted = {row.pk: standings[row] for rows in found.values() for row in rows[:MOST]}
    shown = {action.pk: action for action in Action.objects.filter(pk__in=wanted).select_related("commitment")}
    return {heading: [Row(shown[row.pk], wanted[row.pk]) for row in rows[:MOST]] for heading, rows in found.items()}


def _raised_about(actions):
    """About which of these actions something is asked, and for which a date comes soon: numbers by heading."""
    today = timezone.localdate()
    soon = (today, today + SOON)
    present = Target.objects.filter(measure=OuterRef("pk")).order_by("-set_at", "-pk").values("by")[:1]
    targets = Measure.objects.filter(ended_at=None).annotate(by=Subquery(present)).filter(by__range=soon)
    parts = [
        _about("asked", Challenge.objects.open().filter(action__in=actions), "action"),
        _about("help", Ask.objects.open().filter(commitment__programme_action__in=actions), OWN),
        _about("due", actions.filter(commitment__due_on__range=soon), "pk"),
        _about("due", targets.filter(commitment__programme_action__in=actions), OWN),
        _about("due", targets.filter(key_targets__actions__in=actions), "key_targets__actions"),
    ]
    raised = defaultdict(set)
    for heading, action in parts[0].union(*parts[1:]):
        raised[heading].add(action)
    return raised


OWN = "commitment__programme_action"


def _about(heading, rows, action):
    return rows.order_by().annotate(_heading=Value(heading)).values_list("_heading", action)


def still_open(forum):
    """What the forum agreed that has a commitment of its own and is not done yet, each with where it stands."""
    decisions = with_reports(Decision.objects.filter(meeting__forum=forum).standing_alone())
    decisions = decisions.filter(Q(stage=None) | ~Q(stage__in=ENDED)).select_related("commitment__owner")
    found = list(decisions.order_by(F("commitment__due_on").asc(nulls_last=True), "pk")[:MOST])
    standings = standings_of(found, every_weeks=forum.programme.report_every_weeks, aims={})
    return [(decision, standings[decision.pk]) for decision in found]


def _everything(forum):
    return Action.objects.filter(area__programme=forum.programme_id)


def actions_on(agenda) -> list[Action]:
    """Each once, in the order of the headings."""
    rows: dict[int, Row] = {row.action.pk: row for rows in agenda.values() for row in rows}
    return [row.action for row in rows.values()]


def for_planning(forums):
    """Forums with what a new agenda starts from: whether actions are tied to them, and when they last met."""
    held = Meeting.objects.filter(forum=OuterRef("pk")).exclude(held_at=None).order_by("-on")
    tied = Action.objects.filter(forums=OuterRef("pk"))
    return forums.select_related("programme__partnership").annotate(
        has_actions=Exists(tied), last_met=Subquery(held.values("on")[:1])
    )


def with_attendance(meetings):
    """Meetings with how many seats came, of how many there were."""
    came = Count("attendances", filter=Q(attendances__came=True))
    return meetings.annotate(came=came, seats=Count("attendances"))


def voices_missing(forum, most=6):
    """Seats that stayed empty most often at the last meetings: (for whom it speaks, times missing, meetings)."""
    last = Meeting.objects.filter(forum=forum).exclude(held_at=None).order_by("-on").values("pk")[:most]
    counted = forum.seats.current().annotate(
        meetings=Count("attendances", filter=Q(attendances__meeting__in=last)),
        missed=Count("attendances", filter=Q(attendances__meeting__in=last, attendances__came=False)),
    )
    return counted.select_related("holder").order_by(F("missed").desc(), "-is_chair", "speaks_for", "pk")
