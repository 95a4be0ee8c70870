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


# Each of these believes whoever calls it, so only these modules may.
TRUSTED = {
    "sealed": {"equity/disclosure/gate.py"},
    "worked_out_from": {"equity/analysis/shareable.py", "hub/findings/releases/protecting.py"},
    "from_its_publisher": {"equity/report/document.py", "hub/findings/releases/preparing.py"},
    "not_protected": {"equity/report/document.py"},
    "sealed_result": set(),
    "Seal": set(),
}


def names_imported(path: Path) -> set[str]:
    """Whatever is taken from the two modules that release, by name; or the module itself, from which all can be."""
    releasing = ("equity.disclosure.release", "equity.disclosure.results")
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in releasing:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "equity.disclosure":
            found |= {"a whole module" for alias in node.names if alias.name in ("release", "results")}
        elif isinstance(node, ast.Import):
            found |= {"a whole module" for alias in node.names if alias.name in releasing}
    return found


def test_only_those_who_work_from_released_counts_may_say_so():
    importing = {
        str(path.relative_to(HOME.parent)): names_imported(path)
        for part in ("equity", "hub")
        for path in (HOME.parent / part).rglob("*.py")
        if "tests" not in path.parts
    }
    assert not [path for path, names in importing.items() if "a whole module" in names]
    for name, allowed in TRUSTED.items():
        assert {path for path, names in importing.items() if name in names} == allowed, name
