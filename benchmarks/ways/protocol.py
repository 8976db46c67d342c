"""The child's half of the protocol between inference.py and a way to run texts, each way a process of its own.

The child writes one JSON line when it is ready: its jobs and the versions of its libraries. Then it reads requests, one
JSON line each, and answers each with one JSON line. Nothing here needs a package: every environment can run it.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

Job = Callable[[int], dict[str, Any]]
"""Runs every n-th text once and gives figures, for example texts per second."""

STATUS = Path("/proc/self/status")


def answer_rounds(jobs: Mapping[str, Job], packages: Sequence[str]) -> None:
    """Answer requests until the input ends.

    Args:
        jobs: Name to job. The job ``memory`` is added to them.
        packages: Packages whose versions the parent is told.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints something does not get in the way
    every = dict(jobs) | {"memory": lambda _: {"peak_mb": measure_peak_mb()}}

    def write(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    write({"jobs": list(jobs), "versions": {package: version(package) for package in packages}})
    for line in sys.stdin:
        request = json.loads(line)
        write(every[request["job"]](request["step"]))


def time_list(run: Callable[[list[str]], object], texts: list[str]) -> Job:
    """Make a job that runs texts as one list; ``texts_per_s``."""

    def job(step: int) -> dict[str, Any]:
        chosen = texts[::step]
        start = time.perf_counter()
        run(chosen)
        return {"texts_per_s": len(chosen) / (time.perf_counter() - start)}

    return job


def measure_peak_mb() -> float:
    """Peak resident memory of this process, in megabytes.

    Linux counts the memory of the parent before ``exec`` in ``ru_maxrss`` (getrusage(2)), but not in ``VmHWM``.
    """
    if STATUS.is_file():
        [line] = [line for line in STATUS.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
