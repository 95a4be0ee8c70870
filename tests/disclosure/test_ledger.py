"""What the ledger keeps, and what it refuses."""

import json

import pytest
from tables import released, small_table

from equity.attack import attack, read_ledger
from equity.disclosure.ledger import Ledger, LedgerError
from equity.disclosure.rules import Audience

TABLE = [[40, 3, 21], [28, 33, 16], [19, 52, 64]]


@pytest.fixture
def ledger(tmp_path):
    return Ledger.in_file(tmp_path / "ledger.jsonl")


@pytest.fixture
def recorded(ledger):
    result = released(small_table(TABLE), "nhs-mh", measure="people seen")
    return ledger.record_release(result, audience=Audience.PUBLIC, requested_by="analyst")


def test_a_release_is_kept_with_its_bytes_and_what_each_number_implies(ledger, recorded):
    record = ledger.releases()[0]
    assert record["id"] == recorded == "R0001"
    assert record["specification"]["measure"] == "people seen"
    assert record["rule"]["name"] == "nhs-mh"
    assert record["published"].startswith("group,band,count\n")
    assert ["a", "0", "shown", 38, 42] in record["cells"]
    assert record["attack"]["broken"] == 0


def test_no_small_count_and_no_kind_of_star_is_in_it(ledger, tmp_path):
    """Two tables that differ only in which star hides what leave the same record."""
    records = []
    for counts in ([[40, 4, 21], [28, 33, 16], [19, 52, 64]], [[40, 3, 21], [28, 33, 16], [19, 52, 64]]):
        mine = Ledger.in_file(tmp_path / f"{counts[0][1]}.jsonl")
        mine.record_release(released(small_table(counts), "nhs-mh"), audience=Audience.PUBLIC, requested_by="analyst")
        record = mine.releases()[0]
        for told_by_the_clock in ("at", "hash"):
            del record[told_by_the_clock]
        del record["attack"]["seconds"]
        records.append(json.dumps(record))
    assert records[0] == records[1]
    assert "small" not in records[0]


def test_a_changed_record_is_found_out(ledger, recorded, tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.write_text(path.read_text().replace("analyst", "nobody"))
    with pytest.raises(LedgerError, match="changed after it was written"):
        ledger.records()


def test_a_record_taken_out_is_found_out(ledger, recorded, tmp_path):
    ledger.approve(recorded, by="first reader")
    path = tmp_path / "ledger.jsonl"
    path.write_text(path.read_text().splitlines(keepends=True)[1])
    with pytest.raises(LedgerError, match="changed"):
        ledger.records()


def test_half_a_record_is_found_out(ledger, recorded, tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.write_text(path.read_text()[:-40])
    with pytest.raises(LedgerError, match="cannot be read"):
        ledger.records()


def test_two_people_who_did_not_ask_must_approve(ledger, recorded):
    with pytest.raises(LedgerError, match="asked for a release"):
        ledger.approve(recorded, by="analyst")
    ledger.approve(recorded, by="first reader")
    assert not ledger.may_be_public(recorded)
    with pytest.raises(LedgerError, match="second person"):
        ledger.approve(recorded, by="first reader")
    ledger.approve(recorded, by="second reader")
    assert ledger.may_be_public(recorded)


def test_a_withdrawn_release_is_still_known_to_everyone(ledger, recorded):
    ledger.approve(recorded, by="first reader")
    ledger.approve(recorded, by="second reader")
    ledger.withdraw(recorded, by="analyst", reason="wrong period")
    assert not ledger.may_be_public(recorded)
    assert [record["id"] for record in ledger.known_outside()] == [recorded]
    with pytest.raises(LedgerError, match="withdrawn"):
        ledger.approve(recorded, by="third reader")


def test_an_unknown_release_cannot_be_approved(ledger):
    with pytest.raises(LedgerError, match="no release R0009"):
        ledger.approve("R0009", by="first reader")


def test_what_is_not_protected_is_recorded_only_as_internal_and_without_its_numbers(ledger):
    result = released(small_table(TABLE), "internal")
    with pytest.raises(LedgerError, match="only be recorded as internal"):
        ledger.record_release(result, audience=Audience.PUBLIC, requested_by="analyst")
    ledger.record_release(result, audience=Audience.INTERNAL, requested_by="analyst")
    assert ledger.known_outside() == []
    assert ledger.releases()[0]["published"] == ""


def test_the_attacker_reads_the_same_file(ledger, recorded, tmp_path):
    releases = read_ledger(tmp_path / "ledger.jsonl")
    assert [release.name for release in releases] == [recorded]
    assert not attack(releases).broken
