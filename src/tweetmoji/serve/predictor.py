"""Answers off the event loop: a bounded queue in front of one worker thread for each core.

Each text runs through the network alone, so collecting requests into batches would gain nothing: an idle server adds
no delay, a busy one keeps every core at work. A long request takes turns with the others, slice by slice.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tweetmoji.runtime.emojifier import Emojifier, Prediction
from tweetmoji.serve.problems import Problem

SLICE_TEXTS: Final = 16
"""Texts that a request hands to a worker at a time: some 15 ms of work, after which another request gets its turn."""

RETRY_AFTER_S: Final = 1
"""Seconds after which a client is asked to come back: a core answers several hundred texts in that time."""


class Predictor:
    """Answers texts for many requests at once."""

    def __init__(self, emojifier: Emojifier, *, threads: int, queue_texts: int) -> None:
        """Start the workers.

        Args:
            emojifier: The model.
            threads: Number of workers, at least 1.
            queue_texts: Most texts that wait or are being answered.
        """
        self.emojifier = emojifier.with_threads(1)  # the workers are the threads, whatever it was loaded with
        self._queue_texts = queue_texts
        self._waiting_texts = 0
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(threads, thread_name_prefix="predict")

    @property
    def ready(self) -> bool:
        """Whether texts are answered: the model is loaded and the server does not shut down."""
        return self._pool is not None

    def close(self) -> None:
        """Answer what is being answered, and no more."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    async def predict(self, texts: Sequence[str], *, min_confidence: float = 0.0) -> list[Prediction]:
        """Answer texts in order.

        Raises:
            Problem: 503 if too many texts wait already or the server shuts down.
        """
        if self._pool is None:
            raise unavailable("the server shuts down")
        if self._waiting_texts + len(texts) > self._queue_texts:
            raise unavailable(f"{self._waiting_texts} texts are waiting already")
        self._waiting_texts += len(texts)
        try:
            return await self._run_slices(self._pool, texts, min_confidence)
        finally:
            self._waiting_texts -= len(texts)

    async def _run_slices(
        self, pool: ThreadPoolExecutor, texts: Sequence[str], min_confidence: float
    ) -> list[Prediction]:
        """Hand out one slice to each worker, wait for them, and so on: others get their turn in between."""

        def answer(part: Sequence[str]) -> list[Prediction]:
            return self.emojifier.predict(part, min_confidence=min_confidence)

        loop = asyncio.get_running_loop()
        predictions: list[Prediction] = []
        step = self._threads * SLICE_TEXTS
        for start in range(0, len(texts), step):
            round_texts = texts[start : start + step]
            parts = [round_texts[i : i + SLICE_TEXTS] for i in range(0, len(round_texts), SLICE_TEXTS)]
            for answers in await asyncio.gather(*(loop.run_in_executor(pool, answer, part) for part in parts)):
                predictions += answers
        return predictions


def unavailable(reason: str) -> Problem:
    """The problem of a request that may succeed a little later."""
    return Problem(503, f"{reason}; try again in a second", headers={"Retry-After": str(RETRY_AFTER_S)})
