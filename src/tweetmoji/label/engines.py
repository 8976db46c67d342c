"""Engines: each answers the parts of all files, and gives them back in the order in which they came."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from tweetmoji.label.rows import Part
from tweetmoji.label.sinks import Sink
from tweetmoji.label.sources import STDIN_CALLED_OFF
from tweetmoji.label.tally import Tally
from tweetmoji.label.tasks import LabeledPart, Task
from tweetmoji.runtime.emojifier import Emojifier


@dataclass(frozen=True)
class OpenFile:
    """A file that is read.

    Attributes:
        number: Its number in the plan.
        task: What reads it, and labels and renders its parts.
        sink: Where its parts go.
        share: Share of all inputs that comes before it, and its own, 0 to 1; None if their size is not known.
    """

    number: int
    task: Task
    sink: Sink
    share: tuple[float, float] | None


@dataclass(frozen=True)
class Answered:
    """A part with its answers.

    Attributes:
        fraction: As in `Part`.
        tally: Counts of its rows.
        render: Makes its bytes.
    """

    fraction: float | None
    tally: Tally
    render: Callable[[], LabeledPart]


class Engine(Protocol):
    """Answers parts."""

    def answer_parts(
        self, parts: Iterator[tuple[OpenFile, Part | None]]
    ) -> Generator[tuple[OpenFile, Answered | None], None, None]:
        """Answer the parts of all files; a None stands for the end of a file, and is given back in its turn.

        Raises:
            ArtifactError: The model computes no finite numbers for one of the texts.
        """


class LocalEngine:
    """Answers in this process: while one part is answered, the next one is read."""

    def __init__(self, emojifier: Emojifier) -> None:
        """Take the model."""
        self._emojifier = emojifier

    def answer_parts(
        self, parts: Iterator[tuple[OpenFile, Part | None]]
    ) -> Generator[tuple[OpenFile, Answered | None], None, None]:
        """Answer the parts one after another; see `Engine`."""
        with _reading_thread() as reading:
            upcoming = reading.submit(next, parts, None)
            while work := upcoming.result():
                upcoming = reading.submit(next, parts, None)
                file, part = work
                if part is None:
                    yield file, None
                    continue
                answers = file.task.labeler.label(part, self._emojifier)
                yield file, Answered(part.fraction, answers.tally, partial(file.task.labeler.render, part, answers))


@contextmanager
def _reading_thread() -> Iterator[Executor]:
    """A thread that reads. At the end of the block, as after Ctrl-C, it must not wait for what stdin may never send."""
    try:
        with ThreadPoolExecutor(1) as reading:
            try:
                yield reading
            finally:
                STDIN_CALLED_OFF.set()
    finally:
        STDIN_CALLED_OFF.clear()
