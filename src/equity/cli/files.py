"""equity check and equity report: a person's own files."""
# ruff: noqa: T201 - a command speaks by printing

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from equity.problem import Problem
from equity.whole import whole

if TYPE_CHECKING:
    from equity.disclosure.ledger import Asked, Ledger
    from equity.disclosure.records import TableRecord
    from equity.progress import Progress
    from equity.reading.checking import Quality
    from equity.reading.files import OpenFile
    from equity.reading.kept import Kept
    from equity.reading.mapping import FileMapping
    from equity.report.own import OwnReport, Protection


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser("check")
    add_file(check)
    check.add_argument(
        "--write-mapping", type=Path, metavar="FILE", help="keep the guessed mapping, to correct by hand"
    )
    check.add_argument("--ask", action="store_true", help="confirm or correct each column")
    check.set_defaults(run=run_check)
    prepare = commands.add_parser("prepare")
    add_file(prepare)
    prepare.add_argument("-o", "--out", type=Path, help="file to write (the file's name with .prepared)")
    prepare.set_defaults(run=run_prepare)
    report = commands.add_parser("report")
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
    report.add_argument(
        "--rule",
        default="nhs-mh",
        help="how small numbers are protected: nhs-mh, hes-plus-zero or additive; internal turns protection off, and every page says so (%(default)s)",  # noqa: E501
    )
    report.add_argument("--ledger", type=Path, metavar="FILE", help="the ledger of everything released so far")
    report.add_argument(
        "--about", default="", help="whom the file is about, always in the same words (the file's name)"
    )
    report.add_argument(
        "--where",
        action="append",
        default=[],
        help="when the file holds only some of them: provider=A|B or provider!=A",
    )
    report.add_argument("--audience", default="public", choices=["public", "partner"], help="for whom (%(default)s)")
    report.add_argument("--requested-by", default="", metavar="WHO", help="who asks for the release, for the ledger")
    report.add_argument(
        "--exception", action="append", default=[], metavar="REASON", help="something approvers should know, and why"
    )
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
        help="where to write rejected rows, which are about people (beside the file itself, or nowhere on a dry run)",
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
    if mapping.kind == "rows" and not mapping.stages and (column := column_of_counts(file)):
        print(f'Is each line a group of people, and does {column!r} say how many? Then write kind = "counts" above,')
        print(f'and under [stages] what they are, such as referred = {{ column = "{column}" }}.\n')
    quality = quality_of(file, mapping)
    print(quality.text())
    if arguments.write_mapping:
        with whole(arguments.write_mapping) as beside:
            beside.write_text(mapping.text(), encoding="utf-8")
    if arguments.rejected:
        write_rejected(quality.rejected, arguments.rejected)
    return 0


def column_of_counts(file: "OpenFile") -> str:
    """A column of whole numbers that is called as if it counted people."""
    from equity.reading.mapping import whole_number_columns
    from equity.reading.populations import residents_are_counted

    return next((column for column in sorted(whole_number_columns(file)) if residents_are_counted(column, "")), "")


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
    from equity.progress import Progress
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
    from equity.disclosure.ledger import Ledger
    from equity.progress import Progress
    from equity.report.writing import write

    ledger = Ledger.in_file(arguments.ledger) if arguments.ledger else None
    with Progress() as progress:
        kept = read(arguments, progress)
        progress.say("Counting and protecting")
        made, names = made_and_recorded(arguments, kept, ledger)
        progress.say("Writing")

        def record(files: list[Path]) -> None:
            if ledger and names:
                ledger.record_files(names, {str(one.relative_to(arguments.out)): one.read_bytes() for one in files})

        files = write(made.report, arguments.out, formats=arguments.formats.split(","), then=record)
    print(what_was_read(kept.quality, arguments, is_protected=arguments.rule != "internal"), end="\n\n")
    print("\n".join([made.report.mark, *(f"Left out: {why}" for why in made.left_out)]))
    print("".join(f"{why}\n" for why in made.reasons), end="", file=sys.stderr)
    print(f"Written: {files[0]} and {len(files) - 1} more in {arguments.out}")
    print(said_of_the_ledger(arguments, made, names), end="")
    return 0


def made_and_recorded(
    arguments: argparse.Namespace, kept: "Kept", ledger: "Ledger | None"
) -> "tuple[OwnReport, list[str]]":
    """Before anything is written: a release that is recorded and never written does no harm."""
    from equity.disclosure.ledger import Held

    if ledger is None:
        return made_of(arguments, kept, ()), []

    def attempt(held: Held) -> "tuple[OwnReport, list[str]]":
        made = made_of(arguments, kept, held.records)
        return made, ledger.record_all(made.releases, asked_for(arguments), held=held) if made.releases else []

    return ledger.undisturbed(attempt)


def made_of(arguments: argparse.Namespace, kept: "Kept", past: "Sequence[TableRecord]") -> "OwnReport":
    from equity.analysis.counting import Wanted
    from equity.report.own import own_report

    made = own_report(
        kept.file,
        kept.mapping,
        title=arguments.title,
        population=arguments.population,
        wanted=Wanted(
            reference=arguments.reference,
            together=tuple(tuple(one.split(",")) for one in arguments.together),
            every_pair=arguments.every_pair,
            keep_absent=arguments.keep_absent,
        ),
        protection=protection_from(arguments, past),
    )
    if arguments.rule != "internal" and not made.report.results:
        raise Problem("\n".join(["Nothing can be released.", *made.reasons]))
    return made


def said_of_the_ledger(arguments: argparse.Namespace, made: "OwnReport", names: list[str]) -> str:
    from equity.disclosure.ledger import who_must_approve
    from equity.disclosure.rules import Audience
    from equity.disclosure.running import UNRECORDED

    if names:
        return f"Recorded as {names[0]} to {names[-1]}. {who_must_approve(Audience(arguments.audience))}\n"
    return f"{UNRECORDED}\n" if made.releases else ""


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


def protection_from(arguments: argparse.Namespace, past: "Sequence[TableRecord]") -> "Protection":
    from equity.disclosure.specification import Specification, check_ages, people_where
    from equity.report.own import Protection

    where = people_where(arguments.where)
    if arguments.ledger:
        check_ages(Specification(where=where), dimensions=())
    return Protection(arguments.rule, arguments.about, where, past)


def asked_for(arguments: argparse.Namespace) -> "Asked":
    from equity.disclosure.keyed import key_for, keyed_hash
    from equity.disclosure.ledger import Asked
    from equity.disclosure.rules import Audience

    return Asked(
        arguments.requested_by,
        Audience(arguments.audience),
        keyed_hash(arguments.file, key_for(arguments.ledger)),
        tuple(arguments.exception),
    )


def what_was_read(quality: "Quality", arguments: argparse.Namespace, *, is_protected: bool) -> str:
    """How many rows of which kind were seen is for inside: `equity check` says it."""
    from equity.reading.checking import write_rejected

    said = "All rows could be used." if is_protected else quality.text()
    if quality.rejected:
        path = arguments.rejected or arguments.file.with_name(f"{Path(quality.file).stem}-rejected.csv")
        write_rejected(quality.rejected, path)
        kept_here = f"Rows that could not be used are in {path}. They are about people: keep that file here."
        said = kept_here if is_protected else f"{said}\n{kept_here}"
    return said
