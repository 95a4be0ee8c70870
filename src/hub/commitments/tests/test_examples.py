"""Every kind of measure that the partnership's published documents name can be said, followed and read."""

import datetime
import uuid
from decimal import Decimal

import pytest
import time_machine

from hub.commitments import actions
from hub.commitments.forms import FigureForm, MeasureForm
from hub.commitments.models import Measure
from hub.commitments.queries import Reader, story
from hub.commitments.tests.factories import CommitmentFactory, UserFactory
from hub.toolkit.models import Characteristic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def autumn():
    with time_machine.travel(datetime.datetime(2026, 10, 1, 12, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def commitment():
    return CommitmentFactory()


@pytest.fixture
def person():
    return UserFactory()


def on(name, text):
    day = datetime.date.fromisoformat(text)
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def said(commitment, person, kind, **typed):
    """What the form makes of it, kept and told again."""
    form = MeasureForm({"once": uuid.uuid4(), **typed}, kind=kind)
    assert form.is_valid(), form.errors
    return actions.add_measure(commitment, by=person, **form.values())


def report(measure, person, **typed):
    prefix = f"measure{measure.pk}-"
    form = FigureForm({prefix + name: value for name, value in typed.items()}, measure=measure)
    assert form.is_valid(), form.errors
    return actions.report_progress(measure.commitment, by=person, stage="moving", figures=[form.figure()])


def told(measure, reader=Reader.OURS):
    commitment = type(measure.commitment).objects.get(pk=measure.commitment_id)
    return next(one for one in story(commitment, reader=reader).measures if one.measure == measure)


class TestNineSeatsOfABoard:
    @pytest.fixture
    def board(self, commitment, person):
        ages = Characteristic.objects.create(slug="age", name="Age")
        return said(
            commitment, person, "composition", name="our board", characteristic=ages.pk, group_size="9",
            start_parts="Aged 25 to 40, 9", target_words="People from more age groups",
            **on("start_on", "2026-04-01"), **on("target_by", "2027-03-31"),
        )  # fmt: skip

    def test_the_seats_are_shown_to_those_who_sit_with_them(self, board, person):
        report(board, person, parts="Aged 25 to 40, 6\nAged 41 to 60: 2", unknown="1")
        seats = told(board).seats
        assert [(row.label, row.then, row.now) for row in seats.rows] == [
            ("Aged 25 to 40", 9, 6),
            ("Aged 41 to 60", 0, 2),
        ]
        assert (seats.unknown, seats.free) == (1, 0)

    @pytest.mark.parametrize("reader", [Reader.PARTNER, Reader.PUBLIC])
    def test_nobody_else_sees_who_fills_them(self, board, reader):
        shown = told(board, reader)
        assert not shown.figures_shown
        assert (shown.seats, shown.readings, shown.baseline) == (None, [], None)

    def test_who_sits_there_can_be_said_in_words_alone(self, board, person):
        report(board, person, words="Three are under 30")
        assert "Three are under 30" in [said for _reading, said in told(board).readings_in_words]
        assert told(board, Reader.PARTNER).readings == []

    def test_ten_people_do_not_fit_on_nine_seats(self, board):
        prefix = f"measure{board.pk}-"
        form = FigureForm({prefix + "parts": "Aged 25 to 40, 6\nAged 41 to 60, 4"}, measure=board)
        assert "the group has 9 places" in form.errors["parts"][0]

    def test_one_thing_is_looked_at_at_a_time(self, board):
        assert "characteristic" in MeasureForm(kind="composition").fields
        assert board.characteristic.name == "Age"


def test_a_staff_of_eight(commitment, person):
    staff = said(
        commitment, person, "composition", name="our staff", group_size="8", start_parts="Men 2\nWomen 6",
        target_words="Also people of other genders, and more men", **on("start_on", "2026-04-01"),
    )  # fmt: skip
    assert told(staff).seats.finding == "8 of 8 places are filled"


class TestAThousandPeopleHalfOfThemFromMinorityEthnicGroups:
    def test_the_thousand_is_a_number(self, commitment, person):
        found_work = said(
            commitment, person, "number", name="people who found new work", unit="people", counting="anyone",
            direction="up", start_value="0", target_value="1,000", **on("start_on", "2026-04-01"),
        )  # fmt: skip
        report(found_work, person, value="412")
        assert told(found_work).trend.finding == "412 now, up from 0"
        assert told(found_work).target_in_words == "1,000"

    def test_the_half_of_them_is_a_share_that_stays_with_us(self, commitment, person):
        half = said(
            commitment, person, "share", name="from minority ethnic groups", unit="people who found new work",
            per="100", counting="a_group", direction="up", target_value="50%", **on("baseline_due_on", "2026-12-31"),
        )  # fmt: skip
        report(half, person, numerator="180", denominator="380", unknown="32")
        shown = told(half)
        assert shown.trend.goal_text == "50%"
        assert shown.trend.points[0].text == "47%"
        assert shown.trend.points[0].range_text == "42% to 52%"
        assert any("32" in caveat for caveat in shown.trend.caveats)
        assert not told(half, Reader.PUBLIC).figures_shown


def test_thirty_per_cent_of_two_thousand_five_hundred_referrals(commitment, person):
    all_of_them = said(
        commitment, person, "number", name="referrals", counting="things", direction="up",
        target_value="2500", **on("baseline_due_on", "2026-12-31"), **on("target_by", "2026-12-31"),
    )  # fmt: skip
    uptake = said(
        commitment, person, "share", name="from minority ethnic residents", unit="referrals", per="100",
        counting="a_group", direction="up", target_value="30", **on("baseline_due_on", "2026-12-31"),
    )  # fmt: skip
    report(uptake, person, numerator="690", denominator="2 300")
    assert told(uptake).trend.points[0].text == "30%"
    assert told(all_of_them).target_in_words == "2,500"


def test_every_leader_trained(commitment, person):
    leaders = said(
        commitment, person, "share", name="had the training", unit="leaders", per="100", counting="anyone",
        direction="up", start_numerator="0", start_denominator="24", target_value="100", **on("start_on", "2026-04-01"),
    )  # fmt: skip
    report(leaders, person, numerator="24", denominator="24")
    trend = told(leaders).trend
    assert trend.finding == "100% now, up from 0%"
    assert trend.shown[-1].y == "0.00%"
    assert told(leaders, Reader.PUBLIC).figures_shown


class TestACoalitionEverySixToEightWeeks:
    @pytest.fixture
    def coalition(self, commitment, person):
        return said(commitment, person, "cadence", name="the coalition meets", every_weeks_from="6", every_weeks_to="8")

    def test_kept_while_it_meets_in_time(self, coalition, person):
        for day in ("2026-06-01", "2026-07-20", "2026-09-14"):
            report(coalition, person, **on("on", day))
        rhythm = told(coalition).rhythm
        assert rhythm.finding == "Kept every time so far"
        assert (rhythm.next_from, rhythm.next_to) == (datetime.date(2026, 10, 26), datetime.date(2026, 11, 15))

    def test_a_gap_that_is_too_long_is_counted(self, coalition, person):
        for day in ("2026-05-01", "2026-06-19", "2026-09-25"):
            report(coalition, person, **on("on", day))
        assert told(coalition).rhythm.finding == "Kept 1 time out of 2"

    def test_no_meeting_for_too_long_is_said(self, coalition, person):
        report(coalition, person, **on("on", "2026-05-01"))
        assert told(coalition).rhythm.is_late

    def test_it_can_be_public_because_it_counts_nobody(self, coalition):
        assert told(coalition, Reader.PUBLIC).figures_shown

    def test_it_has_no_baseline_and_asks_for_none(self):
        assert "start_on" not in MeasureForm(kind="cadence").fields

    def test_a_meeting_in_the_future_has_not_happened(self, coalition):
        prefix = f"measure{coalition.pk}-"
        form = FigureForm(on(prefix + "on", "2027-01-01"), measure=coalition)
        assert "not in the future" in form.errors["on"][0]


class TestAnAwardForEmployers:
    @pytest.fixture
    def award(self, commitment, person):
        return said(
            commitment, person, "milestone", name="reach level two of Disability Confident",
            **on("target_by", "2026-09-30"),
        )  # fmt: skip

    def test_not_yet_and_past_its_day(self, award):
        step = told(award).step
        assert not step.is_done
        assert step.is_late

    def test_done_on_a_day(self, award, person):
        report(award, person, done="on")
        step = told(award, Reader.PUBLIC).step
        assert step.is_done
        assert step.finding == "Done on 1 October 2026"


def test_a_sentence_in_the_yearly_survey_of_residents(commitment, person):
    agree = said(
        commitment, person, "survey", name="people from different backgrounds get on well here",
        instrument="The yearly residents’ survey, question 12", counting="anyone", direction="up",
        start_value="72", **on("start_on", "2025-11-01"),
    )  # fmt: skip
    report(agree, person, numerator="780", denominator="1020")
    trend = told(agree).trend
    assert [point.text for point in trend.points] == ["72%", "76%"]
    assert any("only know the share" in caveat for caveat in trend.caveats)


class TestReportsOfHateCrime:
    typed = dict(
        name="reports of hate crime", unit="reports", counting="things", direction="up_then_down", start_value="659",
        **on("start_on", "2020-12-31"),
    )  # fmt: skip

    def test_up_at_first_says_why_and_when_to_look_again(self):
        form = MeasureForm({"once": uuid.uuid4(), **self.typed}, kind="number")
        assert set(form.errors) == {"direction_reason", "review_on"}

    def test_a_rise_is_what_is_wanted_for_now(self, commitment, person):
        reports = said(
            commitment, person, "number", **self.typed, direction_reason="More people trust us enough to tell",
            **on("review_on", "2027-12-31"),
        )  # fmt: skip
        report(reports, person, value="720")
        assert told(reports).trend.finding == "720 now, up from 659"
        assert reports.review_on == datetime.date(2027, 12, 31)


def test_a_quarter_of_frontline_staff_as_champions(commitment, person):
    uptake = said(
        commitment, person, "share", name="signed up", unit="frontline staff", per="100", counting="anyone",
        direction="up", target_value="25", **on("baseline_due_on", "2026-12-31"),
    )  # fmt: skip
    assert told(uptake).target.value == Decimal(25)


def test_twenty_five_pairs_of_mentors(commitment, person):
    pairs = said(
        commitment, person, "number", name="pairs of mentors", counting="things", direction="up",
        start_value="0", target_value="25", **on("start_on", "2026-04-01"),
    )  # fmt: skip
    assert told(pairs).trend.goal_text == "25"


def test_a_rate_for_every_thousand(commitment, person):
    rate = said(
        commitment, person, "share", name="came to us", unit="adults in the borough", per="1000", counting="anyone",
        direction="up", start_numerator="210", start_denominator="42000", **on("start_on", "2026-04-01"),
    )  # fmt: skip
    assert told(rate).trend.points[0].text == "5 per 1,000"
    assert Measure.objects.get().per == 1000
