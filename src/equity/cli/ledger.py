"""equity ledger: what was released, who approved it, and whether the record is whole."""
# ruff: noqa: T201 - a command speaks by printing

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equity.disclosure.ledger import Ledger

Act = Callable[["Ledger", argparse.Namespace], None]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ledger = commands.add_parser("ledger")
    acts = ledger.add_subparsers(title="what to do", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="every release, with who approved it")
    approve = acts.add_parser("approve", help="say that a release may leave; two people who did not ask for it must")
    withdraw = acts.add_parser("withdraw", help="take a release back; it stays in the ledger")
    verify = acts.add_parser("verify", help="follow the chain from the start, and print the anchor to keep elsewhere")
    for act in (listing, approve, withdraw, verify):
        act.add_argument("ledger", type=Path, metavar="LEDGER")
    for act in (approve, withdraw):
        act.add_argument("release", nargs="+", help="R0001, or R0001-R0012 for several")
        act.add_argument("--by", required=True, metavar="WHO")
    withdraw.add_argument("--reason", required=True)
    verify.add_argument("--anchor", default="", metavar="HASH", help="the anchor that was printed before")
    listing.set_defaults(run=running(show))
    approve.set_defaults(run=running(do_approve))
    withdraw.set_defaults(run=running(do_withdraw))
    verify.set_defaults(run=running(do_verify))


def running(act: Act) -> Callable[[argparse.Namespace], int]:
    """1 when the ledger refuses, 2 when there is no such ledger."""

    def run(options: argparse.Namespace) -> int:
        from equity.disclosure.ledger import Ledger, LedgerError

        if not options.ledger.is_file():
            print(f"{options.ledger}: there is no such ledger.", file=sys.stderr)
            return 2
        try:
            act(Ledger.in_file(options.ledger), options)
        except LedgerError as refused:
            print(refused, file=sys.stderr)
            return 1
        return 0

    return run


def show(ledger: "Ledger", options: argparse.Namespace) -> None:
    for record in ledger.releases():
        about = record["specification"]
        what = ", ".join(part for part in (about["population"], about["measure"]) if part) or "no description"
        reached = f" ({' and '.join(sorted(about['where']))})" if about["where"] else ""
        published = f"published by {record['published_by']}" if "published_by" in record else ""
        said = published or standing(ledger, record["id"])
        words = (record["id"], record["at"][:10], record["audience"], record["rule"]["name"], what + reached, said)
        print("  ".join(words))


def standing(ledger: "Ledger", identity: str) -> str:
    from equity.disclosure.ledger import APPROVERS, ONLY_FOR
    from equity.disclosure.rules import Audience

    if ledger.is_withdrawn(identity):
        return "withdrawn"
    if ledger.may_be_public(identity):
        return "may be public"
    audience, approved = ledger.audience(identity), f"approved by {len(ledger.approvers(identity))}"
    if audience is Audience.PUBLIC:
        return f"{approved} of {APPROVERS}"
    return f"{ONLY_FOR[audience]}, {approved}"


def do_approve(ledger: "Ledger", options: argparse.Namespace) -> None:
    for identity in every(options.release):
        ledger.approve(identity, by=options.by)
        print(f"{identity}: {standing(ledger, identity)}.")


def do_withdraw(ledger: "Ledger", options: argparse.Namespace) -> None:
    for identity in every(options.release):
        ledger.withdraw(identity, by=options.by, reason=options.reason)
        print(f"{identity}: withdrawn. Whoever has it still has it, so later releases are attacked together with it.")


def do_verify(ledger: "Ledger", options: argparse.Namespace) -> None:
    anchor = ledger.verify(options.anchor)
    print(f"{len(ledger.records())} records, each as it was written. Keep this anchor somewhere else:\n{anchor}")


def every(named: list[str]) -> list[str]:
    found = []
    for name in named:
        span = re.fullmatch(r"R(\d+)-R(\d+)", name)
        found += [f"R{number:04d}" for number in range(int(span[1]), int(span[2]) + 1)] if span else [name]
    return found
