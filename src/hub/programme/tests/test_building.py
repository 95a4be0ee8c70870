"""Building a programme by hand or from a spreadsheet, and changing it with its history in sight."""

import datetime
import io
import uuid

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hub.commitments.models import Commitment, HandOver, Wording
from hub.commitments.rules import is_public_safe
from hub.commitments.tests.factories import UserFactory, give_role, somebody
from hub.programme.models import Action, AtWork, KeyTarget, Outcome, Programme, ServiceArea, Strand
from hub.programme.spreadsheet import NotASheetError, checked, date_in, read_sheet
from hub.programme.tests.factories import (
    ActionFactory,
    CommunityFactory,
    ForumFactory,
    ProgrammeFactory,
    ServiceAreaFactory,
)
from hub.toolkit.models import Characteristic, Edition, Group
from hub.toolkit.tests.factories import StatementFactory

HEADER = ["What", "Title", "Area", "Strand", "Words", "Owner", "By when", "Kind", "Figure to reach", "Actions"]
GOOD = [
    ["strand", "As a neighbour"],
    ["area", "Libraries", "", "As a neighbour"],
    ["action", "Open on Sundays", "Libraries", "", "", "olu@example.org", "31/3/2027"],
    ["target", "Twelve Sundays", "Libraries", "", "", "", "31 March 2027", "number", "12", "Open on Sundays"],
    ["target", "A meeting each month", "Libraries", "", "", "", "2027-12-31", "cadence", "5"],
    ["outcome", "People feel at home", "Libraries"],
]


def sheet(*rows, name="plan.csv"):
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [HEADER, *rows])
    return SimpleUploadedFile(name, text.encode())


def workbook(*rows):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        page = book.add_worksheet()
        for number, row in enumerate([HEADER, *rows]):
            page.write_row(number, 0, row)
    return SimpleUploadedFile("plan.xlsx", file.getvalue())


def address(programme, name="import_sheet", *more):
    return reverse(f"programme:{name}", args=[programme.pk, *more])


def look_at(client, programme, file):
    return client.post(address(programme), {"sheet": file})


def agree(client, programme, page):
    return client.post(address(programme), {"rows": page.context["rows"]})


def told(page):
    return [(problem.row, problem.sentence) for problem in page.context["plan"].problems]


def counts():
    return [model.objects.count() for model in (Strand, ServiceArea, Action, KeyTarget, Outcome, Commitment)]


def test_a_sheet_is_shown_first_and_carried_out_when_asked_again(client, programme, coordinator, owner):
    before = counts()
    page = look_at(client, programme, sheet(*GOOD))
    assert told(page) == []
    assert page.context["plan"].counts == [
        ("action", "new", 1),
        ("area", "new", 1),
        ("outcome", "new", 1),
        ("strand", "new", 1),
        ("target", "new", 2),
    ]
    assert counts() == before
    assert agree(client, programme, page).status_code == 302
    action = Action.objects.get()
    assert action.commitment.owner == owner
    assert action.commitment.due_on == datetime.date(2027, 3, 31)
    [number, rhythm] = KeyTarget.objects.all()
    assert [one.value for one in number.measures.get().targets.all()] == [12]
    assert list(number.actions.all()) == [action]
    assert rhythm.measures.get().every_weeks_to == 5


def test_an_excel_sheet_is_read_like_any_other(client, programme, coordinator, owner):
    rows = [list(row) for row in GOOD]
    rows[2][6] = datetime.datetime(2027, 3, 31)
    rows[3][8] = 12
    page = look_at(client, programme, workbook(*rows))
    assert told(page) == []
    agree(client, programme, page)
    assert Action.objects.get().commitment.due_on == datetime.date(2027, 3, 31)


WRONG = {
    "a wrong date": (["action", "Ramps", "Libraries", "", "", "", "31/2/2027"], "is not a date"),
    "a target without a date": (["target", "Ramps", "Libraries"], "has no date"),
    "an action in no area": (["action", "Ramps"], "is in no area"),
    "an area that is not there": (["action", "Ramps", "Parks"], "no area called “Parks”"),
    "an area in no strand": (["area", "Parks"], "is in no strand"),
    "nobody of that name": (["action", "Ramps", "Libraries", "", "", "Nobody Example"], "Nobody in the partnership"),
    "two owners of one name": (["action", "Ramps", "Libraries", "", "", "Sam Example"], "Two people are called"),
    "something unknown": (["wish", "Ramps"], "has to be one of"),
    "no title": (["action", "", "Libraries"], "has no title"),
    "the same twice": (["outcome", "People feel at home", "Libraries"], "stands in row 7 already"),
    "a figure in words": (
        ["target", "Ramps", "Libraries", "", "", "", "1/1/2027", "number", "several"],
        "is not a number",
    ),
    "an action that is not there": (
        ["outcome", "Ramps", "Libraries", "", "", "", "", "", "", "Close on Mondays"],
        "no action called",
    ),
    "too long a title": (["action", "x" * 161, "Libraries"], "too long"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_by_row_and_nothing_is_saved(client, programme, coordinator, owner, wrong):
    for _ in range(2):
        somebody("lead", programme.organisation, name="Sam Example")
    row, sentence = WRONG[wrong]
    before = counts()
    page = look_at(client, programme, sheet(*GOOD, row))
    assert [number for number, _sentence in told(page)] == [8]
    assert sentence in told(page)[0][1]
    assert "Row 8" in page.text
    assert agree(client, programme, page).status_code == 409
    assert counts() == before


def test_every_mistake_is_told_at_once(client, programme, coordinator):
    page = look_at(client, programme, sheet(["action", "A"], ["target", "B"], ["area", "C"]))
    assert [number for number, _sentence in told(page)] == [2, 3, 3, 4]


@pytest.mark.parametrize(
    ("name", "content"),
    [("plan.xlsx", b"not a workbook"), ("plan.csv", b""), ("plan.csv", b"Colour,Size\nred,3"), ("plan.pdf", b"%PDF")],
)
def test_what_is_no_sheet_gets_a_sentence(client, programme, coordinator, name, content):
    page = look_at(client, programme, SimpleUploadedFile(name, content or b" "))
    assert page.status_code == 200
    assert page.context["form"].errors["sheet"]


def test_rows_that_somebody_made_up_are_refused(client, programme, coordinator):
    for rows in ("nonsense", '{"a": 1}', "[1, 2]", "null"):
        assert client.post(address(programme), {"rows": rows}).status_code == 400


def test_a_second_sheet_changes_actions_and_keeps_what_they_said(client, programme, coordinator, owner):
    agree(client, programme, look_at(client, programme, sheet(*GOOD)))
    other = somebody("lead", programme.organisation, email="nia@example.org")
    again = [*GOOD[:2], ["action", "Open on Sundays", "Libraries", "", "", "nia@example.org", "30/6/2027"]]
    page = look_at(client, programme, sheet(*again))
    assert ("action", "changed", 1) in page.context["plan"].counts
    agree(client, programme, page)
    assert Action.objects.get().commitment.due_on == datetime.date(2027, 6, 30)
    assert Wording.objects.get().due_on == datetime.date(2027, 3, 31)
    assert HandOver.objects.get().to_owner == other


def test_an_owner_of_another_partnership_is_nobody_here(client, programme, coordinator):
    stranger = UserFactory(email="far@example.org")
    give_role(stranger, "lead", ProgrammeFactory().organisation)
    area = ServiceAreaFactory(programme=programme, title="Libraries")
    page = look_at(client, programme, sheet(["action", "Ramps", area.title, "", "", "far@example.org"]))
    assert "Nobody in the partnership" in told(page)[0][1]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/3/2027", datetime.date(2027, 3, 31)),
        ("2027-03-31", datetime.date(2027, 3, 31)),
        ("31 March 2027", datetime.date(2027, 3, 31)),
        ("3/31/2027", None),
        ("summer 2027", None),
        ("31/3/27", None),
    ],
)
def test_dates_are_read_as_people_here_write_them(text, day):
    assert date_in(text) == day


def test_a_sheet_that_is_too_large_is_refused():
    with pytest.raises(NotASheetError, match="2 MB"):
        read_sheet("plan.csv", b"x" * 2_000_001)
    with pytest.raises(NotASheetError, match="2,000 rows"):
        read_sheet("plan.csv", b"What,Title\n" + b"area,x\n" * 2001)


def test_an_empty_sheet_has_all_columns(client, programme, coordinator):
    text = client.get(address(programme, "empty_sheet")).content.decode()
    assert checked([text.strip().split(","), ["strand", "As a neighbour"]])[0].problems == []


def send(client, programme, name, /, *more, **typed):
    return client.post(address(programme, name, *more), {"once": str(uuid.uuid4())} | typed)


def test_a_programme_is_built_by_hand_and_published(client, programme, coordinator, owner):
    typed = {"once": str(uuid.uuid4()), "title": "Fair parks", "report_every_weeks": "8"}
    client.post(reverse("programme:start_programme"), typed)
    made = Programme.objects.get(title="Fair parks")
    assert made.partnership == programme.partnership
    send(client, made, "add_part", "strand", title="As a neighbour")
    send(client, made, "add_part", "area", title="Parks", strand="As a neighbour")
    send(client, made, "add_part", "action", title="Benches", area="Parks", owner=owner.email)
    day = {"due_on-day": "1", "due_on-month": "6", "due_on-year": "2027"}
    send(client, made, "add_part", "target", title="Ten benches", area="Parks", kind="number", value="10", **day)
    assert Action.objects.get(area__programme=made).commitment.owner == owner
    assert KeyTarget.objects.get(area__programme=made).measures.get().targets.get().value == 10
    assert client.get(made.get_absolute_url()).status_code == 404
    client.post(address(made, "publish_programme"))
    assert client.get(made.get_absolute_url()).status_code == 200


def test_what_cannot_be_right_is_said_beside_the_form(client, programme, coordinator):
    area = ServiceAreaFactory(programme=programme, title="Parks")
    typed = {"title": "Ten benches", "area": area.title, "kind": "number", "value": "ten"}
    day = {"due_on-day": "1", "due_on-month": "6", "due_on-year": "2027"}
    page = send(client, programme, "add_part", "target", **typed, **day)
    assert "is not a number" in page.text
    assert not KeyTarget.objects.exists()


def test_what_an_action_said_before_stays_in_sight(client, programme, coordinator):
    action = ActionFactory(area__programme=programme, commitment__title="Benches")
    typed = {"seen": action.commitment.version, "title": "Benches with backs", "action": "We ask who sits where"}
    page = client.post(reverse("programme:change_action", args=[action.pk]), typed)
    assert page.status_code == 302
    assert Wording.objects.get().title == "Benches"
    text = client.get(action.get_absolute_url()).text
    assert "Benches with backs" in text
    history = reverse("programme:read_history", args=[action.pk])
    assert history in text
    assert "<b>Benches</b>" in client.get(history).text


def test_the_second_of_two_who_change_the_same_words_is_told(client, programme, coordinator):
    action = ActionFactory(area__programme=programme, commitment__title="Benches")
    Commitment.objects.update(version=7)
    page = client.post(reverse("programme:change_action", args=[action.pk]), {"seen": 1, "title": "Chairs"})
    assert "Somebody changed this while you were writing" in page.text
    assert 'value="Chairs"' in page.text


def test_the_page_for_building_costs_the_same_however_much_is_in_it(
    client, programme, coordinator, django_assert_max_num_queries
):
    for area in ServiceAreaFactory.create_batch(5, programme=programme):
        ActionFactory.create_batch(5, area=area)
    with django_assert_max_num_queries(15):
        assert client.get(address(programme, "build_programme")).status_code == 200


def test_parts_of_another_programme_are_not_changed_from_here(client, programme, coordinator):
    elsewhere = ServiceAreaFactory()
    assert client.post(address(programme, "change_part", "area", elsewhere.pk), {"title": "Mine"}).status_code == 404
    assert client.get(address(programme, "change_part", "wish", elsewhere.pk)).status_code == 404


def tie(client, action, **typed):
    return client.post(reverse("programme:tie_action", args=[action.pk]), {"goes_with": "", "statements": ""} | typed)


def test_actions_that_go_together_show_each_other(client, programme, coordinator):
    area = ServiceAreaFactory(programme=programme)
    benches, ramps = (ActionFactory(area=area, commitment__title=title) for title in ("Benches", "Ramps"))
    assert "There is no action called" in tie(client, benches, goes_with="Swings").text
    assert tie(client, benches, goes_with="ramps").status_code == 302
    for action, other in ((benches, ramps), (ramps, benches)):
        assert [one.pk for one in action.goes_with.all()] == [other.pk]
        assert other.commitment.title in client.get(action.get_absolute_url()).text


def test_actions_of_one_title_are_told_apart_by_their_areas(client, programme, coordinator):
    parks, streets = (ServiceAreaFactory(programme=programme, title=title) for title in ("Parks", "Streets"))
    action, *training = (ActionFactory(area=area, commitment__title="Training") for area in (parks, parks, streets))
    other = ActionFactory(area=streets, commitment__title="Ramps")
    assert "More than one is called" in tie(client, other, goes_with="Training").text
    assert tie(client, other, goes_with="Training (Streets)").status_code == 302
    assert list(other.goes_with.all()) == [training[1]]
    assert "Training (Streets)" in client.get(reverse("programme:tie_action", args=[other.pk])).text
    assert not action.goes_with.exists()


def test_a_point_of_an_older_edition_stays_when_something_else_is_changed(client, programme, coordinator):
    action, old = ActionFactory(area__programme=programme), StatementFactory()
    action.commitment.statements.add(old)
    new = StatementFactory(key=old.key, section__area__edition__number=old.section.area.edition.number + 1)
    Edition.objects.update(published_on="2021-05-01")
    community = CommunityFactory(programme=programme)
    assert tie(client, action, statements=old.key, community=community.pk).status_code == 302
    assert list(action.commitment.statements.all()) == [old] != [new]


def test_an_action_is_tied_to_people_a_community_and_points_of_the_toolkit(client, programme, coordinator):
    action, community = ActionFactory(area__programme=programme), CommunityFactory(programme=programme)
    age = Characteristic.objects.create(slug="an-age", name="Age")
    group, statement = Group.objects.create(characteristic=age, slug="under-25", name="Under 25"), StatementFactory()
    Edition.objects.update(published_on="2021-05-01")
    tie(client, action, community=community.pk, groups=[group.pk], statements=statement.key)
    action.refresh_from_db()
    assert action.community == community
    assert list(action.commitment.groups.all()) == [group]
    assert list(action.commitment.statements.all()) == [statement]
    tie(client, action)
    action.refresh_from_db()
    assert action.community is None
    assert not action.commitment.statements.exists()


def test_languages_that_staff_speak_are_followed_like_any_other_measure(client, programme, coordinator):
    area = ServiceAreaFactory(programme=programme)
    typed = {"topic": "languages", "area": area.pk, "name": "staff who speak Somali", "kind": "number", "value": "5"}
    assert "Write which language" in send(client, programme, "follow_at_work", **typed).text
    send(client, programme, "follow_at_work", language="Somali", **typed)
    about = AtWork.objects.get()
    assert (about.language, about.measure.targets.get().value) == ("Somali", 5)
    assert "Staff who speak Somali" in client.get(reverse("programme:build_area", args=[area.pk])).text
    assert not is_public_safe(about.measure)


def test_pages_for_building_ask_ten_questions_at_most_however_much_there_is(
    client, programme, coordinator, django_assert_max_num_queries
):
    for area in ServiceAreaFactory.create_batch(3, programme=programme):
        actions = ActionFactory.create_batch(10, area=area)
        ForumFactory(programme=programme)
    pages = [address(programme, "build_programme"), reverse("programme:build_area", args=[area.pk])]
    pages += [reverse(f"programme:{name}", args=[actions[0].pk]) for name in ("change_action", "tie_action")]
    for page in pages:
        with django_assert_max_num_queries(10):
            assert client.get(page).status_code == 200
