"""Tokenizer and inference session: from texts to calibrated probabilities, of the labels and of suggested emoji.

A prediction depends on its text and the model alone. Nothing is padded: the texts of a batch have the same number of
tokens. And only a model whose int8 scales are constants runs in batches; where they come from the input
(`BATCH_INVARIANT` is missing), every text runs alone. The batches share the cores, one core each
(``docs/decisions.md``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from functools import partial
from time import perf_counter
from typing import Any, Final, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tweetmoji.errors import ArtifactError, NoSuggestionsError, shorten
from tweetmoji.runtime.artifact import TOKENIZER, WEIGHTS, Artifact
from tweetmoji.runtime.batches import group_by_length, mix
from tweetmoji.runtime.config import ModelConfig
from tweetmoji.runtime.observer import Observer
from tweetmoji.runtime.softmax import compute_none, softmax
from tweetmoji.runtime.tokenizer import Tokens, TweetTokenizer

LOGITS: Final = "logits"
"""Output of every ``model.onnx``: a column for each label and, if the config has ``none``, a last one for none."""

EMOJI_LOGITS: Final = "emoji_logits"
"""Output of a ``model.onnx`` whose config has ``suggestions``: a column for each of their emoji."""

SUGGEST: Final = "suggest"
"""Input of such a ``model.onnx``: a bool, false unless it is given, that says whether to compute that output."""

BATCH_INVARIANT: Final = "batch_invariant"
"""Metadata key of a ``model.onnx`` whose logits of a text are the same to the bit in every batch."""

BATCH_TOKENS: Final = 256
"""Most tokens of a batch, if it has more than one text. Each layer's weights are read once for all of them, and the
largest activations, 1,536 numbers a token, still fit the cache of a core: 1.5 MB."""

SLICE_TEXTS: Final = 32
"""Texts that a thread tokenizes at a time: enough to hide the hand-over, few enough that the threads end together."""

WINDOW_TEXTS: Final = 512
"""Texts that are tokenized while those before them run: enough to find several of each length, few enough that the
first ones are soon done and memory is bounded."""


class Classification(NamedTuple):
    """What a model says of n texts.

    Attributes:
        probabilities: float32 array of shape (n, labels); rows sum to 1, given that a text has one of the labels.
        none: float32 array of shape (n,), the probability that it has none of them, 0 to 1; None if the model cannot
            tell.
        truncated: Whether each text had more than the model reads.
    """

    probabilities: NDArray[np.float32]
    none: NDArray[np.float32] | None
    truncated: list[bool]


class Classifier:
    """A loaded model; safe to share among threads."""

    def __init__(self, artifact: Artifact) -> None:
        """Make the tokenizer and the session of a checked artifact, and run it once.

        Raises:
            ArtifactError: The tokenizer or the weights cannot be loaded, or do not fit each other or the labels.
        """
        self._observer: Observer | None = None
        self._where = artifact.folder / WEIGHTS
        self._config = artifact.config
        self._columns = _count_columns(artifact.config)
        self._tokenizer = _load_tokenizer(artifact)
        self._session = _load_session(artifact, list(self._columns))
        self._batch_invariant = BATCH_INVARIANT in self._session.get_modelmeta().custom_metadata_map
        self._check_fit()

    def with_observer(self, observer: Observer) -> "Classifier":
        """Give the same model, loaded once, with an observer."""
        other = copy(self)
        other._observer = observer
        return other

    def classify(
        self, texts: Sequence[str], threads: int, log_weights: Sequence[float] | None = None
    ) -> Classification:
        """Compute the calibrated probabilities of each text's labels, and of none of them.

        Args:
            texts: The n texts.
            threads: Most threads to use, at least 1; 1 is the calling thread.
            log_weights: Added to the logarithms of the labels' probabilities, as another prior does; see `softmax`.

        Raises:
            ArtifactError: The network computed something else than finite numbers.
        """
        logits, truncated = self._compute_finite(texts, threads, LOGITS)
        labels = logits[:, : len(self._config.labels)]
        probabilities = softmax(labels, self._config.temperature, log_weights)
        if self._config.none is None:
            return Classification(probabilities, None, truncated)
        none = compute_none(labels, logits[:, -1], self._config.none.slope, self._config.none.offset)
        return Classification(probabilities, none, truncated)

    def suggest(self, texts: Sequence[str], threads: int) -> NDArray[np.float32]:
        """Compute the calibrated probabilities of each emoji that the model suggests.

        Args:
            texts: The n texts.
            threads: Most threads to use, at least 1; 1 is the calling thread.

        Returns:
            float32 array of shape (n, emoji); rows sum to 1.

        Raises:
            NoSuggestionsError: The model's config has no suggestions.
            ArtifactError: The network computed something else than finite numbers.
        """
        if self._config.suggestions is None:
            raise NoSuggestionsError(
                f"the model {self._config.name} has no suggestions, only its labels; load one that was trained with "
                "suggestions"
            )
        return softmax(self._compute_finite(texts, threads, EMOJI_LOGITS)[0], self._config.suggestions.temperature)

    def _compute_finite(
        self, texts: Sequence[str], threads: int, output: str
    ) -> tuple[NDArray[np.float32], list[bool]]:
        """As `compute_logits`, but numbers that are not finite are an error."""
        logits, truncated = self.compute_logits(texts, threads, output)
        if not np.isfinite(logits).all():
            raise ArtifactError(
                f"{self._where}: computes non-finite {output} for one of the texts; its weights are damaged or "
                "overflow: train or export the model again"
            )
        return logits, truncated

    def compute_logits(
        self, texts: Sequence[str], threads: int, output: str = LOGITS
    ) -> tuple[NDArray[np.float32], list[bool]]:
        """Compute an output of the network before calibration, and whether each text was truncated.

        Args:
            texts: The n texts.
            threads: Most threads to use, at least 1; 1 is the calling thread.
            output: `LOGITS` or, if the config has suggestions, `EMOJI_LOGITS`.

        Returns:
            float32 array of shape (n, columns of the output), and n booleans.
        """
        logits = np.empty((len(texts), self._columns[output]), dtype=np.float32)
        truncated: list[bool] = []
        windows = [texts[start : start + WINDOW_TEXTS] for start in range(0, len(texts), WINDOW_TEXTS)]
        with _share(threads) as share:
            tokens = _join(share(self._plan_tokenizing(windows[0], threads))) if windows else []
            for following in [*windows[1:], []]:
                rows = logits[len(truncated) : len(truncated) + len(tokens)]
                truncated += [row.truncated for row in tokens]
                # tokenizing holds Python's lock, so one thread does it while the others run the network
                batches = self._plan_batches([row.ids for row in tokens], rows, threads, output)
                tokens = _join(share(mix(batches, self._plan_tokenizing(following, threads))))
        return logits, truncated

    def _plan_tokenizing(self, texts: Sequence[str], threads: int) -> list["Job"]:
        """Plan to tokenize texts, slice by slice."""
        size = max(1, min(SLICE_TEXTS, -(-len(texts) // threads)))
        slices = (texts[start : start + size] for start in range(0, len(texts), size))
        return [partial(self._encode, part) for part in slices]

    def _plan_batches(
        self, ids: list[list[int]], logits: NDArray[np.float32], threads: int, output: str
    ) -> list["Job"]:
        """Plan to fill in the logits of texts, batch by batch."""
        # texts of one length are divided among the threads too
        max_texts = -(-len(ids) // threads) if self._batch_invariant else 1
        batches = group_by_length([len(row) for row in ids], max_tokens=BATCH_TOKENS, max_texts=max_texts)

        def run(batch: list[int]) -> list[Tokens]:
            [logits[batch]] = self._run([ids[i] for i in batch], [output])
            return []

        return [partial(run, batch) for batch in batches]

    def _encode(self, texts: Sequence[str]) -> list[Tokens]:
        started_s = perf_counter()
        tokens = self._tokenizer.encode(texts)
        if self._observer is not None:
            self._observer.tokenized([len(row.ids) for row in tokens], perf_counter() - started_s)
        return tokens

    def _run(self, ids: list[list[int]], outputs: list[str]) -> list[NDArray[np.float32]]:
        """Outputs of the network for texts of one length: float32 arrays of shape (texts, columns)."""
        started_s = perf_counter()
        given: dict[str, NDArray[Any]] = {"input_ids": np.array(ids, dtype=np.int64)}
        if EMOJI_LOGITS in outputs:
            given[SUGGEST] = np.array(True)
        found: list[NDArray[np.float32]] = self._session.run(outputs, given)
        if self._observer is not None:
            self._observer.computed(perf_counter() - started_s)
        return found

    def _check_fit(self) -> None:
        """Run the longest text of the highest ids once: parts that do not fit each other show here, not in use."""
        where, tokens = self._where, self._config.max_tokens
        try:
            found = self._run([[self._tokenizer.highest_id] * tokens], list(self._columns))
        except Exception as error:  # noqa: BLE001 - the engine's errors share no narrower base class
            raise ArtifactError(
                f"{where}: does not run on {tokens} of the tokenizer's ids "
                f"({shorten(error)}); tokenizer.json, config.json or model.onnx belongs to another model"
            ) from None
        for (output, columns), rows in zip(self._columns.items(), found, strict=True):
            logits = rows[0]
            if logits.shape == (columns,) and np.isfinite(logits).all():
                continue
            per = "suggested emoji" if output == EMOJI_LOGITS else "label"
            also = " and one for none" if output == LOGITS and self._config.none else ""
            raise ArtifactError(
                f"{where}: answers {logits.shape} {'finite' if np.isfinite(logits).all() else 'non-finite'} {output}; "
                f"expected {columns} finite ones, one for each {per} of config.json{also}"
            )


Job = Callable[[], list[Tokens]]
"""A part of the work of a call: texts to tokenize, or a batch to run, which gives no tokens."""

Share = Callable[[Sequence[Job]], Iterable[list[Tokens]]]
"""Runs jobs in the threads of a call; gives their results in order."""


@contextmanager
def _share(threads: int) -> Iterator[Share]:
    """Give what shares jobs among threads; they start with the first work that is more than one job."""
    if threads == 1:
        yield lambda jobs: map(_call, jobs)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield lambda jobs: (pool.map if len(jobs) > 1 else map)(_call, jobs)


def _call(job: Job) -> list[Tokens]:
    return job()


def _join(parts: Iterable[list[Tokens]]) -> list[Tokens]:
    """Wait for all results; what a thread raised is raised here."""
    return [tokens for part in parts for tokens in part]


def _load_tokenizer(artifact: Artifact) -> TweetTokenizer:
    try:
        tokenizer = Tokenizer.from_str(artifact.tokenizer)
    except Exception as error:  # noqa: BLE001 - the tokenizers library raises Exception itself
        raise ArtifactError(
            f"{artifact.folder / TOKENIZER}: the tokenizers library cannot read it ({shorten(error)})"
        ) from None
    tweet_tokenizer = TweetTokenizer(tokenizer, artifact.config.max_tokens)
    if not tweet_tokenizer.encode([""])[0].ids:
        raise ArtifactError(
            f"{artifact.folder / TOKENIZER}: gives an empty text no tokens; expected one that adds special tokens"
        )
    return tweet_tokenizer


def _count_columns(config: ModelConfig) -> dict[str, int]:
    """The outputs that a model has by its config, each with its number of columns."""
    columns = {LOGITS: len(config.labels) + (config.none is not None)}
    return columns | ({EMOJI_LOGITS: len(config.suggestions.emoji)} if config.suggestions else {})


def _load_session(artifact: Artifact, expected: list[str]) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the texts of a list share the cores, not the rows of a matrix
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # errors come back as exceptions
    where = artifact.folder / WEIGHTS
    try:
        session = onnxruntime.InferenceSession(artifact.weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - the engine's errors share no narrower base class
        raise ArtifactError(f"{where}: onnxruntime cannot load it ({shorten(error)})") from None
    inputs = [(node.name, node.type) for node in session.get_inputs()]
    outputs = [(node.name, node.type) for node in session.get_outputs()]
    if inputs != [("input_ids", "tensor(int64)")] or outputs != [(name, "tensor(float)") for name in expected]:
        names = " and ".join(map(repr, expected))
        has = "has suggestions" if EMOJI_LOGITS in expected else "has no suggestions"
        raise ArtifactError(
            f"{where}: takes {inputs} and gives {outputs}; expected int64 'input_ids' and float {names}, because "
            f"config.json {has}"
        )
    optional = [(node.name, node.type) for node in session.get_overridable_initializers()]
    if EMOJI_LOGITS in expected and (SUGGEST, "tensor(bool)") not in optional:
        raise ArtifactError(
            f"{where}: computes suggestions with every prediction, as models of an earlier version do; expected a bool "
            f"input {SUGGEST!r} that turns them on: run tweetmoji train-suggestions again"
        )
    return session
