"""Staff: who works where, who is appointed, what pay says, and how it stands apart from those who use the service."""

import uuid

import pytest
from django.urls import reverse

from hub.accounts.tests.second_check import pass_second_check
from hub.audit.models import Entry
from hub.findings import actions, computing, queries, together
from hub.findings.models import Analysis, Finding, Follow, LedgerLine, Narrative, Release
from hub.findings.releases import preparing
from hub.findings.releases import queries as releases
from hub.findings.releases.actions import ask
from hub.findings.tests.factories import looked_at, looked_at_staff, with_a_gap, work
from hub.findings.workforce import figures as workforce
from hub.organisations.models import Role
from hub.organisations.tests.factories import RoleFactory
from hub.pledges.models import Pledge
from hub.submissions import actions as submissions
from hub.submissions.models import People, Submission
from hub.submissions.queries import Service, standing_figures
from hub.submissions.rules import Figures
from hub.submissions.tests.factories import STAFF, of_staff, sent

pytestmark = pytest.mark.django_db
Kind = Role.Kind


@pytest.fixture
def lead(client):
    person = RoleFactory(kind=Kind.LEAD).user
    client.force_login(person)
    return person


@pytest.fixture
def organisation(lead):
    return lead.roles.get().organisation


@pytest.fixture
def found(organisation, lead):
    return looked_at_staff(organisation, by=lead)


def text_of(client, address):
    return client.get(address).content.decode()


def row(finding, code):
    return finding.rows.get(code=code)


class TestTwoKindsOfPeople:
    def test_figures_of_staff_leave_those_of_clients_of_the_same_time_alone(self, organisation, lead):
        sent(organisation, by=lead, document=with_a_gap(["2025-26"]))
        sent(organisation, by=lead, document=of_staff(["2025-26"]))
        clients = standing_figures(organisation.pk, None)["2025-26", "ethnicity"]
        staff = standing_figures(organisation.pk, None, People.STAFF)["2025-26", "ethnicity"]
        assert clients.at("referred") == 840
        assert staff.at("staff") == 620
        assert clients.at("staff") == staff.at("referred") == 0

    def test_each_is_looked_at_by_itself_and_only_when_it_changes(self, organisation, lead):
        finding = looked_at(organisation, by=lead)
        looked_at_staff(organisation, by=lead)
        assert Finding.objects.filter(pk=finding.pk, analysis__people="clients").exists()
        assert sorted(Analysis.objects.values_list("people", flat=True)) == ["clients", "staff"]
        assert queries.services_to_look_at() == []

    def test_what_was_taken_back_of_staff_is_forgotten_and_nothing_else(self, organisation, lead):
        looked_at(organisation, by=lead)
        looked_at_staff(organisation, by=lead)
        submissions.take_back(Submission.objects.get(people="staff"), by=lead)
        work()
        assert list(Analysis.objects.values_list("people", flat=True)) == ["clients"]

    def test_staff_are_never_added_to_the_clients_of_other_services(self, organisation, lead):
        for _service in range(together.FEWEST_IN_WORDS):
            role = RoleFactory(kind=Kind.LEAD)
            sent(role.organisation, by=role.user, document=of_staff(), readers="commissioners")
        assert queries.services_together() == {}

    def test_readers_named_for_clients_are_not_named_for_staff(self, organisation, lead):
        looked_at(organisation, by=lead, readers="analysts")
        looked_at_staff(organisation, by=lead)
        analyst = RoleFactory(kind=Kind.ANALYST, partnership=organisation.partnership, organisation=None).user
        assert set(Finding.objects.visible_to(analyst).values_list("analysis__people", flat=True)) == {"clients"}


class TestWhatIsFound:
    def test_each_group_is_beside_everyone_in_recruitment_discipline_training_and_seniority(self, found):
        for measured, low in [("appointment", True), ("discipline", False), ("training", True), ("seniority", True)]:
            finding = found[measured, "ethnicity"]
            black_african = row(finding, "N")
            assert black_african.is_named, measured
            assert (black_african.value < finding.reference) == low, measured
            assert black_african.low < black_african.value < black_african.high

    def test_how_likely_it_is_beside_everyone_stands_with_its_range(self, found):
        appointed = row(found["appointment", "ethnicity"], "N")
        everyone = sum(counts[2] for code, counts in STAFF.items() if code != "not_known") / sum(
            counts[1] for code, counts in STAFF.items() if code != "not_known"
        )
        assert appointed.ratio == pytest.approx((18 / 160) / everyone)
        assert appointed.ratio_low < appointed.ratio < appointed.ratio_high < 1
        assert "0.47 times as likely" in found["appointment", "ethnicity"].detail

    def test_the_senior_are_those_from_band_8a_on_of_whom_the_band_is_known(self, found):
        senior = row(found["seniority", "ethnicity"], "N")
        assert (senior.x, senior.n) == (5, 140)

    def test_those_in_a_band_whose_group_is_not_known_are_counted_as_not_known(self, organisation, found):
        figures = actions.all_figures(organisation.pk, None, People.STAFF)["2025-26", "ethnicity"]
        assert (figures.groups["not_known"]["senior"], figures.groups["not_known"]["banded"]) == (4, 20)

    def test_every_band_is_beside_all_staff(self, found):
        by_band = found["workforce_share", "ethnicity+pay_band"]
        top = row(by_band, "black+8c-VSM")
        assert (top.x, top.n) == (1, 47)
        assert top.beside == pytest.approx(100 * 140 / 600)
        assert top.is_named
        assert "Black or Black British: 23.3 of every 100 staff, and of every 100 only 5.6 in Bands" in by_band.sentence
        assert "and 2.1 in Band 8c" in by_band.sentence
        assert sum(one.x for one in by_band.rows.all()) == 600

    def test_a_pay_gap_is_the_one_that_the_employer_worked_out(self, found):
        gap = found["pay_gap", "ethnicity"]
        mine = row(gap, "N")
        assert (mine.value, mine.low, mine.high, mine.median) == (12.4, 8.0, 16.5, 9.1)
        assert [one.code for one in gap.rows.filter(is_named=True)] == ["N"]
        assert "The gap of the median is 9.1%" in gap.detail
        assert gap.notes.filter(text__contains="not the same as unequal pay").exists()

    def test_tables_that_say_nothing_clear_are_kept_and_say_so(self, organisation, lead):
        even = {"A": (400, 200, 40, 4, 200), "N": (400, 200, 41, 4, 201)}
        found = looked_at_staff(organisation, by=lead, document=of_staff(groups=even, pay={}))
        appointment = found["appointment", "ethnicity"]
        assert not appointment.is_clear
        assert "No group is clearly different" in appointment.sentence
        assert appointment not in Finding.objects.clear()

    def test_the_larger_half_of_the_staff_is_spoken_of_as_well(self, organisation, lead):
        mostly = {"A": (500, 300, 30, 4, 100), "N": (100, 100, 40, 1, 80)}
        found = looked_at_staff(organisation, by=lead, document=of_staff(groups=mostly, pay={}))
        assert row(found["appointment", "ethnicity"], "A").is_named

    def test_the_same_people_are_not_added_up_twice(self):
        def figures(period):
            return Figures("sex", "sex", period, {"F": {"staff": 60}, "M": {"staff": 40}})

        halves = ["2024-25 Oct-Mar", "2025 Apr-Sep", "2025-26 Oct-Mar"]
        kept = workforce.apart({(one, "sex"): figures(one) for one in [*halves, "2024-25"]})
        assert sorted(period for period, _ in kept) == ["2024-25", "2024-25 Oct-Mar", "2025-26 Oct-Mar"]
        assert computing.newest_year(["2024-25 Oct-Mar", "2025-26 Oct-Mar"]) == ["2025-26 Oct-Mar"]

    def test_bands_are_found_whichever_side_they_were_counted_on(self):
        groups = {"senior": {"staff": 3}}
        one = Figures("sex+pay_band", "sex+pay_cluster", "2025-26", {"F+8c-VSM": {"staff": 3}, "M+1-4": {"staff": 9}})
        other = Figures("pay_band+sex", "pay_cluster+sex", "2025-26", {"8c-VSM+F": {"staff": 3}, "1-4+M": {"staff": 9}})
        assert workforce.by_group_and_band(one) == workforce.by_group_and_band(other)
        assert workforce.with_bands(None, one, None) == workforce.with_bands(None, other, None)
        assert workforce.with_bands(None, one, None).groups["F"]["senior"] == groups["senior"]["staff"]


def pressed(client, name, finding, **said):
    return client.post(reverse(name, args=[finding.pk]), {"once": str(uuid.uuid4())} | said)


class TestPages:
    address = "/findings/staff/"

    def test_one_page_shows_what_stands_out_each_band_and_pay(self, client, found):
        page = text_of(client, self.address)
        for words in (
            "What stands out",
            "At each pay band",
            "The pay gap",
            "Who is appointed after being shortlisted?",
        ):
            assert words in page
        assert "not the same as unequal pay" in page

    def test_whoever_may_see_nothing_is_told_how_to_begin(self, client, lead):
        assert "Nobody’s pay ever comes here" in text_of(client, self.address)

    def test_nobody_else_sees_a_number_of_it(self, client, found, organisation):
        for kind in (Kind.COMMISSIONER, Kind.COORDINATOR):
            person = RoleFactory(kind=kind, partnership=organisation.partnership, organisation=None).user
            client.force_login(person)
            pass_second_check(client, person)
            page = text_of(client, self.address)
            assert "Nothing yet that you may see" in page
            assert "12.4" not in page

    def test_it_asks_little_however_many_employers_there_are(
        self, client, organisation, lead, django_assert_max_num_queries
    ):
        analyst = RoleFactory(kind=Kind.ANALYST, partnership=organisation.partnership, organisation=None).user
        looked_at_staff(organisation, by=lead, readers="analysts")
        analysis = Analysis.objects.get()
        finding = Finding.objects.filter(measure="appointment").get()
        for number in range(9):
            other = RoleFactory(kind=Kind.LEAD, partnership=organisation.partnership)
            sent(other.organisation, by=other.user, document=of_staff(), readers="analysts")
            analysis.pk, analysis.organisation = None, other.organisation
            analysis.save(force_insert=True)
            finding.pk, finding.analysis, finding.code = None, analysis, f"one-{number}"
            finding.save(force_insert=True)
        client.force_login(analyst)
        pass_second_check(client, analyst)
        client.get(self.address)
        with django_assert_max_num_queries(10):
            page = client.get(self.address).content.decode()
        assert page.count("employer=") == 10

    def test_the_table_says_how_likely_it_is_beside_everyone(self, client, found):
        page = text_of(client, found["appointment", "ethnicity"].get_absolute_url())
        assert "Times as likely as everyone" in page
        assert "0.47" in page

    def test_the_list_of_findings_says_which_are_about_staff(self, client, found, organisation):
        assert f"{organisation.name}: staff" in text_of(client, reverse("findings:show_findings"))

    def test_a_band_and_a_pay_gap_say_where_a_pledge_starts_and_why_they_stay_inside(self, client, found):
        for key, words in [
            (("pay_gap", "ethnicity"), "A pay gap is not published from here"),
            (("workforce_share", "ethnicity+pay_band"), "Groups at each band are not published from here"),
        ]:
            page = text_of(client, found[key].get_absolute_url())
            assert "A pledge starts from so many of so many" in page
            assert words in page
            assert client.get(reverse("findings:ask_release", args=[found[key].pk])).status_code == 404
            assert pressed(client, "findings:make_pledge", found[key]).status_code == 404


class TestTheNarrative:
    def test_the_newest_words_stand_beside_the_gap_and_older_ones_are_kept(self, client, found, organisation):
        gap = found["pay_gap", "ethnicity"]
        for text in ("Fewer Black staff work in senior bands.", "We now advertise senior posts outside."):
            assert pressed(client, "findings:write_narrative", gap, text=text).url == gap.get_absolute_url()
        assert [one.text for one in Narrative.objects.all()] == [
            "We now advertise senior posts outside.", "Fewer Black staff work in senior bands.",
        ]  # fmt: skip
        for address in (gap.get_absolute_url(), "/findings/staff/"):
            page = text_of(client, address)
            assert page.index("We now advertise") < page.index("What was said before") < page.index("Fewer Black staff")
        assert Entry.objects.filter(event="pay_gap.told").count() == 2

    def test_it_stays_beside_the_gap_when_figures_are_looked_at_again(self, client, found, organisation, lead):
        pressed(client, "findings:write_narrative", found["pay_gap", "ethnicity"], text="Our own words")
        again = looked_at_staff(organisation, by=lead, document=of_staff(["2026-27"]))
        assert "Our own words" in text_of(client, again["pay_gap", "ethnicity"].get_absolute_url())

    def test_only_those_whose_figure_it_is_write_it_and_only_beside_a_pay_gap(self, client, organisation, lead):
        found = looked_at_staff(organisation, by=lead, readers="commissioners")
        assert (
            pressed(client, "findings:write_narrative", found["appointment", "ethnicity"], text="x").status_code == 404
        )
        person = RoleFactory(kind=Kind.COMMISSIONER, partnership=organisation.partnership, organisation=None).user
        client.force_login(person)
        pass_second_check(client, person)
        gap = found["pay_gap", "ethnicity"]
        assert client.get(gap.get_absolute_url()).status_code == 200
        assert pressed(client, "findings:write_narrative", gap, text="x").status_code == 404
        assert not Narrative.objects.exists()


class TestAPledge:
    def test_a_figure_of_staff_becomes_a_pledge_with_its_start_and_target(self, client, found, organisation):
        pressed(client, "findings:make_pledge", found["seniority", "ethnicity"], service=organisation.pk)
        [measure] = Pledge.objects.get().commitment.measures.all()
        start = measure.readings.current().get(is_baseline=True)
        assert (start.numerator, start.denominator, start.unknown) == (5, 140, 4)
        assert Follow.objects.get().people == "staff"
        assert "in our figures every year" in Pledge.objects.get().commitment.knowing

    def test_later_figures_of_staff_add_a_reading_and_those_of_clients_do_not(self, organisation, lead, found):
        finding = found["appointment", "ethnicity"]
        pledge = actions.make_pledge(finding, Service(organisation), by=lead, year=2026)
        sent(organisation, by=lead, document=with_a_gap(["2026 Apr-Sep"]))
        better = STAFF | {"N": (150, 170, 48, 9, 60)}
        sent(organisation, by=lead, document=of_staff(["2026-27"], groups=better))
        work()
        [measure] = pledge.commitment.measures.all()
        readings = measure.readings.current().order_by("on")
        assert [(one.numerator, one.denominator) for one in readings] == [(18, 160), (48, 170)]


class TestPublishing:
    @pytest.mark.parametrize("measured", ["appointment", "seniority"])
    def test_one_characteristic_passes_the_gate_as_staff(self, found, lead, measured):
        release = ask(found[measured, "ethnicity"], by=lead)
        preparing.prepare(release.pk)
        release = Release.objects.get(pk=release.pk)
        assert release.refused_because == ""
        public = releases.document_of(release)
        assert "% of" in public.says
        lines = LedgerLine.objects.filter(partnership=release.partnership)
        assert any(f"staff of {release.organisation.slug}" in one.line for one in lines)
        assert not any(f"people of {release.organisation.slug}" in one.line for one in lines)
        # Small groups are hidden: one person, and those from whom one could tell it.
        assert not any(one.x is not None and 0 < one.x < 5 for one in public.rows)

    def test_those_whose_figure_it_is_are_heard_first(self, organisation, lead):
        found = looked_at_staff(organisation, by=lead, readers="analysts")
        analyst = RoleFactory(kind=Kind.ANALYST, partnership=organisation.partnership, organisation=None).user
        assert ask(found["training", "ethnicity"], by=analyst).reply_by
