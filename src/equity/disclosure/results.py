"""
Results that may leave. Charts, pages, workbooks and files take nothing else.

A result is made shareable in one of three ways: its publisher has already made it safe; it was worked out from nothing
but `Released` counts; or it is for inside only, and says so wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import overload

from equity.disclosure.release import NotReleased, Released
from equity.disclosure.rules import Rule, rule_named
from equity.model import Series, Table

PUBLISHED = "Published figures"
INTERNAL = "Not protected: exact counts, which must not leave the organisation"


_OURS = object()


class Seal:
    """Holds on to what was sealed, so that no other figures can go out under it. Titles may be changed."""

    def __init__(self, of: Table | Series, mark: str, key: object = None):
        if key is not _OURS:
            raise NotReleased("Only this module seals results: ask it for one of the three ways to share them.")
        self._content = contents(of)
        self.mark = mark

    def covers(self, of: Table | Series) -> bool:
        mine, other = contents(of), self._content
        return mine.keys() == other.keys() and all(mine[name] is other[name] for name in mine if name != "title")


def contents(of: Table | Series) -> dict[str, object]:
    """Everything that can be shown of a result, without its seal."""
    kind = Table if isinstance(of, Table) else Series
    return {one.name: getattr(of, one.name) for one in fields(kind)}


@dataclass(frozen=True)
class ReleasedTable(Table):
    """A table of figures that may be shown to those its mark names."""

    seal: Seal | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        insist_on_seal(self, self.seal)

    @property
    def mark(self) -> str:
        return mark_of(self.seal)


@dataclass(frozen=True)
class ReleasedSeries(Series):
    """Figures through time that may be shown to those their mark names."""

    seal: Seal | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        insist_on_seal(self, self.seal)

    @property
    def mark(self) -> str:
        return mark_of(self.seal)


Shareable = ReleasedTable | ReleasedSeries


def insist_on_seal(of: Table | Series, seal: Seal | None) -> None:
    if seal is None or not seal.covers(of):
        raise NotReleased("Only the gate releases results, and nothing in them may be changed afterwards.")


def mark_of(seal: Seal | None) -> str:
    assert seal is not None
    return seal.mark


def insist(*results: Table | Series) -> None:
    """For everything that draws or writes: refuse what has not passed the gate."""
    for of in results:
        if not isinstance(of, ReleasedTable | ReleasedSeries):
            raise NotReleased("Only released results can be shown.")


def from_its_publisher(of: Table | Series) -> Shareable:
    """Figures that are public already, as their publisher rounded and hid them."""
    if not of.is_published:
        raise NotReleased(f"{of.title}: these are not a publisher's figures.")
    return sealed_result(of, PUBLISHED)


def worked_out_from(released: Sequence[Released], of: Table | Series) -> Shareable:
    """A result of which every number was worked out from these released counts, and from nothing else of a person."""
    if not released or not all(one.rule.protects for one in released):
        raise NotReleased(f"{of.title}: no protected counts stand behind this result.")
    return sealed_result(of, mark_for(released[0].rule))


def not_protected(of: Table | Series) -> Shareable:
    """For inside: exact, and marked so wherever it is shown."""
    return sealed_result(of, INTERNAL)


def mark_for(rule: Rule) -> str:
    return (
        f"Protected so that nobody can be picked out ({rule.name}, version {rule.version})"
        if rule.protects
        else INTERNAL
    )


def mark_named(rule: str) -> str:
    return mark_for(rule_named(rule))


@overload
def sealed_result(of: Table, mark: str) -> ReleasedTable: ...
@overload
def sealed_result(of: Series, mark: str) -> ReleasedSeries: ...
def sealed_result(of: Table | Series, mark: str) -> Shareable:
    kind = ReleasedTable if isinstance(of, Table) else ReleasedSeries
    return kind(**contents(of), seal=Seal(of, mark, _OURS))  # type: ignore[arg-type]
