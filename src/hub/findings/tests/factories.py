"""Figures with a known gap, and findings made from them."""

import json

from django.db import connection
from django.utils import timezone

from equity.submission.document import Rows, Submission, Table
from equity.vocabulary import Unknown, category_set
from hub.findings import actions, jobs
from hub.findings.models import Analysis, Finding, Release, ReleasedFile
from hub.findings.releases import documents, ledgers, preparing, queries, triggers
from hub.submissions.tests.factories import of_staff, sent

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


def a_release(organisation, *, unit=None, **fields):
    """A finding on its way to the public, or there, with files that the ledger knows. Its figures are made up."""
    found = {
        "title": "Who finishes?", "question": "Who finishes a course?", "sentence": "Fewer women finish.", "detail": "",
        "in_words": "Fewer women finish.", "measure": "completion", "unit": "% of referrals", "per": 100,
        "better": "higher", "place": "A service", "period": "2025-26", "everyone": 40.0, "population": "",
        "unknown": 15, "protection": "Protected", "licence": "Ask us", "licence_address": "", "is_example": False,
        "rows": [a_row("Female", 60, 20), a_row("Male", None, None)], "moved": "", "over_time": [],
        "caveats": ["It shows a difference, not why."], "sources": ["Own records."],
    }  # fmt: skip
    files = {documents.FINDING: json.dumps(found), documents.TABLE: "group,count\r\nFemale,20\r\n"}
    partnership = organisation.partnership
    ledgers.ledger_of(partnership).record_files([], {name: content.encode() for name, content in files.items()})
    release = Release.objects.create(
        partnership=partnership, organisation=organisation, unit=unit, measure="completion", characteristic="sex",
        title="Who finishes?", ready_at=timezone.now(), ledger_line=ledgers.last_line(partnership), **fields,
    )  # fmt: skip
    ReleasedFile.objects.bulk_create(
        ReleasedFile(release=release, name=name, content=content) for name, content in files.items()
    )
    Release.objects.filter(pk=release.pk).update(made_from=queries.seal_of(queries.sent_of(release)))
    return release


def a_row(group, out_of, count):
    value = None if count is None else round(100 * count / out_of, 1)
    return {
        "group": group, "wider_group": "", "count": count, "out_of": out_of, "value": value,
        "low": value and value - 9, "high": value and value + 9, "compared": "lower" if value else "", "unknown": 15,
        "note": "" if value else "Hidden, so that nobody can be picked out.", "in_the_finding": bool(value),
    }  # fmt: skip


def work():
    """What the worker does, at once."""
    jobs.look_for_work()
    for release in Release.objects.under_way().filter(ready_at=None):
        preparing.prepare(release.pk)
    for analysis in Analysis.objects.unfinished():
        actions.carry_out(analysis.pk)


def behind_its_back(sql, *values):
    """What somebody with the database password could do once they had lifted the triggers."""
    with connection.cursor() as cursor:
        for table in (triggers.LINES, triggers.RELEASED):
            for statement in table.statements(connection.vendor, "take_down"):
                cursor.execute(statement)
        cursor.execute(sql, values)
        for table in (triggers.LINES, triggers.RELEASED):
            for statement in table.statements(connection.vendor, "put_up"):
                cursor.execute(statement)


def looked_at_staff(organisation, *, by, document=None, readers="only_us", unit=None):
    """Hand figures of staff in, look at them, and give what was found by what it measures."""
    sent(organisation, by=by, unit=unit, document=document or of_staff(), readers=readers)
    work()
    found = Finding.objects.filter(analysis__organisation=organisation, analysis__unit=unit, analysis__people="staff")
    return {(one.measure, one.characteristic): one for one in found}
