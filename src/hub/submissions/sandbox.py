"""Files from outside are looked at in a process of their own, which may use little memory and little time."""

import json
import os
import subprocess
import sys

from equity.submission.document import Submission, checksum_of, read
from equity.submission.look import NOT_OURS

PATIENCE = 10  # Seconds on the clock. The process itself is stopped after one second of work.


class RefusedFile(Exception):  # noqa: N818 - it is news for a person rather than an error
    """Why a file may not come in, and how to do it right."""


def look_at(content: bytes) -> Submission:
    """The submission in a file. Whatever else the file holds is forgotten, and nothing of it is written anywhere."""
    answer = _asked(content)
    if "submission" not in answer:
        raise RefusedFile(answer.get("problem", NOT_OURS))
    found = answer["submission"]
    return read(json.dumps(found | {"checksum": checksum_of(found)}))


def _asked(content):
    # A bare environment: no secret of ours is there to be found.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")}
    command = [sys.executable, "-m", "equity.submission.look"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and no word of the file in the command
            command, input=content, capture_output=True, timeout=PATIENCE, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return {}
    return json.loads(done.stdout) if done.returncode == 0 and done.stdout else {}
