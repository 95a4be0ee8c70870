"""Everything that people read here is in our own words, except names."""

from pathlib import Path

import pytest

from tests.content.shingles import BYTES_EACH, PLANTED, copied_runs, read_hashes, words, write_hashes

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SOURCES = read_hashes(HERE / "sources.shingles")
NAMES = (HERE / "names.txt").read_text(encoding="utf-8").splitlines()
READ_BY_PEOPLE = {".yaml", ".md", ".html", ".py", ".txt", ".json", ".po", ".js", ".css", ".svg", ".toml"}


def files_that_people_read():
    places = [ROOT / "content", ROOT / "docs", ROOT / "src", ROOT / "benchmarks", ROOT / ".ci"]
    inside = [file for place in places for file in place.rglob("*")]
    return [file for file in [*inside, *ROOT.glob("*")] if file.is_file() and file.suffix in READ_BY_PEOPLE]


@pytest.mark.parametrize(
    "place", ["content/toolkits", "content/partnerships", "content/programmes", "src/hub/toolkit/templates", "docs"]
)
def test_the_places_that_matter_are_looked_at(place):
    assert any(file.is_relative_to(ROOT / place) for file in files_that_people_read())


def test_nothing_shares_seven_words_in_a_row_with_the_sources():
    found = [
        f"{file.relative_to(ROOT)}: {run}"
        for file in files_that_people_read()
        for run in copied_runs(file.read_text(encoding="utf-8"), SOURCES, NAMES)
    ]
    assert found == []


def test_the_hashes_are_those_of_whole_documents():
    data = (HERE / "sources.shingles").read_bytes()
    assert len(data) == len(SOURCES) * BYTES_EACH
    assert len(SOURCES) > 16_000
    assert data == b"".join(sorted(SOURCES))


@pytest.mark.parametrize(
    "disguise",
    [
        PLANTED,
        f"On that morning, {PLANTED.upper()}!",
        "text: >-\n  seven grey herons\n  walked slowly over wet\n  sand",
        "<p>Seven grey <b class='x'>herons</b> walked&nbsp;slowly over wet sand</p>",
        "the seven grey herons’ walked slowly over wet sand",
    ],
)
def test_a_copied_sentence_is_found_whatever_it_is_wrapped_in(disguise):
    """The sentence about herons is ours. It was hashed with the sources so that this test needs none of their words."""
    assert copied_runs(disguise, SOURCES, NAMES)


def test_six_words_in_a_row_are_allowed():
    assert not copied_runs("seven grey herons walked slowly over dry sand", SOURCES, NAMES)


def test_a_name_is_allowed_and_what_stands_round_it_is_not(tmp_path):
    name = "Long Society for the Keeping of Old Wooden Boats"
    write_hashes(tmp_path / "hashes", [f"The {name} mends every boat in the harbour by hand"])
    hashes = read_hashes(tmp_path / "hashes")
    assert not copied_runs(f"We visited the {name}.", hashes, [name])
    assert copied_runs(f"We visited the {name}.", hashes, [])
    assert copied_runs(f"The {name} mends every boat in the harbour", hashes, [name])


def test_names_are_names_and_not_half_sentences():
    assert all(len(words(name)) <= 12 for name in NAMES)
    assert len(NAMES) <= 20
