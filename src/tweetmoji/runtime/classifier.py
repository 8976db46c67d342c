"""Tokenizer and inference session: from texts to calibrated probabilities.

A prediction depends on its text and the model alone. Nothing is padded: the texts of a batch have the same number of
tokens. And only a model whose int8 scales are constants runs in batches; where they come from the input
(`BATCH_INVARIANT` is missing), every text runs alone. The batches share the cores, one core each
(``docs/decisions.md``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tweetmoji.errors import ArtifactError, shorten
from tweetmoji.runtime.artifact import TOKENIZER, WEIGHTS, Artifact
from tweetmoji.runtime.batches import group_by_length, mix
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import Tokens, TweetTokenizer

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


class Classifier:
    """A loaded model; safe to share among threads."""

    def __init__(self, artifact: Artifact) -> None:
        """Make the tokenizer and the session of a checked artifact, and run it once.

        Raises:
            ArtifactError: The tokenizer or the weights cannot be loaded, or do not fit each other or the labels.
        """
        self._where = artifact.folder / WEIGHTS
        self._temperature = artifact.config.temperature
        self._classes = len(artifact.config.labels)
        self._tokenizer = _load_tokenizer(artifact)
        self._session = _load_session(artifact)
        self._batch_invariant = BATCH_INVARIANT in self._session.get_modelmeta().custom_metadata_map
        self._check_fit(artifact)

    def classify(self, texts: Sequence[str], threads: int) -> tuple[NDArray[np.float32], list[bool]]:
        """Compute the calibrated probabilities of each text's classes, and whether it was truncated.

        Args:
            texts: The n texts.
            threads: Most threads to use, at least 1; 1 is the calling thread.

        Returns:
            float32 array of shape (n, classes) whose rows sum to 1, and n booleans.

        Raises:
            ArtifactError: The network computed something else than finite numbers.
        """
        logits, truncated = self.compute_logits(texts, threads)
        if not np.isfinite(logits).all():
            raise ArtifactError(
                f"{self._where}: computes non-finite logits for one of the texts; its weights are damaged or overflow: "
                "train or export the model again"
            )
        return softmax(logits, self._temperature), truncated

    def compute_logits(self, texts: Sequence[str], threads: int) -> tuple[NDArray[np.float32], list[bool]]:
        """Compute the network's output before calibration, and whether each text was truncated.

        Args:
            texts: The n texts.
            threads: Most threads to use, at least 1; 1 is the calling thread.

        Returns:
            float32 array of shape (n, classes), and n booleans.
        """
        logits = np.empty((len(texts), self._classes), dtype=np.float32)
        truncated: list[bool] = []
        windows = [texts[start : start + WINDOW_TEXTS] for start in range(0, len(texts), WINDOW_TEXTS)]
        with _share(threads) as share:
            tokens = _join(share(self._plan_tokenizing(windows[0], threads))) if windows else []
            for following in [*windows[1:], []]:
                rows = logits[len(truncated) : len(truncated) + len(tokens)]
                truncated += [row.truncated for row in tokens]
                # the tokenizer runs Python code, which only one thread can, and so runs while others run the network
                batches = self._plan_batches([row.ids for row in tokens], rows, threads)
                tokens = _join(share(mix(batches, self._plan_tokenizing(following, threads))))
        return logits, truncated

    def _plan_tokenizing(self, texts: Sequence[str], threads: int) -> list["Job"]:
        """Plan to tokenize texts, slice by slice."""
        size = max(1, min(SLICE_TEXTS, -(-len(texts) // threads)))
        slices = (texts[start : start + size] for start in range(0, len(texts), size))
        return [partial(self._tokenizer.encode, part) for part in slices]

    def _plan_batches(self, ids: list[list[int]], logits: NDArray[np.float32], threads: int) -> list["Job"]:
        """Plan to fill in the logits of texts, batch by batch."""
        # texts of one length are divided among the threads too
        max_texts = -(-len(ids) // threads) if self._batch_invariant else 1
        batches = group_by_length([len(row) for row in ids], max_tokens=BATCH_TOKENS, max_texts=max_texts)

        def run(batch: list[int]) -> list[Tokens]:
            logits[batch] = self._run([ids[i] for i in batch])
            return []

        return [partial(run, batch) for batch in batches]

    def _run(self, ids: list[list[int]]) -> NDArray[np.float32]:
        """The logits of texts of one length: float32 array of shape (texts, classes)."""
        logits: NDArray[np.float32] = self._session.run(["logits"], {"input_ids": np.array(ids, dtype=np.int64)})[0]
        return logits

    def _check_fit(self, artifact: Artifact) -> None:
        """Run the longest text of the highest ids once: parts that do not fit each other show here, not in use."""
        where = self._where
        try:
            logits = self._run([[self._tokenizer.highest_id] * artifact.config.max_tokens])[0]
        except Exception as error:  # noqa: BLE001 - the engine's errors share no narrower base class
            raise ArtifactError(
                f"{where}: does not run on {artifact.config.max_tokens} of the tokenizer's ids "
                f"({shorten(error)}); tokenizer.json, config.json or model.onnx belongs to another model"
            ) from None
        if logits.shape != (self._classes,) or not np.isfinite(logits).all():
            raise ArtifactError(
                f"{where}: answers {logits.shape} {'finite' if np.isfinite(logits).all() else 'non-finite'} logits; "
                f"expected {self._classes} finite ones, one for each label of config.json"
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


def _load_session(artifact: Artifact) -> onnxruntime.InferenceSession:
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
    if inputs != [("input_ids", "tensor(int64)")] or outputs != [("logits", "tensor(float)")]:
        raise ArtifactError(
            f"{where}: takes {inputs} and gives {outputs}; expected int64 'input_ids' and float 'logits'"
        )
    return session
