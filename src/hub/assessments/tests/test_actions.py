import datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from hub.assessments import actions, queries
from hub.assessments.models import (
    Answer,
    Band,
    ContributionLink,
    Presence,
    Round,
    SetAside,
    SharedPractice,
    Speaker,
    Stage,
    Voice,
)
from hub.assessments.rules import Content, Outcome, Seen
from hub.assessments.tests.factories import (
    YEAR,
    AnswerFactory,
    AssessmentFactory,
    ContributorFactory,
    LinkFactory,
    VoiceFactory,
    a_colleague,
    a_lead,
    an_edition,
    later_edition,
    somebody_who,
    statements_in,
)
from hub.audit.models import Entry
from hub.organisations.models import Role, Sharing
from hub.organisations.tests.factories import OrganisationFactory, UnitFactory
from hub.toolkit.models import Audience
from hub.toolkit.tests.factories import StatementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    return AssessmentFactory()


@pytest.fixture
def lead(assessment):
    return a_lead(assessment)


@pytest.fixture
def colleague(assessment):
    return a_colleague(assessment)


@pytest.fixture
def statement(assessment):
    return statements_in(assessment)[0]


def save(assessment, statement, by, evidence="", *, stage=Stage.STARTED, based_on=0, **kwargs):
    content = Content(stage, evidence=evidence)
    return actions.save_answer(assessment, statement, by=by, content=content, based_on=based_on, **kwargs)


def current(assessment, statement):
    return assessment.answers.current().get(statement=statement)


def events():
    return list(Entry.objects.values_list("event", flat=True))


class TestAnswering:
    def test_each_save_adds_a_version_and_edits_none(self, assessment, lead, statement):
        save(assessment, statement, lead, "One")
        save(assessment, statement, lead, "Two", based_on=1)
        versions = assessment.answers.order_by("version").values_list("version", "evidence")
        assert list(versions) == [(1, "One"), (2, "Two")]
        assert current(assessment, statement).evidence == "Two"
        assert events() == ["answer.saved", "answer.saved"]

    def test_saving_the_same_again_leaves_no_trace(self, assessment, lead, statement):
        save(assessment, statement, lead, "One")
        saved = save(assessment, statement, lead, "One", based_on=1)
        assert (saved.outcome, saved.version) == (Outcome.UNCHANGED, 1)
        assert events() == ["answer.saved"]

    def test_an_empty_form_is_no_answer(self, assessment, lead, statement):
        saved = actions.save_answer(assessment, statement, by=lead, content=Content(), based_on=0)
        assert saved.outcome is Outcome.UNCHANGED
        assert not assessment.answers.exists()

    def test_the_second_of_two_writers_loses_nothing(self, assessment, lead, colleague, statement):
        save(assessment, statement, lead, "The lead's words")
        saved = save(assessment, statement, colleague, "The colleague's words")
        assert saved.outcome is Outcome.SET_ASIDE
        assert current(assessment, statement).evidence == "The lead's words"
        assert saved.set_aside.evidence == "The colleague's words"

    def test_the_version_that_goes_back_to_the_page_stays_the_old_one_until_it_is_settled(
        self, assessment, lead, colleague, statement
    ):
        save(assessment, statement, lead, "First")
        assert save(assessment, statement, colleague, "Second").version == 0

    def test_going_on_typing_while_two_texts_wait_keeps_one_text_of_each_person(
        self, assessment, lead, colleague, statement
    ):
        save(assessment, statement, lead, "First")
        save(assessment, statement, colleague, "Sec")
        save(assessment, statement, colleague, "Second, longer")
        assert SetAside.objects.get().evidence == "Second, longer"

    def test_ones_own_earlier_save_on_the_way_is_nobody_elses(self, assessment, lead, statement):
        save(assessment, statement, lead, "Wor")
        assert save(assessment, statement, lead, "Words", based_on=0).outcome is Outcome.SAVED

    def test_settling_puts_two_texts_together_and_keeps_both_in_the_history(
        self, assessment, lead, colleague, statement
    ):
        save(assessment, statement, lead, "First")
        waiting = save(assessment, statement, colleague, "Second").set_aside
        actions.settle(waiting, by=colleague, content=Content(Stage.STARTED, evidence="First. Second"), based_on=1)
        assert current(assessment, statement).evidence == "First. Second"
        history = queries.history(assessment, statement)
        assert [answer.evidence for answer in history.versions] == ["First. Second", "First"]
        assert [text.evidence for text in history.set_aside] == ["Second"]
        assert "answer.settled" in events()

    def test_keeping_the_first_text_settles_it_without_a_new_version(self, assessment, lead, colleague, statement):
        save(assessment, statement, lead, "First")
        waiting = save(assessment, statement, colleague, "Second").set_aside
        actions.settle(waiting, by=lead, content=Content(Stage.STARTED, evidence="First"), based_on=1)
        waiting.refresh_from_db()
        assert waiting.settled_at is not None
        assert assessment.answers.count() == 1

    def test_a_third_text_while_two_are_put_together_goes_on_waiting(self, assessment, lead, colleague, statement):
        save(assessment, statement, lead, "First")
        waiting = save(assessment, statement, colleague, "Second").set_aside
        save(assessment, statement, lead, "Third", based_on=1)
        content = Content(Stage.STARTED, evidence="First and second")
        assert actions.settle(waiting, by=colleague, content=content, based_on=1).outcome is Outcome.SET_ASIDE
        waiting.refresh_from_db()
        assert (waiting.evidence, waiting.settled_at) == ("First and second", None)
        assert current(assessment, statement).evidence == "Third"

    def test_nothing_is_written_over_what_was_signed_off(self, assessment, lead, statement):
        actions.sign_off(assessment, by=lead)
        with pytest.raises(actions.SignedOffError):
            save(assessment, statement, lead, "Too late")

    def test_the_database_lets_one_writer_win_a_version(self, assessment, statement):
        AnswerFactory(assessment=assessment, statement=statement, version=1)
        with pytest.raises(IntegrityError, match=r"one_writer_wins|UNIQUE"), transaction.atomic():
            AnswerFactory(assessment=assessment, statement=statement, version=1)


class TestWhoWasHeard:
    def record(self, assessment, lead, statement, **numbers):
        numbers = {"staff": 3, "service_users": 0, "carers": 0, "not_heard": ""} | numbers
        return actions.record_heard(assessment, statement.section, by=lead, **numbers)

    def test_the_latest_counts_and_the_earlier_stays(self, assessment, lead, statement):
        self.record(assessment, lead, statement)
        self.record(assessment, lead, statement, service_users=2)
        assert assessment.heard.first().service_users == 2
        assert assessment.heard.count() == 2

    def test_the_same_numbers_again_add_nothing(self, assessment, lead, statement):
        self.record(assessment, lead, statement)
        self.record(assessment, lead, statement)
        assert assessment.heard.count() == 1

    def test_an_old_page_does_not_undo_what_a_colleague_wrote_meanwhile(self, assessment, lead, colleague, statement):
        shown = self.record(assessment, lead, statement)
        self.record(assessment, colleague, statement, carers=4, based_on=shown.pk)
        latest = self.record(assessment, lead, statement, service_users=2, based_on=shown.pk)
        assert (latest.staff, latest.service_users, latest.carers) == (3, 2, 4)

    def test_words_of_both_stand_below_each_other_however_often_they_are_saved(
        self, assessment, lead, colleague, statement
    ):
        shown = self.record(assessment, lead, statement)
        self.record(assessment, colleague, statement, not_heard="Carers", based_on=shown.pk)
        self.record(assessment, lead, statement, not_heard="Night", based_on=shown.pk)
        latest = self.record(assessment, lead, statement, not_heard="Night staff", based_on=shown.pk)
        assert latest.not_heard == "Carers\nNight staff"

    def test_an_empty_form_records_nothing(self, assessment, lead, statement):
        self.record(assessment, lead, statement, staff=0)
        assert not assessment.heard.exists()


class TestStarting:
    def test_an_organisation_that_provides_and_commissions_is_asked_as_both(self):
        council = OrganisationFactory(commissions=True)
        assessment = actions.start(council, an_edition(), by=None)
        assert (assessment.for_providers, assessment.for_commissioners) == (True, True)

    def test_starting_twice_finds_the_one_that_is_there(self, lead):
        organisation, edition = OrganisationFactory(), an_edition()
        first = actions.start(organisation, edition, by=lead)
        assert actions.start(organisation, edition, by=lead) == first
        assert events() == ["assessment.started"]

    def test_a_department_has_its_own_beside_that_of_the_whole(self, lead):
        unit, edition = UnitFactory(), an_edition()
        whole = actions.start(unit.organisation, edition, by=lead)
        assert actions.start(unit.organisation, edition, by=lead, unit=unit) != whole

    def test_an_example_organisation_makes_examples(self):
        assert actions.start(OrganisationFactory(is_example=True), an_edition(), by=None).is_example

    @pytest.mark.parametrize(
        ("providers", "commissioners", "asked"),
        [(True, False, ["both", "providers"]), (False, True, ["both", "commissioners"]), (True, True, None)],
    )
    def test_each_is_asked_what_is_for_them(self, providers, commissioners, asked):
        edition = an_edition(statements=0)
        section = edition.areas.get().sections.get()
        for audience in Audience.values:
            StatementFactory(section=section, audience=audience)
        assessment = AssessmentFactory(edition=edition, for_providers=providers, for_commissioners=commissioners)
        assert sorted(one.audience for one in statements_in(assessment)) == (asked or sorted(Audience.values))


class TestCarryingOn:
    def answered(self, assessment):
        return [
            AnswerFactory(assessment=assessment, statement=one, evidence=one.key) for one in statements_in(assessment)
        ]

    def test_a_new_year_starts_from_last_years_answers_and_asks_whether_each_is_still_true(self, assessment, lead):
        before = self.answered(assessment)
        new = actions.carry_on(assessment, assessment.edition, by=lead, year=YEAR + 1)
        answers = list(new.answers.current().order_by("statement"))
        assert [(one.stage, one.evidence, one.carried_from) for one in answers] == [
            (one.stage, one.evidence, one) for one in before
        ]
        assert all(one.needs_review for one in answers)

    def test_still_true_is_a_new_version_by_whoever_said_so(self, assessment, lead):
        [before, *_rest] = self.answered(assessment)
        new = actions.carry_on(assessment, assessment.edition, by=lead, year=YEAR + 1)
        save(new, before.statement, lead, before.evidence, based_on=1, still_true=True)
        now = current(new, before.statement)
        assert (now.version, now.needs_review, now.saved_by, now.evidence) == (2, False, lead, before.evidence)

    def test_without_a_tick_an_unchanged_answer_goes_on_waiting(self, assessment, lead):
        [before, *_rest] = self.answered(assessment)
        new = actions.carry_on(assessment, assessment.edition, by=lead, year=YEAR + 1)
        save(new, before.statement, lead, before.evidence, based_on=1)
        assert current(new, before.statement).needs_review

    def test_changing_it_is_another_look_too(self, assessment, lead):
        [before, *_rest] = self.answered(assessment)
        new = actions.carry_on(assessment, assessment.edition, by=lead, year=YEAR + 1)
        save(new, before.statement, lead, "Different now", based_on=1)
        assert not current(new, before.statement).needs_review

    def test_a_new_edition_keeps_what_has_the_same_words_and_asks_about_the_rest(self, assessment, lead):
        kept, changed = statements_in(assessment)
        self.answered(assessment)
        later = later_edition(assessment.edition, changes=[changed.key])
        new = actions.carry_on(assessment, later, by=lead, year=YEAR)
        review = dict(new.answers.current().values_list("statement__key", "needs_review"))
        assert review == {kept.key: False, changed.key: True}

    def test_the_old_words_are_shown_beside_the_new(self, assessment, lead):
        kept, changed = statements_in(assessment)
        self.answered(assessment)
        new = actions.carry_on(assessment, later_edition(assessment.edition, changes=[changed.key]), by=lead, year=YEAR)
        page = queries.section_page(new, statements_in(new)[0].section, lead)
        assert {one.statement.key: one.before and one.before.text for one in page.asked} == {
            kept.key: None,
            changed.key: changed.text,
        }

    def test_what_is_no_longer_asked_is_listed_with_its_answer(self, assessment, lead):
        gone, _kept = statements_in(assessment)
        self.answered(assessment)
        new = actions.carry_on(assessment, later_edition(assessment.edition, leaves_out=[gone.key]), by=lead, year=YEAR)
        assert [answer.statement for answer in queries.task_list(new).no_longer_asked] == [gone]

    def test_carrying_on_twice_makes_one(self, assessment, lead):
        self.answered(assessment)
        first = actions.carry_on(assessment, assessment.edition, by=lead, year=YEAR + 1)
        assert actions.carry_on(assessment, assessment.edition, by=lead, year=YEAR + 1) == first
        assert first.answers.count() == 2

    def test_whoever_begins_a_year_begins_from_the_year_before(self, assessment, lead):
        self.answered(assessment)
        new = actions.begin_year(assessment.organisation, assessment.edition, by=lead, year=YEAR + 1)
        assert new.carried_from == assessment
        assert new.answers.count() == 2

    def test_a_department_does_not_begin_from_the_answers_of_the_whole(self, assessment, lead):
        self.answered(assessment)
        unit = UnitFactory(organisation=assessment.organisation)
        new = actions.begin_year(assessment.organisation, assessment.edition, by=lead, unit=unit, year=YEAR + 1)
        assert new.carried_from is None

    def test_an_organisation_that_commissions_since_then_is_asked_as_both(self, assessment, lead):
        self.answered(assessment)
        new = actions.begin_year(
            assessment.organisation, assessment.edition, by=lead, year=YEAR + 1, for_commissioners=True
        )
        assert (new.for_providers, new.for_commissioners) == (True, True)

    def test_answers_that_still_wait_stop_the_sign_off(self, assessment, lead):
        self.answered(assessment)
        new = actions.carry_on(assessment, assessment.edition, by=lead, year=YEAR + 1)
        with pytest.raises(actions.NotAllReviewedError):
            actions.sign_off(new, by=lead)


class TestSigningOff:
    def test_it_is_recorded_once_however_often_the_button_is_pressed(self, assessment, lead):
        assert actions.sign_off(assessment, by=lead) == actions.sign_off(assessment, by=lead)
        assert events() == ["assessment.signed_off"]

    def test_opening_it_again_keeps_the_sign_off_on_the_record(self, assessment, lead, statement):
        actions.sign_off(assessment, by=lead)
        actions.reopen(assessment, by=lead)
        assert assessment.sign_offs.get().reopened_by == lead
        assert save(assessment, statement, lead, "Put right").outcome is Outcome.SAVED

    def test_others_read_it_only_while_it_is_signed_off_and_shared(self, assessment, lead):
        other = somebody_who(
            Role.Kind.LEAD, AssessmentFactory(organisation__partnership=assessment.organisation.partnership)
        )
        visible = type(assessment).objects.visible_to(other).filter(pk=assessment.pk)
        actions.choose_sharing(assessment, by=lead, sharing=Sharing.PARTNERSHIP)
        assert not visible.exists()
        actions.sign_off(assessment, by=lead)
        assert visible.exists()
        actions.reopen(assessment, by=lead)
        assert not visible.exists()


class TestLinks:
    def test_the_database_holds_only_a_hash_of_the_token(self, assessment, lead, statement):
        link, token = actions.make_link(assessment, by=lead, speaker=Speaker.CARER, days=7, section=statement.section)
        stored = [str(value) for value in ContributionLink.objects.values_list().get()]
        assert not any(token in value for value in stored)
        assert ContributionLink.objects.with_token(token).get() == link
        assert not ContributionLink.objects.with_token(token + "x").exists()

    def test_a_link_ends_by_itself(self, assessment, lead, statement):
        link, _token = actions.make_link(assessment, by=lead, speaker=Speaker.CARER, days=7, section=statement.section)
        assert link.is_usable
        with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
            assert not link.is_usable

    def test_stopping_a_link_twice_is_recorded_once(self, lead):
        link = LinkFactory()
        actions.revoke_link(link, by=lead)
        actions.revoke_link(link, by=lead)
        assert not link.is_usable
        assert events() == ["link.revoked"]

    def test_the_questions_close_when_the_lead_signs_off(self, lead):
        link = LinkFactory()
        actions.sign_off(link.assessment, by=lead)
        link.assessment.refresh_from_db()
        assert not link.is_usable

    def test_whether_it_made_a_difference_is_asked_after_the_sign_off_too(self, lead):
        link = LinkFactory(purpose=ContributionLink.Purpose.DIFFERENCE)
        actions.sign_off(link.assessment, by=lead)
        link.assessment.refresh_from_db()
        assert link.is_usable


class TestContributing:
    @pytest.fixture
    def contributor(self):
        return ContributorFactory()

    @pytest.fixture
    def about(self, contributor):
        return statements_in(contributor.link.assessment)[0]

    def test_saying_it_in_a_new_way_replaces_the_old(self, contributor, about):
        actions.say(contributor, about, stage="", text="First")
        actions.say(contributor, about, stage=Stage.NOT_YET, text="Better")
        assert contributor.voices.current().get().text == "Better"
        assert contributor.voices.count() == 2

    def test_saying_the_same_twice_is_said_once(self, contributor, about):
        actions.say(contributor, about, stage="", text="Once")
        actions.say(contributor, about, stage="", text="Once")
        assert contributor.voices.count() == 1

    def test_saying_nothing_takes_it_out(self, contributor, about):
        actions.say(contributor, about, stage="", text="Words")
        actions.say(contributor, about, stage="", text="")
        assert not contributor.voices.current().exists()
        assert not Voice.objects.exclude(text="").exists()

    def test_somebody_who_took_it_out_can_speak_again(self, contributor, about):
        actions.say(contributor, about, stage="", text="Words")
        actions.say(contributor, about, stage="", text="")
        actions.say(contributor, about, stage="", text="Again")
        assert contributor.voices.current().get().text == "Again"

    def test_erasing_leaves_no_word_in_any_version_and_the_record_whole(self, contributor, about):
        actions.say(contributor, about, stage=Stage.STARTED, text="First secret")
        actions.say(contributor, about, stage=Stage.NOT_YET, text="Second secret")
        actions.reply_whether_it_made_a_difference(contributor, reply="no", text="Third secret")
        actions.erase_contributor(contributor)
        assert set(contributor.voices.values_list("stage", "text")) == {("", "")}
        assert set(contributor.differences.values_list("text", flat=True)) == {""}
        assert events().count("voice.erased") == 2
        assert events().count("difference.erased") == 1

    def test_a_second_thought_takes_the_place_of_the_first(self, contributor):
        actions.reply_whether_it_made_a_difference(contributor, reply="no", text="")
        actions.reply_whether_it_made_a_difference(contributor, reply="some", text="")
        assert contributor.differences.get(erased_at=None).reply == "some"


class TestVoices:
    def seen_by(self, user, assessment, statement):
        page = queries.section_page(assessment, statement.section, user)
        asked = next(one for one in page.asked if one.statement == statement)
        return sum(len(seat.voices) for seat in asked.seats), asked.heard

    def test_only_the_lead_reads_voices_until_they_are_shared(self, assessment, lead, colleague, statement):
        VoiceFactory(assessment=assessment, statement=statement, people=3)
        assert self.seen_by(lead, assessment, statement) == (1, 3)
        assert self.seen_by(colleague, assessment, statement) == (0, 0)

    def test_whoever_wrote_a_voice_down_goes_on_reading_it(self, assessment, colleague, statement):
        VoiceFactory(assessment=assessment, statement=statement, recorded_by=colleague)
        assert self.seen_by(colleague, assessment, statement) == (1, 1)

    def test_colleagues_may_be_told_only_how_many_were_heard(self, assessment, lead, colleague, statement):
        VoiceFactory(assessment=assessment, statement=statement, people=6)
        actions.share_voices(assessment, by=lead, what=Seen.COUNTS.value, sharing=Sharing.ONLY_US, was_warned=False)
        assert self.seen_by(colleague, assessment, statement) == (0, 6)

    def test_the_lead_may_change_their_mind(self, assessment, lead, colleague, statement):
        VoiceFactory(assessment=assessment, statement=statement)
        actions.share_voices(assessment, by=lead, what=Seen.WORDS.value, sharing=Sharing.ONLY_US, was_warned=True)
        assert self.seen_by(colleague, assessment, statement) == (1, 1)
        actions.share_voices(assessment, by=lead, what=Seen.NOTHING.value, sharing=Sharing.ONLY_US, was_warned=True)
        assert self.seen_by(colleague, assessment, statement) == (0, 0)

    def test_sharing_the_answers_further_later_does_not_take_the_voices_along(self, assessment, lead, statement):
        VoiceFactory(assessment=assessment, statement=statement)
        partner = somebody_who(
            Role.Kind.LEAD, AssessmentFactory(organisation__partnership=assessment.organisation.partnership)
        )
        actions.share_voices(assessment, by=lead, what=Seen.WORDS.value, sharing=Sharing.ONLY_US, was_warned=True)
        actions.choose_sharing(assessment, by=lead, sharing=Sharing.PARTNERSHIP)
        actions.sign_off(assessment, by=lead)
        assert self.seen_by(partner, assessment, statement) == (0, 0)

    def test_a_voice_of_another_department_is_not_read_by_its_lead(self, assessment, statement):
        unit = UnitFactory(organisation=assessment.organisation)
        lead_of_unit = somebody_who(Role.Kind.LEAD, AssessmentFactory(organisation=assessment.organisation, unit=unit))
        VoiceFactory(assessment=assessment, statement=statement)
        assert self.seen_by(lead_of_unit, assessment, statement) == (0, 0)

    def test_putting_it_better_leaves_one_voice(self, assessment, lead, statement):
        voice = VoiceFactory(assessment=assessment, statement=statement, recorded_by=lead, text="Old")
        said = {"speaker": voice.speaker, "people": 2, "stage": "", "text": "New"}
        actions.record_voice(assessment, statement, said, by=lead, replaces=voice)
        assert assessment.voices.current().get().text == "New"

    def test_missing_seats_are_kept(self, assessment, lead, statement):
        page = queries.section_page(assessment, statement.section, lead)
        kept = [(seat.speaker, seat.symbol) for seat in page.asked[0].seats]
        assert kept == [(Speaker.STAFF, "seat"), (Speaker.SERVICE_USER, "seat"), (Speaker.CARER, "seat")]

    def test_an_erased_voice_keeps_no_earlier_wording(self, assessment, lead, statement):
        old = VoiceFactory(assessment=assessment, statement=statement, text="Old")
        new = VoiceFactory(assessment=assessment, statement=statement, text="New", replaces=old)
        actions.erase_voice(new, by=lead)
        assert set(Voice.objects.values_list("text", flat=True)) == {""}


class TestWhoCouldBeRecognised:
    def test_the_same_people_at_several_statements_are_counted_once(self, assessment):
        for one in statements_in(assessment):
            VoiceFactory(assessment=assessment, statement=one, speaker=Speaker.CARER, people=3)
        assert queries.voices_page(assessment).people == {Speaker.CARER: 3}

    def test_a_department_with_few_staff_is_small(self):
        assessment = AssessmentFactory(unit=UnitFactory(staff=6))
        assert queries.voices_page(assessment).is_small_team

    def test_a_large_department_is_not(self):
        assessment = AssessmentFactory(unit=UnitFactory(staff=60))
        assert not queries.voices_page(assessment).is_small_team


class TestSharingWhatWorks:
    def share(self, assessment, statement, lead, text="We phone first."):
        return actions.share_practice(
            assessment, statement, by=lead, text=text, how_to_ask="", sharing=Sharing.PARTNERSHIP
        )

    def test_pressing_twice_offers_once(self, assessment, lead, statement):
        assert self.share(assessment, statement, lead) == self.share(assessment, statement, lead)

    def test_new_words_take_the_place_of_the_old(self, assessment, lead, statement):
        self.share(assessment, statement, lead)
        self.share(assessment, statement, lead, "We text first.")
        assert SharedPractice.objects.current().get().text == "We text first."

    def test_a_withdrawn_practice_is_shown_to_nobody(self, assessment, lead, statement):
        actions.withdraw_practice(self.share(assessment, statement, lead), by=lead)
        assert not SharedPractice.objects.visible_to(lead).exists()


class TestBeingHere:
    def test_somebody_who_was_here_a_moment_ago_is_shown_and_then_forgotten(
        self, assessment, lead, colleague, statement
    ):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            actions.note_presence(assessment, statement.section, by=colleague)
            assert queries.people_here(assessment, statement.section, lead) == [colleague]
            assert queries.people_here(assessment, statement.section, colleague) == []
            clock.shift(datetime.timedelta(minutes=3))
            assert queries.people_here(assessment, statement.section, lead) == []

    def test_staying_takes_one_seat(self, assessment, colleague, statement):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _time in range(3):
                actions.note_presence(assessment, statement.section, by=colleague)
                clock.shift(datetime.timedelta(seconds=30))
        assert Presence.objects.count() == 1


class TestDatabasePromises:
    def test_a_voice_says_something(self, assessment):
        with pytest.raises(IntegrityError), transaction.atomic():
            VoiceFactory(assessment=assessment, text="", stage="")

    def test_a_band_stands_on_five_others_at_least(self, statement):

        one_round = Round.objects.create(
            partnership=OrganisationFactory().partnership,
            edition=statement.section.area.edition,
            title="Example round",
            year=YEAR,
            due_on=datetime.date(YEAR, 12, 1),
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Band.objects.create(
                round=one_round, statement=statement, lowest=Stage.NOT_YET, highest=Stage.USUAL, organisations=5
            )


def test_answers_are_found_by_where_they_stand(assessment, lead):
    one, two = statements_in(assessment)
    AnswerFactory(assessment=assessment, statement=one, stage=Stage.OTHERS_COULD_LEARN)
    AnswerFactory(assessment=assessment, statement=two, stage=Stage.UNKNOWN)
    assert Answer.objects.strengths().get().statement == one
    assert Answer.objects.gaps().get().statement == two
