"""Seven words in a row, kept as hashes, so that copied sentences are found without keeping the sources here."""

import hashlib
import re
from pathlib import Path

WORDS_IN_A_ROW = 7
WORDS_BESIDE_A_NAME = 2
BYTES_EACH = 6
PLANTED = "Seven grey herons walked slowly over wet sand while the tide was far out"


def words(text):
    without_links = re.sub(r"https?://[^\s<>]+", " ", text.casefold())
    without_tags = re.sub(r"</?[a-z][^<>]*>|&[a-z]+;", " ", without_links)
    plain = re.sub(r"['’]", "", without_tags)
    return re.findall(r"[^\W_]+", plain)


def runs(found):
    return [tuple(found[i : i + WORDS_IN_A_ROW]) for i in range(len(found) - WORDS_IN_A_ROW + 1)]


def hashed(run):
    return hashlib.blake2b(" ".join(run).encode(), digest_size=BYTES_EACH).digest()


def read_hashes(path):
    data = Path(path).read_bytes()
    return {data[i : i + BYTES_EACH] for i in range(0, len(data), BYTES_EACH)}


def write_hashes(path, texts):
    hashes = {hashed(run) for text in texts for run in runs(words(text))}
    Path(path).write_bytes(b"".join(sorted(hashes)))
    return len(hashes)


def copied_runs(text, hashes, names=()):
    """The runs of words that a text shares with the sources, leaving out a name with a word or two beside it."""
    found = words(text)
    named = words_inside_names(found, names)
    return [
        " ".join(run)
        for start, run in enumerate(runs(found))
        if hashed(run) in hashes and named[start : start + WORDS_IN_A_ROW].count(False) > WORDS_BESIDE_A_NAME
    ]


def words_inside_names(found, names):
    named = [False] * len(found)
    for name in map(words, names):
        for start in range(len(found) - len(name) + 1):
            if found[start : start + len(name)] == name:
                named[start : start + len(name)] = [True] * len(name)
    return named
