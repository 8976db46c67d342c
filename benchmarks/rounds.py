"""The parent's half of `ways/protocol.py`: ways to do the same work, a process each, in interleaved rounds.

A way is slow or fast partly by when it runs: other programs, heat, the host of a virtual machine. So every round runs
every job once, the order rotated from round to round, and what is compared are medians and ratios within a round.
"""

import json
import os
import select
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).parent
ANSWER_TIMEOUT_S = 90.0
"""Longer than any job takes; an engine that hangs costs its way, not the benchmark."""

SETTLE_S = 0.3
"""Before each job: threads that spin after their work go to sleep, in OpenMP by default after 0.2 s."""


class WayError(Exception):
    """A way ended or did not answer in time."""


@dataclass(frozen=True)
class Way:
    """How to start a way.

    Attributes:
        name: Of the way in results.
        python: Interpreter of its environment.
        script: What it runs, a path below benchmarks/.
        arguments: Of the script.
        inherit_path: Whether PYTHONPATH of this process holds for it too.
    """

    name: str
    python: Path
    script: str
    arguments: Sequence[str]
    inherit_path: bool = False


class Process:
    """A running way."""

    def __init__(self, way: Way) -> None:
        """Start it, and wait until it is ready.

        Raises:
            WayError: It is not ready in time.
        """
        self.way = way
        inherited = [os.environ["PYTHONPATH"]] if way.inherit_path and "PYTHONPATH" in os.environ else []
        path = os.pathsep.join([str(BENCHMARKS / "ways"), *inherited])
        self._process = subprocess.Popen(
            [way.python, BENCHMARKS / way.script, *way.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )
        try:
            ready = self._read()
        except WayError:
            self.close()
            raise
        self.jobs: list[str] = ready["jobs"]
        self.versions: dict[str, str] = ready["versions"]

    def run(self, job: str, step: int = 1) -> dict[str, Any]:
        """Run a job on every ``step``-th text and return its figures.

        Raises:
            WayError: The process ended, or does not answer in time.
        """
        time.sleep(SETTLE_S)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"job": job, "step": step}).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise WayError(f"{self.way.name}: ended with {self._process.wait()}") from None
        return self._read()

    def close(self) -> None:
        """End the process; of one that has ended, close the pipes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):  # it ended with a request unread
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], ANSWER_TIMEOUT_S)[0]:
            self._process.kill()
            raise WayError(f"{self.way.name}: no answer within {ANSWER_TIMEOUT_S:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            raise WayError(f"{self.way.name}: ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass
class Rounds:
    """What the rounds gave.

    Attributes:
        figures: Way and job to the figures of each round.
        dropped: Way and job to the figures of the selection, of jobs that were too slow to go on.
        failed: Way to what went wrong.
    """

    figures: dict[tuple[str, str], list[dict[str, float]]] = field(default_factory=dict)
    dropped: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def start_ways(ways: Sequence[Way], failed: dict[str, str]) -> dict[str, Process]:
    """Start ways one after the other; those that fail are noted."""
    processes = {}
    for way in ways:
        try:
            processes[way.name] = Process(way)
        except WayError as error:
            note_failure(failed, way.name, error)
    return processes


def note_failure(failed: dict[str, str], name: str, error: WayError) -> None:
    """Note and print that a way failed; its messages are above, in the standard error stream."""
    print(f"inference: {error}", file=sys.stderr, flush=True)
    failed[name] = str(error)


def try_job(process: Process, job: str, failed: dict[str, str], step: int = 1) -> dict[str, Any] | None:
    """Run a job; None, and a note, if its way fails."""
    try:
        return process.run(job, step)
    except WayError as error:
        note_failure(failed, process.way.name, error)
        return None


def run_round(processes: Mapping[str, Process], jobs: Sequence[tuple[str, str]], rounds: Rounds, step: int = 1) -> None:
    """Run jobs once each, in this order; those of a way that fails are left out from then on."""
    for name, job in jobs:
        if name in rounds.failed:
            continue
        figures = try_job(processes[name], job, rounds.failed, step)
        if figures is None:
            continue
        rounds.figures.setdefault((name, job), []).append(figures)
        print(f"{name}, {job}: " + ", ".join(f"{key} {value:.4g}" for key, value in figures.items()), flush=True)


def drop_slow(rounds: Rounds, groups: Mapping[str, str], kept: int) -> None:
    """Take the selection out of the figures; of each group, only the fastest jobs go on.

    Args:
        rounds: After the round that selects.
        groups: Name of a way to its group, of which only the best job counts. A way without one loses no job.
        kept: Jobs of each group that go on: more than one, because a single round may mislead.
    """
    selection = rounds.figures
    for group in set(groups.values()):
        jobs = [key for key in selection if groups.get(key[0]) == group]
        jobs.sort(key=lambda key: -selection[key][0]["texts_per_s"])
        rounds.dropped |= {key: selection[key][0] for key in jobs[kept:]}
    rounds.figures = {key: [] for key in selection if key not in rounds.dropped and key[0] not in rounds.failed}


def rotate(jobs: Sequence[tuple[str, str]], number: int, count: int) -> list[tuple[str, str]]:
    """Order jobs for one of ``count`` rounds: each starts further on, every second one runs backwards.

    So no job is always first, or always after the same other one.
    """
    start = number * len(jobs) // count
    order = [*jobs[start:], *jobs[:start]]
    return order[::-1] if number % 2 else order


def summarize(values: Sequence[float], digits: int) -> dict[str, Any]:
    """Median, lowest and highest of the rounds, and all of them."""
    return {
        "median": round(statistics.median(values), digits),
        "lowest": round(min(values), digits),
        "highest": round(max(values), digits),
        "all": [round(value, digits) for value in values],
    }
