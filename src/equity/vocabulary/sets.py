"""Characteristics and category sets, read from content/equity/vocabulary."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from equity.content import read_rows, read_toml
from equity.problem import Problem


class Unknown(StrEnum):
    """Why we do not know a person's answer. Different reasons are different findings."""

    DECLINED = "declined"
    NOT_KNOWN = "not_known"
    NOT_ASKED = "not_asked"
    INVALID = "invalid"
    MISSING = "missing"


UNKNOWN_WORDS = {
    Unknown.DECLINED: "Asked, did not want to say",
    Unknown.NOT_KNOWN: "Not known",
    Unknown.NOT_ASKED: "Not asked",
    Unknown.INVALID: "Written in a way we could not read",
    Unknown.MISSING: "Nothing written down",
}


class VocabularyError(Problem):
    """A word, set or mapping that the vocabulary does not have, said plainly."""


@dataclass(frozen=True)
class Characteristic:
    code: str
    name: str
    equality_act: bool
    warning: str = ""


@dataclass(frozen=True)
class Category:
    code: str
    label: str
    concept: str
    broad: str = ""


@dataclass(frozen=True)
class CategorySet:
    """A published list of categories, in the order its publisher gives."""

    code: str
    characteristic: str
    name: str
    edition: str
    ordered: bool
    source: str
    categories: tuple[Category, ...]

    def __iter__(self) -> Iterator[Category]:
        return iter(self.categories)

    def __len__(self) -> int:
        return len(self.categories)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(category.code for category in self.categories)

    def category(self, code: str) -> Category:
        for category in self.categories:
            if category.code == code:
                return category
        raise VocabularyError(f"{self.name} has no category {code!r}. It has: {', '.join(self.codes)}.")

    def label(self, code: str) -> str:
        return UNKNOWN_WORDS[Unknown(code)] if code in UNKNOWN_WORDS else self.category(code).label


@cache
def characteristics() -> dict[str, Characteristic]:
    return {
        code: Characteristic(code, str(item["name"]), bool(item["equality_act"]), str(item.get("warning", "")))
        for code, item in read_toml("vocabulary", "characteristics.toml").items()
    }


@cache
def category_sets() -> dict[str, CategorySet]:
    members: dict[str, list[Category]] = {}
    for row in read_rows("vocabulary", "categories.csv"):
        members.setdefault(row["set"], []).append(Category(row["code"], row["label"], row["concept"], row["broad"]))
    return {
        row["set"]: CategorySet(
            row["set"],
            row["characteristic"],
            row["name"],
            row["edition"],
            row["ordered"] == "yes",
            row["source"],
            tuple(members[row["set"]]),
        )
        for row in read_rows("vocabulary", "sets.csv")
    }


def category_set(code: str) -> CategorySet:
    try:
        return category_sets()[code]
    except KeyError:
        raise VocabularyError(f"There is no category set {code!r}. See `equity vocabulary`.") from None


def sets_of(characteristic: str) -> tuple[CategorySet, ...]:
    return tuple(found for found in category_sets().values() if found.characteristic == characteristic)
