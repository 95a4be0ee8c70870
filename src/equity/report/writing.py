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
    """Write into a folder beside, then swap: a folder holds the report before or this one, never some of each.

    Other files in the folder stay. The folder one works in, or one that another disk is mounted on, cannot be swapped:
    there each file takes the place of the one before it. Ctrl-C goes unheard from the first move until `then` has been
    done with what is there.
    """
    formats = tuple(formats)
    if unknown := set(formats) - set(FORMATS):
        raise CannotWrite(f"There is no format {sorted(unknown)[0]!r}. Formats: {', '.join(FORMATS)}.")
    folder = Path(folder)
    place = folder.resolve()
    if place.exists() and not place.is_dir():
        raise CannotWrite(f"{folder} is a file. Name a folder to write into.")
    near = place.parent if not place.exists() or can_be_swapped(place) else place
    near.mkdir(parents=True, exist_ok=True)
    away = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=near))
    beside = away / "report"
    try:
        made = [path.relative_to(beside) for kind in formats for path in WRITERS[kind](report, beside, name)]
        files = [folder / path for path in made]
        without = f"{name}-charts" if {"svg", "png"} & set(formats) else ""
        if near != place and place.exists():
            take_along(place, beside, without=without)
        with unheard():
            if near == place:
                move_all(made, beside, place)
            else:
                swap(beside, place, away / "before")
            then(files)
    finally:
        shutil.rmtree(away, ignore_errors=True)
    return files


def can_be_swapped(place: Path) -> bool:
    here = Path.cwd().resolve()
    return not (place == here or place in here.parents or place.is_mount()) and os.access(place.parent, os.W_OK)


def take_along(place: Path, beside: Path, *, without: str) -> None:
    """The folder's other files. Pictures of the report before would only mislead."""

    def left_behind(folder: str, _names: list[str]) -> list[str]:
        return [without] if Path(folder) == place else []

    shutil.copytree(place, beside, symlinks=True, ignore=left_behind, copy_function=linked, dirs_exist_ok=True)


def swap(beside: Path, place: Path, before: Path) -> None:
    if not place.exists():
        beside.rename(place)
        return
    place.rename(before)
    try:
        beside.rename(place)
    except OSError:
        before.rename(place)
        raise


def linked(source: str, target: str) -> None:
    """The same file under another name, or a copy where a disk cannot do that; never over one that is there already."""
    if os.path.lexists(target):
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


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
