"""`Job`: estimates, slices, and how slices and errors end it."""

import asyncio

import pytest

from tweetmoji.serve.jobs import SLICE_TOKENS, Job, cut_slices, estimate_tokens


def run_slices(job, count):
    """Compute some of its slices in this thread, as a worker does."""
    for _ in range(count):
        job.report(job.run(job.slices.popleft()))


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
        job = Job(["a", "b", "c"], [SLICE_TOKENS, 400, SLICE_TOKENS], lambda texts: [text.upper() for text in texts])
        assert job.tokens == 2 * SLICE_TOKENS + 400
        assert [part.tokens for part in job.slices] == [SLICE_TOKENS, SLICE_TOKENS, 400]
        run_slices(job, 2)
        await asyncio.sleep(0)
        assert not job.done.done()
        run_slices(job, 1)
        return await job.done

    assert asyncio.run(run()) == ["A", "B", "C"]


@pytest.mark.parametrize("results", [[], ["one", "too many"]])
def test_wrong_number_of_results_is_an_error_of_the_request(results):
    async def run():
        job = Job(["a"], [3], lambda _: results)
        run_slices(job, 1)
        await job.done

    with pytest.raises(ValueError, match="zip"):
        asyncio.run(run())


def test_nothing_is_computed_once_nobody_waits():
    async def run():
        calls = []
        job = Job(["a", "b"], [SLICE_TOKENS, SLICE_TOKENS], lambda texts: calls.append(texts) or texts)
        job.done.cancel()
        run_slices(job, 2)
        return calls

    assert asyncio.run(run()) == []


def test_first_error_stays():
    async def run():
        job = Job(["a"], [3], list)
        job.fail(KeyError("first"))
        job.fail(KeyError("second"))
        await job.done

    with pytest.raises(KeyError, match="first"):
        asyncio.run(run())
