"""Whom a round asks: a whole list at once, which can be taken back while nobody has answered."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from hub.assessments.models import InvitationList, Place
from hub.assessments.rounds.actions import write_to
from hub.audit import record
from hub.organisations import actions as organisations
from hub.organisations.models import Organisation, Role


@transaction.atomic
def ask_organisations(round, rows, *, by, key):
    """Invite a whole list, or nobody. The same list sent twice is the same list."""
    asked, is_first = InvitationList.objects.get_or_create(key=key, defaults={"round": round, "sent_by": by})
    if not is_first:
        return asked
    known = {organisation.name.casefold(): organisation for organisation in round.partnership.organisations.all()}
    taken = set(round.partnership.organisations.values_list("slug", flat=True))
    places = _places_by_name(round)
    for row in rows:
        name = row.name.casefold()
        if name not in places:
            _ask(round, row, known.get(name), by=by, together=asked, taken=taken)
        elif _goes_to_somebody_else(places[name], row):
            _ask_instead(places[name], row, by=by, together=asked)
    record("round.organisations_asked", subject=round, by=by, list=asked.pk, places=asked.places.count())
    return asked


def asked_before(round, rows):
    """Rows of organisations in the round: those of which somebody else is asked now, and those left as they are."""
    places = _places_by_name(round)
    known = [(row, places[row.name.casefold()]) for row in rows if row.name.casefold() in places]
    instead = [row for row, place in known if _goes_to_somebody_else(place, row)]
    return instead, [row for row, _place in known if row not in instead]


def can_be_undone(asked):
    """While nobody has said yes or begun."""
    return taken_back_possible().filter(pk=asked.pk).exists()


def last_that_can_be_undone(round):
    """The last list of an open round, if nobody of it has answered."""
    last = round.lists.filter(undone_at=None).order_by("-sent_at").values("pk")[:1]
    return taken_back_possible().filter(pk__in=last).first()


def taken_back_possible():
    places = Place.objects.filter(came_with=OuterRef("pk"))
    accepted = places.filter(invitation__accepted_at__isnull=False)
    begun = places.filter(organisation__assessments__year=F("round__year"))
    new_with_people = places.filter(organisation_is_new=True, organisation__roles__isnull=False)
    return InvitationList.objects.filter(
        ~Exists(accepted), ~Exists(begun), ~Exists(new_with_people), undone_at=None, round__closed_at=None
    )


@transaction.atomic
def take_back(asked, *, by):
    """Undo a list that nobody has answered: places go, invitations no longer open, new organisations go."""
    InvitationList.objects.select_for_update().get(pk=asked.pk)
    asked.refresh_from_db()
    if not can_be_undone(asked):
        return False
    places = list(asked.places.select_related("invitation", "organisation"))
    for place in places:
        place.delete()
        if place.invitation:
            _withdraw(place, by=by)
    for place in places:
        if place.organisation_is_new:
            place.organisation.delete()
    asked.undone_at, asked.undone_by = timezone.now(), by
    asked.save(update_fields=["undone_at", "undone_by"])
    record("round.list_taken_back", subject=asked.round, by=by, list=asked.pk)
    return True


def _ask(round, row, organisation, *, by, together, taken):
    is_new = organisation is None
    if is_new:
        organisation = _add_organisation(round.partnership, row, taken, by=by)
    place = Place(round=round, organisation=organisation, came_with=together, organisation_is_new=is_new)
    place.save()
    if _leads_already(organisation, row.email):
        write_to([row.email], "assessments/rounds/asked.txt", place=place)
    else:
        _invite(place, row, by=by)


def _ask_instead(place, row, *, by, together):
    """The letter went to the wrong address: it no longer opens anything, and another goes out."""
    if place.invitation and _is_open(place.invitation):
        _withdraw(place, by=by)
    place.came_with = together
    place.save(update_fields=["came_with"])
    _invite(place, row, by=by)


def _invite(place, row, *, by):
    place.invitation = organisations.invite(
        row.email,
        kind=Role.Kind.LEAD,
        partnership=place.round.partnership,
        organisation=place.organisation,
        by=by,
        next_url=reverse("assessments:begin", args=[place.pk]),
    )
    place.save(update_fields=["invitation"])


def _places_by_name(round):
    leads = Role.objects.current().filter(kind=Role.Kind.LEAD, unit=None, organisation=OuterRef("organisation"))
    places = round.places.filter(unit=None).annotate(has_lead=Exists(leads))
    found = places.select_related("organisation", "invitation", "round__partnership")
    return {place.organisation.name.casefold(): place for place in found}


def _goes_to_somebody_else(place, row):
    """While nobody leads there, another address may be asked."""
    invited = place.invitation
    return not place.has_lead and not (invited and _is_open(invited) and invited.email == row.email.lower())


def _is_open(invitation):
    return invitation.accepted_at is None and invitation.withdrawn_at is None


def _add_organisation(partnership, row, taken, *, by):
    organisation = Organisation.objects.create(
        partnership=partnership,
        name=row.name,
        slug=_free_slug(row.name, taken),
        kind=row.kind_slug,
        provides=row.provides,
        commissions=row.commissions,
    )
    record("organisation.added", subject=organisation, by=by)
    return organisation


def _free_slug(name, taken):
    start = slugify(name)[:70].strip("-") or "organisation"
    number = next(n for n in range(1, len(taken) + 2) if (start if n == 1 else f"{start}-{n}") not in taken)
    slug = start if number == 1 else f"{start}-{number}"
    taken.add(slug)
    return slug


def _leads_already(organisation, email):
    return (
        Role.objects.current()
        .filter(kind=Role.Kind.LEAD, organisation=organisation, unit=None, user__email=email.lower())
        .exists()
    )


def _withdraw(place, *, by):
    """The letter no longer opens anything. Where its organisation goes too, it lets go of it."""
    organisations.withdraw(place.invitation, by=by)
    if place.organisation_is_new:
        place.invitation.organisation = None
        place.invitation.save(update_fields=["organisation"])
