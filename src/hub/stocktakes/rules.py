"""Decisions about a stocktake, in plain values."""

import datetime
import hashlib
import json
from collections.abc import Collection, Iterable
from decimal import Decimal

# What each part of a stocktake tells, in this order.
HEADINGS = ("said", "did", "moved", "still", "learned", "next")
WHOLE = "whole"
STRAND, AREA = "strand-", "area-"
ENOUGH_PEOPLE = 2
MOST_PRIORITIES = 10
# Where an action stands that did not move in the year.
STANDS_STILL = ("late", "at_risk", "silent", "unreported", "stopped")


# So many characters of a record are turned into a page within a tenth of a second.
SMALL = 1_000_000


def is_large(size: int) -> bool:
    """Whether the pages of a record of this size are made ahead, by the worker."""
    return size > SMALL


def as_one_text(document: object) -> str:
    """The same text for the same content, whatever the order in which it was gathered."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal_of(text: str | bytes) -> str:
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def seal_of_files(files: Iterable[tuple[str, str, bytes]]) -> str:
    """Of all files together, each as (path, kind, bytes): it goes on the record, where nobody can change it unseen."""
    return seal_of("\n".join(sorted(f"{seal_of(body)} {path}" for path, _kind, body in files)))


def last_day(ends_on: datetime.date, today: datetime.date) -> datetime.date:
    """A stocktake looks at the record as it was when its year ended, or while the year lasts as it is today."""
    return min(ends_on, today)


def is_within(day: datetime.date | None, starts_on: datetime.date, ends_on: datetime.date) -> bool:
    return day is not None and starts_on <= day <= ends_on


def movement(points: Collection[tuple[datetime.date, Decimal]], starts_on: datetime.date) -> str:
    """Whether a figure moved in the year: 'up', 'down', 'same', or 'uncounted' where nobody counted in it.

    The last figure is compared with the last one before the year; where there is none, with the first of the year.
    """
    ordered = sorted(points)
    before = [value for on, value in ordered if on < starts_on]
    within = [value for on, value in ordered if on >= starts_on]
    if not within:
        return "uncounted"
    first = before[-1] if before else within[0]
    if within[-1] == first:
        return "same" if len(ordered) > 1 else "first"
    return "up" if within[-1] > first else "down"


def may_freeze(approvers: Collection[int]) -> bool:
    """Two different people stand behind what is said for ever."""
    return len(set(approvers)) >= ENOUGH_PEOPLE


def priorities_in(words: str) -> list[str]:
    """One a line, without the dashes that people put before them."""
    lines = (line.strip().lstrip("-*•–").strip() for line in words.splitlines())
    return [line for line in lines if line]


def free_slug(year: int, taken: Collection[str]) -> str:
    """The year; where that address is used already, the year and a number. An address is never used twice."""
    wanted, number = str(year), 1
    while wanted in taken:
        number += 1
        wanted = f"{year}-{number}"
    return wanted


def path_of(part: str) -> str:
    """Where the page of a part stands below its stocktake."""
    if part.startswith(STRAND):
        return f"strands/{part.removeprefix(STRAND)}/"
    return f"areas/{part.removeprefix(AREA)}/" if part.startswith(AREA) else ""
