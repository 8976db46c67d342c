"""Predictions, suggestions and explanations off the event loop: a bounded queue in front of one worker thread per core.

A request is cut into slices of texts of like length, which run in batches. Requests take turns by slices, as
`tweetmoji.serve.admission` says, and those that wait together share one. Nothing waits for a batch to fill, so an idle
server adds no delay, and a busy one keeps every core at work. What nobody waits for any more is not computed.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from tweetmoji.runtime.emojifier import Emojifier, Prediction
from tweetmoji.runtime.explain import Explanation, find_weighed_words, list_variants, weigh_words
from tweetmoji.runtime.suggestions import Suggestion, rank_suggestions
from tweetmoji.serve.admission import SHUTTING_DOWN, WorkQueue
from tweetmoji.serve.jobs import AnyJob, Job, estimate_tokens
from tweetmoji.serve.metrics import Metrics
from tweetmoji.serve.problems import make_late, make_unavailable
from tweetmoji.serve.records import current_record
from tweetmoji.serve.stages import Spent, StageClock, TimedCall, TimedWork
from tweetmoji.serve.workers import Workers

Result = TypeVar("Result")

CLOSE_S: Final = 5.0
"""Seconds that workers may take to end once every request has its response. A slice in progress takes far less."""

PATIENCE_S: Final = 0.02
"""Seconds after which it is worth the effort to look whether a client has left: a few short texts take as long."""


class Predictor:
    """Predicts texts for many requests at the same time.

    Attributes:
        emojifier: The model that predicts what comes next. It may be replaced between any two requests, so code that
            needs it twice reads it once.
        metrics: What is counted.
    """

    def __init__(
        self,
        emojifier: Emojifier,
        *,
        threads: int,
        queue_s: float,
        timeout_s: float,
        hang_s: float,
        metrics: Metrics | None = None,
    ) -> None:
        """Start the workers.

        Args:
            emojifier: The model.
            threads: Number of workers, at least 1.
            queue_s: Longest wait that a request is admitted to: the work ahead of it over the rate of the workers.
            timeout_s: Longest time from a request's admission to its last result.
            hang_s: Seconds after which a worker that has not finished a slice counts as hung.
            metrics: Where to count; None for metrics that nobody sees.
        """
        self.metrics = metrics or Metrics()
        self._clock = StageClock()
        self.replace(emojifier)
        self.queue = WorkQueue(workers=threads, queue_s=queue_s)
        self.workers = Workers(self.queue, count=threads, hang_s=hang_s)
        self.draining = False
        self._timeout_s = timeout_s
        self.metrics.watch(self)

    def replace(self, emojifier: Emojifier) -> None:
        """Predict with another model from now on. Requests that are admitted keep the one that they came to."""
        # the workers are the threads, whatever it was loaded with
        self.emojifier = emojifier.with_threads(1).with_observer(self._clock)
        self.metrics.show_model(emojifier)

    def find_fault(self) -> str | None:
        """Why it is not ready to predict; None if it is."""
        return SHUTTING_DOWN if self.draining else self.workers.find_fault()

    def drain(self) -> None:
        """Say that it is not ready any more, and predict all the same until it is closed. Safe in a signal handler."""
        self.draining = True

    def close(self, timeout_s: float = CLOSE_S) -> bool:
        """Refuse what comes next, and let the workers finish what has been accepted.

        Args:
            timeout_s: Seconds to wait for them.

        Returns:
            Whether they have ended; one that hangs does not.
        """
        self.drain()
        self.queue.close()
        return self.workers.join(timeout_s)

    async def predict(
        self, texts: Sequence[str], *, min_confidence: float = 0.0, receive: Receive | None = None
    ) -> list[Prediction]:
        """Predict texts, one `Prediction` for each, in order.

        Args:
            texts: The texts.
            min_confidence: As `Emojifier.predict` takes it.
            receive: What the server calls the request's ``receive``, after its body: it says when the client has left.
                None to compute the texts in any case.

        Raises:
            Problem: 429 if too much work is ahead, 503 if the server is closed or all workers hang, 504 if the
                deadline passes.
            ClientDisconnect: The client has left.
        """

        def count(found: list[Prediction], lengths: list[int]) -> None:
            self._count_lengths(lengths)
            self.metrics.work.count_predictions(found)

        found = await self._run(texts, self.emojifier.predict, count, receive)
        return [row.hide_below(min_confidence) for row in found]

    async def suggest(self, texts: Sequence[str], k: int, *, receive: Receive | None = None) -> list[list[Suggestion]]:
        """Suggest the ``k`` most probable emoji for each text, in order; see `Emojifier.suggest`.

        ``receive`` and the errors are those of `predict`.
        """
        return await self._run(
            texts, Ranking(self.emojifier, k), lambda _, lengths: self._count_lengths(lengths), receive
        )

    async def explain(self, text: str, *, receive: Receive | None = None) -> Explanation:
        """Explain the prediction for one text; see `Emojifier.explain`. It waits as a list of words + 1 texts does.

        Args:
            text: The text.
            receive: As for `predict`.

        Raises:
            TooManyWordsError: The text has too many words.
            Problem: As for `predict`.
        """
        words = await asyncio.to_thread(find_weighed_words, text)  # takes 10 ms for a text of 10,000 emoji
        # the text without each of its words is no input of anybody's: neither its length nor its prediction counts
        variants = list_variants(text, words)
        found = await self._run(variants, self.emojifier.predict, lambda _, __: None, receive, given=[text])
        explanation = weigh_words(words, found)
        self.metrics.work.count_predictions([explanation.prediction])
        return explanation

    def _count_lengths(self, lengths: list[int]) -> None:
        for length in lengths:
            self.metrics.work.input_tokens.observe(length)

    async def _run(
        self,
        texts: Sequence[str],
        compute: Callable[[list[str]], list[Result]],
        count: Callable[[list[Result], list[int]], None],
        receive: Receive | None,
        *,
        given: Sequence[str] | None = None,
    ) -> list[Result]:
        """Compute a result for each text, slice by slice, while somebody waits for it.

        Args:
            texts: The texts.
            compute: Gives a result for each of some texts, in order.
            count: Hears of the results of each slice, and of the tokens of each text, in worker threads.
            receive: As for `predict`.
            given: The texts that the client gave, if they are others.
        """
        if not texts:
            return []
        if self.workers.all_hung:
            raise make_unavailable("all workers hang")
        record = current_record()
        if record is not None:
            record.texts = texts if given is None else given
        work = TimedWork(record)

        def note(results: list[Result], spent: Spent) -> None:
            work.add(spent)
            count(results, spent.lengths)

        max_tokens = self.emojifier.max_tokens
        tokens = [estimate_tokens(text, max_tokens) for text in texts]
        job = Job(texts, tokens, TimedCall(compute, self._clock), note)
        self.queue.put(job)
        watch = Watch(job, timeout_s=self._timeout_s, receive=receive)
        try:
            results = await job.done
        finally:
            watch.stop()
            self.queue.drop(job)
        work.report(self.metrics.work, len(texts))
        return results


@dataclass(frozen=True)
class Ranking:
    """Suggests emoji for texts; equal to one that suggests as many of the same model."""

    emojifier: Emojifier
    k: int

    def __call__(self, texts: list[str]) -> list[list[Suggestion]]:
        """Suggest the ``k`` most probable emoji for each text."""
        return rank_suggestions(self.emojifier.suggest_proba(texts), self.emojifier.suggestions, self.k)


class Watch:
    """Ends a job that takes too long, or whose client leaves.

    It begins after `PATIENCE_S`, so that a short request pays for one timer and for nothing else.
    """

    def __init__(self, job: AnyJob, *, timeout_s: float, receive: Receive | None) -> None:
        self._job = job
        self._timeout_s = timeout_s
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(PATIENCE_S, self._begin)

    def stop(self) -> None:
        """Watch no more."""
        self._timer.cancel()
        if self._task:
            self._task.cancel()

    def _begin(self) -> None:
        late = make_late(self._timeout_s)
        self._timer = self._loop.call_later(self._timeout_s - PATIENCE_S, self._job.fail, late)
        if self._receive:
            self._task = self._loop.create_task(self._fail_once_gone(self._receive))

    async def _fail_once_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._job.fail(ClientDisconnect())
