import csv
import io
import json
import uuid

import jsonschema
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.commitments.models import Part, Update
from hub.commitments.tests.factories import (
    AskFactory,
    GroupFactory,
    MeasureFactory,
    OfferFactory,
    ReadingFactory,
    TargetFactory,
    told_by_group,
)
from hub.core.public import public_page
from hub.findings.tests.factories import a_release
from hub.organisations.models import Fact, Licence, Sharing
from hub.organisations.tests.factories import OrganisationFactory, PartnershipFactory, RoleFactory
from hub.pledges.actions import choose_sharing
from hub.pledges.tests.factories import PledgeFactory
from hub.programme.models import AtWork, KeyTarget
from hub.programme.tests.factories import ActionFactory, KeyTargetFactory, OutcomeFactory, ServiceAreaFactory
from hub.publishing import formats
from hub.publishing.cache import may_be_kept
from hub.publishing.tables import TABLES

pytestmark = pytest.mark.django_db
NOT_PUBLIC = [Sharing.ONLY_US, Sharing.COMMISSIONERS, Sharing.PARTNERSHIP]


@pytest.fixture
def partnership():
    return PartnershipFactory(contact="The coordinator's office")


@pytest.fixture
def organisation(partnership):
    return OrganisationFactory(partnership=partnership)


def pledge_of(organisation, title="An interpreter at the first visit", sharing=Sharing.EVERYONE, **commitment):
    fields = {f"commitment__{name}": value for name, value in commitment.items()}
    return PledgeFactory(organisation=organisation, sharing=sharing, commitment__title=title, **fields)


def read(client, name, *args, **query):
    return client.get(reverse(f"publishing:{name}", args=args), query)


def page_of(client, pledge):
    return read(client, "show_pledge", pledge.organisation.partnership.slug, pledge.public_id)


@pytest.mark.parametrize("sharing", NOT_PUBLIC)
def test_what_is_not_published_is_nowhere(client, organisation, sharing):
    there = organisation.partnership.slug
    secret = pledge_of(organisation, "A quiet promise", sharing)
    Update.objects.create(commitment=secret.commitment, stage="moving", happened="A quiet promise moved")
    Fact.objects.create(organisation=organisation, text="Takes part", source="A report")
    assert page_of(client, secret).status_code == 404
    pages = [
        read(client, "show_front"),
        read(client, "show_partnership", there),
        read(client, "list_pledges", there),
        read(client, "list_organisations", there),
        read(client, "show_organisation", there, organisation.slug),
        *[read(client, "download_csv", there, table) for table in TABLES],
        *[read(client, "download_json", there, table) for table in TABLES],
    ]
    for page in pages:
        assert page.status_code == 200
        assert "quiet promise" not in page.text


def test_even_its_own_lead_sees_only_published_pledges_on_the_public_page(client, organisation):
    client.force_login(RoleFactory(organisation=organisation).user)
    secret = pledge_of(organisation, "A quiet promise", Sharing.ONLY_US)
    assert page_of(client, secret).status_code == 404
    assert "quiet" not in read(client, "list_pledges", organisation.partnership.slug).text


def test_a_published_pledge_says_its_four_questions_and_how_it_goes(client, organisation):
    pledge = pledge_of(organisation)
    Update.objects.create(commitment=pledge.commitment, stage="moving", worked="The card by the phone")
    text = page_of(client, pledge).text
    for words in ("Many people come without one.", "We count each quarter.", "The card by the phone", "Moving"):
        assert words in text


def test_what_a_source_does_not_say_is_called_that(client, organisation):
    pledge = pledge_of(organisation, source="A web page", knowing="", outcome="", due_on=None, owner=None)
    text = page_of(client, pledge).text
    assert text.count("Not stated in the source") >= 4
    assert "A web page" in text


def test_a_pledge_that_was_taken_back_leaves_a_notice_at_its_address(client, organisation):
    lead = RoleFactory(organisation=organisation).user
    pledge = pledge_of(organisation, "A promise", Sharing.ONLY_US)
    choose_sharing(pledge, by=lead, sharing=Sharing.EVERYONE)
    assert page_of(client, pledge).status_code == 200
    choose_sharing(pledge, by=lead, sharing=Sharing.PARTNERSHIP, words="We changed our plans")
    response = page_of(client, pledge)
    assert response.status_code == 410
    assert "no longer public" in response.text
    assert "We changed our plans" in response.text
    assert "A promise" not in response.text
    assert "A promise" not in read(client, "download_csv", organisation.partnership.slug, "pledges").text


def test_an_address_that_was_never_a_pledge_is_not_found(client, partnership):
    assert read(client, "show_pledge", partnership.slug, uuid.uuid4()).status_code == 404


def test_a_pledge_is_found_only_in_its_own_partnership(client, organisation):
    pledge = pledge_of(organisation)
    assert read(client, "show_pledge", PartnershipFactory().slug, pledge.public_id).status_code == 404


def test_the_public_reads_no_counts_of_people_of_one_group(client, organisation):
    pledge = pledge_of(organisation)
    ReadingFactory(
        measure=MeasureFactory(commitment=pledge.commitment, counting="a_group"), numerator=7731, denominator=9187
    )
    there = organisation.partnership.slug
    for page in [page_of(client, pledge), *[read(client, "download_json", there, table) for table in TABLES]]:
        assert "7731" not in page.text
        assert "9187" not in page.text


def a_group_of(commitment, **fields):
    """A small group whose target, places and first words all give away who is in it."""
    board = MeasureFactory(commitment=commitment, kind="composition", counting="", name="our board", **fields)
    TargetFactory(measure=board, value=None, words="Three seats for 7731")
    TargetFactory(measure=board, value=None, words="Four seats for 7731", reason="We found 9187")
    reading = ReadingFactory(measure=board, numerator=None, denominator=None, words="Two of 7731")
    Part.objects.create(reading=reading, label="Aged 7731", count=9187)
    return board


COUNTS_OF_CERTAIN_PEOPLE = {
    "a group ticked": ({"groups": True}, {"counting": "anyone"}),
    "their own words": ({"people": "Young Black men"}, {"counting": "anyone"}),
    "a survey in their own words": ({"people": "Young Black men"}, {"kind": "survey", "counting": "anyone"}),
    "a survey of a group": ({}, {"kind": "survey", "counting": "a_group"}),
    "nobody said": ({}, {"counting": ""}),
    "own words, from a source": ({"people": "Young Black men", "source": "A report"}, {"counting": "anyone"}),
}


@pytest.mark.parametrize("case", COUNTS_OF_CERTAIN_PEOPLE)
def test_counts_of_certain_people_are_nowhere_public(client, organisation, case):
    made, counted = COUNTS_OF_CERTAIN_PEOPLE[case]
    pledge = pledge_of(organisation, people=made.get("people", ""), source=made.get("source", ""))
    pledge.commitment.groups.set([GroupFactory()] if made.get("groups") else [])
    measure = MeasureFactory(commitment=pledge.commitment, **counted)
    update = Update.objects.create(commitment=pledge.commitment, stage="moving", happened="It went on")
    ReadingFactory(measure=measure, is_baseline=True, numerator=7731, denominator=9187)
    ReadingFactory(measure=measure, update=update, numerator=7731, denominator=9187, words="7731 of 9187")
    assert "It went on" in page_of(client, pledge).text
    says_no_figures(client, pledge)


def test_who_makes_up_a_small_group_is_nowhere_public(client, organisation):
    pledge = pledge_of(organisation)
    board = a_group_of(pledge.commitment, group_size=9)
    update = Update.objects.create(commitment=pledge.commitment, stage="moving", happened="It went on")
    ReadingFactory(measure=board, update=update, numerator=None, denominator=None, words="Five of 7731")
    assert "Who is in the group is not shown" in page_of(client, pledge).text
    says_no_figures(client, pledge)


def test_a_public_share_is_nowhere_public_by_group(client, organisation):
    pledge = pledge_of(organisation)
    measure = MeasureFactory(commitment=pledge.commitment, counting="things")
    update = Update.objects.create(commitment=pledge.commitment, stage="moving", happened="It went on")
    told_by_group(measure, update=update)
    text = page_of(client, pledge).text
    assert "9,412" in text
    assert "over 60" not in text
    says_no_figures(client, pledge, "7731", "7,731", "8187", "8,187")


def test_a_count_of_anybody_is_public(client, organisation):
    pledge = pledge_of(organisation)
    measure = MeasureFactory(commitment=pledge.commitment, counting="anyone")
    ReadingFactory(measure=measure, numerator=7731, denominator=9187)
    assert "9,187" in page_of(client, pledge).text


def says_no_figures(client, pledge, *figures):
    there = pledge.organisation.partnership.slug
    tables = [read(client, f"download_{kind}", there, table) for table in TABLES for kind in ("csv", "json")]
    for page in [page_of(client, pledge), *tables]:
        assert page.status_code == 200
        for figure in figures or ("7731", "7,731", "9187", "9,187"):
            assert figure not in page.text.replace(str(pledge.public_id), "")


def test_nobody_is_named(client, organisation):
    lead = RoleFactory(organisation=organisation, user__name="Somebody Unique").user
    pledge = pledge_of(organisation, owner=lead, made_by=lead)
    Update.objects.create(commitment=pledge.commitment, stage="moving", happened="It went on", made_by=lead)
    ask = AskFactory(organisation=organisation, commitment=pledge.commitment, asked_by=lead)
    OfferFactory(ask=ask, may_be_public=True, offered_by=lead)
    there = organisation.partnership.slug
    for page in [page_of(client, pledge), *[read(client, "download_json", there, table) for table in TABLES]]:
        assert "Somebody Unique" not in page.text
        assert lead.email not in page.text


@pytest.mark.parametrize(("may_be_public", "shown"), [(True, True), (False, False)])
def test_an_offer_is_public_where_those_who_offer_agreed(client, organisation, may_be_public, shown):
    pledge = pledge_of(organisation)
    ask = AskFactory(organisation=organisation, commitment=pledge.commitment)
    OfferFactory(ask=ask, text="Take our spare room", may_be_public=may_be_public)
    there = organisation.partnership.slug
    assert ("Take our spare room" in page_of(client, pledge).text) is shown
    assert ("Take our spare room" in read(client, "download_csv", there, "offers").text) is shown


def test_being_asked_is_not_public(client, partnership):
    asked = OrganisationFactory(partnership=partnership)
    assert asked.name not in read(client, "list_organisations", partnership.slug).text
    assert read(client, "show_organisation", partnership.slug, asked.slug).status_code == 404
    assert asked.name not in read(client, "download_csv", partnership.slug, "organisations").text


def test_facts_carry_their_source(client, organisation):
    Fact.objects.create(organisation=organisation, text="Has nine seats", source="A report of 2023")
    text = read(client, "show_organisation", organisation.partnership.slug, organisation.slug).text
    assert "Has nine seats" in text
    assert "A report of 2023" in text


def titles(response):
    return {pledge.commitment.title for pledge in response.context["page_obj"]}


def test_pledges_can_be_chosen_by_organisation_group_year_and_how_they_go(client, organisation):
    there = organisation.partnership.slug
    other = OrganisationFactory(partnership=organisation.partnership)
    moving, promised, old = pledge_of(organisation, "Moving"), pledge_of(other, "Promised"), pledge_of(other, "Old")
    Update.objects.create(commitment=moving.commitment, stage="moving")
    group = GroupFactory()
    promised.commitment.groups.add(group)
    old.year = 2019
    old.save()
    assert titles(read(client, "list_pledges", there, organisation=other.slug)) == {"Promised", "Old"}
    assert titles(read(client, "list_pledges", there, group=group.slug)) == {"Promised"}
    assert titles(read(client, "list_pledges", there, year="2019")) == {"Old"}
    assert titles(read(client, "list_pledges", there, stage="moving")) == {"Moving"}
    assert titles(read(client, "list_pledges", there, stage="promised")) == {"Promised", "Old"}


def test_a_choice_that_is_not_there_is_left_out(client, organisation):
    pledge_of(organisation, "A promise")
    response = read(client, "list_pledges", organisation.partnership.slug, year="nonsense", stage="'; drop", page="x")
    assert titles(response) == {"A promise"}


def test_the_list_costs_the_same_however_long_it_is(client, organisation, django_assert_max_num_queries):
    for number in range(60):
        pledge = pledge_of(organisation, f"Pledge {number}")
        Update.objects.create(commitment=pledge.commitment, stage="moving")
        pledge.commitment.groups.add(GroupFactory())
    with django_assert_max_num_queries(11):  # ten, and one that asks whether anything has changed
        response = read(client, "list_pledges", organisation.partnership.slug)
    assert len(response.context["page_obj"]) == 25


@pytest.mark.parametrize("name", ["show_partnership", "list_organisations", "list_practices"])
def test_public_lists_cost_the_same_however_long_they_are(client, partnership, name, django_assert_max_num_queries):
    for organisation in OrganisationFactory.create_batch(40, partnership=partnership):
        Update.objects.create(commitment=pledge_of(organisation).commitment, stage="moving", happened="It went on")
    with django_assert_max_num_queries(12):  # eleven, and one that asks whether anything has changed
        read(client, name, partnership.slug)


# Kept pages.


def test_a_page_is_made_once_and_then_kept(client, organisation, django_assert_num_queries):
    pledge_of(organisation)
    first = read(client, "list_pledges", organisation.partnership.slug)
    with django_assert_num_queries(1):  # only whether anything has changed
        second = read(client, "list_pledges", organisation.partnership.slug)
    assert first.content == second.content


def test_whatever_is_taken_back_is_gone_at_once(client, organisation):
    lead = RoleFactory(organisation=organisation).user
    pledge = pledge_of(organisation, "A promise", Sharing.ONLY_US)
    choose_sharing(pledge, by=lead, sharing=Sharing.EVERYONE)
    assert "A promise" in read(client, "list_pledges", organisation.partnership.slug).text
    choose_sharing(pledge, by=lead, sharing=Sharing.ONLY_US)
    assert "A promise" not in read(client, "list_pledges", organisation.partnership.slug).text


def test_a_page_made_for_somebody_signed_in_is_never_kept(client, organisation, django_assert_num_queries):
    address = reverse("publishing:list_pledges", args=[organisation.partnership.slug])
    client.force_login(RoleFactory(organisation=organisation).user)
    assert "Sign out" in client.get(address).text
    client.cookies.clear()
    assert "Sign out" not in client.get(address).text


def test_a_kept_page_is_not_shown_to_somebody_signed_in(client, organisation):
    address = reverse("publishing:list_pledges", args=[organisation.partnership.slug])
    assert "Sign out" not in client.get(address).text
    client.force_login(RoleFactory(organisation=organisation).user)
    assert "Sign out" in client.get(address).text


def test_each_language_and_theme_has_its_own_page(client, organisation):
    address = reverse("publishing:list_pledges", args=[organisation.partnership.slug])
    assert 'lang="en-gb"' in client.get(address).text
    assert 'lang="ar"' in client.get(address, headers={"accept-language": "ar"}).text
    client.cookies["display"] = "dark."
    assert 'data-theme="dark"' in client.get(address).text
    client.cookies.clear()
    assert 'data-theme="dark"' not in client.get(address).text


def test_a_kept_page_keeps_its_security_headers(client, organisation):
    address = reverse("publishing:list_pledges", args=[organisation.partnership.slug])
    first, second = client.get(address), client.get(address)
    for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Cache-Control", "Vary"):
        assert first[name] == second[name]
    assert "Set-Cookie" not in second


def test_a_reader_who_has_the_page_already_is_told_so(client, organisation):
    address = reverse("publishing:list_pledges", args=[organisation.partnership.slug])
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    pledge_of(organisation)
    lead = RoleFactory(organisation=organisation).user
    choose_sharing(pledge_of(organisation, "New"), by=lead, sharing=Sharing.EVERYONE)
    assert client.get(address, headers={"if-none-match": etag}).status_code == 200


def test_compressed_pages_say_the_same(client, organisation):
    import gzip

    address = reverse("publishing:list_pledges", args=[organisation.partnership.slug])
    plain = client.get(address).content
    packed = client.get(address, headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain


@pytest.fixture
def anonymous(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    return request


def test_a_page_with_a_form_of_ones_own_is_never_kept(anonymous):
    def kept(text):
        return may_be_kept(public_page(anonymous, HttpResponse(text)))

    assert kept("<p>All the same</p>")
    assert not kept('<input name="csrfmiddlewaretoken" value="x">')
    assert not kept('<script nonce="abc"></script>')
    assert not may_be_kept(HttpResponse("<p>Never said that it is public</p>"))


def test_a_page_that_sets_a_cookie_is_never_kept(anonymous):
    with_cookie = public_page(anonymous, HttpResponse("<p>Hello</p>"))
    with_cookie.set_cookie("seen", "1")
    assert not may_be_kept(with_cookie)


def test_nobody_between_keeps_a_page_made_for_somebody_signed_in(client, organisation):
    address = reverse("publishing:list_pledges", args=[organisation.partnership.slug])
    assert "public" in client.get(address)["Cache-Control"]
    client.force_login(RoleFactory(organisation=organisation).user)
    assert "private" in client.get(address)["Cache-Control"]


def test_an_unknown_host_gets_nothing(client, settings, organisation):
    settings.ALLOWED_HOSTS = ["example.org"]
    response = Client(raise_request_exception=False).get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400


# Open data.


@pytest.fixture
def full(organisation):
    """A partnership with something in every table."""
    pledge = pledge_of(organisation, '=HYPERLINK("http://example.org")', people="-- everybody")
    pledge.commitment.groups.add(GroupFactory())
    Update.objects.create(commitment=pledge.commitment, stage="stuck", help_wanted="@home visits", happened="+1")
    ask = AskFactory(organisation=organisation, commitment=pledge.commitment)
    OfferFactory(ask=ask, may_be_public=True)
    a_programme(organisation.partnership)
    a_release(organisation, code="completion-sex", published_at=timezone.now())
    return organisation.partnership


def a_programme(partnership, **fields):
    area = ServiceAreaFactory(programme__partnership=partnership, **fields)
    target = KeyTargetFactory(area=area, title="=1+1")
    TargetFactory(measure=target.measures.get(), value=25)
    ReadingFactory(measure=target.measures.get(), value=3, numerator=None, denominator=None)
    OutcomeFactory(area=area, words="@everybody")
    AtWork.objects.create(measure=target.measures.get(), area=area, topic="training", service="@desks")
    return ActionFactory(area=area, commitment__title="+ramps")


@pytest.mark.parametrize("table", TABLES)
def test_the_json_is_as_its_schema_says(client, full, table):
    data = read(client, "download_json", full.slug, table).json()
    schema = read(client, "describe_table", full.slug, table).json()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema, format_checker=jsonschema.FormatChecker())
    assert data[table]


@pytest.mark.parametrize("table", TABLES)
def test_the_csv_has_the_columns_that_are_described(client, full, table):
    rows = list(csv.reader(io.StringIO(read(client, "download_csv", full.slug, table).text)))
    package = read(client, "describe_package", full.slug).json()
    [resource] = [one for one in package["resources"] if one["name"] == table]
    assert rows[0] == [field["name"] for field in resource["schema"]["fields"]]
    assert len(rows) > 1
    web = read(client, "describe_csvw", full.slug).json()
    [described] = [one for one in web["tables"] if one["url"] == f"{table}.csv"]
    assert rows[0] == [column["name"] for column in described["tableSchema"]["columns"]]


@pytest.mark.parametrize("table", TABLES)
def test_nothing_in_a_csv_runs_as_a_formula(client, full, table):
    rows = csv.reader(io.StringIO(read(client, "download_csv", full.slug, table).text))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_all_programmes_are_in_one_file_that_is_as_its_schema_says(client, full):
    data = read(client, "download_programmes").json()
    schema = read(client, "describe_programmes").json()
    jsonschema.validate(data, schema, format_checker=jsonschema.FormatChecker())
    assert [len(data[name]) for name in ("programmes", "actions", "targets", "outcomes")] == [1, 1, 1, 1]
    assert data["actions"][0]["standing"] == "unreported"


def test_a_draft_is_in_no_file(client, full):
    a_programme(full, programme__published_at=None, programme__title="A quiet plan", title="A quiet area")
    files = [read(client, "download_programmes")]
    files += [read(client, "download_json", full.slug, table) for table in TABLES]
    assert not [file for file in files if "quiet" in file.text]
    assert len(files[0].json()["actions"]) == 1


def test_the_history_of_a_target_is_told_newest_first(client, full):
    [target] = KeyTarget.objects.filter(area__programme__partnership=full)
    TargetFactory(measure=target.measures.get(), value=30, reason="More came")
    history = read(client, "download_json", full.slug, "target-history").json()["target-history"]
    assert [(one["value"], one["is_present"]) for one in history] == [(30, True), (25, False)]


def test_counts_of_people_of_a_group_are_in_no_reading(client, full):
    [target] = KeyTarget.objects.filter(area__programme__partnership=full)
    measure = MeasureFactory(commitment=target.area.commitment, counting="a_group")
    target.measures.add(measure)
    ReadingFactory(measure=measure, numerator=7731, denominator=9187)
    readings = read(client, "download_json", full.slug, "target-readings")
    assert len(readings.json()["target-readings"]) == 1
    assert "7731" not in readings.text


def test_no_open_data_of_a_programme_tells_a_reading_by_group(client, full):
    [target] = KeyTarget.objects.filter(area__programme__partnership=full)
    measure = MeasureFactory(commitment=target.area.commitment, counting="things")
    target.measures.add(measure)
    told_by_group(measure)
    assert "9412" in read(client, "download_json", full.slug, "target-readings").text
    files = [read(client, "download_programmes")]
    files += [read(client, f"download_{kind}", full.slug, table) for table in TABLES for kind in ("csv", "json")]
    assert not [file for file in files if "over 60" in file.text or "7731" in file.text]


def test_anybodys_page_may_fetch_it(client, full):
    for name in ("download_csv", "download_json", "describe_table"):
        assert read(client, name, full.slug, "pledges")["Access-Control-Allow-Origin"] == "*"


def test_a_table_that_is_not_there_is_not_found(client, full):
    assert read(client, "download_csv", full.slug, "people").status_code == 404


def test_until_a_licence_is_chosen_people_ask(client, partnership):
    assert "Ask us before you use it" in read(client, "show_open_data").text
    assert "licenses" not in read(client, "describe_package", partnership.slug).json()
    partnership.licence = Licence.OGL_3
    partnership.save()
    assert formats.licences_of(partnership)[0]["name"] == "OGL-UK-3.0"
    assert json.loads(formats.as_json(TABLES["offers"], [], licence="x")) == {"licence": "x", "offers": []}


def test_only_reading_is_possible(client, full):
    for name, *args in [("show_front",), ("list_pledges", full.slug), ("download_csv", full.slug, "pledges")]:
        assert client.post(reverse(f"publishing:{name}", args=args)).status_code in (403, 405)


def test_with_several_partnerships_the_front_page_lists_them(client):
    one, two = PartnershipFactory.create_batch(2)
    text = read(client, "show_front").text
    assert one.name in text
    assert two.name in text
