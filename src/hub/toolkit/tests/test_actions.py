import shutil
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from hub.accounts.tests.factories import UserFactory
from hub.audit.models import Entry
from hub.organisations.models import Role
from hub.organisations.tests.factories import PartnershipFactory, PartnershipRoleFactory, RoleFactory
from hub.toolkit import actions
from hub.toolkit.models import Area, Chapter, Characteristic, Edition, Feedback, Group, Statement
from hub.toolkit.tests.factories import EditionFactory, FeedbackFactory, StatementFactory

pytestmark = pytest.mark.django_db


def load(*flags, content=settings.CONTENT):
    said = StringIO()
    call_command("load_content", *flags, content=content, stdout=said)
    return said.getvalue()


@pytest.fixture
def content(tmp_path):
    return shutil.copytree(settings.CONTENT, tmp_path / "content")


def rewrite(content, name, old, new):
    file = content / "toolkits" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_race_and_ethnicity_chapter_is_complete():
    load()
    edition = Edition.objects.get(chapter__slug="race-and-ethnicity", number=1)
    numbers = list(edition.areas.order_by("number", "sections__position").values_list("sections__number", flat=True))
    assert edition.areas.count() == 7
    assert " ".join(numbers) == "1.1 1.2 1.3 1.4 1.5 2.1 2.2 2.3 3.1 4 5.1 5.2 6 7.1 7.2"
    assert list(edition.areas.values_list("audience", flat=True)) == ["commissioners"] + ["providers"] * 6


def test_loading_again_changes_nothing_and_says_so():
    load("--with-examples")
    before = (Statement.objects.count(), Entry.objects.count(), Area.objects.latest("pk").pk)
    assert load("--with-examples").startswith("Nothing to do. 3 editions")
    assert (Statement.objects.count(), Entry.objects.count(), Area.objects.latest("pk").pk) == before


def test_made_up_editions_are_loaded_only_when_asked_for():
    load()
    assert not Edition.objects.filter(is_example=True).exists()
    load("--with-examples")
    assert Edition.objects.get(is_example=True).based_on.number == 1


def test_checking_stores_nothing():
    assert load("--check") == "In order: 2 editions.\n"
    assert not Chapter.objects.exists()


def test_a_published_edition_never_changes(content):
    load(content=content)
    rewrite(content, "race-and-ethnicity-2021.yaml", "The first minute can be the start of trust.", "Be kind.")
    with pytest.raises(CommandError, match="was published in August 2021 and its text is different now"):
        load(content=content)
    assert not Statement.objects.filter(hint="Be kind.").exists()


def test_when_one_edition_is_refused_nothing_else_is_stored(content):
    load(content=content)
    rewrite(content, "race-and-ethnicity-2021.yaml", "The first minute can be the start of trust.", "Be kind.")
    rewrite(content, "lgbtqi-2024.yaml", "edition: 1", "edition: 7")
    with pytest.raises(CommandError):
        load(content=content)
    assert not Edition.objects.filter(number=7).exists()


def test_a_draft_may_change_until_it_is_published(content):
    rewrite(content, "lgbtqi-2024.yaml", "published_on: 2026-11-01\n", "")
    load(content=content)
    rewrite(content, "lgbtqi-2024.yaml", "People look for themselves in the text.", "Be plain.")
    load(content=content)
    assert Edition.objects.drafts().get().areas.count() == 3
    assert Statement.objects.get(key="policies-name-everybody").hint == "Be plain."


def test_what_is_wrong_is_said_with_file_and_place(content):
    rewrite(content, "lgbtqi-2024.yaml", "helps: [forms-have-room]", "helps: [forms]")
    with pytest.raises(CommandError) as error:
        load(content=content)
    assert "lgbtqi-2024.yaml: Section 2.1: 'Read each form aloud" in str(error.value)
    assert not Chapter.objects.exists()


def test_a_new_chapter_is_one_file_and_no_code(content):
    copy = content / "toolkits" / "another.yaml"
    text = (content / "toolkits" / "lgbtqi-2024.yaml").read_text(encoding="utf-8")
    copy.write_text(text.replace("chapter: lgbtqi", "chapter: another"), encoding="utf-8")
    load(content=content)
    assert Chapter.objects.filter(slug="another").exists()


def test_there_are_nine_protected_characteristics_and_one_more():
    load()
    assert Characteristic.objects.filter(is_protected_by_law=True).count() == 9
    assert Characteristic.objects.get(is_protected_by_law=False).slug == "socio-economic-position"


def test_a_group_can_get_a_better_name_and_stays_the_same_row(content):
    load(content=content)
    row = Group.objects.get(slug="carers").pk
    file = content / "characteristics.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("Carers of somebody who is disabled", "Carers"), "utf-8")
    assert "1 added or changed" in load(content=content)
    assert Group.objects.get(pk=row).name == "Carers"


def test_loading_an_edition_is_on_the_record():
    load()
    assert Entry.objects.filter(event="toolkit.edition_loaded").count() == 2


def test_an_unchanged_statement_keeps_its_key_in_the_next_edition():
    load("--with-examples")
    first, second = Edition.objects.filter(chapter__slug="race-and-ethnicity").order_by("number")
    texts = [dict(statements_of(edition).values_list("key", "text")) for edition in (first, second)]
    same = [key for key in texts[0] if texts[0][key] == texts[1].get(key)]
    assert len(same) == 93
    assert set(texts[0]) - set(texts[1]) == {"companion-welcome"}
    assert set(texts[1]) - set(texts[0]) == {"first-contact-by-message"}


def statements_of(edition):
    return Statement.objects.filter(section__area__edition=edition)


def test_a_council_that_does_both_is_asked_everything():
    load()
    edition = Edition.objects.get(chapter__slug="race-and-ethnicity")
    asked = statements_of(edition)
    both = asked.for_audience(provides=True, commissions=True).count()
    providers = asked.for_audience(provides=True, commissions=False).count()
    commissioners = asked.for_audience(provides=False, commissions=True).count()
    assert both == asked.count() == providers + commissioners
    assert asked.for_audience(provides=True, commissions=False).filter(section__area__number=4).count() == 6


def test_feedback_is_kept_and_recorded_without_its_words():
    statement, person = StatementFactory(), UserFactory()
    feedback = actions.give_feedback(statement, by=person, text="Too long for a Tuesday.")
    entry = Entry.objects.get(event="toolkit.feedback_given")
    assert (entry.actor, entry.subject) == (f"accounts.user:{person.pk}", f"toolkit.feedback:{feedback.pk}")
    assert "Tuesday" not in str(vars(entry))


def test_feedback_says_something():
    with pytest.raises(IntegrityError, match="feedback_says_something"), transaction.atomic():
        FeedbackFactory(text="")


def test_not_changing_something_says_why():
    with pytest.raises(IntegrityError, match="not_changing_says_why"), transaction.atomic():
        actions.reply_to_feedback(FeedbackFactory(), by=UserFactory(), kind="not_changed")


@pytest.mark.parametrize("kind", [Role.Kind.EDITOR, Role.Kind.COORDINATOR])
def test_people_see_their_own_feedback_and_editors_that_of_their_partnership(kind):
    role = PartnershipRoleFactory(kind=kind)
    mine, others = FeedbackFactory.create_batch(2, partnership=role.partnership)
    FeedbackFactory(partnership=PartnershipFactory())
    lead = RoleFactory(kind=Role.Kind.LEAD, organisation__partnership=role.partnership).user
    assert set(Feedback.objects.visible_to(mine.given_by)) == {mine}
    assert set(Feedback.objects.visible_to(role.user)) == {mine, others}
    assert not Feedback.objects.visible_to(lead).exists()


def test_what_somebody_said_stays_when_they_leave():
    role = PartnershipRoleFactory(kind=Role.Kind.EDITOR)
    feedback = FeedbackFactory(partnership=role.partnership)
    feedback.given_by.roles.update(ended_at=timezone.now())
    assert set(Feedback.objects.visible_to(role.user)) == {feedback}


def test_drafts_are_for_editors():
    draft = EditionFactory(published_on=None)
    assert draft not in Edition.objects.visible_to(UserFactory())
    assert draft in Edition.objects.visible_to(PartnershipRoleFactory(kind=Role.Kind.EDITOR).user)
