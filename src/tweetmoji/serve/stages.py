"""How long a request's texts wait, are tokenized, and are run through the network, summed over its slices."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from tweetmoji.serve.metrics import WorkMetrics
from tweetmoji.serve.records import RequestRecord

Result = TypeVar("Result")


class StageClock(threading.local):
    """Observes the model in each worker on its own: a worker computes one slice at a time.

    Attributes:
        lengths: Tokens of each text of the slice.
        tokenizing_s: Seconds that they took to tokenize.
        inference_s: Seconds that the network took.
    """

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin a slice."""
        self.lengths: list[int] = []
        self.tokenizing_s = 0.0
        self.inference_s = 0.0

    def tokenized(self, lengths: Sequence[int], seconds: float) -> None:
        """Hear of tokenized texts; see `tweetmoji.runtime.observer.Observer`."""
        self.lengths += lengths
        self.tokenizing_s += seconds

    def computed(self, seconds: float) -> None:
        """Hear of a batch that the network ran."""
        self.inference_s += seconds


class TimedWork:
    """The work of one request, timed."""

    def __init__(self, clock: StageClock, record: RequestRecord | None) -> None:
        """Begin to wait.

        Args:
            clock: The observer of the model.
            record: Where the tokens are noted, if the request has one.
        """
        self._clock = clock
        self._record = record
        self._lock = threading.Lock()
        self._admitted_s = time.monotonic()
        self._started_s: float | None = None
        self._tokenizing_s = 0.0
        self._inference_s = 0.0

    def compute(self, texts: list[str], compute: Callable[[list[str]], list[Result]]) -> tuple[list[Result], list[int]]:
        """Compute a slice in the calling worker; its results, and the tokens of each text."""
        with self._lock:
            if self._started_s is None:
                self._started_s = time.monotonic()
        clock = self._clock
        clock.start()
        results = compute(texts)
        with self._lock:
            self._tokenizing_s += clock.tokenizing_s
            self._inference_s += clock.inference_s
        if self._record is not None:
            self._record.add_tokens(sum(clock.lengths))
        return results, clock.lengths

    def report(self, metrics: WorkMetrics, texts: int) -> None:
        """Count a request whose texts have all been computed."""
        metrics.request_texts.observe(texts)
        metrics.queue_wait.observe((self._started_s or self._admitted_s) - self._admitted_s)
        metrics.tokenizing.observe(self._tokenizing_s)
        metrics.inference.observe(self._inference_s)
