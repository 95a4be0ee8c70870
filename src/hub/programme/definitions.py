"""A programme as its files give it, before anything is stored."""

from dataclasses import dataclass
from datetime import date

NO_DATE = "no date stated"
QUESTIONS = ("inequality", "action", "outcome", "knowing")


@dataclass(frozen=True)
class Source:
    document: str
    title: str
    publisher: str
    published: str
    lines: str
    place: str
    url: str

    def __str__(self):
        where = self.place or f"lines {self.lines}"
        return f"{self.title}, {where}"


@dataclass(frozen=True)
class Fact:
    key: str
    text: str
    source: Source


@dataclass(frozen=True)
class Answer:
    """What the document says to one of the four questions, and on which lines."""

    text: str
    source: Source


@dataclass(frozen=True)
class Links:
    organisations: tuple[str, ...]
    named: tuple[str, ...]
    characteristics: tuple[str, ...]
    groups: tuple[str, ...]
    people: str
    community: str
    forums: tuple[str, ...]
    statements: tuple[str, ...]
    related: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """What is to be reached by when, as one document says it. `when` is in its words, `by` the last day they allow."""

    value: float | None
    words: str
    when: str
    start: date | None
    by: date | None
    note: str
    source: Source


@dataclass(frozen=True)
class MeasureText:
    key: str
    kind: str
    name: str
    unit: str
    counting: str
    characteristic: str
    group_size: int | None
    per: int | None
    instrument: str
    every_weeks: tuple[int | None, int | None]
    direction: str
    direction_reason: str
    baseline_due: date | None
    at_work: str
    targets: tuple[Said, ...]


@dataclass(frozen=True)
class ActionText:
    key: str
    title: str
    heading: str
    inequality: Answer | None
    action: Answer
    outcome: Answer | None
    knowing: Answer | None
    at_work: tuple[str, ...]
    measures: tuple[MeasureText, ...]
    links: Links
    source: Source

    @property
    def unanswered(self):
        return tuple(name for name in QUESTIONS if getattr(self, name) is None)


@dataclass(frozen=True)
class TargetText:
    key: str
    title: str
    text: str
    measures: tuple[MeasureText, ...]
    actions: tuple[str, ...]
    links: Links
    source: Source

    @property
    def kind(self):
        return self.measures[0].kind


@dataclass(frozen=True)
class OutcomeText:
    key: str
    title: str
    text: str
    indicators: tuple[MeasureText, ...]
    actions: tuple[str, ...]
    links: Links
    source: Source


@dataclass(frozen=True)
class Promise:
    """Promised in the running text, beside the lists of actions and targets."""

    key: str
    text: str
    measures: tuple[MeasureText, ...]
    links: Links
    source: Source


@dataclass(frozen=True)
class AreaText:
    key: str
    number: int
    strand: str
    title: str
    summary: str
    facts: tuple[Fact, ...]
    actions: tuple[ActionText, ...]
    targets: tuple[TargetText, ...]
    outcomes: tuple[OutcomeText, ...]
    also_promised: tuple[Promise, ...]
    source: Source

    @property
    def items(self):
        return (*self.actions, *self.targets, *self.outcomes)

    @property
    def measures(self):
        return (
            *(measure for item in (*self.actions, *self.targets, *self.also_promised) for measure in item.measures),
            *(measure for outcome in self.outcomes for measure in outcome.indicators),
        )

    @property
    def counts(self):
        return {"actions": len(self.actions), "targets": len(self.targets), "outcomes": len(self.outcomes)}


@dataclass(frozen=True)
class Named:
    """A strand or a principle."""

    key: str
    name: str
    summary: str
    source: Source


@dataclass(frozen=True)
class Phase:
    key: str
    name: str
    summary: str
    when: str
    start: date | None
    by: date | None
    forums: tuple[str, ...]
    characteristics: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class Community:
    """People whom several agencies serve with one plan."""

    key: str
    name: str
    summary: str
    group: str
    organisations: tuple[str, ...]
    named: tuple[str, ...]
    related: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class Member:
    organisation: str
    named: str
    role: str
    note: str


@dataclass(frozen=True)
class ForumText:
    key: str
    name: str
    summary: str
    kind: str
    every_weeks: tuple[int | None, int | None]
    rhythm: str
    chair_role: str
    members: tuple[Member, ...]
    does: tuple[str, ...]
    part_of: tuple[str, ...]
    status: str
    also_called: tuple[str, ...]
    measures: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class ProgrammeText:
    key: str
    partnership: str
    title: str
    publisher: str
    published: str
    summary: str
    questions: dict[str, str]
    responsibility: tuple[Fact, ...]
    strands: tuple[Named, ...]
    principles: tuple[Named, ...]
    phases: tuple[Phase, ...]
    communities: tuple[Community, ...]
    forums: tuple[ForumText, ...]
    facts: tuple[Fact, ...]
    unplaced: tuple[Fact, ...]
    areas: tuple[AreaText, ...]

    @property
    def items(self):
        return tuple(item for area in self.areas for item in area.items)

    @property
    def counts(self):
        return {
            "strands": len(self.strands),
            "principles": len(self.principles),
            "phases": len(self.phases),
            "areas": len(self.areas),
            "actions": sum(len(area.actions) for area in self.areas),
            "targets": sum(len(area.targets) for area in self.areas),
            "outcomes": sum(len(area.outcomes) for area in self.areas),
            "forums": len(self.forums),
        }


@dataclass(frozen=True)
class ExampleUpdate:
    """`on` a day, or so many weeks before it is loaded."""

    key: str
    action: str
    on: date | None
    weeks_ago: int | None
    stage: str
    happened: str
    worked: str
    hard: str
    next: str
    help_wanted: str
    evidence: str


@dataclass(frozen=True)
class ExampleReading:
    measure: str
    on: date
    value: float | None
    numerator: int | None
    denominator: int | None
    unknown: int | None
    words: str
    baseline: bool


@dataclass(frozen=True)
class ExampleQuestion:
    action: str
    on: date
    asked_by_role: str
    text: str
    answer: str
    answered_on: date | None


@dataclass(frozen=True)
class Examples:
    """Made up, and marked so wherever it is shown."""

    area: str
    note: str
    owners: dict[str, str]
    updates: tuple[ExampleUpdate, ...]
    readings: tuple[ExampleReading, ...]
    questions: tuple[ExampleQuestion, ...]
