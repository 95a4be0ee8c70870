"""The commands `equity protect` and `equity attack`: their words. What they do is loaded when one of them runs."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from equity.disclosure.rules import Audience, Objective, rules

Run = Callable[[argparse.Namespace], int]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add_protect(commands.add_parser("protect", help="make a table of counts safe to release"))
    add_attack(commands.add_parser("attack", help="see what an outsider can prove from released tables"))


def add_protect(parser: argparse.ArgumentParser) -> None:
    protecting = [name for name, rule in rules().items() if rule.protects]
    parser.add_argument("table", type=Path, metavar="IN.csv", help="one row a cell, a column for each dimension")
    parser.add_argument("--count", required=True, metavar="COLUMN", help="the column that holds the counts")
    parser.add_argument("--rule", default="nhs-mh", choices=protecting, help="which rule to use (%(default)s)")
    parser.add_argument("--hierarchy", type=Path, metavar="FILE", help="CSV with the columns dimension, child, parent")
    parser.add_argument("--impossible", type=Path, metavar="FILE", help="CSV of combinations that cannot happen")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="the ledger of everything released so far")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.csv", help="where to write the safe table")
    parser.add_argument(
        "--keep", default="cells", choices=[o.value for o in Objective], help="what to keep most of (%(default)s)"
    )
    parser.add_argument("--seconds", type=seconds, default=60.0, help="processor time for the best (%(default)s)")
    parser.add_argument("--population", default="", help="whom the counts are about")
    parser.add_argument("--measure", default="", help="what is counted")
    parser.add_argument("--counts", default="people", choices=["people", "events"], help="what one is (%(default)s)")
    parser.add_argument(
        "--period", nargs=2, metavar=("FIRST", "LAST"), help="the days the counts cover, year-month-day"
    )
    parser.add_argument("--where", action="append", default=[], help="only some people: provider=A|B or provider!=A")
    parser.add_argument(
        "--audience", default="public", choices=[a.value for a in Audience if a is not Audience.INTERNAL]
    )
    parser.add_argument("--requested-by", default="", help="who asks for the release, for the ledger")
    parser.add_argument(
        "--exception", action="append", default=[], metavar="REASON", help="something approvers should know, and why"
    )
    parser.set_defaults(run=later("protect"))


def add_attack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("released", type=Path, nargs="*", metavar="RELEASED.csv")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="attack everything in the ledger too")
    parser.add_argument("--hierarchy", type=Path, metavar="FILE", help="CSV with the columns dimension, child, parent")
    parser.add_argument("--rule", choices=[name for name, rule in rules().items() if rule.protects])
    parser.set_defaults(run=later("run_attack"))


def seconds(text: str) -> float:
    found = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else 0.0
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds. Write a number above 0, such as 60.")
    return found


def later(name: str) -> Run:
    """The solver takes a tenth of a second to load, which `equity --help` should not wait for."""

    def run(options: argparse.Namespace) -> int:
        command: Run = getattr(import_module("equity.disclosure.running"), name)
        return command(options)

    return run
