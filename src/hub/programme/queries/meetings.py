"""What a forum's meeting is about."""

from hub.programme.models import Action, Challenge
from hub.programme.queries.pages import Row, rows_of
from hub.programme.queries.standings import reported_since

WANTS_TALK = ("late", "at_risk", "silent")
MOST = 25


def agenda_for(forum, *, since):
    """What is late, stuck or silent, what was newly reported, and what the board asks: of the forum's own actions.

    A forum that no action is tied to looks at the whole programme.
    """
    programme = forum.programme
    own = Action.objects.filter(forums=forum)
    actions = own if own.exists() else Action.objects.filter(area__programme=programme)
    rows = rows_of(actions.order_by("area__position", "position"), every_weeks=programme.report_every_weeks)
    asked = set(Challenge.objects.open().filter(action__in=actions).values_list("action", flat=True))
    found = {
        "asked": [row for row in rows if row.action.pk in asked],
        "troubled": [row for row in rows if row.standing.kind in WANTS_TALK],
        "news": [row for row in rows if reported_since(row.action, since)],
    }
    return {heading: found[heading][:MOST] for heading in found}


def actions_on(agenda) -> list[Action]:
    """Each once, in the order of the headings."""
    rows: dict[int, Row] = {row.action.pk: row for rows in agenda.values() for row in rows}
    return [row.action for row in rows.values()]
