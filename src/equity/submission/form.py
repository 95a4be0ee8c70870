"""What a submission file holds, word for word."""

from typing import NotRequired, TypedDict


class MadeBy(TypedDict):
    software: str
    mapping: str


class Rows(TypedDict):
    """How many rows of the file that it was made from."""

    read: int
    kept: int
    rejected: int


class Table(TypedDict):
    period: str
    characteristic: str
    set: str
    groups: dict[str, list[int]]


class Crossed(TypedDict):
    period: str
    characteristics: list[str]
    sets: list[str]
    groups: dict[str, dict[str, list[int]]]


class Pay(TypedDict):
    period: str
    characteristic: str
    set: str
    reference: str
    groups: dict[str, list[float]]


class Content(TypedDict):
    """Everything but the checksum. What concerns only some files is left out of the others."""

    format: str
    version: int
    made_by: MadeBy
    counts: str
    stages: list[str]
    totals: dict[str, list[int]]
    months: dict[str, int]
    tables: list[Table]
    rows: Rows
    crossed: NotRequired[list[Crossed]]
    people: NotRequired[str]
    pay: NotRequired[list[Pay]]
