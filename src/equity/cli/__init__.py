"""The command line. Nothing is loaded but the command that runs."""
# ruff: noqa: T201 - a command speaks by printing

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from equity.problem import Problem
from equity.version import VERSION

# Each command: the module whose add_commands(subparsers) adds it, and what it does. Only the module of the command
# that is asked for is loaded.
COMMANDS = {
    "demo": ("equity.cli.figures", "make the demonstration report from real published figures"),
    "check": ("equity.cli.files", "a dry run: what is in a file, what is recognised, what would be rejected"),
    "prepare": ("equity.cli.files", "read, check and code a file once, so that later reports are quick"),
    "report": ("equity.cli.files", "a report of who reaches, stays with and gains from a service"),
    "ledger": ("equity.cli.ledger", "the ledger of releases: list, approve, withdraw, verify"),
    "submit": (
        "equity.cli.submit",
        "counts by group to hand to your partnership: never a person's row leaves this machine",
    ),
    "local": (
        "equity.cli.local",
        "a page on this machine only: choose a spreadsheet, look it over, keep counts by group",
    ),
    "measures": ("equity.cli.reference", "list the measures, or show one"),
    "vocabulary": ("equity.cli.reference", "list characteristics and category sets, show one, or recognise labels"),
    "check-truth": ("equity.cli.truth", "recompute a folder of inputs and expected numbers (manifest.json)"),
    "protect": ("equity.disclosure.commands", "make a table of counts safe to release"),
    "attack": ("equity.disclosure.commands", "see what an outsider can prove from released tables"),
}
Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0 is well, 1 a check that failed, 2 something to put right, 130 stopped by the person."""
    given = sys.argv[1:] if arguments is None else arguments
    parsed = parser(next((word for word in given if not word.startswith("-")), "")).parse_args(given)
    run: Run = parsed.run
    try:
        return run(parsed)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return stopped()
    except RuntimeError as error:
        # DuckDB's word for Ctrl-C in the middle of its work.
        if str(error) != "Query interrupted":
            raise
        return stopped()
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def stopped() -> int:
    print("\nStopped. Nothing half-written is left.", file=sys.stderr)
    return 130


def parser(command: str = "") -> argparse.ArgumentParser:
    """What one command understands; without one, or with one that there is not, the list of them all."""
    made = argparse.ArgumentParser(
        prog="equity", description="Who is, and who is not, using a service: counts, rates and gaps with their doubt."
    )
    made.add_argument("--version", action="version", version=f"equity {VERSION}")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    if command in COMMANDS:
        module, what_it_does = COMMANDS[command]
        import_module(module).add_commands(commands)
        commands.choices[command].description = f"{what_it_does[0].upper()}{what_it_does[1:]}."
        return made
    for name, (_, what_it_does) in COMMANDS.items():
        commands.add_parser(name, help=what_it_does)
    return made
