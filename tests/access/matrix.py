"""Tries pages and says, in sentences, where what happened is not what was expected."""

import re
from contextlib import contextmanager
from functools import cache

from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.access import addresses, sent
from tests.access.pages import DENIED, NOT_THIS_WAY, REACHED, outcome
from tests.access.world import PLACES

WRITE = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO) "(\w+)"')
RECORD = "audit_entry"
# What any visit may leave behind: counts of refusals, sessions, limits on tries, forms seen before.
NOT_CONTENT = {RECORD, "audit_hour", "audit_refusal", "django_session", "shared_cache", "core_sent"}


class Visit:
    """One request: how it ended, what it wrote and what it put on the record."""

    def __init__(self, actor, method, address, data=None):
        self.actor, self.method, self.address = actor, method, address
        with writes() as written:
            self.response = answer(request_of(actor, method, address, data))
        self.outcome = outcome(self.response)
        self.tables, self.is_recorded = written - NOT_CONTENT, RECORD in written
        self.body = b"".join(self.response) if self.response.streaming else self.response.content


def request_of(actor, method, address, data):
    """As the actor's browser would send it; what the answer does to its cookies is forgotten."""
    factory = RequestFactory()
    factory.cookies = actor.client.cookies
    sent_as_form = {"data": encode_multipart(BOUNDARY, data or {}), "content_type": MULTIPART_CONTENT}
    request = factory.generic(method, address, **(sent_as_form if method == "POST" else {}))
    request._dont_enforce_csrf_checks = True
    return request


def answer(request):
    """Through all middleware. Django's test client would also copy every template's context, which takes long."""
    return platform().get_response(request)


@cache
def platform():
    handler = BaseHandler()
    handler.load_middleware()
    return handler


@contextmanager
def writes():
    """Collects the names of the tables that are written to."""
    tables = set()

    def note(execute, sql, params, many, context):
        found = WRITE.match(sql)
        if found:
            tables.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


@contextmanager
def undone():
    """Whatever happens inside is as if it had never been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Matrix:
    def __init__(self, world, lines):
        self.world, self.lines, self.read = world, lines, {}

    def faults(self, page):
        """Every sentence about one page; none when all is as expected."""
        line = self.lines[page.name]
        faults, written = [], False
        for whose in PLACES if page.parameters else ("own",):
            for role, actor in self.world.actors.items():
                for method in ways(role, whose):
                    visit = self.visit(page, actor, method, whose)
                    about = f"{page.name}: {role}, {method}, {whose}"
                    faults += self.wrong(visit, about, allowed(line, method, role, whose), page)
                    written |= method == "POST" and visit.outcome == REACHED and bool(visit.tables or visit.is_recorded)
        if "POST" in line and not written and page.name not in sent.LEAVE_NO_TRACE:
            faults.append(f"{page.name}: nobody's form wrote anything, so nothing was shown about who may write")
        return faults

    def visit(self, page, actor, method, whose):
        place, address = self.world.places[whose], addresses.address(page, self.world, whose)
        if method != "POST":
            return self.reading(actor, method, address)
        with undone():
            form = sent.FORMS.get(page.name)
            return Visit(actor, method, address, form(self.world, place) if form else None)

    def reading(self, actor, method, address):
        """Once, where several places share an address: nobody has written anything since."""
        key = (actor.role, method, address)
        if key not in self.read:
            self.read[key] = Visit(actor, method, address)
        return self.read[key]

    def wrong(self, visit, about, allowed, page):
        if visit.outcome not in allowed:
            yield f"{about}: {visit.outcome} instead of {' or '.join(sorted(allowed))}"
        if visit.outcome != REACHED and visit.tables:
            yield f"{about}: was refused and still wrote to {', '.join(sorted(visit.tables))}"
        if visit.tables and not visit.is_recorded and page.name not in sent.LEAVE_NO_TRACE:
            yield f"{about}: wrote to {', '.join(sorted(visit.tables))} and put nothing on the record"
        yield from self.leaks(visit, about)

    def leaks(self, visit, about):
        for place in self.world.places.values():
            if place.secret.encode() in visit.body and not may_read(visit.actor.role, place.whose, page=about):
                yield f"{about}: shows what {place.whose} wrote"


def ways(role, whose):
    """HEAD is GET without its body, so a few roles are enough to see that it is."""
    return ("GET", "HEAD", "POST") if (role, whose) in {("anonymous", "own"), ("lead", "own")} else ("GET", "POST")


def allowed(line, method, role, whose):
    """What may happen. A page may turn a stranger away before it looks at how it was asked, or after."""
    if method == "HEAD":
        return {line.letter("GET", role, whose), NOT_THIS_WAY} if "GET" in line else allowed(line, "GET", role, whose)
    if method in line:
        return {line.letter(method, role, whose)}
    return {NOT_THIS_WAY} | (line.letters(role, whose) & DENIED)


def may_read(role, whose, *, page):
    """Nothing in this world is shared, so only its own people read what a place wrote."""
    own_people = {"own": {"lead", "colleague", "approver"}, "unit": {"lead", "colleague", "approver", "unit_lead"}}
    return role in own_people.get(whose, set())
