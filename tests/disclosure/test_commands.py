"""The two commands as people run them."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

import equity
from equity.cli import main

ROWS = "group,band,people\n" + "".join(
    f"{group},{band},{count}\n"
    for group, counts in {"a": (40, 3, 21), "b": (28, 33, 16), "c": (19, 52, 64)}.items()
    for band, count in zip(("young", "middle", "old"), counts, strict=True)
)
HIERARCHY = "dimension,child,parent\ngroup,a,ab\ngroup,b,ab\ngroup,ab,Total\ngroup,c,Total\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text(ROWS)
    (tmp_path / "groups.csv").write_text(HIERARCHY)
    return tmp_path


def protect(*more: str) -> int:
    return main(["protect", "in.csv", "--count", "people", "--out", "out.csv", *more])


def cells(path) -> dict[tuple[str, ...], str]:
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["group", "band", "people"]
    return {tuple(row[:-1]): row[-1] for row in rows[1:]}


def test_every_margin_is_in_the_output_and_nothing_else(here):
    assert protect("--rule", "additive", "--hierarchy", "groups.csv") == 0
    found = cells(here / "out.csv")
    assert len(found) == 5 * 4
    assert found["ab", "Total"] == "141"
    assert found["a", "middle"] == "*"
    assert all(value == "*" or value.isdigit() for value in found.values())


def test_the_default_rule_rounds_to_five(here):
    assert protect() == 0
    assert {int(value) % 5 for value in cells(here / "out.csv").values() if value != "*"} == {0}


def test_protect_says_of_whom_least_is_shown(here, capsys):
    assert protect("--rule", "additive") == 0
    said = capsys.readouterr().out
    shown = sum(value != "*" for (group, _), value in cells(here / "out.csv").items() if group == "a")
    assert f"a in group ({shown} of 4)" in said.split("Least is shown of: ")[1]
    (here / "in.csv").write_text(ROWS.replace("a,middle,3", "a,middle,30"))
    assert protect("--rule", "additive") == 0
    assert "Nothing is hidden of anybody." in capsys.readouterr().out


def test_what_protect_writes_attack_finds_safe(here, capsys):
    for rule in ("nhs-mh", "additive", "hes-plus-zero"):
        assert protect("--rule", rule, "--hierarchy", "groups.csv") == 0
        assert main(["attack", "out.csv", "--hierarchy", "groups.csv", "--rule", rule]) == 0
    assert "0 break the promise" in capsys.readouterr().out


def test_attack_ends_with_1_and_says_which_when_the_promise_is_broken(here, capsys):
    (here / "habit.csv").write_text("group,people\nTotal,103\na,*\nb,51\nc,49\n")
    assert main(["attack", "habit.csv"]) == 1
    out = capsys.readouterr().out
    assert "a: 3 to 3, but not 0, 1, 2, 4, 5  BROKEN" in out
    assert "1 break the promise" in out


def test_totals_given_are_used_and_checked(here, capsys):
    (here / "in.csv").write_text(ROWS + "Total,Total,276\n")
    assert protect() == 0
    (here / "in.csv").write_text(ROWS + "Total,Total,277\n")
    assert protect("--rule", "additive") == 2
    assert "do not come to its total" in capsys.readouterr().err


def test_what_is_released_is_recorded_and_the_next_is_attacked_with_it(here, capsys):
    about = ["--measure", "seen", "--ledger", "ledger.jsonl", "--requested-by", "analyst"]
    assert protect(*about) == 0
    assert "Recorded as R0001" in capsys.readouterr().out
    assert protect(*about) == 0
    assert "Recorded as R0002" in capsys.readouterr().out
    assert main(["attack", "--ledger", "ledger.jsonl"]) == 0


def test_a_cut_that_collides_is_refused_with_its_reason_and_leaves_no_file(here, capsys):
    about = ["--rule", "additive", "--measure", "seen", "--ledger", "ledger.jsonl", "--requested-by", "analyst"]
    assert protect(*about) == 0
    (here / "in.csv").write_text(ROWS.replace("19", "18").replace("40", "39").replace("64", "62").replace("52", "51"))
    (here / "out.csv").unlink()
    assert protect(*about, "--where", "provider!=small") == 1
    assert "They collide with: R0001" in capsys.readouterr().err
    assert not (here / "out.csv").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("group,band,people\na,young,3.5\n", "whole number"),
        ("group,band,people\na,young,-3\n", "whole number"),
        ("group,band,people\na,young,3\na,young,4\n", "repeats the cell"),
        ("group,band,people\n", "has no rows"),
        ("people\n3\n", "at least one column"),
        ("group,band,people\na,young\n", "line 2 of in.csv"),
        ("group,band,n\na,young,3\n", "no column called people"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained(here, capsys, text, says):
    (here / "in.csv").write_text(text)
    assert protect() == 2
    assert says in capsys.readouterr().err


def test_a_missing_file_is_explained(here, capsys):
    assert main(["protect", "none.csv", "--count", "people", "--out", "out.csv"]) == 2
    assert "none.csv" in capsys.readouterr().err


def test_no_message_holds_a_small_count(here, capsys):
    (here / "in.csv").write_text(ROWS.replace(",3\n", ",2\n"))
    protect("--ledger", "ledger.jsonl", "--requested-by", "analyst")
    first = capsys.readouterr()
    (here / "in.csv").write_text(ROWS.replace(",3\n", ",4\n"))
    (here / "ledger.jsonl").unlink()
    protect("--ledger", "ledger.jsonl", "--requested-by", "analyst")
    second = capsys.readouterr()
    assert first.out == second.out
    assert first.err == second.err == ""


def test_it_runs_as_a_module(here):
    source = os.environ | {"PYTHONPATH": str(Path(equity.__file__).parents[1])}
    words = [sys.executable, "-m", "equity", "protect", "in.csv", "--count", "people", "--out", "out.csv"]
    done = subprocess.run(words, capture_output=True, text=True, env=source)
    assert (done.returncode, done.stderr) == (0, "")
    assert "numbers are shown" in done.stdout
    assert (here / "out.csv").exists()
    missing = subprocess.run(
        [*words[:4], "none.csv", *words[5:]], capture_output=True, text=True, env=os.environ | source
    )
    assert missing.returncode == 2


def ledger(act: str, *words: str) -> int:
    return main(["ledger", act, "ledger.jsonl", *words])


RECORDED = ("--measure", "seen", "--ledger", "ledger.jsonl", "--requested-by", "analyst")


def test_a_release_is_listed_approved_by_two_and_withdrawn(here, capsys):
    assert protect(*RECORDED) == 0
    assert ledger("list") == 0
    listed = capsys.readouterr().out
    assert "R0001" in listed
    assert "approved by 0 of 2" in listed
    assert ledger("approve", "R0001", "--by", "analyst") == 1
    assert "cannot approve it" in capsys.readouterr().err
    assert ledger("approve", "R0001", "--by", "first reader") == 0
    assert ledger("approve", "R0001-R0001", "--by", "second reader") == 0
    assert "may be public" in capsys.readouterr().out
    assert ledger("withdraw", "R0001", "--by", "analyst", "--reason", "wrong period") == 0
    assert ledger("list") == 0
    assert "withdrawn" in capsys.readouterr().out
    assert ledger("approve", "R0009", "--by", "first reader") == 1


def test_a_ledger_is_verified_against_its_anchor(here, capsys):
    assert protect(*RECORDED) == 0
    capsys.readouterr()
    assert ledger("verify") == 0
    anchor = capsys.readouterr().out.split()[-1]
    assert ledger("verify", "--anchor", anchor) == 0
    lines = (here / "ledger.jsonl").read_text()
    assert ledger("approve", "R0001", "--by", "first reader") == 0
    ledger("verify")
    later = capsys.readouterr().out.split()[-1]
    (here / "ledger.jsonl").write_text(lines)
    assert ledger("verify", "--anchor", later) == 1
    assert "Records are missing" in capsys.readouterr().err
    (here / "ledger.jsonl").write_text(lines.replace("seen", "seem"))
    assert ledger("verify") == 1
    assert "changed after it was written" in capsys.readouterr().err
    (here / "ledger.jsonl").unlink()
    assert ledger("list") == 2


def test_a_ledger_that_was_tampered_with_stops_a_release_before_it_is_written(here, capsys):
    assert protect(*RECORDED) == 0
    (here / "out.csv").unlink()
    lines = (here / "ledger.jsonl").read_text()
    (here / "ledger.jsonl").write_text(lines.replace("analyst", "nobody"))
    assert protect(*RECORDED) == 2
    assert "changed after it was written" in capsys.readouterr().err
    assert not (here / "out.csv").exists()


def test_without_a_ledger_it_is_said_that_the_public_needs_one(here, capsys):
    assert protect() == 0
    assert "goes through the partnership's one ledger" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("rule", ["nhs-mh", "additive"])
def test_a_star_read_back_in_was_suppressed_at_source_and_stays(here, rule):
    assert protect("--rule", rule) == 0
    first = cells(here / "out.csv")
    (here / "in.csv").write_text((here / "out.csv").read_text())
    assert protect("--rule", rule) == 0
    second = cells(here / "out.csv")
    hidden = {labels for labels, value in first.items() if value == "*"}
    assert hidden
    assert hidden <= {labels for labels, value in second.items() if value == "*"}
    assert main(["attack", "out.csv", "--rule", rule]) == 0


def test_a_star_given_in_stays_when_its_total_would_tell_it(here):
    """Whoever hid it knew that its total was shown; the row is mended with a star more."""
    (here / "in.csv").write_text(
        ROWS.replace("a,young,40", "a,young,*") + "a,Total,64\nTotal,young,87\nTotal,Total,276\n"
    )
    assert protect("--rule", "additive") == 0
    found = cells(here / "out.csv")
    assert found["a", "young"] == "*"
    assert main(["attack", "out.csv", "--rule", "additive"]) == 0


@pytest.mark.parametrize("rule", ["nhs-mh", "additive"])
def test_the_order_of_rows_changes_nothing(here, rule):
    written = set()
    head, *rows = ROWS.splitlines()
    for order in (rows, rows[::-1], sorted(rows, key=lambda row: row.split(",")[1])):
        (here / "in.csv").write_text("\n".join([head, *order]) + "\n")
        assert protect("--rule", rule) == 0
        written.add((here / "out.csv").read_bytes())
    assert len(written) == 1


def test_what_cannot_be_attacked_ends_with_2_and_not_with_a_broken_promise(here, capsys):
    assert protect() == 0
    (here / "bad.csv").write_text("dimension,child\ngroup,a\n")
    (here / "binary.csv").write_bytes(b"\xff\xfe\x00")
    for words, says in {
        ("none.csv",): "none.csv: there is no such file",
        ("binary.csv",): "binary.csv is not text",
        ("out.csv", "--hierarchy", "bad.csv"): "should have the columns",
    }.items():
        assert main(["attack", *words]) == 2
        assert says in capsys.readouterr().err


def test_a_hierarchy_that_loses_rows_is_refused(here, capsys):
    (here / "groups.csv").write_text("dimension,child,parent\ngroup,a,b\ngroup,b,a\n")
    assert protect("--hierarchy", "groups.csv") == 2
    assert "inside itself" in capsys.readouterr().err
    (here / "groups.csv").write_text("dimension,child,parent\ngroup,other,a\n")
    assert protect("--hierarchy", "groups.csv") == 2
    assert "none of its parts is in the table" in capsys.readouterr().err


def test_a_folder_that_is_not_there_and_a_binary_file_are_explained(here, capsys):
    assert main(["protect", "in.csv", "--count", "people", "--out", "nowhere/out.csv"]) == 2
    assert capsys.readouterr().err == "nowhere: there is no such folder.\n"
    (here / "in.csv").write_bytes(b"\xff\xfe\x00")
    assert protect() == 2
    assert "in.csv is not text in UTF-8" in capsys.readouterr().err
