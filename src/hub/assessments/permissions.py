"""Who may do what with an assessment. Every view asks here."""

from dataclasses import dataclass

from hub.assessments import rules
from hub.assessments.models import Assessment, Place
from hub.core.access import policy
from hub.organisations.models import Organisation, Role, Unit
from hub.organisations.permissions import Kind, own, roles_of


def _if_any(rows):
    return lambda request, pk, **_: rows(request.user).filter(pk=pk).exists()


reads = policy("reads this assessment", _if_any(Assessment.objects.visible_to))
works_there = policy("works where this assessment is made", _if_any(Assessment.objects.own_to))
answers = policy("answers in this assessment", _if_any(Assessment.objects.answerable_by))
leads = policy("leads this assessment", _if_any(Assessment.objects.led_by))
signs = policy("signs off this assessment", _if_any(Assessment.objects.signable_by))
approves = policy("approves this assessment", _if_any(Assessment.objects.approvable_by), second_factor=True)


def _works_at_the_place(request, place, **_):
    return Place.objects.filter(own(request.user, Kind.LEAD, Kind.COLLEAGUE), pk=place).exists()


takes_the_place = policy("works where this round asks", _works_at_the_place)
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
    kinds = {role.kind for role in roles_of(user) if _is_here(role, assessment)}
    lead, approve = Kind.LEAD in kinds, Kind.APPROVER in kinds
    answer = (lead or Kind.COLLEAGUE in kinds) and not assessment.is_signed_off
    return May(work=bool(kinds), answer=answer, lead=lead, approve=approve)


def reader_of(assessment, user):
    """How far the assessment must be shared for this person to read it, and whether they lead it."""
    roles = list(roles_of(user).filter(partnership=assessment.organisation.partnership_id))
    here = [role for role in roles if _is_here(role, assessment)]
    is_lead = any(role.kind == Kind.LEAD for role in here)
    return _reach(roles, here), is_lead


def _is_here(role, assessment):
    same = role.organisation_id == assessment.organisation_id
    return same and role.kind in Role.IN_AN_ORGANISATION and role.unit_id in (None, assessment.unit_id)


def _reach(roles, here):
    only_us, commissioners, partnership, everyone = rules.REACH
    if here:
        return only_us
    if any(role.kind == Kind.COMMISSIONER for role in roles):
        return commissioners
    return partnership if roles else everyone


def voices_in_the_hands_of(user, assessment):
    """A lead may change or take out any voice; others what they wrote down themselves."""
    voices = assessment.voices.current()
    _reach_of_user, is_lead = reader_of(assessment, user)
    return voices if is_lead else voices.filter(recorded_by=user)
