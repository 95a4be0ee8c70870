"""Services side by side: who sees which number, what the funnel says, and at what cost."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from equity.submission.document import Rows, Submission, Table
from hub.accounts.tests.second_check import pass_second_check
from hub.findings import actions as findings
from hub.findings import beside
from hub.findings.models import Finding, Follow
from hub.findings.tests.factories import HALVES, with_a_gap, work
from hub.organisations.models import Role
from hub.organisations.tests.factories import OrganisationFactory, RoleFactory
from hub.pledges.models import Pledge
from hub.submissions import actions as submissions
from hub.submissions.queries import Service
from hub.submissions.tests.factories import sent

pytestmark = pytest.mark.django_db
Kind = Role.Kind
LAST = HALVES[-1]
WIDE = {"A": (400, 200), "M": (200, 20), "N": (100, 48), "not_known": (30, 8)}
USUAL = {"A": (400, 200), "M": (200, 80), "N": (100, 48), "not_known": (30, 8)}


@pytest.fixture
def partnership():
    return OrganisationFactory().partnership


def a_service(partnership, name, groups=USUAL, *, readers="commissioners", periods=(LAST,), document=None):
    organisation = OrganisationFactory(partnership=partnership, name=name, is_example=False)
    lead = RoleFactory(kind=Kind.LEAD, organisation=organisation).user
    sent(organisation, by=lead, document=document or with_a_gap(list(periods), groups=groups), readers=readers)
    return organisation


def as_partner(client, partnership, kind):
    person = RoleFactory(kind=kind, partnership=partnership, organisation=None).user
    client.force_login(person)
    pass_second_check(client, person)
    return person


def page_of(client, name, **asked):
    return client.get(reverse(f"findings:{name}"), asked).content.decode()


NAMES = ["Zebra Counselling", "Ash House", "Maple Project", "Birch Rooms", "Willow Centre", "Cedar Line"]


@pytest.fixture
def six(partnership):
    """One has a far wider gap than the others."""
    return [a_service(partnership, name, WIDE if name == "Maple Project" else USUAL) for name in NAMES]


class TestGaps:
    def test_services_stand_by_name_and_never_by_figure(self, client, partnership, six):
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_gaps")
        places = [page.index(f"</span>{name}") for name in sorted(NAMES)]
        assert places == sorted(places)
        assert "order=" not in page
        assert "sort" not in page.lower()

    def test_the_group_with_most_people_missing_is_looked_at_first_and_any_other_can_be_chosen(
        self, client, partnership, six
    ):
        as_partner(client, partnership, Kind.COMMISSIONER)
        assert "Finished: Black Caribbean beside everybody else" in finished(page_of(client, "show_gaps"))
        assert "Black African beside everybody else" in page_of(client, "show_gaps", group="N")

    def test_only_the_one_beyond_chance_is_said_to_be_so(self, client, partnership, six):
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_gaps")
        beyond = re.findall(r"</span>([\w ]+)</th>(?:<td[^>]*>[^<]*</td>)+<td[^>]*>Much lower than chance", page)
        assert beyond == ["Maple Project"]
        assert page.count("Within what chance does</td>") == 5

    def test_a_gap_is_that_groups_share_less_that_of_the_others(self, client, partnership, six):
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_gaps")
        assert "10% (20 of 200)" in page
        assert "49.6% (248 of 500)" in page
        assert "−39.6" in page

    def test_fewer_than_five_services_make_no_funnel(self, client, partnership):
        for name in NAMES[:4]:
            a_service(partnership, name)
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_gaps")
        assert "there is no funnel" in page
        assert "plot--funnel" not in page
        assert "Zebra Counselling" in page

    def test_a_service_that_did_not_name_the_reader_is_named_without_a_number(self, client, partnership, six):
        closed = a_service(partnership, "Oak Clinic", {"A": (7919, 6947), "M": (48611, 21787)}, readers="analysts")
        ask_of(partnership, closed)
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_gaps")
        assert "Oak Clinic: keeps its numbers to itself" in page
        for number in ("7,919", "6,947", "48,611", "21,787"):
            assert number not in page
        assert "49.6%" in page  # Nor does it move what the others are compared with.
        as_partner(client, partnership, Kind.ANALYST)
        assert "48,611" in page_of(client, "show_gaps", group="M")

    def test_what_a_service_keeps_to_itself_is_not_called_missing(self, client, partnership, six):
        """It showed the time before, and keeps this one."""
        mixed = a_service(partnership, "Oak Clinic", periods=HALVES[-2:-1])
        lead = Role.objects.get(organisation=mixed).user
        sent(mixed, by=lead, document=with_a_gap([LAST]), readers="only_us")
        ask_of(partnership, mixed)
        as_partner(client, partnership, Kind.COMMISSIONER)
        assert "Oak Clinic: keeps its numbers to itself" in page_of(client, "show_gaps", period=LAST)
        page = page_of(client, "show_recorded", period=LAST)
        assert re.search(r"Oak Clinic</dt><dd>Nearly everybody’s is known", page)

    def test_two_services_of_one_name_keep_their_own_numbers(self, client, partnership, six):
        for groups in ({"A": (300, 90), "M": (150, 30)}, {"A": (300, 240), "M": (150, 120)}):
            a_service(partnership, "Elm", groups)
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_gaps", group="M")
        rows = re.findall(r'class="letter">(\w)</span>Elm</th><td[^>]*>([^<]*)</td>.*?(?:−|\+)?([\d.]+)</td>', page)
        assert [(letter, share) for letter, share, _gap in rows] == [
            ("D", "20% (30 of 150)"),
            ("E", "80% (120 of 150)"),
        ]
        assert "−10" in page
        assert re.findall(r'class="letter">(\w)</span>Elm', page_of(client, "show_recorded")) == ["D", "E"]

    @pytest.mark.parametrize("done", [0, 100])
    def test_many_services_that_are_all_alike_are_not_called_too_few(self, client, partnership, done):
        for name in NAMES:
            a_service(partnership, name, {"A": (100, done), "M": (100, done)})
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_gaps", group="M")
        assert "chance has nothing to explain" in page
        assert "With fewer than" not in page

    def test_nobody_elses_partnership_is_shown(self, client, partnership, six):
        as_partner(client, OrganisationFactory(partnership__slug="elsewhere").partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_gaps", partnership=partnership.slug)
        assert "Maple Project" not in page
        assert "No service shows you its exact counts yet" in page

    def test_what_cannot_stand_beside_the_others_is_named_with_the_reason(self, client, partnership, six):
        a_service(partnership, "Elm", document=in_one_table("sex", "sex", {"F": (50, 20), "M": (40, 18)}))
        a_service(partnership, "Fir", document=in_one_table("ethnicity", "group5_2021", {"black": (50, 20)}))
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_gaps")
        assert "Elm: has not sent this" in page
        assert "Fir: counts in another list of groups" in page
        assert "Maple Project: has not sent this" in page_of(client, "show_gaps", characteristic="sex")

    @pytest.mark.parametrize(
        "said", [{"measure": "nothing"}, {"period": "spring"}, {"group": "x"}, {"characteristic": "'"}]
    )
    def test_what_is_not_offered_falls_back_to_the_usual(self, client, partnership, six, said):
        as_partner(client, partnership, Kind.COMMISSIONER)
        assert "Black Caribbean beside everybody else" in page_of(client, "show_gaps", **said)


def in_one_table(characteristic, set_code, groups):
    table = Table(LAST, characteristic, set_code, groups)
    total = tuple(map(sum, zip(*groups.values(), strict=True)))
    return Submission("people", ("referred", "completed"), {LAST: total}, (table,), Rows(), "equity 1")


def finished(page):
    return page.replace("Completion: ", "Finished: ")


def ask_of(partnership, *organisations):
    by = RoleFactory(kind=Kind.COORDINATOR, partnership=partnership, organisation=None).user
    about = {"stages": ["referred"], "lists": ["nhs2001"], "kind": "contract", "title": "Return", "period": LAST}
    services = [Service(one) for one in organisations]
    return submissions.open_round(partnership, by=by, services=services, due_on=timezone.localdate(), **about)


class TestWhatIsWrittenDown:
    def test_it_says_at_which_stage_and_whether_it_gets_better(self, client, partnership):
        worse = {"A": (400, 160), "not_known": (200, 10)}
        for name in NAMES[:5]:
            document = with_a_gap(HALVES[-2:], groups={"A": (400, 160), "not_known": (40, 60)}, **{LAST: worse})
            a_service(partnership, name, document=document)
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_recorded")
        assert re.search(r'66\.7%<br><span class="small">worse</span>', page)
        assert re.search(r'94\.1%<br><span class="small">better</span>', page)
        assert "From the first to the last: worse." in page
        assert "The 5 services that sent every one of these times" in page

    def test_those_who_keep_their_numbers_stand_there_in_words(self, client, partnership):
        closed = a_service(partnership, "Oak Clinic", {"A": (7919, 6947)}, readers="only_us")
        silent = OrganisationFactory(partnership=partnership, name="Silent House", is_example=False)
        ask_of(partnership, closed, silent)
        a_service(partnership, "Pine Rooms")
        as_partner(client, partnership, Kind.COMMISSIONER)
        page = page_of(client, "show_recorded")
        assert re.search(r"Oak Clinic</dt><dd>Nearly everybody’s is known", page)
        assert re.search(r"Silent House</dt><dd>Not sent", page)
        assert "7,919" not in page

    def test_with_nothing_sent_it_says_what_to_do(self, client, partnership):
        as_partner(client, partnership, Kind.ANALYST)
        assert "Ask services for figures" in page_of(client, "show_recorded")
        assert "Ask services for figures" in page_of(client, "show_gaps")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("show_gaps", Kind.COMMISSIONER), ("show_recorded", Kind.COMMISSIONER), ("show_gaps", Kind.ANALYST)],
)
def test_twenty_services_cost_little(client, partnership, name, kind, django_assert_max_num_queries):
    for number in range(20):
        ask_of(partnership, a_service(partnership, f"Service {number}", periods=HALVES))
    person = RoleFactory(kind=kind, partnership=partnership, organisation=None).user
    client.force_login(person)
    if kind in Role.NEEDS_SECOND_FACTOR:
        pass_second_check(client, person)
    page_of(client, name)
    with django_assert_max_num_queries(10):
        page = page_of(client, name)
    assert "Service 19" in page
    assert len(page.encode()) < 80_000


class TestTheBoard:
    @pytest.fixture
    def pledge(self, partnership):
        organisation = OrganisationFactory(partnership=partnership)
        lead = RoleFactory(kind=Kind.LEAD, organisation=organisation).user
        findings.load_published(partnership, report="demo", place="E09000019")
        work()
        finding = Finding.objects.filter(analysis__organisation=None, measure="completion").first()
        return findings.make_pledge(finding, Service(organisation), by=lead, year=2026, from_the_first=True)

    def test_one_page_has_what_is_known_what_was_promised_and_what_moved(self, client, partnership, pledge):
        Pledge.objects.update(sharing="partnership")
        as_partner(client, partnership, Kind.BOARD)
        page = page_of(client, "show_known")
        assert Finding.objects.get(measure="completion", analysis__organisation=None).sentence in unescape(page)
        assert pledge.commitment.title in page
        assert re.search(r"Since the start, no more than chance could do\.\s*From \d+(\.\d)?% to \d+(\.\d)?%", page)

    @pytest.mark.parametrize("change", [{"codes": "Z"}, {"set_code": "group5_2021"}])
    def test_a_promise_about_other_people_is_not_about_this_finding(self, client, partnership, pledge, change):
        Pledge.objects.update(sharing="partnership")
        pledge.commitment.groups.clear()
        as_partner(client, partnership, Kind.BOARD)
        assert pledge.commitment.title in page_of(client, "show_known")
        Follow.objects.update(**change)
        assert pledge.commitment.title not in page_of(client, "show_known")

    def test_a_pledge_that_is_not_shared_is_not_there(self, client, partnership, pledge):
        as_partner(client, partnership, Kind.BOARD)
        page = page_of(client, "show_known")
        assert pledge.commitment.title not in page
        assert "No promise about it is shared with you yet" in page
        assert Follow.objects.exists()

    def test_it_asks_little_however_much_was_promised(self, client, partnership, pledge, django_assert_max_num_queries):
        for _each in range(8):
            findings.make_pledge(
                Finding.objects.filter(analysis__organisation=None, measure="completion").first(),
                Service(pledge.organisation), by=pledge.commitment.owner, year=2026, from_the_first=True,
            )  # fmt: skip
        Pledge.objects.update(sharing="partnership")
        as_partner(client, partnership, Kind.BOARD)
        with django_assert_max_num_queries(14):
            page = page_of(client, "show_known")
        assert page.count(pledge.commitment.title) >= 9


class TestNumbers:
    def test_letters_go_on_after_z(self):
        assert [beside.letters(number) for number in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]

    def test_a_gap_of_very_few_people_is_not_worked_out(self):
        (line,) = beside.gaps([beside.Pair("Small", False, 1, 4, 20, 50)]).lines
        assert line.value is None
