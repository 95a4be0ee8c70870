"""What one person works on: their file, what its columns mean, how good it is, and the counts. All of it in memory."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path, PurePath

from equity.backends.duckdb_engine import connect, quoted
from equity.problem import Problem
from equity.reading.checking import Quality, check
from equity.reading.files import OpenFile, open_file
from equity.reading.mapping import FileMapping, Guesses, checked, guess, values_of
from equity.submission.counting import submission_of, what_can_be_sent
from equity.submission.document import STAGES, Submission

try:
    import fcntl
except ImportError:  # Windows, where a folder is swept by its owner alone.
    fcntl = None  # type: ignore[assignment]

START, LOCK = "equity-local-", "in-use"
KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods")
UNUSED = ""
# A folder takes 255 bytes, and a letter can be four.
LONGEST_NAME = 60


class Wanting(Problem):
    """What is still to be chosen on a page."""


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that nobody else can open, gone at the end. What a killed one left behind goes first.

    Whatever the engine writes for a moment while it reads, it writes there.
    """
    sweep()
    folder, before = Path(tempfile.mkdtemp(prefix=START)), tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        with (folder / LOCK).open("w") as lock:
            if fcntl:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Remove the folders of those that were stopped before they could: their lock is nobody's."""
    if fcntl is None:
        return
    for lock in Path(tempfile.gettempdir()).glob(f"{START}*/{LOCK}"):
        # Another one may sweep its own folder at this very moment.
        with suppress(FileNotFoundError):
            if lock.lstat().st_uid == os.getuid() and is_nobodys(lock):
                shutil.rmtree(lock.parent, ignore_errors=True)


def is_nobodys(lock: Path) -> bool:
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@dataclass
class Desk:
    folder: Path
    file: OpenFile | None = None
    guessed: FileMapping | None = None
    mapping: FileMapping | None = None
    period: str = ""
    count: str = "events"
    quality: Quality | None = None
    submission: Submission | None = None
    chosen: dict[str, str] = field(default_factory=dict)

    def forget(self) -> None:
        if self.file:
            self.file.connection.close()
        self.file = self.guessed = self.mapping = self.quality = self.submission = None
        self.period, self.count, self.chosen = "", "events", {}

    def take(self, name: str, content: bytes) -> None:
        """Read a file into memory. Its copy on disk is gone before the page answers."""
        plain = PurePath(name.replace("\\", "/").replace("\0", "")).name[-LONGEST_NAME:]
        if not plain or not content:
            raise Wanting("Choose a file first." if not plain else "This file is empty.")
        if PurePath(plain).suffix.lower() not in KINDS:
            raise Wanting("Choose a file that ends in .csv, .xlsx or .ods.")
        self.forget()
        inside = self.folder / "file"
        inside.mkdir(mode=0o700, exist_ok=True)
        connection = connect()
        connection.execute(f"set temp_directory = {quoted(self.folder)}")
        try:
            (inside / plain).write_bytes(content)
            self.file = open_file(inside / plain, connection=connection)
        finally:
            shutil.rmtree(inside)
        self.guessed = guess(self.file)
        self.count, self.chosen = self.guessed.count, meanings(self.guessed)

    def choose(self, chosen: Mapping[str, str], count: str, period: str) -> None:
        """Say what each column is, then check and count, as equity submit does."""
        assert self.file
        self.chosen, self.period = {column: chosen.get(column, UNUSED) for column in self.file.columns}, period.strip()
        self.quality, self.submission, self.count = None, None, count
        self.mapping = what_can_be_sent(self.meant(count), self.period)
        self.quality = check(self.file, self.mapping)
        self.submission = submission_of(self.file, self.mapping, self.quality, period=self.period)

    def meant(self, count: str) -> FileMapping:
        assert self.file
        found = Guesses()
        for column, meaning in self.chosen.items():
            found.place(column, cache(partial(values_of, self.file, column)), meaning)
        if twice := [column for column in found.left_out if self.chosen[column]]:
            raise Wanting(f"Two columns are the same thing. Set one of them to “Not used”: {twice[0]}.")
        if not found.characteristics:
            raise Wanting("Say which column holds a group, such as ethnic group or age.")
        if "date" not in found.plain and not self.period:
            raise Wanting("Say which column holds the date, or write which time the file is about, such as 2025-26.")
        if count != "events" and "person" not in found.plain:
            raise Wanting("To count each person once, say which column tells one person from another.")
        if count == "first" and "date" not in found.plain:
            count = "persons"
        return checked(
            FileMapping(found.characteristics, found.stages, **found.plain, count=count)  # type: ignore[arg-type]
        )


def meanings(mapping: FileMapping) -> dict[str, str]:
    """What each column was taken for, as the page's choices name it."""
    found = {coded.column: f"{code}:{coded.set_code}" for code, coded in mapping.characteristics.items()}
    found |= {rule.column: f"stage:{stage}" for stage, rule in mapping.stages.items() if stage in STAGES}
    found |= {column: word for word, column in (("person", mapping.person), ("date", mapping.date)) if column}
    return found
