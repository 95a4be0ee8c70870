"""equity check-truth: recompute expected numbers and compare."""
# ruff: noqa: T201 - a command speaks by printing

import argparse
from pathlib import Path


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser("check-truth")
    check.add_argument("folder", type=Path)
    check.set_defaults(run=run_check)


def run_check(arguments: argparse.Namespace) -> int:
    from equity.analysis.truth import check

    failed = 0
    print(f"{'file':42}{'cells':>8}  {'worst relative error':>22}  result")
    for found in check(arguments.folder):
        failed += not found.passed
        print(
            f"{found.file:42}{found.cells:>8}  {found.worst:>22.2g}  {'pass' if found.passed else 'FAIL: ' + found.detail}",  # noqa: E501
            flush=True,
        )
        for note in found.notes:
            print(f"  {note}")
    print("All files pass." if not failed else f"{failed} files fail.")
    return 1 if failed else 0
