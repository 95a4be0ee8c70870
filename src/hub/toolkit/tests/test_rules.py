from pathlib import Path

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from hub.toolkit.content import ContentError, read_editions
from hub.toolkit.rules.wording import PlacedStatement, changed_words, compare

SCHEMAS = settings.CONTENT / "schemas"


def statements(*keys):
    return [{"key": key, "text": f"We do {key}.", "hint": "It matters."} for key in keys]


def section(number, *keys):
    practices = [{"text": f"Try {key}.", "helps": [key]} for key in keys]
    return {"number": number, "title": f"Section {number}", "statements": statements(*keys), "practices": practices}


@pytest.fixture
def chapter():
    """A small chapter that is in order. Each test spoils one thing."""
    return {
        "chapter": "kindness",
        "subject": "Kindness",
        "edition": 1,
        "title": "Kindness, first edition",
        "published_on": "2026-01-05",
        "publisher": "Example publishers",
        "source": "Example source",
        "counts": counts(statements=4, practices=4),
        "areas": [
            {"number": 1, "title": "Welcome", "audience": "providers", "sections": [section("1.1", "a", "b", "c", "d")]}
        ],
    }


def counts(**some):
    everything = dict.fromkeys(["examples", "training", "reading"], 0)
    return everything | {"areas": 1, "sections": 1} | some


@pytest.fixture
def read(tmp_path):
    def read_chapters(*chapters):
        for place, data in enumerate(chapters):
            text = data if isinstance(data, str) else yaml.safe_dump(data, sort_keys=False)
            (tmp_path / f"chapter-{place}.yaml").write_text(text, encoding="utf-8")
        return read_editions(tmp_path, SCHEMAS)

    return read_chapters


def complaint(read, *chapters):
    with pytest.raises(ContentError) as error:
        read(*chapters)
    return "\n".join(error.value.sentences)


def test_a_chapter_in_order_is_read(read, chapter):
    [edition] = read(chapter)
    assert edition.counts == chapter["counts"]
    assert [item.audience for item in edition.sections[0].statements] == ["providers"] * 4


def test_a_key_is_used_once_in_an_edition(read, chapter):
    chapter["areas"][0]["sections"].append(section("1.2", "a", "e", "f", "g"))
    chapter["counts"] |= {"sections": 2, "statements": 8, "practices": 8}
    assert "chapter-0.yaml: The key 'a' stands there twice" in complaint(read, chapter)


def test_a_wrong_count_is_said_in_words(read, chapter):
    chapter["counts"]["statements"] = 5
    assert "The file says that there are 5 statements, and there are 4." in complaint(read, chapter)


def test_every_count_is_declared(read, chapter):
    del chapter["counts"]["reading"]
    assert "counts: add reading." in complaint(read, chapter)


def test_a_practice_helps_a_statement_of_its_section(read, chapter):
    chapter["areas"][0]["sections"][0]["practices"][0]["helps"] = ["a", "elsewhere"]
    assert "Section 1.1: 'Try a.' helps 'elsewhere', which is no statement" in complaint(read, chapter)


def test_every_statement_has_a_practice_that_helps(read, chapter):
    chapter["areas"][0]["sections"][0]["practices"].pop()
    chapter["counts"]["practices"] = 3
    assert "Section 1.1: add a practice that helps with 'd'." in complaint(read, chapter)


def test_a_section_is_one_page(read, chapter):
    chapter["areas"][0]["sections"][0]["statements"].pop()
    assert "area 1, section 1, statements: there are 3; at least 4 are needed." in complaint(read, chapter)


@pytest.mark.parametrize("address", ["http://example.org", "example.org", "javascript:alert(1)", "https://a b"])
def test_a_link_starts_with_https(read, chapter, address):
    chapter["areas"][0]["sections"][0]["reading"] = [{"title": "Book", "text": "A book.", "url": address}]
    chapter["counts"]["reading"] = 1
    found = complaint(read, chapter)
    assert "area 1, section 1, reading 1, url:" in found
    assert "https://" in found


def test_a_misspelt_name_is_found(read, chapter):
    chapter["areas"][0]["sections"][0]["statements"][1]["hnt"] = "A hint."
    assert "area 1, section 1, statement 2: take out or respell hnt." in complaint(read, chapter)


def test_a_date_is_a_date(read, chapter):
    chapter["published_on"] = "5 January"
    assert "published_on: '5 January' is no date. Write it as 2026-11-21." in complaint(read, chapter)


def test_a_section_stands_in_the_area_of_its_number(read, chapter):
    chapter["areas"][0]["sections"][0]["number"] = "2.1"
    assert "Section 2.1 stands in area 1." in complaint(read, chapter)


def test_broken_yaml_is_said_with_its_line(read):
    assert "chapter-0.yaml, line 3: expected" in complaint(read, "chapter: kindness\nedition: [1\nsubject: x")


def test_a_name_given_twice_is_not_lost_in_silence(read):
    assert "line 2: 'chapter' stands there twice" in complaint(read, "chapter: kindness\nchapter: courage\n")


def next_edition(chapter, *keys):
    shared = {name: chapter[name] for name in ("chapter", "subject", "publisher", "source")}
    return shared | {
        "edition": 2,
        "based_on": 1,
        "title": "Kindness, second edition",
        "published_on": "2026-10-05",
        "counts": counts(statements=len(keys), practices=len(keys)),
        "changed_sections": [section("1.1", *keys)],
    }


def test_an_edition_can_be_told_by_what_changes(read, chapter):
    first, second = read(chapter, next_edition(chapter, "a", "b", "c", "new"))
    assert [item.key for item in second.sections[0].statements] == ["a", "b", "c", "new"]
    assert (first.number, second.number, second.based_on) == (1, 2, 1)


def test_an_edition_waits_for_the_one_it_changes_whatever_the_files_are_called(read, chapter):
    assert [edition.number for edition in read(next_edition(chapter, "a", "b", "c", "e"), chapter)] == [1, 2]


def test_a_section_that_is_not_there_cannot_change(read, chapter):
    later = next_edition(chapter, "a", "b", "c", "d")
    later["changed_sections"][0]["number"] = "1.9"
    assert "Section 1.9 is not in edition 1, so it cannot change." in complaint(read, chapter, later)


def test_an_edition_needs_the_one_it_is_based_on(read, chapter):
    assert "based on edition 1 of kindness, which is in no file here" in complaint(
        read, next_edition(chapter, "a", "b", "c", "d")
    )


def test_two_files_cannot_both_be_the_same_edition(read, chapter):
    assert "Edition 1 of kindness is in another file already" in complaint(read, chapter, chapter)


def test_a_text_has_another_hash_as_soon_as_a_word_differs(read, chapter):
    [before] = read(chapter)
    chapter["areas"][0]["sections"][0]["statements"][0]["hint"] = "It matters a lot."
    [after] = read(chapter)
    assert before.text_hash != after.text_hash


@given(old=st.text(max_size=60), new=st.text(max_size=60))
def test_whatever_the_texts_no_letter_is_lost(old, new):
    assert ["".join(piece.text for piece in pieces) for pieces in changed_words(old, new)] == [old, new]


def marked(pieces):
    return "".join(piece.text for piece in pieces if piece.kind != "same").strip()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "We listen."),
        ("We listen.", ""),
        ("We listen well.", "We listen."),
        ("A b c d", " A x c  y"),
        ("Same", "Same"),
    ],
)
def test_the_pieces_joined_are_the_two_texts_again(old, new):
    assert ["".join(piece.text for piece in pieces) for pieces in changed_words(old, new)] == [old, new]


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("We offer a leaflet in simple words.", "We offer a film in simple words.", "leaflet", "film"),
        ("In words and pictures.", "In words and pictures, always.", "", ", always"),
        ("We listen.", "We listen.", "", ""),
        ("", "We listen.", "", "We listen."),
    ],
)
def test_only_the_words_that_differ_are_marked(old, new, removed, added):
    assert [marked(pieces) for pieces in changed_words(old, new)] == [removed, added]


def test_one_word_that_happens_to_be_the_same_does_not_break_a_new_sentence():
    old, new = changed_words("Forms feel like an office.", "Some people like to see notes.")
    assert [piece.kind for piece in old[:1] + new[:1]] == ["removed", "added"]
    assert "like" in marked(old)


def placed(key, text="We listen.", section="1.1"):
    return PlacedStatement(key, section, "Welcome", text, "It matters.")


def test_editions_differ_in_what_was_added_removed_changed_or_moved():
    old = [placed("stays"), placed("goes"), placed("changes"), placed("moves")]
    new = [placed("stays"), placed("changes", "We hear."), placed("comes"), placed("moves", section="1.2")]
    found = [(change.kind, change.place.key) for change in compare(old, new)]
    assert found == [("changed", "changes"), ("added", "comes"), ("removed", "goes"), ("moved", "moves")]


def test_the_schemas_are_beside_the_content():
    assert {path.name for path in Path(SCHEMAS).iterdir()} >= {"toolkit.schema.json", "characteristics.schema.json"}
