"""From a list of 100,000 people to the finding's page: `python -m benchmarks.web.journey`. Writes results/journey.md."""

import csv
import datetime
import http.client
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.web import serving
from benchmarks.web.__main__ import load, machine, prepare
from benchmarks.web.uploads import form, somebody, the_form

RESULTS = Path(__file__).parents[1] / "results/journey.md"
PEOPLE, MOST_SECONDS = 100_000, 60
ROOT = Path(__file__).parents[2]
STARTED = re.compile(r'href="(/findings/\d+/)"')


def main():
    os.nice(15)
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as scratch:
        environment = prepare(scratch)
        cookie, people = somebody(), Path(scratch) / "people.csv"
        a_list_of_people(people)
        with serving.server(environment) as port:
            worker = subprocess.Popen([sys.executable, "manage.py", "work"], env=os.environ | environment, cwd=ROOT)
            try:
                steps = walk(port, cookie, people)
            finally:
                worker.terminate()
                worker.wait(timeout=30)
    text = report(steps)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0 if sum(steps.values()) <= MOST_SECONDS else 1


def a_list_of_people(path):
    """Made up, always the same. Fewer of those in group N finish."""
    chance = random.Random(3)
    days = ["2025-05-06", "2025-08-06", "2025-11-06", "2026-02-06"]
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["client_id", "referral_date", "ethnicity", "sex", "age", "completed", "notes"])
        for number in range(PEOPLE):
            group = chance.choices(["A", "C", "N", "Not asked"], [60, 20, 15, 5])[0]
            done = int(chance.random() < 0.4 - 0.18 * (group == "N"))
            writer.writerow(
                [f"zq{number}", chance.choice(days), group, chance.choice("FM"), chance.randint(18, 90), done, "-"]
            )


def walk(port, cookie, people):
    steps, clock = {}, Clock()
    out = people.with_name("submission.json")
    command = [sys.executable, "-m", "equity", "submit", people.name, "--out", out.name]
    subprocess.run(command, cwd=people.parent, check=True, capture_output=True)
    steps["equity submit: from the list to counts"] = clock.lap()
    token, cookie, service = the_form(port, cookie)
    where = post(
        port,
        cookie,
        "/figures/send/",
        form(token, service, out.read_bytes()),
        "multipart/form-data; boundary=zqbenchmark",
    )
    get(port, cookie, where)
    steps["Send a file, and look it over"] = clock.lap()
    sent = urlencode({"csrfmiddlewaretoken": token}).encode()
    post(port, cookie, f"{where}send/", sent, "application/x-www-form-urlencoded")
    steps["Send these figures"] = clock.lap()
    while not (found := STARTED.search(get(port, cookie, "/findings/"))):
        time.sleep(0.2)
    assert "African" in get(port, cookie, found[1])
    steps["until the finding's page can be read"] = clock.lap()
    return steps


class Clock:
    def __init__(self):
        self.last = time.monotonic()

    def lap(self):
        before, self.last = self.last, time.monotonic()
        return self.last - before


def get(port, cookie, path):
    answer, text = ask(port, "GET", path, None, {"Cookie": cookie})
    assert answer.status == 200, (path, answer.status)
    return text


def post(port, cookie, path, body, kind):
    headers = {"Cookie": cookie, "Content-Type": kind}
    answer, _text = ask(port, "POST", path, body, headers)
    assert answer.status == 302, (path, answer.status)
    return answer.getheader("Location")


def ask(port, method, path, body, headers):
    connection = http.client.HTTPConnection(serving.HOST, port, timeout=60)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def report(steps):
    whole = sum(steps.values())
    lines = [
        "# From a list of 100,000 people to the finding's page",
        "",
        f"Measured on {datetime.date.today():%d %B %Y} with {machine()}.",
        f"{load()} The command line, the server and its worker run as the tutorial starts them; a program presses the",
        "buttons, so a person's own reading and clicking comes on top. Again: `./run bench journey`.",
        "",
        "| held to | measured | |",
        "| --- | --- | --- |",
        f"| within one minute | {whole:.1f} s | {'yes' if whole <= MOST_SECONDS else 'NO'} |",
        "",
        "| step | seconds |",
        "| --- | ---: |",
        *(f"| {name} | {seconds:.1f} |" for name, seconds in steps.items()),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
