"""Every template compiles, speaks through translation, and keeps to the content security policy."""

import re

import pytest
from django.template import Engine, TemplateSyntaxError
from django.template.loader import get_template

from tests.architecture.contexts import named, sources

TEMPLATES = [path for suffix in (".html", ".txt") for path in sources(suffix) if "templates" in path.parts]
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
COMMENT = re.compile(r"\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|\{#.*?#\}|<!--.*?-->|<script\b.*?</script>", re.DOTALL)
MARKUP = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
SPOKEN = re.compile(r"""\s(?:aria-label|alt|title|placeholder)=["']([^"']*)["']""")
WORD = re.compile(r"[A-Za-z]{2,}")


def untranslated(text):
    """Words that a reader would meet in English whatever their language."""
    plain = MARKUP.sub("", TRANSLATED.sub("", COMMENT.sub("", text)))
    plain = re.sub(r"&\w+;", "", plain)
    spoken = " ".join(SPOKEN.findall(plain))
    return WORD.findall(f"{TAG.sub(' ', plain)} {spoken}")


def name_of(path):
    return "/".join(path.parts[path.parts.index("templates") + 1 :])


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_compiles(path):
    get_template(name_of(path))


def test_a_template_with_a_slip_would_be_seen():
    with pytest.raises(TemplateSyntaxError):
        Engine.get_default().from_string("{% if x %}")


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_has_no_inline_script_or_style(path):
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>x()</script>",
        '<p style="color:red">',
        '<a onclick="x()">',
        "<style>p{}</style>",
        '<a href="javascript:x">',
    ],
)
def test_an_inline_script_or_style_would_be_seen(text):
    assert INLINE.search(text)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_word_of_a_template_can_be_translated(path):
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["<p>Hello</p>", '<img alt="A table">', "{% if x %}Yes{% endif %}"])
def test_a_word_that_cannot_be_translated_would_be_seen(text):
    assert untranslated(text)


def test_translated_words_names_and_markup_are_no_words_to_translate():
    text = '{% translate "Hello" %} {{ name }} &nbsp;<b class="num">{% blocktranslate %}Two{% endblocktranslate %}</b>'
    assert untranslated(text) == []
