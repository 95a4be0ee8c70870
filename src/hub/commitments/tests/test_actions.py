import datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone

from hub.audit.models import Entry
from hub.commitments import actions
from hub.commitments.models import Commitment, Measure, Reading, Update
from hub.commitments.queries import Reader, in_words, stage_of, story
from hub.commitments.tests.factories import (
    AskFactory,
    CommitmentFactory,
    GroupFactory,
    MeasureFactory,
    OfferFactory,
    ReadingFactory,
    StatementFactory,
    TargetFactory,
    UpdateFactory,
    UserFactory,
    somebody,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def commitment():
    return CommitmentFactory()


def events():
    return list(Entry.objects.order_by("sequence").values_list("event", flat=True))


class TestWords:
    def test_what_it_said_before_is_kept(self, commitment, person):
        actions.change_commitment(commitment, by=person, seen=1, action="Something else", due_on=None)
        before = commitment.wordings.get()
        assert before.action == "We ask about language when somebody is referred."
        assert before.due_on == datetime.date(2027, 3, 31)
        assert before.changed_by == person

    def test_choosing_other_groups_is_no_change_of_words(self, commitment, person):
        groups = [GroupFactory(), GroupFactory()]
        actions.change_commitment(commitment, by=person, seen=1, groups=groups, statements=[StatementFactory()])
        assert set(commitment.groups.all()) == set(groups)
        assert not commitment.wordings.exists()

    def test_somebody_who_saw_an_older_text_changes_nothing(self, commitment, person):
        actions.change_commitment(commitment, by=person, seen=1, title="First")
        with pytest.raises(actions.ChangedMeanwhile):
            actions.change_commitment(commitment, by=person, seen=1, title="Second")
        assert Commitment.objects.get().title == "First"

    def test_handing_over_counts_as_a_change(self, commitment, person):
        actions.hand_over(commitment, to=person, by=person)
        with pytest.raises(actions.ChangedMeanwhile):
            actions.change_commitment(commitment, by=person, seen=1, title="Second")

    def test_each_write_is_on_the_record(self, commitment, person):
        actions.change_commitment(commitment, by=person, seen=1, title="New")
        actions.hand_over(commitment, to=person, by=person)
        measure = actions.add_measure(commitment, by=person, kind="milestone", name="An award")
        actions.set_target(measure, {"words": "Done"}, by=person)
        actions.end_measure(measure, by=person)
        assert events() == [
            "commitment.changed", "commitment.handed_over", "measure.added", "target.set", "measure.ended",
        ]  # fmt: skip


class TestUpdates:
    def test_the_latest_update_says_where_it_stands(self, commitment, person):
        for stage in ("started", "moving"):
            actions.report_progress(commitment, by=person, stage=stage)
        assert story(commitment).stage == "moving"

    def test_a_correction_stands_where_the_wrong_one_stood(self, commitment, person):
        old = actions.report_progress(commitment, by=person, stage="kept")
        actions.report_progress(commitment, by=person, stage="stuck", help_wanted="A room")
        actions.correct_update(old, by=person, stage="started")
        assert story(commitment).stage == "stuck"
        assert Commitment.objects.annotate(stage=stage_of()).get().stage == "stuck"

    def test_correcting_the_latest_changes_where_it_stands(self, commitment, person):
        wrong = actions.report_progress(commitment, by=person, stage="kept")
        actions.correct_update(wrong, by=person, stage="moving")
        assert Commitment.objects.annotate(stage=stage_of()).get().stage == "moving"
        assert Update.objects.count() == 2

    def test_a_correction_can_be_corrected(self, commitment, person):
        wrong = actions.report_progress(commitment, by=person, stage="kept")
        again = actions.correct_update(wrong, by=person, stage="moving")
        actions.correct_update(again, by=person, stage="started")
        assert story(commitment).stage == "started"

    def test_only_one_correction_wins(self, commitment, person):
        wrong = actions.report_progress(commitment, by=person, stage="kept")
        actions.correct_update(wrong, by=person, stage="moving")
        with pytest.raises(actions.AlreadyCorrected):
            actions.correct_update(wrong, by=person, stage="started")

    def test_what_nobody_reported_on_is_promised(self, commitment):
        assert Commitment.objects.annotate(stage=stage_of()).get().stage == "promised"

    @pytest.mark.parametrize("update", [{"stage": "stuck"}, {"stage": "stopped"}])
    def test_the_database_keeps_its_promises(self, commitment, update):
        with pytest.raises(IntegrityError), transaction.atomic():
            Update.objects.create(commitment=commitment, **update)


class TestReadings:
    def test_a_corrected_reading_is_not_drawn(self, person):
        wrong = ReadingFactory()
        figure = actions.Figure(measure=wrong.measure, on=wrong.on, numerator=24, denominator=40)
        actions.correct_reading(wrong, figure, by=person)
        shown = story(wrong.measure.commitment, reader=Reader.OURS).measures[0]
        assert [point.of for point in shown.trend.points] == ["24 of 40"]
        assert [reading.pk for reading in shown.corrected] == [wrong.pk]

    def test_a_correction_of_where_we_start_is_where_we_start(self, person):
        wrong = ReadingFactory(is_baseline=True)
        figure = actions.Figure(measure=wrong.measure, on=wrong.on, numerator=24, denominator=40)
        assert actions.correct_reading(wrong, figure, by=person).is_baseline

    def test_only_one_correction_wins(self, person):
        wrong = ReadingFactory()
        figure = actions.Figure(measure=wrong.measure, on=wrong.on, numerator=24, denominator=40)
        actions.correct_reading(wrong, figure, by=person)
        with pytest.raises(actions.AlreadyCorrected):
            actions.correct_reading(wrong, figure, by=person)
        assert Reading.objects.count() == 2

    @pytest.mark.parametrize(
        "fields",
        [
            {"kind": "cadence", "name": "We meet"},
            {"kind": "composition", "name": "Our board", "group_size": 0},
            {"kind": "number", "name": "Reports", "direction": "up_then_down", "direction_reason": "Trust"},
        ],
    )
    def test_the_database_keeps_its_promises(self, commitment, fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            Measure.objects.create(commitment=commitment, **fields)


class TestTheChart:
    def trend(self, *readings, target=None, **measure):
        measure = MeasureFactory(**measure)
        for number, reading in enumerate(readings):
            on = datetime.date(2026, 1, 1) + datetime.timedelta(days=90 * number)
            ReadingFactory(**{"measure": measure, "on": on, "is_baseline": number == 0, **reading})
        if target is not None:
            TargetFactory(measure=measure, value=target)
        return story(measure.commitment, reader=Reader.OURS).measures[0].trend

    def test_the_start_comes_first_whenever_it_was_typed_in(self):
        trend = self.trend({}, {"on": datetime.date(2025, 1, 1), "numerator": 20})
        assert trend.points[0].is_baseline

    def test_each_share_has_its_range_and_the_target_its_line(self):
        trend = self.trend({}, {"numerator": 27, "denominator": 46}, target=80)
        assert trend.finding == "59% now, up from 35%"
        assert [point.range_text for point in trend.points] == ["22% to 50%", "44% to 72%"]
        assert trend.goal_y == "20.00%"

    def test_places_are_written_for_machines_whatever_the_language(self, settings):
        settings.LANGUAGE_CODE = "ar"
        trend = self.trend({})
        assert (trend.shown[0].x, trend.shown[0].y) == ("50.00%", "65.00%")

    def test_a_rise_that_could_be_chance_is_said_to_be(self):
        trend = self.trend({}, {"numerator": 18, "denominator": 42})
        assert "With so few counted, the change could also be chance." in trend.caveats

    def test_a_clear_rise_says_between_what_and_what(self):
        trend = self.trend({"numerator": 100, "denominator": 400}, {"numerator": 200, "denominator": 400})
        assert any("between 18 and 31 points" in caveat for caveat in trend.caveats)

    def test_after_is_not_because(self):
        assert any("does not prove" in caveat for caveat in self.trend({}, {}).caveats)

    def test_people_whose_answer_is_unknown_are_named(self):
        assert any("7" in caveat for caveat in self.trend({"unknown": 7}).caveats)

    def test_many_readings_leave_room_on_a_phone_and_stay_in_the_table(self):
        trend = self.trend(*[{} for _ in range(10)])
        assert (len(trend.shown), len(trend.points)) == (6, 10)
        assert trend.shown[0].is_baseline

    def test_what_changed_is_pinned_between_the_readings(self, person):
        measure = ReadingFactory(on=datetime.date(2026, 1, 1)).measure
        ReadingFactory(measure=measure, on=datetime.date(2026, 3, 2))
        UpdateFactory(
            commitment=measure.commitment, changed="Same-day phone interpreting",
            stands_at=datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC),
        )  # fmt: skip
        pin = story(measure.commitment, reader=Reader.OURS).measures[0].trend.pins[0]
        assert (pin.letter, pin.x, pin.words) == ("A", "50.00%", "Same-day phone interpreting")

    def test_a_count_that_fell_is_told_as_it_is(self):
        numbers = ({"numerator": None, "denominator": None, "value": value} for value in (Decimal(40), Decimal("12.5")))
        trend = self.trend(*numbers, kind="number")
        assert trend.finding == "12.5 now, down from 40"
        assert not trend.has_ranges


class TestWhatThePublicSees:
    def test_figures_of_a_group_are_held_back_and_the_target_is_not(self):
        measure = ReadingFactory(measure__counting="a_group").measure
        TargetFactory(measure=measure)
        shown = story(measure.commitment, reader=Reader.PUBLIC).measures[0]
        assert (shown.trend, shown.readings) == (None, [])
        assert shown.target_in_words == "80%"

    def test_people_in_a_pledge_for_certain_groups_are_held_back(self):
        measure = ReadingFactory(measure__counting="anyone").measure
        assert story(measure.commitment, reader=Reader.PUBLIC).measures[0].figures_shown
        measure.commitment.groups.add(GroupFactory())
        again = Commitment.objects.get(pk=measure.commitment_id)
        assert not story(again, reader=Reader.PUBLIC).measures[0].figures_shown

    def test_partners_read_the_share_of_a_group_and_never_of_how_many(self):
        reading = ReadingFactory(measure__counting="a_group", numerator=3, denominator=12, unknown=2)
        commitment = reading.measure.commitment
        [ours], [theirs] = (story(commitment, reader=one).measures for one in (Reader.OURS, Reader.PARTNER))
        assert ours.readings_in_words[0][1] == "25% (3 of 12)"
        assert theirs.readings_in_words[0][1] == "25%"
        assert not theirs.trend.has_ranges
        assert theirs.readings[0].unknown is None
        reading.refresh_from_db()
        assert (reading.numerator, reading.denominator) == (3, 12)

    def test_an_offer_is_public_only_where_its_organisation_agreed(self):
        ask = AskFactory(commitment=CommitmentFactory())
        OfferFactory(ask=ask)
        agreed = OfferFactory(ask=ask, may_be_public=True)
        assert story(ask.commitment, reader=Reader.PUBLIC).asks[0].offers_shown == [agreed]
        assert len(story(ask.commitment, reader=Reader.PARTNER).asks[0].offers_shown) == 2

    def test_an_offer_that_was_taken_back_is_gone(self):
        offer = OfferFactory(ask=AskFactory(commitment=CommitmentFactory()), may_be_public=True)
        offer.steps.create(step="withdrawn")
        assert story(offer.ask.commitment, reader=Reader.PUBLIC).asks[0].offers_shown == []

    def test_names_are_for_those_who_work_there(self):
        commitment = CommitmentFactory()
        assert story(commitment, reader=Reader.OURS).names_shown
        assert not story(commitment, reader=Reader.PARTNER).names_shown
        assert not story(commitment).names_shown


class TestLetters:
    def test_a_letter_that_cannot_be_sent_stops_nothing(self, monkeypatch, django_capture_on_commit_callbacks, caplog):
        def fail(self, messages):
            raise OSError("no post today")

        monkeypatch.setattr(EmailBackend, "send_messages", fail)
        lead = somebody("lead", AskFactory().organisation)
        ask = AskFactory(organisation=lead.roles.get().organisation, asked_by=lead)
        helper = OfferFactory(ask=AskFactory()).organisation
        with django_capture_on_commit_callbacks(execute=True):
            actions.offer_help(ask, organisation=helper, by=None, text="A room")
        assert ask.offers.count() == 1
        assert "no post today" in caplog.text

    def test_nobody_is_told_of_what_was_not_kept(self, django_capture_on_commit_callbacks):
        lead = somebody("lead", AskFactory().organisation)
        ask = AskFactory(organisation=lead.roles.get().organisation, asked_by=lead)

        def offer_and_fail():
            with transaction.atomic():
                actions.offer_help(ask, organisation=ask.organisation, by=lead, text="A room")
                raise ZeroDivisionError

        with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
            offer_and_fail()
        assert mail.outbox == []

    def test_letters_name_no_markup(self, django_capture_on_commit_callbacks):
        lead = somebody("lead", AskFactory().organisation)
        ask = AskFactory(organisation=lead.roles.get().organisation, asked_by=lead, text="Who’s <free> & near?")
        with django_capture_on_commit_callbacks(execute=True):
            actions.offer_help(ask, organisation=OfferFactory(ask=ask).organisation, by=None, text="I & a friend")
        assert "Who’s <free> & near?" in mail.outbox[0].body
        assert "I & a friend" in mail.outbox[0].body


def test_a_reading_in_words_reads_as_a_person_would_say_it():
    reading = ReadingFactory()
    assert in_words(reading.measure, reading) == "35% (14 of 40)"
    assert timezone.localdate() >= reading.on
