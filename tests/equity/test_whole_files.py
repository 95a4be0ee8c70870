"""Files that are whole or not there, and what may be put together in them."""

import os
import signal

import pytest

from equity.analysis.counting import Wanted, crossed
from equity.cli import main
from equity.problem import Problem
from equity.reading.mapping import Coded, FileMapping
from equity.report.published import published_report
from equity.report.writing import write
from equity.whole import whole

MAPPING = FileMapping({"ethnicity": Coded("e", "nhs2001"), "sex": Coded("s", "sex")}, {})


def test_what_stops_half_way_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("old")
    with pytest.raises(FileNotFoundError), whole(path) as beside:
        beside.write_text((tmp_path / "lost.csv").read_text())
    assert [one.name for one in tmp_path.iterdir()] == ["counts.csv"]
    assert path.read_text() == "old"


def test_a_protected_table_can_be_read_by_whom_any_new_file_can(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.csv").write_text("a,b,people\nx,p,20\nx,q,30\ny,p,40\ny,q,50\n")
    assert main(["protect", "c.csv", "--count", "people", "--out", "safe.csv"]) == 0
    assert (tmp_path / "safe.csv").stat().st_mode == (tmp_path / "c.csv").stat().st_mode
    assert {one.name for one in tmp_path.iterdir()} == {"c.csv", "safe.csv"}


def test_ctrl_c_is_not_heard_between_the_files_and_what_is_recorded_of_them(tmp_path):
    recorded = []

    def record(files):
        os.kill(os.getpid(), signal.SIGINT)
        recorded.extend(files)

    assert write(published_report(), tmp_path, formats=["csv"], then=record) == recorded


def test_nothing_is_put_together_with_itself():
    with pytest.raises(Problem, match="with itself"):
        crossed(MAPPING, Wanted(together=(("sex", "sex"),)))


def test_two_orders_of_a_pair_are_one_pair():
    both = Wanted(together=(("sex", "ethnicity"), ("ethnicity", "sex")))
    assert crossed(MAPPING, both) == [("sex", "ethnicity")]
    assert crossed(MAPPING, Wanted(together=both.together, every_pair=True)) == [("ethnicity", "sex")]
