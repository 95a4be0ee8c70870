"""A file that was read, checked and coded once, kept as one Parquet file so that later reports need not do it again.

It holds every row that was kept, with codes in place of words, and persons as the file names them: treat it as you
treat the file that it came from.
"""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from equity.backends.duckdb_engine import connect, quoted
from equity.problem import Problem
from equity.reading.checking import Quality
from equity.reading.files import OpenFile, Rejected
from equity.reading.mapping import FileMapping, from_toml
from equity.vocabulary import RecognitionReport
from equity.whole import whole

FORMAT = "1"
ENDING = ".prepared"


@dataclass(frozen=True)
class Kept:
    """What a report needs of a file: its coded rows, what its columns mean and how good it is."""

    file: OpenFile
    mapping: FileMapping
    quality: Quality


def keep(made: Kept, path: Path) -> None:
    """Write the coded rows beside, then move: the file is whole or not there."""
    if made.mapping.kind == "counts":
        raise Problem(f"{made.file.name} holds ready-made counts: there is nothing to prepare.")
    about = {"format": FORMAT, "mapping": made.mapping.text(), "quality": json.dumps(asdict(made.quality))}
    notes = ", ".join(f"equity_{name}: {quoted(text)}" for name, text in about.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as beside:
        made.file.connection.execute(
            f"copy coded to {quoted(beside)} (format parquet, compression zstd, kv_metadata {{{notes}}})"
        )


def open_kept(path: Path) -> Kept:
    """A prepared file, ready to be counted."""
    con = connect()
    try:
        found = con.execute(f"select decode(key), decode(value) from parquet_kv_metadata({quoted(path)})").fetchall()
        con.execute(f"create view coded as select * from read_parquet({quoted(path)})")
    except duckdb.Error:
        raise Problem(f"{path.name}: this is not a file that equity prepare has made.") from None
    about = {name.removeprefix("equity_"): text for name, text in found}
    if about.get("format") != FORMAT:
        raise Problem(f"{path.name}: this was not prepared by this version of equity. Prepare it again.")
    quality = quality_of(about["quality"])
    file = OpenFile(quality.file, con, (), quality.rows, list(quality.rejected))
    return Kept(file, from_toml(path.name, tomllib.loads(about["mapping"])), quality)


def quality_of(text: str) -> Quality:
    """The quality report as it was written down."""
    found = json.loads(text)
    recognised = tuple(
        (
            name,
            RecognitionReport(
                report["set_code"],
                report["usable"],
                tuple(map(tuple, report["unknown"])),
                tuple(map(tuple, report["not_usable"])),
            ),
        )
        for name, report in found["recognised"]
    )
    return Quality(
        found["file"],
        found["rows"],
        found["kept"],
        tuple(Rejected(**one) for one in found["rejected"]),
        recognised,
        found["duplicates"],
    )
