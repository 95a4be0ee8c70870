"""Translations say the same as the English, with the same gaps to fill."""

import re

import pytest
from babel.messages.pofile import read_po

from tests.architecture.contexts import HUB, named

GAP = re.compile(r"%\(\w+\)(?:\.\d+)?[a-z]|%\{\w+\}")
CATALOGUES = sorted(HUB.glob("locale/*/LC_MESSAGES/django.po"))


def gaps_that_differ(catalogue):
    return [
        message.id
        for message in catalogue
        if isinstance(message.id, str) and message.id and message.string
        if sorted(GAP.findall(message.id)) != sorted(GAP.findall(message.string))
    ]


@pytest.mark.parametrize("path", CATALOGUES, ids=named)
def test_translations_fill_the_same_gaps(path):
    with path.open("rb") as file:
        catalogue = read_po(file)
    assert len(catalogue) > 50
    assert gaps_that_differ(catalogue) == []


def test_a_gap_that_was_lost_would_be_seen(tmp_path):
    lost = tmp_path / "django.po"
    lost.write_text('msgid ""\nmsgstr ""\n\nmsgid "Page %(number)s"\nmsgstr "Seite"\n')
    with lost.open("rb") as file:
        assert gaps_that_differ(read_po(file)) == ["Page %(number)s"]
