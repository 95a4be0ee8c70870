"""equity demo: the published figures of Islington and North Central London as a report."""
# ruff: noqa: T201 - a command speaks by printing

import argparse
from pathlib import Path


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser("demo")
    demo.add_argument("-o", "--out", type=Path, default=Path("equity-demo"), help="folder to write into (equity-demo)")
    demo.add_argument(
        "--formats", default="html,json,csv,xlsx,svg", help="of html, json, csv, xlsx, svg, png (all but png)"
    )
    demo.add_argument(
        "--ledger", type=Path, metavar="FILE", help="enter the published tables in a ledger, as known to the world"
    )
    demo.set_defaults(run=run_demo)


def run_demo(arguments: argparse.Namespace) -> int:
    from equity.report.published import published_report
    from equity.report.writing import write

    report = published_report()
    files = write(report, arguments.out, formats=arguments.formats.split(","), name="talking-therapies")
    print(f"{report.title}\n{report.place}\n")
    for finding in report.findings:
        print(f"- {finding.sentence}\n  {finding.detail}")
    print(f"\nWritten: {files[0]}" + (f" and {len(files) - 1} more in {arguments.out}" if len(files) > 1 else ""))
    if arguments.ledger:
        enter(arguments.ledger)
    return 0


def enter(path: Path) -> None:
    from equity.disclosure.ledger import Ledger
    from equity.report.known import known_tables

    ledger = Ledger.in_file(path)
    added = [identity for table in known_tables() if (identity := ledger.record_known(table))]
    print(f"{len(added)} published tables were entered in {path}, as known to the world.")
