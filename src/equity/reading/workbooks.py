"""Is a workbook small enough to open? Asked before it is opened, because a few kilobytes can unpack into terabytes."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

MOST_UNPACKED = 1 << 30
MOST_SQUEEZED = 300
MOST_CELLS = 20_000_000
AT_ONCE = 1 << 20
CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
ROW, FILLED = "table-row", ("table-cell", "covered-table-cell")


def why_not(path: Path) -> str:
    """The reason not to open a workbook; nothing when it can be opened."""
    if not zipfile.is_zipfile(path):
        return "" if path.suffix.lower() == ".xls" else "this is not a workbook, though its name says so."
    with zipfile.ZipFile(path) as packed:
        size = sum(part.file_size for part in packed.infolist())
        squeezed = max(sum(part.compress_size for part in packed.infolist()), 1)
        if size > MOST_UNPACKED or (size > 50_000_000 and size / squeezed > MOST_SQUEEZED):
            return f"the workbook would unpack to {size / 1e6:,.0f} MB, which is not a table of people."
        cells = max((cells_of(packed, part) for part in packed.namelist()), default=0)
    if cells > MOST_CELLS:
        return f"a sheet spans {cells:,} cells. More than {MOST_CELLS:,} is not a table of people: save it as CSV."
    return ""


def cells_of(packed: zipfile.ZipFile, part: str) -> int:
    """How many cells lie between the corners of a sheet, filled or not, because a reader makes room for them all."""
    if part.startswith("xl/worksheets/") and part.endswith(".xml"):
        return excel_cells(packed, part)
    return open_document_cells(packed, part) if part == "content.xml" else 0


def excel_cells(packed: zipfile.ZipFile, part: str) -> int:
    letters, rows = {b""}, 0
    for text in pieces(packed, part):
        found = CELL.findall(text)
        letters |= {column for column, _ in found}
        rows = max(rows, max((int(row) for _, row in found), default=0))
    return rows * max(map(column_number, letters))


def pieces(packed: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The text in pieces that overlap, so that no cell's mark is cut in two."""
    with packed.open(part) as text:
        tail = b""
        while piece := text.read(AT_ONCE):
            yield tail + piece
            tail = piece[-32:]


def column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def open_document_cells(packed: zipfile.ZipFile, part: str) -> int:
    """Rows up to the last one with something in it, times the widest; a cell or row may say that it is repeated."""
    rows = filled_rows = widest = 0
    with packed.open(part) as text:
        for _, element in ElementTree.iterparse(text):  # noqa: S314 - expat itself refuses entities that multiply
            if local(element.tag) == ROW:
                rows += times(element, "number-rows-repeated")
                width = filled_width(element)
                filled_rows, widest = (rows, max(widest, width)) if width else (filled_rows, widest)
                element.clear()
    return filled_rows * widest


def filled_width(row: ElementTree.Element) -> int:
    place = width = 0
    for cell in row:
        place += times(cell, "number-columns-repeated")
        if local(cell.tag) in FILLED and len(cell):
            width = place
    return width


def times(element: ElementTree.Element, name: str) -> int:
    return next((int(value) for key, value in element.attrib.items() if local(key) == name and value.isdigit()), 1)


def local(name: str) -> str:
    return name.rpartition("}")[2]
