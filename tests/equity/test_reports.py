import csv
import itertools
import json
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from equity.cli import COMMANDS, main, parser
from equity.content import folder
from equity.model import measure, measures
from equity.model.measures import Measure, MeasureError
from equity.report import html, tidy, writing
from equity.report.published import published_report


@pytest.fixture(scope="module")
def report():
    return published_report()


@pytest.fixture(scope="module")
def page(report):
    return html.write(report)


class Page(HTMLParser):
    """Collects what a reader of the page needs to be there."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.headings, self.tags, self.open = set(), [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        if "id" in found:
            assert found["id"] not in self.ids, f"two elements are called {found['id']}"
            self.ids.add(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


def test_the_page_stands_alone(page):
    assert "<script" not in page
    assert "http://www" not in page.replace("http://www.w3.org", "")
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "@import" not in page
    assert "url(" not in page


def test_every_link_leads_somewhere_on_the_page(page):
    seen = Page(page)
    assert {link[1:] for link in seen.links} <= seen.ids


def test_headings_do_not_skip_a_level(page):
    levels = Page(page).headings
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_drawing_is_named_or_hidden(page):
    for tag, found in Page(page).tags:
        if tag == "svg" and "aria-hidden" not in found and "role" in found:
            assert found["role"] == "img"
            assert found["aria-labelledby"]
    assert page.count('<svg class="said" role="img"') == page.count("<figure")


def test_a_table_stands_under_every_chart(page, report):
    assert page.count("<figure") == page.count("<table>") == len(report.results)
    assert page.count("<caption>") == len(report.results)


def test_colour_never_stands_alone(page):
    lower = re.findall(r'<div class="row low">.*?</div>', page)
    assert lower
    assert all("lower" in row for row in lower)


def test_caveats_and_sources_stand_beside_each_figure(page, report):
    assert page.count("Before you use this") == len(report.results)
    for result in report.results:
        assert "not why" in " ".join(result.caveats) or result.of.measure == "completeness"
        assert "Open Government Licence" in " ".join(result.sources)


def test_groups_keep_the_order_of_their_source(report):
    from equity.vocabulary import category_set

    for table in report.tables:
        if table.set_code:
            assert [row.groups[0][1] for row in table.rows] == list(category_set(table.set_code).codes)


def test_a_text_with_marks_is_written_as_text(report):
    from dataclasses import replace

    nasty = replace(report, title="<script>alert(1)</script>", place='"><img src=x>')
    assert "<script>alert" not in html.write(nasty)
    assert "<img" not in html.write(nasty)


def test_json_follows_the_published_schema(report):
    import jsonschema

    schema = json.loads(folder().joinpath("schema", "result.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(tidy.as_json(report)), schema)


def test_json_that_lost_a_column_breaks_the_schema(report):
    import jsonschema

    schema = json.loads(folder().joinpath("schema", "result.schema.json").read_text())
    made = json.loads(tidy.as_json(report))
    del made["results"][0]["rows"][0]["lower95"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made, schema)


CONTRACT = [
    "measure",
    "x",
    "n",
    "value",
    "unit",
    "multiplier",
    "lower95",
    "upper95",
    "lower998",
    "upper998",
    "method",
    "reference",
    "ratio",
    "ratio_lower95",
    "ratio_upper95",
    "ratio_lower998",
    "ratio_upper998",
    "difference",
    "difference_lower95",
    "difference_upper95",
    "p",
    "p_adjusted",
    "n_unknown",
    "unknown_low",
    "unknown_high",
    "unknown_shared",
    "rounding_low",
    "rounding_high",
    "suppressed",
    "reason",
    "population_source",
    "engine_version",
    "group_code",
]


def test_every_row_carries_the_whole_contract(report):
    rows = list(csv.DictReader(tidy.as_csv(report).splitlines()))
    assert set(CONTRACT) <= set(rows[0])
    assert len(rows) == sum(len(table.rows) for table in report.tables)
    assert all(row["reason"] for row in rows if not row["value"])


def test_a_cell_that_looks_like_a_formula_is_made_safe():
    assert tidy.safe_cell("=1+1") == "'=1+1"
    assert tidy.safe_cell("-2") == "'-2"
    assert tidy.safe_cell(-2.0) == -2.0


def test_the_workbook_has_a_cover_and_a_sheet_for_each_table(report, tmp_path):
    from python_calamine import CalamineWorkbook

    (path,) = writing.write(report, tmp_path, formats=["xlsx"])
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names[0] == "Read first"
    assert len(book.sheet_names) == len(report.results) + 1
    heads = [str(cell) for row in book.get_sheet_by_name(book.sheet_names[1]).to_python() for cell in row]
    assert {"Lower 99.8", "Ratio lower 99.8", "Difference upper 95", "Unknown shared out", "Rounding, most"} <= set(
        heads
    )
    cover = [row[0] for row in book.get_sheet_by_name("Read first").to_python()]
    assert report.mark in cover
    assert report.findings[0].sentence in " ".join(map(str, cover))
    with zipfile.ZipFile(path) as packed:
        assert not any(b"<f>" in packed.read(name) for name in packed.namelist() if "worksheets" in name)


def test_each_chart_is_a_picture_that_stands_alone(report, tmp_path):
    import xml.etree.ElementTree as ET

    files = writing.write(report, tmp_path, formats=["svg"])
    assert len(files) == len(report.results)
    for path in files:
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        names = [child.tag.rpartition("}")[2] for child in root]
        assert names[:2] == ["title", "desc"]
        assert root[0].text
        assert root[1].text


def test_charts_as_png(report, tmp_path):
    pytest.importorskip("resvg_py", reason="PNG needs the [png] extra")
    from dataclasses import replace

    (path,) = writing.write(replace(report, results=report.results[:1]), tmp_path, formats=["png"])
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_format_that_does_not_exist_is_said_plainly(run, tmp_path):
    code, _, said = run("demo", "-o", tmp_path, "--formats", "docx")
    assert code == 2
    assert "no format 'docx'" in said


def test_a_publishers_figures_are_marked_as_such(report):
    assert report.mark == "Published figures"
    assert not report.warning
    assert "must not leave" not in html.write(report)


def test_the_demonstration_writes_its_files(run, tmp_path):
    code, out, _ = run("demo", "-o", tmp_path / "demo")
    assert code == 0
    assert "finished course" in out
    kinds = {path.suffix for path in (tmp_path / "demo").iterdir()}
    assert {".html", ".json", ".csv", ".xlsx"} <= kinds
    assert not list((tmp_path / "demo").glob(".unfinished*"))


@pytest.fixture
def small(report):
    from dataclasses import replace

    return replace(report, results=report.results[:1])


def test_other_files_stay_and_pictures_of_the_report_before_go(small, tmp_path):
    folder = tmp_path / "out"
    writing.write(small, folder, formats=["html", "svg"])
    (folder / "notes.txt").write_text("mine")
    (folder / "mine").mkdir()
    (folder / "mine" / "more.txt").write_text("mine too")
    (folder / "report-charts" / "99-before.svg").write_text("<svg/>")
    files = writing.write(small, folder, formats=["csv", "svg"])
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"notes.txt", "mine/more.txt", "report.html", "report.csv"} <= found
    assert "report-charts/99-before.svg" not in found
    assert all(path.is_file() for path in files)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("rename", [1, 2])
def test_a_stop_between_two_steps_leaves_the_report_before_whole(small, tmp_path, monkeypatch, rename):
    folder = tmp_path / "out"
    writing.write(small, folder, formats=["html", "csv"])
    (folder / "notes.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    steps, usual = itertools.count(1), Path.rename

    def stopped(path, target):
        if next(steps) == rename:
            raise OSError("no more")
        return usual(path, target)

    monkeypatch.setattr(Path, "rename", stopped)
    from dataclasses import replace

    with pytest.raises(OSError, match="no more"):
        writing.write(replace(small, title="Another"), folder, formats=["html", "csv"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


KILLED = """
import os, signal, sys
from pathlib import Path
from equity.report import writing
from equity.report.published import published_report

def last_step(path, target):
    os.kill(os.getpid(), signal.SIGKILL)

Path.rename = last_step
writing.write(published_report(), sys.argv[1], formats=["html", "csv"])
"""


def test_a_killed_program_leaves_the_report_before_whole(small, tmp_path):
    folder = tmp_path / "out"
    writing.write(small, folder, formats=["html", "csv"])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    surroundings = {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False, env=surroundings)
    assert done.returncode == -9
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_folder_one_works_in_is_written_into(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    writing.write(small, ".", formats=["html"])
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "report.html"}
    assert Path.cwd() == tmp_path


def test_a_file_is_not_a_folder_to_write_into(run, tmp_path):
    (tmp_path / "out").write_text("mine")
    code, _, said = run("demo", "-o", tmp_path / "out", "--formats", "html")
    assert code == 2
    assert "is a file" in said
    assert (tmp_path / "out").read_text() == "mine"


ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", ["README.md", "docs/engine/index.md"])
def test_the_three_lines_of_python_really_run(page, tmp_path, monkeypatch):
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert len([line for line in lines.splitlines() if line]) == 3
    monkeypatch.chdir(tmp_path)
    exec(compile(lines, page, "exec"), {})
    assert "finished course" in (tmp_path / "equity-demo" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", sorted(measures()))
def test_a_measure_reads_like_its_definition(code):
    what = measure(code)
    assert what.question.endswith("?")
    assert what.source
    assert "{value}" in what.says
    assert what.numerator != what.denominator


def test_a_measure_that_is_half_defined_is_refused():
    with pytest.raises(MeasureError, match="not fully defined"):
        Measure.of("half", {"name": "Half", "caveats": []})
    with pytest.raises(MeasureError, match="no measure 'mood'"):
        measure("mood")


def test_measures_and_vocabulary_are_listed(run):
    assert "completion" in run("measures")[1]
    assert "better: higher" in run("measures", "completion")[1]
    assert "nhs2001" in run("vocabulary")[1]
    assert "Bangladeshi" in run("vocabulary", "nhs2001")[1]
    assert "H Indian" in run("vocabulary", "nhs2001", "--recognise", "indian", "BME")[1]
    assert run("vocabulary", "group5_2001", "--join", "group5_2021")[0] == 2


LIGHT = "import sys; from equity.cli import parser; parser(); print([name for name in ('numpy', 'duckdb', 'scipy', 'pandas', 'django', 'dataclasses', 'typing', 'tomllib') if name in sys.modules])"  # noqa: E501


def test_help_loads_nothing_heavy():
    found = subprocess.run(
        [sys.executable, "-c", LIGHT],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_listed_says_how_it_is_used(command, capsys):
    assert re.search(rf"^ +{command}\s", parser().format_help(), re.MULTILINE)
    with pytest.raises(SystemExit) as done:
        main([command, "--help"])
    assert done.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: equity {command}")


def test_a_command_that_there_is_not_is_answered_with_those_there_are(capsys):
    with pytest.raises(SystemExit) as done:
        main(["repport"])
    assert done.value.code == 2
    assert "'report'" in capsys.readouterr().err


def test_the_engine_never_loads_django_or_pandas(tmp_path):
    code = "import sys, equity; equity.write(equity.demo(), sys.argv[1]); print([n for n in ('django', 'pandas', 'scipy.stats') if n in sys.modules])"  # noqa: E501
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    assert found.stdout.strip() == "[]"


def test_a_funnel_has_its_words_and_its_numbers(report, page):
    of = next(result.of for result in report.results if getattr(result.of, "funnel", None))
    assert of.funnel.tau > 0
    assert of.funnel.p < 0.001
    assert {row.compared for row in of.rows} <= {"about the same", "lower", "much lower", "higher", "much higher"}
    assert "In North Central London it is 82.1." in of.sentence
    assert 'class="funnel"' in page
    assert "Lower than the funnel" in page
    assert "Norfolk and Waveney" in page


def test_a_small_place_needs_to_lie_further_out_to_stand_out():
    from equity.analysis.providers import limits_at
    from equity.model import Funnel

    small, large = (limits_at([n], Funnel(0.3, 0.0, 1.0, 0.5)) for n in (50, 5_000))
    assert small.lower95 < large.lower95
    assert small.upper998 > large.upper998


def test_control_charts_say_change_or_noise(report, page):
    lines = [line for result in report.results for line in getattr(result.of, "lines", ()) if line.usual]
    assert len(lines) == 10
    for line in lines:
        values = [point.value for point in line.points]
        assert line.usual.low <= sum(values) / len(values) <= line.usual.high
    assert page.count('class="usual"') == len(lines)
    assert page.count(">Noise. Usual range") + page.count(">Change in") == len(lines)
    assert "take its limits as provisional" in page


def test_a_jump_is_called_a_change():
    from equity.analysis.over_time import changed, special, usual_of
    from equity.charts.panels import verdict
    from equity.model import Line, Point, Series

    values = [20, 21, 20, 21, 20, 21, 20, 40]
    points = tuple(Point(str(2010 + n), value, None, None, value, 100) for n, value in enumerate(values))
    usable = np.ones(len(values), bool)
    line = Line("A", "White", points, None, special(points, usable, 6), usual_of(points, usable))
    assert "2017" in line.special
    assert changed([line]).startswith("More than noise: White (")
    series = Series("c", "C", "completion", "%", "", tuple(p.period for p in points), (line,), "", (), ())
    assert verdict(line, series).startswith("Change in ")


def test_representation_is_the_rate_over_everyones(report):
    shares = next(table for table in report.tables if table.measure == "representation")
    same = next(table for table in report.tables if table.measure == "access" and len(table.rows) == len(shares.rows))
    rates = {row.label: row for row in same.rows}
    users, residents = (sum(getattr(row, name) for row in shares.rows) for name in ("x", "n"))
    for row in shares.rows:
        index = (row.x / users) / (row.n / residents)
        assert row.value == pytest.approx(index)
        assert row.lower95 <= row.value <= row.upper95
        assert row.difference == pytest.approx(100 * (row.x / users - row.n / residents), abs=1e-9)
        assert row.difference_lower95 <= row.difference <= row.difference_upper95
        assert rates[row.label].ratio == pytest.approx(index)
    assert sum(row.difference for row in shares.rows) == pytest.approx(0, abs=1e-9)
    assert "Fewer referrals than their share of residents: " in shares.sentence
