from django.db import transaction
from django.utils import timezone

from hub import audit
from hub.commitments import letters
from hub.commitments.models import Ask, Offer, OfferStep


@transaction.atomic
def ask_group(organisation, *, by, text, commitment=None, area=None, is_example=False):
    """Everybody in the partnership can read it and offer help."""
    ask = Ask.objects.create(
        partnership=organisation.partnership,
        organisation=organisation,
        commitment=commitment,
        area=area,
        text=text,
        is_example=is_example,
        asked_by=by,
    )
    audit.record("ask.made", subject=ask, by=by)
    return ask


@transaction.atomic
def offer_help(ask, *, organisation, by, text, may_be_public=False, link=""):
    offer = Offer.objects.create(
        ask=ask, organisation=organisation, text=text, may_be_public=may_be_public, offered_by=by
    )
    letters.tell_asker(offer, what="offered", link=link)
    audit.record("offer.made", subject=offer, by=by, ask=ask)
    return offer


@transaction.atomic
def take_step(offer, *, by, step, words="", link=""):
    """Accept an offer, say no, take it back, or give thanks and say what came of it."""
    taken = OfferStep.objects.create(offer=offer, step=step, words=words, made_by=by)
    if step == OfferStep.Step.WITHDRAWN:
        letters.tell_asker(offer, what=step, words=words, link=link)
    else:
        letters.tell_offerer(offer, what=step, words=words, link=link)
    audit.record(f"offer.{step}", subject=offer, by=by)
    return taken


@transaction.atomic
def close_ask(ask, *, by, came_of_it, link=""):
    """Nothing more is needed. Those who offered hear what came of it."""
    ask.closed_at = timezone.now()
    ask.closed_by = by
    ask.came_of_it = came_of_it
    ask.save(update_fields=["closed_at", "closed_by", "came_of_it"])
    letters.tell_everybody_who_offered(ask, link=link)
    audit.record("ask.closed", subject=ask, by=by)
