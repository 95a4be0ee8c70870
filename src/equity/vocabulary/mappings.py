"""Explicit many-to-one mappings between category sets, and what two sets have in common."""

from dataclasses import dataclass
from functools import cache

from equity.content import read_rows
from equity.vocabulary.sets import CategorySet, VocabularyError, category_set, sets_of


@dataclass(frozen=True)
class Mapping:
    """Every category of one set goes to exactly one category of a coarser set."""

    from_set: str
    to_set: str
    version: str
    pairs: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, code: str) -> str:
        for source, target in self.pairs:
            if source == code:
                return target
        raise VocabularyError(f"The mapping from {self.from_set} to {self.to_set} has nothing for {code!r}.")


@dataclass(frozen=True)
class CommonLevel:
    """The finest grouping that two sets can both be added up to."""

    groups: tuple[frozenset[str], ...]
    name: str

    @property
    def says_anything(self) -> bool:
        return len(self.groups) > 1


class SetsDoNotNest(VocabularyError):  # noqa: N818 - reads as what happened
    """Counts in one set cannot be divided by counts in another."""

    def __init__(self, reason: str, common: CommonLevel | None) -> None:
        offer = f" The finest level both can reach: {common.name}." if common and common.says_anything else ""
        super().__init__(reason + offer)
        self.common = common


@cache
def direct_mappings() -> dict[tuple[str, str], Mapping]:
    pairs: dict[tuple[str, str], dict[str, str]] = {}
    notes: dict[tuple[str, str], list[tuple[str, str]]] = {}
    version: dict[tuple[str, str], str] = {}
    for row in read_rows("vocabulary", "mappings.csv"):
        key = (row["from_set"], row["to_set"])
        if row["from_code"] in pairs.setdefault(key, {}):
            raise VocabularyError(f"{key[0]} to {key[1]}: {row['from_code']!r} goes to two categories.")
        pairs[key][row["from_code"]] = row["to_code"]
        version[key] = row["version"]
        if row["note"]:
            notes.setdefault(key, []).append((row["from_code"], row["note"]))
    return {
        key: Mapping(*key, version[key], tuple(found.items()), tuple(notes.get(key, ())))
        for key, found in pairs.items()
    }


@cache
def mapping(from_set: str, to_set: str) -> Mapping | None:
    """The way from one set to a coarser one, through as few steps as possible; None when there is none."""
    if from_set == to_set:
        return Mapping(from_set, to_set, "same", tuple((code, code) for code in category_set(from_set).codes))
    waiting: list[tuple[str, dict[str, str], tuple[Mapping, ...]]] = [
        (from_set, {code: code for code in category_set(from_set).codes}, ())
    ]
    seen = {from_set}
    while waiting:
        here, codes, steps = waiting.pop(0)
        for (start, end), step in direct_mappings().items():
            if start != here or end in seen:
                continue
            through = {code: step[now] for code, now in codes.items()}
            if end == to_set:
                return joined((*steps, step), through)
            seen.add(end)
            waiting.append((end, through, (*steps, step)))
    return None


def joined(steps: tuple[Mapping, ...], codes: dict[str, str]) -> Mapping:
    notes = tuple(note for step in steps for note in step.notes)
    version = "+".join(step.version for step in steps)
    return Mapping(steps[0].from_set, steps[-1].to_set, version, tuple(codes.items()), notes)


def level_for(numerator: str, denominator: str, *, wanted: str | None = None) -> str:
    """The set at which a numerator may be divided by a denominator.

    Promises: both sets reach the returned set by many-to-one mappings, and it is the finest such set
    (or the wanted one); otherwise SetsDoNotNest says why and offers what the two share.
    """
    if category_set(numerator).characteristic != category_set(denominator).characteristic:
        raise VocabularyError(f"{numerator} and {denominator} describe different characteristics.")
    shared = [
        target
        for target in sets_of(category_set(numerator).characteristic)
        if mapping(numerator, target.code) and mapping(denominator, target.code)
    ]
    if wanted is not None:
        if any(target.code == wanted for target in shared):
            return wanted
        raise SetsDoNotNest(why_not(numerator, denominator, wanted), common_level(numerator, denominator))
    if not shared:
        raise SetsDoNotNest(why_not(numerator, denominator, None), common_level(numerator, denominator))
    return max(shared, key=lambda target: (len(target), target.code in (numerator, denominator))).code


def why_not(numerator: str, denominator: str, wanted: str | None) -> str:
    if wanted is None:
        return (
            f"{category_set(numerator).name} cannot be divided by {category_set(denominator).name}: "
            "a category of one is split between several of the other, so the rates would be wrong."
        )
    stuck = next(code for code in (numerator, denominator) if mapping(code, wanted) is None)
    return (
        f"{category_set(stuck).name} cannot be turned into {category_set(wanted).name}: "
        "it does not say enough to split its categories."
    )


def common_level(left: str, right: str) -> CommonLevel | None:
    """Join two partitions of their finest shared ancestor; None when no set is an ancestor of both."""
    ancestor = finest_ancestor(left, right)
    if ancestor is None:
        return None
    to_left, to_right = mapping(ancestor.code, left), mapping(ancestor.code, right)
    assert to_left is not None
    assert to_right is not None
    groups: list[set[str]] = []
    for code in ancestor.codes:
        members = {f"{left}:{to_left[code]}", f"{right}:{to_right[code]}"}
        touching = [group for group in groups if group & members]
        groups = [group for group in groups if group not in touching] + [set().union(members, *touching)]
    names = [spoken_group(group, left) for group in groups]
    return CommonLevel(tuple(frozenset(group) for group in groups), "; ".join(names))


def spoken_group(group: set[str], side: str) -> str:
    found = category_set(side)
    codes = [code for code in found.codes if f"{side}:{code}" in group]
    return " with ".join(found.label(code) for code in codes)


def finest_ancestor(left: str, right: str) -> CategorySet | None:
    sets = [
        found
        for found in sets_of(category_set(left).characteristic)
        if mapping(found.code, left) and mapping(found.code, right)
    ]
    return max(sets, key=len, default=None)
