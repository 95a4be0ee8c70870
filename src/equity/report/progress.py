"""A line that says what is happening, on anything longer than a second, and only to a person at a terminal."""
# ruff: noqa: T201 - a command speaks by printing

import sys
import threading
import time
from types import TracebackType


class Progress:
    def __init__(self) -> None:
        self.words, self.started, self.over = "", time.monotonic(), threading.Event()
        self.watcher = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            self.watcher.start()
        return self

    def say(self, words: str) -> None:
        self.words = words

    def watch(self) -> None:
        """After the first second, a bar that moves with the seconds."""
        while not self.over.wait(0.5):
            seconds = time.monotonic() - self.started
            if seconds >= 1:
                print(
                    f"\r{self.words:<12}{'·' * min(int(seconds * 2), 50)} {seconds:.0f} s",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        if self.watcher.is_alive():
            self.watcher.join()
            print("\r" + " " * 76 + "\r", end="", file=sys.stderr, flush=True)
