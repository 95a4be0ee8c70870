"""Who may do what with an assessment. Every view asks here."""

from dataclasses import dataclass

from hub.assessments.models import Assessment, Place
from hub.core.access import policy
from hub.organisations.models import Organisation, Unit
from hub.organisations.permissions import Kind, own, roles_of


def _if_any(rows):
    return lambda request, pk, **_: rows(request.user).filter(pk=pk).exists()


reads = policy("reads this assessment", _if_any(Assessment.objects.visible_to))
works_there = policy("works where this assessment is made", _if_any(Assessment.objects.own_to))
answers = policy("answers in this assessment", _if_any(Assessment.objects.answerable_by))
leads = policy("leads this assessment", _if_any(Assessment.objects.led_by))


def _signs_off(user):
    return Assessment.objects.led_by(user) | Assessment.objects.approvable_by(user)


opens_again = policy("signs off this assessment, and opens it again", _if_any(_signs_off))
approves = policy("approves this assessment", _if_any(Assessment.objects.approvable_by))


def places_of(user):
    """Places in a round of organisations and departments where the person answers."""
    return Place.objects.filter(own(user, Kind.LEAD, Kind.COLLEAGUE))


takes_the_place = policy(
    "works where this round asks", lambda request, place, **_: places_of(request.user).filter(pk=place).exists()
)
leads_somewhere = policy("leads somewhere", lambda request, **_: places_to_start(request.user).exists())


def places_to_start(user):
    """The roles of a lead: each names an organisation, or one department of it."""
    return roles_of(user).filter(kind=Kind.LEAD)


def organisations_to_start(user):
    return Organisation.objects.filter(pk__in=places_to_start(user).values("organisation"))


def units_to_start(user):
    everywhere = places_to_start(user).filter(unit=None).values("organisation")
    just_there = places_to_start(user).exclude(unit=None).values("unit")
    return Unit.objects.filter(organisation__in=everywhere) | Unit.objects.filter(pk__in=just_there)


def may_start_for_all_of(user, organisation):
    return places_to_start(user).filter(organisation=organisation, unit=None).exists()


@dataclass(frozen=True)
class May:
    """What somebody may do with an assessment, for the buttons of its pages."""

    work: bool
    answer: bool
    lead: bool
    approve: bool


def what_may_be_done(assessment, user):
    kinds = {role.kind for role in roles_of(user) if assessment.is_the_place_of(role)}
    lead, approve = Kind.LEAD in kinds, Kind.APPROVER in kinds
    answer = (lead or Kind.COLLEAGUE in kinds) and not assessment.is_signed_off
    return May(work=bool(kinds), answer=answer, lead=lead, approve=approve)


def voices_in_the_hands_of(user, assessment):
    """A lead may change or take out any voice; others what they wrote down themselves."""
    voices = assessment.voices.current()
    _how_far, is_lead = assessment.reader(user)
    return voices if is_lead else voices.filter(recorded_by=user)
