"""The platform's own settings, with a database that a test run may empty."""

import os

from hub.config.settings import *  # noqa: F403
from hub.config.settings import DATABASES, STORAGES

if "HUB_TEST_POSTGRESQL" in os.environ:
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "hub",
        "HOST": os.environ["HUB_TEST_POSTGRESQL"],
        # ./run test has made one with all migrations already.
        "TEST": {"TEMPLATE": "made" if "HUB_TEST_MADE" in os.environ else None},
    }

# Static files under their own names: hashed names need collectstatic, which tests do without.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
