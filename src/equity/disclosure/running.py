"""What the commands `equity protect` and `equity attack` do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from equity.attack import CannotRead, Finding, Published, attack, in_ledger, read_hierarchy, read_release
from equity.disclosure.advice import with_advice
from equity.disclosure.gate import Refused, Request, release
from equity.disclosure.keyed import key_for, keyed_hash
from equity.disclosure.ledger import Asked, Held, Ledger, LedgerError, who_must_approve
from equity.disclosure.reading import read_table
from equity.disclosure.records import TableRecord
from equity.disclosure.release import Released
from equity.disclosure.rules import Audience, Objective, rule_named
from equity.disclosure.search import Effort
from equity.disclosure.specification import Specification, check_ages, people_where, period_of
from equity.disclosure.stages import as_now
from equity.disclosure.table import TableError
from equity.progress import Progress
from equity.whole import whole

BROKEN, UNUSABLE = 1, 2
MOST_NAMED = 5
UNRECORDED = (
    "Nothing was recorded: earlier releases were not looked at. A release to the public goes through the partnership's "
    "one ledger: use --ledger."
)


def protect(options: argparse.Namespace) -> int:
    try:
        check_places(options)
        with Progress() as progress:
            progress.say("Protecting")
            released, note = released_and_recorded(options)
        with whole(options.out) as beside:
            beside.write_text(released.as_csv(), encoding="utf-8", newline="")
    except OSError as problem:
        return stop(where_it_stopped(problem))
    except ValueError as problem:
        return stop(str(problem))
    except Refused as refused:
        stop(str(refused))
        return BROKEN
    say(summary(released))
    say(who_disappears(released))
    say(note)
    return 0


def check_places(options: argparse.Namespace) -> None:
    """Nothing that was given is written over, and nothing fails for want of a folder once the work is done."""
    for path in filter(None, (options.out, options.ledger)):
        if path.is_dir():
            raise TableError(f"{path} is a folder. Say which file in it.")
        if not path.parent.is_dir():
            raise TableError(f"{path.parent}: there is no such folder.")
    given = [options.table, options.hierarchy, options.impossible, options.ledger]
    if options.out.resolve() in {path.resolve() for path in given if path}:
        raise TableError(f"{options.out} would be written over. Write the safe table to another file.")


def released_and_recorded(options: argparse.Namespace) -> tuple[Released, str]:
    """Before anything is written: a release that is recorded and never written does no harm."""
    if not options.ledger:
        return release_asked_for(options, ()), UNRECORDED
    ledger = Ledger.in_file(options.ledger)

    def attempt(held: Held) -> tuple[Released, str]:
        released = release_asked_for(options, held.records)
        return released, record(options, released, ledger, held)

    return ledger.undisturbed(attempt)


def release_asked_for(options: argparse.Namespace, past: Sequence[TableRecord]) -> Released:
    request = Request(
        table=read_table(
            options.table, count=options.count, hierarchy=options.hierarchy, impossible=options.impossible
        ),
        rule=rule_named(options.rule),
        specification=Specification(
            population=options.population,
            measure=options.measure,
            counts=options.counts,
            period=period_of(*options.period) if options.period else None,
            where=people_where(options.where),
        ),
        objective=Objective(options.keep),
        effort=Effort(seconds=options.seconds),
    )
    if options.ledger:
        check_ages(request.specification, request.table.dimensions)
    with with_advice(request, past):
        return release(request, past)


def record(options: argparse.Namespace, released: Released, ledger: Ledger, held: Held) -> str:
    asked = Asked(
        options.requested_by,
        Audience(options.audience),
        keyed_hash(options.table, key_for(options.ledger)),
        tuple(options.exception),
    )
    (identity,) = ledger.record_all([released], asked, held=held)
    return f"Recorded as {identity}. {who_must_approve(asked.audience)}"


def summary(released: Released) -> str:
    quality = released.quality
    best = "proven the fewest" if quality.proven_best else f"within {quality.gap:.1%} of the fewest possible"
    return (
        f"{quality.shown} numbers are shown and {quality.hidden_small + quality.hidden_beyond} are hidden ({best}). "
        f"An attack on {released.attack.stars} stars and {released.attack.differences} differences found none that "
        "gives a small number away."
    )


def who_disappears(released: Released) -> str:
    """Of whom least can be seen, so that whoever releases a table knows whom it is silent about."""
    hidden = [row for row in released.who_disappears() if row.shown < row.cells]
    if not hidden:
        return "Nothing is hidden of anybody."
    least = ", ".join(f"{row.category} in {row.dimension} ({row.shown} of {row.cells})" for row in hidden[:MOST_NAMED])
    return f"Least is shown of: {least}."


def where_it_stopped(problem: OSError) -> str:
    reason = "there is no such file" if isinstance(problem, FileNotFoundError) else problem.strerror
    return f"{problem.filename}: {reason}."


def run_attack(options: argparse.Namespace) -> int:
    if not options.released and not options.ledger:
        return stop("Give at least one released table, or a ledger.")
    if options.ledger and not options.ledger.exists():
        return stop(f"{options.ledger}: there is no such file.")
    try:
        with Progress() as progress:
            progress.say("Attacking")
            report = attack(everything_held(options))
    except OSError as problem:
        return stop(where_it_stopped(problem))
    except (CannotRead, LedgerError) as problem:
        return stop(str(problem))
    for finding in report.findings:
        if finding.other_release is None or not finding.keeps_promise:
            say(in_words(finding))
    broken = len(report.broken)
    say(f"{len(report.findings)} hidden numbers attacked in {report.seconds:.1f} seconds; {broken} break the promise.")
    return BROKEN if broken else 0


def everything_held(options: argparse.Namespace) -> list[Published]:
    parents = read_hierarchy(options.hierarchy) if options.hierarchy else {}
    held = [read_release(path, rule=options.rule, parents=parents) for path in options.released]
    unknown = sorted({*parents} - {name for one in held for name in one.dimensions})
    if held and unknown:
        raise CannotRead(f"{options.hierarchy.name} has groups for {unknown[0]}, which is a column of no table here.")
    if options.ledger:
        held += in_ledger(as_now(record) for record in Ledger.in_file(options.ledger).releases())
    return held


def in_words(finding: Finding) -> str:
    what = ", ".join(finding.labels)
    high = "any higher number" if finding.high is None else str(finding.high)
    against = f" (against {finding.other_release})" if finding.other_release else ""
    verdict = "" if finding.keeps_promise else "  BROKEN"
    ruled_out = f", but not {', '.join(map(str, finding.missing))}" if finding.missing and verdict else ""
    return f"{finding.release}{against}: {what}: {finding.low} to {high}{ruled_out}{verdict}"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def stop(text: str) -> int:
    sys.stderr.write(text + "\n")
    return UNUSABLE
