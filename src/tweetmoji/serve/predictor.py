"""Predictions off the event loop: a bounded queue in front of one worker thread per core.

Each text runs through the network alone, so collecting requests into batches would gain nothing: an idle server adds
no delay, a busy one keeps every core at work. A long request takes turns with the others, slice by slice.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from tweetmoji.runtime.emojifier import Emojifier, Prediction
from tweetmoji.serve.problems import make_unavailable

SLICE_TEXTS: Final = 16
"""Texts that a worker gets at a time: some 15 ms of work, after which another request has its turn."""


class Predictor:
    """Predicts texts for many requests at the same time."""

    def __init__(self, emojifier: Emojifier, *, threads: int, queue_texts: int) -> None:
        """Start the workers.

        Args:
            emojifier: The model.
            threads: Number of workers, at least 1.
            queue_texts: Texts that may wait or be in progress.
        """
        self.emojifier = emojifier.with_threads(1)  # the workers are the threads, whatever it was loaded with
        self._queue_texts = queue_texts
        self._waiting_texts = 0
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(threads, thread_name_prefix="predict")

    @property
    def ready(self) -> bool:
        """Whether it predicts, which it does until it is closed."""
        return self._pool is not None

    def close(self) -> None:
        """Finish what is in progress, and refuse what comes next."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    async def predict(self, texts: Sequence[str], *, min_confidence: float = 0.0) -> list[Prediction]:
        """Predict texts, one `Prediction` for each, in order.

        Raises:
            Problem: 503 if too many texts are waiting or the server is shutting down.
        """
        if self._pool is None:
            raise make_unavailable("the server is shutting down")
        if self._waiting_texts + len(texts) > self._queue_texts:
            raise make_unavailable(f"{self._waiting_texts} texts are already waiting")
        self._waiting_texts += len(texts)
        try:
            return await self._run_slices(self._pool, texts, min_confidence)
        finally:
            self._waiting_texts -= len(texts)

    async def _run_slices(
        self, pool: ThreadPoolExecutor, texts: Sequence[str], min_confidence: float
    ) -> list[Prediction]:
        """Give each worker one slice, wait for all, and repeat: other requests have their turn in between."""
        predict = partial(self.emojifier.predict, min_confidence=min_confidence)
        loop = asyncio.get_running_loop()
        predictions: list[Prediction] = []
        step = self._threads * SLICE_TEXTS
        for start in range(0, len(texts), step):
            round_texts = texts[start : start + step]
            slices = [round_texts[i : i + SLICE_TEXTS] for i in range(0, len(round_texts), SLICE_TEXTS)]
            for predicted in await asyncio.gather(*(loop.run_in_executor(pool, predict, part) for part in slices)):
                predictions += predicted
        return predictions
