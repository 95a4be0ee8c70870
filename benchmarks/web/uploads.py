"""What hostile files cost the server and everybody else: `python -m benchmarks.web.uploads`. Writes results/uploads.md."""

import datetime
import http.client
import os
import re
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.web import serving
from benchmarks.web.__main__ import load, machine, prepare

RESULTS = Path(__file__).parents[1] / "results/uploads.md"
MOST_SECONDS, MOST_RISE, QUIET_SECONDS = 2.0, 200, 5
KILO, FIELD = 1024, "zqbenchmark"


@dataclass(frozen=True)
class Refusal:
    name: str
    size: int
    status: int
    seconds: float
    server_rise: float
    child: float


def main():
    os.nice(15)
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as scratch:
        environment = prepare(scratch)
        cookie = somebody()
        with serving.server(environment) as port:
            quiet = everybody_else(port, lambda: time.sleep(QUIET_SECONDS))
            refused = []
            busy = everybody_else(port, lambda: refused.extend(send_all(port, cookie)))
    held = [
        all(one.seconds <= MOST_SECONDS for one in refused),
        all(one.server_rise + one.child <= MOST_RISE for one in refused),
        all(one.status in (200, 400, 413) for one in refused),
    ]
    text = report(refused, quiet, busy, held)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0 if all(held) else 1


def somebody():
    """A lead who is signed in, as a browser would say so."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from hub.accounts.models import User
    from hub.organisations.models import Organisation, Partnership, Role

    partnership = Partnership.objects.create(name="Example Partnership", slug="example", place="Exampleton")
    organisation = Organisation.objects.create(partnership=partnership, name="Example Service", slug="example-service")
    lead = User.objects.create_user("lead@example.org", name="lead")
    Role.objects.create(user=lead, kind="lead", partnership=partnership, organisation=organisation)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(lead.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = lead.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def everybody_else(port, meanwhile):
    """How long others wait for a page while something else happens, in milliseconds."""
    over, waits = threading.Event(), []

    def ask():
        while not over.is_set():
            started = time.monotonic()
            connection = http.client.HTTPConnection(serving.HOST, port, timeout=30)
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            connection.close()
            assert answer.status == 200
            waits.append(1000 * (time.monotonic() - started))
            time.sleep(0.05)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        meanwhile()
    finally:
        over.set()
        asking.join()
    return sorted(waits)


def send_all(port, cookie):
    from tests.equity.test_counts_from_outside import HOSTILE

    files = {name: made() if callable(made) else made for name, made in HOSTILE.items()}
    files["three hundred megabytes"] = b"a,b\n" * 75_000_000
    token, cookie, service = the_form(port, cookie)
    found = []
    for name, content in files.items():
        found.append(send(port, cookie, token, service, name, content))
        print(f"{name}: {found[-1].status}, {found[-1].seconds:.2f} s", flush=True)
    return found


def the_form(port, cookie):
    connection = http.client.HTTPConnection(serving.HOST, port, timeout=30)
    connection.request("GET", "/figures/send/", headers={"Cookie": cookie})
    answer = connection.getresponse()
    page = answer.read().decode()
    assert answer.status == 200, answer.status
    given = "; ".join([cookie, *(said.split(";")[0] for said in answer.headers.get_all("Set-Cookie") or [])])
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    return token, given, re.search(r'name="service" value="([^"]+)"', page)[1]


def send(port, cookie, token, service, name, content):
    body = form(token, service, content)
    headers = {"Cookie": cookie, "Content-Type": f"multipart/form-data; boundary={FIELD}"}
    watch = Watch(port)
    watch.start()
    started, status = time.monotonic(), 413
    connection = http.client.HTTPConnection(serving.HOST, port, timeout=60)
    try:
        connection.request("POST", "/figures/send/", body, headers)
        answer = connection.getresponse()
        status = answer.status
        answer.read()
    except (BrokenPipeError, ConnectionResetError):
        pass  # The server has heard enough, and hung up: that is a refusal too.
    finally:
        connection.close()
    seconds = time.monotonic() - started
    watch.stop()
    return Refusal(name, len(content), status, seconds, watch.rise, watch.child)


def form(token, service, content):
    fields = {"csrfmiddlewaretoken": token, "service": service, "readers": "only_us"}
    parts = [
        f'--{FIELD}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = f'--{FIELD}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'
    return "".join([*parts, head]).encode() + content + f"\r\n--{FIELD}--\r\n".encode()


class Watch(threading.Thread):
    """Looks every few milliseconds at the memory of the server and of the process that reads the file, in MB."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.over, self.child, self.most = threading.Event(), 0.0, 0.0
        self.servers = [pid for pid, command in commands() if f"--port\0{port}\0".encode() in command]
        self.before = sum(memory(pid, "VmRSS") for pid in self.servers)

    @property
    def rise(self):
        return max(self.most - self.before, 0.0)

    def run(self):
        while not self.over.wait(0.005):
            self.most = max(self.most, sum(memory(pid, "VmRSS") for pid in self.servers))
            for pid, command in commands():
                if b"equity.submission.look" in command:
                    self.child = max(self.child, memory(pid, "VmHWM"))

    def stop(self):
        self.over.set()
        self.join()


def commands():
    for place in Path("/proc").glob("[0-9]*"):
        try:
            yield place.name, (place / "cmdline").read_bytes()
        except OSError:
            continue  # It ended while we looked.


def memory(pid, what):
    try:
        found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) / KILO if found else 0.0


def report(refused, quiet, busy, held):
    said = ["yes" if one else "NO" for one in held]
    slowest = max(refused, key=lambda one: one.seconds)
    largest = max(refused, key=lambda one: one.server_rise + one.child)
    lines = [
        "# What hostile files cost",
        "",
        f"Measured on {datetime.date.today():%d %B %Y} with {machine()}.",
        f"{load()} One worker of granian and its threads; each file is sent to it as a browser would, one after the other.",
        "Memory is looked at every few milliseconds: how much the server's rises, and the most that the process which",
        "reads the file ever has. Meanwhile somebody else asks for the front page twenty times a second. Again: `./run bench uploads`.",
        "",
        "| held to | measured | |",
        "| --- | --- | --- |",
        f"| refused in {MOST_SECONDS:.0f} s | {slowest.seconds:.2f} s ({slowest.name}) | {said[0]} |",
        f"| memory of server and child: under {MOST_RISE} MB more | {largest.server_rise + largest.child:.0f} MB ({largest.name}) | {said[1]} |",
        f"| every one refused | {len(refused)} files | {said[2]} |",
        "",
        "| others wait for the front page, ms | middle | 19 of 20 | longest |",
        "| --- | ---: | ---: | ---: |",
        waiting("while nothing is sent", quiet),
        waiting("while hostile files are sent", busy),
        "",
        "| file | kB | answer | seconds | server's memory, MB more | child, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {one.name} | {one.size / 1000:,.0f} | {one.status} | {one.seconds:.2f} | {one.server_rise:.0f} | {one.child:.0f} |"
            for one in refused
        ),
        "",
    ]
    return "\n".join(lines)


def waiting(name, waits):
    return f"| {name} | {statistics.median(waits):.0f} | {waits[int(len(waits) * 0.95)]:.0f} | {waits[-1]:.0f} |"


if __name__ == "__main__":
    raise SystemExit(main())
