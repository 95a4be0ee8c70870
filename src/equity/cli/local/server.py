"""The page's own small server, on this machine's inner address alone. It writes no log and keeps nothing."""

import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from equity.cli.local import guard, pages
from equity.cli.local.desk import Desk
from equity.cli.local.form import MOST_BYTES, NotAForm, fields_of, parts_of
from equity.problem import Problem

HOST, PATIENCE, LAST_MOMENT = "127.0.0.1", 30, 0.7


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, desk: Desk) -> None:
        super().__init__((HOST, 0), Handler)
        self.desk, self.secret = desk, secrets.token_urlsafe(24)
        self.links: set[str] = set()
        # One thing at a time: there is one person at the desk.
        self.turn = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/{self.secret}/"

    def link_for_once(self) -> str:
        """For a browser's command line, which all of this machine can read: it leads here once, then nowhere."""
        link = secrets.token_urlsafe(24)
        self.links.add(link)
        return f"http://{HOST}:{self.server_port}/{link}/"

    def is_used_up(self, path: str) -> bool:
        """Whether this path is no link that still works. If it is one, it is one no more."""
        used = {link for link in self.links if guard.knows(path, link)}
        self.links -= used
        return not used

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away says nothing about us; the traceback would show values of the file."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "equity", ""
    timeout = PATIENCE

    def do_GET(self) -> None:
        steps: dict[str, Callable[[], None]] = {
            "": self.show_start,
            "columns": self.show_columns,
            "counts": self.show_counts,
            "submission.json": self.hand_over,
            "style.css": self.show_style,
        }
        self.answer(steps, writes=False)

    def do_POST(self) -> None:
        steps: dict[str, Callable[[], None]] = {"file": self.take, "columns": self.choose, "stop": self.stop}
        self.answer(steps, writes=True)

    def answer(self, steps: dict[str, Callable[[], None]], *, writes: bool) -> None:
        if not guard.may_speak(self.headers, self.server.server_port, writes=writes):
            self.send(403, "This page answers only to itself.", kind="text/plain")
            return
        if not writes and not self.server.is_used_up(self.path):
            self.go("")
            return
        step = steps.get("/".join(self.path.split("?")[0].split("/")[2:]))
        if step is None or not guard.knows(self.path, self.server.secret):
            self.send(404, "There is nothing here.", kind="text/plain")
            return
        # What is sent slowly is waited for before anybody's turn, so that nobody else waits.
        if writes and not self.read_body():
            return
        with self.server.turn:
            step()

    def show_start(self) -> None:
        self.send(200, pages.start())

    def show_style(self) -> None:
        self.send(200, files(__package__).joinpath("style.css").read_text(encoding="utf-8"), kind="text/css")

    def show_columns(self) -> None:
        self.send(200, pages.columns(self.server.desk)) if self.server.desk.file else self.go("")

    def show_counts(self) -> None:
        desk = self.server.desk
        self.send(200, pages.counts(desk)) if desk.submission else self.go("columns" if desk.file else "")

    def hand_over(self) -> None:
        found = self.server.desk.submission
        if found is None:
            self.go("")
            return
        saved = {"Content-Disposition": 'attachment; filename="submission.json"'}
        self.send(200, found.text(), kind="application/json", also=saved)

    def take(self) -> None:
        try:
            file = parts_of(self.headers.get("Content-Type", ""), self.body)["file"]
            self.server.desk.take(file.file, file.content)
        except (NotAForm, KeyError):
            self.send(400, pages.start("Choose a file first."))
        except Problem as problem:
            self.send(400, pages.start(str(problem)))
        else:
            self.go("columns")

    def choose(self) -> None:
        desk = self.server.desk
        if desk.file is None:
            self.go("")
            return
        try:
            said = fields_of(self.headers.get("Content-Type", ""), self.body)
            chosen = {column: said.get(f"column-{place}", "") for place, column in enumerate(desk.file.columns)}
            desk.choose(pages.only_known(chosen), said.get("count", "events"), said.get("period", ""))
        except NotAForm:
            self.go("columns")
        except Problem as problem:
            self.send(400, pages.columns(desk, str(problem)))
        else:
            self.go("counts")

    def stop(self) -> None:
        self.server.desk.forget()
        self.send(200, pages.stopped())
        # A moment later, so that the browser still gets the last page's style.
        threading.Timer(LAST_MOMENT, self.server.shutdown).start()

    def read_body(self) -> bool:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            # What it still has to say is not read, so nothing more can be said on this line.
            self.close_connection = True
            self.send(413, pages.start("This file is larger than 300 MB. Use equity submit for it."))
            return False
        self.body = self.rfile.read(int(length))
        return len(self.body) == int(length)

    def go(self, step: str) -> None:
        self.send(303, "", also={"Location": f"/{self.server.secret}/{step}"})

    def send(self, code: int, text: str, *, kind: str = "text/html", also: dict[str, str] | None = None) -> None:
        body = text.encode()
        self.send_response(code)
        headers = {"Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(body))}
        for name, value in (headers | guard.HEADERS | (also or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Nothing: the address is a secret and the rest is nobody's business."""
