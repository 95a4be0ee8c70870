"""Figures for tests."""

from equity.submission.document import Rows, Submission, Table
from hub.submissions import actions
from hub.submissions.queries import Service

PERIOD = "2025-26"


def a_document(*, period=PERIOD, software="equity 1", months=None, **people):
    """Counts of two stages by sex. `completed=3` is how many women finished."""
    women = (people.get("referred", 12), people.get("completed", 5))
    groups = {"F": women, "M": (9, 4), "X": (0, 0), "declined": (1, 0), "not_known": (2, 1), "not_asked": (3, 0)}
    total = tuple(map(sum, zip(*groups.values(), strict=True)))
    table = Table(period, "sex", "sex", groups)
    stages = ("referred", "completed")
    return Submission("people", stages, {period: total}, (table,), Rows(27, 27), software, "", months or {})


def a_draft(organisation, *, by, unit=None, document=None, way="file", readers="only_us"):
    service = Service(organisation, unit)
    return actions.draft(service, document or a_document(), by=by, way=way, readers=readers)


def sent(organisation, *, by, **about):
    return actions.send(a_draft(organisation, by=by, **about), by=by)
