"""The pack as slides: how it stands, then one chart each, with its words for those who cannot see it and as notes."""

import io

from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Cm, Pt

from hub.stocktakes.packs import drawing
from hub.stocktakes.templatetags.stocktakes import day

TITLE, TITLE_ONLY = 0, 5  # Places in the plain template's list of layouts.
LANGUAGE = "en-GB"


def write(pack):
    deck = Presentation()
    deck.slide_width, deck.slide_height = Cm(33.867), Cm(19.05)
    about = deck.core_properties
    about.title, about.author, about.language = pack.title, pack.partnership, LANGUAGE
    _opening(deck, pack)
    _standing(deck, pack)
    for area, one in pack.charts:
        _chart(deck, pack, area, one)
    if pack.priorities:
        _priorities(deck, pack)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _opening(deck, pack):
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE])
    _say(slide.shapes.title, pack.title, pack.colour)
    record = pack.record
    told = {"first": day(record.starts_on), "last": day(record.ends_on)}
    lines = [pack.partnership, _("%(first)s to %(last)s") % told]
    if record.has_examples:
        lines.append(_("Example: the areas marked as examples are made up"))
    slide.placeholders[1].text = "\n".join(lines)
    for shape in (slide.shapes.title, slide.placeholders[1]):
        shape.left, shape.width = Cm(2), Cm(29.8)


def _standing(deck, pack):
    slide = _slide(deck, _("How its actions stand on %(day)s") % {"day": day(pack.record.as_of)}, pack.colour)
    rows = pack.record.counts
    frame = slide.shapes.add_table(len(rows) + 1, 2, Cm(2), Cm(4.5), Cm(20), Cm(1.2 * (len(rows) + 1)))
    frame.name = _("How its actions stand")
    _describe(frame, _("A table of how many actions stand where"))
    cells = [(_("How they stand"), _("How many")), *((words, str(number)) for _kind, words, number in rows)]
    for row, line in enumerate(cells):
        for column, words in enumerate(line):
            frame.table.cell(row, column).text = words


def _chart(deck, pack, area, one):
    slide = _slide(deck, f"{_begun(one.name)}: {one.finding}", pack.colour)
    image = io.BytesIO(drawing.as_png(one.picture, pack.colour))
    shape = slide.shapes.add_picture(image, Cm(2), Cm(4.3), width=Cm(28))
    shape.name = one.name
    _describe(shape, one.picture.alternative)
    notes = [area.title, *(f"{day(point.on)}: {point.text} {point.of} {point.range}".strip() for point in one.points)]
    slide.notes_slide.notes_text_frame.text = "\n".join([*notes, *one.picture.caveats])


def _priorities(deck, pack):
    slide = _slide(deck, _("What comes first next year"), pack.colour)
    box = slide.shapes.add_textbox(Cm(2), Cm(4.5), Cm(29.8), Cm(12)).text_frame
    box.word_wrap = True
    for number, words in enumerate(pack.priorities, start=1):
        paragraph = box.paragraphs[0] if number == 1 else box.add_paragraph()
        paragraph.text, paragraph.font.size = f"{number}. {words}", Pt(22)


def _slide(deck, title, colour):
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = Cm(2), Cm(0.8), Cm(29.8), Cm(3.2)
    _say(shape, title, colour)
    return slide


def _say(shape, words, colour):
    shape.text_frame.text = words
    font = shape.text_frame.paragraphs[0].font
    font.size, font.bold, font.color.rgb = Pt(28), True, RGBColor.from_string(colour.lstrip("#").upper())


def _describe(shape, words):
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def _begun(words):
    return words[:1].upper() + words[1:]
