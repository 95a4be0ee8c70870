"""The pack as a workbook: a cover that can be read, then one sheet a table."""

import io

import xlsxwriter
from django.utils.translation import gettext as _

from hub.stocktakes.freezing import tables_of
from hub.stocktakes.templatetags.stocktakes import day, table_name

WIDE, NARROW = 40, 16
LONG = 24  # A column that holds words of this length, or longer, is wide.


def write(pack):
    out = io.BytesIO()
    # Text is written as text: nothing that anybody typed can become a formula or a link.
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": pack.title, "author": pack.partnership})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 18, "font_color": pack.colour}),
        "head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    sheets = sheets_of(pack)
    _cover(book, styles, pack, sheets)
    for title, (head, rows) in sheets.items():
        _sheet(book, styles, title, head, rows)
    book.close()
    return out.getvalue()


def sheets_of(pack):
    tables = {str(table_name(name)): table for name, table in tables_of(pack.record, pack.story).items()}
    outcomes = [[area.title, one.title, one.words, one.source] for area in pack.record.areas for one in area.outcomes]
    tables[_("Outcomes")] = ([_("Area"), _("Outcome"), _("In words"), _("Source")], outcomes)
    for breakdown in pack.record.breakdowns:
        head = [breakdown.title, *(words for _kind, words in pack.record.standings), _("All")]
        tables[breakdown.title] = (head, [[label, *numbers, every] for label, numbers, every in breakdown.rows])
    forums = [[one.title, one.rhythm, one.finding, ", ".join(one.meetings)] for one in pack.record.forums]
    tables[_("Forums")] = ([_("Forum"), _("How often"), _("Kept?"), _("Met on")], forums)
    return tables


def _cover(book, styles, pack, sheets):
    sheet = book.add_worksheet(_("Read first"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100)
    record = pack.record
    told = {"first": day(record.starts_on), "last": day(record.ends_on), "asof": day(record.as_of)}
    lines = [
        pack.partnership,
        _("%(first)s to %(last)s, as the record stood on %(asof)s.") % told,
        _("Only what everybody may see is in it. Nobody's name is in it, only roles."),
        *([_("Example: the areas marked as examples are made up.")] if record.has_examples else []),
        "",
        _("Sheets"),
        *(f"{number}. {title}" for number, title in enumerate(sheets, start=1)),
    ]
    sheet.write_string(0, 0, pack.title, styles["title"])
    for place, line in enumerate(lines, start=1):
        sheet.write_string(place, 0, line, styles["text"])


def _sheet(book, styles, title, head, rows):
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 1)
    for column, words in enumerate(head):
        sheet.write_string(0, column, words, styles["head"])
        longest = max((len(str(row[column])) for row in rows), default=0)
        sheet.set_column(column, column, WIDE if longest >= LONG else NARROW)
    for place, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, place, column, cell, styles["text"])


def _write(sheet, row, column, cell, style):
    if isinstance(cell, bool):
        sheet.write_string(row, column, _("yes") if cell else _("no"), style)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, style)
    else:
        sheet.write_string(row, column, str(cell), style)
