import datetime
from decimal import Decimal

import pytest

from hub.programme.rules import Aim, Point, Reported, standing_of, standing_of_aim

TODAY = datetime.date(2026, 11, 22)
QUARTER = 13


def day(text):
    return datetime.date.fromisoformat(text)


def point(on, value):
    return Point(day(on), None if value is None else Decimal(value))


def stands(**reported):
    found = standing_of(Reported(**reported), TODAY, every_weeks=QUARTER)
    return found.kind, found.why


def aim(kind="number", **fields):
    return Aim(kind=kind, **fields)


def aim_stands(kind="number", **fields):
    found = standing_of_aim(aim(kind, **fields), TODAY)
    return found.kind, found.why


RECENT = {"stage": "moving", "reported_on": day("2026-11-01")}


def test_what_nobody_has_reported_is_not_known_even_after_its_date():
    assert stands() == ("unreported", "")
    assert stands(due_on=day("2021-08-31")) == ("unreported", "date_passed")


def test_the_last_update_says_that_it_is_done_or_was_stopped():
    old = day("2021-01-01")
    assert stands(stage="kept", reported_on=old, due_on=old) == ("done", "said")
    assert stands(stage="stopped", reported_on=old) == ("stopped", "said")


def test_a_date_that_has_passed_makes_it_late_on_the_day_after():
    assert stands(**RECENT, due_on=TODAY) == ("on_course", "")
    assert stands(**RECENT, due_on=TODAY - datetime.timedelta(days=1)) == ("late", "date_passed")


def test_silence_is_told_from_the_day_after_a_quarter():
    last = TODAY - datetime.timedelta(weeks=QUARTER)
    assert stands(stage="moving", reported_on=last) == ("on_course", "")
    assert stands(stage="moving", reported_on=last - datetime.timedelta(days=1)) == ("silent", "")


def test_being_stuck_puts_it_at_risk():
    assert stands(stage="stuck", reported_on=TODAY) == ("at_risk", "stuck")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (aim(value=Decimal(25), by=day("2026-06-30"), last=point("2026-06-01", 20)), "target_late"),
        (aim("milestone", by=day("2026-06-30")), "target_unreported"),
        (
            aim(value=Decimal(100), by=day("2027-01-01"), start=point("2026-01-01", 0), last=point("2026-11-01", 10)),
            "target_behind",
        ),
    ],
)
def test_a_target_in_trouble_puts_its_action_at_risk(target, why):
    assert stands(**RECENT, aims=(target,)) == ("at_risk", why)


def test_evidence_that_ran_out_puts_it_at_risk():
    assert stands(**RECENT, evidence_until=TODAY) == ("on_course", "")
    assert stands(**RECENT, evidence_until=day("2026-10-01")) == ("at_risk", "evidence_ran_out")


def test_a_step_is_done_late_or_on_its_way():
    assert aim_stands("milestone", last=point("2026-05-01", 1)) == ("done", "")
    assert aim_stands("milestone", last=point("2026-05-01", 0), by=day("2026-06-01")) == ("late", "date_passed")
    assert aim_stands("milestone", last=point("2026-05-01", 0), by=day("2027-06-01")) == ("on_course", "")


def test_a_number_is_reached_whichever_way_it_should_go():
    assert aim_stands(value=Decimal(25), last=point("2026-05-01", 25)) == ("done", "")
    assert aim_stands(value=Decimal(25), direction="down", last=point("2026-05-01", 25)) == ("done", "")
    start = point("2026-01-01", 60)
    assert aim_stands(value=Decimal(25), start=start, last=point("2026-05-01", 40)) == ("on_course", "")


def test_an_even_pace_has_a_tenth_of_the_way_to_spare():
    """Half-way in time on 2026-07-02: 50 of 100 would be even, 40 is still near enough, 39 is behind."""
    half = {"value": Decimal(100), "start": point("2026-01-01", 0), "by": day("2026-12-31")}
    assert aim_stands(**half, last=point("2026-07-02", 40)) == ("on_course", "")
    assert aim_stands(**half, last=point("2026-07-02", 39)) == ("at_risk", "behind")


def test_a_rhythm_is_broken_once_the_longest_gap_has_passed():
    every_eight = {"weeks_to": 8, "kind": "cadence"}
    assert aim_stands(**every_eight, last=point("2026-10-01", 1)) == ("on_course", "")
    assert aim_stands(**every_eight, last=point("2026-09-01", 1)) == ("late", "rhythm_broken")


def test_a_rhythm_for_one_year_is_kept_when_the_year_ends_in_time():
    year = {"kind": "cadence", "weeks_to": 8, "by": day("2021-12-31")}
    assert aim_stands(**year, last=point("2021-12-01", 1)) == ("done", "")
    assert aim_stands(**year, last=point("2021-09-01", 1)) == ("late", "rhythm_broken")


def test_a_target_in_words_is_not_judged():
    assert aim_stands(last=point("2026-05-01", 3)) == ("in_words", "")
    assert aim_stands("composition", value=Decimal(3), last=point("2026-05-01", 3)) == ("in_words", "")


def test_without_figures_nothing_is_said_about_a_target():
    assert aim_stands(value=Decimal(3)) == ("unreported", "")
    assert aim_stands("milestone", by=day("2021-08-31")) == ("unreported", "date_passed")
