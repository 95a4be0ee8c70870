import datetime
from decimal import Decimal

import pytest

from hub.stocktakes import rules

YEAR = datetime.date(2026, 1, 1)


def points(*told):
    return [(datetime.date.fromisoformat(on), Decimal(value)) for on, value in told]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ([], "uncounted"),
        ([("2025-06-01", 5)], "uncounted"),
        ([("2026-06-01", 5)], "first"),
        ([("2025-06-01", 5), ("2026-06-01", 5)], "same"),
        ([("2025-06-01", 5), ("2026-06-01", 7)], "up"),
        ([("2025-06-01", 5), ("2026-02-01", 9), ("2026-06-01", 4)], "down"),
        ([("2026-02-01", 3), ("2026-06-01", 4)], "up"),
    ],
)
def test_a_figure_moved_when_it_differs_from_the_last_before_the_year(told, found):
    assert rules.movement(points(*told), YEAR) == found


def test_two_approvals_of_one_person_are_one():
    assert not rules.may_freeze([7, 7])
    assert rules.may_freeze([7, 8])


def test_the_same_content_has_the_same_seal_however_it_was_gathered():
    one, other = rules.as_one_text({"a": 1, "b": 2}), rules.as_one_text({"b": 2, "a": 1})
    assert rules.seal_of(one) == rules.seal_of(other)
    assert rules.seal_of(one) != rules.seal_of(rules.as_one_text({"a": 1, "b": 3}))


def test_an_address_is_never_used_twice():
    assert rules.free_slug(2026, []) == "2026"
    assert rules.free_slug(2026, ["2026", "2026-2"]) == "2026-3"


def test_a_stocktake_looks_no_further_than_today_or_the_end_of_its_year():
    end = datetime.date(2026, 12, 31)
    assert rules.last_day(end, datetime.date(2026, 5, 1)) == datetime.date(2026, 5, 1)
    assert rules.last_day(end, datetime.date(2030, 5, 1)) == end


def test_priorities_are_one_a_line_without_dashes():
    assert rules.priorities_in("- Ramps\n\n  • Books \nTea") == ["Ramps", "Books", "Tea"]


@pytest.mark.parametrize(
    ("part", "path"), [("whole", ""), ("strand-as-a-friend", "strands/as-a-friend/"), ("area-parks", "areas/parks/")]
)
def test_each_part_has_its_own_path(part, path):
    assert rules.path_of(part) == path
