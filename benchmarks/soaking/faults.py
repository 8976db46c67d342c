"""The soak's faults, and their order: random, but the same for a seed."""

import asyncio
import random
import shutil
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from soaking import clients
from soaking.supervisor import Supervisor

PAUSE_S = 1.5
"""Seconds that a paused process stands still, as a machine that is suspended."""

DAY_S = 86_400

ENDING_UNTIL = 0.4
"""Share of the run in which faults may end the process: the last one then lives long enough to see its memory."""

QUIET_FROM = 0.9
"""Share of the run after which there are no more faults."""


class Faults:
    """What can be done to a server."""

    def __init__(self, supervisor: Supervisor, port: int, model: Path, batch: bytes) -> None:
        """Take over what to harm.

        Args:
            supervisor: That of the server.
            port: Where it listens.
            model: Its model folder.
            batch: A large request.
        """
        self._supervisor = supervisor
        self._port = port
        self._model = model
        self._batch = batch
        self.ending: dict[str, Callable[[], Awaitable[None]]] = {
            "process killed (SIGKILL)": self._signal(signal.SIGKILL),
            "process told to stop (SIGTERM)": self._signal(signal.SIGTERM),
            "worker hung": self._tell("hang"),
        }
        self.lasting: dict[str, Callable[[], Awaitable[None]]] = {
            "worker died": self._tell("die"),
            "model loaded again (SIGHUP)": self._signal(signal.SIGHUP),
            "bad model loaded (SIGHUP)": self.load_bad_model,
            "process paused": self.pause,
            "clock a day ahead": self._tell(f"clock {DAY_S}"),
            "clock a day back": self._tell(f"clock -{DAY_S}"),
            "disk of the log full": self.fill_disk,
            "clients vanish": lambda: clients.vanish(port, batch),
            "clients send slowly": lambda: clients.drip(port, batch),
            "client reads slowly": lambda: clients.read_slowly(port, batch),
        }

    async def load_bad_model(self) -> None:
        """Damage the weights, let them be loaded, and mend them."""
        weights = self._model / "model.onnx"
        whole = weights.with_suffix(".whole")
        shutil.copy(weights, whole)
        weights.write_bytes(b"damaged")
        self._supervisor.signal(signal.SIGHUP)
        await asyncio.sleep(1)
        whole.replace(weights)

    async def pause(self) -> None:
        """Stop the process, and let it go on."""
        self._supervisor.signal(signal.SIGSTOP)
        await asyncio.sleep(PAUSE_S)
        self._supervisor.signal(signal.SIGCONT)

    async def fill_disk(self) -> None:
        """Let the log fail for a while."""
        self._supervisor.tell("disk-full")
        await asyncio.sleep(2)
        self._supervisor.tell("disk-free")

    def _signal(self, number: signal.Signals) -> Callable[[], Awaitable[None]]:
        async def act() -> None:
            self._supervisor.signal(number)

        return act

    def _tell(self, fault: str) -> Callable[[], Awaitable[None]]:
        async def act() -> None:
            self._supervisor.tell(fault)

        return act


def plan(faults: Faults, seconds: float, every_s: float, generator: random.Random) -> list[tuple[float, str]]:
    """Plan when which fault comes: each kind as often as the time allows, in random order.

    Returns:
        Seconds from the start, and the name of the fault.
    """
    times = [every_s * i for i in range(1, int(seconds * QUIET_FROM / every_s) + 1)]
    early = [second for second in times if second < seconds * ENDING_UNTIL]
    late = times[len(early) :]
    dealt = zip(early, _deal([*faults.ending, *faults.lasting], generator), strict=False)
    return [*dealt, *zip(late, _deal(list(faults.lasting), generator), strict=False)]


def _deal(names: list[str], generator: random.Random) -> list[str]:
    """Names without end (a thousand), each once before any comes again."""
    dealt: list[str] = []
    while len(dealt) < 1000:
        dealt += generator.sample(names, len(names))
    return dealt
