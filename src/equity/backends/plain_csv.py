"""Read a plain CSV file with NumPy: where its fields lie, and which of a column's different texts each of them is.

DuckDB says how the file is written, and later what each different text means: once a text, not once a row. A file is
plain when every line has as many fields as the first and quotation marks stand around whole fields only. Anything
else could be read in two ways: it is refused here, and DuckDB reads it all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from equity.backends.duckdb_engine import quoted
from equity.backends.store import DoesNotFit

Whole = NDArray[np.int64]
Words = NDArray[np.uint64]
BLOCK = 1 << 19
# Room behind a block for the words that begin in its last field.
PAD = 128
WORD = 8
MOST_WORDS = 8
MOST_TEXTS = 1 << 15
TRIES = 16
EMPTY_PLACES = 8
NEWLINE, RETURN, AFTER_RETURN, QUOTE = b'\n\r\x0e"'
LETTERS_OF_A_WORD = np.array([(1 << (8 * letters)) - 1 for letters in range(WORD + 1)], np.uint64)


class NotPlain(DoesNotFit):
    """The file, or a column of it, is left to DuckDB."""


@dataclass(frozen=True)
class Dialect:
    """How a file is written, as DuckDB found it; `options` let DuckDB read another file in the same way."""

    path: Path
    columns: dict[str, str]
    delimiter: int
    has_quotes: bool
    has_returns: bool
    options: str


def dialect_of(path: Path, connection: duckdb.DuckDBPyConnection) -> Dialect:
    """How DuckDB reads this file by itself."""
    found = connection.execute(f"from sniff_csv({quoted(path)})")
    names = [column[0] for column in found.description or ()]
    about = dict(zip(names, found.fetchall()[0], strict=True))
    plain = {"Quote": ('"', "(empty)"), "Escape": ('"', "(empty)"), "Comment": ("(empty)",), "SkipRows": (0,)}
    if not about["HasHeader"] or any(about[name] not in known for name, known in plain.items()):
        raise NotPlain
    if len(about["Delimiter"]) != 1 or not about["Delimiter"].isascii() or about["NewLineDelimiter"] not in NEW_LINES:
        raise NotPlain
    return Dialect(
        path,
        {column["name"]: column["type"] for column in about["Columns"]},
        ord(about["Delimiter"]),
        about["Quote"] == '"',
        about["NewLineDelimiter"] == "\\r\\n",
        options_of(about),
    )


NEW_LINES = ("\\n", "\\r\\n")


def options_of(about: dict[str, object]) -> str:
    given = {
        name: "" if about[column] in ("(empty)", None) else str(about[column])
        for name, column in (
            ("delim", "Delimiter"),
            ("quote", "Quote"),
            ("escape", "Escape"),
            ("dateformat", "DateFormat"),
            ("timestampformat", "TimestampFormat"),
        )
    }
    formats = ("dateformat", "timestampformat")
    listed = [f"{name}={quoted(text)}" for name, text in given.items() if text or name not in formats]
    return ", ".join(("auto_detect=false", "header=false", *listed))


@dataclass(frozen=True)
class Lines:
    """Some whole lines of a file: their letters, and where each field ends."""

    letters: NDArray[np.uint8]
    # A row for each column of the file.
    ends: Whole
    dialect: Dialect

    def field(self, place: int) -> tuple[Whole, Whole]:
        """Where one column's fields start, and how long they are."""
        starts = self.ends[place - 1] + 1 if place else np.concatenate([[0], self.ends[-1, :-1] + 1])
        lengths = self.ends[place] - starts
        if self.dialect.has_returns and place == len(self.ends) - 1:
            lengths -= 1
        return starts, lengths

    def quotes(self, place: int) -> int:
        """How many quotation marks stand around whole fields of one column."""
        starts, lengths = self.field(place)
        is_first = self.letters.take(starts) == QUOTE
        if not is_first.any():
            return 0
        is_last = self.letters.take(starts + lengths - 1, mode="clip") == QUOTE
        return 2 * int(np.count_nonzero(is_first & is_last & (lengths > 1)))

    def all_quotes(self) -> int:
        return int(np.count_nonzero(self.letters[: self.ends[-1, -1]] == QUOTE))

    def words(self, place: int, at_least: int) -> Words:
        """One column's fields as numbers of eight letters each: equal fields have equal numbers."""
        starts, lengths = self.field(place)
        count = max(at_least, -(-int(lengths.max()) // WORD))
        if count > MOST_WORDS:
            raise NotPlain
        anywhere = np.ndarray((len(self.letters) - WORD,), "<u8", self.letters.data, strides=(1,))
        found = np.empty((count, len(starts)), np.uint64)
        for word in found:
            np.bitwise_and(anywhere[starts], LETTERS_OF_A_WORD.take(lengths, mode="clip"), out=word)
            starts, lengths = starts + WORD, lengths - WORD
        return found


def lines_of(dialect: Dialect) -> Iterator[Lines]:
    """The file after its header, some lines at a time."""
    size = dialect.path.stat().st_size
    with dialect.path.open("rb", buffering=0) as file:
        file.seek(header_of(dialect))
        room, left = np.zeros(BLOCK + PAD, np.uint8), 0
        while got := file.readinto(room[left:BLOCK].data):
            end = left + got
            if file.tell() == size and room[end - 1] != NEWLINE:
                room[end] = NEWLINE
                end += 1
            lines = Lines(room, field_ends(room[:end], dialect), dialect)
            yield lines
            done = int(lines.ends[-1, -1]) + 1
            left = end - done
            room[:left] = room[done:end].copy()


def header_of(dialect: Dialect) -> int:
    """How long the line of names is."""
    with dialect.path.open("rb") as file:
        header = file.readline(BLOCK)
    if header.count(dialect.delimiter) != len(dialect.columns) - 1:
        raise NotPlain
    return len(header)


def field_ends(letters: NDArray[np.uint8], dialect: Dialect) -> Whole:
    """Where each field of each whole line ends, in their order."""
    width, newlines = len(dialect.columns), letters == NEWLINE
    lines = int(np.count_nonzero(newlines))
    newlines |= letters == dialect.delimiter
    ends = np.flatnonzero(newlines)[: lines * width]
    if not lines or len(ends) < lines * width:
        raise NotPlain
    ends = ends.reshape(lines, width).T.copy()
    if not (letters[ends[-1]] == NEWLINE).all() or has_stray_marks(letters[: ends[-1, -1]], ends[-1], dialect):
        raise NotPlain
    return ends


def has_stray_marks(letters: NDArray[np.uint8], last: Whole, dialect: Dialect) -> bool:
    """Is there a zero byte, or a return anywhere but before each line's end, where the file has them?"""
    returns = len(last) if dialect.has_returns else 0
    if dialect.has_returns and not (letters[last - 1] == RETURN).all():
        return True
    if np.count_nonzero(letters < AFTER_RETURN) == len(last) - 1 + returns:
        return False
    return bool((letters == 0).any() or np.count_nonzero(letters == RETURN) != returns)


class Texts:
    """The different texts of one column, numbered as they are met, and the number of each field's text."""

    def __init__(self) -> None:
        self.known = np.zeros((1, 0), np.uint64)
        self.layers: list[Layer] = []
        self.fields: list[NDArray[np.unsignedinteger]] = []

    def add(self, words: Words) -> None:
        """Keep the number of each of these fields."""
        self.fields.append(self.numbers(words).astype(np.min_scalar_type(self.known.shape[1])))

    def numbers(self, words: Words) -> NDArray[np.uint16]:
        if not self.layers or len(words) > len(self.known):
            self.learn(words)
        found = self.layers[0].numbers(words)
        wrong = self.wrong(found, words)
        for layer in self.layers[1:]:
            if not len(wrong):
                break
            found[wrong] = layer.numbers(words[:, wrong])
            wrong = wrong[self.wrong(found[wrong], words[:, wrong])]
        if len(wrong):
            self.learn(words[:, wrong])
            return self.numbers(words)
        return found

    def wrong(self, found: NDArray[np.uint16], words: Words) -> Whole:
        """Where a field does not have the text of the number that was found for it."""
        differs = self.known[0].take(found) != words[0]
        for known, word in zip(self.known[1:], words[1:], strict=True):
            differs |= known.take(found) != word
        return np.flatnonzero(differs)

    def learn(self, words: Words) -> None:
        """Number the texts that are new; those that are known keep their numbers."""
        before = np.pad(self.known, ((0, len(words) - len(self.known)), (0, 0)))
        together = np.concatenate([before, words], axis=1)
        first = np.unique(together, axis=1, return_index=True)[1]
        self.known = together[:, np.sort(first)]
        if self.known.shape[1] > MOST_TEXTS:
            raise NotPlain
        self.layers = layers_of(self.known)

    def spelled(self) -> list[bytes]:
        """Every text, by its number."""
        return [np.asarray(text, "<u8").tobytes().rstrip(b"\0") for text in self.known.T]

    def quotes(self) -> int:
        """How many quotation marks the fields have, all of them around whole fields."""
        texts = self.spelled()
        if any(text.count(b'"') not in (0, 2 * (text[:1] == text[-1:] == b'"' and len(text) > 1)) for text in texts):
            raise NotPlain
        times = sum(np.bincount(numbers, minlength=len(texts)) for numbers in self.fields)
        return int(np.dot(times, [text.count(b'"') for text in texts]))


@dataclass(frozen=True)
class Layer:
    """A table that gives most texts their number at once; the few that share a place are in the layer below."""

    multipliers: Words
    shift: np.uint64
    table: NDArray[np.uint16]

    def numbers(self, words: Words) -> NDArray[np.uint16]:
        return self.table.take(places_of(words, self.multipliers, self.shift))


def places_of(words: Words, multipliers: Words, shift: np.uint64) -> Whole:
    mixed = words[0] * multipliers[0]
    for word, multiplier in zip(words[1:], multipliers[1:], strict=True):
        mixed += word * multiplier
    mixed >>= shift
    places: Whole = mixed.view(np.int64)
    return places


def layers_of(known: Words) -> list[Layer]:
    random, left, layers = np.random.default_rng(0), np.arange(known.shape[1]), []
    while len(left):
        layer = max((layer_of(known, left, random) for _ in range(TRIES)), key=lambda one: np.count_nonzero(one.table))
        layers.append(layer)
        left = left[layer.numbers(known[:, left]) != left]
    return layers


def layer_of(known: Words, numbers: Whole, random: np.random.Generator) -> Layer:
    bits = max(len(numbers) * EMPTY_PLACES, 16).bit_length()
    multipliers = random.integers(1 << 63, size=len(known), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    layer = Layer(multipliers, np.uint64(64 - bits), np.zeros(1 << bits, np.uint16))
    layer.table[places_of(known[:, numbers], multipliers, layer.shift)] = numbers
    return layer


def read(dialect: Dialect, needed: Iterable[str]) -> dict[str, Texts]:
    """Every field of the columns that are needed, as the number of its text."""
    places = {name: place for place, name in enumerate(dialect.columns)}
    texts, quotes = {name: Texts() for name in needed}, 0
    others = [place for name, place in places.items() if name not in texts]
    for lines in lines_of(dialect):
        for name, column in texts.items():
            column.add(lines.words(places[name], len(column.known)))
        quotes += lines.all_quotes() - sum(map(lines.quotes, others))
        if quotes and not dialect.has_quotes:
            raise NotPlain
    if not all(column.fields for column in texts.values()):
        raise NotPlain
    if quotes != sum(column.quotes() for column in texts.values()):
        raise NotPlain
    return texts
