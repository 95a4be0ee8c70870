"""A line that says what is happening, on anything longer than a second, and only to a person at a terminal."""
# ruff: noqa: T201 - a command speaks by printing

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType


class Progress:
    """Says what is being done; with `percent`, also how much of it is done, as far as that is known."""

    def __init__(self) -> None:
        self.words, self.started, self.over = "", time.monotonic(), threading.Event()
        self.percent: Callable[[], float] | None = None
        self.watcher = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            self.watcher.start()
        return self

    def say(self, words: str, percent: Callable[[], float] | None = None) -> None:
        self.words, self.percent = words, percent

    def watch(self) -> None:
        while not self.over.wait(0.5):
            seconds = time.monotonic() - self.started
            if seconds >= 1:
                print(f"\r{self.line(seconds):<76}", end="", file=sys.stderr, flush=True)

    def line(self, seconds: float) -> str:
        """After the first second, a bar: of what is done where that is known, else of the seconds."""
        done = self.percent() if self.percent else -1
        bar = f"{'█' * int(done / 2):<50} {done:3.0f}%" if done > 0 else "·" * min(int(seconds * 2), 50)
        return f"{self.words:<9} {bar} {seconds:.0f} s"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        if self.watcher.is_alive():
            self.watcher.join()
            print("\r" + " " * 76 + "\r", end="", file=sys.stderr, flush=True)
