"""Services added together: what may be added, what it says, and who sees which part of it."""

from dataclasses import replace

import pytest
from django.urls import reverse

from equity.submission.document import Crossed, Rows, Submission, Table
from equity.vocabulary import category_sets, characteristics
from hub.accounts.tests.second_check import pass_second_check
from hub.findings import actions as findings
from hub.findings import together
from hub.findings.models import Analysis, Finding, Follow, Row
from hub.findings.tests.factories import HALVES, with_a_gap, work
from hub.organisations.models import Role
from hub.organisations.tests.factories import OrganisationFactory, RoleFactory
from hub.submissions import actions as submissions
from hub.submissions.models import CrossedCount
from hub.submissions.queries import Service, standing_figures
from hub.submissions.rules import Figures
from hub.submissions.tests.factories import sent

Kind = Role.Kind
LAST = HALVES[-1]
STAGES = ("referred", "completed")


def figures(period=LAST, set_code="nhs2001", characteristic="ethnicity", stages=STAGES, **groups):
    groups = groups or {"A": (100, 40), "M": (30, 6), "not_known": (10, 2)}
    counts = {code: dict(zip(stages, values, strict=True)) for code, values in groups.items()}
    return {(period, characteristic): Figures(characteristic, set_code, period, counts)}


def given(name, counts="people", **about):
    return together.Given(name, counts, figures(**about))


class TestAdding:
    def test_the_sum_is_of_each_group_at_each_stage(self):
        added = together.add([given("A"), given("B", A=(50, 10), N=(5, 1))], "ethnicity", STAGES)
        groups = added.periods[LAST].groups
        assert groups["A"] == {"referred": 150, "completed": 50}
        assert groups["N"] == {"referred": 5, "completed": 1}
        assert groups["not_known"] == {"referred": 10, "completed": 2}
        assert added.left_out == ()

    @pytest.mark.parametrize(
        ("about", "why"),
        [
            ({"set_code": "group5_2021", "black": (30, 6)}, "list"),
            ({"stages": ("referred", "assessed")}, "stages"),
            ({"counts": "events"}, "counts"),
            ({"period": HALVES[0]}, "nothing"),
            ({"characteristic": "sex", "set_code": "sex", "F": (3, 1)}, "nothing"),
        ],
    )
    def test_what_counts_something_else_is_left_out_with_the_reason(self, about, why):
        added = together.add([given("A"), given("B"), given("C", **about)], "ethnicity", STAGES)
        assert added.names == ("A", "B")
        assert added.left_out == (("C", why),)

    def test_a_finer_list_is_added_to_the_one_that_most_have(self):
        broad = {"set_code": "group5_2001", "white": (50, 20), "black": (30, 6), "not_known": (4, 1)}
        added = together.add([given("A", **broad), given("B", **broad), given("C")], "ethnicity", STAGES)
        assert added.names == ("A", "B", "C")
        assert added.periods[LAST].groups["black"] == {"referred": 90, "completed": 18}
        assert added.periods[LAST].groups["not_known"] == {"referred": 18, "completed": 4}

    def test_one_service_alone_is_no_sum(self):
        assert together.add([given("A"), given("B", counts="events")], "ethnicity", STAGES) is None

    def test_only_times_that_every_one_of_them_sent_are_followed(self):
        both = {**figures(), **figures(HALVES[-2])}
        added = together.add([together.Given("A", "people", both), given("B")], "ethnicity", STAGES)
        assert list(added.periods) == [LAST]


@pytest.fixture
def partnership(db):
    return OrganisationFactory().partnership


def a_service(partnership, name, *, readers="commissioners", document=None):
    organisation = OrganisationFactory(partnership=partnership, name=name, is_example=False)
    lead = RoleFactory(kind=Kind.LEAD, organisation=organisation).user
    return sent(organisation, by=lead, document=document or with_a_gap(), readers=readers)


def as_role(client, partnership, kind):
    organisation = OrganisationFactory(partnership=partnership) if kind in Role.IN_AN_ORGANISATION else None
    person = RoleFactory(kind=kind, partnership=partnership, organisation=organisation).user
    client.force_login(person)
    pass_second_check(client, person)
    return person


def added_for(audience):
    return Finding.objects.filter(analysis__audience=audience, code="completion-ethnicity").first()


@pytest.fixture
def three(partnership):
    return [a_service(partnership, name) for name in ("Ash House", "Birch Rooms", "Cedar Line")]


class TestWhoSeesWhat:
    def test_named_readers_see_the_exact_sum_and_others_words_alone(self, client, partnership, three):
        work()
        commissioner = as_role(client, partnership, Kind.COMMISSIONER)
        page = client.get(added_for("commissioners").get_absolute_url()).content.decode()
        assert "16.7%" in page  # 40 of 240 in each of three services.
        assert ">720</td>" in page
        assert "Added together: Ash House, Birch Rooms and Cedar Line." in page
        assert set(Finding.objects.visible_to(commissioner).values_list("analysis__audience", flat=True)) == {
            "commissioners", "partnership", "",
        }  # fmt: skip
        board = as_role(client, partnership, Kind.BOARD)
        page = client.get(added_for("partnership").get_absolute_url()).content.decode()
        assert "lower than for everybody together among Black Caribbean people" in page
        assert client.get(added_for("commissioners").get_absolute_url()).status_code == 404
        assert not Finding.objects.visible_to(board).exclude(analysis__audience="partnership").exists()

    def test_words_alone_hold_no_number_of_a_group(self, partnership, three):
        work()
        finding = added_for("partnership")
        numbers = Row.objects.filter(finding__analysis__audience="partnership")
        for name in ("x", "n", "value", "low", "high", "missing"):
            assert not numbers.exclude(**{name: None}).exists()
        assert not numbers.exclude(unknown=0).exists()
        assert finding.reference is None
        assert finding.missing in together.STEPS
        assert not finding.points.exists()
        for text in (finding.sentence, finding.title):
            assert not any(letter.isdigit() for letter in text)

    def test_a_service_that_keeps_its_counts_is_in_no_sum(self, partnership, three):
        a_service(partnership, "Dale", readers="only_us", document=with_a_gap(groups={"A": (7919, 7), "M": (6947, 5)}))
        work()
        for audience in ("analysts", "commissioners", "partnership"):
            assert "Dale" not in " ".join(added_for(audience).notes.values_list("text", flat=True))
        assert added_for("analysts").rows.get(code="A").n == 3 * 800

    def test_commissioners_see_a_sum_only_of_those_who_named_them(self, partnership, three):
        a_service(partnership, "Elm", readers="analysts")
        work()
        assert added_for("analysts").rows.get(code="A").n == 4 * 800
        assert added_for("commissioners").rows.get(code="A").n == 3 * 800

    def test_two_services_are_no_sum_for_everybody(self, partnership):
        for name in ("Ash House", "Birch Rooms"):
            a_service(partnership, name)
        work()
        assert added_for("analysts")
        assert added_for("partnership") is None

    def test_a_sum_is_worked_out_anew_when_a_service_changes_its_mind(self, partnership, three):
        work()
        address = added_for("commissioners").get_absolute_url()
        submissions.choose_readers(three[0], by=three[0].made_by, readers="analysts")
        work()
        assert added_for("commissioners").rows.get(code="A").n == 2 * 800
        assert added_for("commissioners").get_absolute_url() == address
        submissions.take_back(three[1], by=three[1].made_by)
        work()
        assert added_for("commissioners") is None
        assert added_for("partnership") is None
        assert added_for("analysts").rows.get(code="A").n == 2 * 800

    def test_nobody_pledges_from_a_sum_but_a_lead_is_shown_their_own_figure(self, client, partnership, three):
        work()
        client.force_login(three[0].made_by)
        finding = added_for("partnership")
        own = Finding.objects.get(analysis__organisation=three[0].organisation, code="completion-ethnicity")
        page = client.get(finding.get_absolute_url()).content.decode()
        assert own.get_absolute_url() in page
        assert "Make this a pledge" not in page
        assert client.post(reverse("findings:make_pledge", args=[finding.pk])).status_code == 404

    def test_the_list_shows_each_reader_the_sums_once(self, client, partnership, three):
        work()
        for kind, words in ((Kind.ANALYST, "added together."), (Kind.BOARD, "in words alone.")):
            as_role(client, partnership, kind)
            page = client.get(reverse("findings:show_findings")).content.decode()
            assert page.count("Services together</h2>") == 1
            assert words in page

    def test_the_board_reads_them_in_words(self, client, partnership, three):
        work()
        as_role(client, partnership, Kind.BOARD)
        page = client.get(reverse("findings:show_known")).content.decode()
        assert "among Black Caribbean people" in page
        assert "16.7" not in page

    def test_another_list_is_named_among_what_would_make_it_surer(self, partnership, three):
        groups = {"white": (300, 150), "black": (100, 20)}
        table = Table(LAST, "ethnicity", "group5_2021", groups)
        a_service(
            partnership, "Fir", document=Submission("people", STAGES, {LAST: (400, 170)}, (table,), Rows(), "equity 1")
        )
        work()
        notes = " ".join(added_for("analysts").notes.values_list("text", flat=True))
        assert "Not in it: Fir (another list of groups, which cannot be added to this one)." in notes
        assert "Agree on one list of groups" in notes

    def test_looking_again_at_the_same_figures_does_nothing(self, partnership, three):
        work()
        before = list(Analysis.objects.values_list("pk", flat=True))
        work()
        assert list(Analysis.objects.values_list("pk", flat=True)) == before
        assert standing_figures(three[0].organisation_id, None)


def crossed(period=LAST, groups=None):
    """Black Caribbean men finish far less often than being Black Caribbean and being a man would each give."""
    usual = {("A", "F"): (500, 200), ("A", "M"): (500, 200), ("M", "F"): (200, 80), ("M", "M"): (200, 20), ("N", "F"): (4, 3)}  # fmt: skip # noqa: E501
    return Crossed(period, ("ethnicity", "sex"), ("nhs2001", "sex"), groups or usual)


def with_two_together(periods=HALVES, **changed):
    document = with_a_gap(periods)
    return replace(document, crossed=tuple(crossed(period, changed.get(period)) for period in periods))


def of_two(name, set_code="nhs2001+sex", **groups):
    groups = {"+".join(code.split("_")): values for code, values in groups.items()}
    return together.Given(name, "people", figures(characteristic="ethnicity+sex", set_code=set_code, **groups))


class TestTwoCharacteristicsOfSeveralServices:
    def test_pairs_of_the_same_groups_are_added(self):
        added = together.add([of_two("A", M_F=(30, 6)), of_two("B", M_F=(10, 1), M_M=(5, 2))], "ethnicity+sex", STAGES)
        assert added.periods[LAST].groups["M+F"] == {"referred": 40, "completed": 7}
        assert added.periods[LAST].groups["M+M"] == {"referred": 5, "completed": 2}

    def test_a_finer_list_on_one_side_is_added_to_the_coarser(self):
        broad = of_two("A", "group5_2001+sex", black_F=(30, 6)), of_two("B", "group5_2001+sex", black_F=(3, 1))
        added = together.add([*broad, of_two("C", M_F=(10, 1), N_F=(5, 2))], "ethnicity+sex", STAGES)
        assert added.periods[LAST].groups["black+F"] == {"referred": 48, "completed": 10}

    def test_an_unlike_list_is_left_out_with_the_reason(self):
        given = [of_two("A", M_F=(30, 6)), of_two("B", M_F=(10, 1)), of_two("C", "group5_2001+sex", black_F=(5, 2))]
        assert together.add(given, "ethnicity+sex", STAGES).left_out == (("C", "list"),)


@pytest.mark.django_db
class TestTwoCharacteristicsForThePartnership:
    @pytest.fixture
    def services(self):
        partnership = OrganisationFactory().partnership
        for name in ("Ash", "Birch", "Cedar"):
            organisation = OrganisationFactory(partnership=partnership, name=name)
            lead = RoleFactory(kind=Kind.LEAD, organisation=organisation).user
            sent(organisation, by=lead, document=with_two_together(), readers="analysts")
        work()
        return partnership

    def test_analysts_see_them_added_with_who_is_in_it(self, services):
        found = Finding.objects.get(analysis__audience="analysts", code="completion-ethnicity+sex")
        assert found.rows.get(code="M+M").n == 1200
        assert found.points.filter(code="M+M").count() == len(HALVES)
        assert "Added together: Ash, Birch and Cedar." in found.notes.values_list("text", flat=True)

    @pytest.mark.parametrize("kind", [Kind.ANALYST, Kind.COORDINATOR])
    def test_a_sum_is_never_offered_for_publication(self, client, services, kind):
        person = as_role(client, services, kind)
        assert not Finding.objects.publishable_by(person).exclude(analysis__audience="").exists()
        for found in Finding.objects.exclude(analysis__audience=""):
            assert client.post(reverse("findings:ask_release", args=[found.pk])).status_code == 404

    def test_everybody_else_reads_them_in_words(self, client, services):
        found = Finding.objects.get(analysis__audience="partnership", code="completion-ethnicity+sex")
        assert found.sentence.endswith("would each give alone among people who are Black Caribbean and Male.")
        assert found.detail.startswith("At least 100 people beyond what each alone explains.")
        assert not found.rows.exclude(x=None, n=None, value=None).exists()
        board = RoleFactory(kind=Kind.BOARD, partnership=services, organisation=None).user
        client.force_login(board)
        assert "A sum of services is not published" in client.get(found.get_absolute_url()).content.decode()


@pytest.mark.django_db
class TestTwoCharacteristics:
    @pytest.fixture
    def lead(self, client):
        person = RoleFactory(kind=Kind.LEAD).user
        client.force_login(person)
        return person

    @pytest.fixture
    def organisation(self, lead):
        return lead.roles.get().organisation

    @pytest.fixture
    def finding(self, organisation, lead):
        sent(organisation, by=lead, document=with_two_together())
        work()
        return Finding.objects.get(code="completion-ethnicity+sex")

    def test_a_finding_says_what_the_two_add_to_each_alone(self, client, finding):
        assert finding.sentence.startswith("Completion is lower than ethnic group and sex would each give alone among")
        assert "among people who are Black Caribbean and Male (10.0)." in finding.sentence
        page = client.get(finding.get_absolute_url()).content.decode()
        assert "(95% interval by drawing the counts again)" in page
        assert "Every year in a table" in page

    def test_too_few_people_in_both_is_said_plainly(self, client, finding):
        row = finding.rows.get(code="N+F")
        assert row.value is None
        assert (
            "Too few people in both groups to say anything." in client.get(finding.get_absolute_url()).content.decode()
        )

    def test_they_stand_in_the_submission_and_go_when_it_is_taken_back(self, client, organisation, lead):
        submission = sent(organisation, by=lead, document=with_two_together())
        page = client.get(submission.get_absolute_url()).content.decode()
        assert "Ethnic group and sex" in page
        assert "People for whom both are known" in page
        submissions.take_back(submission, by=lead)
        assert not CrossedCount.objects.exists()

    def test_a_pledge_from_it_reads_itself(self, organisation, lead, finding):
        findings.make_pledge(finding, Service(organisation), by=lead, year=2026)
        better = {("A", "F"): (500, 200), ("M", "M"): (200, 90), ("M", "F"): (200, 80), ("A", "M"): (500, 200)}
        later = "2026 Apr-Sep"
        sent(organisation, by=lead, document=with_two_together([later], **{later: better}))
        work()
        reading = Follow.objects.get().measure.readings.current().last()
        assert (reading.numerator, reading.denominator) == (90, 200)

    def test_it_is_never_offered_for_publication(self, lead, finding):
        assert not Finding.objects.publishable_by(lead).filter(pk=finding.pk).exists()
        assert Finding.objects.publishable_by(lead).exists()

    def test_its_page_says_why_and_what_to_do_instead(self, client, finding):
        page = client.get(finding.get_absolute_url()).content.decode()
        assert "Two characteristics together are not published" in page
        alone = Finding.objects.get(code="completion-ethnicity")
        assert f'href="{alone.get_absolute_url()}"' in page
        assert "Ask to publish this finding" not in page
        assert "Ask to publish this finding" in client.get(alone.get_absolute_url()).content.decode()

    def test_every_finding_of_a_service_goes_through_time(self, organisation, lead, finding):
        actions_of = Finding.objects.filter(analysis__organisation=organisation)
        assert actions_of.count() > 1
        for one in actions_of:
            assert one.points.exists(), one.code

    def test_joined_codes_fit_their_place(self):
        longest = max(len(code) for one in category_sets().values() for code in one.codes)
        names = sorted((len(one.code) for one in category_sets().values()), reverse=True)
        kinds = sorted((len(code) for code in characteristics()), reverse=True)
        assert 2 * longest + 1 <= Row._meta.get_field("code").max_length
        assert sum(names[:2]) + 1 <= Finding._meta.get_field("set_code").max_length
        assert sum(kinds[:2]) + 1 <= Finding._meta.get_field("characteristic").max_length
