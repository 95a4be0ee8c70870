import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from hub.accounts.tests.second_check import pass_second_check
from hub.assessments.models import Answer, Assessment
from hub.assessments.tests.factories import VoiceFactory
from hub.commitments.models import Ask, Commitment, Measure, Reading, Update
from hub.commitments.tests.factories import (
    AskFactory,
    MeasureFactory,
    OfferFactory,
    OrganisationFactory,
    PracticeFactory,
    ReadingFactory,
    SharedPracticeFactory,
    StatementFactory,
    TargetFactory,
    UpdateFactory,
    somebody,
    told_by_group,
)
from hub.organisations.tests.factories import RoleFactory, UnitFactory
from hub.pledges.models import Pledge, Publication
from hub.pledges.tests.factories import PledgeFactory, date_of, form_of, gap, lead_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def lead(organisation):
    return lead_of(organisation)


@pytest.fixture
def pledge(organisation):
    return PledgeFactory(organisation=organisation)


@pytest.fixture
def as_lead(client, lead):
    client.force_login(lead)
    return client


def address(name, *args):
    return reverse(f"pledges:{name}", args=args)


def text_of(response):
    return response.content.decode()


class TestMakingAPledge:
    def test_a_gap_gives_the_four_questions_their_first_words(self, as_lead, organisation):
        answer = gap(organisation)
        page = text_of(as_lead.get(address("make_pledge"), {"answer": answer.pk}))
        assert "This is not true for us yet" in page
        assert "What is in the way: No budget" in page
        assert "Book an interpreter by phone for the same day." in page
        assert "In a year we can say" in page
        assert Pledge.objects.count() == 0

    def test_saving_makes_a_pledge_that_only_we_see(self, as_lead, organisation, lead):
        answer = gap(organisation)
        response = as_lead.post(
            address("make_pledge") + f"?answer={answer.pk}",
            form_of(
                title="An interpreter at the first visit",
                inequality="Many come without one",
                action="Ask at referral",
                statements=[answer.statement_id],
                owner=lead.pk,
                year=timezone.localdate().year,
                **date_of("due_on", datetime.date(2027, 3, 31)),
            ),
        )
        made = Pledge.objects.get()
        assert response.url == made.get_absolute_url()
        assert (made.sharing, made.from_answer, made.assessment) == ("only_us", answer, answer.assessment)
        assert made.commitment.owner == lead
        assert list(made.commitment.statements.all()) == [answer.statement]

    def test_pressing_twice_makes_one(self, as_lead):
        form = form_of(title="Meet in other places", action="Look for rooms", year=timezone.localdate().year)
        first = as_lead.post(address("make_pledge"), form)
        second = as_lead.post(address("make_pledge"), form)
        assert first.url == second.url
        assert Pledge.objects.count() == 1

    def test_a_pledge_needs_no_assessment(self, as_lead):
        as_lead.post(address("make_pledge"), form_of(title="Meet in other places", year=timezone.localdate().year))
        assert Pledge.objects.get().assessment is None

    def test_a_fourth_pledge_is_nudged_and_still_made(self, as_lead, organisation):
        for _ in range(3):
            PledgeFactory(organisation=organisation, year=timezone.localdate().year)
        assert "You can still make this one" in text_of(as_lead.get(address("make_pledge")))
        as_lead.post(address("make_pledge"), form_of(title="A fourth", year=timezone.localdate().year))
        assert Pledge.objects.count() == 4

    def test_the_third_pledge_is_not_nudged(self, as_lead, organisation):
        for _ in range(2):
            PledgeFactory(organisation=organisation, year=timezone.localdate().year)
        assert "You can still make this one" not in text_of(as_lead.get(address("make_pledge")))

    def test_what_was_typed_comes_back_with_a_sentence(self, as_lead):
        response = as_lead.post(
            address("make_pledge"),
            form_of(title="", action="x" * 4001, **{"due_on-day": "31", "due_on-month": "2", "due_on-year": "2027"}),
        )
        page = text_of(response)
        assert "Shorten this to 4000 characters" in page
        assert "x" * 4001 in page
        assert Pledge.objects.count() == 0

    def test_somebody_elses_answer_is_not_found(self, as_lead):
        other = gap(OrganisationFactory())
        assert as_lead.get(address("make_pledge"), {"answer": other.pk}).status_code == 404

    def test_a_nonsense_number_is_as_good_as_none(self, as_lead):
        assert as_lead.get(address("make_pledge"), {"answer": "9" * 40}).status_code == 200

    def test_who_works_in_two_places_chooses_one(self, as_lead, lead):
        other = OrganisationFactory()
        lead.roles.create(kind="colleague", partnership=other.partnership, organisation=other)
        page = text_of(as_lead.get(address("make_pledge")))
        assert "Who makes this pledge?" in page
        assert other.name in page

    def test_a_board_member_makes_none(self, client, organisation):
        client.force_login(somebody("board", partnership=organisation.partnership))
        assert client.get(address("make_pledge")).status_code == 404


class TestReadingAPledge:
    def test_it_shows_the_four_questions_and_where_it_stands(self, as_lead, pledge):
        UpdateFactory(commitment=pledge.commitment, stage="stuck", help_wanted="A room")
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "Many people come without one." in page
        assert "Stuck" in page

    def test_what_is_still_open_is_said(self, as_lead, pledge):
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "Still open" in page
        assert "Say who looks after it" in page

    def test_what_a_source_does_not_say_is_not_made_up(self, as_lead, pledge):
        Commitment.objects.filter(pk=pledge.commitment_id).update(
            source="A published page", outcome="", due_on=None, owner_role=""
        )
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "Not stated in the source" in page
        assert "Still open" not in page
        assert "Not said yet" not in page

    def test_a_stranger_finds_nothing(self, client, pledge):
        client.force_login(lead_of(OrganisationFactory()))
        assert client.get(pledge.get_absolute_url()).status_code == 404

    def test_nobody_in_particular_is_asked_to_sign_in(self, client, pledge):
        assert client.get(pledge.get_absolute_url()).status_code == 302

    def test_a_partner_reads_a_shared_pledge_without_names_or_ways_to_change_it(self, client, pledge, lead):
        Pledge.objects.filter(pk=pledge.pk).update(sharing="partnership")
        Commitment.objects.filter(pk=pledge.commitment_id).update(owner=lead, owner_role="Manager")
        UpdateFactory(commitment=pledge.commitment, made_by=lead)
        client.force_login(somebody("board", partnership=pledge.organisation.partnership))
        page = text_of(client.get(pledge.get_absolute_url()))
        assert "Manager" in page
        assert lead.name not in page
        assert "Say how it is going" not in page

    def test_an_owner_who_left_is_noticed(self, as_lead, pledge):
        gone = somebody("colleague", pledge.organisation, name="Gone Person")
        Commitment.objects.filter(pk=pledge.commitment_id).update(owner=gone)
        assert "does not work here any more" not in text_of(as_lead.get(pledge.get_absolute_url()))
        gone.roles.update(ended_at=timezone.now())
        assert "Gone Person does not work here any more" in text_of(as_lead.get(pledge.get_absolute_url()))

    def test_it_takes_the_same_queries_however_much_happened(self, as_lead, pledge, django_assert_max_num_queries):
        def grow():
            measure = MeasureFactory(commitment=pledge.commitment)
            TargetFactory(measure=measure)
            for month in range(1, 7):
                update = UpdateFactory(commitment=pledge.commitment, changed="Something")
                ReadingFactory(measure=measure, update=update, on=datetime.date(2026, month, 1))
                UpdateFactory(commitment=pledge.commitment, corrects=update)
            OfferFactory(ask=AskFactory(organisation=pledge.organisation, commitment=pledge.commitment))

        grow()
        with django_assert_max_num_queries(100) as few:
            as_lead.get(pledge.get_absolute_url())
        for _ in range(4):
            grow()
        with django_assert_max_num_queries(100) as many:
            as_lead.get(pledge.get_absolute_url())
        assert 5 < len(few) <= 30
        assert len(many) == len(few)


class TestChangingTheWords:
    def change(self, client, pledge, **answers):
        form = {"title": "New title", "action": "New words", "seen": pledge.commitment.version, **answers}
        return client.post(address("change_pledge", pledge.pk), form)

    def test_what_it_said_before_stays_in_sight(self, as_lead, pledge):
        self.change(as_lead, pledge)
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "New title" in page
        assert "An interpreter at the first visit" in page

    def test_the_second_of_two_writers_sees_both_and_loses_nothing(self, as_lead, pledge):
        seen = pledge.commitment.version
        self.change(as_lead, pledge, title="First writer", seen=seen)
        response = self.change(as_lead, pledge, title="Second writer", seen=seen)
        page = text_of(response)
        assert "Somebody changed this while you were writing" in page
        assert "First writer" in page
        assert "Second writer" in page
        assert Commitment.objects.get(pk=pledge.commitment_id).title == "First writer"

    def test_saving_again_after_seeing_both_keeps_theirs_as_history(self, as_lead, pledge):
        seen = pledge.commitment.version
        self.change(as_lead, pledge, title="First writer", seen=seen)
        self.change(as_lead, pledge, title="Second writer", seen=seen + 1)
        commitment = Commitment.objects.get(pk=pledge.commitment_id)
        assert commitment.title == "Second writer"
        assert commitment.wordings.first().title == "First writer"

    def test_a_commissioner_who_reads_it_cannot_change_it(self, client, pledge):
        Pledge.objects.filter(pk=pledge.pk).update(sharing="commissioners")
        client.force_login(somebody("commissioner", partnership=pledge.organisation.partnership))
        assert client.get(pledge.get_absolute_url()).status_code == 200
        assert self.change(client, pledge).status_code == 404


class TestHandingOverAndCarryingOn:
    def test_handing_over_keeps_who_did_it_before(self, as_lead, pledge, lead):
        Commitment.objects.filter(pk=pledge.commitment_id).update(owner=lead)
        new = somebody("colleague", pledge.organisation, name="New Person")
        as_lead.post(address("hand_over", pledge.pk), form_of(to=new.pk, owner_role="Worker", words="Ask the library"))
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert Commitment.objects.get(pk=pledge.commitment_id).owner == new
        assert "Ask the library" in page

    def test_it_is_handed_only_to_somebody_who_works_there(self, as_lead, pledge):
        stranger = lead_of(OrganisationFactory())
        response = as_lead.post(address("hand_over", pledge.pk), form_of(to=stranger.pk))
        assert response.status_code == 200
        assert Commitment.objects.get(pk=pledge.commitment_id).owner is None

    def test_next_year_starts_from_where_this_one_stands(self, as_lead, pledge):
        measure = MeasureFactory(commitment=pledge.commitment)
        TargetFactory(measure=measure)
        ReadingFactory(measure=measure, is_baseline=True)
        ReadingFactory(measure=measure, on=datetime.date(2026, 10, 1), numerator=27, denominator=46)
        as_lead.post(address("carry_on", pledge.pk), form_of(**date_of("due_on", datetime.date(2028, 3, 31))))
        new = Pledge.objects.get(continues=pledge)
        assert new.year == pledge.year + 1
        start = Reading.objects.get(measure__commitment=new.commitment)
        assert (start.is_baseline, start.numerator, start.denominator) == (True, 27, 46)
        assert new.commitment.measures.get().targets.get().value == 80

    def test_a_pledge_is_carried_on_once(self, as_lead, pledge):
        as_lead.post(address("carry_on", pledge.pk), form_of())
        as_lead.post(address("carry_on", pledge.pk), form_of())
        assert Pledge.objects.filter(continues=pledge).count() == 1


class TestReporting:
    def test_a_stage_alone_is_an_update(self, as_lead, pledge):
        as_lead.post(address("report_progress", pledge.pk), form_of(stage="moving"))
        assert Update.objects.get().stage == "moving"

    def test_being_stuck_means_saying_what_would_help(self, as_lead, pledge):
        page = text_of(as_lead.post(address("report_progress", pledge.pk), form_of(stage="stuck", happened="We wait")))
        assert "Say what would help" in page
        assert "We wait" in page
        assert Update.objects.count() == 0

    def test_stuck_can_ask_the_group_in_the_same_go(self, as_lead, pledge):
        form = form_of(stage="stuck", help_wanted="A room in the north", asks_the_group="on")
        as_lead.post(address("report_progress", pledge.pk), form)
        as_lead.post(address("report_progress", pledge.pk), form)
        ask = Ask.objects.get()
        assert (ask.text, ask.commitment, ask.organisation) == (
            "A room in the north",
            pledge.commitment,
            pledge.organisation,
        )
        assert Update.objects.count() == 1

    def test_the_group_is_not_asked_unless_they_want_it(self, as_lead, pledge):
        as_lead.post(address("report_progress", pledge.pk), form_of(stage="stuck", help_wanted="A room"))
        assert Ask.objects.count() == 0

    def test_stopping_says_why(self, as_lead, pledge):
        page = text_of(as_lead.post(address("report_progress", pledge.pk), form_of(stage="stopped")))
        assert "Say why it stopped" in page

    def test_an_update_brings_its_figures(self, as_lead, pledge):
        measure = MeasureFactory(commitment=pledge.commitment)
        form = form_of(
            stage="moving", **{f"measure{measure.pk}-numerator": "27", f"measure{measure.pk}-denominator": "46"}
        )
        as_lead.post(address("report_progress", pledge.pk), form)
        reading = Reading.objects.get()
        assert (reading.numerator, reading.denominator, reading.update) == (27, 46, Update.objects.get())
        assert "59% (27 of 46)" in text_of(as_lead.get(pledge.get_absolute_url()))

    def test_words_in_a_number_are_met_kindly(self, as_lead, pledge):
        measure = MeasureFactory(commitment=pledge.commitment)
        form = form_of(stage="moving", happened="Good", **{f"measure{measure.pk}-numerator": "much better"})
        page = text_of(as_lead.post(address("report_progress", pledge.pk), form))
        assert "That looks like words" in page
        assert "much better" in page
        assert Update.objects.count() == 0

    def test_more_than_all_of_them_is_noticed(self, as_lead, pledge):
        measure = MeasureFactory(commitment=pledge.commitment)
        form = form_of(
            stage="moving", **{f"measure{measure.pk}-numerator": "50", f"measure{measure.pk}-denominator": "40"}
        )
        assert "cannot be larger" in text_of(as_lead.post(address("report_progress", pledge.pk), form))

    def test_a_correction_leaves_the_wrong_one_in_sight(self, as_lead, pledge):
        wrong = UpdateFactory(commitment=pledge.commitment, stage="kept", happened="All done")
        as_lead.post(address("correct_update", pledge.pk, wrong.pk), form_of(stage="moving", happened="Half done"))
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "All done" in page
        assert "Half done" in page
        assert "This was put right later." in page

    def test_the_second_correction_of_one_update_is_told(self, as_lead, pledge):
        wrong = UpdateFactory(commitment=pledge.commitment)
        for words in ("First", "Second"):
            response = as_lead.post(
                address("correct_update", pledge.pk, wrong.pk), form_of(stage="moving", happened=words)
            )
        assert "Somebody else has just put this right" in text_of(response)
        assert "Second" in text_of(response)
        assert Update.objects.filter(corrects=wrong).count() == 1

    def test_the_owner_reports_without_a_role_in_that_unit(self, client, pledge):
        stranger = lead_of(OrganisationFactory())
        client.force_login(stranger)
        assert client.post(address("report_progress", pledge.pk), form_of(stage="moving")).status_code == 404


class TestMeasures:
    def test_only_what_fits_the_kind_is_asked(self, as_lead, pledge):
        cadence = text_of(as_lead.get(address("add_measure", pledge.pk, "cadence")))
        assert "At most how many weeks apart?" in cadence
        assert "What are you counting?" not in cadence
        share = text_of(as_lead.get(address("add_measure", pledge.pk, "share")))
        assert "Out of how many?" in share
        assert "weeks apart" not in share

    def test_a_kind_that_does_not_exist_is_not_found(self, as_lead, pledge):
        assert as_lead.get(address("add_measure", pledge.pk, "dial")).status_code == 404

    def test_choosing_a_kind_leads_to_its_questions(self, as_lead, pledge):
        response = as_lead.post(address("choose_measure", pledge.pk), {"kind": "survey"})
        assert response.url == address("add_measure", pledge.pk, "survey")

    def test_a_measure_says_where_it_starts_or_by_when_it_will_know(self, as_lead, pledge):
        form = form_of(name="had an interpreter", per="100", counting="things", direction="up")
        assert "Say where you start" in text_of(as_lead.post(address("add_measure", pledge.pk, "share"), form))
        form |= date_of("baseline_due_on", datetime.date(2027, 1, 31))
        as_lead.post(address("add_measure", pledge.pk, "share"), form)
        assert Measure.objects.get().baseline_due_on == datetime.date(2027, 1, 31)

    def test_a_changed_target_keeps_the_old_one_and_why(self, as_lead, pledge):
        measure = MeasureFactory(commitment=pledge.commitment)
        TargetFactory(measure=measure, value=70)
        form = form_of(value="80", reason="It went faster than we thought", **date_of("by", datetime.date(2027, 3, 31)))
        as_lead.post(address("set_target", pledge.pk, measure.pk), form)
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "80%" in page
        assert "the target was: 70%" in page
        assert "It went faster than we thought" in page

    def test_changing_a_target_says_why(self, as_lead, pledge):
        measure = MeasureFactory(commitment=pledge.commitment)
        TargetFactory(measure=measure)
        response = as_lead.post(address("set_target", pledge.pk, measure.pk), form_of(value="80"))
        assert response.status_code == 200
        assert measure.targets.count() == 1

    def test_a_figure_that_is_put_right_stays_in_sight(self, as_lead, pledge):
        reading = ReadingFactory(measure=MeasureFactory(commitment=pledge.commitment))
        prefix = f"measure{reading.measure_id}-"
        form = form_of(
            **{prefix + "numerator": "24", prefix + "denominator": "40"}, **date_of(prefix + "on", reading.on)
        )
        form[prefix + "once"] = form.pop("once")
        as_lead.post(address("correct_reading", pledge.pk, reading.measure_id, reading.pk), form)
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "it said 35% (14 of 40), and now says 60% (24 of 40)" in page

    def test_a_figure_is_told_by_group_put_right_and_stays_in_sight(self, as_lead, pledge):
        measure = MeasureFactory(commitment=pledge.commitment)
        prefix = f"measure{measure.pk}-"

        def say(name, *where, groups):
            typed = {"numerator": "10", "denominator": "100", "groups": groups}
            form = form_of(
                **{prefix + name: value for name, value in typed.items()},
                **date_of(prefix + "on", datetime.date(2026, 4, 1)),
            )
            form[prefix + "once"] = form.pop("once")
            return as_lead.post(address(name, pledge.pk, measure.pk, *where), form)

        page = text_of(say("add_reading", groups="Women: 7 of 40\nMen: 30 of six"))
        assert "Line 2: write the group, then how many of how many" in page
        assert "Men: 30 of six" in page
        say("add_reading", groups="Women: 7 of 40\nMen: 3 of 60")
        wrong = measure.readings.get()
        assert "Women: 7 of 40" in text_of(as_lead.get(address("correct_reading", pledge.pk, measure.pk, wrong.pk)))
        say("correct_reading", wrong.pk, groups="Women: 8 of 40\nMen: 2 of 60")
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "it said 10% (10 of 100); Women: 7 of 40; Men: 3 of 60, and now says" in page
        assert "20%</b> (8 of 40)" in page

    def test_a_partner_reads_the_whole_and_not_by_group(self, client, as_lead, pledge):
        told_by_group(MeasureFactory(commitment=pledge.commitment))
        Pledge.objects.filter(pk=pledge.pk).update(sharing="partnership")
        assert "Women over 60" in text_of(as_lead.get(pledge.get_absolute_url()))
        client.force_login(somebody("board", partnership=pledge.organisation.partnership))
        page = text_of(client.get(pledge.get_absolute_url()))
        assert "9,412" in page
        assert "over 60" not in page

    def test_what_is_told_by_group_is_carried_on_with_the_pledge(self, as_lead, pledge):
        told_by_group(MeasureFactory(commitment=pledge.commitment))
        as_lead.post(address("carry_on", pledge.pk), form_of())
        start = Reading.objects.get(is_baseline=True)
        assert [(part.label, part.count, part.out_of) for part in start.groups] == [
            ("Women over 60", 7731, 8187), ("Men over 60", 388, 1200),
        ]  # fmt: skip

    def test_a_measure_that_goes_another_way_says_how_it_was(self, as_lead, pledge):
        measure = MeasureFactory(
            commitment=pledge.commitment, direction="up_then_down", direction_reason="More people tell us",
            review_on=datetime.date(2026, 1, 31),
        )  # fmt: skip
        assert "It is time to look at this again." in text_of(as_lead.get(pledge.get_absolute_url()))
        as_lead.post(address("turn_measure", pledge.pk, measure.pk), form_of(direction="down"))
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "We want this to go down." in page
        assert "it was to go: Up at first, down later. More people tell us" in " ".join(page.split())

    def test_a_measure_of_another_pledge_is_not_found(self, as_lead, pledge):
        other = MeasureFactory()
        assert as_lead.get(address("add_reading", pledge.pk, other.pk)).status_code == 404

    def test_a_measure_nobody_uses_is_set_aside_not_lost(self, as_lead, pledge):
        measure = ReadingFactory(measure=MeasureFactory(commitment=pledge.commitment)).measure
        as_lead.post(address("end_measure", pledge.pk, measure.pk))
        page = text_of(as_lead.get(pledge.get_absolute_url()))
        assert "Measures we stopped using" in page
        assert measure.name not in text_of(as_lead.get(address("report_progress", pledge.pk)))


class TestSharing:
    def share(self, client, pledge, page="choose_sharing", **answers):
        return client.post(address(page, pledge.pk), form_of(**answers))

    def test_everyone_needs_a_consent_in_words(self, as_lead, pledge):
        assert "Tick this if your organisation agrees" in text_of(self.share(as_lead, pledge, sharing="everyone"))
        pledge.refresh_from_db()
        assert pledge.sharing == "only_us"
        self.share(as_lead, pledge, sharing="everyone", consents="on")
        pledge.refresh_from_db()
        assert pledge.sharing == "everyone"
        assert Publication.objects.get().sharing == "everyone"

    def test_taking_back_is_always_possible_and_stays_on_the_record(self, as_lead, pledge):
        self.share(as_lead, pledge, sharing="everyone", consents="on")
        self.share(as_lead, pledge, sharing="partnership", words="We want to talk first")
        assert list(Pledge.objects.withdrawn()) == [pledge]
        assert Publication.objects.count() == 2

    def test_a_pledge_that_was_never_public_is_not_withdrawn(self, as_lead, pledge):
        self.share(as_lead, pledge, sharing="partnership")
        assert not Pledge.objects.withdrawn()

    def test_four_answers_come_before_everybody(self, as_lead, pledge):
        Commitment.objects.filter(pk=pledge.commitment_id).update(knowing="")
        self.share(as_lead, pledge, sharing="everyone", consents="on")
        pledge.refresh_from_db()
        assert pledge.sharing == "only_us"

    def test_a_colleague_does_not_decide(self, client, pledge):
        client.force_login(somebody("colleague", pledge.organisation))
        assert self.share(client, pledge, sharing="partnership").status_code == 404

    def test_with_an_approver_the_lead_only_says_that_it_is_ready(
        self, as_lead, pledge, django_capture_on_commit_callbacks
    ):
        approver = somebody("approver", pledge.organisation)
        self.share(as_lead, pledge, sharing="everyone", consents="on")
        pledge.refresh_from_db()
        assert pledge.sharing == "only_us"
        with django_capture_on_commit_callbacks(execute=True):
            as_lead.post(address("ask_approvers", pledge.pk))
        assert mail.outbox[0].to == [approver.email]
        assert address("publish", pledge.pk) in mail.outbox[0].body

    def test_a_lead_may_take_back_what_an_approver_published(self, as_lead, pledge):
        somebody("approver", pledge.organisation)
        Pledge.objects.filter(pk=pledge.pk).update(sharing="everyone")
        self.share(as_lead, pledge, sharing="only_us")
        pledge.refresh_from_db()
        assert pledge.sharing == "only_us"

    def test_an_approver_without_a_second_factor_is_asked_for_one(self, client, pledge):
        client.force_login(somebody("approver", pledge.organisation))
        response = self.share(client, pledge, "publish", sharing="everyone", consents="on")
        assert response.status_code == 302
        pledge.refresh_from_db()
        assert pledge.sharing == "only_us"

    def test_an_approver_with_a_second_factor_publishes(self, client, pledge):
        approver = somebody("approver", pledge.organisation)
        client.force_login(approver)
        pass_second_check(client, approver)
        self.share(client, pledge, "publish", sharing="everyone", consents="on")
        pledge.refresh_from_db()
        assert pledge.sharing == "everyone"

    def test_the_page_says_what_everybody_would_read_and_what_never(self, as_lead, pledge):
        page = text_of(as_lead.get(address("choose_sharing", pledge.pk)))
        assert "What everybody would read" in page
        assert "names of people" in page
        assert "Your assessment: you choose that separately." in page


class TestAsking:
    @pytest.fixture
    def ask(self, pledge, lead):
        return AskFactory(organisation=pledge.organisation, commitment=pledge.commitment, asked_by=lead)

    @pytest.fixture
    def helper(self, ask):
        return lead_of(OrganisationFactory(partnership=ask.partnership))

    def test_the_whole_partnership_reads_an_ask(self, client, ask):
        client.force_login(somebody("board", partnership=ask.partnership))
        assert ask.text in text_of(client.get(address("read_asks")))
        assert ask.text in text_of(client.get(address("read_ask", ask.pk)))

    def test_another_partnership_does_not(self, client, ask):
        client.force_login(lead_of(OrganisationFactory()))
        assert ask.text not in text_of(client.get(address("read_asks")))
        assert client.get(address("read_ask", ask.pk)).status_code == 404

    def test_an_ask_does_not_give_away_a_pledge_that_is_not_shared(self, client, ask, helper):
        client.force_login(helper)
        assert ask.commitment.title not in text_of(client.get(address("read_ask", ask.pk)))
        Pledge.objects.update(sharing="partnership")
        assert ask.commitment.title in text_of(client.get(address("read_ask", ask.pk)))

    def test_from_offer_to_thanks_everybody_is_told(
        self, client, ask, helper, lead, django_capture_on_commit_callbacks
    ):
        def send(user, name, *args, **answers):
            client.force_login(user)
            with django_capture_on_commit_callbacks(execute=True):
                client.post(address(name, *args), form_of(**answers))

        send(helper, "offer_help", ask.pk, text="Our briefing sheet")
        offer = ask.offers.get()
        send(lead, "take_step", offer.pk, "accepted")
        send(lead, "take_step", offer.pk, "thanked", words="We use it every day")
        send(lead, "close_ask", ask.pk, came_of_it="A new sheet")
        assert [(letter.to, letter.subject) for letter in mail.outbox] == [
            ([lead.email], f"{offer.organisation} offers you help"),
            ([helper.email], f"{ask.organisation} would like your help"),
            ([helper.email], f"{ask.organisation} says thank you"),
            ([helper.email], f"{ask.organisation} has closed its ask"),
        ]
        assert [step.step for step in offer.steps.all()] == ["thanked", "accepted"]
        ask.refresh_from_db()
        assert ask.came_of_it == "A new sheet"

    def test_when_the_asker_has_left_the_leads_are_told(
        self, client, ask, helper, lead, django_capture_on_commit_callbacks
    ):
        lead.roles.update(ended_at=timezone.now())
        now = lead_of(ask.organisation)
        client.force_login(helper)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address("offer_help", ask.pk), form_of(text="A room"))
        assert [letter.to for letter in mail.outbox] == [[now.email]]

    def test_a_department_settles_its_own_ask_and_not_that_of_the_whole_trust(self, client, ask, helper):
        department = UnitFactory(organisation=ask.organisation)
        pledge = PledgeFactory(organisation=ask.organisation, unit=department)
        own = AskFactory(organisation=ask.organisation, commitment=pledge.commitment)
        alone = AskFactory(organisation=ask.organisation)
        offer = OfferFactory(ask=ask, organisation=helper.roles.get().organisation)
        client.force_login(RoleFactory(organisation=ask.organisation, unit=department).user)
        assert client.get(address("close_ask", own.pk)).status_code == 200
        assert client.get(address("close_ask", ask.pk)).status_code == 404
        assert client.get(address("close_ask", alone.pk)).status_code == 404
        assert client.get(address("take_step", offer.pk, "accepted")).status_code == 404
        assert address("close_ask", ask.pk) not in text_of(client.get(address("read_ask", ask.pk)))

    def test_whoever_asked_or_offered_for_the_whole_trust_also_sees_it_through(self, client, ask):
        department = UnitFactory(organisation=ask.organisation)
        lead = RoleFactory(organisation=ask.organisation, unit=department).user
        asked = AskFactory(organisation=ask.organisation, asked_by=lead)
        elsewhere = AskFactory(organisation=OrganisationFactory(partnership=ask.partnership))
        offered = OfferFactory(ask=elsewhere, organisation=ask.organisation, offered_by=lead)
        client.force_login(lead)
        assert client.get(address("close_ask", asked.pk)).status_code == 200
        assert address("take_step", offered.pk, "withdrawn") in text_of(client.get(address("read_ask", elsewhere.pk)))

    def test_a_step_that_is_not_open_any_more_changes_nothing(self, client, ask, helper, lead):
        offer = OfferFactory(ask=ask, organisation=helper.roles.get().organisation)
        client.force_login(helper)
        client.post(address("take_step", offer.pk, "withdrawn"), form_of())
        client.force_login(lead)
        client.post(address("take_step", offer.pk, "accepted"), form_of())
        assert [step.step for step in offer.steps.all()] == ["withdrawn"]

    def test_the_offerer_cannot_accept_for_the_asker(self, client, ask, helper):
        offer = OfferFactory(ask=ask, organisation=helper.roles.get().organisation)
        client.force_login(helper)
        client.post(address("take_step", offer.pk, "accepted"), form_of())
        assert not offer.steps.exists()

    def test_a_third_organisation_does_not_see_what_was_declined(self, client, ask, lead):
        offer = OfferFactory(ask=ask, text="A quiet word")
        offer.steps.create(step="declined")
        client.force_login(lead_of(OrganisationFactory(partnership=ask.partnership)))
        assert "A quiet word" not in text_of(client.get(address("read_ask", ask.pk)))

    def test_nobody_offers_help_to_themselves(self, as_lead, ask):
        assert as_lead.post(address("offer_help", ask.pk), form_of(text="Us")).status_code == 404

    def test_a_closed_ask_takes_no_more_offers(self, client, ask, helper):
        Ask.objects.update(closed_at=timezone.now())
        client.force_login(helper)
        assert client.post(address("offer_help", ask.pk), form_of(text="Late")).status_code == 404

    def test_who_shared_something_in_the_area_may_be_able_to_help(self, as_lead, ask):
        practice = SharedPracticeFactory(organisation=OrganisationFactory(partnership=ask.partnership))
        SharedPracticeFactory(organisation=OrganisationFactory(partnership=ask.partnership), text="Another area")
        Ask.objects.update(area=practice.statement.section.area)
        page = text_of(as_lead.get(address("read_ask", ask.pk)))
        assert practice.organisation.name in page
        assert "Another area" not in page

    def test_asks_can_be_narrowed_to_an_area(self, as_lead, ask):
        practice = SharedPracticeFactory()
        other = AskFactory(organisation=ask.organisation, area=practice.statement.section.area, text="About welcome")
        page = text_of(as_lead.get(address("read_asks"), {"area": other.area_id}))
        assert "About welcome" in page
        assert ask.text not in page

    def test_an_ask_can_stand_alone(self, as_lead):
        as_lead.post(address("make_ask"), form_of(text="Who runs a women’s group?"))
        assert Ask.objects.get(commitment=None).text == "Who runs a women’s group?"

    def test_the_list_of_asks_stays_within_ten_queries(self, as_lead, organisation, django_assert_max_num_queries):
        for _ in range(30):
            OfferFactory(ask=AskFactory(organisation=organisation))
        with django_assert_max_num_queries(10):
            as_lead.get(address("read_asks"))


class TestTheListOfPledges:
    def test_it_stays_within_ten_queries(self, as_lead, organisation, django_assert_max_num_queries):
        for _ in range(30):
            UpdateFactory(commitment=PledgeFactory(organisation=organisation).commitment)
        with django_assert_max_num_queries(10):
            response = as_lead.get(address("read_pledges"))
        assert len(response.context["page_obj"]) == 25

    def test_ours_come_first_and_the_partnerships_on_request(self, as_lead, pledge):
        theirs = PledgeFactory(
            organisation=OrganisationFactory(partnership=pledge.organisation.partnership), sharing="partnership"
        )
        hidden = PledgeFactory(organisation=OrganisationFactory(partnership=pledge.organisation.partnership))
        assert list(as_lead.get(address("read_pledges")).context["page_obj"]) == [pledge]
        listed = set(as_lead.get(address("read_pledges"), {"whose": "all"}).context["page_obj"])
        assert listed == {pledge, theirs}
        assert hidden not in listed

    def test_it_can_be_narrowed_to_a_stage(self, as_lead, organisation, pledge):
        stuck = UpdateFactory(
            commitment=PledgeFactory(organisation=organisation).commitment, stage="stuck", help_wanted="x"
        )
        listed = as_lead.get(address("read_pledges"), {"stage": "stuck"}).context["page_obj"]
        assert [row.commitment for row in listed] == [stuck.commitment]
        assert [row.pk for row in as_lead.get(address("read_pledges"), {"stage": "promised"}).context["page_obj"]] == [
            pledge.pk
        ]

    def test_nonsense_in_the_address_shows_all(self, as_lead, pledge):
        page = as_lead.get(address("read_pledges"), {"stage": "x", "year": "nonsense", "page": "-4", "whose": "us"})
        assert list(page.context["page_obj"]) == [pledge]


class TestResults:
    def test_a_gap_is_one_click_from_a_pledge(self, as_lead, organisation):
        answer = gap(organisation)
        page = text_of(as_lead.get(address("read_results", answer.assessment_id)))
        assert answer.statement.text in page
        assert address("make_pledge") + f"?answer={answer.pk}" in page

    def test_a_gap_with_a_pledge_leads_to_it(self, as_lead, organisation):
        answer = gap(organisation)
        made = PledgeFactory(organisation=organisation, assessment=answer.assessment, from_answer=answer)
        page = text_of(as_lead.get(address("read_results", answer.assessment_id)))
        assert made.get_absolute_url() in page
        assert f"?answer={answer.pk}" not in page

    def test_a_strength_is_offered_to_others(self, as_lead, organisation):
        answer = gap(organisation, stage="others_could_learn", in_the_way="")
        page = text_of(as_lead.get(address("read_results", answer.assessment_id)))
        assert "Share this with others" in page

    def test_another_organisations_results_are_not_found(self, as_lead):
        answer = gap(OrganisationFactory())
        assert as_lead.get(address("read_results", answer.assessment_id)).status_code == 404

    def test_what_is_shared_with_everyone_is_read_without_signing_in(self, client, organisation):
        answer = gap(organisation)
        VoiceFactory(assessment=answer.assessment, statement=answer.statement, text="Said in confidence")
        made = {"organisation": organisation, "assessment": answer.assessment, "from_answer": answer}
        hidden = PledgeFactory(**made, commitment__title="A quiet promise")
        assert client.get(address("read_results", answer.assessment_id)).status_code == 302
        Assessment.objects.update(sharing="everyone", signed_off_at=timezone.now())
        page = text_of(client.get(address("read_results", answer.assessment_id)))
        assert answer.statement.text in page
        for words in ("Said in confidence", hidden.commitment.title, "Make this a pledge", "Share this with others"):
            assert words not in page

    def test_many_gaps_are_short_until_their_area_is_opened(self, as_lead, organisation):
        first = gap(organisation)
        for number in range(2, 7):
            statement = StatementFactory(section=first.statement.section, text=f"Something else {number}")
            PracticeFactory(section=statement.section, text=f"This helps {number}").statements.add(statement)
            Answer.objects.create(assessment=first.assessment, statement=statement, version=1, stage="not_yet")
        short = text_of(as_lead.get(address("read_results", first.assessment_id)))
        assert "Something else 6" in short
        assert "This helps 6" not in short
        area = first.statement.section.area_id
        opened = text_of(as_lead.get(address("read_results", first.assessment_id), {"area": area}))
        assert "This helps 6" in opened
        assert as_lead.get(address("read_results", first.assessment_id), {"area": "x"}).status_code == 200
