"""What a check finds in figures, in plain values."""

import datetime

import pytest

from hub.submissions import rules
from hub.submissions.queries import recent_periods
from hub.submissions.rules import Figures


def figures(period="2025-26", set_code="sex", **groups):
    return Figures("sex", set_code, period, {code: {"referred": n, "completed": done} for code, (n, done) in groups.items()})  # fmt: skip # noqa: E501


def test_what_is_known_is_everybody_but_those_whose_answer_is_not():
    one = figures(F=(60, 1), M=(20, 1), not_asked=(15, 0), declined=(5, 0))
    assert rules.share_known(one, "referred") == 80
    assert rules.share_known(figures(), "referred") is None


@pytest.mark.parametrize(
    ("share", "everybody", "band"),
    [(99, 200, "nearly_all"),
     (80, 200, "most"), (60, 200, "over_half"), (30, 200, "under_half"), (4, 200, "hardly_any"),
     (99, 49, "too_few"), (None, 0, "too_few")],
)  # fmt: skip
def test_completeness_is_told_in_wide_bands(share, everybody, band):
    assert rules.in_bands(share, everybody) == band


def test_groups_that_do_not_add_up_are_noticed():
    [notice] = rules.do_not_add(figures(F=(6, 2), M=(3, 1)), {"referred": 10, "completed": 3})
    assert (notice.kind, notice.stage, notice.before, notice.now) == ("does_not_add", "referred", 10, 9)


def test_more_people_at_a_later_stage_are_noticed():
    [notice] = rules.out_of_order(figures(F=(6, 7), M=(3, 1)), ["referred", "completed"])
    assert (notice.kind, notice.code, notice.other) == ("more_than_before", "F", "referred")


@pytest.mark.parametrize(("period", "months", "found"), [("2025 Apr-Sep", 5, 1), ("2025 Apr-Sep", 6, 0), ("2025-26", 11, 1), ("2025-26", None, 0)])  # fmt: skip # noqa: E501
def test_part_of_a_period_is_noticed(period, months, found):
    assert len(rules.part_of_a_period(period, months)) == found


class TestChangedCoding:
    def test_another_list_is_noticed(self):
        [notice] = rules.changed_coding(figures(set_code="nhs2001"), figures(set_code="census2021"), "referred")
        assert notice.kind == "another_list"

    def test_a_jump_in_what_is_known_is_noticed(self):
        before, now = figures(F=(90, 0), not_known=(10, 0)), figures(F=(70, 0), not_known=(30, 0))
        assert [one.kind for one in rules.changed_coding(before, now, "referred")] == ["known_jumped"]

    def test_a_group_that_vanished_or_appeared_is_noticed(self):
        before, now = figures(F=(90, 0), M=(30, 0)), figures(F=(90, 0), X=(30, 0))
        kinds = {one.kind for one in rules.changed_coding(before, now, "referred")}
        assert kinds == {"group_vanished", "group_appeared"}
        both = figures(F=(90, 0), M=(0, 0), X=(0, 0)), figures(F=(90, 0), M=(25, 0), X=(3, 0))
        assert [one.kind for one in rules.changed_coding(*both, "referred")] == ["group_appeared"]

    def test_usual_ups_and_downs_are_not(self):
        assert rules.changed_coding(figures(F=(90, 0), M=(5, 0)), figures(F=(80, 0), M=(0, 0)), "referred") == []


def test_the_time_to_ask_about_is_over():
    periods = recent_periods(datetime.date(2026, 11, 22))
    assert periods[:2] == ["2026 Apr-Sep", "2025-26 Oct-Mar"]
    assert "2025-26" in periods
