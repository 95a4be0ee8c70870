"""The command line. Each module below adds its commands; nothing heavy is loaded until a command runs."""
# ruff: noqa: T201 - a command speaks by printing

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

from equity.problem import Problem
from equity.version import VERSION

# name: the module whose add_commands(subparsers) adds commands. A module that is not installed is left out.
COMMAND_MODULES = {
    "figures": "equity.cli.figures",
    "files": "equity.cli.files",
    "ledger": "equity.cli.ledger",
    "submit": "equity.cli.submit",
    "local": "equity.cli.local",
    "reference": "equity.cli.reference",
    "truth": "equity.cli.truth",
    "disclosure": "equity.disclosure.commands",
}
Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0 is well, 1 a check that failed, 2 something to put right, 130 stopped by the person."""
    parsed = parser().parse_args(arguments)
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


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="equity", description="Who is, and who is not, using a service: counts, rates and gaps with their doubt."
    )
    made.add_argument("--version", action="version", version=f"equity {VERSION}")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMAND_MODULES.values():
        if is_there(module):
            import_module(module).add_commands(commands)
    return made


def is_there(module: str) -> bool:
    package = module.rpartition(".")[0]
    return find_spec(package) is not None and find_spec(module) is not None
