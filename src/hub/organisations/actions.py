from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hub.accounts import actions as accounts
from hub.accounts.models import User
from hub.audit import record
from hub.core.letters import post
from hub.organisations import rules
from hub.organisations.models import Invitation, Logo, Partnership, Role


class DoesNotOpenError(Exception):
    """The code is wrong, used up or run out, or somebody has used the invitation already."""


class NobodyLeftError(Exception):
    """Somebody has to lead in an organisation, and to coordinate a partnership."""


@transaction.atomic
def start_partnership(*, slug, name, place, email):
    """A partnership, and the letter to its first coordinator. Done again, it only sends the letter again."""
    partnership = Partnership.objects.filter(slug=slug).first() or _begin(
        Partnership(slug=slug, name=name, place=place)
    )
    asked = {"email": email.lower(), "kind": Role.Kind.COORDINATOR, "partnership": partnership}
    invitation = Invitation.objects.open().filter(**asked).first()
    if invitation is None:
        return invite(**asked, by=None)
    resend(invitation)
    return invitation


def _begin(partnership):
    partnership.full_clean()
    partnership.save()
    record("partnership.started", subject=partnership, by=None, slug=partnership.slug)
    return partnership


@transaction.atomic
def change_look(partnership, *, by=None, **look):
    """Give a partnership its own name, words and colours, unless nobody could read words on these."""
    for name, value in look.items():
        setattr(partnership, name, value)
    partnership.full_clean()
    partnership.save(update_fields=list(look))
    record("partnership.look_changed", subject=partnership, by=by, **look)


@transaction.atomic
def change_logo(partnership, picture, *, by):
    """Keep the picture with everything else, so that it is wherever the database is. No picture: no logo."""
    kept = picture and Logo.objects.get_or_create(
        digest=picture.digest, defaults={"content": picture.content, "content_type": picture.content_type}
    )
    change_look(partnership, by=by, logo=kept[0] if kept else None)
    Logo.objects.unused().delete()


@transaction.atomic
def invite(email, *, kind, partnership, by, organisation=None, unit=None, next_url=""):
    """Ask somebody to take part. The letter carries the code; only its hash is kept."""
    invitation = Invitation(
        email=email.lower(),
        kind=kind,
        partnership=partnership,
        organisation=organisation,
        unit=unit,
        next_url=next_url,
        invited_by=by,
    )
    _send_with_new_code(invitation)
    record("invitation.sent", subject=invitation, by=by, kind=kind, organisation=organisation, unit=unit)
    return invitation


@transaction.atomic
def resend(invitation, *, by=None):
    """Send a new code; the one before stops working."""
    _send_with_new_code(invitation)
    record("invitation.sent_again", subject=invitation, by=by)


def ask_for_new_code(invitation):
    """The invited person asks."""
    return not invitation.code_works and send_again(invitation)


def send_again(invitation, *, by=None):
    """Now and then is enough for anybody, and no use to whoever wants to pester them. False: it is too soon."""
    now = timezone.now()
    may_ask = Invitation.objects.open().filter(pk=invitation.pk, sent_at__lt=now - rules.BETWEEN_CODES)
    if not may_ask.update(sent_at=now):
        return False
    resend(invitation, by=by)
    return True


def _send_with_new_code(invitation):
    code = rules.make_code()
    invitation.code_hash = rules.hash_of(code, invitation.public_id)
    invitation.code_expires_at = timezone.now() + rules.WORKS_FOR
    invitation.tries = 0
    invitation.sent_at = timezone.now()
    invitation.save()
    post(*_letter(invitation, code), [invitation.email])


def _letter(invitation, code):
    address = settings.HUB_ADDRESS + reverse("organisations:join", args=[invitation.public_id])
    context = {"invitation": invitation, "code": code, "address": address, "days": rules.WORKS_FOR.days}
    subject = _("%(partnership)s invites you: your code is %(code)s") % {
        "partnership": invitation.partnership,
        "code": code,
    }
    return subject, render_to_string("organisations/letters/invitation.txt", context)


@transaction.atomic
def withdraw(invitation, *, by):
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    record("invitation.withdrawn", subject=invitation, by=by)


def accept(invitation, *, code, name=""):
    """Open the invitation with its code: the person exists and has their role afterwards."""
    if not count_try(invitation) or not rules.is_right(
        code, public_id=invitation.public_id, code_hash=invitation.code_hash
    ):
        raise DoesNotOpenError
    return join(invitation, name=name)


def count_try(invitation):
    """Counted before the code is looked at, so that many tries at the same moment are not free."""
    tries = Invitation.objects.open().filter(
        pk=invitation.pk, tries__lt=rules.TRIES, code_expires_at__gt=timezone.now(), code_hash=invitation.code_hash
    )
    counted = tries.update(tries=F("tries") + 1)
    invitation.refresh_from_db()
    return bool(counted)


@transaction.atomic
def join(invitation, *, name=""):
    """Whoever calls this has made sure that the invited inbox is theirs."""
    if not Invitation.objects.open().filter(pk=invitation.pk).select_for_update().exists():
        raise DoesNotOpenError
    user = User.objects.filter(email=invitation.email).first() or User.objects.create_user(invitation.email)
    if name and not user.name:
        user.name = name
        user.save(update_fields=["name"])
    role = give_role(user, invitation)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record("invitation.accepted", subject=invitation, by=user, role=role)
    return user


def give_role(user, invitation):
    role, _is_new = Role.objects.current().get_or_create(
        user=user,
        kind=invitation.kind,
        partnership=invitation.partnership,
        organisation=invitation.organisation,
        unit=invitation.unit,
        defaults={"given_by": invitation.invited_by},
    )
    return role


@transaction.atomic
def end_role(role, *, by):
    """From the next request on, the person reaches nothing through it."""
    # One at a time, or two who take each other out at the same moment would leave nobody.
    Partnership.objects.select_for_update().get(pk=role.partnership_id)
    if role.kind in Role.NEVER_EMPTY and not Role.objects.instead_of(role).exists():
        raise NobodyLeftError
    role.ended_at = timezone.now()
    role.save(update_fields=["ended_at"])
    record("role.ended", subject=role, by=by)


@transaction.atomic
def erase_person(user, *, by):
    """Blank who they are, here and in the letters that invited them, and end what they do."""
    Invitation.objects.filter(email=user.email).update(email=f"erased-{user.pk}@erased.invalid")
    Role.objects.current().filter(user=user).update(ended_at=timezone.now())
    accounts.erase(user, by=by)
