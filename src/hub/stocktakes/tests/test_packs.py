"""What a board pack holds, read as others read it: PDF tags, Word, slides, workbook, calendar."""

import io
import itertools
import subprocess

import docx
import openpyxl
import pptx
import pypdf
import pytest
from icalendar import Calendar

from hub.commitments.models import Commitment, Measure
from hub.programme.models import Meeting, Programme
from hub.programme.tests.factories import ForumFactory
from hub.stocktakes import actions, packing
from hub.stocktakes.packs import diary, pdf, slides, templates, word, workbook
from hub.stocktakes.tests.factories import (
    LAST,
    YEAR,
    a_programme,
    a_word_document,
    do_all,
    frozen,
    people_of,
    public_but_not_by_group,
    sealed_away,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    made = a_programme()
    made.partnership.brand_colour = "#123456"
    made.partnership.save()
    return made


@pytest.fixture
def pack(programme):
    return pack_about(programme)


def pack_about(programme, **words):
    stocktake = frozen(programme, **{"did": "We opened doors", "priorities": "Ramps at every door"} | words)
    job = actions.ask_for_pack(programme, by=stocktake.opened_by, stocktake=stocktake)
    return packing.pack_of(job)


class Tags:
    """The structure tree of a PDF, as a screen reader walks it."""

    def __init__(self, body):
        self.reader = pypdf.PdfReader(io.BytesIO(body))
        self.root = self.reader.trailer["/Root"]
        self.found = list(self.walk(self.root["/StructTreeRoot"]))

    def walk(self, node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from self.walk(child)
        elif hasattr(node, "get"):
            if "/S" in node:
                yield str(node["/S"]), node
            if "/K" in node:
                yield from self.walk(node["/K"])

    def of(self, *kinds):
        return [node for kind, node in self.found if kind in kinds]


class TestThePdf:
    @pytest.fixture
    def tags(self, pack):
        return Tags(pdf.write(pack))

    def test_it_is_tagged_titled_and_says_its_language(self, tags):
        assert tags.root["/MarkInfo"]["/Marked"]
        assert tags.root["/Lang"] == "en-gb"
        assert tags.root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert str(YEAR) in tags.reader.metadata.title
        assert b"pdfuaid" in tags.root["/Metadata"].get_data()

    def test_headings_begin_at_the_top_and_leave_none_out(self, tags):
        levels = [int(kind[2]) for kind, _node in tags.found if kind in ("/H1", "/H2", "/H3", "/H4")]
        assert levels[0] == 1
        assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))

    def test_each_picture_says_what_it_shows(self, tags):
        told = [str(node["/Alt"]) for node in tags.of("/Figure") if "/Alt" in node]
        assert any("2 readings" in words and "The target is 50" in words for words in told)

    def test_tables_have_heads_that_their_cells_belong_to(self, tags):
        assert len(tags.of("/Table")) >= 4
        heads, cells = tags.of("/TH"), tags.of("/TD")
        assert heads
        tied = [node for node in cells if "/Headers" in str(node.get("/A", ""))]
        scoped = [node for node in heads if "/Scope" in str(node.get("/A", ""))]
        assert len(tied) == len(cells) or len(scoped) == len(heads)

    def test_it_has_a_bookmark_for_every_area(self, tags):
        def titles(outline):
            for one in outline:
                yield from titles(one) if isinstance(one, list) else [one.title]

        assert {"How it stands", "Libraries"} <= set(titles(tags.reader.outline))

    def test_words_and_figures_are_in_it(self, tags):
        text = " ".join(one.extract_text() for one in tags.reader.pages)
        for words in ("We opened doors", "Ramps at every door", "Books in Tigrinya", "Not reported yet"):
            assert words in text

    def test_nothing_from_elsewhere_is_opened(self, pack):
        fetcher = pdf.OnlyCharts(pack)
        for address in ("https://example.org/x.png", "file:///etc/passwd", "data:text/plain,x", "ftp://example.org/"):
            with pytest.raises(ValueError, match="opens nothing from elsewhere"):
                fetcher(address)

    def test_what_people_type_stays_words_and_is_never_fetched(self, programme, monkeypatch):
        asked = []
        fetch = pdf.OnlyCharts.fetch
        monkeypatch.setattr(
            pdf.OnlyCharts, "fetch", lambda *args, **more: asked.append(args[1]) or fetch(*args, **more)
        )
        typed = '<img src="file:///etc/passwd"><link rel=stylesheet href="http://127.0.0.1:9/x.css">'
        Commitment.objects.filter(title="Open on Sundays").update(title=typed)
        body = pdf.write(pack_about(programme, did=typed + '<style>@import "http://127.0.0.1:9/"</style>'))
        assert "file:///etc/passwd" in " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(body)).pages)
        assert asked
        assert all(address.startswith("chart:") for address in asked)


class TestWord:
    def test_it_has_headings_table_heads_and_pictures_with_words(self, pack):
        document = docx.Document(io.BytesIO(word.write(pack)))
        headings = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
        assert {"How it stands", "Libraries", "Actions"} <= set(headings)
        assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
        [picture] = document.inline_shapes
        assert "The target is 50" in picture._inline.docPr.get("descr")
        assert document.core_properties.title == pack.title
        assert 'w:val="en-GB"' in document.styles["Normal"].element.xml

    def test_it_wears_a_councils_own_template_without_its_words(self, programme):
        own = docx.Document()
        own.add_paragraph("Our old words")
        own.sections[0].header.paragraphs[0].text = "Example council"
        own.styles["Heading 1"].font.name = "Council Sans"
        out = io.BytesIO()
        own.save(out)
        actions.keep_template(programme.partnership, by=None, name="council.docx", body=out.getvalue())
        document = docx.Document(io.BytesIO(word.write(pack_about(programme))))
        assert document.sections[0].header.paragraphs[0].text == "Example council"
        assert document.styles["Heading 1"].font.name == "Council Sans"
        assert "Our old words" not in "".join(one.text for one in document.paragraphs)


def relations(kind, target, mode="External"):
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}" '
        f'TargetMode="{mode}"/></Relationships>'
    )


def paragraph(inside):
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<w:document xmlns:w="{space}"><w:body><w:p>{inside}</w:p></w:body></w:document>'


SETTINGS = "word/_rels/settings.xml.rels"
HOSTILE = {
    "another kind of file": a_word_document(without="word/document.xml"),
    "no zip at all": b"PK\x03\x04 but no more",
    "macros": a_word_document(**{"word/vbaProject.bin": "x"}),
    "macros under another name": a_word_document(
        **{"[Content_Types].xml": '<Types><Override ContentType="application/vnd.ms-word.vbaProject"/></Types>'}
    ),
    "an object inside": a_word_document(**{"word/embeddings/oleObject1.xml": "<x/>"}),
    "a template from elsewhere": a_word_document(
        **{SETTINGS: relations("attachedTemplate", "https://example.org/x.dotm")}
    ),
    "a picture from elsewhere": a_word_document(**{SETTINGS: relations("image", "https://example.org/x.png")}),
    "a link to a file": a_word_document(**{SETTINGS: relations("hyperlink", "file:///etc/passwd")}),
    "a field that starts a program": a_word_document(
        **{
            "word/document.xml": paragraph(
                "<w:r><w:instrText>DD</w:instrText><w:instrText>EAUTO cmd</w:instrText></w:r>"
            )
        }
    ),
    "a field that fetches": a_word_document(
        **{"word/header1.xml": paragraph('<w:fldSimple w:instr="INCLUDEPICTURE &quot;http://example.org&quot;"/>')}
    ),
    "names that grow without end": a_word_document(
        **{"word/header1.xml": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'}
    ),
    "text that grows without end": a_word_document(**{"word/header1.xml": f"<x>{' ' * 21_000_000}</x>"}),
    "parts without end": a_word_document(**{f"word/header{number}.xml": "<x/>" for number in range(500)}),
    "broken text": a_word_document(**{"word/header1.xml": "<x>"}),
    "no styles": a_word_document(without="word/styles.xml", **{"word/document.xml": paragraph("")}),
}


class TestATemplate:
    @pytest.mark.parametrize("what", HOSTILE)
    def test_one_that_must_not_reach_a_board_is_refused(self, what):
        with pytest.raises(templates.NotATemplateError):
            templates.check(HOSTILE[what])

    def test_a_plain_one_is_taken_and_so_is_one_with_a_link_in_its_foot(self):
        templates.check(a_word_document())
        templates.check(a_word_document(**{SETTINGS: relations("hyperlink", "https://example.org/")}))


def test_slides_have_titles_one_chart_each_with_words_and_notes(pack):
    deck = pptx.Presentation(io.BytesIO(slides.write(pack)))
    assert all(slide.shapes.title.text for slide in deck.slides)
    [charted] = [slide for slide in deck.slides if any(shape.shape_type == 13 for shape in slide.shapes)]
    [picture] = [shape for shape in charted.shapes if shape.shape_type == 13]
    assert "The target is 50" in picture._element.xpath(".//p:cNvPr")[0].get("descr")
    assert "20" in charted.notes_slide.notes_text_frame.text
    assert charted.shapes.title.text == "Visits on Sundays: 20 now, up from 5"


class TestTheWorkbook:
    def test_it_has_a_cover_and_every_table(self, pack):
        book = openpyxl.load_workbook(io.BytesIO(workbook.write(pack)))
        assert book.sheetnames[0] == "Read first"
        assert {"Actions", "Key targets", "Figures", "Updates", "Outcomes", "By area"} <= set(book.sheetnames)
        assert book["Read first"]["A1"].value == pack.title
        assert "Open on Sundays" in [row[2].value for row in book["Actions"].iter_rows()]

    def test_nothing_that_was_typed_becomes_a_formula(self, programme):
        Commitment.objects.filter(title="Open on Sundays").update(title='=HYPERLINK("https://example.org")')
        book = openpyxl.load_workbook(io.BytesIO(workbook.write(pack_about(programme, did="=1+1"))))
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_the_calendar_has_each_meeting_under_a_mark_that_stays(programme):
    forum = ForumFactory(programme=programme, title="Residents' table")
    for month in (3, 9):
        Meeting.objects.create(forum=forum, on=LAST.replace(month=month, day=5))
    pack = pack_about(programme)
    marks = [[str(one["UID"]) for one in Calendar.from_ical(diary.write(pack)).walk("VEVENT")] for _twice in range(2)]
    assert len(set(marks[0])) == 2
    assert marks[0] == marks[1]


def test_a_pack_holds_only_what_everybody_may_see(programme):
    sealed_away(programme)
    public_but_not_by_group(programme)
    pack = pack_about(programme)
    book = openpyxl.load_workbook(io.BytesIO(workbook.write(pack)))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    text = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf.write(pack))).pages)
    for number in ("7731", "7,731", "9187", "over 60"):
        assert number not in " ".join(cells)
        assert number not in text


def test_what_no_document_can_hold_is_left_out_and_odd_letters_stay(programme):
    odd = "Doors\x0b & <b>bells</b> \ufffe مرحبا"
    Measure.objects.update(name=odd)
    Commitment.objects.update(title=odd)
    Programme.objects.update(title=odd)
    programme.refresh_from_db()
    pack = pack_about(programme, did=odd)
    assert "مرحبا" in "".join(one.text for one in docx.Document(io.BytesIO(word.write(pack))).paragraphs)
    assert pdf.write(pack).startswith(b"%PDF")
    assert slides.write(pack)
    assert workbook.write(pack)


def test_one_press_makes_five_files_from_the_programme_of_today(programme):
    [person, _board] = people_of(programme.partnership)
    job = actions.ask_for_pack(programme, by=person)
    do_all()
    job.refresh_from_db()
    assert job.trouble == ""
    assert [one.kind for one in job.files.all()] == ["pdf", "docx", "pptx", "xlsx", "ics"]


def test_without_pango_the_others_are_made_and_it_is_said(programme, monkeypatch):
    def missing(_pack):
        raise OSError("cannot load library 'libpango'")

    monkeypatch.setattr(pdf, "write", missing)
    [person, _board] = people_of(programme.partnership)
    job = actions.ask_for_pack(programme, by=person)
    do_all()
    told = job.files.get(kind="pdf")
    assert (told.name, told.about) == ("", "The PDF could not be made: Pango is missing on this server.")
    assert job.files.exclude(name="").count() == 4


@pytest.mark.soak
@pytest.mark.parametrize("writer", [word, slides, workbook])
def test_an_office_opens_it_and_finds_the_words(pack, tmp_path, writer):
    """In LibreOffice, which turns it into a PDF."""
    kind = {word: "docx", slides: "pptx", workbook: "xlsx"}[writer]
    (tmp_path / f"pack.{kind}").write_bytes(writer.write(pack))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / f"pack.{kind}"], check=True, timeout=300)
    text = " ".join(one.extract_text() for one in pypdf.PdfReader(tmp_path / "pack.pdf").pages)
    assert pack.title in " ".join(text.split())
