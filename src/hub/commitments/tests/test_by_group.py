"""A share told by group: written, kept, put right, and read only by those who work on it."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from hub.commitments import actions
from hub.commitments.forms import FigureForm, MeasureForm, as_it_was
from hub.commitments.models import Part, Reading
from hub.commitments.queries import Reader, story
from hub.commitments.tests.factories import CommitmentFactory, MeasureFactory, ReadingFactory, UserFactory

pytestmark = pytest.mark.django_db
BY_SEX = (("Women", 7, 40), ("Men", 3, 50))


@pytest.fixture
def measure():
    return MeasureFactory(counting="things")


@pytest.fixture
def person():
    return UserFactory()


def form_for(measure, **typed):
    everybody = {"numerator": "12", "denominator": "100"} | typed
    return FigureForm({f"measure{measure.pk}-{name}": value for name, value in everybody.items()}, measure=measure)


def kept(measure, person, *, groups=BY_SEX, on=datetime.date(2026, 4, 1), **figure):
    told = {"numerator": 12, "denominator": 100} | figure
    return actions.add_reading(actions.Figure(measure=measure, on=on, groups=groups, **told), by=person)


def shown(measure, reader=Reader.OURS):
    return story(measure.commitment, reader=reader).measures[0]


class TestWriting:
    def test_each_group_has_its_own_population(self, measure):
        form = form_for(measure, groups="Women: 7 of 40\r\nMen: 3 of 50")
        assert form.is_valid(), form.errors
        assert form.figure().groups == BY_SEX

    def test_nobody_has_to_tell_it_by_group(self, measure):
        form = form_for(measure)
        assert form.is_valid()
        assert form.figure().groups == ()

    def test_people_of_whom_it_is_not_known_have_a_line_like_any_other(self, measure):
        form = form_for(measure, groups="Women: 7 of 40\nNot known: 5 of 60")
        assert form.is_valid(), form.errors
        assert form.figure().groups[1] == ("Not known", 5, 60)

    @pytest.mark.parametrize(
        ("groups", "said"),
        [
            ("Women: 7 of 40\nMen: some", "Line 2: write the group, then how many of how many, in numbers"),
            ("Women: 41 of 40", "Line 1: the first number cannot be larger than the second"),
            ("Women: 7 of 40\nwomen: 1 of 2", "Line 2: this group stands on another line too"),
            ("Women: 0 of 0", "Line 1: the second number must be above 0"),
            ("Women: 7 of 40\nMen: 6 of 50", "The groups add up to 13 of 90, but there are 12 of 100 in all"),
            ("Women: 7 of 40\nMen: 3 of 70", "The groups add up to 10 of 110, but there are 12 of 100 in all"),
            ("Women: 7 of 40\nMen: 3 of 59", "leave out 1 of everybody, but 2 of those who count"),
        ],
    )
    def test_what_is_wrong_is_said_in_plain_words(self, measure, groups, said):
        form = form_for(measure, groups=groups)
        assert not form.is_valid()
        assert said in form.errors["groups"][0]

    def test_the_groups_need_everybody_to_stand_beside(self, measure):
        form = form_for(measure, groups="Women: 7 of 40", numerator="", denominator="", value="12%")
        assert "of everybody too" in form.errors["groups"][0]

    def test_a_count_of_things_has_no_box_for_it(self):
        form = form_for(MeasureFactory(kind="number"))
        assert "groups" not in form.fields

    def test_where_one_starts_can_be_told_by_group(self, person):
        told = {
            "name": "had an interpreter", "per": "100", "counting": "a_group", "direction": "up",
            "start_numerator": "12", "start_denominator": "100", "start_groups": "Women: 7 of 40",
            "start_on-day": "1", "start_on-month": "4", "start_on-year": "2026", "once": str(uuid.uuid4()),
        }  # fmt: skip
        form = MeasureForm(told, kind="share")
        assert form.is_valid(), form.errors
        measure = actions.add_measure(CommitmentFactory(), by=person, **form.values())
        assert [str(part) for part in measure.readings.get().groups] == ["Women: 7"]


class TestKeeping:
    def test_a_reading_keeps_its_groups_and_its_whole(self, measure, person):
        reading = kept(measure, person)
        assert (reading.value, reading.numerator, reading.denominator) == (None, 12, 100)
        assert [(part.label, part.count, part.out_of) for part in reading.groups] == list(BY_SEX)

    def test_a_group_is_never_larger_than_its_population(self):
        reading = ReadingFactory()
        for out_of in (0, 6):
            with pytest.raises(IntegrityError), transaction.atomic():
                Part.objects.create(reading=reading, label="Women", count=7, out_of=out_of)

    def test_a_correction_starts_from_what_was_written_and_both_stay(self, measure, person):
        wrong = kept(measure, person)
        assert as_it_was(wrong)["groups"] == "Women: 7 of 40\nMen: 3 of 50"
        right = actions.Figure(
            measure=measure, on=wrong.on, numerator=12, denominator=100, groups=(("Women", 9, 40), ("Men", 3, 50))
        )
        actions.correct_reading(wrong, right, by=person)
        assert Reading.objects.count() == 2
        [(_reading, said, says)] = shown(measure).corrected_in_words
        assert said == "12% (12 of 100); Women: 7 of 40; Men: 3 of 50"
        assert says == "12% (12 of 100); Women: 9 of 40; Men: 3 of 50"
        assert [group.of for group in shown(measure).by_group[0].groups] == ["9 of 40", "3 of 50"]


class TestReading:
    def test_each_group_has_its_share_its_range_and_its_number(self, measure, person):
        kept(measure, person)
        [told] = shown(measure).by_group
        assert [(one.label, one.text, one.of, one.range_text) for one in told.groups] == [
            ("Women", "18%", "7 of 40", "9% to 32%"),
            ("Men", "6%", "3 of 50", "2% to 16%"),
        ]
        assert (told.everybody, told.rest) == ("12% (12 of 100)", "2 of 10")

    def test_a_group_is_said_as_its_measure_is(self, person):
        measure = MeasureFactory(per=1000)
        kept(measure, person)
        assert shown(measure).by_group[0].groups[0].text == "175 per 1,000"

    def test_the_newest_comes_first_and_a_reading_without_groups_is_left_out(self, measure, person):
        kept(measure, person)
        kept(measure, person, groups=(), on=datetime.date(2026, 7, 1))
        kept(measure, person, groups=(("Women", 8, 40),), on=datetime.date(2026, 10, 1))
        assert [told.on.month for told in shown(measure).by_group] == [10, 4]

    @pytest.mark.parametrize("reader", [Reader.PARTNER, Reader.PUBLIC])
    def test_only_those_whose_figures_they_are_read_them_by_group(self, measure, person, reader):
        wrong = kept(measure, person)
        actions.correct_reading(
            wrong, actions.Figure(measure=measure, on=wrong.on, numerator=12, denominator=100, groups=BY_SEX), by=person
        )
        seen = shown(measure, reader)
        assert seen.figures_shown
        assert seen.by_group == ()
        assert "Women" not in str(seen.corrected_in_words)
