"""
A keyed hash of the input, so that the ledger can tell whether two releases came from the same file.

A plain hash would let somebody try out files until one fits. The key is never in the ledger.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from equity.problem import Problem

VARIABLE = "EQUITY_LEDGER_KEY"
TRIES, PAUSE = 20, 0.1


def key_for(ledger: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """From the environment, or from a file beside the ledger that only its owner can read, made on first use."""
    if environment.get(VARIABLE):
        return environment[VARIABLE].encode()
    path = ledger.with_name(f"{ledger.name}.key")
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return key_in(path)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()


def key_in(path: Path) -> bytes:
    """Somebody else may have begun the file this very moment, and not yet written the key into it."""
    for _ in range(TRIES):
        if key := path.read_bytes():
            return key
        time.sleep(PAUSE)
    raise Problem(
        f"{path.name} is empty, so inputs cannot be told apart. Put the key back, or delete it for a new one."
    )


def keyed_hash(path: Path, key: bytes) -> str:
    found = hmac.new(key, digestmod=hashlib.sha256)
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()
