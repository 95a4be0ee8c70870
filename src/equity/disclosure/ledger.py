"""
The ledger of releases: what left, to whom, and what it lets a reader conclude.

Records are only ever added. Each carries the hash of the one before, so that a change to any of them shows; records
cut off at the end show when the hash of the last one, the anchor, was kept elsewhere. Nothing in a record was computed
from a hidden count.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar, cast

from equity.disclosure.records import (
    Cell,
    Described,
    Record,
    ReleaseRecord,
    RuleRecord,
    Said,
    SaidOfRelease,
    TableRecord,
    fingerprint,
    releases_in,
)
from equity.disclosure.release import Released, states_in_words
from equity.disclosure.rules import Audience, Rule
from equity.disclosure.specification import Specification
from equity.disclosure.stages import as_now
from equity.disclosure.system import State
from equity.disclosure.table import STAR, TOTAL
from equity.problem import Problem

START = "0" * 64
APPROVERS = 2
TRIES, PAUSE = 50, 0.1
ATTEMPTS = 3
Made = TypeVar("Made")


class LedgerError(Problem):
    """The ledger was changed, or something was asked of it that its rules do not allow."""


class MovedOn(LedgerError):  # noqa: N818
    """Somebody else recorded something between the look at the ledger and the record."""


class Store(Protocol):
    """Where records are kept. A database can stand in for the file: one text a record, in order, never changed."""

    def lines(self) -> list[str]: ...

    def append(self, *lines: str, after: int) -> None:
        """Add records, all or none, when there are `after` already, and refuse when somebody else was quicker."""
        ...


class FileStore:
    """One record a line in a file that is only ever appended to."""

    def __init__(self, path: Path):
        self.path = path

    def lines(self) -> list[str]:
        if not self.path.exists():
            return []
        return [line for line in self.path.read_text(encoding="utf-8").split("\n") if line]

    def append(self, *lines: str, after: int) -> None:
        with self._alone():
            if len(self.lines()) != after:
                raise MovedOn("Somebody else has just added to the ledger. Nothing was recorded: please run it again.")
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write("".join(f"{line}\n" for line in lines))
                file.flush()
                os.fsync(file.fileno())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time, on any system and on a shared folder."""
        lock = self.path.with_name(f"{self.path.name}.lock")
        for _ in range(TRIES):
            try:
                os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                break
            except FileExistsError:
                time.sleep(PAUSE)
        else:
            raise LedgerError(f"The ledger is in use. If nobody is using it, delete {lock.name} and try again.")
        try:
            yield
        finally:
            lock.unlink()


@dataclass(frozen=True)
class Asked:
    """Who asks for a release, for whom, from which input, and what is unusual about it."""

    by: str
    audience: Audience
    input: str = ""  # keyed hash of the file it was made from
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """What somebody outside may hold, and the hash of the last release there was when we looked."""

    records: Sequence[TableRecord]
    after: str


@dataclass(frozen=True)
class KnownTable:
    """A table that somebody else has published: not ours to protect, but known to everybody who attacks ours."""

    publisher: str
    source: str
    rule: Rule
    specification: Specification
    dimension: str
    shown: Mapping[str, int | None]

    def as_csv(self) -> str:
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([self.dimension, "count"])
        writer.writerows([label, STAR if value is None else value] for label, value in self.shown.items())
        return file.getvalue()

    def described(self) -> Described:
        parents = dict.fromkeys(self.shown, TOTAL)
        return {**self.specification.as_json(), "dimensions": {self.dimension: {"parents": parents, "covers": {}}}}

    def cells(self) -> list[Cell]:
        return [
            [label, "hidden", 0, None] if value is None else [label, "shown", *self.rule.range_of(value)]
            for label, value in self.shown.items()
        ]


class Ledger:
    def __init__(self, store: Store):
        self._store = store

    @classmethod
    def in_file(cls, path: Path) -> Ledger:
        return cls(FileStore(path))

    def records(self) -> list[Record]:
        """Every record, oldest first, once the chain has been checked from the start."""
        previous, found = START, list[Record]()
        for number, line in enumerate(self._store.lines(), start=1):
            record = read_line(line, number)
            if record["previous"] != previous or record["hash"] != fingerprint(record):
                raise LedgerError(f"Record {number} of the ledger, or one before it, was changed after it was written.")
            previous = record["hash"]
            found.append(record)
        return found

    def verify(self, anchor: str = "") -> str:
        """The anchor of today, once the chain has been followed and found to hold the one that was kept."""
        hashes: list[str] = [START, *(record["hash"] for record in self.records())]
        if anchor and anchor not in hashes:
            raise LedgerError("Records are missing: the anchor that was kept is not in this ledger.")
        return hashes[-1]

    def releases(self) -> list[ReleaseRecord]:
        """Everything that was ever recorded as leaving, withdrawn or not: what was seen cannot be unseen."""
        return releases_in(self.records())

    def known_outside(self) -> Sequence[TableRecord]:
        """What somebody outside may hold, so what every new release is attacked together with."""
        return self.held_outside().records

    def held_outside(self) -> Held:
        """The same, with a mark by which `record_all` tells whether anything was released since."""
        releases = self.releases()
        known = [as_now(record) for record in releases if record["audience"] != Audience.INTERNAL.value]
        return Held(known, last_release(releases))

    def undisturbed(self, attempt: Callable[[Held], Made]) -> Made:
        """Attack, then record; and again with what somebody else released meanwhile, unless that goes on."""
        for _ in range(ATTEMPTS - 1):
            with suppress(MovedOn):
                return attempt(self.held_outside())
        return attempt(self.held_outside())

    def record_all(self, made: Sequence[Released], asked: Asked, *, held: Held) -> list[str]:
        """Add releases that were attacked together with each other and with all that is `held`, and with no more."""
        before = self.records()
        if last_release(before) != held.after:
            raise MovedOn(
                "Somebody else released something meanwhile, and this was not attacked together with it. Nothing was "
                "recorded: please run it again."
            )
        return self._record(before, made, asked)

    def record_release(self, released: Released, asked: Asked) -> str:
        """Add one release. Whoever calls this sees to it that nothing was recorded since it was attacked."""
        return self._record(self.records(), [released], asked)[0]

    def _record(self, before: list[Record], made: Sequence[Released], asked: Asked) -> list[str]:
        first = len(releases_in(before)) + 1
        names = [identity_of(number) for number in range(first, first + len(made))]
        self._add(before, *(said_of(released, asked, name) for released, name in zip(made, names, strict=True)))
        return names

    def record_known(self, table: KnownTable) -> str | None:
        """Add what a publisher has put out, once."""
        described, published = table.described(), table.as_csv()
        before = self.records()
        if any(one["specification"] == described and one["published"] == published for one in releases_in(before)):
            return None
        identity = identity_of(len(releases_in(before)) + 1)
        said: SaidOfRelease = {
            "kind": "release",
            "id": identity,
            "audience": Audience.PUBLIC.value,
            "requested_by": table.publisher,
            "published_by": table.publisher,
            "exceptions": [f"Published and protected by its publisher. {table.source}"],
            "rule": said_of_rule(table.rule),
            "specification": described,
            "published": published,
            "published_hash": hashlib.sha256(published.encode()).hexdigest(),
            "cells": table.cells(),
            "considered": [],
        }
        self._add(before, said)
        return identity

    def record_files(self, releases: Sequence[str], files: Mapping[str, bytes]) -> None:
        """What was written from these releases, by the hash of its bytes."""
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
        self._add(self.records(), {"kind": "files", "releases": list(releases), "files": hashes})

    def approve(self, release: str, *, by: str) -> None:
        """Someone who did not ask for the release says that it may leave."""
        before = self.records()
        record = self._release(release)
        if "published_by" in record:
            raise LedgerError(f"{release} was published by {record['published_by']}: it is not ours to approve.")
        name = written_alike(by)
        if not name:
            raise LedgerError("Say who approves it.")
        if not record["requested_by"]:
            raise LedgerError(
                f"{release} does not say who asked for it, so nobody can be told apart from them. Release it again "
                "with --requested-by."
            )
        if name == written_alike(record["requested_by"]):
            raise LedgerError("Whoever asked for a release cannot approve it.")
        if name in {written_alike(other) for other in self.approvers(release)}:
            raise LedgerError(f"{by} has approved {release} already; a second person is needed.")
        if self.is_withdrawn(release):
            raise LedgerError("A withdrawn release cannot be approved.")
        self._add(before, {"kind": "approval", "release": release, "by": by.strip()})

    def withdraw(self, release: str, *, by: str, reason: str) -> None:
        """Take a release back. It stays in the ledger, and later releases are still attacked together with it."""
        before = self.records()
        self._release(release)
        if not by.strip() or not reason.strip():
            raise LedgerError("Say who withdraws it, and why.")
        if self.is_withdrawn(release):
            raise LedgerError(f"{release} was withdrawn already.")
        self._add(before, {"kind": "withdrawal", "release": release, "by": by.strip(), "reason": reason.strip()})

    def approvers(self, release: str) -> set[str]:
        return {r["by"] for r in self.records() if r["kind"] == "approval" and r["release"] == release}

    def is_withdrawn(self, release: str) -> bool:
        return any(r["kind"] == "withdrawal" and r["release"] == release for r in self.records())

    def audience(self, release: str) -> Audience:
        return Audience(self._release(release)["audience"])

    def may_be_public(self, release: str) -> bool:
        enough = len(self.approvers(release)) >= APPROVERS
        return self.audience(release) is Audience.PUBLIC and enough and not self.is_withdrawn(release)

    def _release(self, release: str) -> ReleaseRecord:
        for record in self.releases():
            if record["id"] == release:
                return record
        raise LedgerError(f"The ledger has no release {release}.")

    def _add(self, before: list[Record], *said: Said) -> None:
        """After the records that were read, all or none, and only if there are no others by now."""
        at, lines = datetime.now(UTC).isoformat(timespec="seconds"), []
        previous = before[-1]["hash"] if before else START
        for one in said:
            record = {"at": at, **one, "previous": previous}
            previous = fingerprint(record)
            lines.append(json.dumps({**record, "hash": previous}, sort_keys=True, ensure_ascii=False))
        self._store.append(*lines, after=len(before))


def said_of(released: Released, asked: Asked, name: str) -> SaidOfRelease:
    """A table without protection can only be for inside."""
    if not released.rule.protects and asked.audience is not Audience.INTERNAL:
        raise LedgerError("A table that is not protected can only be recorded as internal.")
    return {
        "kind": "release",
        "id": name,
        "audience": asked.audience.value,
        "requested_by": asked.by.strip(),
        "input": asked.input,
        "exceptions": list(asked.exceptions),
        "rule": said_of_rule(released.rule),
        "specification": released.table.described(),
        "published": released.as_csv() if released.rule.protects else "",
        "published_hash": released.fingerprint,
        "states": {STATE_CODES[state]: count for state, count in count_states(released).items()},
        "cells": cell_records(released),
        "attack": {
            "stars": released.attack.stars,
            "differences": released.attack.differences,
            "broken": released.attack.broken,
            "solver": released.attack.solver,
            "seconds": released.attack.seconds,
        },
        "considered": list(released.attack.releases),
    }


def said_of_rule(rule: Rule) -> RuleRecord:
    return {"name": rule.name, "version": rule.version, "fingerprint": rule.fingerprint}


def last_release(records: Sequence[Record]) -> str:
    return next((record["hash"] for record in reversed(records) if record["kind"] == "release"), START)


def identity_of(number: int) -> str:
    return f"R{number:04d}"


def written_alike(name: str) -> str:
    """The same person, however the name was typed."""
    return " ".join(name.split()).casefold()


def who_must_approve(audience: Audience) -> str:
    if audience is Audience.PUBLIC:
        return "Two people who did not ask for it must approve it before it is public."
    return f"It is {ONLY_FOR[audience]}."


ONLY_FOR = {Audience.PARTNER: "for partners only, not for the public", Audience.INTERNAL: "for inside only"}
STATE_CODES = {
    State.SHOWN: "shown",
    State.SMALL: "hidden",
    State.COMPANY: "hidden",
    State.SOURCE: "hidden",
    State.IMPOSSIBLE: "cannot happen",
}


def count_states(released: Released) -> dict[State, int]:
    words = states_in_words(released.table.states)
    hidden = sum(words[state.value] for state in (State.SMALL, State.COMPANY, State.SOURCE))
    return {
        State.SHOWN: words[State.SHOWN.value],
        State.SMALL: hidden,
        State.IMPOSSIBLE: words[State.IMPOSSIBLE.value],
    }


def cell_records(released: Released) -> list[Cell]:
    """
    For each cell its labels, its state and the counts it could stand for.

    Whether a star is a small count or keeps one company is not written down: a reader of the ledger would learn that
    the second kind are not small.
    """
    if not released.rule.protects:
        return []
    return [
        [*labels, STATE_CODES[released.table.states[labels]], shown.low, shown.high]
        for labels, shown in released.counts()
    ]


def read_line(line: str, number: int) -> Record:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise LedgerError(f"Record {number} of the ledger cannot be read.") from error
    if not isinstance(record, dict) or not {"previous", "hash", "kind"} <= set(record):
        raise LedgerError(f"Record {number} of the ledger is not whole.")
    return cast(Record, record)
