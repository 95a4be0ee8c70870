"""The same cells on a real Spark master with two workers on this machine, started and stopped here."""

import os
import socket
import subprocess
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest

from equity.backends import duckdb_engine
from equity.backends.plan import Counter, Dimension, Plan

COUNTERS = (
    Counter("n", "true"),
    Counter("left_early", "status = 'out'"),
    Counter("answers", "score is not null"),
    Counter("total", "score", False),
    Counter("known", "ethnicity is not null and sex is not null"),
)
DIMENSIONS = (
    Dimension("provider", "provider"),
    Dimension("half", "case when month(seen) between 4 and 9 then 1 else 2 end"),
    Dimension("ethnicity", "ethnicity"),
    Dimension("sex", "sex"),
    Dimension("band", "cast(floor(age / 10) as int)"),
)
PLAN = Plan.crossing(DIMENSIONS[1:], COUNTERS, outer=("half",))


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def open_within(port, seconds):
    for _ in range(seconds * 5):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.2)
    return False


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A standalone master and two one-core workers; without Spark or Java the tests fail and say what to install."""
    try:
        import pyspark
    except ImportError:
        pytest.fail("These tests need Spark: pip install 'progressing-equality[spark]' (and Java 17).", pytrace=False)
    from equity.backends.spark_engine import NoSpark, check_java

    try:
        check_java()
    except NoSpark as problem:
        pytest.fail(str(problem), pytrace=False)
    home, port, folder = Path(pyspark.__file__).parent, free_port(), tmp_path_factory.mktemp("spark")
    surroundings = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder),
    }
    started = []

    def start(*words):
        with (folder / f"{len(started)}.log").open("wb") as log:
            command = [str(home / "bin" / "spark-class"), *words]
            started.append(subprocess.Popen(command, env=surroundings, stdout=log, stderr=log, start_new_session=True))

    try:
        start(
            "org.apache.spark.deploy.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--webui-port",
            str(free_port()),
        )
        assert open_within(port, 90), (folder / "0.log").read_text()[-2_000:]
        for _ in range(2):
            start(
                "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "700m",
                "--webui-port", str(free_port()), f"spark://127.0.0.1:{port}",
            )  # fmt: skip
        yield f"spark://127.0.0.1:{port}"
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def session(cluster):
    from equity.backends import spark_engine

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    made = spark_engine.connect(
        cluster, partitions=2, settings={"spark.executor.memory": "512m", "spark.driver.host": "127.0.0.1"}
    )
    wait_for_workers(made, 2)
    yield made
    made.stop()


def wait_for_workers(made, wanted):
    """The job must run on both workers, so wait until both have lent an executor."""
    tracker = made.sparkContext._jsc.sc()
    for _ in range(300):
        if tracker.getExecutorMemoryStatus().size() > wanted:
            return
        time.sleep(0.2)
    pytest.fail("The two workers did not join the master within a minute.", pytrace=False)


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """Random rows with missing values and awkward words, as a Parquet file that both engines read."""
    rng, size = np.random.default_rng(11), 3_000
    con = duckdb.connect()
    con.execute(
        "create table people (provider varchar, seen date, ethnicity varchar, sex varchar, age integer, status varchar, score integer, person integer)"  # noqa: E501
    )
    pick = lambda values: [values[i] for i in rng.integers(0, len(values), size)]  # noqa: E731
    rows = zip(
        pick(["P1", "P2", "it's", None]), pick(["2024-04-01", "2024-10-02", None]), pick(["A", "B", "Z", "99", None]), pick(["F", "M", None]),  # noqa: E501
        pick([None, *range(0, 100, 7)]), pick(["in", "out", None]), pick([None, *range(11)]), rng.integers(0, 900, size).tolist(), strict=True,  # noqa: E501
    )  # fmt: skip
    con.executemany("insert into people values (?, ?, ?, ?, ?, ?, ?, ?)", [list(row) for row in rows])
    path = tmp_path_factory.mktemp("rows") / "people.parquet"
    con.execute(f"copy people to '{path}' (format parquet)")
    return con, path


@pytest.fixture(scope="module")
def cells(session, people):
    from equity.backends import spark_engine

    _, path = people
    session.read.parquet(str(path)).createOrReplaceTempView("people")
    return spark_engine.count(PLAN, "people", session)


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::FutureWarning")
class TestSpark:
    def test_two_workers_count_the_same_cells_as_duckdb(self, cells, people):
        con, _ = people
        expected = duckdb_engine.count(PLAN, "people", con).lookup()
        assert len(expected) > 100
        assert cells.lookup() == expected

    def test_the_plain_definition_agrees_too(self, session, cells):
        from equity.backends import spark_engine

        assert spark_engine.count_plainly(PLAN, "people", session).lookup() == cells.lookup()

    def test_different_persons_are_the_same_people(self, session, cells, people):
        from equity.backends import spark_engine

        con, _ = people
        plan = Plan(
            DIMENSIONS,
            COUNTERS[:2],
            (frozenset({"sex"}), frozenset({"sex", "ethnicity"}), frozenset()),
            distinct="person",
        )
        assert spark_engine.count(plan, "people", session).lookup() == duckdb_engine.count(plan, "people", con).lookup()


def test_a_machine_without_java_is_told_what_to_install(monkeypatch, tmp_path):
    from equity.backends.spark_engine import NoSpark, check_java

    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoSpark, match="install openjdk-17"):
        check_java()
