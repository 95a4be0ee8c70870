"""The text of an edition as its file gives it, before anything is stored."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class StatementText:
    key: str
    text: str
    hint: str
    audience: str


@dataclass(frozen=True)
class PracticeText:
    text: str
    helps: tuple[str, ...]


@dataclass(frozen=True)
class ExampleText:
    organisation: str
    text: str
    source: str
    url: str
    helps: tuple[str, ...]


@dataclass(frozen=True)
class ResourceText:
    kind: str
    title: str
    by: str
    text: str
    url: str
    helps: tuple[str, ...]


@dataclass(frozen=True)
class SectionText:
    number: str
    title: str
    why: str
    statements: tuple[StatementText, ...]
    practices: tuple[PracticeText, ...]
    examples: tuple[ExampleText, ...]
    resources: tuple[ResourceText, ...]


@dataclass(frozen=True)
class AreaText:
    number: int
    title: str
    audience: str
    why: str
    sections: tuple[SectionText, ...]


@dataclass(frozen=True)
class ChapterText:
    slug: str
    subject: str
    position: int


@dataclass(frozen=True)
class EditionText:
    chapter: ChapterText
    number: int
    based_on: int | None
    title: str
    summary: str
    how_to_use: tuple[str, ...]
    planning: tuple[str, ...]
    publisher: str
    source: str
    published_on: str
    is_placeholder: bool
    is_example: bool
    areas: tuple[AreaText, ...]

    @property
    def sections(self):
        return [section for area in self.areas for section in area.sections]

    @property
    def counts(self):
        resources = [resource for section in self.sections for resource in section.resources]
        return {
            "areas": len(self.areas),
            "sections": len(self.sections),
            "statements": sum(len(section.statements) for section in self.sections),
            "practices": sum(len(section.practices) for section in self.sections),
            "examples": sum(len(section.examples) for section in self.sections),
            "training": sum(resource.kind == "training" for resource in resources),
            "reading": sum(resource.kind == "reading" for resource in resources),
        }

    @property
    def text_hash(self):
        """The same as long as nothing that people read in the edition has changed."""
        read = replace(self, chapter=None)  # type: ignore[arg-type]  # What is about the chapter may change.
        text = json.dumps(asdict(read), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def edition_from(data, base=None):
    """Build an edition from a checked file; `base` is the edition that it changes, if it does not stand alone."""
    chapter = ChapterText(data["chapter"], data["subject"], data.get("position", 0))
    areas = areas_with_changes(data, base) if base else tuple(area_from(area, data["source"]) for area in data["areas"])
    return EditionText(
        chapter=chapter,
        number=data["edition"],
        based_on=data.get("based_on"),
        title=data["title"],
        summary=data.get("summary") or (base.summary if base else ""),
        how_to_use=tuple(data.get("how_to_use") or (base.how_to_use if base else ())),
        planning=tuple(data.get("planning") or (base.planning if base else ())),
        publisher=data["publisher"],
        source=data["source"],
        published_on=data.get("published_on", ""),
        is_placeholder=data.get("is_placeholder", False),
        is_example=data.get("is_example", False),
        areas=areas,
    )


def areas_with_changes(data, base):
    def changed(area):
        sections = [
            section_from(new[section.number], area.audience, data["source"]) if section.number in new else section
            for section in area.sections
        ]
        return replace(area, sections=tuple(sections))

    new = {section["number"]: section for section in data["changed_sections"]}
    return tuple(changed(area) for area in base.areas)


def area_from(data, source):
    sections = tuple(section_from(section, data["audience"], source) for section in data["sections"])
    return AreaText(data["number"], data["title"], data["audience"], data.get("why", ""), sections)


def section_from(data, audience, source):
    return SectionText(
        number=data["number"],
        title=data["title"],
        why=data.get("why", ""),
        statements=tuple(
            StatementText(item["key"], item["text"], item["hint"], item.get("audience", audience))
            for item in data["statements"]
        ),
        practices=tuple(PracticeText(item["text"], tuple(item["helps"])) for item in data["practices"]),
        examples=tuple(example_from(item, f"{source}, section {data['number']}") for item in data.get("examples", [])),
        resources=tuple(resource_from(item, kind) for kind in ("training", "reading") for item in data.get(kind, [])),
    )


def example_from(item, source):
    return ExampleText(
        organisation=item["organisation"],
        text=item["text"],
        source=item.get("source", source),
        url=item.get("url", ""),
        helps=tuple(item.get("helps", [])),
    )


def resource_from(item, kind):
    return ResourceText(
        kind=kind,
        title=item["title"],
        by=item.get("by", ""),
        text=item["text"],
        url=item.get("url", ""),
        helps=tuple(item.get("helps", [])),
    )
