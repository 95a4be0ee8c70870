"""Ctrl-C in a real process, in the middle of reading, counting and writing: nothing half-written is left."""

import os
import subprocess
import sys

import pytest

# Sends this process the signal of Ctrl-C a moment after it has said what it does.
SCRIPT = """
import os, signal, sys, threading
from equity import progress
from equity.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell that starts tests in the background ignores it.
said = progress.Progress.say
def stop_soon(self, words, *more):
    said(self, words, *more)
    if words.startswith(sys.argv[1]):
        threading.Timer(float(sys.argv[2]), os.kill, (os.getpid(), signal.SIGINT)).start()
progress.Progress.say = stop_soon
sys.exit(main(sys.argv[3:]))
"""
GROUPS = ("Indian", "Irish", "White British", "Chinese", "Not stated")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    path = tmp_path_factory.mktemp("people") / "people.csv"
    with path.open("w") as out:
        out.write("person,referral_date,ethnicity,sex,language,provider,assessed\n")
        for i in range(120_000):
            date = f"20{21 + i % 4}-{1 + i % 12:02}-{1 + i % 28:02}"
            out.write(f"{i % 70_000},{date},{GROUPS[i * 7 % 5]},{'FM'[i % 3 % 2]},English,P{i % 40},{i % 2}\n")
    return path


@pytest.mark.parametrize(
    ("when", "after"), [("Reading", 0.1), ("Checking", 0.1), ("Counting and protecting", 0.1), ("Writing", 0.0)]
)
def test_ctrl_c_leaves_nothing_half_written(people, tmp_path, when, after):
    (tmp_path / "temporary").mkdir()
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path / "temporary")}
    words = ["report", str(people), "--rule", "internal", "-o", str(tmp_path / "out")]
    command = [sys.executable, "-c", SCRIPT, when, str(after), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert done.stderr.strip() == "Stopped. Nothing half-written is left."
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("after", [0.5, 2.0])
def test_ctrl_c_while_protecting_leaves_no_table(tmp_path, after):
    table, safe = tmp_path / "counts.csv", tmp_path / "safe.csv"
    rows = [f"g{i % 20},a{i // 20 % 9},p{i // 180},{i * i % 37 % 11 * (i % 3)}" for i in range(20 * 9 * 5)]
    table.write_text("\n".join(["group,age,provider,people", *rows]) + "\n")
    words = ["protect", str(table), "--count", "people", "--rule", "additive", "--out", str(safe)]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "Protecting", str(after), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert done.stderr.strip() == "Stopped. Nothing half-written is left."
    assert list(tmp_path.iterdir()) == [table]
