"""A workbook: a cover that can be read, then one sheet a table."""

import io
from dataclasses import asdict, dataclass

import xlsxwriter

from equity.model import Series, Table
from equity.report.document import Report, Result
from equity.report.tidy import safe_cell


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its head, width and style, and what it shows of a row."""

    head: str
    width: int
    style: str
    of: str


COLUMNS = (
    Column("Counted", 10, "whole", "x"),
    Column("Out of", 10, "whole", "n"),
    Column("Value", 9, "one", "value"),
    Column("Lower 95", 9, "one", "lower95"),
    Column("Upper 95", 9, "one", "upper95"),
    Column("Lower 99.8", 10, "one", "lower998"),
    Column("Upper 99.8", 10, "one", "upper998"),
    Column("Ratio", 8, "two", "ratio"),
    Column("Ratio lower 95", 13, "two", "ratio_lower95"),
    Column("Ratio upper 95", 13, "two", "ratio_upper95"),
    Column("Ratio lower 99.8", 14, "two", "ratio_lower998"),
    Column("Ratio upper 99.8", 14, "two", "ratio_upper998"),
    Column("Difference", 10, "one", "difference"),
    Column("Difference lower 95", 13, "one", "difference_lower95"),
    Column("Difference upper 95", 13, "one", "difference_upper95"),
    Column("Standardised", 12, "one", "standardised"),
    Column("Standardised lower 95", 13, "one", "standardised_lower95"),
    Column("Standardised upper 95", 13, "one", "standardised_upper95"),
    Column("Standardised lower 99.8", 14, "one", "standardised_lower998"),
    Column("Standardised upper 99.8", 14, "one", "standardised_upper998"),
    Column("Standardised ratio", 12, "two", "standardised_ratio"),
    Column("Standardised ratio lower 95", 14, "two", "standardised_ratio_lower95"),
    Column("Standardised ratio upper 95", 14, "two", "standardised_ratio_upper95"),
    Column("Standardised ratio lower 99.8", 14, "two", "standardised_ratio_lower998"),
    Column("Standardised ratio upper 99.8", 14, "two", "standardised_ratio_upper998"),
    Column("Standardised to", 24, "text", "standardised_to"),
    Column("p", 9, "p", "p"),
    Column("p adjusted", 10, "p", "p_adjusted"),
    Column("Beside the reference", 18, "text", "compared"),
    Column("Reference", 14, "text", "reference"),
    Column("Unknown group", 10, "whole", "n_unknown"),
    Column("Unknown, none here", 12, "one", "unknown_low"),
    Column("Unknown, all here", 12, "one", "unknown_high"),
    Column("Unknown shared out", 12, "one", "unknown_shared"),
    Column("Rounding, least", 11, "one", "rounding_low"),
    Column("Rounding, most", 11, "one", "rounding_high"),
    Column("Method", 30, "text", "method"),
    Column("Population", 30, "text", "population_source"),
    Column("Note", 50, "text", "reason"),
)


def as_workbook(report: Report) -> bytes:
    out = io.BytesIO()
    # Text is written as text: nothing a file holds can become a formula or a link.
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 18}),
        "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "whole": book.add_format({"num_format": "#,##0"}),
        "one": book.add_format({"num_format": "#,##0.0"}),
        "two": book.add_format({"num_format": "0.00"}),
        "p": book.add_format({"num_format": "0.0000"}),
    }
    cover(book, styles, report)
    for number, result in enumerate(report.results, start=1):
        sheet = book.add_worksheet(sheet_name(number, result.title))
        sheet.hide_gridlines(2)
        warn(sheet, report)
        if isinstance(result.of, Table):
            table_sheet(sheet, styles, result, result.of)
        else:
            series_sheet(sheet, styles, result, result.of)
    book.close()
    return out.getvalue()


def sheet_name(number: int, title: str) -> str:
    return f"{number} {''.join(mark for mark in title if mark not in '[]:*?/' + chr(92))}"[:31].rstrip("' ")


def cover(book: xlsxwriter.Workbook, styles: dict[str, object], report: Report) -> None:
    sheet = book.add_worksheet("Read first")
    sheet.hide_gridlines(2)
    warn(sheet, report)
    sheet.set_column(0, 0, 110)
    lines: list[tuple[str, str]] = [
        (report.title, "title"),
        (report.place, "bold"),
        (report.mark, "bold"),
        (report.about, "text"),
        ("", "text"),
        ("What matters most", "bold"),
    ]
    for finding in report.findings:
        lines += [(f"{finding.sentence} {finding.detail}", "text")]
    lines += [
        ("", "text"),
        ("Sheets", "bold"),
        *((f"{place}. {result.title}", "text") for place, result in enumerate(report.results, start=1)),
    ]
    lines += [("", "text"), ("Where the figures come from", "bold"), *((line, "text") for line in report.sources)]
    for place, (text, style) in enumerate(lines):
        sheet.write_string(place, 0, text, styles[style])


def warn(sheet: xlsxwriter.worksheet.Worksheet, report: Report) -> None:
    """On paper too, every page says that it must not leave."""
    if report.warning:
        sheet.set_header(f"&C&B{report.warning}")
        sheet.set_footer(f"&C&B{report.warning}")


def opening(sheet: xlsxwriter.worksheet.Worksheet, styles: dict[str, object], result: Result) -> int:
    sheet.write_string(0, 0, result.title, styles["title"])
    lines = [result.of.mark, result.sentence, *result.caveats, *result.sources]
    for place, line in enumerate(lines, start=1):
        sheet.write_string(place, 0, line)
    return len(lines) + 2


def table_sheet(sheet: xlsxwriter.worksheet.Worksheet, styles: dict[str, object], result: Result, table: Table) -> None:
    first = opening(sheet, styles, result)
    sheet.set_column(0, 0, 34)
    sheet.write_string(first, 0, "Group", styles["head"])
    for place, column in enumerate(COLUMNS, start=1):
        sheet.set_column(place, place, column.width)
        sheet.write_string(first, place, column.head, styles["head"])
    for line, row in enumerate(table.rows, start=first + 1):
        write(sheet, line, 0, f"{row.broad}: {row.label}" if row.broad else row.label, styles["text"])
        values = asdict(row)
        for place, column in enumerate(COLUMNS, start=1):
            write(sheet, line, place, values[column.of], styles[column.style])
    sheet.freeze_panes(first + 1, 1)


def write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object, style: object) -> None:
    if isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif value is not None:
        sheet.write_string(row, column, str(safe_cell(value)), style)


def series_sheet(
    sheet: xlsxwriter.worksheet.Worksheet, styles: dict[str, object], result: Result, series: Series
) -> None:
    first = opening(sheet, styles, result)
    sheet.set_column(0, 0, 34)
    for column, name in enumerate(("Group", "Period", "Value", "Lower 95", "Upper 95", "Counted", "Out of")):
        sheet.write_string(first, column, name, styles["head"])
    place = first + 1
    for line in series.lines:
        for point in line.points:
            for column, value in enumerate(
                (line.label, point.period, point.value, point.low, point.high, point.x, point.n)
            ):
                write(sheet, place, column, value, styles["two" if column in (2, 3, 4) else "text"])
            place += 1
