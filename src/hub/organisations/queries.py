from hub.accounts.words import written_by
from hub.audit.models import Entry
from hub.organisations.models import Invitation, Role


def people_of(partnership):
    """Who does something for the whole partnership."""
    roles = Role.objects.current().filter(partnership=partnership, organisation=None)
    return roles.select_related("user").order_by("given_at")


def invited_to(partnership):
    """Letters to people of the whole partnership that nobody has opened yet."""
    return Invitation.objects.open().filter(partnership=partnership, organisation=None).order_by("-invited_at")


def about(user):
    """What we hold about a person, for them to take away."""
    roles = Role.objects.filter(user=user).select_related("partnership", "organisation", "unit")
    return {
        "name": user.name,
        "e-mail address": user.email,
        "joined": user.joined_at.isoformat(),
        "last signed in": user.last_login and user.last_login.isoformat(),
        "roles": [_role(role) for role in roles],
        "what you wrote": [_written(kind, one) for kind, one in written_by(user)],
        "what the record says you did": [
            {"at": at.isoformat(), "what": event, "to": subject}
            for at, event, subject in Entry.objects.by(user).values_list("at", "event", "subject")
        ],
    }


def _written(kind, one):
    return {
        "what": kind,
        "number": one.pk,
        "at": getattr(one, one.WRITTEN_AT).isoformat(),
        "words": {str(name): text for name, text in one.named_words},
    }


def _role(role):
    return {
        "what": str(role.get_kind_display()),
        "where": str(role.unit or role.organisation or role.partnership),
        "since": role.given_at.isoformat(),
        "until": role.ended_at and role.ended_at.isoformat(),
    }
