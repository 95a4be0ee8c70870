"""Names and keyed hashes: what an entry holds, and what makes a changed one show. Plain Python, no database."""

import hashlib
import hmac
import json
from datetime import UTC

BEGINNING = "0" * 64


def seal(key, *parts):
    """Hash the parts with the key; nobody without the key can make the same seal."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def seal_of_details(key, sequence, details):
    """The sequence is part of it, so that equal words in two entries cannot be recognised as equal."""
    return seal(key, "details", sequence, details)


def seal_of_entry(key, entry):
    at = entry.at.astimezone(UTC).isoformat()
    return seal(
        key, "entry", entry.sequence, at, entry.event, entry.actor, entry.subject, entry.details, entry.previous
    )


def name_of(thing):
    """An opaque name: the kind and id of a row, never what it says. Nobody and strangers have none."""
    if thing is None or thing.pk is None:
        return ""
    return f"{thing._meta.label_lower}:{thing.pk}"
