"""Every write of the toolkit: loading its text, and talking about it."""

from django.db import transaction

from hub import audit
from hub.toolkit.content import day
from hub.toolkit.models import (
    Area,
    Chapter,
    Characteristic,
    Edition,
    Example,
    Feedback,
    Group,
    Practice,
    Reply,
    Resource,
    Section,
    Statement,
)


class PublishedEditionError(Exception):
    """Somebody tries to change the text of an edition that people have answered."""


@transaction.atomic
def load_edition(text):
    """Store an edition once. Returns whether anything was stored."""
    chapter = keep_chapter(text.chapter)
    stored = Edition.objects.filter(chapter=chapter, number=text.number).first()
    if stored and stored.text_hash == text.text_hash:
        return False
    if stored and stored.published_on:
        raise PublishedEditionError(
            f"Edition {text.number} of {chapter.slug} was published in {stored.published_on:%B %Y} and its text is "
            f"different now. A published edition never changes. Give the new text the next number."
        )
    edition = store_edition(text, chapter, stored)
    for area in text.areas:
        store_area(edition, area)
    audit.record("toolkit.edition_loaded", subject=edition, text_hash=text.text_hash)
    return True


def keep_chapter(text):
    fields = {"title": text.subject, "subject": text.subject, "position": text.position}
    return keep(Chapter, text.slug, fields)[0]


def store_edition(text, chapter, draft):
    if draft:
        draft.areas.all().delete()
    edition, _ = Edition.objects.update_or_create(
        chapter=chapter,
        number=text.number,
        defaults={
            "title": text.title,
            "summary": text.summary,
            "how_to_use": "\n".join(text.how_to_use),
            "planning": "\n".join(text.planning),
            "based_on": Edition.objects.filter(chapter=chapter, number=text.based_on).first(),
            "publisher": text.publisher,
            "source": text.source,
            "published_on": day(text.published_on),
            "is_placeholder": text.is_placeholder,
            "is_example": text.is_example,
            "text_hash": text.text_hash,
        },
    )
    return edition


def store_area(edition, text):
    area = Area.objects.create(
        edition=edition, number=text.number, title=text.title, audience=text.audience, why=text.why
    )
    for position, section in enumerate(text.sections, 1):
        store_section(area, position, section)


def store_section(area, position, text):
    section = Section.objects.create(area=area, number=text.number, position=position, title=text.title, why=text.why)
    statements = Statement.objects.bulk_create(
        Statement(section=section, key=item.key, position=place, text=item.text, hint=item.hint, audience=item.audience)
        for place, item in enumerate(text.statements, 1)
    )
    by_key = {statement.key: statement for statement in statements}
    practices = [
        Practice(section=section, position=place, text=item.text) for place, item in enumerate(text.practices, 1)
    ]
    store_helping(Practice, practices, text.practices, by_key)
    examples = [example_row(section, place, item) for place, item in enumerate(text.examples, 1)]
    store_helping(Example, examples, text.examples, by_key)
    resources = [resource_row(section, place, item) for place, item in enumerate(text.resources, 1)]
    store_helping(Resource, resources, text.resources, by_key)


def store_helping(model, rows, texts, by_key):
    """Store rows together with the statements that each of them helps with."""
    model.objects.bulk_create(rows)
    link = model.statements.through
    name = model._meta.model_name
    link.objects.bulk_create(
        link(**{name: row, "statement": by_key[key]})
        for row, text in zip(rows, texts, strict=True)
        for key in text.helps
    )


def example_row(section, position, text):
    return Example(
        section=section,
        position=position,
        organisation=text.organisation,
        text=text.text,
        source=text.source,
        url=text.url,
    )


def resource_row(section, position, text):
    return Resource(
        section=section,
        position=position,
        kind=text.kind,
        title=text.title,
        offered_by=text.by,
        text=text.text,
        url=text.url,
    )


@transaction.atomic
def load_characteristics(items):
    """Add or better the characteristics and their groups. Returns how many rows were added or changed."""
    changed = 0
    for position, item in enumerate(items, 1):
        fields = {
            "name": item["name"],
            "hint": item.get("hint", ""),
            "is_protected_by_law": item.get("protected_by_law", True),
            "position": position,
        }
        characteristic, is_changed = keep(Characteristic, item["slug"], fields)
        changed += is_changed
        for place, group in enumerate(item["groups"], 1):
            fields = {"characteristic": characteristic, "name": group["name"], "position": place}
            changed += keep(Group, group["slug"], fields)[1]
    if changed:
        audit.record("toolkit.characteristics_loaded", rows=changed)
    return changed


def keep(model, slug, fields):
    """The row with this slug, saved only when something in it is new."""
    row = model.objects.filter(slug=slug).first() or model(slug=slug)
    is_changed = row.pk is None or any(getattr(row, name) != value for name, value in fields.items())
    if is_changed:
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
    return row, is_changed


@transaction.atomic
def give_feedback(statement, *, by, text):
    """Add what somebody says about a statement, which the toolkit's editors read."""
    feedback = Feedback.objects.create(statement=statement, text=text, given_by=by)
    audit.record("toolkit.feedback_given", subject=feedback, by=by, text=text)
    return feedback


@transaction.atomic
def reply_to_feedback(feedback, *, by, kind, reason=""):
    """Add what the editors did with it, which the person who said it sees."""
    reply = Reply.objects.create(feedback=feedback, kind=kind, reason=reason, made_by=by)
    audit.record("toolkit.feedback_answered", subject=feedback, by=by, kind=kind, reason=reason)
    return reply
