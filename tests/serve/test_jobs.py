"""`Job`: estimates, slices, and how slices and errors end it."""

import asyncio

import pytest

from tweetmoji.serve.jobs import SLICE_TOKENS, Job, cut_slices, estimate_tokens, run_slices
from tweetmoji.serve.stages import Spent


class FakeCall:
    """Computes texts, and notes each call."""

    def __init__(self, compute):
        self.calls = []
        self._compute = compute

    def __call__(self, texts):
        self.calls.append(texts)
        return self._compute(texts), Spent(list(map(len, texts)), 5.0, 0.25, 0.5)


def make_job(texts, tokens, compute, note=lambda _, __: None):
    return Job(texts, tokens, compute if isinstance(compute, FakeCall) else FakeCall(compute), note)


def take_slice(job):
    return job, job.slices.popleft()


def compute_slices(job, count):
    """Compute some of its slices in this thread, as a worker does."""
    for _ in range(count):
        [error] = run_slices([take_slice(job)])
        job.report(error)


def upper(texts):
    return [text.upper() for text in texts]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 2), ("xxx", 2), ("xxxx", 3), ("x" * 40, 12), ("x" * 56, 16), ("x" * 10_000, 16), ("😂😭", 8), ("\ud800", 4)],
)
def test_tokens_are_estimated_from_the_length_up_to_what_the_model_reads(text, tokens):
    assert estimate_tokens(text, max_tokens=16) == tokens


def test_slices_hold_texts_of_like_length_the_longest_first():
    tokens = [10, 100, 500, 10, 200, 100, 600]
    assert cut_slices(tokens) == [[6], [2], [4, 1, 5, 0, 3]]
    assert cut_slices([SLICE_TOKENS // 4] * 9) == [[0, 1, 2, 3], [4, 5, 6, 7], [8]]
    assert cut_slices([]) == []


def test_last_slice_completes_the_job_with_the_results_in_order():
    async def run():
        job = make_job(
            ["a", "b", "c"], [SLICE_TOKENS, 400, SLICE_TOKENS], lambda texts: [text.upper() for text in texts]
        )
        assert job.tokens == 2 * SLICE_TOKENS + 400
        assert [part.tokens for part in job.slices] == [SLICE_TOKENS, SLICE_TOKENS, 400]
        compute_slices(job, 2)
        await asyncio.sleep(0)
        assert not job.done.done()
        compute_slices(job, 1)
        return await job.done

    assert asyncio.run(run()) == ["A", "B", "C"]


@pytest.mark.parametrize("results", [[], ["one", "too many"]])
def test_wrong_number_of_results_is_an_error_of_the_request(results):
    async def run():
        job = make_job(["a"], [3], lambda _: results)
        compute_slices(job, 1)
        await job.done

    with pytest.raises(ValueError, match="zip"):
        asyncio.run(run())


def test_nothing_is_computed_once_nobody_waits():
    async def run():
        calls = []
        job = make_job(["a", "b"], [SLICE_TOKENS, SLICE_TOKENS], lambda texts: calls.append(texts) or texts)
        job.done.cancel()
        compute_slices(job, 2)
        return calls

    assert asyncio.run(run()) == []


def test_first_error_stays():
    async def run():
        job = make_job(["a"], [3], list)
        job.fail(KeyError("first"))
        job.fail(KeyError("second"))
        await job.done

    with pytest.raises(KeyError, match="first"):
        asyncio.run(run())


def test_jobs_are_computed_in_one_call_and_each_gets_its_own():
    async def run():
        call, noted = FakeCall(upper), {}
        jobs = [
            make_job(texts, [3] * len(texts), call, lambda results, spent, i=i: noted.update({i: (results, spent)}))
            for i, texts in enumerate([["a"], ["gone"], ["bb", "ccc"]])
        ]
        jobs[1].done.cancel()
        taken = [take_slice(job) for job in jobs]
        for job, error in zip(jobs, run_slices(taken), strict=True):
            job.report(error)
        return call.calls, noted, await jobs[0].done, await jobs[2].done

    calls, noted, *results = asyncio.run(run())
    assert calls == [["a", "bb", "ccc"]]
    assert results == [["A"], ["BB", "CCC"]]
    assert list(noted) == [0, 2]
    assert noted[0] == (["A"], Spent([1], 5.0, 0.25, 0.5))
    assert noted[2] == (["BB", "CCC"], Spent([2, 3], 5.0, 0.25, 0.5))


def test_error_of_a_shared_call_ends_its_own_job_alone():
    def compute(texts):
        if "bad" in texts:
            raise KeyError("bad")
        return upper(texts)

    async def run():
        jobs = [make_job([text], [3], FakeCall(compute)) for text in ("good", "bad", "fine")]
        for job, error in zip(jobs, run_slices([take_slice(job) for job in jobs]), strict=True):
            job.report(error)
        return await asyncio.gather(*(job.done for job in jobs), return_exceptions=True)

    good, bad, fine = asyncio.run(run())
    assert (good, fine) == (["GOOD"], ["FINE"])
    assert isinstance(bad, KeyError)
