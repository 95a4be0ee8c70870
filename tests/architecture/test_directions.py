"""What import rules cannot show: keys and links that point upwards."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from django.apps import apps

from tests.architecture.contexts import HUB, LEVELS, ROOT, context_of, may_use, named, sources

LINK = re.compile(r"""\{%\s*(?:url|include|extends)\s+["']([a-z_]+)[:/]""")
NAMED_IN_PYTHON = re.compile(r"""["']([a-z_]+):[a-z_]+["']|["']([a-z_]+)/[\w/-]+\.(?:html|txt|css|js|svg)["']""")


def upward_keys(keys):
    return [key for key in keys if not may_use(key[0], key[1])]


def upward_links(text, context):
    """Names of views and templates of a context that stands higher."""
    found = [name for groups in [*LINK.findall(text), *NAMED_IN_PYTHON.findall(text)] for name in _each(groups) if name]
    return sorted({name for name in found if name in LEVELS and not may_use(context, name)})


def _each(groups):
    return [groups] if isinstance(groups, str) else groups


def test_foreign_keys_point_downwards():
    keys = [
        (model._meta.app_label, field.related_model._meta.app_label, f"{model.__name__}.{field.name}")
        for model in apps.get_models()
        if model.__module__.startswith("hub.")
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model.__module__.startswith("hub.")
    ]
    assert len(keys) > 10
    assert upward_keys(keys) == []


def test_a_key_that_points_upwards_would_be_seen():
    assert upward_keys([("core", "pledges", "Sent.pledge"), ("pledges", "core", "Pledge.sent")]) == [
        ("core", "pledges", "Sent.pledge")
    ]


@pytest.mark.parametrize("suffix", [".html", ".txt", ".py"])
def test_links_and_templates_point_downwards(suffix):
    wrong = {
        named(path): found
        for path in sources(suffix)
        if (found := upward_links(path.read_text(encoding="utf-8"), context_of(path)))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "text",
    [
        "{% url 'pledges:read_pledge' pledge.pk %}",
        '{% include "pledges/card.html" %}',
        'redirect("pledges:read_pledge", pledge.pk)',
        'render(request, "pledges/page.html")',
    ],
)
def test_a_link_that_points_upwards_would_be_seen(text):
    assert upward_links(text, "core") == ["pledges"]
    assert upward_links(text, "home") == []


def contracts(folder):
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [shutil.which("lint-imports", path=os.path.dirname(sys.executable)), "--no-cache", "--no-logo"]
    command += ["--config", str(ROOT / "pyproject.toml")]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(HUB.parent, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "static", "templates"))
    return tmp_path / "src"


def test_an_import_that_points_upwards_breaks_the_contracts(copy):
    with (copy / "hub/core/brand.py").open("a") as module:
        module.write("\nfrom hub.pledges import models\n")
    result = contracts(copy)
    assert result.returncode != 0
    assert "hub.core is not allowed to import hub.pledges" in result.stdout


def test_a_context_without_a_place_breaks_the_contracts(copy):
    (copy / "hub/misc").mkdir()
    (copy / "hub/misc/__init__.py").touch()
    result = contracts(copy)
    assert result.returncode != 0
    assert "misc" in result.stdout


def test_an_engine_that_knows_the_platform_breaks_the_contracts(copy):
    (copy / "equity/model.py").write_text("import django\n")
    result = contracts(copy)
    assert result.returncode != 0
    assert "equity.model -> django" in result.stdout
