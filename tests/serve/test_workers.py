"""`Workers`: what counts as hung or dead, and what happens then. The clock stands still."""

import asyncio
import threading
from collections import deque

import pytest

from tweetmoji.serve.admission import WorkQueue
from tweetmoji.serve.jobs import Job, Slice
from tweetmoji.serve.stages import StageClock, TimedCall
from tweetmoji.serve.workers import Workers

DEADLINE_S = 30


class Clock:
    """Seconds that only a test moves."""

    now_s = 1000.0

    def __call__(self):
        return self.now_s


class BlockedJob:
    """A job whose slices wait for the test."""

    def __init__(self, slices=1):
        self.tokens = slices
        self.compute = None
        self.slices = deque(Slice([], 1) for _ in range(slices))
        self.entered = threading.Semaphore(0)
        self.leave = threading.Event()

    def read(self, _part):
        self.entered.release()
        assert self.leave.wait(DEADLINE_S)
        return []

    def report(self, error):
        pass


class FatalJob(BlockedJob):
    """A job that ends the thread that runs it."""

    def __init__(self):
        super().__init__()
        self.reported = []

    def read(self, _part):
        raise RuntimeError("a fault of the worker itself")

    def report(self, error):
        self.reported.append(error)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queue():
    queue = WorkQueue(workers=2, queue_s=3600)
    yield queue
    queue.close()


@pytest.fixture
def blocked_job(queue):
    """A job in two workers, neither of which goes on before the end."""
    job = BlockedJob(slices=2)
    yield job
    job.leave.set()


def test_slice_that_takes_longer_than_hang_s_is_a_hung_worker(queue, clock, blocked_job):
    workers = Workers(queue, count=3, hang_s=60, clock=clock)
    queue.put(blocked_job)
    for _ in range(2):
        assert blocked_job.entered.acquire(timeout=DEADLINE_S)
    clock.now_s += 60
    assert (workers.hung, workers.find_fault()) == (0, None)
    clock.now_s += 1
    assert workers.hung == 2
    assert not workers.all_hung  # the third waits for work
    assert workers.find_fault() == "a worker has been computing for more than 60 seconds"


def test_worker_without_work_never_hangs(queue, clock):
    workers = Workers(queue, count=1, hang_s=60, clock=clock)
    clock.now_s += 3600
    assert (workers.hung, workers.find_fault()) == (0, None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_dead_worker_is_a_fault_until_it_is_replaced(queue, clock, caplog):
    workers = Workers(queue, count=1, hang_s=60, clock=clock)
    fatal, next_job = FatalJob(), BlockedJob()
    queue.put(fatal)
    assert workers.join(DEADLINE_S)
    assert workers.find_fault() == "a worker has died and is being replaced"
    assert [type(error) for error in fatal.reported] == [RuntimeError]  # so its request ends
    assert queue.queued_tokens == 0
    workers.replace_dead()
    assert workers.find_fault() is None
    assert "worker 0 died" in caplog.text
    next_job.leave.set()
    queue.put(next_job)
    assert next_job.entered.acquire(timeout=DEADLINE_S)


def test_workers_that_ended_in_order_are_not_replaced(queue, clock):
    workers = Workers(queue, count=2, hang_s=60, clock=clock)
    queue.close()
    assert workers.join(DEADLINE_S)
    before = list(workers._workers)
    workers.replace_dead()
    assert workers._workers == before
    assert workers.find_fault() is None


def test_join_says_whether_all_have_ended(queue, clock, blocked_job):
    workers = Workers(queue, count=2, hang_s=60, clock=clock)
    queue.put(blocked_job)
    assert blocked_job.entered.acquire(timeout=DEADLINE_S)
    queue.close()
    assert not workers.join(0)
    blocked_job.leave.set()
    assert workers.join(DEADLINE_S)


def test_measured_time_reaches_the_rate(queue, clock):
    async def run():
        def compute(texts):
            clock.now_s += 10
            return texts

        Workers(queue, count=1, hang_s=60, clock=clock)
        job = Job(["text"], [100], TimedCall(compute, StageClock()), lambda _, __: None)
        queue.put(job)
        return await asyncio.wait_for(job.done, DEADLINE_S)

    before = queue.rate.tokens_per_s
    assert asyncio.run(run()) == ["text"]
    assert queue.rate.tokens_per_s < before / 2
