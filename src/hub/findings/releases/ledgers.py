"""A partnership's ledger of releases, kept in the database, and whether it is as it was written."""

import hashlib
import json

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from equity.disclosure.ledger import START, Ledger, LedgerError, fingerprint, read_line
from equity.report.known import known_tables
from hub import audit
from hub.audit.models import Entry
from hub.audit.seals import name_of, seal_of_details
from hub.findings.models import LedgerLine, Release
from hub.organisations.models import Partnership

ADDED = "ledger.line_added"


class DatabaseStore:
    """The engine's store, as rows: added one after another, never changed, by one writer at a time."""

    def __init__(self, partnership):
        self.partnership = partnership

    def lines(self):
        rows = LedgerLine.objects.filter(partnership=self.partnership).order_by("number")
        return list(rows.values_list("line", flat=True))

    def append(self, *lines, after):
        try:
            with transaction.atomic():
                self.wait_for_others()
                if self.length() != after:
                    raise LedgerError(_("Somebody else has just added to the ledger. Nothing was recorded."))
                for number, line in enumerate(lines, start=after + 1):
                    row = LedgerLine(partnership=self.partnership, number=number, line=line)
                    row.save()
                    audit.record(ADDED, subject=row, line=row.checksum)
        except IntegrityError as taken:
            raise LedgerError(_("Somebody else has just added to the ledger. Nothing was recorded.")) from taken

    def length(self):
        return LedgerLine.objects.filter(partnership=self.partnership).count()

    def wait_for_others(self):
        """Whoever holds the partnership's row is the only one who writes to its ledger, until the transaction ends."""
        Partnership.objects.select_for_update().get(pk=self.partnership.pk)


def ledger_of(partnership):
    return Ledger(DatabaseStore(partnership))


def last_line(partnership):
    return LedgerLine.objects.filter(partnership=partnership).order_by("number").last()


def checksum(content):
    return hashlib.sha256(content.encode()).hexdigest()


def are_as_recorded(release, texts):
    """Whether these texts by name are all the files of which the ledger's line holds the hash, byte for byte."""
    return json.loads(release.ledger_line.line)["files"] == {name: checksum(text) for name, text in texts.items()}


def texts_of(release):
    return {file.name: file.content for file in release.files.all()}


@transaction.atomic
def enter_what_is_known(partnership, *, report):
    """A publisher's tables, once: everybody who attacks a release of ours may hold them."""
    ledger = ledger_of(partnership)
    entered = [name for table in known_tables(report) if (name := ledger.record_known(table))]
    if entered:
        audit.record("ledger.known_entered", subject=partnership, number=len(entered))
    return entered


# Checking all of it.


def faults():
    """A sentence for every fault in any partnership's ledger. Untouched ledgers yield nothing."""
    added = dict(Entry.objects.filter(event=ADDED).values_list("subject", "sequence"))
    sealed = dict(Entry.objects.filter(event=ADDED).values_list("subject", "details"))
    for partnership in Partnership.objects.order_by("pk"):
        yield from _faults_of_one(partnership, added, sealed)
    for subject, sequence in added.items():
        yield f"A line of a ledger is gone: {subject}, which was added in entry {sequence} of the record."
    yield from _faults_of_files()


def _faults_of_one(partnership, added, sealed):
    """Takes what it meets out of `added`, so that what is left there is missing from the ledgers."""
    due, previous = 1, START
    for row in LedgerLine.objects.filter(partnership=partnership).order_by("number"):
        where = f"Line {row.number} of the ledger of {partnership}"
        sequence = added.pop(name_of(row), None)
        if row.number != due:
            yield f"{where} comes where line {due} should be."
        if sequence is None:
            yield f"{where} was not put there by this program: it is not on the record."
        elif sealed[name_of(row)] != seal_of_details(settings.AUDIT_KEY, sequence, {"line": row.checksum}):
            yield f"{where} was changed."
        try:
            record = read_line(row.line, row.number)
        except LedgerError:
            yield f"{where} cannot be read."
            due = row.number + 1
            continue
        if record["previous"] != previous or record["hash"] != fingerprint(record):
            yield f"{where} does not follow from the line before it."
        due, previous = row.number + 1, record["hash"]


def _faults_of_files():
    for release in Release.objects.exclude(ledger_line=None).select_related("ledger_line").prefetch_related("files"):
        held, there = json.loads(release.ledger_line.line)["files"], texts_of(release)
        for name in sorted({*held, *there}):
            if name not in there:
                yield f"{name} of release {release.public_id} is gone."
            elif held.get(name) != checksum(there[name]):
                yield f"{name} of release {release.public_id} is not what was approved."
