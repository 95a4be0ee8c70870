"""What stands on the pages of contexts below: what a pledge, an action, a finding or a meeting goes with."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hub.ties import queries

MOST = 50
HEADINGS = {
    "action": {
        "pledge": _("Pledges that serve it"),
        "finding": _("What the figures say about it"),
        "meeting": _("Where it was agreed"),
    },
    "pledge": {
        "action": _("Actions that it serves"),
        "meeting": _("Where it was agreed"),
        "decision": _("What meetings agreed about it"),
    },
    "finding": {"action": _("Actions about this")},
    "meeting": {"pledge": _("Pledges that were agreed here"), "action": _("Actions that were agreed here")},
}


def action(action, user, *, keeps):
    return _beside("action", queries.beside_action(action, user), action.commitment_id if keeps else None)


def pledge(pledge, user, *, keeps):
    return _beside("pledge", queries.beside_pledge(pledge, user), pledge.commitment_id if keeps else None)


def finding(finding, user, *, keeps):
    return _beside("finding", queries.beside_finding(finding, user))


def meeting(meeting, user, *, keeps):
    return _beside("meeting", queries.beside_meeting(meeting, user))


def _beside(what, rows, kept=None):
    """Nothing, where there is nothing to show and nothing to do."""
    groups = [(heading, [row for row in rows if row.kind == kind]) for kind, heading in HEADINGS[what].items()]
    groups = [(heading, found[:MOST]) for heading, found in groups if found]
    if not groups and kept is None:
        return ""
    address = reverse("ties:read_ties", args=[kept]) if kept else ""
    return render_to_string("ties/_beside.html", {"groups": groups, "address": address, "what": what})
