"""A report from a person's own file gives nobody away: every byte that the command line leaves is looked at."""

import csv
import hashlib
import io
import itertools
import json
import random
import re
import struct
import tempfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from equity import write
from equity.charts import interval_html, interval_svg, panels_html, panels_svg
from equity.cli import main
from equity.disclosure.ledger import Ledger, LedgerError
from equity.disclosure.release import NotReleased
from equity.disclosure.results import from_its_publisher, not_protected, worked_out_from
from equity.disclosure.rules import rule_named
from equity.model import Table
from equity.report.document import Result
from equity.report.published import published_report

PEOPLE = {"A": 1011, "B": 126, "C": 311, "K": 3, "L": 91, "M": 81, "N": 219, "P": 4, "R": 2, "Z": 56}
# Neither multiples of five nor an end of what one could stand for, so finding one means that an exact count went out.
EXACT = {str(n) for n in PEOPLE.values() if n > 99} | {str(sum(PEOPLE.values()))}
COLUMNS = ("person", "date", "ethnicity", "sex", "team", "assessed", "entered")
MAPPING = """
kind = "rows"
count = "events"
person = "person"
date = "date"
service = "team"
[characteristics]
ethnicity = { column = "ethnicity", set = "nhs2001" }
sex = { column = "sex", set = "sex" }
[stages]
assessed = { column = "assessed", is = ["1"] }
entered = { column = "entered", is = ["1"] }
"""
REJECTED = "31 Smarch"


def people() -> list[list[str]]:
    """Everybody's row. Those of small groups come in two half-years, so that a swap can leave every total as it is."""
    chance = random.Random(7)
    rows = []
    for code, size in PEOPLE.items():
        for place in range(size):
            half = place % 2 if size < 5 else int(chance.random() < 0.5)
            assessed = size < 5 or chance.random() < 0.8
            entered = assessed and size >= 5 and chance.random() < 0.6
            sex = "F" if size < 5 or chance.random() < 0.6 else "M"
            team = f"Team {1 + (place % 3 if size >= 5 else 0)}"
            date = ("2024-05-10", "2024-11-10")[half]
            rows.append([str(len(rows)), date, code, sex, team, str(int(assessed)), str(int(entered))])
    return rows


def swapped(rows: list[list[str]], one: str = "K", other: str = "P") -> list[list[str]]:
    """A person of one small group and one of another change half-years: every total, and every shown number, stays."""
    rows = [list(row) for row in rows]
    early = next(row for row in rows if row[2] == one and row[1].startswith("2024-05"))
    late = next(row for row in rows if row[2] == other and row[1].startswith("2024-11"))
    early[1], late[1] = late[1], early[1]
    return rows


def round_a_ring_of_six(rows: list[list[str]]) -> list[list[str]]:
    """People of three small groups change half-years with each other: one up and one down in each half and group."""
    return swapped(swapped(rows, "K", "P"), "P", "R")


def written(folder: Path, rows: list[list[str]], capsys, *more: str) -> tuple[int, dict[str, bytes]]:
    """Run the command line in a folder of its own, and keep every byte it leaves anywhere."""
    folder.mkdir()
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([COLUMNS, *rows])
    (folder / "m.toml").write_text(MAPPING)
    before, left = {*folder.iterdir()}, folder / "temporary"
    left.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(tempfile, "tempdir", str(left))
        formats = "html,json,csv,xlsx,svg,png"
        code = main(["report", "people.csv", "--mapping", "m.toml", "-o", "out", "--formats", formats, *more])
    said = capsys.readouterr()
    found = {"stdout": said.out.encode(), "stderr": said.err.encode()}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path not in before):
        found[str(path.relative_to(folder))] = path.read_bytes()
    return code, opened(found)


def opened(files: dict[str, bytes]) -> dict[str, bytes]:
    """Workbooks unpacked and pictures' words taken out; names count as bytes too."""
    found = {}
    for name, content in files.items():
        found[name] = content + name.encode()
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                found |= {f"{name}/{member}": packed.read(member) for member in packed.namelist()}
            del found[name]
        if content[:8] == b"\x89PNG\r\n\x1a\n":
            found[f"{name}/words"] = b" ".join(words_in_picture(content))
    return found


def words_in_picture(content: bytes) -> list[bytes]:
    place, found = 8, []
    while place < len(content):
        (size,), kind = struct.unpack(">I", content[place : place + 4]), content[place + 4 : place + 8]
        body = content[place + 8 : place + 8 + size]
        if kind in (b"tEXt", b"iTXt"):
            found.append(body)
        if kind == b"zTXt":
            found.append(zlib.decompress(body.split(b"\0", 1)[1][1:]))
        place += 12 + size
    return found


def in_words(content: bytes) -> bytes:
    """What markup says, without the places where it draws (the test below holds these to released numbers)."""
    if not content.lstrip().startswith(b"<"):
        return content
    labels = b" ".join(re.findall(rb'(?:aria-label|alt|title)="([^"]*)"', content))
    without_styles = re.sub(rb"<style.*?</style>", b" ", content, flags=re.S)
    without_indexes = re.sub(rb'<c [^>]*t="s"[^>]*><v>\d+</v>', b" ", without_styles)
    return re.sub(rb"<[^>]*>", b" ", without_indexes) + labels


@pytest.fixture(scope="module")
def rows():
    return people()


@pytest.mark.parametrize("more", [(), pytest.param(("--together", "ethnicity,sex"), marks=pytest.mark.soak)])
def test_no_exact_count_is_in_any_byte(tmp_path, rows, capsys, more):
    pytest.importorskip("resvg_py", reason="PNG needs the [png] extra")
    bad = [*rows, ["x", REJECTED, "A", "F", "Team 1", "1", "1"]]
    ledger = ("--ledger", "ledger.jsonl", "--requested-by", "analyst")
    code, files = written(tmp_path / "one", bad, capsys, "--population", "E09000019", *more, *ledger)
    assert code == 0
    assert not [name for name in files if name.startswith("temporary")]
    kept_here = files.pop("people-rejected.csv")
    assert REJECTED.encode() in kept_here
    assert b"keep that file here" in files["stdout"]
    files.pop("ledger.jsonl.key")
    for name, content in ((name, content) for name, content in files.items() if not name.endswith(".png")):
        assert REJECTED.encode() not in content, name
        numbers = set(re.findall(rb"(?<![\w.#%-])\d{2,4}(?![\w%-])", in_words(content).replace(b",", b"")))
        assert not EXACT & {number.decode() for number in numbers}, name
    assert not any(name.startswith("out/") and "rejected" in name for name in files)
    assert main(["attack", "--ledger", str(tmp_path / "one" / "ledger.jsonl")]) == 0


UNLIKE = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*<")


def test_no_byte_depends_on_a_hidden_number(tmp_path, rows, capsys):
    pytest.importorskip("resvg_py", reason="PNG needs the [png] extra")
    first = written(tmp_path / "one", rows, capsys)
    second = written(tmp_path / "two", swapped(rows), capsys)
    assert first[0] == second[0] == 0
    assert first[1].keys() == second[1].keys()
    for name in first[1]:
        assert UNLIKE.sub(b"", first[1][name]) == UNLIKE.sub(b"", second[1][name]), name


@pytest.fixture(scope="module")
def plain_report(rows, tmp_path_factory):
    return report_of(rows, tmp_path_factory.mktemp("plain"))


def report_of(rows, folder: Path) -> dict[str, bytes]:
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([COLUMNS, *rows])
    (folder / "m.toml").write_text(MAPPING)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["report", "people.csv", "--mapping", "m.toml", "-o", "out", "--formats", "html,json,csv"]) == 0
    return {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


@pytest.mark.parametrize("move", [lambda rows: swapped(rows, "K", "R"), round_a_ring_of_six])
def test_nor_does_any_after_other_moves(move, rows, plain_report, tmp_path):
    """None of them takes a number that is shown, of a wider group or half-year, into another five."""
    moved = move(rows)
    assert moved != rows
    assert report_of(moved, tmp_path) == plain_report


def test_a_refused_input_is_explained_without_its_numbers(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counts.csv").write_text("ethnicity,completed,referred\nIndian,3,2\n")
    (tmp_path / "m.toml").write_text(
        'kind = "counts"\n[characteristics]\nethnicity = { column = "ethnicity", set = "nhs2001" }\n'
        '[stages]\ncompleted = { column = "completed" }\nreferred = { column = "referred" }\n'
    )
    assert main(["report", "counts.csv", "--mapping", "m.toml"]) == 2
    said = capsys.readouterr()
    assert said.err == "counts.csv, row 1, column completed: more completed than referred in the same row.\n"
    assert not said.out


@pytest.fixture(scope="module")
def report(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([COLUMNS, *rows])
    (folder / "m.toml").write_text(MAPPING)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["report", "people.csv", "--mapping", "m.toml", "-o", "out", "--formats", "json"]) == 0
    return json.loads((folder / "out" / "report.json").read_text())


def test_every_figure_leaves_five_numerators_possible(report):
    """Count by count: how many numbers of people would have been printed as this row was?"""
    rule, figures = rule_named("nhs-mh"), 0
    for result in report["results"]:
        rows = result["rows"] if result["kind"] == "table" else [p for line in result["lines"] for p in line["points"]]
        for row in rows:
            if any(row.get(name) is not None for name in FIGURES) and row["x"] is not None:
                same = [n for n in range(3000) if not rule.is_small(n) and rule.shown(n) == row["x"]]
                assert len(same) >= 5, (result["code"], row)
                figures += 1
    assert figures > 50


def test_hidden_groups_say_so_and_are_spoken_of_in_their_wider_group(report):
    table = next(result for result in report["results"] if result["code"] == "assessed-ethnicity")
    hidden = {row["groups"][0][1]: row for row in table["rows"] if row["suppressed"]}
    assert {"K", "P", "R"} <= hidden.keys()
    for row in hidden.values():
        assert row["x"] is None
        assert row["value"] is None
        assert "nobody can be picked out" in row["reason"]
    assert "For the wider group Asian or Asian British the difference is" in table["sentence"]


def test_a_report_says_of_whom_it_shows_least(report):
    """Three groups of two to four people are in no table; a group of a thousand is never named."""
    said = re.search(r"By ethnic group, least is shown of ([^.]*)\.", report["about"])
    assert said, report["about"]
    assert "Bangladeshi (0 of" in said[1]
    assert "British" not in said[1].replace("Asian or Asian British", "")


def test_what_cannot_be_turned_off_quietly(tmp_path, rows, capsys):
    pytest.importorskip("resvg_py", reason="PNG needs the [png] extra")
    code, files = written(tmp_path / "one", rows, capsys, "--rule", "internal")
    assert code == 0
    mark = b"must not leave the organisation"
    sheets = [name for name in files if "worksheets/sheet" in name and name.endswith(".xml")]
    pictures = [name for name in files if name.endswith(".svg")]
    assert sheets
    assert pictures
    for name in ("stdout", "out/report.html", "out/report.json", "out/report.csv", *sheets, *pictures):
        assert mark in files[name], name
    exact = {number for number in EXACT if number.encode() in files["out/report.csv"]}
    assert len(exact) >= 3, "the search for exact counts would find none where there are some"
    lines = files["out/report.csv"].decode().splitlines()
    assert all(mark.decode() in line for line in lines[1:-1])
    assert files["out/report.html"].count(mark) >= 3
    results = json.loads(files["out/report.json"].removesuffix(b"out/report.json"))["results"]
    assert results
    assert all(mark.decode() in result["mark"] for result in results)


def test_an_unknown_rule_is_said_plainly(tmp_path, rows, capsys):
    code, files = written(tmp_path / "one", rows[:50], capsys, "--rule", "none")
    assert code == 2
    assert b"There is no rule called none" in files["stderr"]


def a_table() -> Table:
    of = published_report().tables[0]
    return Table(**{name: getattr(of, name) for name in Table.__dataclass_fields__})


def test_nothing_draws_or_writes_what_was_not_released():
    bare = a_table()
    for shows in (interval_html, interval_svg, panels_html, panels_svg, lambda of: Result("a title", of)):
        with pytest.raises(NotReleased):
            shows(bare)


def test_no_other_numbers_can_go_out_under_a_seal():
    of = not_protected(replace(a_table(), is_published=False))
    assert replace(of, title="another title").title == "another title"
    with pytest.raises(NotReleased):
        replace(of, rows=of.rows[:1])
    with pytest.raises(NotReleased):
        replace(of, sentence="A gap of 3 people.")


def test_results_are_released_only_for_a_reason():
    own = replace(a_table(), is_published=False)
    with pytest.raises(NotReleased):
        from_its_publisher(own)
    with pytest.raises(NotReleased):
        worked_out_from([], own)
    from tables import released, small_table

    with pytest.raises(NotReleased):
        worked_out_from([released(small_table([[10, 20], [30, 40]]), "internal")], own)


MISUSE = """
from equity.charts import interval_svg
from equity.model import Table
from equity.report.document import Result
def show(of: Table) -> str:
    Result("a title", of)
    return interval_svg(of)
"""


def test_the_type_checker_refuses_it_too(tmp_path):
    from mypy import api

    root = Path(__file__).parents[2]
    (tmp_path / "misuse.py").write_text(MISUSE)
    said, _, code = api.run(["--config-file", str(root / "pyproject.toml"), str(tmp_path / "misuse.py")])
    assert code == 1
    assert said.count("arg-type") == 2


def test_files_hold_what_was_released_and_nothing_else(tmp_path):
    report = published_report()
    assert write(report, tmp_path, formats=["json"])
    assert "seal" not in (tmp_path / "report.json").read_text()


COUNTS = """ethnicity,assessed,referred
British,700,1000
Irish,62,90
Caribbean,3,12
African,4,16
Any other Black background,2,12
Chinese,31,44
Any other ethnic group,27,38
"""


@pytest.fixture
def counts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counts.csv").write_text(COUNTS)
    (tmp_path / "m.toml").write_text(
        'kind = "counts"\n[characteristics]\nethnicity = { column = "ethnicity", set = "nhs2001" }\n'
        '[stages]\nassessed = { column = "assessed" }\nreferred = { column = "referred" }\n'
    )
    return ("report", "counts.csv", "--mapping", "m.toml", "--formats", "json", "-o", "out")


def test_a_gap_that_stars_hide_is_said_of_the_wider_group(counts, tmp_path):
    """Each Black group is hidden. Together 9 of 40 were assessed, where everybody else had 7 of 10."""
    assert main([*counts]) == 0
    (table,) = json.loads((tmp_path / "out" / "report.json").read_text())["results"]
    hidden = {row["label"] for row in table["rows"] if row["suppressed"]}
    assert {"Caribbean", "African", "Any other Black background"} <= hidden
    assert "Black African and any other Black background" in table["sentence"].replace("Any", "any")
    assert (
        "For the wider group Black or Black British the difference is distinguishable: it is much lower"
        in table["sentence"]
    )
    assert "No group that can be shown is clearly different" in table["sentence"]


def test_everything_in_a_report_goes_into_the_ledger(counts, tmp_path):
    assert main([*counts, "--ledger", "ledger.jsonl", "--requested-by", "analyst", "--exception", "a first try"]) == 0
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    assert [record["specification"]["where"]["course"]["codes"] for record in ledger.releases()] == [
        ["referred"],
        ["assessed"],
    ]
    assert all(record["exceptions"] == ["a first try"] for record in ledger.releases())
    (files,) = [record for record in ledger.records() if record["kind"] == "files"]
    report = (tmp_path / "out" / "report.json").read_bytes()
    assert files["files"] == {"report.json": hashlib.sha256(report).hexdigest()}
    assert files["releases"] == ["R0001", "R0002"]
    assert main(["attack", "--ledger", "ledger.jsonl"]) == 0


def test_a_later_report_that_collides_is_refused_with_its_reason(counts, tmp_path, capsys):
    """The same people less two of a small group: together the reports would tell of the two."""
    asked = ("--ledger", "ledger.jsonl", "--requested-by", "analyst", "--about", "users", "--rule", "additive")
    assert main([*counts, *asked]) == 0
    (tmp_path / "counts.csv").write_text(COUNTS.replace("31,44", "30,42").replace("62,90", "61,88"))
    capsys.readouterr()
    code = main([*counts, *asked, "--where", "provider!=small", "-o", "second"])
    said = capsys.readouterr()
    assert code == 2
    assert "They collide with: R0001" in said.err
    assert not (tmp_path / "second").exists()


def test_ages_that_nobody_can_compare_are_refused_where_a_ledger_is_kept(counts, tmp_path, capsys):
    asked = (*counts, "--where", "age=18 till then 64", "-o", "second")
    assert main([*asked, "--ledger", "ledger.jsonl", "--requested-by", "analyst", "--about", "users"]) == 2
    assert "18 till then 64 cannot be read as ages" in capsys.readouterr().err
    assert not (tmp_path / "second").exists()
    assert main([*asked]) == 0


def test_what_others_have_published_enters_the_ledger_once(tmp_path, capsys):
    asked = ["demo", "-o", str(tmp_path / "demo"), "--formats", "csv", "--ledger", str(tmp_path / "l.jsonl")]
    assert main(asked) == 0
    assert re.search(r"\n[1-9]\d* published tables", capsys.readouterr().out)
    assert main(asked) == 0
    assert "\n0 published tables" in capsys.readouterr().out
    ledger = Ledger.in_file(tmp_path / "l.jsonl")
    records = ledger.known_outside()
    assert all(record["published_by"] == "NHS England" for record in records)
    with pytest.raises(LedgerError, match="not ours to approve"):
        ledger.approve("R0001", by="anybody")
    assert "published by NHS England" in listed(tmp_path / "l.jsonl", capsys)


def listed(path: Path, capsys) -> str:
    assert main(["ledger", "list", str(path)]) == 0
    return capsys.readouterr().out


LARGE = """ethnicity,assessed,referred
British,700,1000
Irish,162,290
Chinese,131,244
Any other ethnic group,127,238
"""
WITHOUT_SOME = """ethnicity,assessed,referred
British,698,960
Irish,160,250
Chinese,129,204
Any other ethnic group,125,198
"""


def of_two_reports(counts, tmp_path, capsys, *more: str) -> tuple[dict[str, object], str, str]:
    """Everyone, then everyone but 160 of one provider, eight of whom were assessed: two of each group."""
    asked = ("--ledger", "l.jsonl", "--about", "users", "--rule", "additive", "--population", "E09000019")
    (tmp_path / "counts.csv").write_text(LARGE)
    assert main([*counts, *asked]) == 0
    (tmp_path / "counts.csv").write_text(WITHOUT_SOME)
    capsys.readouterr()
    assert main([*counts, *asked, "--where", "provider!=small", *more]) == 0
    said = capsys.readouterr()
    return json.loads((tmp_path / "out" / "report.json").read_text()), said.out, said.err


def test_readers_are_told_that_a_table_collides_and_only_its_maker_where(counts, tmp_path, capsys):
    report, out, err = of_two_reports(counts, tmp_path, capsys)
    said = "People assessed by ethnic group: it cannot be shown, because of an earlier release about the same people."
    assert f"Left out: {said}" in report["about"]
    assert f"Left out: {said}\n" in out
    for told in (json.dumps(report), out):
        assert "worked out at" not in told
        assert "R0002" not in told.partition("Recorded as")[0]
    assert "Small numbers could be worked out at: A; " in err
    assert "R0002" in err


def test_whoever_makes_a_report_is_told_what_would_make_a_table_safe(counts, tmp_path, capsys):
    _, _, err = of_two_reports(counts, tmp_path, capsys)
    assert "leave this table out" in err or "It would be safe" in err


FEW = """ethnicity,assessed,referred
British,2,1000
Irish,1,90
Caribbean,0,52
"""


def test_a_report_with_nothing_in_it_is_not_made(counts, tmp_path, capsys):
    (tmp_path / "counts.csv").write_text(FEW)
    assert main([*counts, "--ledger", "l.jsonl"]) == 2
    assert capsys.readouterr().err == (
        "Nothing can be released.\nPeople assessed by ethnic group: there are too few people altogether.\n"
    )
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "l.jsonl").exists()


@pytest.mark.parametrize(("rule", "largest"), [("additive", 5), ("nhs-mh", 4), ("hes-plus-zero", 7)])
def test_too_few_to_show_are_as_many_as_the_promise_leaves_open(rule, largest, counts, tmp_path, capsys):
    """Whoever sees that a table is left out can think of every promised number, and is told of no other reason."""
    asked = ("--rule", rule, "--population", "E09000019")
    for number in (0, largest):
        (tmp_path / "counts.csv").write_text(FEW.replace("h,2,", f"h,{number},").replace("h,1,", "h,0,"))
        assert main([*counts, *asked]) == 0
        said = capsys.readouterr()
        assert "too few people altogether" in said.err
        report = (tmp_path / "out" / "report.json").read_text()
        assert "People assessed by ethnic group: it cannot be shown so that nobody can be picked out." in report
        assert "too few people altogether" not in report + said.out
    (tmp_path / "counts.csv").write_text(FEW.replace("h,2,", f"h,{largest + 1},").replace("h,1,", "h,0,"))
    assert main([*counts, *asked]) == 0
    assert "too few people altogether" not in capsys.readouterr().err


def test_a_report_of_a_rule_is_marked_with_it_even_when_it_is_empty(report):
    assert report["mark"] == "Protected so that nobody can be picked out (nhs-mh, version 1)"


AGED = """
kind = "rows"
count = "events"
[characteristics]
sex = { column = "sex", set = "sex" }
age = { column = "age", set = "age8" }
[stages]
assessed = { column = "assessed", is = ["1"] }
"""
AGES = ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
FIGURES = ("value", "lower95", "upper998", "p", "p_adjusted", "ratio_lower95", "difference_upper95", "standardised")
FIGURES += (
    "standardised_lower95",
    "standardised_ratio",
    "standardised_ratio_upper998",
    "rounding_low",
    "people_missing",
)


def aged_report(folder: Path, patch, more: int, *asked_for: str) -> dict[str, object]:
    """So many more of one group came and were assessed, at one age, and so many fewer of the other."""
    folder.mkdir()
    patch.chdir(folder)
    sizes = {"F": (30, 60, 80, 70, 60, 40, 30, 25), "M": (25, 40, 90, 50, 40, 35, 20, 15)}
    lines = ["sex,age,assessed"]
    for (group, came), (place, age) in itertools.product(sizes.items(), enumerate(AGES)):
        moved = (more if group == "F" else -more) if age == "25-34" else 0
        assessed = 5 * (came[place] // (7 if group == "F" else 9)) + moved
        lines += [f"{group},{age},{int(number < assessed)}" for number in range(came[place] + moved)]
    (folder / "people.csv").write_text("\n".join(lines) + "\n")
    residents = [f"{group},{age},{900 * (3 + place % 3)}" for group in sizes for place, age in enumerate(AGES)]
    (folder / "residents.csv").write_text("\n".join(["sex,age,population", *residents]) + "\n")
    (folder / "m.toml").write_text(AGED)
    asked = ("report", "people.csv", "--mapping", "m.toml", *asked_for)
    assert main([*asked, "-o", "out", "--formats", "json", "--ledger", "l.jsonl"]) == 0
    return json.loads((folder / "out" / "report.json").read_text())


def rows_of_tables(report) -> list[dict[str, object]]:
    return [row for result in report["results"] if result["kind"] == "table" for row in result["rows"]]


def test_five_true_numerators_print_every_rate_interval_p_value_and_standardised_rate_alike(tmp_path, monkeypatch):
    """From two fewer to two more, in a group and at one age of it: nobody can say which of the five it was."""
    beside = ("--population", "residents.csv")
    first, *others = [aged_report(tmp_path / str(more), monkeypatch, more, *beside) for more in (0, -2, -1, 1, 2)]
    for other in others:
        assert other == first
    for name in FIGURES:
        assert any(row[name] is not None for row in rows_of_tables(first)), name


def test_an_exact_rate_follows_from_two_exact_numbers_that_are_shown_too(tmp_path, monkeypatch):
    """Under `additive`: whoever has the released tables can work out each rate, and needs nothing else for it."""
    report = aged_report(tmp_path / "exact", monkeypatch, 1, "--rule", "additive")
    records = Ledger.in_file(tmp_path / "exact" / "l.jsonl").releases()
    shown = {
        number for record in records for *_, number in csv.reader(io.StringIO(record["published"])) if number.isdigit()
    }
    figures = [row for row in rows_of_tables(report) if row["value"] is not None]
    assert len(figures) > 6
    for row in figures:
        assert f"{row['x']:.0f}" in shown, row
        assert f"{row['n']:.0f}" in shown, row
        assert row["value"] == pytest.approx(row["multiplier"] * row["x"] / row["n"], rel=1e-12)
    moved = aged_report(tmp_path / "moved", monkeypatch, 2, "--rule", "additive")
    assert moved != report, "an exact figure tells the exact number, which stands beside it"


def of_women_and_men(tmp_path, monkeypatch) -> dict[str, dict[str, object]]:
    """Ten men, of whom three were assessed: women can be shown, men not; and the same at one of three services."""
    monkeypatch.chdir(tmp_path)
    services = {"Example North": (200, 300, 1, 3), "Example South": (190, 280, 1, 3), "Example East": (180, 250, 1, 4)}
    lines = ["sex,team,assessed"]
    for team, (yes, women, men_yes, men) in services.items():
        lines += [f"F,{team},{int(number < yes)}" for number in range(women)]
        lines += [f"M,{team},{int(number < men_yes)}" for number in range(men)]
    lines += [f"F,Example West,{int(number < 2)}" for number in range(60)]
    (tmp_path / "people.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "m.toml").write_text(
        'kind = "rows"\ncount = "events"\nservice = "team"\n[characteristics]\nsex = { column = "sex", set = "sex" }\n'
        '[stages]\nassessed = { column = "assessed", is = ["1"] }\n'
    )
    assert main(["report", "people.csv", "--mapping", "m.toml", "-o", "out", "--formats", "json"]) == 0
    results = json.loads((tmp_path / "out" / "report.json").read_text())["results"]
    return {result["code"]: result for result in results}


def test_a_gap_without_a_wider_group_is_said_as_far_as_it_can_be(tmp_path, monkeypatch):
    found = of_women_and_men(tmp_path, monkeypatch)
    of_sex = found["assessed-sex"]["sentence"]
    women = next(row["value"] for row in found["assessed-sex"]["rows"] if row["label"] == "Female")
    said = f"in no wider group that can be shown. All others together: {women:.1f}. Whether there is a difference"
    assert (
        f"Male and Another or indeterminate: hidden, so that nobody can be picked out, and {said} cannot be said."
        in of_sex
    )
    (of_team,) = (result["sentence"] for code, result in found.items() if code.startswith("assessed-by-"))
    assert "Hidden, so that nobody can be picked out: 1 of these 4. All others together: " in of_team
