"""The checklist in docs/reference/toolkit-coverage.md says where each recommendation of the source document went."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from hub.toolkit.content import read_editions

TABLE = Path(__file__).parents[2] / "docs/reference/toolkit-coverage.md"
ROW = re.compile(r"^\| (?P<section>[\d.]+) \| (?P<kind>\w+) \| .+ \| (?P<where>.+) \|$", re.MULTILINE)
SECTIONS = ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "3.1", "4", "5.1", "5.2", "6", "7.1", "7.2"]


@pytest.fixture(scope="module")
def chapter():
    editions = read_editions(settings.CONTENT / "toolkits", settings.CONTENT / "schemas")
    return next(edition for edition in editions if (edition.chapter.slug, edition.number) == ("race-and-ethnicity", 1))


@pytest.fixture(scope="module")
def rows():
    return [match.groupdict() for match in ROW.finditer(TABLE.read_text(encoding="utf-8"))]


def test_every_section_has_rows(rows):
    assert list(dict.fromkeys(row["section"] for row in rows)) == SECTIONS


def test_every_key_in_the_checklist_is_a_statement_of_that_section(chapter, rows):
    keys = {section.number: {item.key for item in section.statements} for section in chapter.sections}
    named = [(row["section"], key) for row in rows for key in re.findall(r"`([\w-]+)`", row["where"])]
    assert [(number, key) for number, key in named if key not in keys[number]] == []


def test_every_statement_comes_from_something_in_the_checklist(chapter, rows):
    named = {key for row in rows for key in re.findall(r"`([\w-]+)`", row["where"])}
    written = {item.key for section in chapter.sections for item in section.statements}
    assert written - named == set()


def test_every_example_in_the_checklist_is_in_its_section(chapter, rows):
    examples = {section.number: {item.organisation for item in section.examples} for section in chapter.sections}
    named = [(row["section"], name) for row in rows for name in re.findall(r"example ((?:[A-Z])[^|,]+)", row["where"])]
    assert len(named) == 6
    assert [(number, name.strip()) for number, name in named if name.strip() not in examples[number]] == []


def test_courses_and_links_are_all_there(chapter):
    resources = [item for section in chapter.sections for item in section.resources]
    addresses = " ".join([item.url for item in resources] + [e.url for s in chapter.sections for e in s.examples])
    for host in [
        "poemsforthewall.org",
        "nafsiyat.org.uk/index.php/training",
        "baatn.org.uk",
        "mayacentre.org.uk",
        "cipd.org",
    ]:
        assert host in addresses
    assert Counter(item.kind for item in resources) == {"training": 4, "reading": 9}


def test_no_exclamation_marks_and_no_addresses_of_people():
    for file in settings.CONTENT.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert "!" not in text, file
        assert not re.search(r"[\w.]+@[\w.]+", text), file
