"""A supervisor as an orchestrator is one: it starts the server again whenever it ends, and reads its memory."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from http_load.processes import ProcessGroup


class Supervisor:
    """Keeps a server running.

    Attributes:
        starts: How often it was started.
        exits: Exit code of each process that has ended; -9 after SIGKILL.
    """

    def __init__(self, command: Sequence[str | Path], environment: dict[str, str], log: Path) -> None:
        self.starts = 0
        self.exits: list[int] = []
        self._command = [str(part) for part in command]
        self._environment = environment
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Start it, and again each time that it ends, until the task is cancelled."""
        try:
            while True:
                with self._log.open("ab") as log:
                    self._process = await asyncio.create_subprocess_exec(
                        *self._command,
                        stdin=asyncio.subprocess.PIPE,
                        stdout=log,
                        stderr=log,
                        env=self._environment,
                        start_new_session=True,
                    )
                self.starts += 1
                self.exits.append(await self._process.wait())
        finally:
            await self._end()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(number)

    def tell(self, fault: str) -> None:
        """Write a line to its stdin."""
        if self._process and self._process.stdin and self._process.returncode is None:
            with contextlib.suppress(OSError):
                self._process.stdin.write(f"{fault}\n".encode())

    def measure_memory_mb(self) -> float | None:
        """Its memory; None while it does not run."""
        if self._process is None or self._process.returncode is not None:
            return None
        found = ProcessGroup(self._process.pid).measure_memory_mb()
        return found or None

    async def _end(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 30)
            except TimeoutError:
                os.kill(self._process.pid, signal.SIGKILL)
                await self._process.wait()
            self.exits.append(self._process.returncode or 0)
