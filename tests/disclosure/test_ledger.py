"""What the ledger keeps, and what it refuses."""

import hashlib
import json
import sqlite3

import pytest
from tables import released, small_table

from equity.attack import attack, in_ledger
from equity.cli import main
from equity.disclosure import keyed, repair
from equity.disclosure import ledger as ledgers
from equity.disclosure.gate import Refused, Request, release
from equity.disclosure.keyed import key_for, keyed_hash
from equity.disclosure.ledger import START, Asked, FileStore, Held, Ledger, LedgerError, MovedOn
from equity.disclosure.rules import Audience, rule_named
from equity.disclosure.specification import Specification
from equity.disclosure.table import Dimension, build_table
from equity.problem import Problem

TABLE = [[40, 3, 21], [28, 33, 16], [19, 52, 64]]


@pytest.fixture
def ledger(tmp_path):
    return Ledger.in_file(tmp_path / "ledger.jsonl")


@pytest.fixture
def recorded(ledger):
    result = released(small_table(TABLE), "nhs-mh", measure="people seen")
    return ledger.record_release(result, Asked("analyst", Audience.PUBLIC))


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
        mine.record_release(released(small_table(counts), "nhs-mh"), Asked("analyst", Audience.PUBLIC))
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
        ledger.record_release(result, Asked("analyst", Audience.PUBLIC))
    ledger.record_release(result, Asked("analyst", Audience.INTERNAL))
    assert ledger.known_outside() == []
    assert ledger.releases()[0]["published"] == ""


def test_the_attacker_reads_the_same_records(ledger, recorded):
    releases = in_ledger(ledger.releases())
    assert [release.name for release in releases] == [recorded]
    assert not attack(releases).broken


def test_the_same_person_is_known_however_the_name_is_typed(ledger, recorded):
    with pytest.raises(LedgerError, match="asked for a release"):
        ledger.approve(recorded, by=" Analyst ")
    ledger.approve(recorded, by="First Reader")
    with pytest.raises(LedgerError, match="second person"):
        ledger.approve(recorded, by="first  reader")


def test_nobody_can_approve_or_withdraw_without_a_name(ledger, recorded):
    for refused in (
        lambda: ledger.approve(recorded, by=" "),
        lambda: ledger.withdraw(recorded, by="analyst", reason=""),
    ):
        with pytest.raises(LedgerError, match="Say who"):
            refused()


def test_what_nobody_is_named_as_asking_for_cannot_be_approved(ledger):
    unnamed = ledger.record_release(released(small_table(TABLE), "nhs-mh"), Asked("  ", Audience.PUBLIC))
    with pytest.raises(LedgerError, match="does not say who asked"):
        ledger.approve(unnamed, by="first reader")


def test_records_cut_off_at_the_end_show_against_an_anchor(ledger, recorded, tmp_path):
    early = ledger.verify()
    ledger.approve(recorded, by="first reader")
    anchor = ledger.verify(early)
    path = tmp_path / "ledger.jsonl"
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    assert ledger.verify() == early != START
    with pytest.raises(LedgerError, match="Records are missing"):
        ledger.verify(anchor)


def test_exceptions_and_the_keyed_hash_of_the_input_are_kept_but_not_the_key(tmp_path):
    path, given = tmp_path / "ledger.jsonl", tmp_path / "in.csv"
    given.write_text("the input")
    key = key_for(path, {})
    asked = Asked("analyst", Audience.PUBLIC, keyed_hash(given, key), ("a service closed in May",))
    Ledger.in_file(path).record_release(released(small_table(TABLE), "nhs-mh"), asked)
    record = Ledger.in_file(path).releases()[0]
    assert record["exceptions"] == ["a service closed in May"]
    assert record["input"] == keyed_hash(given, key_for(path, {}))
    assert record["input"] != hashlib.sha256(b"the input").hexdigest()
    assert key.decode() not in path.read_text()
    assert (tmp_path / "ledger.jsonl.key").stat().st_mode & 0o077 == 0


def test_a_key_from_the_environment_leaves_no_file(tmp_path):
    assert key_for(tmp_path / "ledger.jsonl", {"EQUITY_LEDGER_KEY": "from the vault"}) == b"from the vault"
    assert not list(tmp_path.iterdir())


def test_a_key_that_another_run_is_about_to_write_is_waited_for(tmp_path, monkeypatch):
    (tmp_path / "ledger.jsonl.key").touch()
    with monkeypatch.context() as patch:
        patch.setattr(keyed.time, "sleep", lambda _: (tmp_path / "ledger.jsonl.key").write_text("theirs"))
        assert key_for(tmp_path / "ledger.jsonl", {}) == b"theirs"
    (tmp_path / "ledger.jsonl.key").write_text("")
    monkeypatch.setattr(keyed.time, "sleep", lambda _: None)
    with pytest.raises(Problem, match=r"ledger.jsonl.key is empty"):
        key_for(tmp_path / "ledger.jsonl", {})


class TableOfLines:
    """A ledger kept in a database."""

    def __init__(self):
        self.database = sqlite3.connect(":memory:")
        self.database.execute("create table record (place integer primary key, line text not null)")

    def lines(self) -> list[str]:
        return [line for (line,) in self.database.execute("select line from record order by place")]

    def append(self, *lines: str, after: int) -> None:
        try:
            rows = [(number, line) for number, line in enumerate(lines, start=after + 1)]
            self.database.executemany("insert into record values (?, ?)", rows)
        except sqlite3.IntegrityError:
            raise LedgerError("Somebody else was quicker.") from None


def test_a_database_can_keep_the_ledger():
    store = TableOfLines()
    ledger = Ledger(store)
    first = ledger.record_release(released(small_table(TABLE), "nhs-mh"), Asked("analyst", Audience.PUBLIC))
    ledger.approve(first, by="first reader")
    assert [record["kind"] for record in ledger.records()] == ["release", "approval"]
    with pytest.raises(LedgerError, match="quicker"):
        store.append("{}", after=1)
    store.database.execute("update record set line = replace(line, 'analyst', 'nobody')")
    with pytest.raises(LedgerError, match="changed after it was written"):
        ledger.verify()


def test_the_tables_of_one_report_are_recorded_all_or_none(tmp_path):
    """Somebody else writes at the worst moment: just before ours would be written."""

    class Disturbed(FileStore):
        def append(self, *lines, after):
            super().append("{}", after=after)
            super().append(*lines, after=after)

    made = [released(small_table(TABLE), "nhs-mh"), released(small_table(TABLE), "hes-plus-zero")]
    with pytest.raises(LedgerError, match="just added"):
        Ledger(Disturbed(tmp_path / "l")).record_all(made, ASKED, held=Held((), START))
    assert (tmp_path / "l").read_text() == "{}\n"
    names = Ledger.in_file(tmp_path / "mine").record_all(made, ASKED, held=Held((), START))
    assert names == ["R0001", "R0002"] == [record["id"] for record in Ledger.in_file(tmp_path / "mine").releases()]


def test_two_who_write_at_once_cannot_both_think_they_were_next(ledger, recorded, tmp_path, monkeypatch):
    monkeypatch.setattr(ledgers, "TRIES", 1)
    store = FileStore(tmp_path / "ledger.jsonl")
    with pytest.raises(LedgerError, match="just added"):
        store.append("{}", after=0)
    (tmp_path / "ledger.jsonl.lock").touch()
    with pytest.raises(LedgerError, match="in use"):
        store.append("{}", after=1)


ASKED = Asked("analyst", Audience.PUBLIC)


def by_age(band: str, count: int) -> Request:
    table = build_table((Dimension("age", (band, "65+")),), {(band,): count, ("65+",): 60})
    return Request(table, rule_named("additive"), Specification(measure="seen"))


def test_what_was_released_meanwhile_stops_the_record(ledger):
    """Two look at the ledger, then both release: 18 to 64 and 19 to 64 tell of the two who are 18."""
    held = ledger.held_outside()
    first, second = (release(by_age(band, count), held.records) for band, count in (("18-64", 400), ("19-64", 398)))
    ledger.record_all([first], ASKED, held=held)
    with pytest.raises(MovedOn, match="not attacked together with it"):
        ledger.record_all([second], ASKED, held=held)
    assert [record["id"] for record in ledger.releases()] == ["R0001"]
    assert not attack(in_ledger(ledger.releases())).broken


def test_what_was_released_meanwhile_is_looked_at_before_trying_again(ledger, tmp_path):
    """The second time it is attacked together with what came between, and collides."""
    other = Ledger.in_file(tmp_path / "ledger.jsonl")
    looked_at = []

    def attempt(held):
        looked_at.append(len(held.records))
        made = release(by_age("19-64", 398), held.records)
        if len(looked_at) == 1:
            other.record_all([release(by_age("18-64", 400))], ASKED, held=other.held_outside())
        return ledger.record_all([made], ASKED, held=held)

    with pytest.raises(Refused) as refused:
        ledger.undisturbed(attempt)
    assert refused.value.because_of == ["R0001"]
    assert looked_at == [0, 1]


def test_a_ledger_that_others_keep_adding_to_is_given_up_in_words(ledger, tmp_path):
    made, other = released(small_table(TABLE), "nhs-mh"), Ledger.in_file(tmp_path / "ledger.jsonl")

    def attempt(held):
        other.record_release(made, ASKED)
        return ledger.record_all([made], ASKED, held=held)

    with pytest.raises(MovedOn, match="please run it again"):
        ledger.undisturbed(attempt)
    assert len(ledger.releases()) == ledgers.ATTEMPTS


def test_an_approval_meanwhile_stops_no_record(ledger, recorded):
    held = ledger.held_outside()
    ledger.approve(recorded, by="first reader")
    assert ledger.record_all([released(small_table(TABLE), "nhs-mh")], ASKED, held=held) == ["R0002"]


def overtaken(monkeypatch, by: list[str]) -> None:
    """Just before the first record is made, another command runs from start to end."""
    record_all, waiting = Ledger.record_all, [by]

    def record(self, *given, **more):
        if waiting:
            assert main(waiting.pop()) == 0
        return record_all(self, *given, **more)

    monkeypatch.setattr(Ledger, "record_all", record)


def test_of_two_tables_protected_at_once_the_slower_is_attacked_with_the_quicker(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "18.csv").write_text("age,people\n18-64,400\n65+,60\n")
    (tmp_path / "19.csv").write_text("age,people\n19-64,398\n65+,60\n")
    asked = ("--count", "people", "--rule", "additive", "--ledger", "l.jsonl", "--measure", "seen")
    overtaken(monkeypatch, ["protect", "18.csv", *asked, "--out", "18-safe.csv"])
    assert main(["protect", "19.csv", *asked, "--out", "19-safe.csv"]) == 1
    assert "They collide with: R0001" in capsys.readouterr().err
    assert not (tmp_path / "19-safe.csv").exists()
    assert main(["attack", "--ledger", "l.jsonl"]) == 0


MAPPING = """
kind = "rows"
count = "events"
[characteristics]
age = { column = "age", set = "age_single" }
[stages]
assessed = { column = "assessed", is = ["1"] }
"""


def test_a_report_that_was_overtaken_is_made_again_from_the_same_rows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{18 + number % 60},{int(number % 3 > 0)}\n" for number in range(900))
    (tmp_path / "people.csv").write_text(f"age,assessed\n{rows}")
    (tmp_path / "m.toml").write_text(MAPPING)
    (tmp_path / "other.csv").write_text("age,people\n18-64,400\n65+,60\n")
    asked = ("report", "people.csv", "--mapping", "m.toml", "--formats", "json", "--ledger", "l.jsonl")
    overtaken(
        monkeypatch, ["protect", "other.csv", "--count", "people", "--ledger", "l.jsonl", "--out", "other-safe.csv"]
    )
    assert main([*asked, "-o", "out"]) == 0
    assert "Recorded as R0002 to R0003" in capsys.readouterr().out
    alone = ("report", "people.csv", "--mapping", "m.toml", "--formats", "json", "-o", "alone")
    assert main(alone) == 0
    assert (tmp_path / "out" / "report.json").read_bytes() == (tmp_path / "alone" / "report.json").read_bytes()


def test_what_a_partner_is_given_is_never_spoken_of_as_public(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("age,people\n18-64,400\n65+,60\n")
    asked = ["protect", "in.csv", "--count", "people", "--ledger", "l.jsonl", "--out", "out.csv"]
    assert main([*asked, "--audience", "partner", "--requested-by", "analyst"]) == 0
    for name in ("first reader", "second reader", "third reader"):
        assert main(["ledger", "approve", "l.jsonl", "R0001", "--by", name]) == 0
    assert main(["ledger", "list", "l.jsonl"]) == 0
    said = capsys.readouterr().out
    assert "for partners only, not for the public, approved by 3\n" in said
    assert "before it is public" not in said
    assert "of 2" not in said


def test_a_table_too_large_to_make_safe_is_refused_in_words(tmp_path, monkeypatch, capsys):
    """A hundred and nine by a hundred and nine is 12,100 with its margins."""
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"a{n},b{m},9\n" for n in range(109) for m in range(109))
    (tmp_path / "in.csv").write_text(f"x,y,people\n{rows}")
    assert main(["protect", "in.csv", "--count", "people", "--out", "out.csv"]) == 2
    assert "this table has 12,100 cells; at most 12,000 can be made safe at once" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_a_table_that_cannot_be_made_safe_in_time_is_given_up_in_words(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"a{n},b{m},{(n * m) % 9}\n" for n in range(9) for m in range(9))
    (tmp_path / "in.csv").write_text(f"x,y,people\n{rows}")
    asked = ["protect", "in.csv", "--count", "people", "--rule", "additive", "--out", "out.csv", "--seconds", "0.001"]
    assert main(asked) == 0
    (tmp_path / "out.csv").unlink()
    monkeypatch.setattr(repair, "PATIENCE", -1.0)
    assert main(asked) == 2
    assert "no safe form of it was found in the time it was given" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()
