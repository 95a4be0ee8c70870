"""The command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from equity.disclosure import commands


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="equity")
    commands.add_commands(parser.add_subparsers(dest="command", required=True))
    options = parser.parse_args(arguments)
    return int(options.run(options))
