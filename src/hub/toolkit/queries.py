"""Reading the toolkit for a page."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, Min, OuterRef, Prefetch
from django.shortcuts import get_object_or_404

from hub.organisations.models import Partnership
from hub.toolkit.models import Chapter, Edition, Feedback, Practice, Reply, Resource, Section, Statement
from hub.toolkit.rules.wording import Piece, PlacedStatement, StatementChange, changed_words, compare


def partnership_at(slug):
    """That a partnership is there, and what it is called, is public."""
    return get_object_or_404(Partnership, slug=slug)


def chapters_for(user):
    """Chapters that have at least one edition for this person to read, each with its editions."""
    editions = with_counts(Edition.objects.visible_to(user))
    return Chapter.objects.visible_to(user).prefetch_related(Prefetch("editions", editions, to_attr="readable"))


def with_counts(editions):
    """With what they hold, the newest first; what is made up stands behind what is not."""
    return editions.order_by("is_example", "-number").annotate(
        area_count=Count("areas", distinct=True),
        section_count=Count("areas__sections", distinct=True),
        statement_count=Count("areas__sections__statements", distinct=True),
    )


def areas_with_sections(edition):
    sections = Section.objects.annotate(statement_count=Count("statements"))
    return edition.areas.prefetch_related(Prefetch("sections", sections))


def whole_text(edition):
    """Areas with everything in them, for a page to print."""
    sections = Section.objects.prefetch_related("statements", "practices", "examples", *resources_by_kind())
    return edition.areas.prefetch_related(Prefetch("sections", sections))


def section_text(edition, number):
    """One section with everything in it, or nothing."""
    practices = Practice.objects.prefetch_related("statements")
    sections = Section.objects.filter(area__edition=edition, number=number).select_related("area")
    return sections.prefetch_related(
        "statements", "examples", Prefetch("practices", practices), *resources_by_kind()
    ).first()


def resources_by_kind():
    training, reading = Resource.Kind.TRAINING, Resource.Kind.READING
    return (
        Prefetch("resources", Resource.objects.filter(kind=training), to_attr="training"),
        Prefetch("resources", Resource.objects.filter(kind=reading), to_attr="reading"),
    )


def neighbours(edition, number):
    """The sections before and after this one, for turning pages."""
    sections = list(Section.objects.filter(area__edition=edition).order_by("area__number", "position"))
    here = [section.number for section in sections].index(number)
    return sections[here - 1] if here else None, sections[here + 1] if here + 1 < len(sections) else None


@dataclass(frozen=True)
class SectionChanges:
    number: str
    title: str
    statements: list[StatementChange]
    practices_added: list[str]
    practices_removed: list[str]


def what_changed(older, newer):
    """Section by section, the statements and practices that differ between two editions."""
    changes = compare(placed_statements(older), placed_statements(newer))
    by_section = {number: list(group) for number, group in groupby(changes, key=lambda change: change.place.section)}
    before, after = practices_by_section(older), practices_by_section(newer)
    sections = Section.objects.filter(area__edition__in=[older, newer]).order_by("area__number", "position", "pk")
    titles = {section.number: section.title for section in sections}
    found = [
        SectionChanges(
            number=number,
            title=title,
            statements=by_section.get(number, []),
            practices_added=only_in(after.get(number, []), before.get(number, [])),
            practices_removed=only_in(before.get(number, []), after.get(number, [])),
        )
        for number, title in titles.items()
    ]
    return [change for change in found if change.statements or change.practices_added or change.practices_removed]


def placed_statements(edition):
    statements = Statement.objects.filter(section__area__edition=edition).select_related("section")
    return [
        PlacedStatement(item.key, item.section.number, item.section.title, item.text, item.hint)
        for item in statements.order_by("section__area__number", "section__position", "position")
    ]


def practices_by_section(edition):
    practices = Practice.objects.filter(section__area__edition=edition).order_by("section", "position")
    by_section = {}
    for number, text in practices.values_list("section__number", "text"):
        by_section.setdefault(number, []).append(text)
    return by_section


def only_in(some, others):
    return [text for text in some if text not in others]


def feedback_of(user):
    """What somebody said themselves, newest first, each with what became of it."""
    said = Feedback.objects.visible_to(user).filter(given_by=user)
    return said.select_related("statement__section__area__edition__chapter").prefetch_related("replies")


def keys_with_feedback(chapter, user, *, waiting):
    """Keys of the statements that somebody said something about, in the toolkit's order."""
    said = Feedback.objects.visible_to(user)
    if waiting:
        said = said.filter(~Exists(Reply.objects.filter(feedback=OuterRef("pk"))))
    statements = Statement.objects.filter(section__area__edition__chapter=chapter, feedback__in=said)
    places = {
        "area": Min("section__area__number"),
        "section": Min("section__position"),
        "place": Min("position"),
    }
    return statements.values("key").annotate(**places).order_by(*places, "key").values_list("key", flat=True)


@dataclass(frozen=True)
class Wording:
    """How one edition puts a statement, with what changed since the edition before."""

    edition: Edition
    statement: Statement
    pieces: list[Piece]


@dataclass(frozen=True)
class StatementFeedback:
    key: str
    wordings: list[Wording]
    said: list[Feedback]


def feedback_by_statement(chapter, keys, user):
    """For each key: every edition's wording, and everything that was said, newest first."""
    keys = list(keys)
    statements = Statement.objects.filter(section__area__edition__chapter=chapter, key__in=keys)
    statements = statements.select_related("section__area__edition").order_by("section__area__edition__number")
    said = Feedback.objects.visible_to(user).filter(statement__in=statements)
    said = said.select_related("statement__section__area__edition").prefetch_related("replies")
    return [
        StatementFeedback(
            key=key,
            wordings=wordings([statement for statement in statements if statement.key == key]),
            said=[feedback for feedback in said if feedback.statement.key == key],
        )
        for key in keys
    ]


def wordings(statements):
    found, before = [], None
    for statement in statements:
        _, pieces = changed_words(before.text if before else statement.text, statement.text)
        found.append(Wording(statement.section.area.edition, statement, pieces))
        before = statement
    return found
