"""docs/how-to/run-it.md names every setting there is, and none that there is not."""

import re

from tests.architecture.contexts import HUB, ROOT

SETTING = re.compile(r"\b(?:HUB_[A-Z_]+|DATABASE_URL|EMAIL_URL)\b")


def settings_in(*paths):
    return {name for path in paths for name in SETTING.findall(path.read_text(encoding="utf-8"))}


def test_the_guide_names_every_setting_and_no_other():
    known = settings_in(HUB / "config/settings.py", ROOT / "run")
    assert settings_in(ROOT / "docs/how-to/run-it.md") == {name for name in known if "_TEST_" not in name}
