"""The end of the chain, noted outside the database: a file that is only ever added to."""

import os

from django.conf import settings


def drop(sequence, seal):
    """One small write in append mode, which the system does not mix with another process's."""
    file = os.open(settings.AUDIT_ANCHOR, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{sequence} {seal}\n".encode())
    finally:
        os.close(file)


def lines():
    """Yield (line number, text) of the anchor file, or nothing where there is none yet."""
    if settings.AUDIT_ANCHOR.exists():
        with settings.AUDIT_ANCHOR.open(encoding="utf-8", errors="replace") as file:
            yield from enumerate((line.rstrip("\n") for line in file), 1)
