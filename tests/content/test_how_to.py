"""The example in docs/how-to/add-a-toolkit-chapter.md works as it stands, and complains as it says."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from hub.toolkit.content import ContentError, read_editions

GUIDE = (Path(__file__).parents[2] / "docs/how-to/add-a-toolkit-chapter.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.+?)```", GUIDE, re.DOTALL)[1]


def read(folder, text):
    (folder / "faith-2027.yaml").write_text(text, encoding="utf-8")
    return read_editions(folder, settings.CONTENT / "schemas")


def test_the_example_is_a_whole_chapter(tmp_path):
    [edition] = read(tmp_path, EXAMPLE)
    assert (edition.chapter.slug, edition.counts["statements"]) == ("faith", 4)


def test_the_sentence_that_the_guide_quotes_is_the_one_that_people_get(tmp_path):
    last = EXAMPLE[EXAMPLE.index("          - key: nobody-assumes") : EXAMPLE.index("        practices:")]
    with pytest.raises(ContentError) as error:
        read(tmp_path, EXAMPLE.replace(last, ""))
    assert error.value.sentences[0] in GUIDE
