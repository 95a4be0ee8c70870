"""equity check and equity report: a person's own files."""
# ruff: noqa: T201 - a command speaks by printing

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from equity.problem import Problem

if TYPE_CHECKING:
    from equity.cli.progress import Progress
    from equity.reading.checking import Quality
    from equity.reading.files import OpenFile
    from equity.reading.kept import Kept
    from equity.reading.mapping import FileMapping


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser(
        "check", help="a dry run: what is in a file, what is recognised, what would be rejected"
    )
    add_file(check)
    check.add_argument(
        "--write-mapping", type=Path, metavar="FILE", help="keep the guessed mapping, to correct by hand"
    )
    check.add_argument("--ask", action="store_true", help="confirm or correct each column")
    check.set_defaults(run=run_check)
    prepare = commands.add_parser("prepare", help="read, check and code a file once, so that later reports are quick")
    add_file(prepare)
    prepare.add_argument("-o", "--out", type=Path, help="file to write (the file's name with .prepared)")
    prepare.set_defaults(run=run_prepare)
    report = commands.add_parser("report", help="a report of who reaches, stays with and gains from a service")
    add_file(report, also=", or what equity prepare has made")
    report.add_argument(
        "-o", "--out", type=Path, default=Path("equity-report"), help="folder to write into (equity-report)"
    )
    report.add_argument("--formats", default="html,json,csv,xlsx,svg", help="of html, json, csv, xlsx, svg, png")
    report.add_argument("--population", help="a place such as E09000019, or a file of residents by characteristic")
    report.add_argument("--reference", default="everyone", help="everyone, rest, or a category's code (everyone)")
    report.add_argument(
        "--together", action="append", default=[], metavar="A,B", help="characteristics to cross, such as ethnicity,sex"
    )
    report.add_argument("--every-pair", action="store_true", help="cross every pair of characteristics")
    report.add_argument(
        "--keep-absent", action="store_true", help="show groups that the population does not have, without a rate"
    )
    report.add_argument("--title", default="Who reaches, stays with and gains from the service")
    report.set_defaults(run=run_report)


def add_file(command: argparse.ArgumentParser, also: str = "") -> None:
    command.add_argument("file", type=Path, help=f"CSV, Excel, OpenDocument, Parquet, DuckDB or SQLite{also}")
    command.add_argument(
        "--mapping", type=Path, help="a mapping file (made by check --write-mapping); guessed when left out"
    )
    command.add_argument("--table", help="the sheet or table to read")
    command.add_argument("--encoding", default="utf-8", help="how a text file is written (utf-8)")
    command.add_argument(
        "--rejected",
        type=Path,
        metavar="FILE",
        help="where to write rejected rows (beside the report, or nowhere on a dry run)",
    )


def run_check(arguments: argparse.Namespace) -> int:
    from equity.reading.checking import write_rejected
    from equity.reading.files import open_file
    from equity.reading.mapping import fit, guess, read_mapping

    file = open_file(arguments.file, table=arguments.table, encoding=arguments.encoding)
    mapping = (
        fit(read_mapping(arguments.mapping), file)
        if arguments.mapping
        else guess(file, ask=ask_person if arguments.ask else None)
    )
    print(mapping.text())
    quality = quality_of(file, mapping)
    print(quality.text())
    if arguments.write_mapping:
        arguments.write_mapping.write_text(mapping.text(), encoding="utf-8")
    if arguments.rejected:
        write_rejected(quality.rejected, arguments.rejected)
    return 0


def quality_of(file: "OpenFile", mapping: "FileMapping") -> "Quality":
    """Code and check a file of rows; a file of counts is checked as its counts are read."""
    from equity.model import Source
    from equity.reading.aggregates import read_counts
    from equity.reading.checking import Quality, check

    if mapping.kind == "rows":
        return check(file, mapping)
    source = Source(file.name, "", file.name, "", "", "", is_published=False)
    for code in mapping.characteristics:
        for stage in mapping.stages:
            read_counts(file, mapping, code, stage, source)
    return Quality(file.name, file.rows, file.rows, tuple(file.rejected), (), 0)


def ask_person(column: str, guessed: str) -> str:
    print(
        f"{column}: {guessed or 'not used'}. Press Enter to keep it, or type what it is (such as ethnicity:nhs2001, stage:assessed, person, none): ",  # noqa: E501
        end="",
        file=sys.stderr,
    )
    answer = input().strip()
    return guessed if not answer else "" if answer == "none" else answer


def run_prepare(arguments: argparse.Namespace) -> int:
    from equity.cli.progress import Progress
    from equity.reading.kept import ENDING, keep

    path: Path = arguments.out or arguments.file.with_name(arguments.file.name + ENDING)
    with Progress() as progress:
        made = read(arguments, progress)
        progress.say("Writing", made.file.connection.query_progress)
        keep(made, path)
    keep_rejected(made.quality, arguments.rejected)
    print(made.quality.text(), end="\n\n")
    print(f"Written: {path}. It holds each row: keep it as safe as {arguments.file.name}.")
    return 0


def run_report(arguments: argparse.Namespace) -> int:
    from equity.cli.progress import Progress
    from equity.report.own import own_report
    from equity.report.writing import write

    with Progress() as progress:
        made = read(arguments, progress)
        progress.say("Counting")
        report = own_report(
            made.file,
            made.mapping,
            title=arguments.title,
            population=arguments.population,
            reference=arguments.reference,
            together=[tuple(one.split(",")) for one in arguments.together],
            every_pair=arguments.every_pair,
            keep_absent=arguments.keep_absent,
        )
        progress.say("Writing")
        files = write(report, arguments.out, formats=arguments.formats.split(","))
    keep_rejected(made.quality, arguments.rejected or arguments.out / "rejected.csv")
    print(made.quality.text(), end="\n\n")
    print(report.mark)
    print(f"Written: {files[0]} and {len(files) - 1} more in {arguments.out}")
    return 0


def read(arguments: argparse.Namespace, progress: "Progress") -> "Kept":
    """The file, checked and coded now or by equity prepare before."""
    from equity.backends.duckdb_engine import connect, watched
    from equity.reading.files import open_file
    from equity.reading.kept import ENDING, Kept, open_kept
    from equity.reading.mapping import fit, guess, read_mapping

    if arguments.file.suffix == ENDING and arguments.file.is_file():
        if arguments.mapping:
            raise Problem(f"{arguments.file.name} was prepared with its own mapping: prepare it again to change that.")
        progress.say("Opening")
        return open_kept(arguments.file)
    connection = watched(connect())
    progress.say("Reading", connection.query_progress)
    file = open_file(arguments.file, table=arguments.table, encoding=arguments.encoding, connection=connection)
    progress.say("Checking")
    mapping = fit(read_mapping(arguments.mapping), file) if arguments.mapping else guess(file)
    return Kept(file, mapping, quality_of(file, mapping))


def keep_rejected(quality: "Quality", path: Path | None) -> None:
    from equity.reading.checking import write_rejected

    if quality.rejected and path:
        write_rejected(quality.rejected, path)
