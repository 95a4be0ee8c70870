"""What comes next in an organisation's year. Plain decisions, no database."""

from dataclasses import dataclass
from datetime import date, timedelta

STEPS = ("assess", "choose", "act", "meet", "share")
ONE_UPDATE_EVERY = timedelta(days=60)
# Minutes that a thing honestly takes. An assessment's pages say their own.
MINUTES = {"update": 3, "offer": 5, "choose": 20, "voices": 10, "sign_off": 5, "share": 2, "start": 10, "help": 5}


@dataclass(frozen=True)
class Standing:
    """Where an organisation stands in its year."""

    has_begun: bool
    is_signed_off: bool
    pledges: int
    updates_due: int
    public_pledges: int


def step_now(standing):
    """The step at which an organisation is. There is always one."""
    if not standing.is_signed_off:
        return "assess"
    if not standing.pledges:
        return "choose"
    return "act"


def steps(standing):
    """Each step with 'done', 'now' or nothing."""
    now = STEPS.index(step_now(standing))
    return [(step, "done" if place < now else "now" if place == now else "") for place, step in enumerate(STEPS)]


def update_is_due(*, stage, moved_on: date, today: date):
    """A pledge that is kept or was stopped needs no more news."""
    return stage not in ("kept", "stopped") and today - moved_on > ONE_UPDATE_EVERY


def may_need_somebody(*, staff, service_users, carers):
    """Who has not been heard at all, of those whose seat is always kept."""
    heard = {"service_users": service_users, "carers": carers, "staff": staff}
    return [who for who, people in heard.items() if not people]
