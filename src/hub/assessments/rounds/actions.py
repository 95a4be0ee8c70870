"""What a coordinator does with a round, and how it is closed. Whom it asks is in `asking`."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hub.assessments.models import Band, Extension, Nudge, Round, StuckNote
from hub.assessments.rounds import rules
from hub.assessments.rounds.queries import stages_by_statement
from hub.audit import record
from hub.core.letters import post
from hub.organisations.models import Role


@transaction.atomic
def open_round(partnership, *, by, edition, title, year, due_on):
    """Ask the partnership's organisations to look at themselves. Who is asked comes next."""
    opened = Round.objects.create(
        partnership=partnership, edition=edition, title=title, year=year, due_on=due_on, opened_by=by
    )
    record("round.opened", subject=opened, by=by, edition=edition.pk, year=year, due_on=due_on)
    return opened


@transaction.atomic
def extend(round, *, by, due_on, reason="", place=None):
    """A different date, for one organisation or for all. The old date stays on the record."""
    was = (place.due_on if place else None) or round.due_on
    extension = Extension.objects.create(
        round=round, place=place, was_due_on=was, due_on=due_on, reason=reason, made_by=by
    )
    changed = place or round
    changed.due_on = due_on
    changed.save(update_fields=["due_on"])
    record("round.extended", subject=changed, by=by, was=was, due_on=due_on)
    return extension


@transaction.atomic
def nudge(place, *, by):
    """Send a friendly reminder. False if they had one today, or if there is nobody to write to."""
    today = timezone.localdate()
    people = addresses_of(place)
    last = place.nudges.values_list("sent_on", flat=True).first()
    if not people or not rules.may_nudge(last=last, today=today):
        return False
    try:
        with transaction.atomic():
            Nudge.objects.create(place=place, sent_on=today, sent_by=by)
    except IntegrityError:  # Somebody else pressed the button at the same moment.
        return False
    record("round.nudged", subject=place, by=by)
    write_to(people, "assessments/rounds/nudge.txt", place=place)
    return True


def nudge_all(places, *, by):
    return sum(nudge(place, by=by) for place in places)


def addresses_of(place):
    """Those who lead just there; before anybody has joined, the address that was invited."""
    leads = Role.objects.current().filter(
        kind=Role.Kind.LEAD, organisation=place.organisation, unit=place.unit_id, user__is_active=True
    )
    found = sorted(set(leads.values_list("user__email", flat=True)))
    return found or ([place.invitation.email] if place.invitation and not place.invitation.withdrawn_at else [])


@transaction.atomic
def say_stuck(place, *, by, text):
    """Tell the coordinator what would help. The words go to the coordinator only, not to the group."""
    note = StuckNote.objects.create(place=place, text=text, said_by=by)
    record("round.stuck", subject=place, by=by, text=text)
    return note


@transaction.atomic
def settle(note, *, by):
    note.settled_at, note.settled_by = timezone.now(), by
    note.save(update_fields=["settled_at", "settled_by"])
    record("round.stuck_settled", subject=note.place, by=by)


@transaction.atomic
def close_round(round, *, by):
    """Close the round and freeze its bands, once and for ever."""
    round = Round.objects.select_for_update().get(pk=round.pk)
    if round.closed_at:
        return round
    Band.objects.bulk_create(_bands(round))
    round.closed_at = timezone.now()
    round.save(update_fields=["closed_at"])
    record("round.closed", subject=round, by=by, bands=round.bands.count())
    return round


def _bands(round):
    for statement, said in stages_by_statement(round).items():
        voices = [voice for voice in map(rules.one_voice, said.values()) if voice]
        band = rules.middle_half(voices)
        if band:
            yield Band(round=round, statement_id=statement, lowest=band[0], highest=band[1], organisations=len(voices))


def write_to(people, template, *, place):
    """An e-mail to each, with a link that leads straight to where they left off."""
    round = place.round
    address = settings.HUB_ADDRESS + reverse("assessments:begin", args=[place.pk])
    context = {"place": place, "round": round, "due_on": place.due_on or round.due_on, "address": address}
    text = render_to_string(template, context)
    subject = _("%(partnership)s: %(round)s") % {"partnership": round.partnership.name, "round": round.title}
    post(subject, text, people)
