"""How long a request's texts wait, are tokenized, and are run through the network, summed over its slices."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

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


class Spent(NamedTuple):
    """What some texts took that were computed in one call.

    Attributes:
        lengths: Tokens of each text.
        started_s: When the call began, by `time.monotonic`.
        tokenizing_s: Seconds in which it tokenized.
        inference_s: Seconds in which it ran the network.
    """

    lengths: list[int]
    started_s: float
    tokenizing_s: float
    inference_s: float

    def of(self, part: slice) -> "Spent":
        """That of some of the texts; each of them has waited for the whole call."""
        return self._replace(lengths=self.lengths[part])


@dataclass(frozen=True)
class TimedCall(Generic[Result]):
    """Computes texts in the calling worker, and says what they took. Equal to one that computes the same.

    Attributes:
        compute: Gives a result for each of some texts, in order.
        clock: The observer of the model.
    """

    compute: Callable[[list[str]], list[Result]]
    clock: StageClock

    def __call__(self, texts: list[str]) -> tuple[list[Result], Spent]:
        """Compute texts."""
        started_s = time.monotonic()
        self.clock.start()
        results = self.compute(texts)
        return results, Spent(self.clock.lengths, started_s, self.clock.tokenizing_s, self.clock.inference_s)


class TimedWork:
    """The work of one request, timed."""

    def __init__(self, record: RequestRecord | None) -> None:
        """Begin to wait.

        Args:
            record: Where the tokens are noted, if the request has one.
        """
        self._record = record
        self._lock = threading.Lock()
        self._admitted_s = time.monotonic()
        self._started_s: float | None = None
        self._tokenizing_s = 0.0
        self._inference_s = 0.0

    def add(self, spent: Spent) -> None:
        """Add a slice, in any thread."""
        with self._lock:
            if self._started_s is None:
                self._started_s = spent.started_s
            self._tokenizing_s += spent.tokenizing_s
            self._inference_s += spent.inference_s
        if self._record is not None:
            self._record.add_tokens(sum(spent.lengths))

    def report(self, metrics: WorkMetrics, texts: int) -> None:
        """Count a request whose texts have all been computed."""
        metrics.request_texts.observe(texts)
        metrics.queue_wait.observe((self._started_s or self._admitted_s) - self._admitted_s)
        metrics.tokenizing.observe(self._tokenizing_s)
        metrics.inference.observe(self._inference_s)
