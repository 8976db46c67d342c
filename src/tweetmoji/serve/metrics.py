"""What ``/metrics`` shows to Prometheus: requests, where their time goes, the queue, the texts and the predictions.

The names follow https://prometheus.io/docs/practices/naming/, the cut that of text-embeddings-inference, the server of
Hugging Face (https://github.com/huggingface/text-embeddings-inference). Every application has a registry of its own.
Children of labeled metrics are bound once: a request looks up no label.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, PlatformCollector, ProcessCollector

from tweetmoji.runtime.emojifier import Emojifier, Prediction
from tweetmoji.serve import refusals

if TYPE_CHECKING:
    from tweetmoji.serve.predictor import Predictor

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Bounds of times: from a short text on an idle server to the default deadline."""

STAGE_SECONDS: Final = (0.0001, 0.00025, 0.0005, *SECONDS)
"""Bounds of the times of a request's parts: a short text is tokenized in 0.1 ms."""

TOKENS: Final = (4, 8, 16, 24, 32, 48, 64, 96, 128, 256, 512)
"""Bounds of a text's tokens: the shipped model reads 128, an encoder at most 512."""

TEXTS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
"""Bounds of a request's texts, up to the most that it may have."""

PROBABILITIES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Bounds of probabilities, closer together where most confidences are."""

REASONS: Final = {
    400: "malformed",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    408: "body_timeout",
    413: "too_large",
    415: "content_type",
    422: "invalid",
    429: "overloaded",
    499: "client_left",
    500: "internal",
    503: "unavailable",
    504: "deadline",
}
"""Status of a failed request to the reason that ``tweetmoji_request_failures_total`` counts it by."""


class RequestMetrics:
    """Counts requests as they end.

    Attributes:
        in_flight: Requests without a response.
        refused: Connections that were refused, by reason.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "tweetmoji_requests", "Requests that have ended.", ["method", "route", "status"], registry=registry
        )
        self._failures = Counter(
            "tweetmoji_request_failures", "Requests with a status of 400 or more.", ["reason"], registry=registry
        )
        self._durations = Histogram(
            "tweetmoji_request_duration_seconds",
            "From a request's headers to the end of its response.",
            ["route"],
            buckets=SECONDS,
            registry=registry,
        )
        self.in_flight = Gauge("tweetmoji_requests_in_flight", "Requests without a response.", registry=registry)
        self._shed = Counter(
            "tweetmoji_shed_requests", "Requests that were refused because the queue was full.", registry=registry
        )
        refused = Counter(
            "tweetmoji_refused_connections",
            "Connections that were closed with a problem before a request reached its route.",
            ["reason"],
            registry=registry,
        )
        self.refused = {reason: refused.labels(reason) for reason in refusals.REASONS}
        self._ended: dict[tuple[str, str, int], Counter] = {}
        self._timed: dict[str, Histogram] = {}
        self._failed = {status: self._failures.labels(reason) for status, reason in REASONS.items()}
        self._other = self._failures.labels("other")

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            method: HTTP method, one of a few.
            route: Path of its route, one of a few.
            status: HTTP status of the response; 499 if the client left before it had one.
            seconds: Time that it took.
        """
        key = method, route, status
        if key not in self._ended:
            self._ended[key] = self._requests.labels(method, route, str(status))
            self._timed[route] = self._durations.labels(route)
        self._ended[key].inc()
        self._timed[route].observe(seconds)
        if status >= 400:
            self._failed.get(status, self._other).inc()
        if status == 429:
            self._shed.inc()


class WorkMetrics:
    """Counts texts and predictions, and the parts of a request's time. Safe to use from any thread."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def time_stage(name: str, help: str) -> Histogram:  # noqa: A002 - Prometheus' own word
            return Histogram(f"tweetmoji_{name}_seconds", help, buckets=STAGE_SECONDS, registry=registry)

        def count_probability(name: str, help: str) -> Histogram:  # noqa: A002
            return Histogram(f"tweetmoji_{name}", help, buckets=PROBABILITIES, registry=registry)

        self.queue_wait = time_stage("queue_wait", "From a request's admission to the start of its first texts.")
        self.tokenizing = time_stage("tokenizing", "Normalizing and tokenizing a request's texts, in all workers.")
        self.inference = time_stage("inference", "Running the network on a request's texts, in all workers.")
        self.request_texts = Histogram(
            "tweetmoji_request_texts", "Texts of a request that was computed.", buckets=TEXTS, registry=registry
        )
        self.input_tokens = Histogram(
            "tweetmoji_input_tokens", "Tokens that were read of a text.", buckets=TOKENS, registry=registry
        )
        self._predictions = Counter(
            "tweetmoji_predictions", "Predictions by their most probable label.", ["label"], registry=registry
        )
        self._truncated = Counter(
            "tweetmoji_truncated_texts", "Texts of which only the beginning was read.", registry=registry
        )
        self._confidence = count_probability("prediction_confidence", "Calibrated confidence of a prediction.")
        self._none = count_probability("prediction_none", "Probability that a text has none of the labels.")
        self._labels: dict[str, Counter] = {}

    def bind_labels(self, labels: Iterable[str]) -> None:
        """Bind the counters of a model's labels, which begin at 0."""
        self._labels = {label: self._predictions.labels(label) for label in labels}

    def count_predictions(self, predictions: Sequence[Prediction]) -> None:
        """Count predictions by label, confidence and none."""
        for prediction in predictions:
            label = max(prediction.scores, key=prediction.scores.__getitem__)
            # a model that is no longer served may still predict the last requests that came before
            (self._labels.get(label) or self._predictions.labels(label)).inc()
            self._confidence.observe(prediction.confidence)
            if prediction.none is not None:
                self._none.observe(prediction.none)
            if prediction.truncated:
                self._truncated.inc()


class Metrics:
    """All metrics of an application.

    Attributes:
        registry: Where they are.
        requests: What is counted for each request.
        work: What is counted for each text.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = RequestMetrics(self.registry)
        self.work = WorkMetrics(self.registry)
        self._model = Info("tweetmoji_model", "The model that predicts.", registry=self.registry)
        self._loaded = Gauge("tweetmoji_model_loaded_timestamp_seconds", "When it was loaded.", registry=self.registry)
        self._reloads = Counter(
            "tweetmoji_reloads", "Attempts to load again what SIGHUP does.", ["part", "result"], registry=self.registry
        )
        self._reloaded = Gauge(
            "tweetmoji_last_reload_successful", "1 unless the last attempt failed.", ["part"], registry=self.registry
        )
        for part in ("model", "keys"):
            self._reloaded.labels(part).set(1)
            for result in ("success", "failure"):
                self._reloads.labels(part, result)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def show_model(self, emojifier: Emojifier) -> None:
        """Show another model as the one that predicts."""
        self._model.info({"name": emojifier.name, "version": emojifier.version})
        self._loaded.set(time.time())
        self.work.bind_labels(emojifier.labels)

    def count_reload(self, part: str, *, success: bool) -> None:
        """Count an attempt to load the "model" or the "keys" again."""
        self._reloads.labels(part, "success" if success else "failure").inc()
        self._reloaded.labels(part).set(success)

    def watch(self, predictor: "Predictor") -> None:
        """Show what a predictor is at when somebody asks."""
        queue, workers = predictor.queue, predictor.workers
        self._show("queued_seconds", "Work that waits, at the rate measured last.", lambda: queue.queued_s)
        self._show("queued_texts", "Texts that wait or are being computed.", lambda: queue.queued_texts)
        self._show("queued_tokens", "Their tokens, by estimate.", lambda: queue.queued_tokens)
        self._show("worker_tokens_per_second", "Rate of a worker, measured.", lambda: queue.rate.tokens_per_s)
        self._show("workers", "Workers.", lambda: workers.count)
        self._show("hung_workers", "Workers that have computed for too long.", lambda: workers.hung)
        self._show("ready", "1 if /readyz is 200.", lambda: predictor.find_fault() is None)
        died = Counter("tweetmoji_worker_deaths", "Workers that died and were replaced.", registry=self.registry)
        workers.on_death = died.inc

    def watch_connections(self, count: Callable[[], float]) -> None:
        """Show how many connections a server has open."""
        self._show("connections", "Open connections.", count)

    def _show(self, name: str, help: str, value: Callable[[], float]) -> None:  # noqa: A002
        Gauge(f"tweetmoji_{name}", help, registry=self.registry).set_function(value)
