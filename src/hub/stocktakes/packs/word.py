"""The pack as a Word document, in a council's own template where there is one."""

import io
from types import SimpleNamespace

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, RGBColor

from hub.stocktakes.packs import drawing
from hub.stocktakes.templatetags.stocktakes import day, heading_name, story_of

LANGUAGE = "en-GB"


def write(pack):
    book = Book(pack)
    book.front()
    for area in pack.record.areas:
        book.area(area)
    out = io.BytesIO()
    book.document.save(out)
    return out.getvalue()


def try_out(template):
    """Everything that a pack writes, once, so that a template in which that cannot be done is found out early."""
    book = Book(SimpleNamespace(template=template, title="Title", partnership="Partnership", colour="#000000"))
    for level in range(3):
        book.heading("Heading", level)
    for style in ("", "List Bullet", "List Number"):
        book.words("Words", style)
    book.table(["Head"], [["Cell"]])
    nothing = SimpleNamespace(ticks=[], goal_y="", lines=[], shown=[], alternative="Nothing")
    book.picture(SimpleNamespace(picture=nothing, name="Picture"))
    book.document.save(io.BytesIO())


class Book:
    def __init__(self, pack):
        self.pack = pack
        self.document = Document(io.BytesIO(pack.template) if pack.template else None)
        self.styles = {style.name for style in self.document.styles}
        if pack.template:
            _empty(self.document)
        else:
            _colour(self.document, pack.colour)
        _say_language(self.document)
        about = self.document.core_properties
        about.title, about.author, about.language = pack.title, pack.partnership, LANGUAGE

    def front(self):
        record = self.pack.record
        self.heading(self.pack.title, 0)
        self.words(self.pack.partnership)
        told = {"first": day(record.starts_on), "last": day(record.ends_on), "asof": day(record.as_of)}
        self.words(_("%(first)s to %(last)s, as the record stood on %(asof)s.") % told)
        if record.has_examples:
            self.words(_("Example. What it says was done in the areas that are marked as examples is made up."))
        self.words(record.summary)
        self.heading(_("How it stands"), 1)
        counts = [(words, str(number)) for _kind, words, number in record.counts]
        self.table([_("How they stand"), _("How many")], counts)
        self.story("whole")
        if self.pack.priorities:
            self.heading(_("What comes first next year"), 2)
            for words in self.pack.priorities:
                self.words(words, "List Number")
        for breakdown in record.breakdowns:
            self.heading(breakdown.title, 2)
            head = [breakdown.title, *(words for _kind, words in record.standings), _("All")]
            self.table(head, [[label, *map(str, numbers), str(all_)] for label, numbers, all_ in breakdown.rows])

    def area(self, area):
        self.heading(f"{area.title} ({_('example')})" if area.is_example else area.title, 1)
        self.words(area.summary)
        self.story(area)
        self.heading(_("Actions"), 2)
        self.table(
            [_("Action"), _("Who looks after it"), _("By when"), _("How it stands")],
            [
                [one.title, one.owner_role or _("Not stated"), day(one.due_on) or _("No date stated"),
                 f"{one.standing.words}. {one.standing.reason}"]
                for one in area.actions
            ],
        )  # fmt: skip
        self.heading(_("Key targets"), 2)
        goals = {one.pk: one.goals[0].words for one in area.measures if one.goals}
        reached = lambda target: ". ".join(goals[pk] for pk in target.measures if pk in goals)  # noqa: E731
        rows = [[one.title, reached(one), one.standing.words] for one in area.targets]
        self.table([_("Key target"), _("To reach"), _("How it stands")], rows)
        self.heading(_("Outcomes"), 2)
        for outcome in area.outcomes:
            self.words(f"{outcome.title}. {outcome.words}", "List Bullet")
        for one in area.measures:
            if one.picture:
                self.measure(one)
        self.news(area)

    def measure(self, one):
        self.heading(one.name.capitalize() if one.name.islower() else one.name, 2)
        self.words(one.finding)
        self.picture(one)
        for caveat in one.picture.caveats:
            self.words(caveat)
        head = [_("When"), _("What it shows"), _("How many"), _("Range (95%)")]
        self.table(head, [[day(point.on), point.text, point.of or "–", point.range or "–"] for point in one.points])

    def picture(self, one):
        image = io.BytesIO(drawing.as_png(one.picture, self.pack.colour))
        shape = self.document.add_picture(image, width=Cm(15))
        about = shape._inline.docPr
        about.set("descr", one.picture.alternative)
        about.set("title", one.name)

    def news(self, area):
        for action in area.actions:
            if action.updates:
                self.heading(action.title, 2)
            for update in reversed(action.updates):
                said = [f"{day(update.on)}, {update.stage}.", update.happened]
                said += [f"{_('What worked:')} {update.worked}"] if update.worked else []
                said += [f"{_('What was hard:')} {update.hard}"] if update.hard else []
                said += [f"{_('Next:')} {update.next}"] if update.next else []
                self.words(" ".join(said))

    def story(self, part):
        for heading, words in story_of(self.pack, part):
            self.heading(heading_name(heading), 2)
            for paragraph in words.split("\n"):
                self.words(paragraph)

    def heading(self, words, level):
        style = "Title" if level == 0 else f"Heading {level}"
        self.words(words, style)

    def words(self, words, style=""):
        if words.strip():
            self.document.add_paragraph(words, style=style if style in self.styles else None)

    def table(self, head, rows):
        table = self.document.add_table(rows=0, cols=len(head))
        if "Table Grid" in self.styles:
            table.style = "Table Grid"
        for number, row in enumerate([head, *rows]):
            cells = table.add_row().cells
            for cell, words in zip(cells, row, strict=True):
                cell.text = words
            if number == 0:
                _is_head(table.rows[0])
        self.document.add_paragraph()


def _empty(document):
    """Keep the template's styles, head, foot and paper; leave out what is written in it."""
    body = document.element.body
    for part in list(body):
        if part.tag != qn("w:sectPr"):
            body.remove(part)


def _colour(document, colour):
    for name in ("Title", "Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())


def _say_language(document):
    """So that a screen reader speaks it rightly."""
    properties = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGE)
    properties.append(language)


def _is_head(row):
    """A row that is read as the heads of its columns, and stands again on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
    for cell in row.cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
