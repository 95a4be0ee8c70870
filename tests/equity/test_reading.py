import csv
import os
import signal
import sqlite3
import zipfile

import duckdb
import numpy as np
import pytest

from equity.problem import Problem
from equity.reading import checking, mapping
from equity.reading.files import CannotRead, open_file, open_frame
from equity.reading.populations import Population
from equity.report import writing
from equity.report.published import published_report

PEOPLE = "person,referral_date,ethnicity,sex,assessed\n1,2024-05-01,White British,F,1\n2,01/06/2024,Indian,M,0\n3,3 Jun 2024,Not stated,F,1\n"  # noqa: E501


@pytest.fixture
def write(tmp_path):
    def made(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return made


def bomb(path):
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(60):
            part.write(b"0" * 1_000_000)
    return path


HOSTILE = {
    "empty.csv": (b"", "the file is empty"),
    "binary.csv": (bytes(range(256)) * 500, "not a text file"),
    "line.csv": (b"a" * 3_000_000, "row 1: the line is longer"),
    "later.csv": (b"ethnicity,sex\nA,F\n" + b"a" * 3_000_000, "longer than 1,000,000 characters"),
    "columns.csv": (",".join(f"c{i}" for i in range(100_000)).encode() + b"\n1\n", "row 1: 100,000 columns"),
    "mixed.csv": (
        "person,ethnicity\n1,Indian\n2,Café\n".encode() + "3,Café\n".encode("latin-1"),
        "row 4: some letters are not UTF-8",
    ),
    "fake.xlsx": (b"hello", "not a workbook"),
    "fake.parquet": (b"PAR1 nothing", "not a Parquet file"),
    "fake.db": (b"nothing at all here", "neither a DuckDB nor a SQLite"),
    "names.csv": (b"person,ethnicity\n", "no rows"),
    "paper.pdf": (b"%PDF", "not known"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_read_is_said_in_one_sentence_with_code_2(run, write, name):
    content, sentence = HOSTILE[name]
    code, _, said = run("check", write(name, content))
    assert code == 2
    assert sentence in said
    assert name in said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1


def test_a_workbook_that_would_unpack_into_a_gigabyte_is_refused(run, tmp_path):
    code, _, said = run("check", bomb(tmp_path / "bomb.xlsx"))
    assert code == 2
    assert "would unpack to 60 MB" in said


def test_a_file_that_is_not_there_and_a_folder_are_told_apart(run, tmp_path):
    assert "no such file" in run("check", tmp_path / "nothing.csv")[2]
    assert "is a folder" in run("check", tmp_path)[2]


@pytest.mark.soak
def test_one_line_of_a_gigabyte(run, tmp_path):
    path = tmp_path / "line.csv"
    with path.open("wb") as out:
        for _ in range(1_000):
            out.write(b"a" * 1_000_000)
    assert run("check", path)[0] == 2


def test_the_same_people_come_out_of_every_kind_of_file(write, tmp_path):
    path = write("people.csv", PEOPLE)
    rows = list(csv.reader(PEOPLE.splitlines()))
    con = duckdb.connect(str(tmp_path / "people.duckdb"))
    con.execute(f"create table people as select * from read_csv('{path}', all_varchar = true)")
    con.execute(f"copy people to '{tmp_path / 'people.parquet'}'")
    con.close()
    lite = sqlite3.connect(tmp_path / "people.sqlite")
    lite.execute("create table people (" + ", ".join(f'"{name}" text' for name in rows[0]) + ")")
    lite.executemany("insert into people values (?, ?, ?, ?, ?)", rows[1:])
    lite.commit()
    lite.close()
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "people.xlsx")
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    files = [
        open_file(path),
        *(open_file(tmp_path / f"people.{kind}") for kind in ("duckdb", "parquet", "sqlite", "xlsx")),
    ]
    seen = [file.connection.execute("select * from rows order by row_number").fetchall() for file in files]
    assert all(one == seen[0] for one in seen)
    assert [file.columns for file in files] == [tuple(rows[0])] * 5


@pytest.mark.parametrize("library", ["pyarrow", "pandas", "polars"])
def test_a_frame_of_another_library_is_read_too(library):
    module = pytest.importorskip(library, reason=f"{library} is not installed")
    columns = {"ethnicity": ["A", None], "n": [1, 2]}
    frame = module.table(columns) if library == "pyarrow" else module.DataFrame(columns)
    file = open_frame(frame)
    assert (file.columns, file.rows) == (("ethnicity", "n"), 2)


def test_something_that_is_no_frame_is_said_plainly():
    with pytest.raises(CannotRead, match="not an Arrow table"):
        open_frame(object())


def test_a_semicolon_and_a_tab_are_commas_too(write):
    for mark in (";", "\t", "|"):
        assert open_file(write("people.csv", PEOPLE.replace(",", mark))).columns[2] == "ethnicity"


def test_a_file_from_windows_is_read_when_its_encoding_is_said(write):
    path = write("people.csv", "person,note,ethnicity\n1,café,Indian\n2,naïve,Irish\n".encode("cp1252"))
    with pytest.raises(CannotRead, match="not UTF-8"):
        open_file(path)
    assert open_file(path, encoding="cp1252").rows == 2
    with pytest.raises(CannotRead, match="no encoding"):
        open_file(path, encoding="martian")


def test_every_row_is_kept_or_rejected_with_a_reason(write):
    text = "person,referral_date,ethnicity\n1,2024-05-01,Indian\n2,31/31/2024,Irish\n,02/06/2024,Irish\n4,2024-06-03\n5,2024-06-04,martian\n6,2024-06-05,Irish,more\n7,2024-06-05,Irish\n"  # noqa: E501
    file = open_file(write("people.csv", text))
    quality = checking.check(file, mapping.guess(file))
    assert {(one.row, one.reason) for one in quality.rejected} == {
        (2, "not a date"),
        (3, "no person"),
        (4, "too few columns"),
        (6, "too many columns"),
    }
    assert quality.rows == 7
    assert quality.kept == 3
    assert [row[0] for row in file.connection.execute("select row_number from coded order by 1").fetchall()] == [
        1,
        5,
        7,
    ]


def test_rejected_rows_go_into_a_file(run, write, tmp_path):
    path = write("people.csv", "person,referral_date,ethnicity\n1,2024-05-01,Indian\n2,=1+1,Irish\n")
    code, out, _ = run("check", path, "--rejected", tmp_path / "rejected.csv")
    assert code == 0
    assert "1 rejected" in out
    rows = list(csv.DictReader((tmp_path / "rejected.csv").read_text().splitlines()))
    assert rows == [{"row": "2", "column": "referral_date", "value": "'=1+1", "reason": "not a date"}]


def test_a_label_nobody_knows_keeps_its_row_and_is_reported(write):
    file = open_file(write("people.csv", "person,ethnicity\n1,martian\n2,Indian\n3,Irish\n4,Not stated\n5,\n"))
    quality = checking.check(file, mapping.guess(file))
    ((name, report),) = quality.recognised
    assert name == "ethnicity"
    assert report.usable == 2
    assert report.not_usable == (("martian", "unrecognised", 1),)
    assert dict(report.unknown) == {"declined": 1, "missing": 1}
    codes = file.connection.execute("select ethnicity from coded order by row_number").fetchall()
    assert codes == [("invalid",), ("H",), ("B",), ("declined",), ("missing",)]


def test_a_column_without_one_readable_date_is_a_mistake_in_the_mapping(write):
    file = open_file(write("people.csv", "person,referral_date,ethnicity\n1,soon,Indian\n2,later,Irish\n"))
    with pytest.raises(Problem, match="no row holds a date"):
        checking.check(file, mapping.guess(file))


def test_columns_are_guessed_from_their_names_and_words(write):
    file = open_file(write("people.csv", PEOPLE + "4,2024-07-01,Irish,F,0\n"))
    found = mapping.guess(file)
    assert (found.person, found.date, found.count) == ("person", "referral_date", "first")
    assert found.characteristics["ethnicity"].set_code == "nhs2001"
    assert found.stages["assessed"].values == ("1",)


def test_a_mapping_is_written_and_read_back_the_same(write, tmp_path):
    file = open_file(write("people.csv", PEOPLE))
    found = mapping.guess(file)
    (tmp_path / "m.toml").write_text(found.text())
    again = mapping.read_mapping(tmp_path / "m.toml")
    assert (again.characteristics, again.stages, again.person, again.count) == (
        found.characteristics,
        found.stages,
        found.person,
        found.count,
    )


BAD_MAPPINGS = {
    'count = "people"': "count is 'people'",
    'count = "persons"': "needs a person column",
    "[characteristics]\nmood = { column = 'x', set = 'y' }": "no characteristic 'mood'",
    "[characteristics]\nsex = { column = 'x', set = 'nhs2001' }": "not a set for sex",
    "wrong = 1": "'wrong' is not something",
    "[": "not a mapping file",
}


@pytest.mark.parametrize("text", BAD_MAPPINGS)
def test_a_mapping_that_makes_no_sense_is_said_plainly(write, text):
    with pytest.raises(Problem, match=BAD_MAPPINGS[text]):
        mapping.read_mapping(write("m.toml", text))


def test_a_mapping_for_another_file_is_said_plainly(run, write):
    path = write("people.csv", PEOPLE)
    how = write("m.toml", "[characteristics]\nsex = { column = 'gender', set = 'sex' }")
    code, _, said = run("report", path, "--mapping", how)
    assert code == 2
    assert "has no column 'gender'" in said


def test_a_person_can_correct_a_guess(write):
    file = open_file(write("people.csv", PEOPLE))
    found = mapping.guess(file, ask=lambda column, meaning: "" if column == "sex" else meaning)
    assert "sex" not in found.characteristics
    assert "sex" in found.left_out


def test_a_single_age_goes_into_its_band(write):
    file = open_file(write("people.csv", "person,age\n1,17\n2,18\n3,75\n4,104\n"))
    how = mapping.FileMapping({"age": mapping.Coded("age", "age8")}, {})
    checking.check(file, how)
    assert [row[0] for row in file.connection.execute("select age from coded order by row_number").fetchall()] == [
        "0-17",
        "18-24",
        "75+",
        "75+",
    ]


COUNTS = {
    "negative": ("ethnicity,referred,population\nIndian,-5,100\n", "row 1, column referred: -5 is below 0"),
    "half a person": (
        "ethnicity,referred,population\nIndian,2.5,100\n",
        "row 1, column referred: 2.5 is not a whole number",
    ),
    "more than before": (
        "ethnicity,completed,referred\nIndian,5,100\nChinese,500,100\n",
        "row 2, column completed: more completed than referred in the same row",
    ),
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_that_cannot_be_name_file_row_and_column(run, write, tmp_path, name):
    text, sentence = COUNTS[name]
    how = write(
        "m.toml",
        'kind = "counts"\n[characteristics]\nethnicity = { column = "ethnicity", set = "nhs2001" }\n[stages]\n'
        + "".join(f'{stage} = {{ column = "{stage}" }}\n' for stage in text.splitlines()[0].split(",")[1:]),
    )
    code, _, said = run("report", write("counts.csv", text), "--mapping", how, "-o", tmp_path / "out")
    assert code == 2
    assert f"counts.csv, {sentence}" in said
    assert not (tmp_path / "out").exists()


def test_a_group_that_the_population_lacks_is_refused_or_shown_without_a_rate(run, write, tmp_path):
    counts = write(
        "counts.csv", "ethnicity,referred\nWhite British,10\nIndian,5\nPakistani,3\nChinese,*\nNot stated,4\n"
    )
    people = write("people.csv", "ethnicity,population\nWhite British,1000\nIndian,500\nIrish,100\n")
    inside = ("--rule", "internal", "-o", tmp_path / "out")
    code, _, said = run("report", counts, "--population", people, *inside)
    assert code == 2
    assert "no line for J (Pakistani)" in said
    code, _, _ = run("report", counts, "--population", people, "--keep-absent", "--formats", "csv", *inside)
    rows = {
        row["group_code"]: row for row in csv.DictReader((tmp_path / "out" / "report.csv").read_text().splitlines())
    }
    assert code == 0
    assert (rows["J"]["x"], rows["J"]["value"]) == ("3.0", "")
    assert "not in the population" in rows["J"]["reason"]
    assert rows["R"]["suppressed"] == "True" or "not in the population" in rows["R"]["reason"]
    assert (rows["B"]["n"], rows["B"]["x"]) == ("100.0", "")


def test_an_interruption_leaves_nothing_half_written(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(writing.WRITERS, "json", stop)
    with pytest.raises(KeyboardInterrupt):
        writing.write(published_report(), tmp_path / "out", formats=("html", "json"))
    assert list(tmp_path.iterdir()) == []


def test_a_new_report_is_there_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    out, seen = tmp_path / "new" / "out", []

    def last(report, folder, name):
        seen.append(out.exists())
        return writing.saved(folder / f"{name}.json", "{}")

    monkeypatch.setitem(writing.WRITERS, "json", last)
    files = writing.write(published_report(), out, formats=("csv", "svg", "json"))
    assert seen == [False]
    assert all(path.is_file() for path in files)
    assert out.stat().st_mode == (tmp_path / "new").stat().st_mode
    assert list((tmp_path / "new").iterdir()) == [out]


def test_ctrl_c_between_two_files_does_not_mix_an_old_report_with_a_new_one(tmp_path, monkeypatch):
    replace = os.replace

    def interrupted(made, final):
        os.kill(os.getpid(), signal.SIGINT)
        replace(made, final)

    (tmp_path / "mine.txt").write_text("keep this")
    for name in ("report.csv", "report.json"):
        (tmp_path / name).write_text("old")
    monkeypatch.setattr(os, "replace", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        files = writing.write(published_report(), tmp_path, formats=("csv", "json"))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert all(path.read_text() != "old" for path in files)
    assert {path.name for path in tmp_path.iterdir()} == {"mine.txt", "report.csv", "report.json"}


def test_numbers_are_whole_only_if_they_are(write):
    file = open_file(write("a.csv", "a,b,c\n1,x,1\n2,2,*\n"))
    assert mapping.whole_number_columns(file) == {"a", "c"}
    assert np.isfinite(file.rows)


def test_a_file_with_its_own_column_for_referred_makes_a_report(run, write, tmp_path):
    path = write("people.csv", "person,ethnicity,referred,assessed\n1,Indian,1,1\n2,Irish,1,0\n3,Irish,0,0\n")
    code, _, said = run("report", path, "--rule", "internal", "-o", tmp_path / "out", "--formats", "csv")
    assert (code, said) == (0, "")


@pytest.mark.parametrize("count", ["events", "first", "persons"])
def test_a_report_from_a_prepared_file_is_the_same_report(run, write, tmp_path, count):
    text = PEOPLE + "4,2024-11-01,Martian,F,1\n1,2024-11-02,White British,F,0\n5,soon,Irish,M,1\n"
    path = write("people.csv", text)
    how = "".join(line + "\n" for line in mapping.guess(open_file(path)).text().splitlines())
    write("m.toml", how.replace('count = "first"', f'count = "{count}"'))
    assert run("prepare", path, "--mapping", tmp_path / "m.toml")[0] == 0
    reports = []
    for source, words in (("people.csv", ("--mapping", tmp_path / "m.toml")), ("people.csv.prepared", ())):
        out = tmp_path / f"out-{source}"
        code, said, _ = run(
            "report",
            tmp_path / source,
            *words,
            "--rule",
            "internal",
            "--rejected",
            tmp_path / f"rejected-{source}",
            "-o",
            out,
            "--formats",
            "json",
        )
        assert code == 0
        reports.append(
            (
                (out / "report.json").read_text(),
                (tmp_path / f"rejected-{source}").read_text(),
                said.replace(f"out-{source}", "out").replace(f"rejected-{source}", "rejected"),
            )
        )
    assert reports[0] == reports[1]


def test_a_file_that_only_looks_prepared_is_said_plainly(run, write, tmp_path):
    for content in (b"PAR1 nothing", b""):
        code, _, said = run("report", write("people.prepared", content), "-o", tmp_path / "out")
        assert code == 2
        assert "people.prepared: this is not a file that equity prepare has made" in said
    con = duckdb.connect()
    con.execute(f"copy (select 1 as a) to '{tmp_path / 'other.prepared'}' (format parquet)")
    assert "Prepare it again" in run("report", tmp_path / "other.prepared")[2]


def test_ready_made_counts_need_no_preparing(run, write):
    path = write("counts.csv", "ethnicity,referred,assessed\nIndian,10,5\nIrish,6,2\n")
    code, _, said = run("prepare", path)
    assert (code, "nothing to prepare" in said) == (2, True)


def test_progress_gives_a_percentage_where_the_length_is_known():
    from equity.progress import Progress

    progress = Progress()
    progress.say("Reading", lambda: 40.0)
    assert progress.line(2.0).startswith("Reading   ████████████████████ ")
    assert " 40%" in progress.line(2.0)
    progress.say("Reading", lambda: -1.0)
    assert "%" not in progress.line(2.0)
    progress.say("Counting")
    assert progress.line(3.0) == "Counting  ······ 3 s"


def test_residents_may_be_counted_in_a_column_of_another_name(tmp_path):
    path = tmp_path / "residents.csv"
    path.write_text("area_name,ethnic_group,Number of people\nX,White British,700\nX,Indian,80\nY,Indian,20\n")
    assert Population.of_file(path).for_set("ethnicity").total == 800


def test_a_dry_run_asks_whether_each_line_is_a_group(run, tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("ethnic_group,count\nWhite British,700\nIndian,80\n")
    code, out, _ = run("check", path)
    assert code == 0
    assert "does 'count' say how many?" in out
    assert 'referred = { column = "count" }' in out
