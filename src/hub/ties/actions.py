"""Tying pledges and actions to what they go with, and undoing that."""

from django.db import transaction

from hub import audit
from hub.commitments.models import Commitment
from hub.ties.models import Tie, Undoing


@transaction.atomic
def tie(commitment, *, by, pledge=None, meeting=None, finding=None):
    """To one of the three. Tying the same again changes nothing."""
    Commitment.objects.select_for_update().get(pk=commitment.pk)  # Two people at once make one tie.
    there = Tie.objects.standing().filter(commitment=commitment)
    found = (there.to_finding(finding) if finding else there.filter(code="", pledge=pledge, meeting=meeting)).first()
    if found:
        return found
    to = _finding(finding) if finding else {"pledge": pledge, "meeting": meeting}
    made = Tie.objects.create(commitment=commitment, tied_by=by, **to)
    audit.record("tie.made", subject=made, by=by, commitment=commitment, **_told(pledge, meeting, finding))
    return made


def _finding(finding):
    about = finding.analysis
    whose = {"organisation_id": about.organisation_id, "unit_id": about.unit_id, "audience": about.audience}
    return {"code": finding.code} | whose


def _told(pledge, meeting, finding):
    named = {"pledge": pledge, "meeting": meeting, "finding": finding}
    return {kind: thing for kind, thing in named.items() if thing}


@transaction.atomic
def undo(tie, *, by):
    undoing, is_new = Undoing.objects.get_or_create(tie=tie, defaults={"undone_by": by})
    if is_new:
        audit.record("tie.undone", subject=tie, by=by, commitment=tie.commitment)
    return undoing
