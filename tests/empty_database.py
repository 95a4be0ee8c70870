"""Makes an empty database with all migrations, which the tests copy: python -m tests.empty_database NAME_OR_FILE"""

import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def make(name):
    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"] |= {"NAME": name, "TEMPLATE": None}
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.close()


if __name__ == "__main__":
    make(sys.argv[1])
