"""A finding as everybody reads it, its files, and what is left when it was taken back."""

import csv
import io
import json
import re

import jsonschema
import pytest
from django.urls import reverse

from hub.findings import actions as findings
from hub.findings.models import Finding
from hub.findings.releases import actions, documents
from hub.findings.tests.factories import a_release, a_row, behind_its_back, looked_at, with_a_gap, work
from hub.organisations.models import Role, Sharing
from hub.organisations.tests.factories import OrganisationFactory, RoleFactory
from hub.pledges import actions as pledges
from hub.publishing import finding_tables
from hub.submissions.queries import Service

pytestmark = pytest.mark.django_db
Kind = Role.Kind
FEW = {"A": (400, 160), "C": (117, 46), "M": (111, 18), "N": (121, 21), "P": (3, 1), "R": (1, 1), "not_known": (30, 8)}


def published(organisation, finding, *, by):
    """Through the whole way, with two people who approve."""
    release = actions.ask(finding, by=by)
    work()
    approver = RoleFactory(kind=Kind.APPROVER, organisation=organisation).user
    partner = RoleFactory(kind=Kind.COORDINATOR, partnership=organisation.partnership, organisation=None).user
    for person in (approver, partner):
        actions.approve(release, by=person)
    release.refresh_from_db()
    assert release.is_public
    return release


@pytest.fixture
def lead():
    return RoleFactory(kind=Kind.LEAD).user


@pytest.fixture
def organisation(lead):
    return lead.roles.get().organisation


@pytest.fixture
def release(organisation, lead):
    return published(organisation, looked_at(organisation, by=lead, document=with_a_gap(groups=FEW)), by=lead)


def read(client, name, release, **asked):
    slug = release.partnership.slug
    return client.get(reverse(f"publishing:{name}", args=[slug, release.public_id]), **asked)


class TestThePage:
    def test_it_has_everything_that_a_reader_needs(self, client, release):
        page = read(client, "show_finding", release).content.decode()
        assert "It is lower for Black Caribbean people" in page
        assert page.count('class="row low"') == 2
        for words in (
            "All figures in a table", "Group not known for", "Range (95%)", "Before you use this", "Own records:",
            "Licence:", "The table as CSV", "Protected so that nobody can be picked out (nhs-mh, version 1)",
            "Hidden, so that nobody can be picked out.",
        ):  # fmt: skip
            assert words in page, words

    def test_published_figures_have_their_source_licence_and_years(self, client, organisation, lead):
        findings.load_published(organisation.partnership, report="demo", place="E09000019")
        work()
        found = Finding.objects.filter(analysis__organisation=None, measure="completion").first()
        analyst = RoleFactory(kind=Kind.ANALYST, partnership=organisation.partnership, organisation=None).user
        page = read(client, "show_finding", published(organisation, found, by=analyst)).content.decode()
        assert "Open Government Licence v3.0" in page
        assert "Over time" in page
        assert "Published figures." in page

    def test_the_population_is_shown_with_its_year_and_ages(self, client, organisation, lead):
        findings.load_published(organisation.partnership, report="demo", place="E09000019")
        groups = {"A": (400, 160), "C": (40, 16), "M": (110, 18), "N": (120, 20)}
        looked_at(organisation, by=lead, document=with_a_gap(groups=groups))
        access = Finding.objects.get(analysis__organisation=organisation, measure="access")
        page = read(client, "show_finding", published(organisation, access, by=lead)).content.decode()
        assert "Residents: Census 2021" in page

    def test_what_its_service_says_stands_beside_it(self, client, release):
        approver = Role.objects.get(kind=Kind.APPROVER).user
        actions.answer(release, by=approver, text="We began to ask everybody in May.")
        assert "We began to ask everybody in May." in read(client, "show_finding", release).content.decode()

    def test_it_is_linked_from_the_front_page_and_the_list(self, client, release):
        address = reverse("publishing:show_finding", args=[release.partnership.slug, release.public_id])
        for name in ("show_partnership", "list_findings"):
            assert (
                address in client.get(reverse(f"publishing:{name}", args=[release.partnership.slug])).content.decode()
            )

    def test_it_is_made_once_and_kept(self, client, release, django_assert_num_queries):
        first = read(client, "show_finding", release)
        with django_assert_num_queries(1):  # only whether anything has changed
            assert read(client, "show_finding", release).content == first.content

    def test_it_does_not_exist_before_it_was_approved(self, client, organisation):
        waiting = a_release(organisation, code="access-sex")
        for name in ("show_finding", "download_finding_csv", "download_finding_json"):
            assert read(client, name, waiting).status_code == 404

    def test_another_partnership_does_not_show_it(self, client, release):
        elsewhere = OrganisationFactory().partnership
        address = reverse("publishing:show_finding", args=[elsewhere.slug, release.public_id])
        assert client.get(address).status_code == 404

    def test_the_list_asks_little_however_long_it_is(self, client, organisation, django_assert_max_num_queries):
        for number in range(40):
            a_release(organisation, code=f"c{number}", published_at="2026-10-01T12:00:00Z")
        with django_assert_max_num_queries(10):
            client.get(reverse("publishing:list_findings", args=[organisation.partnership.slug]))


class TestItsFiles:
    def test_the_bytes_that_were_approved_are_the_bytes_that_go_out(self, client, release):
        files = {file.name: file.content for file in release.files.all()}
        assert read(client, "download_finding_json", release).content.decode() == files[documents.FINDING]
        assert read(client, "download_finding_csv", release).content.decode() == files[documents.TABLE]

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE findings_releasedfile SET content = '{}'",
            "UPDATE findings_releasedfile SET content = '{}' WHERE name = 'finding.json'",
            "DELETE FROM findings_releasedfile WHERE name = 'table.csv'",
            "DELETE FROM findings_releasedfile",
        ],
    )
    def test_what_is_not_as_it_was_approved_does_not_go_out(self, client, release, change):
        behind_its_back(change)
        for name in ("show_finding", "download_finding_csv", "download_finding_json"):
            assert read(client, name, release).status_code == 404
        for name in ("download_csv", "download_json"):
            page = client.get(reverse(f"publishing:{name}", args=[release.partnership.slug, "findings"]))
            assert (page.status_code, str(release.public_id) in page.content.decode()) == (200, False)

    def test_nobody_on_the_way_keeps_a_number_that_may_be_taken_back(self, client, release):
        table = [release.partnership.slug, "findings"]
        pages = [read(client, name, release) for name in ("download_finding_csv", "download_finding_json")]
        pages += [client.get(reverse(f"publishing:{name}", args=table)) for name in ("download_csv", "download_json")]
        for page in pages:
            assert page["Cache-Control"] == "public, no-cache"
            assert page["ETag"]
        again = read(client, "download_finding_csv", release, headers={"If-None-Match": pages[0]["ETag"]})
        assert again.status_code == 304

    def test_the_json_fits_its_schema(self, client, release):
        schema = client.get(reverse("publishing:describe_finding")).json()
        jsonschema.validate(read(client, "download_finding_json", release).json(), schema)

    def test_the_table_has_the_columns_that_are_described(self, client, release):
        rows = list(csv.DictReader(io.StringIO(read(client, "download_finding_csv", release).content.decode())))
        assert list(rows[0]) == [column.name for column in finding_tables.COLUMNS]
        hidden = next(row for row in rows if row["group"] == "Any other Black background")
        assert (hidden["count"], hidden["note"]) == ("", "Hidden, so that nobody can be picked out.")
        assert all(row["licence"] and row["period"] for row in rows)

    def test_text_that_a_spreadsheet_would_run_does_not_run(self):
        rows = [a_row("=1+1", 60, 20)]
        same = dict.fromkeys([name for name, *_ in documents.ABOUT], "@place") | {"sources": ["+44"], "rows": rows}
        table = list(csv.reader(io.StringIO(documents._csv(same))))
        assert table[1][0] == "'=1+1"
        assert all(not cell.startswith(("=", "@", "+")) for cell in table[1])

    def test_it_is_among_the_open_data(self, client, release):
        slug = release.partnership.slug
        found = client.get(reverse("publishing:download_json", args=[slug, "findings"])).json()["findings"]
        assert [one["id"] for one in found] == [str(release.public_id)]
        schema = client.get(reverse("publishing:describe_table", args=[slug, "findings"])).json()
        jsonschema.validate({"licence": "x", "findings": found}, schema)

    def test_no_byte_depends_on_how_small_counts_are_shared_out(self, lead, organisation):
        """Two services that differ only in which hidden group has whom."""
        other = RoleFactory(kind=Kind.LEAD).user
        files = []
        for person, changed in ((lead, {"P": (3, 1), "R": (1, 1)}), (other, {"P": (2, 1), "R": (2, 1)})):
            mine = person.roles.get().organisation
            type(mine).objects.filter(pk=mine.pk).update(name="A service")
            document = with_a_gap(["2025-26 Oct-Mar"], groups=FEW | changed)
            release = published(mine, looked_at(mine, by=person, document=document), by=person)
            files.append({file.name: file.content for file in release.files.all()})
        assert files[0] == files[1]


class TestTakenBack:
    @pytest.fixture
    def gone(self, release, lead):
        return actions.withdraw(release, by=lead, words="Two months were counted twice.")

    def test_its_address_holds_a_notice_with_the_day_and_the_reason(self, client, gone):
        page = read(client, "show_finding", gone)
        assert page.status_code == 410
        assert "Two months were counted twice." in page.content.decode()
        assert f"taken back on {gone.ended_at.day} " in page.content.decode()
        assert "Black Caribbean" not in page.content.decode()

    @pytest.mark.parametrize("name", ["download_finding_csv", "download_finding_json"])
    def test_its_files_are_gone_with_a_sentence(self, client, gone, name):
        answer = read(client, name, gone)
        assert answer.status_code == 410
        assert answer.content.decode().startswith("This finding was taken back on")

    def test_it_is_in_no_list(self, client, gone):
        slug = gone.partnership.slug
        assert str(gone.public_id) not in client.get(reverse("publishing:list_findings", args=[slug])).content.decode()
        assert client.get(reverse("publishing:download_json", args=[slug, "findings"])).json()["findings"] == []

    def test_a_page_that_was_kept_is_gone_at_once(self, client, release, lead):
        assert read(client, "show_finding", release).status_code == 200
        actions.withdraw(release, by=lead, words="It was wrong")
        assert read(client, "show_finding", release).status_code == 410

    @pytest.mark.parametrize("name", ["show_finding", "download_finding_csv", "download_finding_json"])
    def test_nothing_that_it_said_can_be_read(self, client, gone, name):
        said = {row["group"] for row in json.loads(gone.files.get(name=documents.FINDING).content)["rows"]}
        assert len(said) > 10
        page = read(client, name, gone).content.decode()
        assert not [group for group in said if group in page]


class TestAPledgeFromIt:
    def test_no_number_of_a_sealed_finding_goes_out_with_a_pledge(self, client, organisation, lead):
        finding = looked_at(organisation, by=lead)
        pledge = findings.make_pledge(finding, Service(organisation), by=lead, year=2026)
        pledges.choose_sharing(pledge, by=lead, sharing=Sharing.EVERYONE)
        slug = organisation.partnership.slug
        page = client.get(reverse("publishing:show_pledge", args=[slug, pledge.public_id])).content.decode()
        assert "lower than it should be for Black Caribbean and Black African" in page
        words = re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main")])
        for known in (organisation.name, "2025 Apr-Sep to 2025-26 Oct-Mar"):
            words = words.replace(known, "")
        assert set(re.findall(r"\d+(?:[.,]\d+)?", words)) <= {"2026"}
        everything = client.get(reverse("publishing:download_json", args=[slug, "pledges"])).json()
        assert not re.search(r"16\.4|32\.8|15\.9|16\.7|times in 100", str(everything))
