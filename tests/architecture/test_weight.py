"""What a first visit costs somebody who pays for each megabyte."""

import re

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse_lazy

BUDGET = 50_000
RESOURCE = re.compile(r"""(?:href|src|data-govuk)=["']/static/([^"'#?]+)""")


def weight(page):
    """The page and everything of ours that it loads, as it travels."""
    names = sorted(set(RESOURCE.findall(page)))
    files = [finders.find(name) for name in names]
    assert all(files), f"The front end is not built (./run build-frontend), or a file is missing: {names}"
    return len(brotli.compress(page.encode())) + sum(_compressed(path) for path in files)


def _compressed(path):
    with open(path, "rb") as file:
        return len(brotli.compress(file.read()))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/display/", reverse_lazy("account_login")])
def test_a_first_view_is_light(client, address):
    page = client.get(str(address))
    assert page.status_code == 200
    assert weight(page.content.decode()) <= BUDGET


def test_every_resource_is_weighed():
    assert weight('<link href="/static/govuk.css">') > 8_000
    with pytest.raises(AssertionError):
        weight('<script src="/static/nowhere.js"></script>')
