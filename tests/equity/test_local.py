"""The page on one's own machine: over real HTTP, against another site, and with nobody's row in it."""

import csv
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from tests.equity.test_submission import COLUMNS, PEOPLE

from equity.cli.local.desk import LOCK, START, Desk, private_folder
from equity.cli.local.server import Server
from equity.submission.document import read

SECRETS = ("zq-1001", "zq-1004", "zq words about one", "zq words about two")


class Page:
    """The command as a person starts it, and a browser's way of asking."""

    def __init__(self, folder):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(folder)}
        self.process = subprocess.Popen(
            ["env", "--default-signal=INT", sys.executable, "-m", "equity", "local"],
            env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        lines = iter(self.process.stdout.readline, "")
        self.address = next(line.strip() for line in lines if line.strip().startswith("http"))
        self.site, self.port = "http://" + urlsplit(self.address).netloc, urlsplit(self.address).port
        self.path, self.heard = urlsplit(self.address).path, b""

    def ask(self, method, path, body=b"", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "POST":
            headers = {"Origin": self.site} | headers
        try:
            connection.request(method, path, body, {name: value for name, value in headers.items() if value})
            answer = connection.getresponse()
            answer.text = answer.read().decode()
        finally:
            connection.close()
        self.heard += answer.text.encode() + str(answer.getheaders()).encode()
        return answer

    def get(self, step="", **headers):
        return self.ask("GET", self.path + step, **headers)

    def send_file(self, path, **headers):
        kind = "multipart/form-data; boundary=zqboundary"
        head = f'--zqboundary\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'
        body = head.encode() + path.read_bytes() + b"\r\n--zqboundary--\r\n"
        return self.ask("POST", self.path + "file", body, **{"Content-Type": kind} | headers)

    def choose(self, **fields):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", self.path + "columns", urlencode(fields).encode(), **kind)

    def as_guessed(self):
        """What the page itself would send, with nothing changed."""
        page = self.get("columns").text
        fields = {}
        for name, options in re.findall(r'<select id="\w+" name="([\w-]+)">(.*?)</select>', page, re.S):
            fields[name] = re.search(r'value="([^"]*)" selected', options)[1]
        return fields | {"count": re.search(r'value="(\w+)" checked', page)[1], "period": ""}

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return "".join(self.process.communicate(timeout=30))


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "tmp"
    found.mkdir()
    return found


@pytest.fixture
def open_sockets():
    from pytest_socket import enable_socket

    enable_socket()


@pytest.fixture
def own_page(folder, open_sockets):
    """A page that a test may stop."""
    found = Page(folder)
    yield found
    found.end()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    found = Page(tmp_path_factory.mktemp("shared"))
    yield found
    found.end()


@pytest.fixture
def page(shared, open_sockets):
    """Starting takes a second or two, so those who do not stop it share one."""
    shared.heard = b""
    return shared


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([COLUMNS, *PEOPLE, ["zq-1007", "zq no day", "A", "F", "30", "1", "1", ""]])
    return path


class TestFromAListToCounts:
    def test_a_list_becomes_what_equity_submit_writes(self, own_page, people, run, tmp_path, folder):
        page = own_page
        assert page.send_file(people).getheader("Location") == page.path + "columns"
        assert [one.name for one in folder.rglob("*") if one.is_file()] == [LOCK]
        chosen = page.as_guessed()
        assert chosen["column-0"] == "person"
        assert chosen["column-2"] == "ethnicity:nhs2001"
        assert chosen["column-7"] == ""
        assert page.choose(**chosen).getheader("Location") == page.path + "counts"
        counts = page.get("counts").text
        assert "8 rows read, 7 kept, 1 left out." in counts
        assert "Row 8, column referral_date: not a date" in counts
        saved = page.get("submission.json")
        assert saved.getheader("Content-Disposition") == 'attachment; filename="submission.json"'
        out = tmp_path / "submission.json"
        assert run("submit", people, "--out", out)[0] == 0
        by_command, by_page = read(out.read_text(encoding="utf-8")), read(saved.text)
        assert (by_page.totals, by_page.tables, by_page.rows) == (by_command.totals, by_command.tables, by_command.rows)
        # Nobody's row in anything that was sent to the browser, and nothing said on the terminal.
        for secret in (*SECRETS, "zq no day"):
            assert secret.encode() not in page.heard
        assert "zq" not in page.end()
        assert page.process.returncode == 0
        assert list(folder.iterdir()) == []

    def test_a_wrong_guess_is_put_right(self, page, people):
        page.send_file(people)
        chosen = page.as_guessed()
        page.choose(**chosen | {"column-3": "", "column-6": "stage:recovered"})
        found = read(page.get("submission.json").text)
        assert found.stages == ("referred", "assessed", "recovered")
        assert {table.characteristic for table in found.tables} == {"ethnicity", "age"}

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"column-1": ""}, "Say which column holds the date"),
            ({"column-0": "", "count": "persons"}, "which column tells one person from another"),
            ({"column-3": "ethnicity:nhs2001"}, "Two columns are the same thing"),
            ({"column-2": "", "column-3": "", "column-4": ""}, "Say which column holds a group"),
            ({"column-1": "", "period": "last year"}, "is not a period"),
            ({"column-1": "ethnicity:nonsense", "period": ""}, "Say which column holds the date"),
        ],
    )
    def test_what_is_missing_is_said_beside_what_was_chosen(self, page, people, changed, said):
        page.send_file(people)
        answer = page.choose(**page.as_guessed() | changed)
        assert answer.status == 400
        assert 'role="alert"' in answer.text
        assert said in answer.text
        assert page.get("submission.json").status == 303

    def test_what_is_no_list_gets_a_sentence(self, page, tmp_path):
        for name, content in {"a.csv": b"", "a.png": b"\x89PNG", "a.xlsx": b"PK nothing", "b.csv": b"a\x00b"}.items():
            (tmp_path / name).write_bytes(content)
            answer = page.send_file(tmp_path / name)
            assert answer.status == 400, name
            assert 'role="alert"' in answer.text
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        assert page.ask("POST", page.path + "file", b"nonsense", **kind).status == 400
        assert page.ask("POST", page.path + "file", b"", **kind, Content_Length="999999999999").status == 413

    def test_an_upload_that_stalls_makes_nobody_wait(self, own_page):
        with socket.create_connection(("127.0.0.1", own_page.port)) as stalled:
            heads = f"Host: 127.0.0.1:{own_page.port}\r\nOrigin: {own_page.site}\r\nContent-Length: 1000"
            stalled.sendall(f"POST {own_page.path}file HTTP/1.1\r\n{heads}\r\n\r\nslow".encode())
            assert own_page.get().status == 200
            assert own_page.ask("POST", own_page.path + "stop").status == 200

    def test_a_refused_choice_keeps_what_was_said_to_be_one_count(self, page, tmp_path):
        path = tmp_path / "list.csv"
        path.write_text("person,date,ethnicity\n1,2025-05-01,A\n2,2025-05-01,B\n")
        page.send_file(path)
        fields = page.as_guessed()
        other = "events" if fields["count"] != "events" else "persons"
        assert page.choose(**dict.fromkeys(fields, "") | {"count": other}).status == 400
        again = page.choose(**dict.fromkeys(fields, "") | {"count": other})
        assert f'value="{other}" checked' in again.text

    def test_words_of_the_file_stay_words(self, page, tmp_path):
        path = tmp_path / "list.csv"
        path.write_text('"<script>x</script>",date,ethnicity\n1,2025-05-01,<b>zq</b>\n2,2025-05-01,A\n')
        page.send_file(path)
        page.choose(**page.as_guessed())
        assert b"<script>x" not in page.heard
        assert "&lt;b&gt;zq" in page.get("counts").text


class TestNobodyElse:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Host": "example.org"},
            {"Host": "127.0.0.1"},
            {"Host": "localhost.example.org:80"},
            {"Origin": "http://example.org"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
        ],
    )
    def test_another_site_hears_nothing_and_does_nothing(self, page, people, headers):
        page.send_file(people)
        assert page.get("columns", **headers).status == 403
        answer = page.ask("POST", page.path + "stop", **headers)
        assert answer.status == 403
        assert "people.csv" not in answer.text
        assert page.get("columns").status == 200

    def test_a_form_must_say_where_it_stands(self, page):
        assert page.ask("POST", page.path + "stop", Origin="").status == 403

    def test_whoever_does_not_know_the_address_finds_nothing(self, page, people):
        page.send_file(people)
        for path in ("/", "/columns", "/wrong/columns", "/" + page.path.strip("/")[:-1] + "/columns", "//columns"):
            answer = page.ask("GET", path)
            assert (answer.status, answer.text) == (404, "There is nothing here."), path

    def test_every_answer_asks_the_browser_to_keep_nothing_and_load_nothing(self, page, people):
        page.send_file(people)
        for answer in (page.get(), page.get("columns"), page.ask("GET", "/")):
            assert answer.getheader("Cache-Control") == "no-store"
            assert answer.getheader("Content-Security-Policy").startswith("default-src 'none'")
            assert not re.search(r"https?://", answer.text)
            assert "<script" not in answer.text

    def test_it_listens_on_this_machine_alone(self, page):
        listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        places = {line.split()[1].split(":")[0] for line in listening.splitlines() if f":{page.port:04X} " in line and " 0A " in line}  # fmt: skip # noqa: E501
        assert places == {"0100007F"}


class TestStopping:
    def test_the_button_stops_it_and_nothing_is_left(self, own_page, people, folder):
        own_page.send_file(people)
        assert "Everything is forgotten" in own_page.ask("POST", own_page.path + "stop").text
        assert own_page.process.wait(timeout=30) == 0
        assert list(folder.iterdir()) == []

    def test_what_a_kill_leaves_is_swept_at_the_next_start(self, own_page, folder, monkeypatch):
        own_page.process.kill()
        own_page.process.wait(timeout=30)
        [left] = folder.glob(f"{START}*")
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        with private_folder() as mine:
            assert not left.exists()
            with private_folder() as other:
                assert mine.exists()
                assert (other.stat().st_mode & 0o777) == 0o700
        assert list(folder.iterdir()) == []

    def test_a_polite_stop_sweeps_at_once(self, own_page, folder):
        own_page.process.terminate()
        assert own_page.process.wait(timeout=30) == 0
        assert list(folder.iterdir()) == []


def test_a_link_on_a_command_line_leads_to_the_page_once(tmp_path, open_sockets):
    with Server(Desk(tmp_path)) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        link = urlsplit(server.link_for_once())

        def follow():
            connection = http.client.HTTPConnection("127.0.0.1", link.port, timeout=30)
            connection.request("GET", link.path)
            answer = connection.getresponse()
            connection.close()
            return answer.status, answer.getheader("Location")

        assert server.secret not in link.path
        assert follow() == (303, f"/{server.secret}/")
        assert follow() == (404, None)
        server.shutdown()
