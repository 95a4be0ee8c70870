"""What belongs to one machine, or to another site, is not in the project."""

import re

import pytest

from tests.architecture.contexts import HUB, ROOT, named, sources

ADDRESS = re.compile(r"https?:|file:|//[\w.-]+|--index|--extra-index|--find-links|@ ")
ONE_MACHINE = re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:work|root|farm|home/[a-z]+)/", re.MULTILINE)
NAMESPACE = re.compile(r"http://www\.w3\.org/[\w/.]*")
# Documentation addresses, which can never be anybody's.
NOBODY = re.compile(r"https://(?:[\w-]+\.)*example\.(?:org|com|net)\S*")
HOST = re.compile(r"(?:https?:)?//[a-zA-Z][\w-]*\.[\w.-]+")


def outside_hosts(text):
    return HOST.findall(NOBODY.sub("", NAMESPACE.sub("", text)))


def own_files(folder=ROOT):
    """Every file but what was made or brought here, as .gitignore says. Git itself may not be on the machine."""
    for path in folder.iterdir():
        if path.name in MADE_OR_BROUGHT or path.suffix == ".mo" or path.is_symlink():
            continue
        if path.is_dir():
            yield from own_files(path)
        else:
            yield path


MADE_OR_BROUGHT = {
    ".git",
    *(line.strip("/") for line in (ROOT / ".gitignore").read_text().split() if line.endswith("/")),
}


def text_of(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_lock_files_name_versions_and_hashes_and_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    assert not ADDRESS.search(text)
    assert text.count("==") <= text.count("--hash=sha256:")


def test_the_front_end_is_locked_without_addresses():
    lock = (ROOT / "frontend/package-lock.json").read_text(encoding="utf-8")
    assert not ADDRESS.search(lock.replace('"@', '"'))
    assert '"resolved"' not in lock
    assert lock.count('"version"') <= lock.count('"integrity"') + 2


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "package @ file:///tmp/package.whl",
        "--find-links /opt/wheels",
        "# from http://example.org",
    ],
)
def test_an_address_in_a_lock_file_would_be_seen(line):
    assert ADDRESS.search(f"asgiref==3.13.0\n{line}\n")


def test_no_file_names_a_place_on_one_machine():
    here = named(ROOT / "tests/architecture/test_files.py")
    wrong = [named(path) for path in own_files() if named(path) != here and ONE_MACHINE.search(text_of(path))]
    assert wrong == []


@pytest.mark.parametrize("folder", ["work", "root", "home"])
def test_a_place_on_one_machine_would_be_seen(folder):
    assert ONE_MACHINE.search(f"see /{folder}/somebody/notes")


@pytest.mark.parametrize("suffix", [".html", ".css", ".js", ".svg"])
def test_no_page_names_an_outside_host(suffix):
    wrong = {named(path): found for path in sources(suffix) if (found := outside_hosts(text_of(path)))}
    assert wrong == {}


def test_nothing_that_is_built_names_an_outside_host():
    built = sorted((ROOT / "build/frontend").glob("*.css"))
    assert built, "The front end is not built. Run ./run build-frontend first."
    assert {path.name: found for path in built if (found := outside_hosts(text_of(path)))} == {}


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.elsewhere.net/x.js"></script>',
        '<img src="//elsewhere.net/x.png">',
        "@import url(http://fonts.elsewhere.net/x.css)",
    ],
)
def test_an_outside_host_would_be_seen(text):
    assert outside_hosts(text)


def test_the_look_uses_directions_that_turn_around_with_the_language():
    css = (HUB / "core/static/core/theme.css").read_text(encoding="utf-8")
    sides = r"[{;\s](?:(?:margin|padding|border)-(?:left|right)|left|right)\s*:"
    physical = re.findall(rf"{sides}|float\s*:\s*(?:left|right)", css)
    assert physical == []
