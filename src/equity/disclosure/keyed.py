"""
A keyed hash of the input, so that the ledger can tell whether two releases came from the same file.

A plain hash would let somebody try out files until one fits. The key is never in the ledger.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "EQUITY_LEDGER_KEY"


def key_for(ledger: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """From the environment, or from a file beside the ledger that only its owner can read, made on first use."""
    if environment.get(VARIABLE):
        return environment[VARIABLE].encode()
    path = ledger.with_name(f"{ledger.name}.key")
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()


def keyed_hash(path: Path, key: bytes) -> str:
    found = hmac.new(key, digestmod=hashlib.sha256)
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()
