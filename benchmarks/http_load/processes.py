"""A server as a group of processes: start, readiness, processor time, memory, and its end in every case."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

READY_S = 120
"""Seconds that a server may take to answer its first request."""

STOP_S = 10
"""Seconds that the processes of a server may take to end after SIGTERM; then they are killed."""

IDLE_S = 20
"""Seconds that a server may take to finish what it was asked before."""

IDLE_SHARE = 0.25
"""Cores more than before the load at which a server is still busy; some poll their queues all the time."""

IDLE_CHECK_S = 0.3
"""Seconds over which the load of an idle server is measured."""

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class ServerError(RuntimeError):
    """A server did not start, ended too early, or gave a wrong response."""


def find_free_port() -> int:
    """Find a port of 127.0.0.1 that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class ProcessGroup:
    """The processes that a command started.

    Args:
        pid: Process id of the first one, which leads a group of its own.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.idle_cores = 0.0

    def list_pids(self) -> list[int]:
        """List the ids of all processes of the group that have not ended."""
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if self._includes(path)]

    def measure_cpu_s(self) -> float:
        """Measure the processor seconds that the processes have taken, and those of their children that ended."""
        ticks = 0
        for pid in self.list_pids():
            ticks += sum(int(field) for field in _read_stat(Path(f"/proc/{pid}/stat"))[11:15])
        return ticks / TICKS_PER_S

    def measure_memory_mb(self) -> float:
        """Measure the proportional set size in megabytes: memory that processes share counts once."""
        kilobytes = 0
        for pid in self.list_pids():
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
            except OSError:
                continue  # ended in the meantime
            kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kilobytes * 1024 / 1e6

    def measure_idle(self) -> None:
        """Measure how many cores the processes take before they are asked for anything."""
        self.idle_cores = self._measure_cores()

    def wait_until_idle(self) -> None:
        """Wait until the processes take no more than when `measure_idle` was called, within `IDLE_SHARE`."""
        deadline = time.monotonic() + IDLE_S
        while self._measure_cores() > self.idle_cores + IDLE_SHARE and time.monotonic() < deadline:
            pass

    def stop(self) -> None:
        """End all processes, with SIGKILL those that SIGTERM does not end in time."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            self._signal(number)
            deadline = time.monotonic() + STOP_S
            while self.list_pids() and time.monotonic() < deadline:
                time.sleep(0.02)

    def _measure_cores(self) -> float:
        cpu_s, start = self.measure_cpu_s(), time.monotonic()
        time.sleep(IDLE_CHECK_S)
        return (self.measure_cpu_s() - cpu_s) / (time.monotonic() - start)

    def _includes(self, path: Path) -> bool:
        fields = _read_stat(path)
        return bool(fields) and fields[0] != "Z" and int(fields[2]) == self.pid

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return


def _read_stat(path: Path) -> list[str]:
    """Read the fields of a process from its state on (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


@contextmanager
def run_server(
    command: Sequence[str | Path], environment: Mapping[str, str], is_ready: Callable[[], bool]
) -> Iterator[tuple[ProcessGroup, float]]:
    """Run a server for the length of a block.

    Args:
        command: Program and arguments.
        environment: All environment variables of the program.
        is_ready: Requests a prediction; False as long as nothing listens.

    Yields:
        Its processes, and the seconds from the start to the first prediction.

    Raises:
        ServerError: It ended, or did not answer in time; with the last lines that it printed.
    """
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        group = ProcessGroup(process.pid)
        try:
            while not is_ready():
                if process.poll() is not None or time.perf_counter() - start > READY_S:
                    log.seek(0)
                    tail = log.read().decode(errors="replace").splitlines()[-5:]
                    raise ServerError("\n".join([f"no response; exit code {process.poll()}; it printed:", *tail]))
                time.sleep(0.02)
            yield group, time.perf_counter() - start
        finally:
            group.stop()
            process.wait()
