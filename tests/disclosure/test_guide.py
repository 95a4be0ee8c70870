"""The commands in docs/how-to/share-a-table-safely.md work as they stand."""

import re
import shlex
from pathlib import Path

from equity.cli import main

GUIDE = (Path(__file__).parents[2] / "docs/how-to/share-a-table-safely.md").read_text(encoding="utf-8")


def test_the_guide_works_as_it_stands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```\n(.*?)```", GUIDE, re.S)
    tables = [block for block in blocks if not block.startswith("equity ")]
    for name, table in zip(("people.csv", "groups.csv"), tables, strict=True):
        (tmp_path / name).write_text(table)
    commands = [shlex.split(line) for block in blocks if block.startswith("equity ") for line in whole_lines(block)]
    assert len(commands) == 3
    for words in commands:
        assert main(words[1:]) == 0, words
    assert "may be public" in capsys.readouterr().out
    safe = (tmp_path / "safe.csv").read_text()
    assert "Bangladeshi,18 to 24,*" in safe
    assert main(["attack", "safe.csv", "--hierarchy", "groups.csv", "--rule", "nhs-mh"]) == 0


def whole_lines(block: str) -> list[str]:
    return block.replace("\\\n", " ").splitlines()
