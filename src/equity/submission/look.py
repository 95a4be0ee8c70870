"""Look at a file from outside, in a process of its own that may use little memory and little time.

`python -m equity.submission.look` reads the file from standard input and answers one line of JSON: the submission in
it, or a sentence. Nothing is written anywhere.
"""

import io
import json
import re
import sys
import zipfile
from collections.abc import Sequence
from typing import Any

from equity.problem import Problem
from equity.submission.document import Submission, read
from equity.submission.form import Content
from equity.submission.workbook import is_template, read_template

MOST_BYTES = 2_000_000
MEMORY, SECONDS = 300 << 20, 1
MOST_UNPACKED, MOST_SQUEEZED, MOST_PARTS = 12_000_000, 100, 120
MOST_COLUMNS = 500
# Words in a heading that only a list of people has.
OF_A_PERSON = re.compile(
    r"\b(nhs|(first|last|fore|sur|full|client|patient)[ _-]?name|name|dob|birth|post ?code|address|e-?mail|phone|"
    r"mobile|client|patient|person|service user|case|record|pseudo\w*|local id|id)\b"
)
PEOPLE = (
    "This looks like a list of people, so we did not keep it: nothing of it is stored here. "
    "Only counts may leave your machine. Run equity submit on this file, there, and send us what it writes; "
    "or type how many people of each group there were."
)
UNKNOWN_TABLE = (
    "This is a table that we cannot use as it is, and we did not keep it. If it holds counts by group, paste them on "
    "the page for typing, or fill in the template. If it holds people, run equity submit on your own machine."
)
NOT_OURS = "We cannot use this file, and we did not keep it. Send what equity submit wrote, or our filled-in template."
TOO_LARGE = (
    "This file is larger than 2 MB, and counts by group never are. We did not keep it. If it is a list of people, run "
    "equity submit on your own machine and send what that writes."
)


class Refused(Problem):
    """A file that may not come in, and the way to do it right."""


def look(content: bytes) -> Submission:
    """What is in a file: a submission, or `Refused` (or what is wrong with it)."""
    if not content:
        raise Refused("The file is empty.")
    if len(content) > MOST_BYTES:
        raise Refused(TOO_LARGE)
    if content.startswith(b"PK"):
        return look_into_workbook(content)
    text = text_of(content)
    if text.lstrip("\ufeff \r\n\t").startswith("{"):
        return read(text.lstrip("\ufeff"), "The file")
    raise Refused(judged(*first_lines(text)))


def text_of(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text or any(ord(letter) < 9 for letter in text[:2000]):
        raise Refused(NOT_OURS)
    return text


def first_lines(text: str) -> tuple[list[str], int]:
    """The cells of the first line, and how many lines there are."""
    lines = [line for line in text.splitlines() if line.strip()]
    first = lines[0][:100_000] if lines else ""
    mark = max(("\t", ";", ",", "|"), key=first.count)
    return [cell.strip().strip('"') for cell in first.split(mark)], len(lines)


def judged(headings: Sequence[str], lines: int) -> str:
    """Which sentence a table deserves that is none of ours."""
    if len(headings) > MOST_COLUMNS or len(headings) < 2:
        return NOT_OURS
    plain = [re.sub(r"[_\W]+", " ", heading.casefold()).strip() for heading in headings]
    if any(OF_A_PERSON.search(heading) for heading in plain) or lines > 200:
        return PEOPLE
    return UNKNOWN_TABLE


def look_into_workbook(content: bytes) -> Submission:
    """After looking at the packing list: nothing is unpacked that would grow without end."""
    check_packing(content)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {name: rows_in(book, name) for name in book.sheet_names[:30]}
    except (CalamineError, ValueError, OSError, KeyError):
        raise Refused(NOT_OURS) from None
    if is_template(sheets):
        return read_template(sheets)
    rows = next((rows for rows in sheets.values() if rows), [])
    headings = next((row for row in rows if any(str(cell).strip() for cell in row)), [])
    raise Refused(judged([str(cell) for cell in headings], len(rows)))


def check_packing(content: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused(NOT_OURS) from None
    size, packed = sum(part.file_size for part in parts), max(sum(part.compress_size for part in parts), 1)
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or size > MOST_UNPACKED or size / packed > MOST_SQUEEZED:
        raise Refused(NOT_OURS)
    if any("vbaProject" in name or name.endswith((".zip", ".exe", ".bin.zip")) for name in names):
        raise Refused("This workbook holds macros or other files. Save it as .xlsx without them, and send it again.")
    if "xl/workbook.xml" not in names and "content.xml" not in names:
        raise Refused(NOT_OURS)


def rows_in(book: Any, name: str) -> list[list[Any]]:
    sheet = book.get_sheet_by_name(name)
    if sheet.width * sheet.height > 400_000:
        raise Refused(PEOPLE if sheet.height > sheet.width else NOT_OURS)
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    return rows


def limit() -> None:
    """From here on: little memory, little time, no file to write."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    limit()
    try:
        answer: dict[str, Content | str] = {"submission": look(sys.stdin.buffer.read(MOST_BYTES + 1)).content()}
    except Problem as problem:
        answer = {"problem": str(problem)}
    except (MemoryError, RecursionError):
        answer = {"problem": NOT_OURS}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
