"""Every page there is, from the URL resolver, and what an answer to a request means for access."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import URLPattern, get_resolver

REACHED, NOT_FOUND, SIGN_IN, SECOND_CHECK, NOT_THIS_WAY = "y", "n", "s", "2", "-"
DENIED = {NOT_FOUND, SIGN_IN, SECOND_CHECK}


@dataclass(frozen=True)
class Page:
    name: str
    view: object
    parameters: frozenset[str]


def every_page():
    return {page.name: page for page in pages_in(get_resolver())}


def pages_in(resolver, namespace="", parameters=frozenset()):
    for entry in resolver.url_patterns:
        here = parameters | set(entry.pattern.converters)
        if not isinstance(entry, URLPattern):
            yield from pages_in(entry, entry.namespace or namespace, here)
            continue
        here |= set(entry.pattern.regex.groupindex)
        yield Page(f"{namespace}:{entry.name}" if namespace else entry.name, entry.callback, frozenset(here))


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
