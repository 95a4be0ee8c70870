"""
The only way out: hide what must be hidden, attack the result together with everything released before, and let it leave
only if the promise holds.

The attack is `equity.attack`, which shares no code with the search and is handed nothing but what would be published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from equity.attack import CannotRead, Finding, Report, attack
from equity.attack.published import from_record
from equity.disclosure.audit import Audit, OutOfTime
from equity.disclosure.contradicting import cells_that_contradict, contradicted_by, fits
from equity.disclosure.differences import NOW
from equity.disclosure.joint import Joined, Past, joined
from equity.disclosure.problem import NoSafePattern, Pattern, Problem
from equity.disclosure.published import ShownTable, shown_table
from equity.disclosure.records import TableRecord
from equity.disclosure.region import Contradiction
from equity.disclosure.release import AttackSummary, Quality, Released, sealed
from equity.disclosure.rules import Objective, Rule
from equity.disclosure.search import Effort, find_pattern
from equity.disclosure.specification import Specification
from equity.disclosure.system import WEIGHT, State, System, system_of
from equity.disclosure.table import TOTAL, Labels, Table, TableError

ATTEMPTS = 6
MOST_NAMED = 12
CORRECTED = (
    "If figures were corrected since then, what is out stays known: the two together could tell who was added or taken "
    "away. Let it stand, and publish the next period instead."
)
MOST_LOST = 0.5
TOO_LONG = (
    "This table is so large that no safe form of it was found in the time it was given, and five minutes more. Merge "
    "small groups, leave out a dimension, make one table for each provider, or give it longer with --seconds."
)


class Refused(Exception):  # noqa: N818
    """The table may not leave: which cells, because of what, and what would make it safe."""

    def __init__(self, cells: Iterable[Labels], because_of: Iterable[str], advice: Sequence[str] = ()):
        self.cells = sorted(set(cells))
        self.because_of = sorted(set(because_of))
        self.advice = list(advice)
        super().__init__(" ".join(["This table cannot be released.", *self.reasons(), *self.advice]))

    def reasons(self) -> list[str]:
        collide = [f"They collide with: {', '.join(self.because_of)}."] if self.because_of else []
        where = f" at: {self.named()}" if self.cells else ""
        return [f"Small numbers could be worked out{where}.", *collide]

    def named(self) -> str:
        more = f" and {len(self.cells) - MOST_NAMED} more" if len(self.cells) > MOST_NAMED else ""
        return "; ".join(", ".join(labels) for labels in self.cells[:MOST_NAMED]) + more

    def advised(self, advice: Sequence[str]) -> Refused:
        return type(self)(self.cells, self.because_of, advice)


class Contradicted(Refused):
    """Its numbers and those that are out already cannot all be true."""

    def reasons(self) -> list[str]:
        return [
            f"Its numbers cannot be true together with {', '.join(self.because_of)}: {self.named()}. Check totals, "
            "hierarchies and whom each release counts.",
            CORRECTED,
        ]


@dataclass(frozen=True)
class Request:
    """What somebody would like to release."""

    table: Table
    rule: Rule
    specification: Specification = field(default_factory=Specification)
    objective: Objective = Objective.CELLS
    effort: Effort = field(default_factory=Effort)
    assumed: Sequence[TableRecord] = ()  # never released, but attacked as if an outsider held them exactly


def release(request: Request, past: Sequence[TableRecord] = ()) -> Released:
    """The table made safe, given everything in the ledger, or `Refused`."""
    if not request.rule.protects:
        return unprotected(request)
    system = system_of(request.table, request.rule, request.objective)
    held = (*past, *request.assumed)
    known = [Past.from_record(record) for record in held]
    whole = joined(system, request, known)
    if past and whole.linked and not fits(whole.problem):
        raise contradiction(system, request, known[: len(past)])
    whole = without(whole, {record["id"] for record in request.assumed})
    problem = whole.problem
    for _ in range(ATTEMPTS):
        pattern = pattern_for(problem, request, whole, system)
        if whole.linked and loses_too_much(system.problem, pattern):
            raise collision(whole, system, request)
        candidate = shown_table(request.table, request.rule, system, pattern.hidden, request.specification)
        report = attack_on(candidate, past, request.assumed)
        if not report.broken:
            return sealed(candidate, summary_of(report, whole.linked), quality_of(candidate, pattern))
        problem = stricter(problem, system, report.broken)
    raise refusal(report.broken)


def contradiction(system: System, request: Request, past: Sequence[Past]) -> Contradicted:
    """Where only the exact totals are at odds, which are never shown so, it is the total that is named."""
    out = joined(system, request, past)
    cells = cells_that_contradict(out.problem, system) or [(TOTAL,) * len(request.table.dimensions)]
    return Contradicted(cells, contradicted_by(out, system, request, past))


def without(whole: Joined, assumed: set[str]) -> Joined:
    """Nobody holds what is only assumed: nothing collides with it, and nobody can take the difference to it."""
    gaps = whole.problem.gaps.copy()
    gaps[[column for column, (name, _) in whole.names.items() if name in assumed]] = False
    linked = tuple(name for name in whole.linked if name not in assumed)
    return replace(whole, problem=replace(whole.problem, gaps=gaps), linked=linked)


def loses_too_much(problem: Problem, pattern: Pattern) -> bool:
    """Mending would take so much that readers are better served by another cut."""
    could_be_shown = int(problem.may_hide.sum())
    return int(pattern.hidden.sum()) > MOST_LOST * could_be_shown


def collision(whole: Joined, system: System, request: Request) -> Refused:
    """The table that would be safe on its own, and what earlier releases make of it."""
    alone = np.zeros(whole.problem.size, dtype=bool)
    alone[: system.problem.size] = find_pattern(system.problem, request.effort).hidden
    audit = Audit(whole.problem)
    failures = audit.small_failures(alone) + audit.open_failures(alone) + audit.gap_failures(alone)
    named = [whole.names[failure.column] for failure in failures]
    because = {name for name, _ in named if name != NOW} or set(whole.linked)
    return Refused((labels for _, labels in named), because)


def pattern_for(problem: Problem, request: Request, whole: Joined, system: System) -> Pattern:
    try:
        return find_pattern(problem, request.effort)
    except NoSafePattern as none:
        if whole.linked:
            raise collision(whole, system, request) from none
        named = [whole.names[column] for column in none.columns]
        raise Refused((labels for _, labels in named), (name for name, _ in named if name != NOW)) from none
    except OutOfTime as late:
        raise TableError(TOO_LONG) from late
    except Contradiction as contradiction:
        raise TableError(
            "The numbers contradict each other, or what was released before. Check totals, hierarchies and "
            "whom each release counts."
        ) from contradiction


def attack_on(candidate: ShownTable, past: Sequence[TableRecord], assumed: Sequence[TableRecord] = ()) -> Report:
    """By somebody who knows what is assumed; and by somebody who does not, where knowing less proves something else."""
    names = {record["id"] for record in assumed}
    report = attacked(candidate, (*past, *assumed))
    kept = tuple(finding for finding in report.findings if not {finding.release, finding.other_release} & names)
    if assumed and all(one.keeps_promise for one in kept) and any(one.is_only_larger for one in kept):
        return attacked(candidate, past)
    return replace(report, findings=kept)


def attacked(candidate: ShownTable, held: Sequence[TableRecord]) -> Report:
    """The attacker sees exactly what the ledger would publish, read back from its text."""
    mine: TableRecord = {
        "id": NOW,
        "rule": {"name": candidate.rule.name},
        "specification": candidate.described(),
        "published": candidate.as_csv(),
    }
    try:
        return attack([from_record(record) for record in (mine, *held)], only_about=NOW, intervals=False)
    except CannotRead as reason:
        raise TableError(str(reason)) from reason


def stricter(problem: Problem, system: System, broken: Sequence[Finding]) -> Problem:
    """Ask more for the cells that the attack in whole people could still narrow."""
    small, top = problem.small.copy(), problem.top.copy()
    for finding in broken:
        if finding.release == NOW and not finding.other_release:
            column = system.column(finding.labels)
            top[column] += 1
            if problem.may_hide[column]:
                continue
            small[column] = True
    wider = problem.gap_width + (1 if any(finding.other_release for finding in broken) else 0)
    return replace(problem, small=small, top=top, gap_width=wider)


def refusal(broken: Sequence[Finding]) -> Refused:
    releases = {finding.release for finding in broken} | {f.other_release for f in broken if f.other_release}
    return Refused((finding.labels for finding in broken), (name for name in releases if name != NOW))


def unprotected(request: Request) -> Released:
    """For a sealed submission only; every page made from it says so."""
    table = request.table
    if any(count is None for count in table.counts.values()):
        states = {labels: State.SOURCE if table.counts[labels] is None else State.SHOWN for labels in table.cells}
    else:
        states = dict.fromkeys(table.cells, State.SHOWN)
    shown = ShownTable(
        table.dimensions,
        table.count_name,
        {labels: table.counts[labels] for labels in table.cells},
        states,
        request.rule,
        request.specification,
    )
    return sealed(shown, AttackSummary(0, 0, 0, (), "none", 0.0), Quality(len(states), 0, 0, 0.0, False))


def summary_of(report: Report, linked: tuple[str, ...]) -> AttackSummary:
    differences = sum(1 for finding in report.findings if finding.other_release)
    return AttackSummary(
        stars=len(report.findings) - differences,
        differences=differences,
        broken=len(report.broken),
        releases=linked,
        solver=report.solver,
        seconds=round(report.seconds, 2),
    )


def quality_of(candidate: ShownTable, pattern: Pattern) -> Quality:
    states = list(candidate.states.values())
    return Quality(
        shown=sum(state in (State.SHOWN, State.IMPOSSIBLE) for state in states),
        hidden_small=sum(state in (State.SMALL, State.SOURCE) for state in states),
        hidden_beyond=states.count(State.COMPANY),
        gap=round(pattern.gap, 4),
        proven_best=pattern.cost - pattern.bound < WEIGHT,
    )
