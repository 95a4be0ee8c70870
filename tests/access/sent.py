"""What a person sends with each page's form, filled in rightly, so that only access can stand in the way."""

import uuid

from hub.organisations.rules import hash_of
from tests.access.world import SOON, YEAR

NOTHING_NEEDED = {}
DAY = {"due_on-day": SOON.day, "due_on-month": SOON.month, "due_on-year": SOON.year}


def once():
    return {"once": str(uuid.uuid4())}


def an_answer(world, **values):
    prefix = f"s{world.toolkit['statement'].pk}"
    answer = {"version": 1, "stage": "usual", "confidence": "", "evidence": "New words", "in_the_way": ""}
    return {f"{prefix}-{name}": value for name, value in (answer | values).items()}


def heard(world, place):
    return {"heard-staff": 3, "heard-service_users": 2, "heard-carers": 1, "heard-not_heard": "Young people"}


def code(world, place):
    """The letter's code is known to nobody afterwards, so a known one is put in its place."""
    invitation = place["invitation"]
    type(invitation).objects.filter(pk=invitation.pk).update(code_hash=hash_of("BCDF-GHJK", invitation.public_id))
    return {"code": "BCDF-GHJK"}


def used_up(world, place):
    """Only a code that does not work any more is replaced."""
    long_ago = place["invitation"].sent_at.replace(year=2020)
    type(place["invitation"]).objects.filter(pk=place["invitation"].pk).update(tries=5, sent_at=long_ago)
    return {}


def start(world, place):
    part = place.unit.pk if place.unit else "new"
    name = {} if place.unit else {"name": "New part"}
    chosen = {"organisation": place.organisation.pk, "part": part, "edition": world.toolkit["edition"].pk}
    return chosen | name | {"audience": "providers", "year": YEAR}


def signed_off(world, place):
    place["assessment"].answers.update(needs_review=False)
    return {"sharing": "only_us"}


def signed_off_already(world, place):
    type(place["assessment"]).objects.filter(pk=place["assessment"].pk).update(
        signed_off_at=place["assessment"].started_at
    )
    return {}


FORMS = {
    "accounts:sign_out_everywhere": lambda world, place: {},
    "account_logout": lambda world, place: {},
    "organisations:join": code,
    "organisations:send_new_code": used_up,
    "organisations:you": lambda world, place: {"name": "Another name"},
    "organisations:erase_me": lambda world, place: {"sure": "on"},
    "toolkit:give_feedback": lambda world, place: once() | {"text": "Is this still so?"},
    "toolkit:reply_to_feedback": lambda world, place: once() | {"kind": "read", "reason": ""},
    "assessments:start": start,
    "assessments:section": lambda world, place: an_answer(world) | heard(world, place) | {"then": "stay"},
    "assessments:save_answer": lambda world, place: an_answer(world),
    "assessments:save_heard": heard,
    "assessments:settle": lambda world, place: {"version": 1, "stage": "usual", "evidence": "Both", "in_the_way": ""},
    "assessments:sign_off": signed_off,
    "assessments:approve": signed_off,
    "assessments:reopen": signed_off_already,
    "assessments:sharing": lambda world, place: {"sharing": "partnership"},
    "assessments:carry_on": lambda world, place: {"edition": world.toolkit["edition"].pk, "year": YEAR + 1},
    "assessments:invite_colleague": lambda world, place: once() | {"email": "more@own.example", "kind": "colleague"},
    "assessments:share_practice": lambda world, place: {"text": "We book by phone", "sharing": "partnership"},
    "assessments:withdraw_practice": lambda world, place: {},
    "assessments:voices_at": lambda world, place: (
        once() | {"speaker": "staff", "people": 2, "text": "It is better now"}
    ),
    "assessments:share_voices": lambda world, place: {"choice": "us", "understood": "on"},
    "assessments:erase_voice": lambda world, place: {},
    "assessments:make_link": lambda world, place: (
        once() | {"purpose": "section", "section": world.toolkit["section"].pk, "speaker": "staff", "days": 30}
    ),
    "assessments:revoke_link": lambda world, place: {},
    "assessments:erase_contributor": lambda world, place: {},
    "assessments:contribute": lambda world, place: {
        f"s{world.toolkit['statement'].pk}-stage": "started",
        f"s{world.toolkit['statement'].pk}-text": "Something new",
    },
}
# These change nothing that anybody would look for on the record.
LEAVE_NO_TRACE = {
    "account_login": "asks for a code by e-mail",
    "account_request_login_code": "asks for a code by e-mail",
    "account_confirm_login_code": "needs the code that was sent; the tests of signing in send it",
    "mfa_login_webauthn": "needs a passkey; the browser's tests have one",
    "mfa_authenticate": "needs a sign-in that is half done; the tests of signing in have one",
    "mfa_reauthenticate": "needs an app; the tests of signing in have one",
    "mfa_reauthenticate_webauthn": "needs a passkey; the browser's tests have one",
    "mfa_activate_totp": "needs an app; the tests of signing in have one",
    "mfa_deactivate_totp": "needs an app; the tests of signing in have one",
    "mfa_generate_recovery_codes": "needs an app; the tests of signing in have one",
    "mfa_add_webauthn": "needs a passkey; the browser's tests have one",
    "mfa_edit_webauthn": "needs a passkey; the browser's tests have one",
    "mfa_remove_webauthn": "needs a passkey; the browser's tests have one",
    "core:display": "sets a cookie",
    "assessments:who_is_here": "is forgotten after two minutes",
    "assessments:erase_own": "needs the cookie of somebody who said something; its own tests have it",
    "assessments:start_afresh": "takes a cookie away",
}
