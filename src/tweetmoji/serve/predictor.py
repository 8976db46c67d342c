"""Predictions, suggestions and explanations off the event loop: a bounded queue in front of one worker thread per core.

A request is cut into slices of texts of like length, which run in batches. Requests take turns: a worker runs one
slice, and then the request goes behind all others. Nothing waits for a batch to fill, so an idle server adds no delay,
and a busy one keeps every core at work.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, Final, Generic, TypeVar

from tweetmoji.runtime.emojifier import Emojifier, Prediction
from tweetmoji.runtime.explain import Explanation, find_weighed_words, list_variants, weigh_words
from tweetmoji.runtime.suggestions import Suggestion, rank_suggestions
from tweetmoji.serve.problems import make_unavailable

Result = TypeVar("Result")

SLICE_TOKENS: Final = 512
"""Tokens that a worker gets at a time, by estimate, if in more than one text: some 30 ms of work, after which another
request has its turn."""

CHARS_PER_TOKEN: Final = 4
"""ASCII characters of a token: in tweets 3.9, and their lengths in both correlate at 0.95 (5,000 of the unlabeled
tweets)."""

SPECIAL_TOKENS: Final = 2
"""Tokens of a text beside its own: one at the start, one at the end."""


class Predictor:
    """Predicts texts for many requests at the same time."""

    def __init__(self, emojifier: Emojifier, *, threads: int, queue_tokens: int) -> None:
        """Start the workers.

        Args:
            emojifier: The model.
            threads: Number of workers, at least 1.
            queue_tokens: Tokens that may wait or be in progress, as `estimate_tokens` counts them. A request of more is
                accepted when there are none.
        """
        self.emojifier = emojifier.with_threads(1)  # the workers are the threads, whatever it was loaded with
        self._queue_tokens = queue_tokens
        self._waiting_tokens = 0
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._ready = True
        self._closing = threading.Lock()
        self._workers = [threading.Thread(target=self._work, name=f"predict-{i}", daemon=True) for i in range(threads)]
        for worker in self._workers:
            worker.start()

    @property
    def ready(self) -> bool:
        """Whether it predicts, which it does until it is closed."""
        return self._ready

    def close(self) -> None:
        """Finish what has been accepted, and refuse what comes next."""
        with self._closing:
            if self._ready:
                self._ready = False
                self._jobs.put(None)  # once: a worker takes an empty queue behind it for the end
        for worker in self._workers:
            worker.join()

    async def predict(self, texts: Sequence[str], *, min_confidence: float = 0.0) -> list[Prediction]:
        """Predict texts, one `Prediction` for each, in order.

        Raises:
            Problem: 503 if too much is waiting or the server is shutting down.
        """
        return await self._run(texts, partial(self.emojifier.predict, min_confidence=min_confidence))

    async def suggest(self, texts: Sequence[str], k: int) -> list[list[Suggestion]]:
        """Suggest the ``k`` most probable emoji for each text, in order; see `Emojifier.suggest`.

        Raises:
            Problem: 503 if too much is waiting or the server is shutting down.
        """

        def suggest(part: list[str]) -> list[list[Suggestion]]:
            return rank_suggestions(self.emojifier.suggest_proba(part), self.emojifier.suggestions, k)

        return await self._run(texts, suggest)

    async def explain(self, text: str) -> Explanation:
        """Explain the prediction for one text; see `Emojifier.explain`. It waits as a list of words + 1 texts does.

        Raises:
            TooManyWordsError: The text has too many words.
            Problem: 503 if too much is waiting or the server is shutting down.
        """
        words = await asyncio.to_thread(find_weighed_words, text)  # takes 10 ms for a text of 10,000 emoji
        return weigh_words(words, await self._run(list_variants(text, words), self.emojifier.predict))

    async def _run(self, texts: Sequence[str], compute: Callable[[list[str]], list[Result]]) -> list[Result]:
        """Compute a result for each text, slice by slice."""
        if not self._ready:
            raise make_unavailable("the server is shutting down")
        if not texts:
            return []
        tokens = [estimate_tokens(text, self.emojifier.max_tokens) for text in texts]
        total = sum(tokens)
        if self._waiting_tokens and self._waiting_tokens + total > self._queue_tokens:
            raise make_unavailable(f"texts of some {self._waiting_tokens} tokens are already waiting")
        slices = cut_slices(tokens)
        job = _Job(texts, slices, compute)
        self._waiting_tokens += total
        try:
            for _ in range(min(len(self._workers), len(slices))):  # its places in the queue: one for each worker
                self._jobs.put(job)
            return await job.done
        finally:
            self._waiting_tokens -= total

    def _work(self) -> None:
        """Run slices until the queue is closed and empty."""
        while True:
            job = self._jobs.get()
            if job is None:
                finished = self._jobs.empty()
                self._jobs.put(None)  # for the other workers, or behind what is left
                if finished:
                    return
            elif job.run_slice():
                self._jobs.put(job)


class _Job(Generic[Result]):
    """A request's texts, which any number of workers run slice by slice."""

    def __init__(
        self, texts: Sequence[str], slices: list[list[int]], compute: Callable[[list[str]], list[Result]]
    ) -> None:
        self._texts = texts
        self._compute = compute
        self._slices = deque(slices)
        self._unfinished = len(slices)
        self._results: list[Result | None] = [None] * len(texts)
        self._lock = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[list[Result]] = self._loop.create_future()

    def run_slice(self) -> bool:
        """Compute the next slice; the last one completes the job, and so does an error.

        Returns:
            Whether slices are left to take.
        """
        with self._lock:
            if not self._slices or self.done.done():  # taken by others; or it failed, or nobody waits any more
                return False
            indices = self._slices.popleft()
        try:
            found = self._compute([self._texts[i] for i in indices])
        except BaseException as error:  # noqa: BLE001 - whatever it is, the request must end
            self._tell(self._fail, error)
            return False
        for i, result in zip(indices, found, strict=True):
            self._results[i] = result
        with self._lock:
            self._unfinished -= 1
            last = self._unfinished == 0
        if last:
            self._tell(self._complete)
        return bool(self._slices)

    def _tell(self, callback: Callable[..., None], *arguments: object) -> None:
        """Call back in the event loop."""
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(callback, *arguments)

    def _complete(self) -> None:
        if not self.done.done():
            self.done.set_result(self._results)  # type: ignore[arg-type]

    def _fail(self, error: BaseException) -> None:
        if self.done.done():
            return
        if isinstance(error, StopIteration):  # which a future refuses
            error, cause = RuntimeError("the model raised StopIteration"), error
            error.__cause__ = cause
        self.done.set_exception(error)


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
