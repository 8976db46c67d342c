"""`WorkQueue`: who is admitted, whose turn it is, and what a dropped job leaves. No thread, no clock."""

from collections import deque

import pytest

from tweetmoji.serve.admission import (
    DEFAULT_TOKENS_PER_S,
    LANE_SHARE,
    MEMORY_S,
    SHARED_TOKENS,
    Lane,
    ServiceRate,
    WorkQueue,
)
from tweetmoji.serve.jobs import SLICE_TOKENS, Slice
from tweetmoji.serve.problems import Problem

SMALL, LARGE = 35, 4 * SLICE_TOKENS


class FakeJob:
    """What the queue knows of a job."""

    def __init__(self, tokens, name, compute):
        self.name = name
        self.tokens = tokens
        self.compute = compute
        sizes = [SLICE_TOKENS] * (tokens // SLICE_TOKENS) + [tokens % SLICE_TOKENS] * (tokens % SLICE_TOKENS > 0)
        self.slices = deque(Slice([], size) for size in sizes)


@pytest.fixture
def make_queue():
    """Make a queue whose lanes have room for so many tokens."""

    def make(tokens=10**9, workers=1):
        return WorkQueue(workers=workers, queue_s=tokens / (DEFAULT_TOKENS_PER_S * workers * LANE_SHARE))

    return make


def make_job(tokens, name="", compute="predict"):
    """A job of slices that are full, and one for the rest."""
    return FakeJob(tokens, name, compute)


def take_all(queue):
    """Names of the jobs whose slices a worker would take, in order."""
    queue.close()
    return [job.name for taken in iter(queue.take, []) for job, _ in taken]


@pytest.mark.parametrize("tokens", [1, SLICE_TOKENS, LARGE, 1024 * 128])
def test_idle_queue_admits_any_request_whole(make_queue, tokens):
    queue = make_queue(tokens=1)
    queue.put(make_job(tokens))
    assert queue.queued_tokens == tokens


@pytest.mark.parametrize("tokens", [SMALL, LARGE])
@pytest.mark.parametrize("workers", [1, 2])
def test_request_is_refused_when_the_work_ahead_takes_too_long(make_queue, tokens, workers):
    queue = make_queue(tokens=2.5 * tokens, workers=workers)
    for _ in range(3):
        queue.put(make_job(tokens))
    with pytest.raises(Problem, match="429"):
        queue.put(make_job(tokens))
    assert queue.queued_tokens == 3 * tokens  # the refused one left nothing


def test_own_work_of_a_request_does_not_count(make_queue):
    queue = make_queue(tokens=LARGE)
    queue.put(make_job(LARGE))
    queue.put(make_job(100 * LARGE))
    with pytest.raises(Problem):
        queue.put(make_job(LARGE))


def test_place_is_free_when_a_slice_is_finished(make_queue):
    queue = make_queue(tokens=SMALL / 2)
    queue.put(make_job(SMALL))
    taken = queue.take()
    with pytest.raises(Problem):
        queue.put(make_job(SMALL))
    queue.finish(taken, seconds=0)
    assert queue.queued_tokens == 0
    queue.put(make_job(SMALL))


@pytest.mark.parametrize(("first", "second"), [(SMALL, LARGE), (LARGE, SMALL)])
def test_each_lane_has_room_of_its_own(make_queue, first, second):
    queue = make_queue(tokens=SMALL / 2)
    queue.put(make_job(first))
    with pytest.raises(Problem):
        queue.put(make_job(first))
    queue.put(make_job(second))


def test_retry_after_is_the_queued_work_over_the_rate(make_queue):
    queue = make_queue(tokens=SMALL / 2, workers=2)
    queue.put(make_job(SMALL))
    queue.put(make_job(round(13.5 * DEFAULT_TOKENS_PER_S)))
    with pytest.raises(Problem, match="in 7 seconds") as caught:  # of two workers
        queue.put(make_job(SMALL))
    assert caught.value.headers == {"Retry-After": "7"}


def test_slower_workers_admit_less_and_say_a_later_time(make_queue):
    queue = make_queue(tokens=100 * LARGE)
    queue.put(make_job(LARGE))
    taken = queue.take()
    queue.put(make_job(LARGE))
    queue.finish(taken, seconds=1000)
    with pytest.raises(Problem) as caught:
        queue.put(make_job(LARGE))
    assert int(caught.value.headers["Retry-After"]) > 1000


def test_rate_is_weighted_by_time_and_forgets():
    rate = ServiceRate()
    assert rate.tokens_per_s == pytest.approx(DEFAULT_TOKENS_PER_S)
    for _ in range(1000):
        rate.record(100, 0.1)
    assert rate.tokens_per_s == pytest.approx(1000)
    rate.record(2, 0.001)  # as fast as two times more, but hardly any work
    assert rate.tokens_per_s == pytest.approx(1000, rel=1e-3)
    rate.record(round(3000 * MEMORY_S), MEMORY_S)
    assert 2000 < rate.tokens_per_s < 3000


def test_lanes_take_turns_by_tokens(make_queue):
    queue = make_queue()
    queue.put(make_job(2 * SLICE_TOKENS + 1, "large"))
    for i in range(3):
        queue.put(make_job(SLICE_TOKENS, f"small {i}"))
    assert take_all(queue) == ["small 0", "large", "small 1", "large", "small 2", "large"]


def test_lane_is_owed_nothing_for_the_time_without_work(make_queue):
    queue = make_queue()
    queue.put(make_job(100 * SLICE_TOKENS, "large"))
    for _ in range(90):
        queue.take()
    for i in range(3):
        queue.put(make_job(SLICE_TOKENS, f"small {i}"))
    assert take_all(queue)[:6] == ["small 0", "large", "small 1", "large", "small 2", "large"]


def test_shorter_request_overtakes_a_long_one(make_queue):
    queue = make_queue()
    queue.put(make_job(6 * SLICE_TOKENS, "long"))
    queue.take()
    queue.put(make_job(2 * SLICE_TOKENS, "short"))
    assert take_all(queue) == ["short"] * 2 + ["long"] * 5


def test_long_request_is_not_overtaken_for_ever(make_queue):
    queue = make_queue()
    queue.put(make_job(6 * SLICE_TOKENS, "long"))
    taken = []
    for _ in range(14):  # shorter ones keep coming, faster than they are computed
        queue.put(make_job(2 * SLICE_TOKENS, "short"))
        taken.append(queue.take()[0][0].name)
    assert taken == ["short"] * 8 + ["long"] * 6


def test_waiting_requests_share_a_slice_as_far_as_they_fit(make_queue):
    queue = make_queue()
    for i in range(4):
        queue.put(make_job(SHARED_TOKENS // 3, f"request {i}"))
    assert [job.name for job, _ in queue.take()] == ["request 0", "request 1", "request 2"]
    assert [job.name for job, _ in queue.take()] == ["request 3"]


def test_requests_that_compute_something_else_share_no_slice(make_queue):
    queue = make_queue()
    queue.put(make_job(SMALL, "first"))
    queue.put(make_job(SMALL, "other", compute="suggest"))
    queue.put(make_job(SMALL, "last"))
    assert [[job.name for job, _ in queue.take()] for _ in range(3)] == [["first"], ["other"], ["last"]]


def test_slices_of_large_requests_are_not_shared(make_queue):
    queue = make_queue()
    for _ in range(2):
        queue.put(make_job(SLICE_TOKENS + 1))
    assert [len(queue.take()) for _ in range(4)] == [1, 1, 1, 1]


def test_worker_leaves_their_part_to_those_that_wait():
    lane = Lane()
    for i in range(5):
        lane.put(make_job(SMALL, f"request {i}"))
    assert [len(lane.take_several(share=1 / 2)) for _ in range(3)] == [3, 1, 1]


def test_dropped_job_leaves_nothing_to_take_and_no_tokens(make_queue):
    queue = make_queue(tokens=LARGE / 2)
    dropped, other = make_job(LARGE, "dropped"), make_job(SMALL, "other")
    queue.put(dropped)
    queue.put(other)
    queue.drop(dropped)
    queue.drop(dropped)  # twice is harmless
    assert queue.queued_tokens == SMALL
    queue.put(make_job(LARGE, "next"))
    assert take_all(queue) == ["other"] + ["next"] * (LARGE // SLICE_TOKENS)


def test_slice_that_a_worker_has_counts_until_it_is_finished(make_queue):
    queue = make_queue()
    queue.put(make_job(LARGE))
    taken = queue.take()
    queue.drop(taken[0][0])
    assert queue.queued_tokens == SLICE_TOKENS
    queue.finish(taken, seconds=0)
    assert queue.queued_tokens == 0


def test_dropping_a_job_of_which_all_is_taken_is_harmless(make_queue):
    queue = make_queue()
    queue.put(make_job(SMALL))
    taken = queue.take()
    queue.finish(taken, seconds=0)
    queue.drop(taken[0][0])
    assert queue.queued_tokens == 0


def test_closed_queue_refuses_with_503_and_finishes_what_it_has(make_queue):
    queue = make_queue()
    queue.put(make_job(SMALL, "admitted"))
    queue.close()
    with pytest.raises(Problem, match="shutting down") as caught:
        queue.put(make_job(SMALL))
    assert caught.value.status == 503
    assert take_all(queue) == ["admitted"]
