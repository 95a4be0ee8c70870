"""Figures with a known gap, and findings made from them."""

from equity.submission.document import Rows, Submission, Table
from equity.vocabulary import Unknown, category_set
from hub.findings import actions, jobs
from hub.findings.models import Analysis, Finding, Release
from hub.findings.releases import preparing
from hub.submissions.tests.factories import sent

HALVES = ["2024 Apr-Sep", "2024-25 Oct-Mar", "2025 Apr-Sep", "2025-26 Oct-Mar"]
STAGES = ("referred", "completed")
# Far fewer Black Caribbean and Black African clients finish, and nobody would call it chance.
USUAL = {"A": (400, 160), "C": (120, 46), "K": (60, 22), "M": (110, 18), "N": (120, 20), "not_known": (30, 8)}


def with_a_gap(periods=HALVES, *, groups=USUAL, **changed):
    """Counts by ethnic group in some half-years. `changed={"2025 Apr-Sep": {"M": (110, 40)}}` for single ones."""
    tables, totals = [], {}
    for period in periods:
        mine = groups | changed.get(period, {})
        everybody = (*category_set("nhs2001").codes, *map(str, Unknown))
        counts = {code: mine.get(code, (0, 0)) for code in everybody}
        tables.append(Table(period, "ethnicity", "nhs2001", counts))
        totals[period] = tuple(map(sum, zip(*counts.values(), strict=True)))
    return Submission("people", STAGES, totals, tuple(tables), Rows(), "equity 1")


def looked_at(organisation, *, by, unit=None, document=None, readers="only_us"):
    """Hand figures in, look at them, and give the finding about finishing."""
    sent(organisation, by=by, unit=unit, document=document or with_a_gap(), readers=readers)
    work()
    return Finding.objects.get(analysis__organisation=organisation, analysis__unit=unit, measure="completion")


def work():
    """What the worker does, at once."""
    jobs.look_for_work()
    for release in Release.objects.under_way().filter(ready_at=None):
        preparing.prepare(release.pk)
    for analysis in Analysis.objects.unfinished():
        actions.carry_out(analysis.pk)
