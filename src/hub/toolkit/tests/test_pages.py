import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from hub.accounts import permissions as accounts_permissions
from hub.accounts.models import User
from hub.accounts.tests.factories import UserFactory
from hub.organisations.models import Role
from hub.organisations.tests.factories import PartnershipFactory, PartnershipRoleFactory, RoleFactory
from hub.toolkit.models import Edition, Feedback, Reply
from hub.toolkit.tests.factories import (
    EditionFactory,
    FeedbackFactory,
    ReplyFactory,
    SectionFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db
RACE = ["race-and-ethnicity", 1]
SECTION = [*RACE, "2.1"]


@pytest.fixture
def partnership():
    return PartnershipFactory(slug="here")


@pytest.fixture
def toolkit(partnership):
    call_command("load_content", "--with-examples", verbosity=0)


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def editor(client, partnership, monkeypatch):
    user = PartnershipRoleFactory(kind=Role.Kind.EDITOR, partnership=partnership).user
    client.force_login(user)
    monkeypatch.setattr(accounts_permissions, "has_second_factor", lambda request: True)
    return user


def url(name, *args):
    return reverse(f"toolkit:{name}", args=["here", *args])


@pytest.mark.usefixtures("toolkit")
def test_anybody_can_read_the_list_of_chapters(client):
    page = client.get(url("read_toolkit"))
    assertContains(page, "Challenging Inequalities, race and ethnicity")
    assertContains(page, "96 statements")
    assertContains(page, "This is a placeholder.")


def test_a_partnership_that_does_not_exist_is_not_found(client):
    assert client.get(reverse("toolkit:read_toolkit", args=["nowhere"])).status_code == 404


def test_with_no_chapter_the_page_says_so(client, partnership):
    assertContains(client.get(url("read_toolkit")), "There is no chapter here yet.")


@pytest.mark.usefixtures("toolkit")
def test_a_chapter_shows_its_areas_and_who_they_are_for(client):
    page = client.get(url("read_chapter", *RACE))
    assertContains(page, "For those who commission services", count=1)
    assertContains(page, "For those who provide services", count=6)
    assertContains(page, "7.2 Helping staff to understand mental health")
    assertContains(page, "Choose one area, or a few, where you want to act.")
    assertContains(page, "Edition 1 beside edition 2: what changed")


@pytest.mark.usefixtures("toolkit")
def test_a_section_shows_why_what_helps_and_who_does_it_with_its_source(client):
    page = client.get(url("read_section", *RACE, "2.3"))
    assertContains(page, "Why it matters")
    assertContains(page, "Hang art from several cultures in each room")
    assertContains(page, "Nafsiyat Intercultural Therapy Centre")
    assertContains(page, "Challenging Inequalities Self-Assessment Toolkit (August 2021), section 2.3")
    assertContains(page, 'href="https://poemsforthewall.org/"')
    assertContains(page, "Mental health first aid for reception staff")
    assertContains(page, "Previous section")
    assertContains(page, "Next section")


@pytest.mark.usefixtures("toolkit")
def test_a_statement_for_others_than_its_area_says_for_whom_it_is(client):
    assertContains(client.get(url("read_section", *RACE, "4")), "For those who commission services", count=2)


@pytest.mark.usefixtures("toolkit")
@pytest.mark.parametrize("section", ["9.9", "print-me", "2.1%20"])
def test_a_section_that_is_not_there_is_not_found(client, section):
    assert client.get(f"/here/toolkit/race-and-ethnicity/1/{section}/").status_code == 404


@pytest.mark.usefixtures("toolkit")
def test_the_first_section_has_none_before_it_and_the_last_none_after(client):
    assertNotContains(client.get(url("read_section", *RACE, "1.1")), "Previous section")
    assertNotContains(client.get(url("read_section", *RACE, "7.2")), "Next section")


@pytest.mark.usefixtures("toolkit")
def test_the_whole_chapter_is_one_page_to_print(client):
    page = client.get(url("print_chapter", *RACE))
    assertContains(page, "The first minute can be the start of trust.")
    assertContains(page, "data-print")


@pytest.mark.usefixtures("toolkit", "person")
@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("read_chapter", []),
        ("print_chapter", []),
        ("read_section", ["2.1"]),
        ("give_feedback", ["2.1", "forms-have-room"]),
    ],
)
def test_a_placeholder_says_so_on_every_page(client, name, rest):
    assertContains(client.get(url(name, "lgbtqi", 1, *rest)), "This is a placeholder.")


@pytest.mark.usefixtures("toolkit", "person")
@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("read_chapter", []),
        ("print_chapter", []),
        ("read_section", ["2.1"]),
        ("give_feedback", ["2.1", "picture-leaflet"]),
    ],
)
def test_a_made_up_edition_says_so_on_every_page(client, name, rest):
    assertContains(client.get(url(name, "race-and-ethnicity", 2, *rest)), "This edition is made up.")


@pytest.mark.usefixtures("toolkit")
def test_two_editions_stand_beside_each_other_with_what_changed(client):
    page = client.get(url("see_changes", "race-and-ethnicity", 1, 2))
    assertContains(page, '<ins><span class="govuk-visually-hidden">Put in: </span>or a short film')
    assertContains(page, "New statement")
    assertContains(page, "Not in the new edition")
    assertContains(page, "2.1 Finding us")
    assertNotContains(page, "2.2 Meeting")


def test_drafts_are_not_found_by_others_than_editors(client, partnership):
    draft = EditionFactory(published_on=None)
    address = url("read_chapter", draft.chapter.slug, draft.number)
    assert client.get(address).status_code == 404
    assertNotContains(client.get(url("read_toolkit")), draft.title)
    client.force_login(PartnershipRoleFactory(kind=Role.Kind.EDITOR).user)
    assertContains(client.get(address), "This is a draft.")


def edition_with(sections):
    edition = EditionFactory()
    for number in range(sections):
        section = SectionFactory(area__edition=edition, area__number=number + 1, number=str(number + 1), position=1)
        StatementFactory.create_batch(4, section=section)
    return edition


@pytest.mark.parametrize("sections", [2, 40])
def test_reading_takes_few_queries_however_long_the_text(client, partnership, django_assert_max_num_queries, sections):
    edition = edition_with(sections)
    for address in [
        url("read_toolkit"),
        url("read_chapter", edition.chapter.slug, 1),
        url("print_chapter", edition.chapter.slug, 1),
        url("read_section", edition.chapter.slug, 1, "1"),
    ]:
        with django_assert_max_num_queries(10):
            assert client.get(address).status_code == 200


@pytest.mark.usefixtures("toolkit")
def test_who_is_not_signed_in_is_asked_to_sign_in_before_giving_feedback(client):
    address = url("give_feedback", *SECTION, "interpreters-offered")
    answer = client.get(address)
    assert answer.status_code == 302
    assert "next=" in answer["Location"]


def send(client, address, **fields):
    form = client.get(address).context["form"]
    return client.post(address, {"once": str(form["once"].value()), **fields}, follow=True)


@pytest.mark.usefixtures("toolkit")
def test_somebody_says_what_they_think_and_sees_what_became_of_it(client, person):
    page = send(client, url("give_feedback", *SECTION, "interpreters-offered"), text="Say <who> pays.")
    assertContains(page, "Thank you.")
    assertContains(page, "Say &lt;who&gt; pays.")
    assertContains(page, "Not read yet.")
    ReplyFactory(feedback=Feedback.objects.get(given_by=person), kind="will_change", reason="We will say who pays.")
    page = client.get(url("see_my_feedback"))
    assertContains(page, "It will change in the next edition")
    assertContains(page, "We will say who pays.")


@pytest.mark.usefixtures("toolkit", "person")
def test_pressing_the_button_twice_says_it_once(client):
    address = url("give_feedback", *SECTION, "interpreters-offered")
    fields = {"once": str(client.get(address).context["form"]["once"].value()), "text": "Too long."}
    first, second = client.post(address, fields), client.post(address, fields)
    assert first["Location"] == second["Location"]
    assert Feedback.objects.count() == 1


@pytest.mark.usefixtures("toolkit", "person")
def test_too_long_a_text_is_shown_again_with_what_to_do(client):
    page = send(client, url("give_feedback", *SECTION, "interpreters-offered"), text="word " * 900)
    assertContains(page, "Shorten this to 4000 characters.")
    assertContains(page, "word word word")
    assert not Feedback.objects.exists()


@pytest.mark.usefixtures("toolkit", "person")
def test_an_empty_text_is_asked_for(client):
    page = send(client, url("give_feedback", *SECTION, "interpreters-offered"), text="   ")
    assertContains(page, "Write what you want to say about this statement")


@pytest.mark.usefixtures("toolkit", "person")
def test_feedback_on_a_statement_of_another_section_is_not_found(client):
    assert client.get(url("give_feedback", *RACE, "2.2", "interpreters-offered")).status_code == 404


@pytest.mark.usefixtures("person")
def test_nobody_reads_what_others_said(client, partnership):
    other = FeedbackFactory()
    assertNotContains(client.get(url("see_my_feedback")), other.text)
    assertContains(client.get(url("see_my_feedback")), "You have not said anything yet.")


@pytest.mark.usefixtures("partnership")
@pytest.mark.parametrize("kind", [Role.Kind.LEAD, Role.Kind.COLLEAGUE, Role.Kind.APPROVER])
def test_others_than_editors_do_not_find_the_editors_pages(client, kind):
    feedback = FeedbackFactory()
    client.force_login(RoleFactory(kind=kind).user)
    chapter = feedback.statement.section.area.edition.chapter
    assert client.get(url("see_feedback", chapter.slug)).status_code == 404
    assert client.get(url("reply_to_feedback", feedback.pk)).status_code == 404
    assert client.post(url("reply_to_feedback", feedback.pk), {"kind": "read"}).status_code == 404
    assert not Reply.objects.exists()


def test_an_editor_needs_a_second_factor(client, partnership):
    feedback = FeedbackFactory()
    client.force_login(PartnershipRoleFactory(kind=Role.Kind.EDITOR, partnership=partnership).user)
    answer = client.get(url("reply_to_feedback", feedback.pk))
    assert answer.status_code == 302
    assert "reply" in answer["Location"]


@pytest.mark.usefixtures("toolkit", "editor")
def test_editors_see_feedback_by_statement_beside_the_editions(client, partnership):
    first, second = Edition.objects.filter(chapter__slug="race-and-ethnicity").order_by("number")
    leaflet = {"section__number": "2.1", "key": "picture-leaflet"}
    for edition, words in [(first, "Not all of us read."), (second, "Good film.")]:
        statement = edition.areas.get(number=2).sections.get(number="2.1").statements.get(key=leaflet["key"])
        FeedbackFactory(statement=statement, text=words, partnership=partnership)
    page = client.get(url("see_feedback", "race-and-ethnicity"))
    assertContains(page, "Not all of us read.", count=2)
    assertContains(page, "Good film.", count=2)
    assertContains(page, "or a short film, ")
    assertContains(page, "about edition 1")
    assert len(page.context["statements"]) == 1


@pytest.mark.usefixtures("editor")
def test_an_editor_does_not_see_who_said_it(client, partnership):
    feedback = FeedbackFactory(partnership=partnership)
    User.objects.filter(pk=feedback.given_by_id).update(name="Quiet Person")
    page = client.get(url("see_feedback", feedback.statement.section.area.edition.chapter.slug))
    assertContains(page, feedback.text)
    assertNotContains(page, "Quiet Person")
    assertNotContains(page, feedback.given_by.email)


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize("is_example", [True, False])
def test_made_up_feedback_is_marked(client, partnership, is_example):
    feedback = FeedbackFactory(is_example=is_example, partnership=partnership)
    chapter = feedback.statement.section.area.edition.chapter
    for address in [url("see_feedback", chapter.slug), url("reply_to_feedback", feedback.pk)]:
        assertContains(client.get(address), '<span class="eg">example</span>', count=int(is_example))


@pytest.mark.usefixtures("editor")
def test_an_editor_answers_and_comes_back_to_the_statement(client, partnership):
    feedback = FeedbackFactory(partnership=partnership)
    chapter = feedback.statement.section.area.edition.chapter
    page = send(client, url("reply_to_feedback", feedback.pk), kind="not_changed", reason="Others liked it long.")
    assertRedirects(page, url("see_feedback", chapter.slug) + f"#{feedback.statement.key}")
    assertContains(page, "Others liked it long.")


@pytest.mark.usefixtures("editor")
def test_another_partnership_s_feedback_is_not_found(client, partnership):
    far = FeedbackFactory(partnership=PartnershipFactory(slug="there"))
    chapter = far.statement.section.area.edition.chapter
    assertNotContains(client.get(url("see_feedback", chapter.slug)), far.text)
    assert client.get(url("reply_to_feedback", far.pk)).status_code == 404
    assert client.get(reverse("toolkit:see_feedback", args=["there", chapter.slug])).status_code == 404


@pytest.mark.usefixtures("editor")
def test_saying_no_without_a_reason_is_not_enough(client, partnership):
    feedback = FeedbackFactory(partnership=partnership)
    page = send(client, url("reply_to_feedback", feedback.pk), kind="not_changed", reason="")
    assertContains(page, escape("Say why you did not change it."))
    assert not Reply.objects.exists()


@pytest.mark.usefixtures("editor")
def test_an_editor_can_look_at_only_what_waits(client, partnership):
    statement = StatementFactory()
    chapter = statement.section.area.edition.chapter
    waiting = FeedbackFactory(statement=statement, partnership=partnership)
    done = ReplyFactory(feedback__statement__section=statement.section, feedback__partnership=partnership)
    keys = [item.key for item in client.get(url("see_feedback", chapter.slug) + "?show=waiting").context["statements"]]
    assert keys == [waiting.statement.key]
    keys = [item.key for item in client.get(url("see_feedback", chapter.slug)).context["statements"]]
    assert set(keys) == {waiting.statement.key, done.feedback.statement.key}


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize("statements", [3, 60])
def test_feedback_takes_few_queries_however_much_there_is(
    client, partnership, django_assert_max_num_queries, statements
):
    section = SectionFactory()
    for statement in StatementFactory.create_batch(statements, section=section):
        ReplyFactory(feedback__statement=statement, feedback__partnership=partnership)
    with django_assert_max_num_queries(10):
        page = client.get(url("see_feedback", section.area.edition.chapter.slug))
    assert len(page.context["statements"]) == min(statements, 25)


@pytest.mark.usefixtures("partnership")
@pytest.mark.parametrize("said", [2, 60])
def test_my_feedback_takes_few_queries_however_much_there_is(client, django_assert_max_num_queries, person, said):
    section = SectionFactory()
    for statement in StatementFactory.create_batch(said, section=section):
        FeedbackFactory(statement=statement, given_by=person)
    with django_assert_max_num_queries(10):
        page = client.get(url("see_my_feedback"))
    assert len(page.context["page_obj"]) == min(said, 25)


@pytest.mark.usefixtures("toolkit")
def test_reading_changes_nothing(client):
    assert client.post(url("read_chapter", *RACE)).status_code == 405
    assert Client(enforce_csrf_checks=True).post(url("see_changes", "race-and-ethnicity", 1, 2)).status_code in (
        403,
        405,
    )
