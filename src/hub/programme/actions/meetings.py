"""Forums that meet: seats, meetings, what they agree, and minutes that those who were there approve."""

import hashlib
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from hub import audit
from hub.commitments import actions as commitments
from hub.programme.models import Approval, Attendance, Decision, Meeting, Seat


@transaction.atomic
def add_seat(forum, *, by, speaks_for, holder=None, is_chair=False):
    seat = Seat.objects.create(forum=forum, speaks_for=speaks_for, holder=holder, is_chair=is_chair)
    audit.record("seat.added", subject=seat, by=by, forum=forum)
    return seat


@transaction.atomic
def plan_meeting(forum, *, by, on, place="", papers="", agenda=()):
    """What is on the table then is fixed with it."""
    meeting = Meeting.objects.create(forum=forum, on=on, place=place, papers=papers, made_by=by)
    meeting.agenda.set(agenda)
    audit.record("meeting.planned", subject=meeting, by=by, forum=forum)
    return meeting


@transaction.atomic
def keep_minutes(meeting, *, by, came, minutes, missing=""):
    """Who came, what was said and who was missing. The meeting counts as held, which the forum's rhythm shows."""
    for seat in meeting.forum.seats.current():
        Attendance.objects.update_or_create(meeting=meeting, seat=seat, defaults={"came": seat in came})
    meeting.minutes, meeting.missing = minutes, missing
    meeting.held_at = meeting.held_at or timezone.now()
    if meeting.reading is None and meeting.forum.rhythm:
        held = commitments.Figure(measure=meeting.forum.rhythm, on=meeting.on, value=Decimal(1))
        meeting.reading = commitments.add_reading(held, by=by)
    meeting.save(update_fields=["minutes", "missing", "held_at", "reading"])
    audit.record("meeting.minuted", subject=meeting, by=by, wording=seal_of(meeting))


@transaction.atomic
def decide(meeting, *, by, words, about=None, owner=None, owner_role="", due_on=None):
    """About what has this number, an action or a pledge; without one it lives on as a commitment of its own."""
    number = about or _new_commitment(meeting, by, words, owner, owner_role, due_on).pk
    decision = Decision.objects.create(meeting=meeting, commitment_id=number, words=words, stands_alone=about is None)
    audit.record("meeting.decided", subject=decision, by=by, meeting=meeting)
    return decision


def _new_commitment(meeting, by, words, owner, owner_role, due_on):
    partnership = meeting.forum.programme.partnership
    return commitments.make_commitment(
        partnership, by=by, title=words[:160], action=words, owner=owner, owner_role=owner_role, due_on=due_on
    )


def seal_of(meeting):
    """Minutes that change have another seal, so that nobody has approved them yet."""
    return hashlib.sha256(f"{meeting.minutes}\n\n{meeting.missing}".encode()).hexdigest()


@transaction.atomic
def approve(meeting, *, by):
    approval, is_new = Approval.objects.get_or_create(meeting=meeting, approved_by=by, wording=seal_of(meeting))
    if is_new:
        audit.record("meeting.minutes_approved", subject=meeting, by=by, wording=approval.wording)
    return approval
