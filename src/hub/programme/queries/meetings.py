"""What a forum's meeting is about."""

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from hub.programme.models import Action, Challenge, Meeting
from hub.programme.queries.pages import Row
from hub.programme.queries.standings import reported_since, standings_by_row

WANTS_TALK = ("late", "at_risk", "silent")
MOST = 25


def agenda_for(forum, *, since):
    """What is late, stuck or silent, what was newly reported, and what the board asks: of the forum's own actions.

    A forum that no action is tied to looks at the whole programme.
    """
    actions = Action.objects.filter(forums=forum) if forum.has_actions else _everything(forum)
    standings = standings_by_row(actions.order_by("area__position", "position"), forum.programme.report_every_weeks)
    asked = set(Challenge.objects.open().filter(action__in=actions).values_list("action", flat=True))
    found = {
        "asked": [row for row in standings if row.pk in asked],
        "troubled": [row for row in standings if standings[row].kind in WANTS_TALK],
        "news": [row for row in standings if reported_since(row, since)],
    }
    wanted = {row.pk: standings[row] for rows in found.values() for row in rows[:MOST]}
    shown = {action.pk: action for action in Action.objects.filter(pk__in=wanted).select_related("commitment")}
    return {heading: [Row(shown[row.pk], wanted[row.pk]) for row in rows[:MOST]] for heading, rows in found.items()}


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
