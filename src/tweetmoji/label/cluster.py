"""The engine on Ray: actors hold one model each, and answer the parts that this process reads and stores.

Parts, journal and output are those of the local engine, so either one continues what the other has begun.
"""

import logging
import os
import platform
import socket
import sys
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import partial
from typing import Any, Final, cast

from tweetmoji.errors import DataError, SettingError, needs_extra, shorten
from tweetmoji.label.engines import Answered, OpenFile
from tweetmoji.label.options import LabelOptions
from tweetmoji.label.outputs import describe_settings
from tweetmoji.label.rows import Part
from tweetmoji.label.tasks import LabeledPart, Labeler
from tweetmoji.runtime.emojifier import Emojifier

with needs_extra("ray"):
    import ray

SLOTS: Final = 2
"""Parts that an actor has at a time: the next one is there when one is done."""

WINDOW: Final = 4
"""Parts for each actor between the first that is not stored and the last that was read: bounds the memory while one
part is late."""

CONNECT_S: Final = 5
"""Seconds after which no cluster is at an address."""

MAX_LOSSES: Final = 4
"""Losses of a part after which it, and no machine, is to blame: spot instances may take one with them now and then."""


class Worker:
    """An actor: a process on some machine of the cluster, with a model of its own."""

    def load(self, load_model: Callable[[], Emojifier], settings: Mapping[str, Any], options: LabelOptions) -> None:
        """Load the model.

        Raises:
            SettingError: It would answer otherwise than the process that reads and stores.
            ArtifactError: The model is not there, or is damaged.
        """
        self._emojifier = load_model()
        mine = describe_settings(self._emojifier, options)
        if differing := [name for name in mine if mine[name] != settings[name]]:
            changes = "; ".join(f"{name} is {mine[name]!r}, not {settings[name]!r}" for name in differing)
            raise SettingError(
                f"the worker on {platform.node()} would answer otherwise: {changes}; install the same versions and the "
                "same model on every machine"
            )

    def label(self, labeler: Labeler, part: Part) -> LabeledPart:
        """Answer and render a part."""
        return labeler.render(part, labeler.label(part, self._emojifier))


class RayEngine:
    """Answers parts on a Ray cluster."""

    def __init__(
        self,
        load_model: Callable[[], Emojifier],
        emojifier: Emojifier,
        options: LabelOptions,
        *,
        address: str | None = None,
        workers: int | None = None,
    ) -> None:
        """Take what each actor needs.

        Args:
            load_model: Loads the model with one thread; it is called on the machines of the cluster.
            emojifier: The same model here.
            options: What to add.
            address: Of the cluster; None for the one that ``RAY_ADDRESS`` or this machine has, or else a new one here.
            workers: Number of actors with a core each; None for all cores that the cluster has now.
        """
        self._load = (load_model, describe_settings(emojifier, options), options)
        self._address = address
        self._workers = workers

    def answer_parts(
        self, parts: Iterator[tuple[OpenFile, Part | None]]
    ) -> Generator[tuple[OpenFile, Answered | None], None, None]:
        """Answer the parts on all actors, and give them back in their order; see `Engine`.

        Raises:
            SettingError: There is no cluster at the address, or an actor would answer otherwise.
            DataError: A part was lost together with its actor, several times.
        """
        with _connected(self._address):
            yield from _Pool(self._load, self._workers or max(1, int(ray.cluster_resources().get("CPU", 1)))).answer(
                parts
            )


class _Pool:
    """Actors, the calls that they are at, and the parts of these."""

    def __init__(self, load: tuple[Any, ...], count: int) -> None:
        self._load = load
        self._count = count
        self._actors: dict[int, Any] = {}
        self._started = 0
        self._free: deque[int] = deque()  # an actor as often as it has free slots
        self._calls: dict[Any, tuple[int, int | None]] = {}  # to the actor and the part; None for loading the model
        self._sent: dict[int, tuple[OpenFile, float | None, Any]] = {}  # to file and fraction, and the part on Ray
        self._again: deque[int] = deque()  # parts that were lost
        self._losses: Counter[int | None] = Counter()  # of each part; None for loading the model
        self._done: dict[int, tuple[OpenFile, Answered | None]] = {}  # parts that wait for those before them
        self._read = 0
        self._failure: Exception | None = None  # of reading

    def answer(
        self, parts: Iterator[tuple[OpenFile, Part | None]]
    ) -> Generator[tuple[OpenFile, Answered | None], None, None]:
        """Answer parts, and give them back in their order."""
        given = 0
        more = True
        try:
            for _ in range(self._count):
                self._start()
            while more or given < self._read:
                while self._free and (self._again or (more and self._read < given + WINDOW * self._count)):
                    if self._again:
                        self._send(self._again.popleft())
                    else:
                        more = self._read_next(parts)
                while given in self._done:
                    yield self._done.pop(given)
                    given += 1
                if given < self._read or (more and not self._free):
                    self._collect()
        finally:
            for actor in self._actors.values():
                ray.kill(actor)
        if self._failure:
            raise self._failure

    def _start(self) -> None:
        """Start an actor; it is free when its model is loaded."""
        actor = ray.remote(Worker).options(num_cpus=1).remote()
        self._actors[self._started] = actor
        self._calls[actor.load.remote(*self._load)] = (self._started, None)
        self._started += 1

    def _read_next(self, parts: Iterator[tuple[OpenFile, Part | None]]) -> bool:
        """Read a part and send it; False after the last one. If one cannot be read, those before it are done first."""
        try:
            work = next(parts, None)
        except (DataError, OSError) as error:
            self._failure = error
            return False
        if work is None:
            return False
        file, part = work
        if part is None:
            self._done[self._read] = (file, None)
        else:
            self._sent[self._read] = (file, part.fraction, ray.put(part))
            self._send(self._read)
        self._read += 1
        return True

    def _send(self, number: int) -> None:
        actor = self._free.popleft()
        file, _, part = self._sent[number]
        self._calls[self._actors[actor].label.remote(file.task.labeler, part)] = (actor, number)

    def _collect(self) -> None:
        """Wait for a call, and take its result."""
        for call in ray.wait(list(self._calls))[0]:
            actor, number = self._calls.pop(call)
            try:
                result = ray.get(call)
            except ray.exceptions.RayTaskError as error:  # what the actor raised
                raise error.cause from None
            except ray.exceptions.RayError as error:  # the actor is gone, or its result with its machine
                self._replace(actor, number, error)
                continue
            self._losses.pop(number, None)
            if number is None:
                self._free.extend([actor] * SLOTS)
                continue
            self._free.append(actor)
            file, fraction, _ = self._sent.pop(number)
            self._done[number] = (file, Answered(fraction, result.tally, partial(_same, result)))

    def _replace(self, actor: int, number: int | None, error: Exception) -> None:
        """Start another actor instead of one that was lost, and send its part again."""
        if lost := self._actors.pop(actor, None):
            ray.kill(lost)
            self._free = deque(one for one in self._free if one != actor)
            self._start()
        self._losses[number] += 1
        if number is not None:
            self._again.append(number)
            if self._losses[number] >= MAX_LOSSES:
                name = self._sent[number][0].task.pair.input
                raise DataError(f"{name}: {MAX_LOSSES} workers ended over the same rows ({shorten(error)})")
        elif self._losses[number] >= MAX_LOSSES * self._count:
            raise DataError(f"the workers end while they load the model ({shorten(error)})")


def _same(part: LabeledPart) -> LabeledPart:
    return part


@contextmanager
def _connected(address: str | None) -> Iterator[None]:
    """Connect to a cluster, unless this process is connected."""
    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster that is started here reports to nobody
    try:
        _knock(address or "")
        ray.init(address=address, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, RuntimeError, ValueError) as error:
        raise SettingError(
            f"address {address!r}: no Ray cluster to use ({shorten(error)}); expected one such as 10.0.0.1:6379 with "
            "the same versions of Ray and Python"
        ) from None
    try:
        with redirect_stdout(cast("Any", _BytesOnly(sys.stdout))):
            yield
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Connect to a host and port, if an address is one: Ray itself gives up after more than a minute.

    Raises:
        OSError: Nobody answers.
    """
    host, _, port = address.rpartition(":")
    if port.isdigit() and "://" not in address:
        socket.create_connection((host, int(port)), CONNECT_S).close()


class _BytesOnly:
    """stdout without text: Ray prints its messages there, and rows may go to it."""

    def __init__(self, stdout: Any) -> None:  # noqa: ANN401
        self._stdout = stdout

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._stdout, name)

    def write(self, text: str) -> int:
        """Drop a text."""
        return len(text)
