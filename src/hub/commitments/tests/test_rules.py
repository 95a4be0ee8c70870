import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.commitments import rules

JANUARY = datetime.date(2026, 1, 5)


def measure(kind="share", counting="things", *, for_some=False):
    return SimpleNamespace(kind=kind, counting=counting, commitment=SimpleNamespace(is_for_certain_people=for_some))


class TestRanges:
    # Newcombe RG. Two-sided confidence intervals for the single proportion. Stat Med 1998;17:857-72, table I, method 3.
    @pytest.mark.parametrize(
        ("numerator", "denominator", "low", "high"),
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
    )
    def test_the_range_of_a_share_is_as_published(self, numerator, denominator, low, high):
        found = rules.wilson(numerator, denominator)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)

    # Newcombe RG. Interval estimation for the difference between independent proportions. Stat Med 1998;17:873-90.
    @pytest.mark.parametrize(
        ("before", "after", "low", "high"),
        [((48, 80), (56, 70), 0.0524, 0.3339), ((3, 10), (9, 10), 0.1705, 0.8090)],
    )
    def test_the_range_of_a_change_is_as_published(self, before, after, low, high):
        found = rules.difference(before, after)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)

    @given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    def test_a_range_holds_its_share_and_stays_between_none_and_all(self, of):
        numerator, denominator = of
        found = rules.wilson(numerator, denominator)
        assert 0 <= found.low <= numerator / denominator <= found.high <= 1

    @given(st.integers(0, 8), st.integers(2, 40))
    def test_more_people_make_a_narrower_range(self, numerator, times):
        few, many = rules.wilson(numerator, 8), rules.wilson(numerator * times, 8 * times)
        assert many.high - many.low < few.high - few.low

    def test_small_numbers_give_a_wide_range(self):
        assert rules.wilson(14, 40).is_wide
        assert not rules.wilson(350, 1000).is_wide


class TestAxis:
    @pytest.mark.parametrize(
        ("highest", "top"),
        [
            (Decimal(100), 100),
            (Decimal(72), 80),
            (Decimal(2500), 4000),
            (Decimal("0.4"), Decimal("0.4")),
            (Decimal(0), 1),
        ],
    )
    def test_an_axis_is_round_and_starts_at_nought(self, highest, top):
        axis = rules.axis_for(Decimal(0), highest)
        assert axis[-1] == 0
        assert axis[0] == top

    @given(st.decimals(-(10**6), 10**6, places=2), st.decimals(-(10**6), 10**6, places=2))
    def test_an_axis_holds_every_value(self, one, other):
        axis = rules.axis_for(min(one, other), max(one, other))
        assert len(axis) == 5
        assert axis[-1] <= min(one, other) <= max(one, other) <= axis[0]


class TestWhatIsTyped:
    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            ("59", 59),
            ("59%", 59),
            (" 1,000 ", 1000),
            ("2 500", 2500),
            ("£12.50", Decimal("12.5")),
            ("٤٠", 40),
            ("-3", -3),
        ],
    )
    def test_a_number_is_read_as_people_type_it(self, typed, number):
        assert rules.number_in(typed) == number

    @pytest.mark.parametrize("typed", ["high", "N/A", "about 40", "NaN", "Infinity", "forty", "1.2.3", ""])
    def test_words_are_not_taken_for_a_number(self, typed):
        assert rules.number_in(typed) is None

    def test_parts_are_read_line_by_line(self):
        assert rules.parts_in("White British 4\nAsian: 2\n\nAged 25 to 40, 3\nMixed\t1") == (
            [("White British", 4), ("Asian", 2), ("Aged 25 to 40", 3), ("Mixed", 1)],
            [],
        )

    def test_a_line_without_a_number_is_named(self):
        assert rules.parts_in("Asian 2\nsome others\nMixed 1") == ([("Asian", 2), ("Mixed", 1)], [2])

    def test_groups_are_read_line_by_line_with_their_own_population(self):
        text = "Women: 7 of 40\n\nAged 18 to 24, 3 out of 60\nAges 25-40 - 1,200 / 3,400\nNot known 0 of 5"
        assert rules.groups_in(text) == (
            [("Women", 7, 40), ("Aged 18 to 24", 3, 60), ("Ages 25-40", 1200, 3400), ("Not known", 0, 5)],
            {},
        )

    def test_what_is_wrong_with_a_group_is_said_by_line(self):
        text = "Women: 7 of 40\nMen: three of 60\nwomen: 1 of 2\nCarers: 9 of 8\nOthers: 0 of 0\n: 1 of 2\nMen: 2 of 9"
        groups, wrong = rules.groups_in(text + "\n" + "x" * 81 + ": 1 of 2")
        assert groups == [("Women", 7, 40), ("Men", 2, 9)]
        assert wrong == {2: "unreadable", 3: "twice", 4: "above", 5: "nobody", 6: "unreadable", 8: "long"}

    def test_what_the_groups_leave_is_the_rest_of_the_whole(self):
        assert rules.rest_of([("Women", 7, 40), ("Men", 3, 50)], 12, 100) == (2, 10)


class TestWhatMayBePublic:
    def test_counting_things_may_be_public(self):
        assert rules.is_public_safe(measure("number", "things"))
        assert rules.is_public_safe(measure("share", "things", for_some=True))

    def test_counting_people_of_a_group_is_never_public(self):
        assert not rules.is_public_safe(measure("share", "a_group"))
        assert not rules.is_public_safe(measure("survey", "a_group"))

    def test_people_in_a_pledge_for_certain_people_are_people_of_a_group(self):
        assert rules.is_public_safe(measure("number", "anyone"))
        assert not rules.is_public_safe(measure("number", "anyone", for_some=True))

    def test_not_saying_what_is_counted_keeps_it_private(self):
        assert not rules.is_public_safe(measure("number", ""))

    def test_a_small_group_is_never_public(self):
        assert not rules.is_public_safe(measure("composition", "things"))

    def test_steps_and_rhythms_count_nobody(self):
        assert rules.is_public_safe(measure("milestone", ""))
        assert rules.is_public_safe(measure("cadence", "", for_some=True))


class TestEverySoOften:
    def dates(self, *weeks):
        return [JANUARY + rules.WEEK * week for week in weeks]

    def test_every_six_to_eight_weeks_is_kept_or_not(self):
        gaps = rules.gaps_between(self.dates(0, 7, 19, 22), 6, 8)
        assert [(gap.weeks, gap.is_kept, gap.is_sooner) for gap in gaps] == [
            (7, True, False),
            (12, False, False),
            (3, True, True),
        ]

    def test_eight_weeks_and_three_days_are_eight_weeks(self):
        late = [JANUARY, JANUARY + rules.WEEK * 8 + datetime.timedelta(days=3)]
        assert rules.gaps_between(late, 6, 8)[0].is_kept

    def test_the_same_day_twice_is_one_meeting(self):
        assert rules.gaps_between([JANUARY, JANUARY], 6, 8) == []

    def test_the_next_one_is_due_between_two_days(self):
        first, last = rules.next_between(JANUARY, 6, 8)
        assert first == datetime.date(2026, 2, 16)
        assert rules.gaps_between([JANUARY, last], 6, 8)[0].is_kept
        assert not rules.gaps_between([JANUARY, last + datetime.timedelta(days=1)], 6, 8)[0].is_kept

    def test_uneven_times_between_readings_are_noticed(self):
        assert rules.are_uneven(self.dates(0, 4, 20))
        assert not rules.are_uneven(self.dates(0, 13, 26, 39))


class TestOffers:
    def test_the_asker_says_yes_or_no_and_the_offerer_may_take_it_back(self):
        assert rules.steps_from("", "asker") == ("accepted", "declined")
        assert rules.steps_from("", "offerer") == ("withdrawn",)

    def test_thanks_come_after_an_offer_was_taken_up(self):
        assert "thanked" not in rules.steps_from("", "asker")
        assert rules.steps_from("accepted", "asker") == ("thanked",)

    def test_nothing_follows_thanks_or_taking_back(self):
        for step in ("thanked", "withdrawn"):
            assert rules.steps_from(step, "asker") == rules.steps_from(step, "offerer") == ()


def test_each_question_without_an_answer_is_named():
    answers = {"inequality": "Fewer men come", "action": " ", "outcome": "", "knowing": "We count"}
    assert rules.questions_without_an_answer(answers) == ["action", "outcome"]
