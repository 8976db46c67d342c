"""The worker threads: they compute slices, show that they live, and are replaced when they die."""

import logging
import threading
import time
from collections.abc import Callable

from tweetmoji.serve.admission import WorkQueue
from tweetmoji.serve.jobs import Taken, run_slices

logger = logging.getLogger(__name__)


class Worker:
    """A thread that computes slices until its queue is closed and empty.

    Attributes:
        busy_since_s: When it took the slice that it computes; None if it waits for one.
        ended: Whether it ended as it should.
    """

    def __init__(self, queue: WorkQueue, name: str, clock: Callable[[], float]) -> None:
        """Start the thread."""
        self.busy_since_s: float | None = None
        self.ended = False
        self._queue = queue
        self._clock = clock
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def died(self) -> bool:
        """Whether the thread ended as it should not."""
        return not self.ended and not self._thread.is_alive()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end; whether it came."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while self._compute_next():
            pass
        self.ended = True

    def _compute_next(self) -> bool:
        """Wait for slices and compute them; False once there are no more. It keeps none, nor the model they need."""
        taken = self._queue.take()
        if taken:
            self._compute(taken)
        return bool(taken)

    def _compute(self, taken: Taken) -> None:
        started_s = self._clock()
        self.busy_since_s = started_s
        errors: list[BaseException | None] = []
        try:
            errors = run_slices(taken)
        except BaseException as cause:  # a fault of ours: the requests must end all the same
            errors = [cause] * len(taken)
            raise
        finally:
            self.busy_since_s = None
            self._queue.finish(taken, self._clock() - started_s)
            for (job, _), error in zip(taken, errors, strict=True):
                job.report(error)  # last: who has a response finds its place in the queue free


class Workers:
    """The workers of a queue, and whether they still work.

    Attributes:
        on_death: Called for each worker that died.
    """

    def __init__(
        self, queue: WorkQueue, *, count: int, hang_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start them.

        Args:
            queue: Where they take their work.
            count: How many there are, at least 1.
            hang_s: Seconds after which a slice that is not finished means that its worker hangs.
            clock: Seconds that never go back.
        """
        self.on_death: Callable[[], None] = lambda: None
        self._queue = queue
        self._hang_s = hang_s
        self._clock = clock
        self._workers = [Worker(queue, f"predict-{i}", clock) for i in range(count)]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._workers)

    @property
    def hung(self) -> int:
        """How many workers have been computing one slice for longer than they may."""
        latest_s = self._clock() - self._hang_s
        since = [worker.busy_since_s for worker in self._workers]
        return sum(busy_since_s is not None and busy_since_s < latest_s for busy_since_s in since)

    @property
    def all_hung(self) -> bool:
        """Whether none is left to compute anything."""
        return self.hung == self.count

    def find_fault(self) -> str | None:
        """What keeps a worker from its work; None if nothing does."""
        if self.hung:
            return f"a worker has been computing for more than {self._hang_s:g} seconds"
        if any(worker.died for worker in self._workers):
            return "a worker has died and is being replaced"
        return None

    def replace_dead(self) -> None:
        """Start a worker in place of each that died. What it was computing has failed."""
        for i, worker in enumerate(self._workers):
            if worker.died:
                logger.error("worker %d died; another one takes its place", i)
                self.on_death()
                self._workers[i] = Worker(self._queue, f"predict-{i}", self._clock)

    def join(self, timeout_s: float) -> bool:
        """Wait until all have ended, for so many seconds in all; whether they have."""
        end_s = time.monotonic() + timeout_s
        return all(worker.join(max(0.0, end_s - time.monotonic())) for worker in self._workers)
