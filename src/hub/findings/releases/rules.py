"""When a finding may be published. Plain Python, no database."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

APPROVALS = 2
DAYS_TO_REPLY = 10
# A board of nine divided twice leaves people alone in their cell, whatever is starred.
FEW = 50


def reply_by(asked_on: date) -> date:
    return asked_on + timedelta(days=DAYS_TO_REPLY)


def may_still_reply(until: date | None, *, heard: bool, today: date) -> bool:
    """Whether those whose figure it is have neither answered nor had their days."""
    return until is not None and not heard and today <= until


def is_approved(roles_of_each: Sequence[Iterable[str]]) -> bool:
    """Two people said yes, and between them they held two different roles."""
    held = set().union(*roles_of_each)
    return len(roles_of_each) >= APPROVALS and len(held) >= APPROVALS


def may_be_divided(people: float, characteristics: Iterable[str]) -> bool:
    """What a small group is made of is shown by one characteristic or not at all, never by two crossed."""
    return len(set(characteristics)) < 2 or people >= FEW
