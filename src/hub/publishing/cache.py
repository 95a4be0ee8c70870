"""Public pages are made once and kept in memory, for everybody who is not signed in."""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language_from_request

from hub.audit.models import Entry
from hub.core.display import Display

MOST_BYTES = 64_000_000
LONGEST_PAGE = 32_000_000
LONGEST_QUERY = 300
KEPT_FOR = 300  # seconds; dates on a page change at midnight whatever happens
# A page that carries one of these was made for one person.
FOR_ONE_PERSON = (b"csrfmiddlewaretoken", b' nonce="')


@dataclass(frozen=True)
class Kept:
    content: bytes
    headers: tuple
    etag: str
    version: str
    until: float


class PublicPages:
    """Outermost of all: answers from memory before anything else is asked.

    Every write leaves an entry in the record, so the number of the last entry tells whether anything has changed.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.pages, self.bytes = OrderedDict(), 0
        self.lock = threading.Lock()
        self.version, self.version_is_good_until = "", 0.0

    def __call__(self, request):
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        version = self._version_now()
        page = self.pages.get(key)
        if page and page.version == version and page.until > time.monotonic():
            return _answer(request, page)
        response = self.get_response(request)
        if not may_be_kept(response):
            return response
        page = _kept(response, version, compressed=key[-1])
        self._keep(key, page)
        return _answer(request, page)

    def _version_now(self):
        """Asked of the database once a second at most."""
        now = time.monotonic()
        if now >= self.version_is_good_until:
            # The seal, not the number: a database that was restored or emptied has other pages under the same numbers.
            self.version = Entry.objects.order_by("-sequence").values_list("seal", flat=True).first() or ""
            self.version_is_good_until = now + settings.PUBLIC_PAGES_LOOK_EVERY
        return self.version

    def _keep(self, key, page):
        with self.lock:
            self._forget(key)
            self.pages[key] = page
            self.bytes += len(page.content)
            while self.bytes > MOST_BYTES:
                self._forget(next(iter(self.pages)))

    def _forget(self, key):
        page = self.pages.pop(key, None)
        self.bytes -= len(page.content) if page else 0


def key_of(request):
    """What makes two readers' pages the same; None where a page may be for one person only."""
    if not settings.PUBLIC_PAGES_KEPT:
        return None
    meta, cookies = request.META, request.COOKIES
    query = meta.get("QUERY_STRING", "")
    if (
        request.method not in ("GET", "HEAD")
        or settings.SESSION_COOKIE_NAME in cookies
        or "messages" in cookies
        or "HTTP_AUTHORIZATION" in meta
        or "HTTP_HX_REQUEST" in meta
        or len(query) > LONGEST_QUERY
    ):
        return None
    compressed = "gzip" in meta.get("HTTP_ACCEPT_ENCODING", "")
    language, display = get_language_from_request(request), Display.of(request).cookie
    return request.scheme, request.get_host(), request.path, query, language, display, compressed


def may_be_kept(response):
    return (
        getattr(response, "is_public_page", False)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and len(response.content) <= LONGEST_PAGE
        and not any(mark in response.content for mark in FOR_ONE_PERSON)
    )


def _kept(response, version, *, compressed):
    content = response.content
    etag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    if compressed:
        content = gzip.compress(content, compresslevel=6, mtime=0)
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(content))
    response["ETag"] = etag
    return Kept(content, tuple(response.items()), etag, version, time.monotonic() + KEPT_FOR)


def _answer(request, page):
    response = HttpResponse(page.content, headers=dict(page.headers))
    if "HTTP_IF_NONE_MATCH" in request.META:
        return get_conditional_response(request, etag=page.etag, response=response) or response
    return response
