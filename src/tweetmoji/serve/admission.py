"""Which requests may wait, and whose turn it is: a bounded queue that is measured in seconds of work.

A request is admitted whole or not at all. There are two lanes, one for requests that fit one slice and one for larger
ones. Each is owed half of the workers' time while both have work, so neither kind can shut the other out. Within a
lane a request goes before another if its arrival plus its size, both in tokens of the lane, comes first: a short one
overtakes a long one, but only for as long as the long one has waited less than its own size.

Where several small requests wait, a worker takes some of them at once: together they take less time. None waits for
others to come.
"""

import math
import threading
from bisect import bisect_left, insort
from itertools import count
from typing import Final

from tweetmoji.serve.jobs import SLICE_TOKENS, AnyJob, Slice, Taken
from tweetmoji.serve.problems import make_overloaded, make_unavailable

SHUTTING_DOWN: Final = "the server is shutting down"

SHARED_TOKENS: Final = SLICE_TOKENS // 2
"""Most tokens of the requests that share a slice: about seven tweets, after which more save hardly any time."""

LANE_SHARE: Final = 0.5
"""Share of the workers' time that a lane is sure of while the other one has work as well."""

DEFAULT_TOKENS_PER_S: Final = SLICE_TOKENS / 0.03
"""What a worker is taken to compute before anything is measured: a slice in the time that it is made for."""

DEFAULT_WEIGHT_S: Final = 1.0
"""Seconds of work that the default counts for."""

MEMORY_S: Final = 5.0
"""Seconds of work after which a measurement weighs 1/e: long enough to average over short and long slices, short enough
to follow a machine that gets busy within the default queue."""


class ServiceRate:
    """How many tokens a worker computes in a second: an exponentially weighted mean over its time at work."""

    def __init__(self) -> None:
        self._tokens = DEFAULT_TOKENS_PER_S * DEFAULT_WEIGHT_S
        self._seconds = DEFAULT_WEIGHT_S

    @property
    def tokens_per_s(self) -> float:
        """The mean, above 0."""
        return self._tokens / self._seconds

    def record(self, tokens: int, seconds: float) -> None:
        """Take in how long a slice took."""
        kept = math.exp(-seconds / MEMORY_S)
        self._tokens = self._tokens * kept + tokens
        self._seconds = self._seconds * kept + seconds


class Lane:
    """Jobs that take turns among themselves. The queue's lock guards it.

    Attributes:
        queued_tokens: Tokens that are admitted and neither computed nor dropped.
        queued_texts: Texts, the same way.
        served_tokens: Tokens that workers have taken, the clock of this lane.
    """

    def __init__(self) -> None:
        self.queued_tokens = 0
        self.queued_texts = 0
        self.served_tokens = 0
        self._waiting: list[tuple[tuple[int, int], AnyJob]] = []  # sorted; jobs with slices to take
        self._orders: dict[AnyJob, tuple[int, int]] = {}
        self._numbers = count()

    def __bool__(self) -> bool:
        """Whether a worker can take something."""
        return bool(self._waiting)

    def put(self, job: AnyJob) -> None:
        """Line a job up."""
        order = (self.served_tokens + job.tokens, next(self._numbers))
        self._orders[job] = order
        insort(self._waiting, (order, job), key=lambda entry: entry[0])
        self.queued_tokens += job.tokens
        self.queued_texts += sum(len(part.indices) for part in job.slices)

    def take(self) -> tuple[AnyJob, Slice]:
        """Take a slice of the job whose turn it is."""
        job = self._waiting[0][1]
        part = job.slices.popleft()
        if not job.slices:
            self._remove(job)
        self.served_tokens += part.tokens
        return job, part

    def take_several(self, share: float) -> list[tuple[AnyJob, Slice]]:
        """Take a slice of the job whose turn it is, and those of the next ones that compute the same and fit the slice.

        Args:
            share: Share of the waiting jobs that may be taken, rounded up to whole jobs.
        """
        most = math.ceil(len(self._waiting) * share)
        taken = [self.take()]
        [(job, part)] = taken
        room = SHARED_TOKENS - part.tokens
        while self._waiting and len(taken) < most:
            following = self._waiting[0][1]
            if following.compute != job.compute or following.slices[0].tokens > room:
                break
            taken.append(self.take())
            room -= taken[-1][1].tokens
        return taken

    def drop(self, job: AnyJob) -> None:
        """Take a job out of the line, if it is in it: its slices that no worker has taken are not computed."""
        if job in self._orders:
            self._remove(job)
            for part in job.slices:
                self.finish(part)
            job.slices.clear()

    def finish(self, part: Slice) -> None:
        """Count a slice as computed or dropped."""
        self.queued_tokens -= part.tokens
        self.queued_texts -= len(part.indices)

    def _remove(self, job: AnyJob) -> None:
        order = self._orders.pop(job)
        del self._waiting[bisect_left(self._waiting, order, key=lambda entry: entry[0])]


class WorkQueue:
    """The jobs that wait for workers. Safe to use from any thread."""

    def __init__(self, *, workers: int, queue_s: float) -> None:
        """Make an empty queue.

        Args:
            workers: Number of workers that take from it, at least 1.
            queue_s: Longest wait that a request is admitted to, without the time that it takes itself.
        """
        self.rate = ServiceRate()
        self._workers = workers
        self._queue_s = queue_s
        self._small, self._large = Lane(), Lane()
        self._closed = False
        self._idle = 0  # workers that wait for work
        self._changed = threading.Condition()

    @property
    def queued_tokens(self) -> int:
        """Tokens that are admitted and neither computed nor dropped, by estimate."""
        return self._small.queued_tokens + self._large.queued_tokens

    @property
    def queued_texts(self) -> int:
        """Texts that are admitted and neither computed nor dropped."""
        return self._small.queued_texts + self._large.queued_texts

    @property
    def queued_s(self) -> float:
        """Seconds that the workers need for what is queued, at the rate measured last."""
        return self.queued_tokens / (self.rate.tokens_per_s * self._workers)

    def put(self, job: AnyJob) -> None:
        """Admit a job whole, or not at all.

        Raises:
            Problem: 429 if the work ahead of it takes longer than it may wait; 503 if the queue is closed.
        """
        with self._changed:
            if self._closed:
                raise make_unavailable(SHUTTING_DOWN)
            lane = self._choose_lane(job)
            share = self.rate.tokens_per_s * self._workers * LANE_SHARE
            if lane.queued_tokens / share > self._queue_s:
                raise make_overloaded(self.queued_tokens, self.queued_s)
            if not lane:  # nothing is owed for the time in which it had no work
                lane.served_tokens = max(self._small.served_tokens, self._large.served_tokens)
            lane.put(job)
            self._changed.notify(min(len(job.slices), self._workers))

    def take(self) -> Taken:
        """Wait for slices to compute; none once the queue is closed and empty. They need their `finish`."""
        with self._changed:
            self._idle += 1
            while not (self._small or self._large or self._closed):
                self._changed.wait()
            self._idle -= 1
            if not (self._small or self._large):
                return []
            lane = min(filter(None, (self._small, self._large)), key=lambda lane: lane.served_tokens)
            return lane.take_several(1 / (1 + self._idle)) if lane is self._small else [lane.take()]

    def finish(self, taken: Taken, seconds: float) -> None:
        """Count slices as done, computed or not.

        Args:
            taken: What `take` gave.
            seconds: Time that they took; 0 if they were not computed.
        """
        with self._changed:
            for job, part in taken:
                self._choose_lane(job).finish(part)
            if seconds > 0:
                self.rate.record(sum(part.tokens for _, part in taken), seconds)

    def drop(self, job: AnyJob) -> None:
        """Compute no more of a job; what workers have taken may finish."""
        with self._changed:
            self._choose_lane(job).drop(job)

    def close(self) -> None:
        """Admit nothing more. Workers finish what is admitted."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _choose_lane(self, job: AnyJob) -> Lane:
        return self._small if job.tokens <= SLICE_TOKENS else self._large
