"""Bad files through the real command line: one plain sentence, exit code 2, and nothing left behind."""

import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass

import pytest
import xlsxwriter

MEGABYTES = 400
# The process says itself how much memory it had at most: what its parent sees counts the parent's own as well.
MEASURED = """
import sys
from equity.cli import main
try:
    sys.exit(main())
finally:
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), end="", file=sys.stderr)
"""
COUNTS = """kind = "counts"
[characteristics]
ethnicity = { column = "ethnicity", set = "nhs2001" }
[stages]
"""


@dataclass
class Ended:
    """How a process ended, and the most memory that it held."""

    code: int
    out: str
    said: str
    megabytes: float


@pytest.fixture
def equity(tmp_path):
    """Run the command line in a process of its own, in an empty folder."""
    (tmp_path / "temporary").mkdir()
    surroundings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TMPDIR": str(tmp_path / "temporary"),
    }

    def run(*words):
        command = [sys.executable, "-c", MEASURED, *map(str, words)]
        with (tmp_path / "temporary" / "out").open("w+") as out, (tmp_path / "temporary" / "said").open("w+") as said:
            process = subprocess.Popen(command, stdout=out, stderr=said, cwd=tmp_path, env=surroundings)
            process.wait()
            out.seek(0), said.seek(0)
            *lines, used = said.read().splitlines(keepends=True)
            ended = Ended(process.returncode, out.read(), "".join(lines), int(used.split()[1]) / 1024)
        (tmp_path / "temporary" / "out").unlink()
        (tmp_path / "temporary" / "said").unlink()
        return ended

    return run


def zipped(parts):
    def write(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, (piece, times) in parts.items():
                with packed.open(name, "w", force_zip64=True) as part:
                    for _ in range(times):
                        part.write(piece)

    return write


def corners(path):
    """Two filled cells, as far apart as a sheet goes."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "ethnicity")
    sheet.write(1_048_575, 16_383, "Indian")
    book.close()


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
REPEATED = f"""<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0"
xmlns:text="{OFFICE}:text:1.0"><office:body><office:spreadsheet><table:table table:name="a">
<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384">
<text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>
</office:document-content>""".encode()
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "%s">%s]><a>&i;</a>' % (
    b"ha" * 50,
    b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 50) for c in range(ord("b"), ord("j"))),
)


def text(content):
    return lambda path: path.write_bytes(content if isinstance(content, bytes) else content.encode())


def repeated(start, piece, times):
    def write(path):
        with path.open("wb") as out:
            out.write(start)
            for _ in range(times):
                out.write(piece)

    return write


# name: how it is written, what is said beside the file's name
FILES = {
    "empty.csv": (text(b""), "the file is empty"),
    "binary.csv": (text(bytes(range(256)) * 500), "not a text file"),
    "binary-later.csv": (
        text(b"ethnicity,sex\n" + b"Indian,F\n" * 200_000 + bytes(range(256)) * 50),
        "row 200003: some letters are not UTF-8",
    ),
    "one-line.csv": (repeated(b"", b"a" * 1_000_000, 30), "row 1: the line is longer than 1,000,000 characters"),
    "long-line.csv": (
        repeated(b"ethnicity,sex\nIndian,F\n", b"a" * 1_000_000, 30),
        "row 2: the line is longer than 1,000,000 characters",
    ),
    "columns.csv": (text(",".join(f"c{i}" for i in range(100_000)) + "\n1\n"), "row 1: 100,000 columns"),
    "mixed.csv": (
        text("person,ethnicity\n1,Indian\n2,Café\n".encode() + "3,Café\n".encode("latin-1")),
        "row 4: some letters are not UTF-8",
    ),
    "squeezed.xlsx": (zipped({"xl/worksheets/sheet1.xml": (b"0" * 1_000_000, 60)}), "would unpack to 60 MB"),
    "corners.xlsx": (corners, "a sheet spans 17,179,869,184 cells"),
    "repeated.ods": (zipped({"content.xml": (REPEATED, 1)}), "a sheet spans 17,179,869,184 cells"),
    "laughs.ods": (zipped({"content.xml": (LAUGHS, 1)}), "not a workbook that can be read"),
    "torn.xlsx": (text(b"PK\x03\x04" + b"torn" * 100), "not a workbook"),
    "dates.csv": (
        text("person,referral_date,ethnicity\n1,soon,Indian\n2,later,Irish\n"),
        "column referral_date: no row holds a date we can read, for example 'soon' in row 1",
    ),
    "torn.parquet": (text(b"PAR1 torn PAR1"), "not a Parquet file"),
    "torn.sqlite": (text(b"SQLite format 3\x00" + b"torn" * 300), "the SQLite database cannot be read"),
    "names.csv": (text("person,ethnicity\n"), "there are column names but no rows"),
}
# name: the counts, what is said beside the file's name
READY_MADE = {
    "negative.csv": ("ethnicity,referred,population\nIndian,-5,100\n", "row 1, column referred: -5 is below 0"),
    "over.csv": (
        "ethnicity,completed,referred\nIndian,5,100\nChinese,500,100\n",
        "row 2, column completed: more completed than referred",
    ),
    "words.csv": ("ethnicity,referred,population\nIndian,many,100\n", "row 1, column referred: 'many' is not a count"),
    "endless.csv": ("ethnicity,referred,population\nIndian,nan,100\n", "row 1, column referred: 'nan' is not a count"),
    "boundless.csv": ("ethnicity,referred,population\nIndian,inf,9\n", "row 1, column referred: 'inf' is not a count"),
}


def check_refused(ended, name, sentence, folder, kept):
    assert ended.code == 2, ended
    assert ended.out == ""
    assert sentence in ended.said
    assert name in ended.said
    assert len(ended.said.strip().splitlines()) == 1
    assert ended.megabytes < MEGABYTES
    assert {path.name for path in folder.iterdir()} == {*kept, "temporary"}
    assert list((folder / "temporary").iterdir()) == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_said_in_one_sentence_and_leaves_nothing(equity, tmp_path, name):
    write, sentence = FILES[name]
    write(tmp_path / name)
    check_refused(equity("report", name, "-o", "out"), name, sentence, tmp_path, {name})


@pytest.mark.parametrize("name", READY_MADE)
def test_counts_that_cannot_be_are_said_in_one_sentence_and_leave_nothing(equity, tmp_path, name):
    content, sentence = READY_MADE[name]
    (tmp_path / name).write_text(content)
    stages = content.splitlines()[0].split(",")[1:]
    (tmp_path / "m.toml").write_text(COUNTS + "".join(f'{stage} = {{ column = "{stage}" }}\n' for stage in stages))
    ended = equity("report", name, "--mapping", "m.toml", "-o", "out")
    check_refused(ended, name, f"{name}, {sentence}", tmp_path, {name, "m.toml"})


def test_a_group_absent_from_the_population_is_named_and_nothing_is_left(equity, tmp_path):
    (tmp_path / "counts.csv").write_text("ethnicity,referred\nWhite British,10\nIndian,5\nPakistani,3\nChinese,4\n")
    (tmp_path / "people.csv").write_text("ethnicity,population\nWhite British,1000\nIndian,500\nChinese,100\n")
    ended = equity("report", "counts.csv", "--rule", "internal", "--population", "people.csv", "-o", "out")
    check_refused(ended, "counts.csv", "no line for J (Pakistani)", tmp_path, {"counts.csv", "people.csv"})


@pytest.mark.soak
@pytest.mark.parametrize("start", [b"", b"ethnicity,sex\nIndian,F\n"])
def test_one_line_of_a_gigabyte_is_refused_in_little_memory(equity, tmp_path, start):
    repeated(start, b"a" * 1_000_000, 1_000)(tmp_path / "line.csv")
    ended = equity("report", "line.csv", "-o", "out")
    check_refused(ended, "line.csv", "the line is longer than 1,000,000 characters", tmp_path, {"line.csv"})
