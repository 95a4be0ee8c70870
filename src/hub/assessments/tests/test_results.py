"""What the results page is made from: strengths, gaps with what helps, years and departments beside each other."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from hub.accounts.tests.factories import UserFactory
from hub.assessments import actions, queries
from hub.assessments.models import Band, ContributionLink, Round, Stage
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
    statements_in,
)
from hub.organisations.models import Sharing
from hub.organisations.tests.factories import RoleFactory, UnitFactory
from hub.toolkit.models import Resource
from hub.toolkit.tests.factories import ExampleFactory, PracticeFactory, ResourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    return AssessmentFactory(edition=an_edition(statements=4))


@pytest.fixture
def lead(assessment):
    return a_lead(assessment)


def answer(assessment, stages, **kwargs):
    """Give the first statements these stages, in order."""
    pairs = zip(statements_in(assessment), stages, strict=False)
    return [AnswerFactory(assessment=assessment, statement=one, stage=stage, **kwargs) for one, stage in pairs]


def helps_for(assessment, user, statement):
    return queries.what_helps(assessment, user, [statement])[statement.pk]


class TestStrengthsAndGaps:
    def test_each_answer_is_a_strength_a_gap_something_nobody_knew_or_none_of_these(self, assessment, lead):
        answer(assessment, [Stage.OTHERS_COULD_LEARN, Stage.NOT_YET, Stage.UNKNOWN, Stage.NOT_FOR_US])
        strong, gap, unknown, _other = statements_in(assessment)
        found = queries.results(assessment, lead)
        assert [one.statement for one in found.strengths] == [strong]
        assert [one.statement for one in found.gaps] == [gap]
        assert [one.statement for one in found.unknown] == [unknown]
        assert found.talked_through == 4

    def test_what_people_spoke_about_most_comes_first(self, assessment, lead):
        answer(assessment, [Stage.NOT_YET, Stage.STARTED, Stage.NOT_YET])
        _first, spoken_about, _third, _fourth = statements_in(assessment)
        VoiceFactory(assessment=assessment, statement=spoken_about, people=4)
        assert queries.results(assessment, lead).gaps[0].statement == spoken_about

    def test_a_carried_answer_that_nobody_looked_at_is_neither(self, assessment, lead):
        answer(assessment, [Stage.NOT_YET], needs_review=True)
        found = queries.results(assessment, lead)
        assert (found.gaps, found.to_review, found.unanswered) == ((), 1, 3)

    def test_a_gap_comes_with_what_helps(self, assessment, lead):
        [one] = answer(assessment, [Stage.NOT_YET])
        section = one.statement.section
        practice = PracticeFactory(section=section, helps=[one.statement])
        example = ExampleFactory(section=section)
        training = ResourceFactory(section=section)
        training.statements.add(one.statement)
        reading = ResourceFactory(section=section, kind=Resource.Kind.READING)
        PracticeFactory(section=section, helps=[statements_in(assessment)[1]])
        helps = helps_for(assessment, lead, one.statement)
        assert helps.practices == (practice,)
        assert helps.examples == (example,)
        assert helps.training == (training,)
        assert helps.reading == (reading,)


class TestPeers:
    def offer(self, assessment, key, *, sharing=Sharing.PARTNERSHIP, **organisation):
        """Somebody else offers what they do about the statement of this key."""
        other = AssessmentFactory(edition=assessment.edition, **organisation)
        statement = next(one for one in statements_in(other) if one.key == key)
        return actions.share_practice(other, statement, by=None, text="We phone.", how_to_ask="", sharing=sharing)

    @pytest.fixture
    def gap(self, assessment):
        [one] = answer(assessment, [Stage.NOT_YET])
        return one.statement

    def peers(self, assessment, lead):
        [gap] = queries.results(assessment, lead).gaps
        return list(helps_for(assessment, lead, gap.statement).peers)

    def test_others_of_the_partnership_who_offer_it_are_named(self, assessment, lead, gap):
        partnership = assessment.organisation.partnership
        practice = self.offer(assessment, gap.key, organisation__partnership=partnership)
        assert self.peers(assessment, lead) == [practice]

    def test_what_another_partnership_keeps_to_itself_is_not(self, assessment, lead, gap):
        self.offer(assessment, gap.key)
        assert self.peers(assessment, lead) == []

    def test_what_somebody_shares_with_everyone_is(self, assessment, lead, gap):
        practice = self.offer(assessment, gap.key, sharing=Sharing.EVERYONE)
        assert self.peers(assessment, lead) == [practice]

    def test_a_colleague_elsewhere_who_keeps_it_in_house_is_not_named(self, assessment, lead, gap):
        partnership = assessment.organisation.partnership
        self.offer(assessment, gap.key, sharing=Sharing.ONLY_US, organisation__partnership=partnership)
        assert self.peers(assessment, lead) == []


class TestThisYearBesideLast:
    def test_each_statement_of_both_years_says_where_it_stood(self, assessment, lead):
        last = AssessmentFactory(organisation=assessment.organisation, edition=assessment.edition, year=YEAR - 1)
        answer(last, [Stage.NOT_YET, Stage.USUAL])
        answer(assessment, [Stage.STARTED, Stage.USUAL, Stage.USUAL])
        found = queries.results(assessment, lead)
        assert found.year_before == last
        assert [(one.before, one.now) for one in found.changes] == [
            (Stage.NOT_YET, Stage.STARTED),
            (Stage.USUAL, Stage.USUAL),
        ]
        assert len(found.moved) == 1
        assert found.gaps[0].before == Stage.NOT_YET

    def test_a_department_is_compared_with_itself_only(self, assessment, lead):
        unit = UnitFactory(organisation=assessment.organisation)
        last = AssessmentFactory(
            organisation=assessment.organisation, unit=unit, edition=assessment.edition, year=YEAR - 1
        )
        answer(last, [Stage.NOT_YET])
        assert queries.results(assessment, lead).year_before is None


class TestDepartments:
    def test_they_stand_beside_each_other_for_a_lead_of_the_whole(self, assessment, lead):
        unit = UnitFactory(organisation=assessment.organisation)
        other = AssessmentFactory(organisation=assessment.organisation, unit=unit, edition=assessment.edition)
        answer(assessment, [Stage.NOT_YET, Stage.USUAL])
        answer(other, [Stage.USUAL])
        found = queries.results(assessment, lead).departments
        assert found.columns == (assessment, other)
        assert [row.stages for row in found.rows] == [(Stage.NOT_YET, Stage.USUAL)]

    def test_the_lead_of_one_department_does_not_see_the_others_drafts(self, assessment):
        units = UnitFactory.create_batch(2, organisation=assessment.organisation)
        here, there = (
            AssessmentFactory(organisation=assessment.organisation, unit=unit, edition=assessment.edition)
            for unit in units
        )
        answer(here, [Stage.NOT_YET])
        answer(there, [Stage.USUAL])
        assert queries.results(here, a_lead(here)).departments is None


class TestBandOfPeers:
    def test_it_stands_beside_a_gap_once_the_round_has_closed(self, assessment, lead):
        assessment.round = Round.objects.create(
            partnership=assessment.organisation.partnership,
            edition=assessment.edition,
            title="Example round",
            year=YEAR,
            due_on=datetime.date(YEAR, 12, 1),
        )
        assessment.save()
        [one] = answer(assessment, [Stage.NOT_YET])
        assert helps_for(assessment, lead, one.statement).band is None
        band = Band.objects.create(
            round=assessment.round, statement=one.statement, lowest="started", highest="usual", organisations=6
        )
        assert helps_for(assessment, lead, one.statement).band == band
        partner = RoleFactory(organisation__partnership=assessment.organisation.partnership).user
        assert helps_for(assessment, partner, one.statement).band == band
        for stranger in (AnonymousUser(), UserFactory()):
            assert helps_for(assessment, stranger, one.statement).band is None

    @pytest.mark.parametrize("highest", ["started", "usual"])
    def test_it_never_says_how_many_stand_behind_it(self, highest):
        bands = [Band(lowest="started", highest=highest, organisations=number) for number in (6, 7, 11)]
        pages = {render_to_string("assessments/results/band.html", {"band": band}) for band in bands}
        assert len(pages) == 1
        assert "at least six organisations" in pages.pop()


class TestWhoWasHeard:
    def test_the_most_of_each_kind_at_any_page_are_counted(self, lead):
        assessment = AssessmentFactory(edition=an_edition(sections=2))
        first, *_rest, last = statements_in(assessment)
        numbers = {"service_users": 0, "carers": 0, "not_heard": "Carers"}
        actions.record_heard(assessment, first.section, by=lead, staff=3, **numbers)
        actions.record_heard(assessment, last.section, by=lead, staff=5, **numbers)
        found = queries.results(assessment, a_lead(assessment))
        assert [one.people for one in found.heard] == [5, 0, 0]
        assert found.not_heard == ("Carers",)


class TestVoicesInResults:
    def test_a_colleague_sees_no_voice_that_was_not_shared(self, assessment, lead):
        [one] = answer(assessment, [Stage.NOT_YET])
        VoiceFactory(assessment=assessment, statement=one.statement, text="For the lead", people=2)
        assert [voice.text for voice in queries.results(assessment, lead).gaps[0].voices] == ["For the lead"]
        [gap] = queries.results(assessment, a_colleague(assessment)).gaps
        assert (gap.voices, gap.people) == ([], 0)


class TestDifferences:
    def reply(self, assessment, times, reply="yes", link=""):
        link = LinkFactory(
            assessment=assessment,
            purpose=ContributionLink.Purpose.DIFFERENCE,
            section=None,
            token_hash=f"{times}{reply}{link}",
        )
        for _time in range(times):
            actions.reply_whether_it_made_a_difference(ContributorFactory(link=link), reply=reply, text="Words")

    def test_fewer_than_five_replies_are_not_counted_out(self, assessment, lead):
        self.reply(assessment, 4)
        found = queries.results(assessment, lead).differences
        assert (found.is_enough, found.counts) == (False, ())
        page = render_to_string("assessments/results/differences.html", {"results": queries.results(assessment, lead)})
        assert "too few to show" in page

    def test_five_are(self, assessment, lead):
        self.reply(assessment, 3)
        self.reply(assessment, 2, "no")
        counts = {str(words): count for words, count in queries.results(assessment, lead).differences.counts}
        assert counts == {"Yes": 3, "A little": 0, "No": 2, "It got worse": 0, "I do not know": 0}

    def test_the_sixth_to_the_ninth_change_nothing(self, assessment, lead):
        self.reply(assessment, 5)
        five = self.page(assessment, lead)
        assert "5 people have told you so far" in five
        for times, reply in enumerate(("no", "worse", "some", "no"), start=1):
            self.reply(assessment, times=1, reply=reply, link=f"{times}")
            assert self.page(assessment, lead) == five
        self.reply(assessment, 1, "unknown")
        assert "10 people have told you so far" in self.page(assessment, lead)

    def test_taking_a_reply_out_does_not_tell_what_it_was(self, assessment, lead):
        self.reply(assessment, 5)
        five = self.page(assessment, lead)
        actions.erase_contributor(assessment.differences.first().contributor, by=lead)
        assert self.page(assessment, lead) == five

    def page(self, assessment, lead):
        return render_to_string("assessments/results/differences.html", {"results": queries.results(assessment, lead)})


class TestQueriesAndWords:
    def everything(self, statements):
        assessment = AssessmentFactory(edition=an_edition(sections=2, statements=statements // 2))
        unit = UnitFactory(organisation=assessment.organisation)
        for other in (
            AssessmentFactory(organisation=assessment.organisation, edition=assessment.edition, year=YEAR - 1),
            AssessmentFactory(organisation=assessment.organisation, edition=assessment.edition, unit=unit),
            assessment,
        ):
            answer(other, [Stage.NOT_YET, Stage.UNKNOWN, Stage.OTHERS_COULD_LEARN] * (statements // 3 + 1))
        for one in statements_in(assessment):
            VoiceFactory(assessment=assessment, statement=one)
            PracticeFactory(section=one.section, helps=[one])
        return assessment

    def count(self, assessment):
        person = a_lead(assessment)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found = queries.results(assessment, person)
            for gap in (*found.gaps, *found.unknown):
                render_to_string("assessments/results/gap.html", {"gap": gap, "results": found})
            for name in ("heard", "changes", "departments", "differences"):
                render_to_string(f"assessments/results/{name}.html", {"results": found})
            for strength in found.strengths:
                context = {"strength": strength, "results": found, "may_lead": True}
                render_to_string("assessments/results/strength.html", context)
        return len(captured)

    def test_eighty_statements_take_as_many_queries_as_six(self):
        assert self.count(self.everything(80)) == self.count(self.everything(6)) <= 25

    def test_nothing_on_it_is_a_score(self):
        assessment = self.everything(6)
        found = queries.results(assessment, a_lead(assessment))
        parts = [render_to_string("assessments/results/gap.html", {"gap": gap, "results": found}) for gap in found.gaps]
        for name in ("heard", "changes", "departments", "differences"):
            parts.append(render_to_string(f"assessments/results/{name}.html", {"results": found}))
        page = " ".join(parts).lower()
        assert "%" not in page
        assert not [word for word in ("score", "rank", "average", "points") if word in page]
