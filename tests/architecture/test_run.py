"""./run refuses what cannot work, in a sentence, and leaves nothing behind that would mislead it the next time."""

import os
import shutil
import subprocess

import pytest

from tests.architecture.contexts import ROOT


@pytest.fixture
def fresh_clone(tmp_path):
    shutil.copy(ROOT / "run", tmp_path)
    (tmp_path / "requirements.lock").touch()
    return tmp_path


def program(folder, name, *lines):
    path = folder / "programs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)


def run(folder, *words, **variables):
    path = f"{folder / 'programs'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [folder / "run", *words], env={**os.environ, "PATH": path, **variables}, capture_output=True, text=True
    )


def test_half_an_environment_is_not_kept_for_the_next_time(fresh_clone):
    """Debian's python3 without python3-venv makes .venv/bin/python, and then fails."""
    program(
        fresh_clone,
        "python3",
        '[ "$1" = -m ] || exit 0',
        "mkdir -p .venv/bin && cp /bin/true .venv/bin/python",
        "exit 1",
    )
    failed = run(fresh_clone, "manage")
    assert failed.returncode == 1
    assert "sudo apt-get install python3-venv" in failed.stderr
    assert not (fresh_clone / ".venv").exists()
