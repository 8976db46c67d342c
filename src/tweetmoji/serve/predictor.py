"""Predictions and suggestions off the event loop: a bounded queue in front of one worker thread per core.

A request is cut into slices of texts of like length, which run in batches. Requests take turns by slices, as
`tweetmoji.serve.admission` says. Nothing waits for a batch to fill, so an idle server adds no delay, and a busy one
keeps every core at work.
"""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from tweetmoji.runtime.emojifier import Emojifier, Prediction
from tweetmoji.runtime.suggestions import Suggestion, rank_suggestions
from tweetmoji.serve.admission import WorkQueue
from tweetmoji.serve.jobs import Job, estimate_tokens

Result = TypeVar("Result")


class Predictor:
    """Predicts texts for many requests at the same time."""

    def __init__(self, emojifier: Emojifier, *, threads: int, queue_s: float) -> None:
        """Start the workers.

        Args:
            emojifier: The model.
            threads: Number of workers, at least 1.
            queue_s: Longest wait that a request is admitted to: the work ahead of it over the rate of the workers.
        """
        self.emojifier = emojifier.with_threads(1)  # the workers are the threads, whatever it was loaded with
        self.queue = WorkQueue(workers=threads, queue_s=queue_s)
        self._ready = True
        self._workers = [threading.Thread(target=self._work, name=f"predict-{i}", daemon=True) for i in range(threads)]
        for worker in self._workers:
            worker.start()

    @property
    def ready(self) -> bool:
        """Whether it predicts, which it does until it is closed."""
        return self._ready

    def close(self) -> None:
        """Finish what has been accepted, and refuse what comes next."""
        self._ready = False
        self.queue.close()
        for worker in self._workers:
            worker.join()

    async def predict(self, texts: Sequence[str], *, min_confidence: float = 0.0) -> list[Prediction]:
        """Predict texts, one `Prediction` for each, in order.

        Raises:
            Problem: 429 if too much work is ahead; 503 if the server is shutting down.
        """
        return await self._run(texts, partial(self.emojifier.predict, min_confidence=min_confidence))

    async def suggest(self, texts: Sequence[str], k: int) -> list[list[Suggestion]]:
        """Suggest the ``k`` most probable emoji for each text, in order; see `Emojifier.suggest`.

        Raises:
            Problem: 429 if too much work is ahead; 503 if the server is shutting down.
        """

        def suggest(part: list[str]) -> list[list[Suggestion]]:
            return rank_suggestions(self.emojifier.suggest_proba(part), self.emojifier.suggestions, k)

        return await self._run(texts, suggest)

    async def _run(self, texts: Sequence[str], compute: Callable[[list[str]], list[Result]]) -> list[Result]:
        """Compute a result for each text, slice by slice."""
        if not texts:
            return []
        job = Job(texts, [estimate_tokens(text, self.emojifier.max_tokens) for text in texts], compute)
        self.queue.put(job)
        try:
            return await job.done
        finally:
            self.queue.drop(job)

    def _work(self) -> None:
        """Compute slices until the queue is closed and empty."""
        while (taken := self.queue.take()) is not None:
            job, part = taken
            started_s = time.monotonic()
            error = job.run(part)
            self.queue.finish(job, part, time.monotonic() - started_s)
            job.report(error)  # last: who has a response finds its place in the queue free
