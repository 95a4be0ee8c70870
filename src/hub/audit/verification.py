"""Checking the whole record: says in words what was changed, taken out or cut off."""

from django.conf import settings

from hub.audit import anchor
from hub.audit.models import Entry, Hour
from hub.audit.refusals import counts_of
from hub.audit.seals import BEGINNING, seal_of_details, seal_of_entry


def faults():
    """Yield a sentence for every fault. An untouched record yields nothing."""
    anchored = {}
    yield from faults_of_the_anchor(anchored)
    yield from faults_of_the_chain(anchored)
    yield from faults_of_the_refusals()


def faults_of_the_anchor(anchored):
    """Fills `anchored` with the seal that the anchor file holds for each sequence number."""
    for number, line in anchor.lines():
        sequence, _, seal = line.partition(" ")
        if not sequence.isdecimal() or len(seal) != len(BEGINNING):
            yield f"Line {number} of the anchor file is damaged."
        else:
            anchored.setdefault(int(sequence), set()).add(seal)
    if not anchored and Entry.objects.exists():
        yield f"There is no anchor in {settings.AUDIT_ANCHOR}, so a cut tail could not be seen."


def faults_of_the_chain(anchored):
    due, previous = 1, BEGINNING
    for entry in Entry.objects.iterator(chunk_size=2000):
        if entry.sequence != due:
            yield missing(due, entry.sequence - 1)
        elif entry.previous != previous:
            yield f"Entry {entry.sequence} does not follow from the entry before it."
        if entry.seal != seal_of_entry(settings.AUDIT_KEY, entry):
            yield f"Entry {entry.sequence} was changed."
        if anchored.pop(entry.sequence, {entry.seal}) != {entry.seal}:
            yield f"Entry {entry.sequence} is not the one that the anchor file holds."
        due, previous = entry.sequence + 1, entry.seal
    if anchored:
        yield from faults_of_the_tail(due - 1, anchored)


def missing(first, last):
    return f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."


def faults_of_the_tail(end, anchored):
    """What is left in the anchor was never met in the database."""
    if tail := [sequence for sequence in anchored if sequence > end]:
        yield f"The record was cut: it ends at entry {end}, but entry {max(tail)} was anchored ({len(tail)} lost)."


def faults_of_the_refusals():
    for hour in Hour.objects.exclude(entry=None).select_related("entry"):
        expected = seal_of_details(settings.AUDIT_KEY, hour.entry.sequence, counts_of(hour))
        if hour.entry.details != expected:
            yield f"The refusals of {hour}, sealed in entry {hour.entry.sequence}, were changed."
