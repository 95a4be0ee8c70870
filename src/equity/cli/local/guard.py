"""Who may speak to the page: this machine's browser, from this page, knowing its address. Nobody else gets a word."""

import hmac
from email.message import Message

OURS = ("127.0.0.1", "localhost")
# `none` is somebody who typed the address or followed a link outside the browser.
FROM_HERE = ("same-origin", "none")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # The origin has to travel with our own forms; the address never leaves for another site.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # The browser keeps no copy on disk either.
    "Cache-Control": "no-store",
}


def may_speak(headers: Message, port: int, *, writes: bool) -> bool:
    """False for a name that another site points at this machine, and for a form that stands on another site."""
    hosts = [f"{name}:{port}" for name in OURS]
    host, origin, fetched_from = (headers.get(name) for name in ("Host", "Origin", "Sec-Fetch-Site"))
    if host not in hosts:
        return False
    if origin is not None and origin != f"http://{host}":
        return False
    if writes and (origin is None or fetched_from not in (None, "same-origin")):
        return False
    return fetched_from is None or fetched_from in FROM_HERE


def knows(path: str, secret: str) -> bool:
    said = path.split("/")[1] if path.startswith("/") else ""
    return hmac.compare_digest(said.encode(), secret.encode())
