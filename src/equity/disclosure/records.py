"""What stands in the ledger, record by record: the form that programs of other years read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

Cell = list[Any]  # its labels, its state, and the least and the most that it could stand for


class ChosenRecord(TypedDict):
    """Some categories of a dimension, or all but these."""

    codes: list[str]
    all_but: bool
    parents: NotRequired[dict[str, str]]  # not in the oldest


class SpecificationRecord(TypedDict):
    """Whom a table counts."""

    population: str
    measure: str
    counts: str
    period: list[str] | None
    where: dict[str, ChosenRecord]
    by: NotRequired[list[str]]  # not in the oldest


class DimensionRecord(TypedDict):
    """What each label lies within, and the single years that a band of ages covers."""

    parents: dict[str, str]
    covers: dict[str, list[str]]


class Described(SpecificationRecord):
    """Whom a table counts, and what divides them."""

    dimensions: dict[str, DimensionRecord]


class RuleRecord(TypedDict):
    name: str
    version: NotRequired[int]
    fingerprint: NotRequired[str]


class TableRecord(TypedDict):
    """As much of a release as an attacker reads."""

    id: str
    rule: RuleRecord
    specification: Described
    published: str


class AttackRecord(TypedDict):
    stars: int
    differences: int
    broken: int
    solver: str
    seconds: float


class SaidOfRelease(TableRecord):
    """A table that left: one of ours says who asked and how it was attacked, another's who published it."""

    kind: Literal["release"]
    audience: str
    requested_by: str
    published_by: NotRequired[str]
    input: NotRequired[str]
    exceptions: list[str]
    published_hash: str
    states: NotRequired[dict[str, int]]
    cells: list[Cell]
    attack: NotRequired[AttackRecord]
    considered: list[str]


class SaidOfFiles(TypedDict):
    kind: Literal["files"]
    releases: list[str]
    files: dict[str, str]


class SaidOfApproval(TypedDict):
    kind: Literal["approval"]
    release: str
    by: str


class SaidOfWithdrawal(TypedDict):
    kind: Literal["withdrawal"]
    release: str
    by: str
    reason: str


Said = SaidOfRelease | SaidOfFiles | SaidOfApproval | SaidOfWithdrawal


class Link(TypedDict):
    """What every record has beside what it says: when, and its place in the chain."""

    at: str
    previous: str
    hash: str


class ReleaseRecord(SaidOfRelease, Link): ...


class FilesRecord(SaidOfFiles, Link): ...


class ApprovalRecord(SaidOfApproval, Link): ...


class WithdrawalRecord(SaidOfWithdrawal, Link): ...


Record = ReleaseRecord | FilesRecord | ApprovalRecord | WithdrawalRecord


def fingerprint(record: Mapping[str, Any]) -> str:
    content = {key: value for key, value in record.items() if key != "hash"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def releases_in(records: Sequence[Record]) -> list[ReleaseRecord]:
    return [record for record in records if record["kind"] == "release"]
