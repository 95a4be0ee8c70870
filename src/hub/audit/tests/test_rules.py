from datetime import UTC, datetime
from types import SimpleNamespace

from hub.audit.seals import BEGINNING, seal, seal_of_details, seal_of_entry


def an_entry(**changes):
    facts = {
        "sequence": 1,
        "at": datetime(2026, 5, 1, 12, tzinfo=UTC),
        "event": "pledge.made",
        "actor": "accounts.user:3",
        "subject": "pledges.pledge:7",
        "details": "ab",
        "previous": BEGINNING,
    }
    return SimpleNamespace(**facts | changes)


def test_a_seal_depends_on_the_key():
    assert seal("one key", "words") != seal("another key", "words")


def test_parts_cannot_be_moved_across_their_border():
    assert seal("key", "ab", "c") != seal("key", "a", "bc")


def test_every_fact_of_an_entry_is_sealed():
    untouched = seal_of_entry("key", an_entry())
    changes = {
        "sequence": 2,
        "at": datetime(2026, 5, 1, 12, 0, 0, 1, tzinfo=UTC),
        "event": "pledge.dropped",
        "actor": "accounts.user:4",
        "subject": "pledges.pledge:8",
        "details": "cd",
        "previous": "1" * 64,
    }
    seals = {seal_of_entry("key", an_entry(**{name: value})) for name, value in changes.items()}
    assert len(seals) == len(changes)
    assert untouched not in seals


def test_equal_details_in_two_entries_do_not_look_equal():
    assert seal_of_details("key", 1, {"text": "same"}) != seal_of_details("key", 2, {"text": "same"})


def test_the_order_of_details_does_not_matter():
    assert seal_of_details("key", 1, {"a": 1, "b": 2}) == seal_of_details("key", 1, {"b": 2, "a": 1})
