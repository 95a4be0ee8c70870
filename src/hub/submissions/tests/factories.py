"""Figures for tests."""

from equity.submission.bands import tables_by_band
from equity.submission.document import Paid, PayGap, Rows, Submission, Table
from equity.vocabulary import Unknown, category_set
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


STAFF_STAGES = ("staff", "shortlisted", "appointed", "disciplined", "trained")
# Fewer Black African people are appointed, and hardly any work in senior bands.
STAFF = {
    "A": (400, 300, 90, 6, 220),
    "C": (60, 40, 11, 1, 30),
    "N": (140, 160, 18, 9, 40),
    "not_known": (20, 12, 3, 0, 9),
}
AT_BANDS = {"A": (150, 150, 60, 40), "C": (22, 24, 8, 6), "N": (90, 45, 4, 1), "not_known": (8, 8, 2, 2)}
PAID = {"A": Paid(400, 0.0, 0.0, 0.0, 0.0), "C": Paid(60, 1.4, 0.9, -3.0, 5.5), "N": Paid(140, 12.4, 9.1, 8.0, 16.5)}


def of_staff(periods=("2025-26",), *, groups=STAFF, pay=PAID):
    """Counts of staff by ethnic group, at each pay band too, with the pay gap that their employer worked out."""
    tables, crossed, totals, gaps = [], [], {}, []
    for period in periods:
        everybody = (*category_set("nhs2001").codes, *map(str, Unknown))
        counts = {code: groups.get(code, (0,) * 5) for code in everybody}
        by_band, pairs = tables_by_band(
            period, "nhs2001", "pay_cluster", {code: (*row, 0) for code, row in AT_BANDS.items()}, STAFF_STAGES
        )
        tables += [Table(period, "ethnicity", "nhs2001", counts), by_band]
        crossed.append(pairs)
        totals[period] = tuple(map(sum, zip(*counts.values(), strict=True)))
        gaps += [PayGap(period, "ethnicity", "nhs2001", "A", pay)] if pay else []
    return Submission(
        "people", STAFF_STAGES, totals, tuple(tables), Rows(), "equity 1", crossed=tuple(crossed), pay=tuple(gaps)
    )
