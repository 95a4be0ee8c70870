"""
The counts of a person's own file, made safe before any figure is worked out from them.

People are counted by a cut (ethnic group, perhaps by half-year) and a stage (referred, assessed). Each cut and stage
is one table that passes the gate, together with everything that is out already about the same people and has a
characteristic in common: other stages (how many were assessed and how many were referred tell how many were not),
crossed tables and what they cross, and what the ledger holds. Tables without one share nothing but their totals. Each
is attacked as if these were known exactly, so that no other table can add to what it tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from equity.analysis.counting import (
    ALL,
    FIRST,
    PLACES,
    Wanted,
    column,
    counted,
    crossed,
    reached_in,
    value_of,
)
from equity.backends.cells import Cells
from equity.disclosure.advice import advice
from equity.disclosure.gate import Contradicted, Refused, Request, release
from equity.disclosure.records import TableRecord
from equity.disclosure.release import Released
from equity.disclosure.rules import Rule
from equity.disclosure.search import Effort
from equity.disclosure.specification import Chosen, Specification
from equity.disclosure.stages import reached
from equity.disclosure.table import TOTAL, Dimension, Labels, Table, TableError, build_table
from equity.model import Counts, Source, measures
from equity.model.stages import line
from equity.reading.aggregates import check_chain, read_counts
from equity.reading.files import OpenFile
from equity.reading.mapping import FileMapping
from equity.vocabulary import Unknown, category_set, characteristics, sets_of
from equity.vocabulary import mapping as coarser_way

KNOWN, UNKNOWN = "known group", "no known group"
HALF = "half-year"
NOTHING: Mapping[str, Chosen] = MappingProxyType({})
EFFORT = Effort(rounds=40, seconds=20, gap=0.02)
MOST_CATEGORIES = 25
Records = Sequence[TableRecord]


@dataclass(frozen=True)
class Cut:
    """How people are divided: by one characteristic, by several together, or by a place; by half-year too or not."""

    axes: tuple[str, ...]
    by_half: bool = False

    @property
    def is_crossed(self) -> bool:
        return len(self.axes) > 1


@dataclass(frozen=True)
class Tally:
    """The exact counts of one cut and stage. Only what the gate makes of it goes on."""

    dimensions: tuple[Dimension, ...]
    counts: Mapping[Labels, int | None]

    def table(self) -> Table:
        return build_table(self.dimensions, self.counts, count_name="people")


Found = Mapping[tuple[Cut, str], Tally]


@dataclass(frozen=True)
class Tallies:
    """Everything counted in a file."""

    found: Found
    stages: tuple[str, ...]

    def cuts(self) -> list[Cut]:
        return sorted({cut for cut, _ in self.found}, key=lambda cut: (len(cut.axes), cut.axes))


@dataclass
class Releases:
    """What passed the gate; what did not, in words for every reader; and why, for whoever made the report alone."""

    rule: Rule
    held: dict[tuple[tuple[str, ...], str], Released] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def of(self, axes: tuple[str, ...], stage: str) -> Released | None:
        return self.held.get((axes, stage))

    def leave_out(self, cut: Cut, stage: str, *, said: str, why: str) -> None:
        self.left_out.append(f"{described(cut, stage)}: {said}")
        self.reasons.append(f"{described(cut, stage)}: {why}")

    def records(self) -> list[TableRecord]:
        """As the next release is attacked with them."""
        return [record_as(one, described(Cut(axes), stage)) for (axes, stage), one in self.held.items()]


def tallies_of(file: OpenFile, mapping: FileMapping, wanted: Wanted) -> Tallies:
    if mapping.kind == "counts":
        return from_counts(file, mapping)
    return from_rows(counted(file, mapping, wanted), mapping, wanted)


def from_rows(cells: Cells, mapping: FileMapping, wanted: Wanted) -> Tallies:
    stages = (ALL, *mapping.stages)
    has_halves = bool(mapping.date) and mapping.count != "persons" and wanted.over_time
    cuts = [Cut((code,), has_halves) for code in mapping.characteristics]
    cuts += [Cut((place,)) for place in PLACES if value_of(mapping, place) and wanted.by_place]
    cuts += [Cut(tuple(chosen)) for chosen in crossed(mapping, wanted)]
    found = {(cut, stage): tally_of(cells, mapping, cut, stage) for cut in cuts for stage in stages}
    found, stages = without_copies(found, stages)
    furthest = reached_in(mapping.stages)
    at = furthest if furthest in stages else ALL
    by_age = {(Cut(pair), at): tally_of(cells, mapping, Cut(pair), at) for pair in wanted.by_age}
    return Tallies(found | by_age, stages)


def without_copies(found: Found, stages: tuple[str, ...]) -> tuple[dict[tuple[Cut, str], Tally], tuple[str, ...]]:
    """Where every row is a referral (or a member of staff), the rows stand for a column that says no more."""
    copies = {
        stage
        for stage in stages
        if stage in FIRST and all(found[cut, stage].counts == found[cut, ALL].counts for cut, _ in found)
    }
    kept = tuple(stage for stage in stages if stage not in copies)
    return {(cut, stage): tally for (cut, stage), tally in found.items() if stage not in copies}, kept


def tally_of(cells: Cells, mapping: FileMapping, cut: Cut, stage: str) -> Tally:
    part = cells.of(*cut.axes, *(("half",) if cut.by_half else ()))
    names = (*cut.axes, *(("half",) if cut.by_half else ()))
    counts: dict[Labels, int | None] = {}
    for *keys, value in zip(*(part.keys[name] for name in names), column(part, stage), strict=True):
        labels = tuple(label_of(key, name, mapping) for key, name in zip(keys, names, strict=True))
        counts[labels] = (counts.get(labels) or 0) + int(value)
    dimensions = [
        dimension_of(axis, mapping, (labels[place] for labels in counts)) for place, axis in enumerate(cut.axes)
    ]
    if cut.by_half:
        dimensions.append(Dimension(HALF, tuple(sorted({labels[-1] for labels in counts}, key=in_time))))
    return Tally(tuple(dimensions), counts)


def label_of(key: object, name: str, mapping: FileMapping) -> str:
    text = str(key)
    if name not in mapping.characteristics:
        return f"{text} (so called)" if text == TOTAL else text
    if text in set(Unknown):
        return UNKNOWN
    given_in = mapping.characteristics[name].set_code
    way = coarser_way(given_in, shared_set(given_in))
    return way[text] if way else text


def shared_set(set_code: str) -> str:
    """Single years of age divide people too finely to share: the finest list of bands stands in."""
    if len(category_set(set_code)) <= MOST_CATEGORIES:
        return set_code
    others = sets_of(category_set(set_code).characteristic)
    coarser = [one for one in others if len(one) <= MOST_CATEGORIES and coarser_way(set_code, one.code)]
    return max(coarser, key=len).code if coarser else set_code


def in_time(half: str) -> tuple[str, bool]:
    return half[:4], "Oct" in half


def dimension_of(axis: str, mapping: FileMapping, seen: Iterable[str]) -> Dimension:
    """Categories in their published order inside their broad groups, beside the people of no known group."""
    if axis not in mapping.characteristics:
        return Dimension(axis, tuple(sorted(set(seen))))
    return characteristic_dimension(axis, shared_set(mapping.characteristics[axis].set_code))


def characteristic_dimension(axis: str, set_code: str, seen: Collection[str] | None = None) -> Dimension:
    """The whole list, with people of no known group; or, of ready-made counts, only what was given."""
    kept = [one for one in category_set(set_code) if seen is None or one.code in seen]
    broad = [one.broad for one in kept]
    above = KNOWN if seen is None or UNKNOWN in seen else TOTAL
    parents = {one.code: together(one.broad) if broad.count(one.broad) > 1 and one.broad else above for one in kept}
    parents |= {group: above for group in parents.values() if group != above}
    if above == TOTAL:
        return Dimension(axis, tuple(one.code for one in kept), parents)
    return Dimension(axis, (*(one.code for one in kept), UNKNOWN), parents | {KNOWN: TOTAL, UNKNOWN: TOTAL})


def together(broad: str) -> str:
    return f"{broad} together"


def from_counts(file: OpenFile, mapping: FileMapping) -> Tallies:
    """Ready-made counts. Hidden ones were suppressed at source: they stay hidden."""
    stages = tuple(stage for stage in mapping.stages if stage != "population")
    nowhere = Source(file.name, "", file.name, "", "", "", is_published=False)
    found = {
        (Cut((code,)), stage): given(as_shared(read_counts(file, mapping, code, stage, nowhere)), code)
        for code in mapping.characteristics
        for stage in stages
    }
    for what in measures().values():
        if what.kind == "share" and {what.numerator, what.denominator} <= {*stages}:
            check_chain(file, mapping, what.numerator, what.denominator)
    return Tallies(found, stages)


def as_shared(counts: Counts) -> Counts:
    return counts.at(shared_set(counts.set_code))


def given(counts: Counts, code: str) -> Tally:
    values: dict[Labels, int | None] = {}
    unknown = [count for count in counts.counts if count.code in set(Unknown)]
    for count in counts.counts:
        if count.code not in set(Unknown):
            values[(count.code,)] = None if count.value is None or count.state != "counted" else int(count.value)
    if unknown:
        hidden = any(count.value is None or count.state != "counted" for count in unknown)
        values[(UNKNOWN,)] = None if hidden else int(sum(count.value or 0 for count in unknown))
    dimension = characteristic_dimension(code, counts.set_code, {labels[0] for labels in values})
    return Tally((dimension,), values)


@dataclass(frozen=True)
class Subject:
    """Whom the file is about, what a row is, which people only, and what is out already."""

    about: str
    counts: str
    where: Mapping[str, Chosen] = field(default_factory=dict)
    past: Records = ()

    def specification(self, cut: Cut, stage: str, where: Mapping[str, Chosen] = NOTHING) -> Specification:
        kind = "people" if self.counts == "persons" else "events"
        whom = {**self.where, **({} if stage == ALL else reached(stage)), **where}
        return Specification(self.about, self.counts, kind, None, whom, cut.axes)


def release_all(tallies: Tallies, rule: Rule, subject: Subject) -> Releases:
    """Every cut and stage through the gate, each with all that is out before it: here, and in the ledger."""
    made = Releases(rule)
    for cut in tallies.cuts():
        for stage in widest_first(tallies.stages):
            if (cut, stage) in tallies.found:
                release_one(tallies, made, cut, stage, subject)
    return made


def widest_first(stages: Iterable[str]) -> list[str]:
    return sorted(stages, key=lambda stage: 0 if stage == ALL else len(line(stage)))


UNSAFE = "it cannot be shown so that nobody can be picked out."
COLLIDES = "it cannot be shown, because of an earlier release about the same people."
UNCHECKED = "whether it is safe could not be checked."
TOO_FEW = "there are too few people altogether."
BEYOND = "in some groups they are more than the people {wider}, whom they should all be among. Look at both columns."


def release_one(tallies: Tallies, made: Releases, cut: Cut, stage: str, subject: Subject) -> None:
    """By half-year if that can be done safely, or else for the whole time, or else not at all."""
    whole = tallies.found[cut, stage].table()
    everyone = whole.counts[(TOTAL,) * len(whole.dimensions)]
    if everyone is not None and everyone <= made.rule.promises_up_to:
        made.leave_out(cut, stage, said=UNSAFE, why=TOO_FEW)
        return
    known = [*made.records(), *subject.past]
    last: Refused | TableError
    for table, where in ways(cut, whole, made.rule):
        specification = subject.specification(cut, stage, where)
        request = Request(table, made.rule, specification, effort=EFFORT, assumed=totals_of(table, specification))
        try:
            made.held[cut.axes, stage] = release(request, known)
            return
        except Refused as refused:
            earlier = {*refused.because_of} & {str(record["id"]) for record in subject.past}
            last, said = refused, COLLIDES if earlier else UNSAFE
        except TableError as wrong:
            last, said = wrong, UNCHECKED
    made.leave_out(
        cut, stage, said=said, why=why_not(last, request, known, fewer_at_a_wider_stage(tallies, cut, stage))
    )


def why_not(last: Refused | TableError, request: Request, known: Records, wider: str) -> str:
    """For whoever made the report, and nobody else: it names cells."""
    if wider and isinstance(last, Contradicted | TableError):
        return BEYOND.format(wider=spoken(wider))
    return str(last.advised(advice(request, known))) if isinstance(last, Refused) else str(last)


def fewer_at_a_wider_stage(tallies: Tallies, cut: Cut, stage: str) -> str:
    """A stage that everybody at this one is at too, and where the file has fewer people all the same."""
    mine = tallies.found[cut, stage].counts
    for wider in line(stage)[:-1] if stage != ALL else ():
        theirs = tallies.found[cut, wider].counts if (cut, wider) in tallies.found else mine
        pairs = ((count, theirs.get(labels, 0)) for labels, count in mine.items())
        if any(count is not None and other is not None and count > other for count, other in pairs):
            return wider
    return ""


def ways(cut: Cut, table: Table, rule: Rule) -> list[tuple[Table, dict[str, Chosen]]]:
    if not cut.by_half:
        return [(table, {})]
    in_one = without_last(table), {HALF: Chosen(frozenset(table.dimensions[-1].leaves))}
    return [in_one] if has_small_half(table, rule) else [(table, {}), in_one]


def described(cut: Cut, stage: str) -> str:
    who = "Everyone" if stage == ALL else f"People {spoken(stage)}"
    return f"{who} by {cut_in_words(cut)}"


def spoken(stage: str) -> str:
    return stage.replace("_", " ")


def cut_in_words(cut: Cut) -> str:
    known = characteristics()
    return " and ".join(known[axis].name.lower() if axis in known else axis for axis in cut.axes)


def has_small_half(table: Table, rule: Rule) -> bool:
    totals = [table.counts[(*(TOTAL,) * (len(table.dimensions) - 1), half)] for half in table.dimensions[-1].leaves]
    return len(totals) < 2 or any(total is None or rule.is_small(total) for total in totals)


def without_last(table: Table) -> Table:
    counts = {labels[:-1]: count for labels, count in table.counts.items() if labels[-1] == TOTAL}
    return Table(table.dimensions[:-1], counts, table.count_name)


def totals_of(table: Table, specification: Specification) -> list[TableRecord]:
    """How many people there are altogether, and in each half-year, as a record that holds them exactly."""
    last = table.dimensions[-1]
    dimension = last if last.name == HALF else Dimension("everyone", ("everyone",))
    place = (TOTAL,) * (len(table.dimensions) - (last.name == HALF))
    labels = dimension.labels
    counts = [table.counts[(*place, label) if last.name == HALF else place] for label in labels]
    if any(count is None for count in counts):
        return []
    rows = "".join(f"{label},{count}\n" for label, count in zip(labels, counts, strict=True))
    return [
        {
            "id": "the totals",
            "rule": {"name": "additive"},
            "specification": {
                **specification.as_json(),
                "dimensions": {dimension.name: {"parents": dict.fromkeys(labels[1:], TOTAL), "covers": {}}},
            },
            "published": f"{dimension.name},people\n{rows}",
        }
    ]


def record_as(released: Released, name: str) -> TableRecord:
    """A release of this report as a record that the next is attacked with."""
    return {
        "id": name,
        "rule": {"name": released.rule.name},
        "specification": released.table.described(),
        "published": released.as_csv(),
    }
