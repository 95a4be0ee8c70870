"""Every page there is, from the URL resolver, and what an answer to a request means for access."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import URLPattern, get_resolver

REACHED, NOT_FOUND, SIGN_IN, SECOND_CHECK, NOT_THIS_WAY = "y", "n", "s", "2", "-"
DENIED = {NOT_FOUND, SIGN_IN, SECOND_CHECK}


@dataclass(frozen=True)
class Page:
    """`name` is what the tables call it, `url_name` what Django calls it."""

    name: str
    url_name: str
    view: object
    parameters: frozenset[str]


def every_page():
    """By name. Where two addresses share one, the longer has '+' and what it adds behind its name."""
    pages = {}
    for page in pages_in(get_resolver()):
        known = pages.get(page.name)
        added = sorted(page.parameters - known.parameters) if known else []
        name = "+".join([page.name, *added])
        pages[name] = replace(page, name=name)
    return pages


def pages_in(resolver, namespace="", parameters=frozenset()):
    for entry in resolver.url_patterns:
        here = parameters | set(entry.pattern.converters)
        if not isinstance(entry, URLPattern):
            yield from pages_in(entry, entry.namespace or namespace, here)
            continue
        here |= set(entry.pattern.regex.groupindex)
        name = f"{namespace}:{entry.name}" if namespace else entry.name
        yield Page(name, name, entry.callback, frozenset(here))


def outcome(response):
    """One letter for what happened. Anything that is neither a page nor a refusal stops the test."""
    if response.status_code in (301, 302, 303):
        return where_to(urlsplit(response["Location"]).path)
    letters = {404: NOT_FOUND, 405: NOT_THIS_WAY} | dict.fromkeys((200, 204, 400, 409, 410, 422, 429), REACHED)
    return letters.get(response.status_code, f"status {response.status_code}")


def where_to(path):
    if path == resolve_url(settings.LOGIN_URL):
        return SIGN_IN
    return SECOND_CHECK if path == resolve_url(settings.ACCESS_SECOND_FACTOR_URL) else REACHED
