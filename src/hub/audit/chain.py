"""Adding to the record: one entry after another, each sealed together with the one before."""

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from hub.audit import anchor
from hub.audit.models import Entry
from hub.audit.seals import BEGINNING, name_of, seal_of_details, seal_of_entry

# Any number will do, as long as nothing else in the database uses it.
ADVISORY_LOCK = 7_268_017


def add(event, *, subject=None, by=None, **details):
    """Add an entry inside the caller's transaction. Call it last: on PostgreSQL it makes other writers wait."""
    with transaction.atomic(savepoint=False):
        wait_for_other_writers()
        last = Entry.objects.order_by("-sequence").values_list("sequence", "seal").first()
        sequence, previous = (last[0] + 1, last[1]) if last else (1, BEGINNING)
        entry = Entry(
            sequence=sequence,
            at=timezone.now(),
            event=event,
            actor=name_of(by),
            subject=name_of(subject),
            details=seal_of_details(settings.AUDIT_KEY, sequence, identified(details)),
            previous=previous,
        )
        entry.seal = seal_of_entry(settings.AUDIT_KEY, entry)
        entry.save()
        transaction.on_commit(lambda: anchor.drop(sequence, entry.seal))
    return entry


def wait_for_other_writers():
    """SQLite's IMMEDIATE transaction already holds the write lock; PostgreSQL needs one for the chain's end."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


def identified(details):
    return {name: name_of(value) if isinstance(value, Model) else value for name, value in details.items()}
