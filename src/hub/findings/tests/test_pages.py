"""The pages of findings: what they show, to whom, and at what cost."""

import gzip
import re
import uuid

import pytest
from django.urls import reverse

from hub.accounts.tests.second_check import pass_second_check
from hub.findings import actions
from hub.findings.models import Analysis, Finding, Follow, Reply, Row, Suggestion
from hub.findings.tests.factories import looked_at, with_a_gap, work
from hub.organisations.models import Role
from hub.organisations.tests.factories import OrganisationFactory, PartnershipFactory, RoleFactory
from hub.pledges.models import Pledge
from hub.submissions.queries import Service
from hub.submissions.tests.factories import sent
from hub.toolkit.tests.factories import AreaFactory, EditionFactory, SectionFactory, StatementFactory

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
def finding(organisation, lead):
    return looked_at(organisation, by=lead)


def text_of(client, address):
    return client.get(address).content.decode()


class TestReading:
    def test_a_page_has_its_sentence_chart_table_caveats_and_what_would_make_it_surer(self, client, finding):
        page = text_of(client, finding.get_absolute_url())
        assert "It is lower for Black Caribbean people" in page
        assert page.count('class="row low"') == 2
        assert "It shows a difference, not why." in page
        assert "What would make it surer" in page
        assert "All figures in a table" in page
        assert "Sealed: made from exact counts" in page

    def test_groups_without_anybody_are_named_and_not_drawn(self, client, finding):
        page = text_of(client, finding.get_absolute_url())
        assert "Nothing to draw for: Irish" in page

    def test_published_figures_say_so_with_their_source(self, client, organisation, lead):
        actions.load_published(organisation.partnership, report="demo", place="E09000019")
        work()
        found = Finding.objects.filter(analysis__organisation=None).first()
        page = text_of(client, found.get_absolute_url())
        assert "Published figures: anybody may see them." in page
        assert "Open Government Licence" in page

    def test_while_the_engine_works_the_page_says_how_far_it_is(self, client, organisation, lead):
        sent(organisation, by=lead, document=with_a_gap())
        analysis = Analysis.objects.create(
            partnership=organisation.partnership, organisation=organisation, fingerprint="x", steps_done=2, steps_all=5
        )
        assert "looking at the figures, 2 of 5 tables" in text_of(client, reverse("findings:show_findings"))
        Analysis.objects.filter(pk=analysis.pk).update(steps_all=0)
        assert "waiting for its turn" in text_of(client, reverse("findings:show_progress"))

    def test_a_page_of_thirty_findings_is_light_and_asks_little(self, client, finding, django_assert_max_num_queries):
        rows = list(finding.rows.all())
        for number in range(29):
            finding.pk, finding.code, finding.position = None, f"more-{number}", number + 2
            finding.save(force_insert=True)
            for row in rows:
                row.pk, row.finding = None, finding
            Row.objects.bulk_create(rows)
        address = reverse("findings:show_findings")
        client.get(address)
        with django_assert_max_num_queries(10):
            page = client.get(address)
        assert page.content.count(b"<svg height") == 90
        assert len(gzip.compress(page.content)) < 20_000

    def test_one_finding_asks_little(self, client, finding, django_assert_max_num_queries):
        with django_assert_max_num_queries(24):
            client.get(finding.get_absolute_url())


def pressed(client, finding, **sent):
    return client.post(reverse("findings:make_pledge", args=[finding.pk]), {"once": str(uuid.uuid4())} | sent)


class TestActing:
    def test_one_click_makes_one_pledge_however_often_it_is_pressed(self, client, finding, organisation):
        once = str(uuid.uuid4())
        for _twice in range(2):
            answer = pressed(client, finding, once=once, service=organisation.pk)
        assert answer.url == Pledge.objects.get().get_absolute_url()
        assert Follow.objects.get().finding_code == finding.code

    def test_nobody_pledges_for_somebody_else(self, client, finding):
        other = RoleFactory(kind=Kind.LEAD).user.roles.get().organisation
        pressed(client, finding, service=other.pk)
        assert not Pledge.objects.exists()

    def test_who_reads_another_services_figure_cannot_make_it_their_pledge(self, client, organisation, lead):
        finding = looked_at(organisation, by=lead, readers="analysts")
        person = RoleFactory(kind=Kind.ANALYST, partnership=organisation.partnership, organisation=None).user
        own = RoleFactory(kind=Kind.LEAD, user=person, partnership=organisation.partnership).organisation
        client.force_login(person)
        pass_second_check(client, person)
        assert "Make this a pledge" not in text_of(client, finding.get_absolute_url())
        assert pressed(client, finding, service=own.pk).status_code == 404
        assert not Pledge.objects.exists()

    def test_what_is_suggested_stands_in_the_pledge_with_its_reason_on_the_page(self, client, finding, organisation):
        area = AreaFactory(edition=EditionFactory(is_example=False))
        StatementFactory(section=SectionFactory(area=area), key="times-fit-lives", text="Times fit lives")
        about = {"measure": "completion", "statement_key": "times-fit-lives", "reason": "Because people work"}
        Suggestion.objects.create(partnership=organisation.partnership, **about)
        page = text_of(client, finding.get_absolute_url())
        assert "Times fit lives" in page
        assert "Because people work" in page
        pressed(client, finding, service=organisation.pk)
        commitment = Pledge.objects.get().commitment
        assert "Times fit lives" in commitment.action
        assert commitment.statements.count() == 1

    def test_those_whose_figure_it_is_answer_it(self, client, finding):
        address = reverse("findings:answer_finding", args=[finding.pk])
        client.post(address, {"once": str(uuid.uuid4()), "text": "We changed the form in March"})
        assert Reply.objects.get().text == "We changed the form in March"
        assert "We changed the form in March" in text_of(client, finding.get_absolute_url())

    def test_a_named_reader_reads_the_answer_and_cannot_write_one(self, client, organisation, lead):
        finding = looked_at(organisation, by=lead, readers="analysts")
        person = RoleFactory(kind=Kind.ANALYST, partnership=organisation.partnership, organisation=None).user
        client.force_login(person)
        pass_second_check(client, person)
        assert "Answer this finding" not in text_of(client, finding.get_absolute_url())
        assert client.get(reverse("findings:answer_finding", args=[finding.pk])).status_code == 404

    def test_a_followed_figure_says_how_likely_a_year_would_show_that_its_gap_has_closed(
        self, client, organisation, lead, finding
    ):
        actions.make_pledge(finding, Service(organisation), by=lead, year=2026)
        page = text_of(client, reverse("findings:read_follow", args=[Follow.objects.get().pk]))
        assert re.search(r"To close the whole gap: With about \d+ a year, .* \d+ times in 100", page)

    def test_a_followed_figure_says_whether_it_is_a_change(self, client, organisation, lead, finding):
        actions.make_pledge(finding, Service(organisation), by=lead, year=2026)
        later = with_a_gap(["2026 Apr-Sep"], **{"2026 Apr-Sep": {"M": (100, 50), "N": (100, 52)}})
        sent(organisation, by=lead, document=later)
        work()
        address = reverse("findings:read_follow", args=[Follow.objects.get().pk])
        assert f'href="{address}"' in text_of(client, reverse("findings:show_findings"))
        page = text_of(client, address)
        assert "Up since the start, by more than chance." in page
        assert "fewer than eight periods" in page


class TestSuggestions:
    @pytest.fixture
    def editor(self, client, organisation):
        person = RoleFactory(kind=Kind.EDITOR, partnership=organisation.partnership, organisation=None).user
        client.force_login(person)
        pass_second_check(client, person)
        return person

    def test_an_editor_adds_one_and_ends_it(self, client, organisation, editor):
        area = AreaFactory(edition=EditionFactory(is_example=False))
        StatementFactory(section=SectionFactory(area=area), key="times-fit-lives")
        said = {"measure": "recovery", "characteristic": "", "statement_key": "times-fit-lives", "reason": "It helps"}
        said |= {"partnership": organisation.partnership_id, "once": str(uuid.uuid4())}
        client.post(reverse("findings:show_suggestions"), said)
        one = Suggestion.objects.get()
        assert "It helps" in text_of(client, reverse("findings:show_suggestions"))
        client.post(reverse("findings:end_suggestion", args=[one.pk]))
        assert "It helps" not in text_of(client, reverse("findings:show_suggestions"))


def test_what_is_found_about_ones_own_service_comes_first(client):
    partnership = PartnershipFactory()
    ours, other = (OrganisationFactory(partnership=partnership, name=name) for name in ("Zinnia", "Ash"))
    lead = RoleFactory(kind=Kind.LEAD, organisation=ours).user
    RoleFactory(kind=Kind.COMMISSIONER, partnership=partnership, organisation=None, user=lead)
    looked_at(other, by=RoleFactory(kind=Kind.LEAD, organisation=other).user, readers="commissioners")
    looked_at(ours, by=lead)
    client.force_login(lead)
    pass_second_check(client, lead)
    page = text_of(client, reverse("findings:show_findings"))
    assert 0 < page.index(">Zinnia") < page.index(">Ash")
