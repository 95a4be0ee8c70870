"""From figures to findings, and on to a pledge that reads its own measure."""

import datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from hub.audit.models import Entry
from hub.commitments.models import Reading
from hub.findings import actions, computing, drafts, following, jobs, queries
from hub.findings.models import Analysis, Finding, Follow, Point, Row, Suggestion
from hub.findings.tests.factories import HALVES, looked_at, with_a_gap, work
from hub.organisations.models import Role
from hub.organisations.tests.factories import OrganisationFactory, PartnershipFactory, RoleFactory, UnitFactory
from hub.pledges.models import Pledge
from hub.submissions import actions as submissions
from hub.submissions.models import Submission
from hub.submissions.queries import Service
from hub.submissions.tests.factories import sent

pytestmark = pytest.mark.django_db
Kind = Role.Kind


@pytest.fixture
def lead():
    return RoleFactory(kind=Kind.LEAD).user


@pytest.fixture
def organisation(lead):
    return lead.roles.get().organisation


class TestLooking:
    def test_a_gap_is_found_with_the_people_it_is_about(self, organisation, lead):
        finding = looked_at(organisation, by=lead)
        assert set(finding.rows.filter(is_named=True).values_list("code", flat=True)) == {"M", "N"}
        assert "Black Caribbean" in finding.sentence
        assert finding.sure == "very"
        # The last two half-years together: 220 Black Caribbean clients, 36 of whom finished.
        row = finding.rows.get(code="M")
        assert (row.x, row.n) == (36, 220)
        assert (finding.period, finding.years) == ("2025 Apr-Sep to 2025-26 Oct-Mar", Decimal("1.00"))

    def test_people_missing_are_those_who_would_have_finished_at_everybodys_share(self, organisation, lead):
        finding = looked_at(organisation, by=lead)
        named = [(36, 220), (40, 240)]
        share = 2 * (160 + 46 + 22 + 18 + 20) / (2 * (400 + 120 + 60 + 110 + 120))
        assert finding.missing == pytest.approx(sum(n * share - x for x, n in named))

    def test_each_half_year_is_a_point(self, organisation, lead):
        finding = looked_at(organisation, by=lead)
        assert list(finding.points.filter(code="M").values_list("period", flat=True)) == HALVES

    def test_what_should_fall_is_to_fall(self, organisation, lead):
        finding = looked_at(organisation, by=lead)
        finding.reference = None  # Nobody to compare with: the goal is a change that could be seen.
        start = {"numerator": 36, "denominator": 220}
        goals = {}
        for better in ("higher", "lower"):
            finding.better = better
            goals[better] = drafts.goal_of(finding, start)
        assert 0 < goals["lower"].value < 100 * 36 / 220 < goals["higher"].value < 100
        assert 0 < goals["lower"].least < 36 / 220 < goals["higher"].least < 1

    def test_a_finding_without_counts_starts_no_pledge(self, client, organisation, lead):
        finding = looked_at(organisation, by=lead)
        finding.rows.update(x=None)
        with pytest.raises(actions.NotTheirsError):
            actions.make_pledge(finding, Service(organisation), by=lead, year=2026)
        client.force_login(lead)
        assert "Make this a pledge" not in client.get(finding.get_absolute_url()).text

    def test_it_says_what_would_make_it_surer(self, organisation, lead):
        finding = looked_at(organisation, by=lead)
        assert finding.notes.filter(kind="surer").exists()
        assert finding.notes.filter(kind="caveat", text__icontains="not why").exists()

    def test_where_nothing_is_clear_nothing_is_said(self, organisation, lead):
        even = {"A": (400, 160), "M": (100, 40), "N": (100, 40)}
        sent(organisation, by=lead, document=with_a_gap(groups=even))
        work()
        assert not Finding.objects.filter(measure="completion").exists()
        assert Analysis.objects.get().looked_at > 0

    def test_a_population_says_its_age_base_and_year(self, organisation, lead):
        actions.load_published(organisation.partnership, report="demo", place="E09000019")
        sent(organisation, by=lead, document=with_a_gap(groups={"A": (4000, 160), "M": (10, 4), "N": (20, 8)}))
        work()
        finding = Finding.objects.get(measure="access", analysis__organisation=organisation)
        assert "Census 2021" in finding.population
        assert "all ages" in finding.population

    def test_ranked_by_people_missing_and_certainty(self, organisation, lead):
        actions.load_published(organisation.partnership, report="demo", place="E09000019")
        work()
        findings = list(Finding.objects.filter(analysis__organisation=None))
        assert [one.position for one in findings] == list(range(1, len(findings) + 1))
        assert findings[0].missing == max(one.missing for one in findings if one.measure != "completeness")


class TestTheJob:
    def test_figures_are_looked_at_once(self, organisation, lead):
        looked_at(organisation, by=lead)
        jobs.look_for_work()
        assert Analysis.objects.count() == 1

    def test_new_figures_are_looked_at_again_and_a_finding_keeps_its_address(self, organisation, lead):
        before = looked_at(organisation, by=lead)
        later = with_a_gap(["2026 Apr-Sep"], **{"2026 Apr-Sep": {"M": (120, 20)}})
        after = looked_at(organisation, by=lead, document=later)
        assert (before.pk, before.period) == (after.pk, "2025 Apr-Sep to 2025-26 Oct-Mar")
        assert after.period == "2025-26 Oct-Mar to 2026 Apr-Sep"
        assert Analysis.objects.count() == 1

    def test_what_was_taken_back_is_in_no_finding(self, organisation, lead):
        looked_at(organisation, by=lead)
        submissions.take_back(Submission.objects.get(), by=lead)
        jobs.look_for_work()
        assert (Finding.objects.count(), Row.objects.count(), Point.objects.count()) == (0, 0, 0)

    def test_a_worker_stopped_half_way_leaves_nothing_and_the_next_one_does_it(self, organisation, lead, monkeypatch):
        sent(organisation, by=lead, document=with_a_gap())
        jobs.look_for_work()
        analysis = Analysis.objects.get()
        with monkeypatch.context() as broken:
            broken.setattr(actions, "_keep_finding", stopped)
            with pytest.raises(KeyboardInterrupt):
                actions.carry_out(analysis.pk)
        assert Finding.objects.count() == 0
        Analysis.objects.update(beat_at=timezone.now() - datetime.timedelta(minutes=1))
        work()
        assert Finding.objects.exists()
        assert Entry.objects.filter(event="analysis.begun_again").count() == 1

    def test_two_workers_make_one_result(self, organisation, lead):
        sent(organisation, by=lead, document=with_a_gap())
        jobs.look_for_work()
        analysis = Analysis.objects.get()
        actions.carry_out(analysis.pk)
        kept = Finding.objects.count()
        with transaction.atomic():
            actions._keep(analysis, computing.Result((), 0))
        actions.carry_out(analysis.pk)
        assert Finding.objects.count() == kept

    def test_it_shows_how_far_it_is(self, organisation, lead, monkeypatch):
        sent(organisation, by=lead, document=with_a_gap())
        jobs.look_for_work()
        seen = []
        monkeypatch.setattr(actions, "_keep", lambda analysis, result: seen.append(Analysis.objects.get()))
        actions.carry_out(Analysis.objects.get().pk)
        assert seen[0].steps_done == seen[0].steps_all > 0


def stopped(*args):
    raise KeyboardInterrupt


class TestWhoSeesIt:
    @pytest.mark.parametrize(
        ("readers", "named"),
        [("only_us", set()), ("analysts", {Kind.ANALYST}), ("commissioners", {Kind.ANALYST, Kind.COMMISSIONER})],
    )
    def test_the_readers_whom_the_service_named(self, organisation, lead, readers, named):
        finding = looked_at(organisation, by=lead, readers=readers)
        for kind in Role.IN_THE_PARTNERSHIP:
            person = RoleFactory(kind=kind, partnership=organisation.partnership, organisation=None).user
            assert Finding.objects.visible_to(person).filter(pk=finding.pk).exists() == (kind in named), kind
        assert Finding.objects.visible_to(lead).filter(pk=finding.pk).exists()

    def test_one_narrower_choice_closes_all(self, organisation, lead):
        looked_at(organisation, by=lead, readers="commissioners")
        finding = looked_at(organisation, by=lead, readers="only_us", document=with_a_gap(["2026 Apr-Sep"]))
        analyst = RoleFactory(kind=Kind.ANALYST, partnership=organisation.partnership, organisation=None).user
        assert not Finding.objects.visible_to(analyst).filter(pk=finding.pk).exists()

    def test_published_ones_are_for_everybody_in_the_partnership_and_for_no_other(self, organisation, lead):
        actions.load_published(organisation.partnership, report="demo", place="E09000019")
        work()
        assert Finding.objects.visible_to(lead).count() >= 3
        assert not Finding.objects.visible_to(RoleFactory(kind=Kind.LEAD).user).exists()

    def test_published_figures_are_shown_as_they_were_published(self, organisation):
        """Rounded to the nearest five by their publisher, and not again by us."""
        actions.load_published(organisation.partnership, report="demo", place="E09000019")
        work()
        rows = Row.objects.filter(finding__measure="completion", finding__analysis__organisation=None)
        assert all(row.x % 5 == 0 for row in rows if row.x is not None)
        assert {row.n % 5 for row in rows if row.n} == {0}


@pytest.fixture
def pledge(organisation, lead):
    finding = looked_at(organisation, by=lead)
    return actions.make_pledge(finding, Service(organisation), by=lead, year=2026)


class TestAPledge:
    def test_the_four_questions_are_filled(self, pledge):
        commitment = pledge.commitment
        for answer in (commitment.title, commitment.inequality, commitment.outcome, commitment.knowing):
            assert len(answer) > 20
        assert "Black Caribbean and Black African" in commitment.people
        assert pledge.sharing == "only_us"

    def test_it_starts_from_the_figure_with_its_range(self, pledge):
        start = Reading.objects.get(is_baseline=True)
        assert (start.numerator, start.denominator, start.on) == (76, 460, datetime.date(2026, 3, 31))
        measure = pledge.commitment.measures.get()
        assert (measure.kind, measure.per, measure.counting, measure.direction) == ("share", 100, "a_group", "up")

    def test_its_target_is_in_words_because_everybody_may_read_a_target(self, pledge):
        target = pledge.commitment.measures.get().targets.get()
        assert (target.value, target.words) == (None, "where everyone together stands")

    def test_of_published_figures_its_target_says_how_likely_a_year_would_show_it(self, organisation, lead):
        actions.load_published(organisation.partnership, report="demo", place="E09000019")
        work()
        finding = Finding.objects.get(measure="completion", analysis__organisation=None)
        pledge = actions.make_pledge(finding, Service(organisation), by=lead, year=2026)
        target = pledge.commitment.measures.get().targets.get()
        assert target.value == Decimal(str(round(finding.reference, 1)))
        assert "times in 100" in pledge.commitment.knowing

    def test_a_change_too_small_to_notice_is_said(self, organisation, lead):
        few = {"A": (4000, 1600), "M": (40, 4), "N": (30, 2)}
        finding = looked_at(organisation, by=lead, document=with_a_gap(["2025-26 Oct-Mar"], groups=few))
        assert "times in 100" in drafts.noticing_in(finding)

    def test_nobody_pledges_with_the_counts_of_another_service(self, organisation, lead):
        finding = looked_at(organisation, by=lead, readers="commissioners")
        other = OrganisationFactory(partnership=organisation.partnership)
        services = [Service(other), Service(organisation, UnitFactory(organisation=organisation))]
        for service in services:
            with pytest.raises(actions.NotTheirsError):
                actions.make_pledge(finding, service, by=lead, year=2026)
        assert not Pledge.objects.exists()

    def test_a_measure_of_somebody_else_reads_no_sealed_figures(self, organisation, lead, pledge):
        """It was made before a pledge had to be of its own figures."""
        Pledge.objects.update(organisation=OrganisationFactory(partnership=organisation.partnership))
        before = Reading.objects.count()
        looked_at_again(organisation, lead, with_a_gap(["2026 Apr-Sep"]))
        assert Reading.objects.count() == before

    def test_each_later_submission_adds_a_reading_by_itself(self, organisation, lead, pledge):
        later = with_a_gap(["2026 Apr-Sep"], **{"2026 Apr-Sep": {"M": (100, 50), "N": (100, 52)}})
        looked_at_again(organisation, lead, later)
        reading = pledge.commitment.measures.get().readings.get(on=datetime.date(2026, 9, 30))
        assert (reading.numerator, reading.denominator) == (102, 200)
        assert "Up since the start, by more than chance." in reading.source

    def test_the_same_figures_add_nothing_twice(self, organisation, lead, pledge):
        later = with_a_gap(["2026 Apr-Sep"])
        looked_at_again(organisation, lead, later)
        before = Reading.objects.count()
        Analysis.objects.update(fingerprint="another engine")
        work()
        assert Reading.objects.count() == before

    def test_figures_put_right_correct_the_reading(self, organisation, lead, pledge):
        looked_at_again(organisation, lead, with_a_gap(["2026 Apr-Sep"]))
        better = with_a_gap(["2026 Apr-Sep"], **{"2026 Apr-Sep": {"M": (100, 50)}})
        looked_at_again(organisation, lead, better)
        current = pledge.commitment.measures.get().readings.current().get(on=datetime.date(2026, 9, 30))
        assert current.denominator == 220
        assert current.corrects is not None

    def test_nothing_is_said_of_a_measure_that_has_ended(self, organisation, lead, pledge):
        pledge.commitment.measures.update(ended_at=timezone.now())
        before = Reading.objects.count()
        looked_at_again(organisation, lead, with_a_gap(["2026 Apr-Sep"]))
        assert Reading.objects.count() == before


def looked_at_again(organisation, lead, document):
    sent(organisation, by=lead, document=document)
    work()


def seen(shares, n=1000):
    return [following.Seen(f"{2000 + i}-{(i + 1) % 100:02d}", i, round(share * n), n, 0) for i, share in enumerate(shares)]  # fmt: skip # noqa: E501


class TestIsItAChange:
    @pytest.mark.parametrize(
        ("shares", "verdict"),
        [
            ([0.4], "first"),
            ([0.40, 0.41], "chance"),
            ([0.40, 0.50], "up"),
            ([0.50, 0.40], "down"),
            ([0.40, 0.41, 0.39, 0.40, 0.42, 0.40, 0.39, 0.41, 0.40], "usual"),
            ([0.40, 0.41, 0.39, 0.40, 0.42, 0.40, 0.39, 0.41, 0.60], "special_up"),
            ([0.40, 0.41, 0.39, 0.40, 0.42, 0.40, 0.39, 0.41, 0.20], "special_down"),
        ],
    )
    def test_it_is_called_rightly(self, shares, verdict):
        assert following.verdict(seen(shares))[0] == verdict

    def test_limits_stand_only_where_the_usual_is_known(self):
        assert following.verdict(seen([0.4] * 7))[1] is None
        mean, low, high = following.verdict(seen([0.4, 0.41] * 4))[1]
        assert low < mean < high


class TestSuggestions:
    def test_each_has_a_reason_and_a_statement_that_there_is(self):
        from hub.toolkit.content import read_editions

        folder = actions.settings.CONTENT
        editions = read_editions(folder / "toolkits", folder / "schemas")
        keys = {
            statement.key
            for edition in editions
            for area in edition.areas
            for section in area.sections
            for statement in section.statements
        }
        named = actions._read(folder / "findings" / "suggestions.yaml")["suggestions"]
        assert {key["key"] for one in named for key in one["statements"]} <= keys
        assert all(len(key["reason"]) > 20 for one in named for key in one["statements"])

    def test_loading_twice_adds_nothing_and_an_ended_one_stays_ended(self):
        partnership = PartnershipFactory()
        assert actions.load_suggestions(partnership) > 20
        one = Suggestion.objects.first()
        actions.end_suggestion(one, by=None)
        assert actions.load_suggestions(partnership) == 0
        one.refresh_from_db()
        assert one.ended_at

    def test_an_editor_adds_one_and_it_stands_again(self):
        partnership = PartnershipFactory()
        about = {"measure": "completion", "characteristic": "", "statement_key": "times-fit-lives"}
        first = actions.suggest(partnership, by=None, reason="Because people work", **about)
        actions.end_suggestion(first, by=None)
        again = actions.suggest(partnership, by=None, reason="Because people work and care", **about)
        assert (again.pk, again.ended_at, again.is_ours) == (first.pk, None, True)


def test_an_answer_stays_beside_a_finding_that_is_made_again(organisation, lead):
    finding = looked_at(organisation, by=lead)
    actions.reply(finding, by=lead, text="We changed how we count in March")
    after = looked_at(organisation, by=lead, document=with_a_gap(["2026 Apr-Sep"]))
    assert [one.text for one in queries.replies_to(after)] == ["We changed how we count in March"]


def test_a_pledge_from_published_figures_reads_them(organisation, lead):
    actions.load_published(organisation.partnership, report="demo", place="E09000019")
    work()
    finding = Finding.objects.get(measure="completion", analysis__organisation=None)
    pledge = actions.make_pledge(finding, Service(organisation), by=lead, year=2026)
    follow = Follow.objects.get()
    seen = actions.seen_by(follow)
    assert (seen[0].period, seen[-1].period, len(seen)) == ("2017-18", "2023-24", 7)
    assert Pledge.objects.get() == pledge
