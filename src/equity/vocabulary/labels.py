"""Recognise what people and systems write for a characteristic, and say what was not recognised."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from equity.content import read_rows
from equity.vocabulary.mappings import mapping
from equity.vocabulary.sets import CategorySet, Unknown, VocabularyError, category_set, sets_of

PREFIXES = ("ethnicity minor ", "ethnicity major ", "ethnic group ", "ethnicity ")
AGE_WORDS = re.compile(r"\b(?:aged|years?|yrs?|old)\b")
SUFFIXES = (" total", " ethnic category", " background")


@dataclass(frozen=True)
class Recognised:
    """What a label means. `kind` is valid, total, combined, not_applicable, unrecognised or a reason for not knowing."""  # noqa: E501

    label: str
    kind: str
    concept: str = ""
    code: str = ""

    @property
    def is_usable(self) -> bool:
        return self.kind == "valid" and self.code != ""


@dataclass(frozen=True)
class RecognitionReport:
    set_code: str
    usable: int
    unknown: tuple[tuple[str, int], ...]
    not_usable: tuple[tuple[str, str, int], ...]


def normalise(text: str) -> str:
    """Case, punctuation and spacing do not matter; & is and."""
    words = re.sub(r"[^0-9a-z+<>-]+", " ", text.casefold().replace("&", " and ").replace("'", "").replace("`", ""))
    return " ".join(words.replace("-", " ").split() if re.search("[a-z]", words) else words.split())


def exactly(text: str) -> str:
    return "=" + " ".join(text.casefold().split())


@cache
def known_labels(characteristic: str) -> dict[str, tuple[str, str]]:
    rows = [row for row in read_rows("vocabulary", "labels.csv") if row["characteristic"] in ("*", characteristic)]
    rows.sort(key=lambda row: (row["kind"] == "combined", row["characteristic"] == "*"))
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        found.setdefault(normalise(row["label"]), (row["concept"], row["kind"]))
        # "mixed/other" joins two groups and "mixed: other" is one: the exact spelling decides first.
        found.setdefault(exactly(row["label"]), (row["concept"], row["kind"]))
    for category in (category for listed in sets_of(characteristic) for category in listed):
        found.setdefault(normalise(category.label), (category.concept, "valid"))
        found.setdefault(normalise(f"{category.broad} {category.label}"), (category.concept, "valid"))
    return found


def recognise(label: str | None, set_code: str) -> Recognised:
    """What a written label means in a category set.

    Promises: the set's own codes and labels are always recognised; case, spacing and punctuation never
    matter; the reasons for not knowing stay apart; a label that fits no single category is never forced
    into one.
    """
    written = (label or "").strip()
    if not written:
        return Recognised(written, Unknown.MISSING)
    found = category_set(set_code)
    plain = normalise(written)
    code = own_codes(set_code).get(plain)
    if code is not None:
        return Recognised(written, "valid", found.category(code).concept, code)
    for form in (exactly(written), *forms(plain)):
        if form in known_labels(found.characteristic):
            concept, kind = known_labels(found.characteristic)[form]
            return Recognised(written, kind, concept, code_for(concept, found) if kind == "valid" else "")
    return Recognised(written, "unrecognised")


def forms(plain: str) -> Iterable[str]:
    """The label itself, then without the words that add nothing."""
    yield plain
    yield from in_years(plain)
    for prefix in PREFIXES:
        if plain.startswith(prefix):
            yield plain.removeprefix(prefix)
            yield from (plain.removeprefix(prefix).removesuffix(suffix) for suffix in SUFFIXES)
    for suffix in SUFFIXES:
        if plain.endswith(suffix):
            yield plain.removesuffix(suffix)
    yield from without_broad_group(plain)


def in_years(plain: str) -> Iterable[str]:
    """ "Aged 48 years", "65 years and over" and "aged 18-24" as the lists of ages have them."""
    rest = " ".join(AGE_WORDS.sub(" ", plain).split())
    if rest != plain and re.match(r"\d|under \d", rest):
        yield "0" if rest == "under 1" else re.sub(r"^(\d+) (\d+)$", r"\1 to \2", rest.replace("+", " and over"))


BROAD = tuple(
    sorted(
        (
            normalise(words)
            for words in (
                "asian",
                "asian or asian british",
                "asian/asian british",
                "asian, asian british or asian welsh",
                "black",
                "black or black british",
                "black/african/caribbean/black british",
                "black/black british",
                "black african/caribbean/black british",
                "black, african, caribbean or black british",
                "black, black british, black welsh, caribbean or african",
                "mixed",
                "mixed/multiple ethnic group",
                "mixed/multiple ethnic groups",
                "mixed or multiple ethnic groups",
                "mixed or multiple ethnic group",
                "mixed or multiple",
                "white",
                "other",
                "other ethnic group",
                "other ethnic groups",
                "any other ethnic group",
                "chinese",
                "chinese or other ethnic group",
            )
        ),
        key=len,
        reverse=True,
    )
)


def without_broad_group(plain: str) -> Iterable[str]:
    for broad in BROAD:
        rest = plain.removeprefix(broad + " ")
        if rest == plain:
            continue
        first = broad.split()[0]
        # "Asian: other" is Asian other, while "other: other" is any other.
        yield f"{first} {rest}" if rest in ("other", "any other") else rest


@cache
def own_codes(set_code: str) -> dict[str, str]:
    found = category_set(set_code)
    codes: dict[str, str] = {}
    # Talking Therapies counts tenths backwards, so its bare numbers are never taken as codes.
    if set_code != "imd_decile_tt":
        codes = {normalise(category.code): category.code for category in found}
    if set_code in ("imd_decile", "imd_quintile"):
        codes |= {category.code.zfill(2): category.code for category in found}
    codes |= {normalise(category.label): category.code for category in found}
    return codes


@cache
def code_for(concept: str, found: CategorySet) -> str:
    """The set's code for a concept: its own, or the one a finer set maps to."""
    for category in found:
        if category.concept == concept:
            return category.code
    for finer in sets_of(found.characteristic):
        way = mapping(finer.code, found.code) if finer.code != found.code else None
        source = next((category.code for category in finer if category.concept == concept), None)
        if way and source:
            return way[source]
    return ""


def guess_set(labels: Iterable[str], characteristic: str) -> CategorySet | None:
    """The set whose own categories explain the most different labels; the smaller set on a tie.

    Two sets that fit equally well and are equally small (the two five-group schemes) are never guessed.
    """
    different = {label for label in labels if label and label.strip()}

    def explained(candidate: CategorySet) -> tuple[int, int, int]:
        concepts = {category.concept for category in candidate}
        hits = sum(recognise(label, candidate.code).concept in concepts for label in different)
        own = sum(normalise(label) in own_codes(candidate.code) for label in different)
        return hits, own, -len(candidate)

    ranked = sorted(sets_of(characteristic), key=explained, reverse=True)
    if not ranked or not explained(ranked[0])[0]:
        return None
    if len(ranked) > 1 and explained(ranked[0]) == explained(ranked[1]):
        raise VocabularyError(
            f"These labels fit both {ranked[0].name} ({ranked[0].code}) and {ranked[1].name} "
            f"({ranked[1].code}), which group people differently. Say which one it is."
        )
    return ranked[0]


def report(labels: Iterable[str | None], set_code: str) -> RecognitionReport:
    """How many labels can be used, and what the others were."""
    counted = Counter((label or "").strip() for label in labels)
    unknown: Counter[str] = Counter()
    not_usable, usable = [], 0
    for label, times in counted.items():
        found = recognise(label, set_code)
        if found.is_usable:
            usable += times
        elif found.kind in set(Unknown):
            unknown[found.kind] += times
        else:
            not_usable.append((label, found.kind, times))
    return RecognitionReport(set_code, usable, tuple(sorted(unknown.items())), tuple(sorted(not_usable)))
