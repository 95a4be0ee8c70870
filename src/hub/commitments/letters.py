"""Plain letters by e-mail: to whom, about what. A daily digest may later gather them."""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hub.core.letters import post
from hub.organisations.models import Role


def tell_asker(offer, *, what, words="", link=""):
    subjects = {
        "offered": _("%(organisation)s offers you help"),
        "withdrawn": _("%(organisation)s has taken back its offer"),
    }
    readers = people_to_tell(offer.ask.organisation, offer.ask.asked_by)
    _tell(readers, subjects[what] % {"organisation": offer.organisation}, what, offer=offer, words=words, link=link)


def tell_offerer(offer, *, what, words="", link=""):
    subjects = {
        "accepted": _("%(organisation)s would like your help"),
        "declined": _("%(organisation)s does not need your offer this time"),
        "thanked": _("%(organisation)s says thank you"),
    }
    readers = people_to_tell(offer.organisation, offer.offered_by)
    subject = subjects[what] % {"organisation": offer.ask.organisation}
    _tell(readers, subject, what, offer=offer, words=words, link=link)


def tell_everybody_who_offered(ask, *, link=""):
    subject = _("%(organisation)s has closed its ask") % {"organisation": ask.organisation}
    for offer in ask.offers.select_related("organisation", "offered_by"):
        readers = people_to_tell(offer.organisation, offer.offered_by)
        _tell(readers, subject, "closed", offer=offer, words=ask.came_of_it, link=link)


def tell_people(people, *, subject, template, **context):
    """One letter each, once the change is really kept."""
    post(subject, render_to_string(template, context), [person.email for person in people])


def people_to_tell(organisation, person):
    """The person who wrote, while they still work there; otherwise the organisation's leads."""
    roles = Role.objects.current().filter(organisation=organisation, kind__in=Role.IN_AN_ORGANISATION)
    if person and roles.filter(user=person).exists():
        return [person]
    leads = roles.filter(kind=Role.Kind.LEAD, unit=None).select_related("user").order_by("user__email")
    return [role.user for role in leads if role.user.is_active]


def _tell(readers, subject, what, **context):
    tell_people(
        readers,
        subject=subject,
        template="commitments/letters/offer.txt",
        what=what,
        ask=context["offer"].ask,
        **context,
    )
