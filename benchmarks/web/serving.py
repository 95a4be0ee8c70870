"""Requests a second under the real server, and what a first visit weighs."""

import gzip
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from multiprocessing import Pool
from urllib.parse import urljoin

CLIENTS, SECONDS, WORKERS = 8, 3, 1
HOST = "127.0.0.1"


@contextmanager
def server(environment):
    """Granian, as in production, with one worker so that the client has a processor too."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", str(WORKERS), "--no-ws", "--log-level", "warning", "hub.config.wsgi:application",
    ]  # fmt: skip
    running = subprocess.Popen(command, env=os.environ | environment)
    try:
        _wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait(timeout=20)


def _wait_for(port):
    for _ in range(300):
        try:
            _get(port, "/do-nothing/")
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The server did not start.")


def tool():
    return "wrk" if shutil.which("wrk") else "Python's http.client"


def requests_a_second(port, path):
    """Only answers of 200 count; any other stops the measurement."""
    _get(port, path)
    return _with_wrk(port, path) if shutil.which("wrk") else _with_python(port, path)


def _with_wrk(port, path):
    command = [
        "wrk",
        "-t1",
        f"-c{CLIENTS}",
        f"-d{SECONDS}s",
        "-H",
        "Accept-Encoding: gzip",
        f"http://{HOST}:{port}{path}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(f"{path} did not always answer 200:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def _with_python(port, path):
    with Pool(2) as pool:
        return sum(pool.starmap(_ask_for_a_while, [(port, path)] * 2))


def _ask_for_a_while(port, path):
    connection = http.client.HTTPConnection(HOST, port)
    answered, started = 0, time.monotonic()
    while time.monotonic() - started < SECONDS:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        answered += 1
    return answered / (time.monotonic() - started)


def weight(port, path):
    """Bytes that a browser fetches for a first visit: the page, its style, scripts and pictures, compressed."""
    page, size = _get(port, path)
    found = set(re.findall(r'(?:href|src|data-govuk)="(/[^"#]*\.(?:css|js|svg|png)(?:\?[^"]*)?)', page.decode()))
    parts = {path: size}
    for address in sorted(found):
        content, parts[address] = _get(port, address)
        if address.endswith(".css"):
            for inside in re.findall(rb"url\(['\"]?([^)'\"#]+)", content):
                if not inside.startswith(b"data:"):
                    there = urljoin(address, inside.decode())
                    parts[there] = _get(port, there)[1]
    return parts


def _get(port, path):
    """What the address says, unpacked, and how many bytes came over the wire."""
    request = urllib.request.Request(f"http://{HOST}:{port}{path}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=10) as response:
        body = response.read()
        packed = response.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(body) if packed else body, len(body)
