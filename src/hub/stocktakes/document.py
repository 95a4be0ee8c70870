"""What a stocktake's record holds: plain values that can be kept as text, read back, and said in every format."""

import json
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace

from hub.stocktakes import rules


@dataclass(frozen=True)
class StandingTold:
    kind: str
    words: str
    reason: str
    symbol: str
    tint: str


@dataclass(frozen=True)
class UpdateTold:
    on: str
    stage: str
    happened: str
    worked: str
    hard: str
    next: str
    changed: str
    help_wanted: str
    evidence: str
    evidence_url: str


@dataclass(frozen=True)
class ActionTold:
    key: str
    title: str
    inequality: str
    action: str
    outcome: str
    knowing: str
    owner_role: str
    due_on: str
    standing: StandingTold
    sees_it: str
    reported_on: str
    source: str
    groups: list[str]
    updates: list[UpdateTold] = field(default_factory=list)


@dataclass(frozen=True)
class GoalTold:
    words: str
    when: str
    by: str
    reason: str
    source: str


@dataclass(frozen=True)
class PointTold:
    """One reading, with its place in the picture in per cent."""

    on: str
    value: str
    text: str
    of: str
    range: str
    is_baseline: bool
    source: str
    x: str = ""
    y: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class PictureTold:
    """A line over time, placed as on the screen."""

    ticks: list[tuple[str, str]]
    lines: list[tuple[str, str, str, str]]
    shown: list[PointTold]
    goal_y: str
    goal_text: str
    pins: list[tuple[str, str, str, str]]
    alternative: str
    caveats: list[str]
    has_ranges: bool


@dataclass(frozen=True)
class MeasureTold:
    pk: int
    name: str
    unit: str
    kind: str
    topic: str
    belongs_to: str
    is_shown: bool
    finding: str
    movement: str
    standing: StandingTold
    goals: list[GoalTold]
    points: list[PointTold]
    picture: PictureTold | None


@dataclass(frozen=True)
class TargetTold:
    key: str
    title: str
    words: str
    source: str
    standing: StandingTold
    measures: list[int]


@dataclass(frozen=True)
class OutcomeTold:
    title: str
    words: str
    source: str


@dataclass(frozen=True)
class AreaTold:
    slug: str
    title: str
    summary: str
    strand: str
    is_example: bool
    counts: list[tuple[str, str, int]]
    actions: list[ActionTold]
    targets: list[TargetTold]
    outcomes: list[OutcomeTold]
    measures: list[MeasureTold]


@dataclass(frozen=True)
class StrandTold:
    slug: str
    title: str
    summary: str
    counts: list[tuple[str, str, int]]
    areas: list[str]


@dataclass(frozen=True)
class Breakdown:
    """How actions stand, by one thing that they have in common."""

    title: str
    rows: list[tuple[str, list[int], int]]


@dataclass(frozen=True)
class ForumTold:
    title: str
    rhythm: str
    finding: str
    meetings: list[str]


@dataclass(frozen=True)
class Record:
    title: str
    summary: str
    partnership: str
    place: str
    organisation: str
    source: str
    year: int
    starts_on: str
    ends_on: str
    as_of: str
    report_every_weeks: int
    has_examples: bool
    before: list[str]
    before_year: int | None
    counts: list[tuple[str, str, int]]
    standings: list[tuple[str, str]]
    strands: list[StrandTold]
    areas: list[AreaTold]
    breakdowns: list[Breakdown]
    forums: list[ForumTold]

    def as_text(self):
        return rules.as_one_text(asdict(self))


def read(text):
    """The record as it was kept, with its parts by name."""
    return json.loads(text, object_hook=lambda found: SimpleNamespace(**found))


def parts_of(record):
    """The pages of a stocktake: the whole, each strand, each area, as (key, title)."""
    yield rules.WHOLE, record.title
    for strand in record.strands:
        yield f"{rules.STRAND}{strand.slug}", strand.title
    for area in record.areas:
        yield f"{rules.AREA}{area.slug}", area.title
