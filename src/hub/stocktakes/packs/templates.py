"""Whether a Word document may lend its looks to board packs: nothing in it runs, fetches or grows."""

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext_lazy
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from hub.stocktakes.packs import word

MOST_PARTS, MOST_UNPACKED = 500, 20_000_000
# Parts that run, or that hold a file of another kind.
RUNS = ("vbaproject", "vbadata", "activex", "embeddings/", "afchunk", ".bin", ".exe", ".ole")
MACRO_TYPES = (b"macroEnabled", b"vbaProject", b"oleObject", b"activeX", b"altChunk")
# A relation to elsewhere that is no link for a reader to press: a remote template, picture or object.
HARMLESS = "/hyperlink"
LINKS = ("https:", "http:", "mailto:")
# Fields that fetch or start something when the document is opened.
FETCHES = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE|AUTOTEXT|MACROBUTTON)\b", re.I)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


NO_DOCUMENT = gettext_lazy("Choose a Word document that ends in .docx and has no macros")
TOO_LARGE = gettext_lazy("This document is too large when it is unpacked. Leave out pictures that it does not need")
GOES_OUT = gettext_lazy(
    "This document fetches something from elsewhere: a template, a picture, an object or a field. "
    "Take that out, save it again and choose it anew"
)


class NotATemplateError(Exception):
    """It is no whole Word document, or there is something in it that must not reach a board. The message says which."""


def check(body):
    """Read every part of it once, then see whether a document can be made of it."""
    for name, content in _parts(body).items():
        _check_part(name, content)
    try:
        word.try_out(body)
    except (KeyError, ValueError, IndexError, AttributeError, PackageNotFoundError, etree.XMLSyntaxError) as error:
        raise NotATemplateError(NO_DOCUMENT) from error


def _parts(body):
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            told = parts.infolist()
            if len(told) > MOST_PARTS or sum(part.file_size for part in told) > MOST_UNPACKED:
                raise NotATemplateError(TOO_LARGE)
            found = {part.filename: parts.read(part) for part in told}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        # Broken, locked with a password, or packed in a way that Word does not use.
        raise NotATemplateError(NO_DOCUMENT) from error
    if len(found) != len(told) or "word/document.xml" not in found:
        raise NotATemplateError(NO_DOCUMENT)
    return found


def _check_part(name, content):
    if any(mark in name.lower() for mark in RUNS):
        raise NotATemplateError(NO_DOCUMENT)
    if not name.lower().endswith((".xml", ".rels")):
        return
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise NotATemplateError(NO_DOCUMENT)
    try:
        tree = etree.fromstring(content, etree.XMLParser(**PARSER))
    except etree.XMLSyntaxError as error:
        raise NotATemplateError(NO_DOCUMENT) from error
    if name.endswith(".rels"):
        _check_relations(tree)
    elif name == "[Content_Types].xml":
        if any(mark in content for mark in MACRO_TYPES):
            raise NotATemplateError(NO_DOCUMENT)
    else:
        _check_fields(tree)


def _check_relations(tree):
    for relation in tree:
        goes_out = relation.get("TargetMode", "").lower() == "external"
        is_link = relation.get("Type", "").endswith(HARMLESS) and relation.get("Target", "").lower().startswith(LINKS)
        if goes_out and not is_link:
            raise NotATemplateError(GOES_OUT)


def _check_fields(tree):
    """What a field does may be spread over several runs."""
    spread = "".join(one.text or "" for one in tree.iter(f"{WORD}instrText"))
    simple = [one.get(f"{WORD}instr", "") for one in tree.iter(f"{WORD}fldSimple")]
    if any(FETCHES.search(words) for words in (spread, *simple)):
        raise NotATemplateError(GOES_OUT)
