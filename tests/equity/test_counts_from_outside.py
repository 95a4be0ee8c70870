"""Counts as people paste them, the Excel template, and files from outside: what is read, and what is refused."""

import io
import json
import os
import resource
import struct
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from equity.submission import look
from equity.submission.pasted import count_in, read_paste, read_paste_of_two
from equity.submission.workbook import FIRST_ROW, START, CannotUse, lines_of, template

STAGES = {"referred": "Referred", "completed": "Finished"}


class TestPasting:
    def test_rows_from_excel_become_counts(self):
        found = read_paste("White British\t1,200\t300\nBlack African\t40\t7\nNot known\t12\t\n", "nhs2001", STAGES)
        assert found.wrong == ()
        assert found.groups == {"A": (1200, 300), "N": (40, 7), "not_known": (12, 0)}

    def test_headings_say_which_column_is_which(self):
        found = read_paste("Group\tFinished\tReferred\nF\t3\t9\nTotal\t3\t9", "sex", STAGES)
        assert found.groups == {"F": (9, 3)}
        assert found.total == (9, 3)

    def test_commas_between_columns_work_too(self):
        assert read_paste('F, 9, 3\n"M", 8, 2', "sex", STAGES).groups == {"F": (9, 3), "M": (8, 2)}

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("F\tnine\t3", "Row 1, Referred: 'nine' is not a whole number."),
            ("F\t9\t-3", "Row 1, Finished: A count cannot be below 0."),
            ("F\t9\t<5", "Row 1, Finished: Write the number itself."),
            ("F\t9\t2.5", "Row 1, Finished: '2.5' is not a whole number."),
            ("F\t9\t999999999999", "too many to be right"),
            ("Martian\t9\t3", "Row 1: 'Martian' is not on the list Sex."),
            ("F\t9\t3\nFemale\t1\t1", "Row 2: Female stands here twice."),
            ("Group\tReferred\nF\t9", "Finished: There is no column for this."),
            ("", "Paste at least one row"),
            ("F\t9\t3\n" * 501, "more than 500 rows"),
        ],
    )
    def test_what_is_wrong_is_said_with_its_row(self, text, sentence):
        assert any(sentence in str(wrong) for wrong in read_paste(text, "sex", STAGES).wrong)

    @settings(max_examples=30, deadline=None)
    @given(st.text(max_size=200))
    def test_whatever_is_pasted_is_counted_or_said(self, text):
        found = read_paste(text, "sex", STAGES)
        assert found.groups or found.wrong or found.total

    def test_two_groups_on_a_row_are_counted_together(self):
        text = "Ethnic group\tSex\tFinished\tReferred\nBlack African\tFemale\t3\t9\nBlack African\tM\t2\t8"
        found = read_paste_of_two(text, ("nhs2001", "sex"), STAGES)
        assert found.wrong == ()
        assert found.groups == {("N", "F"): (9, 3), ("N", "M"): (8, 2)}

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("Black African\tMartian\t9\t3", "Row 1: 'Martian' is not on the list Sex."),
            ("Black African\tTotal\t9\t3", "Row 1: Leave out totals"),
            ("Not known\tF\t9\t3", "Row 1: Leave out totals"),
            ("N\tF\t9\t3\nBlack African\tFemale\t1\t1", "Row 2: The same two groups stand here twice."),
            ("N\tF\tnine\t3", "Row 1, Referred: 'nine' is not a whole number."),
            ("Ethnic group\tSex\tReferred\nN\tF\t9", "Finished: There is no column for this."),
            ("N", "Row 1: '' is not on the list Sex."),
            ("", "Paste at least one row"),
            ("N\tF\t9\t3\n" * 501, "more than 500 rows"),
        ],
    )
    def test_what_is_wrong_with_two_groups_is_said_with_its_row(self, text, sentence):
        found = read_paste_of_two(text, ("nhs2001", "sex"), STAGES)
        assert any(sentence in str(wrong) for wrong in found.wrong)

    @pytest.mark.parametrize(("text", "count"), [("", 0), ("7", 7), ("1,200", 1200), ("1 200", 1200), ("12.0", 12)])
    def test_numbers_as_people_write_them(self, text, count):
        assert count_in(text) == (count, "")


def filled(numbers, *, sheet="Sex", start=None):
    """The template as somebody fills it in: `numbers` are row, column and what stands there."""
    sheets = read_sheets(template(["sex", "nhs2001"], STAGES, ["2025-26", "2025 Apr-Sep"]))
    for (row, column), value in numbers.items():
        line = sheets[sheet][row]
        line += [""] * (column + 1 - len(line))
        line[column] = value
    for (row, column), value in (start or {}).items():
        sheets[START][row][column] = value
    return workbook(sheets)


def read_sheets(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def workbook(sheets):
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return made.getvalue()


class TestTheTemplate:
    def test_what_is_filled_in_is_read_back(self):
        numbers = {(FIRST_ROW, 2): 12, (FIRST_ROW, 3): 5, (FIRST_ROW + 1, 2): 9.0, (FIRST_ROW + 4, 2): "3"}
        found = look.look(filled(numbers, start={(1, 1): "2025 Apr-Sep"}))
        [table] = found.tables
        assert (table.period, table.set_code, found.counts) == ("2025 Apr-Sep", "sex", "people")
        codes = [code for code, _label in lines_of("sex")]
        assert table.groups[codes[0]] == (12, 5)
        assert table.groups[codes[1]] == (9, 0)
        assert found.totals == {"2025 Apr-Sep": (24, 5)}

    def test_it_has_every_group_and_every_reason_for_not_knowing(self):
        sheets = read_sheets(template(["nhs2001"], STAGES, ["2025-26"]))
        codes = [row[0] for row in sheets["Ethnic group"][FIRST_ROW:]]
        assert codes[0] == "A"
        assert codes[-6:] == ["declined", "not_known", "not_asked", "invalid", "missing", "everyone"]

    def test_it_offers_drop_downs_and_takes_whole_numbers_only(self):
        parts = zipfile.ZipFile(io.BytesIO(template(["sex"], STAGES, ["2025-26", "2025 Apr-Sep"])))
        first, second = (parts.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
        assert first.count('type="list"') == 2
        assert 'type="whole"' in second

    def test_each_wrong_box_is_named(self):
        numbers = {(FIRST_ROW, 2): "twelve", (FIRST_ROW, 3): -1, (FIRST_ROW + 1, 2): "=1+1"}
        with pytest.raises(CannotUse) as problem:
            look.look(filled(numbers))
        lines = str(problem.value).splitlines()
        assert lines[0].startswith(f"Sex, row {FIRST_ROW + 1}: 'twelve' is not a whole number")
        assert len(lines) == 3

    def test_a_row_that_somebody_added_is_named(self):
        with pytest.raises(CannotUse, match="is not on the list"):
            look.look(filled({(FIRST_ROW, 0): "zebra", (FIRST_ROW, 2): 1}))

    def test_an_empty_one_says_what_to_do(self):
        with pytest.raises(CannotUse, match="No box is filled in yet"):
            look.look(filled({}))

    def test_a_sheet_of_somebodys_own_is_refused(self):
        sheets = read_sheets(filled({(FIRST_ROW, 2): 1})) | {"Mine": [["name", "dob"], ["zq", "1970-01-01"]]}
        with pytest.raises(CannotUse, match="'Mine' is not one of the template's"):
            look.look(workbook(sheets))


def zipped(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return made.getvalue()


def a_bomb():
    return zipped({"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": b"0" * 40_000_000})


def laughs():
    """Small when packed, and each entity ten of the one before."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><sst>&l11;</sst>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": text,
            "xl/sharedStrings.xml": text,
        }
    )


def linked():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        link = zipfile.ZipInfo("xl/workbook.xml")
        link.external_attr = 0o120777 << 16
        out.writestr(link, "/etc/passwd")
    return made.getvalue()


def far_corner():
    """Two cells, so far apart that everything between them would fill the memory."""
    sheet = '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'  # noqa: E501
    good = zipfile.ZipFile(io.BytesIO(workbook({"a": [["x", "y"]]})))
    parts = {name: good.read(name) for name in good.namelist()}
    return zipped(parts | {"xl/worksheets/sheet1.xml": sheet})


def claims_to_be_small():
    """The packing list says ten bytes, and ten million come out."""
    made = bytearray(zipped({"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": b"0" * 10_000_000}))
    where = made.rfind(b"PK\x01\x02", 0, made.rfind(b"xl/worksheets"))
    struct.pack_into("<I", made, where + 24, 10)
    return bytes(made)


PEOPLE = [
    ["NHS number", "Name", "DOB"],
    ["943 476 5919", "zq one", "1970-01-01"],
    ["943 476 5870", "zq two", "1971-01-01"],
]
A_LIST = "client_id,ethnicity,notes\n" + "zq1,White British,zq words\n" * 30
HOSTILE = {
    "an empty file": b"",
    "a zip bomb": a_bomb,
    "a zip in a zip": lambda: zipped({"xl/workbook.xml": "<x/>", "xl/embeddings/a.zip": a_bomb()[:100_000]}),
    "a workbook without end": laughs,
    "a link out of the workbook": linked,
    "a far corner": far_corner,
    "a false packing list": claims_to_be_small,
    "ten thousand parts": lambda: zipped({f"xl/{n}.xml": "x" for n in range(10_000)}),
    "only the start of a workbook": lambda: workbook({"a": [["x"]]})[:900],
    "macros": lambda: zipped({"xl/workbook.xml": "<x/>", "xl/vbaProject.bin": b"\xcc\x61" * 90}),
    "a hundred thousand columns": lambda: (",".join(f"c{n}" for n in range(100_000)) + "\n").encode(),
    "a line without end": lambda: b"a" * 1_900_000,
    "more than fits": lambda: b"F,1\n" * 600_000,
    "noughts": lambda: b"\x00" * 100_000,
    "a nought in a table": b"group,referred\nF,1\x00\n",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 500,
    "a program": lambda: b"\x7fELF\x02\x01\x01" + b"\x00" * 500,
    "a page": b"<html><script>alert(1)</script></html>",
    "deep brackets": lambda: b'{"format":' + b"[" * 900_000,
    "a number without end": lambda: b'{"format": "equity-submission", "version": ' + b"9" * 5000 + b"}",
    "not a number": b'{"format": "equity-submission", "version": NaN}',
    "the same name twice": b'{"format": "x", "format": "equity-submission"}',
    "formulas": b"=cmd|' /C calc'!A0,@SUM(1+1)\n+1,-1\n",
    "people": A_LIST.encode(),
    "people in another alphabet": lambda: A_LIST.encode("utf-16"),
    "people from Windows": lambda: A_LIST.replace("zq words", "caf\xe9").encode("cp1252"),
    "people in a workbook": lambda: workbook({"Clients": PEOPLE}),
    "people on a later sheet": lambda: workbook({"Empty": [], "Clients": PEOPLE}),
    "people in a submission's clothes": lambda: json.dumps({"format": "equity-submission", "version": 1, "people": PEOPLE}).encode(),  # noqa: E501
}  # fmt: skip


def python(*words, **more):
    """Another process that finds the engine where this one does."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, **more)


def asked(content):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = python("-m", "equity.submission.look", input=content)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_two_seconds_of_work(name):
    made = HOSTILE[name]
    done, seconds = asked(made() if callable(made) else made)
    # A process that was stopped by its limits has refused too; the platform says so in its own words.
    assert done.returncode < 0 or set(json.loads(done.stdout)) == {"problem"}
    assert seconds < 2.2
    assert b"zq" not in done.stdout
    assert b"zq" not in done.stderr


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.startswith("people") and "clothes" not in name])
def test_a_list_of_people_is_recognised_and_the_right_way_is_told(name):
    made = HOSTILE[name]
    done, _ = asked(made() if callable(made) else made)
    said = json.loads(done.stdout)["problem"]
    assert said.startswith("This looks like a list of people")
    assert "equity submit" in said


def test_memory_has_a_limit():
    """A process that asks for more than it may have is stopped, before the machine notices."""
    code = "from equity.submission.look import limit; limit(); bytearray(400 << 20)"
    done = python("-c", code, text=True)
    assert done.returncode != 0
    assert "MemoryError" in done.stderr


def test_time_has_a_limit():
    done = python("-c", "from equity.submission.look import limit; limit()\nwhile True: pass")
    assert done.returncode < 0


def test_a_table_of_counts_is_sent_to_the_page_for_typing():
    with pytest.raises(look.Refused, match="paste them on the page for typing"):
        look.look(b"group,referred,finished\nF,10,3\nM,9,2\n")
