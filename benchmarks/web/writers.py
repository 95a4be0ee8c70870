"""Fifty people report progress at the same moment, on SQLite, each update with its entry in the record."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

PROCESSES, THREADS, EACH = 5, 10, 20


@dataclass(frozen=True)
class Written:
    wanted: int
    written: int
    errors: int
    seconds: float
    slowest_ms: float


def measure(environment):
    """Five processes of ten threads each write a number of updates through the real action."""
    started = time.monotonic()
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.web.writers", str(number)],
            env=os.environ | environment, stdout=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    said = [process.communicate()[0].split() for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError("A writer stopped.")
    written, errors, slowest = zip(*((int(a), int(b), float(c)) for a, b, c in said), strict=True)
    return Written(PROCESSES * THREADS * EACH, sum(written), sum(errors), time.monotonic() - started, max(slowest))


def write_for_a_while(number):
    from django.db import OperationalError, connection

    from hub.commitments import actions
    from hub.commitments.models import Commitment

    commitments = list(Commitment.objects.order_by("pk")[number * 100 : number * 100 + THREADS])
    times, errors = [], []

    def write(commitment):
        for _ in range(EACH):
            started = time.monotonic()
            try:
                actions.report_progress(commitment, by=None, stage="moving", happened="One thing at a time.")
                times.append(time.monotonic() - started)
            except OperationalError as error:
                errors.append(error)
        connection.close()

    threads = [threading.Thread(target=write, args=[commitment]) for commitment in commitments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times), len(errors), 1000 * max(times, default=0)


if __name__ == "__main__":
    import django

    django.setup()
    print(*write_for_a_while(int(sys.argv[1])))
