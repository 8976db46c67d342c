"""A request's texts as a job: cut into slices that any number of workers compute, completed in the event loop.

A worker may compute slices of several jobs in one call, for the network takes less time for each text of a batch. No
job sees the others: an answer does not depend on its batch, and an error ends its own job alone.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from tweetmoji.serve.stages import Spent, TimedCall

Result = TypeVar("Result")

SLICE_TOKENS: Final = 512
"""Tokens that a worker gets at a time, by estimate, if in more than one text: some 30 ms of work, after which another
request has its turn."""

CHARS_PER_TOKEN: Final = 4
"""ASCII characters of a token: in tweets 3.9, and their lengths in both correlate at 0.95 (5,000 of the unlabeled
tweets)."""

SPECIAL_TOKENS: Final = 2
"""Tokens of a text beside its own: one at the start, one at the end."""


@dataclass(frozen=True)
class Slice:
    """Texts that a worker computes at a time.

    Attributes:
        indices: The texts, as indices into those of their job.
        tokens: Sum of their estimated tokens.
    """

    indices: list[int]
    tokens: int


class Job(Generic[Result]):
    """The work of one request.

    Attributes:
        compute: Computes texts; equal for jobs whose texts may be computed in one call.
        tokens: Estimated tokens of all texts.
        slices: The slices that no worker has taken. The queue that holds the job guards them.
        done: The results, one for each text, or the error that ended the job first.
    """

    def __init__(
        self,
        texts: Sequence[str],
        tokens: Sequence[int],
        compute: TimedCall[Result],
        note: Callable[[list[Result], Spent], None],
    ) -> None:
        """Cut the texts into slices.

        Args:
            texts: The texts, at least one.
            tokens: Estimated tokens of each text.
            compute: Computes some of them, in worker threads.
            note: Hears of the results of each slice and of the time that they took, in worker threads.

        Raises:
            RuntimeError: No event loop runs in this thread.
        """
        self.tokens = sum(tokens)
        self.slices = deque(Slice(indices, sum(tokens[i] for i in indices)) for indices in cut_slices(tokens))
        self._texts = texts
        self._note = note
        self.compute = compute
        self._unfinished = len(self.slices)
        self._results: list[Result | None] = [None] * len(texts)
        self._lock = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[list[Result]] = self._loop.create_future()

    def read(self, part: Slice) -> list[str]:
        """The texts of a slice; none if nobody waits for them any more."""
        return [] if self.done.done() else [self._texts[i] for i in part.indices]

    def fill(self, part: Slice, results: list[Result], spent: Spent) -> None:
        """Take the results of a slice.

        Raises:
            ValueError: There are more or fewer than texts.
        """
        for i, result in zip(part.indices, results, strict=True):
            self._results[i] = result
        self._note(results, spent)

    def report(self, error: BaseException | None) -> None:
        """Count a slice as run: the last one completes the job, and so does an error."""
        with self._lock:
            self._unfinished -= 1
            last = self._unfinished == 0
        if error is not None:
            self._tell(self.fail, error)
        elif last:
            self._tell(self._complete)

    def fail(self, error: BaseException) -> None:
        """End the job with an error, in the event loop, unless it has ended."""
        if self.done.done():
            return
        # A future refuses StopIteration; CancelledError would cancel the request, and SystemExit end the event loop.
        if isinstance(error, StopIteration) or not isinstance(error, Exception):
            error, cause = RuntimeError(f"the model raised {type(error).__name__}"), error
            error.__cause__ = cause
        self.done.set_exception(error)

    def _complete(self) -> None:
        if not self.done.done():
            self.done.set_result(self._results)  # type: ignore[arg-type]

    def _tell(self, callback: Callable[..., None], *arguments: object) -> None:
        """Call back in the event loop."""
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(callback, *arguments)


AnyJob = Job[Any]

Taken = Sequence[tuple[AnyJob, Slice]]
"""Slices that a worker computes in one call: of one job, or of several. `Job.report` is to follow for each."""


def run_slices(taken: Taken) -> list[BaseException | None]:
    """Compute slices, unless nobody waits for them any more.

    Returns:
        For each slice what the model raised, whatever it is: the request must end, and the worker must live.
    """
    error = _run(taken)
    if error is None or len(taken) == 1:
        return [error] * len(taken)
    return [_run([one]) for one in taken]  # so that an error ends its own request alone


def _run(taken: Taken) -> BaseException | None:
    """Compute slices in one call."""
    parts = [job.read(part) for job, part in taken]
    texts = [text for part in parts for text in part]
    if not texts:
        return None
    try:
        results, spent = taken[0][0].compute(texts)
        start = 0
        for (job, part), wanted in zip(taken, parts, strict=True):
            end = start + len(wanted)
            if wanted:
                # the last one takes what is left, and finds out if there are more results than texts
                own = slice(start, end if end < len(texts) else None)
                job.fill(part, results[own], spent.of(own))
            start = end
    except BaseException as error:  # noqa: BLE001
        return error
    return None


def estimate_tokens(text: str, max_tokens: int) -> int:
    """Estimate how many tokens of a text the model reads, without tokenizing it.

    Outside ASCII each further byte of UTF-8 counts as a token: the name of an emoji has as many. That is too high for
    other scripts, and so on the safe side.
    """
    further_bytes = len(text.encode("utf-8", "surrogatepass")) - len(text)
    return min(max_tokens, SPECIAL_TOKENS + len(text) // CHARS_PER_TOKEN + further_bytes)


def cut_slices(tokens: Sequence[int]) -> list[list[int]]:
    """Cut texts into slices of like length, each of at most `SLICE_TOKENS` or of one text.

    Args:
        tokens: Estimated tokens of each text.

    Returns:
        Indices into ``tokens``, each in one slice; the longest texts first.
    """
    slices: list[list[int]] = []
    room = 0
    for i in sorted(range(len(tokens)), key=lambda i: -tokens[i]):
        if tokens[i] > room:
            slices.append([])
            room = SLICE_TOKENS
        slices[-1].append(i)
        room -= tokens[i]
    return slices
