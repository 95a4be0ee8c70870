"""equity submit: a person's own file as counts by group, to hand to a partnership."""
# ruff: noqa: T201 - a command speaks by printing

import argparse
from pathlib import Path

from equity.cli.files import add_file
from equity.whole import whole


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    submit = commands.add_parser("submit")
    add_file(submit)
    submit.add_argument(
        "-o", "--out", type=Path, default=Path("submission.json"), help="the file to write (submission.json)"
    )
    submit.add_argument(
        "--period", default="", metavar="2025-26", help="which time the file is about, when it has no column of dates"
    )
    submit.add_argument(
        "--together", action="append", default=[], metavar="A,B", type=pair,
        help="two characteristics to count together as well, such as ethnicity,sex",
    )  # fmt: skip
    submit.set_defaults(run=run_submit)


def pair(text: str) -> tuple[str, str]:
    first, _, second = text.partition(",")
    if not (first.strip() and second.strip()) or "," in second:
        raise argparse.ArgumentTypeError(f"{text!r}: name two characteristics, such as ethnicity,sex.")
    return first.strip(), second.strip()


def run_submit(arguments: argparse.Namespace) -> int:
    from equity.reading.checking import check, write_rejected
    from equity.reading.files import open_file
    from equity.reading.mapping import fit, guess, read_mapping
    from equity.submission.counting import submission_of, what_can_be_sent

    file = open_file(arguments.file, table=arguments.table, encoding=arguments.encoding)
    mapping = fit(read_mapping(arguments.mapping), file) if arguments.mapping else guess(file)
    mapping = what_can_be_sent(mapping, arguments.period)
    quality = check(file, mapping)
    found = submission_of(file, mapping, quality, period=arguments.period, together=arguments.together)
    with whole(arguments.out) as beside:
        beside.write_text(found.text(), encoding="utf-8")
    if arguments.rejected and quality.rejected:
        write_rejected(quality.rejected, arguments.rejected)
    print(quality.text(), end="\n\n")
    print(f"Counts of {found.counts} for {', '.join(found.periods)}: {', '.join(found.stages)}.")
    print(f"Written: {arguments.out}. It holds counts by group and nobody's row. Look at it before you send it.")
    return 0
