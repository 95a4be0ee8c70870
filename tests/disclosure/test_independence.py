"""The attacker shares nothing with the protector, and the protector's search never asks the attacker."""

import ast
from pathlib import Path

import equity

HOME = Path(equity.__file__).parent


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            found.add(node.module or "")
    return found


def test_the_attacker_imports_nothing_else_of_equity():
    for path in (HOME / "attack").glob("*.py"):
        ours = {name for name in imports_of(path) if name.split(".")[0] == "equity"}
        assert all(name.startswith("equity.attack") for name in ours), path.name


def test_only_the_gate_and_the_commands_ask_the_attacker():
    asking = {
        path.name
        for path in (HOME / "disclosure").glob("*.py")
        if any(name.startswith("equity.attack") for name in imports_of(path))
    }
    assert asking == {"gate.py", "running.py"}


def test_only_the_gate_seals_a_release():
    using = {path.name for path in HOME.rglob("*.py") if "sealed(" in path.read_text(encoding="utf-8")}
    assert using == {"gate.py", "release.py"}
