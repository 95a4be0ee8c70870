"""Write a report's files: all of them, or none."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from equity.problem import Problem
from equity.report.document import Report

FORMATS = ("html", "json", "csv", "xlsx", "svg", "png")


class CannotWrite(Problem):
    """A format that cannot be written here, said plainly."""


def write(
    report: Report,
    folder: Path | str,
    *,
    formats: Iterable[str] = ("html", "json", "csv", "xlsx", "svg"),
    name: str = "report",
    then: Callable[[list[Path]], None] = lambda _files: None,
) -> list[Path]:
    """
    Write into a folder beside, then move: an interruption leaves nothing half-written, and never part of a set.

    Ctrl-C goes unheard from the first move until `then` has been done with what is there.
    """
    formats = tuple(formats)
    if unknown := set(formats) - set(FORMATS):
        raise CannotWrite(f"There is no format {sorted(unknown)[0]!r}. Formats: {', '.join(FORMATS)}.")
    folder = Path(folder)
    is_new = not folder.exists()
    near = folder.parent if is_new else folder
    near.mkdir(parents=True, exist_ok=True)
    away = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=near))
    beside = away / "report"
    try:
        made = [path.relative_to(beside) for kind in formats for path in WRITERS[kind](report, beside, name)]
        files = [folder / path for path in made]
        with unheard():
            if is_new:
                beside.rename(folder)
            else:
                move_all(made, beside, folder)
            then(files)
    finally:
        shutil.rmtree(away, ignore_errors=True)
    return files


def move_all(made: Iterable[Path], beside: Path, folder: Path) -> None:
    """Each file over the one before it."""
    for path in made:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        os.replace(beside / path, folder / path)


@contextmanager
def unheard() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def saved(path: Path, content: str | bytes) -> list[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return [path]


def write_html(report: Report, folder: Path, name: str) -> list[Path]:
    from equity.report import html

    return saved(folder / f"{name}.html", html.write(report))


def write_json(report: Report, folder: Path, name: str) -> list[Path]:
    from equity.report import tidy

    return saved(folder / f"{name}.json", tidy.as_json(report))


def write_csv(report: Report, folder: Path, name: str) -> list[Path]:
    from equity.report import tidy

    return saved(folder / f"{name}.csv", tidy.as_csv(report))


def write_xlsx(report: Report, folder: Path, name: str) -> list[Path]:
    from equity.report import excel

    return saved(folder / f"{name}.xlsx", excel.as_workbook(report))


def chart_name(place: int, title: str) -> str:
    plain = "".join(mark if mark.isalnum() else "-" for mark in title.lower())
    return f"{place:02d}-{'-'.join(part for part in plain.split('-') if part)}"[:70]


def write_svg(report: Report, folder: Path, name: str) -> list[Path]:
    return [
        path
        for place, result in enumerate(report.results, start=1)
        for path in saved(folder / f"{name}-charts" / f"{chart_name(place, result.title)}.svg", result.chart())
    ]


def write_png(report: Report, folder: Path, name: str) -> list[Path]:
    try:
        import resvg_py
    except ImportError:
        raise CannotWrite(
            "PNG pictures need the [png] extra: pip install 'progressing-equality[png]'. SVG works without it."
        ) from None
    return [
        path
        for place, result in enumerate(report.results, start=1)
        for path in saved(
            folder / f"{name}-charts" / f"{chart_name(place, result.title)}.png",
            bytes(resvg_py.svg_to_bytes(svg_string=result.chart(), zoom=2)),
        )
    ]


WRITERS: dict[str, Callable[[Report, Path, str], list[Path]]] = {
    "html": write_html,
    "json": write_json,
    "csv": write_csv,
    "xlsx": write_xlsx,
    "svg": write_svg,
    "png": write_png,
}
