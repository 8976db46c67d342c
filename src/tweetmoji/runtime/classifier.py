"""Tokenizer and inference session: from texts to calibrated probabilities.

A prediction depends on its text and the model alone. Nothing is padded: the texts of a batch have the same number of
tokens. And only a model whose int8 scales are constants runs in batches; where they come from the input
(`BATCH_INVARIANT` is missing), every text runs alone. The batches share the cores, one core each
(``docs/decisions.md``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tweetmoji.errors import ArtifactError, shorten
from tweetmoji.runtime.artifact import TOKENIZER, WEIGHTS, Artifact
from tweetmoji.runtime.batches import group_by_length
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import Tokens, TweetTokenizer

BATCH_INVARIANT: Final = "batch_invariant"
"""Metadata key of a ``model.onnx`` whose logits of a text are the same to the bit in every batch."""

BATCH_TOKENS: Final = 256
"""Most tokens of a batch, if it has more than one text. Each layer's weights are read once for all of them, and the
largest activations, 1,536 numbers a token, still fit the cache of a core: 1.5 MB."""

SLICE_TEXTS: Final = 32
"""Texts that a thread tokenizes at a time: enough to hide the hand-over, few enough that the threads end together."""

WINDOW_TEXTS: Final = 4096
"""Texts whose tokens are held at the same time: enough to find many of each length, few enough to bound the memory."""


class Classifier:
    """A loaded model; safe to share among threads."""

    def __init__(self, artifact: Artifact) -> None:
        """Make the tokenizer and the session of a checked artifact, and run it once.

        Raises:
            ArtifactError: The tokenizer or the weights cannot be loaded, or do not fit each other or the labels.
        """
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
        """
        logits, truncated = self.compute_logits(texts, threads)
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
        with _share(threads) as share:
            for start in range(0, len(texts), WINDOW_TEXTS):
                tokens = self._tokenize(texts[start : start + WINDOW_TEXTS], threads, share)
                self._run_batches([row.ids for row in tokens], logits[start : start + WINDOW_TEXTS], threads, share)
                truncated += [row.truncated for row in tokens]
        return logits, truncated

    def _tokenize(self, texts: Sequence[str], threads: int, share: "Share") -> list[Tokens]:
        """Tokenize texts in the threads that run the network: the tokenizer has none of its own to bound."""
        size = min(SLICE_TEXTS, -(-len(texts) // threads))
        slices = [texts[start : start + size] for start in range(0, len(texts), size)]
        return [tokens for part in share(self._tokenizer.encode, slices) for tokens in part]

    def _run_batches(self, ids: list[list[int]], logits: NDArray[np.float32], threads: int, share: "Share") -> None:
        """Fill in the logits of texts, batch by batch."""
        # texts of one length are divided among the threads too
        max_texts = -(-len(ids) // threads) if self._batch_invariant else 1
        batches = group_by_length([len(row) for row in ids], max_tokens=BATCH_TOKENS, max_texts=max_texts)

        def run(batch: list[int]) -> None:
            logits[batch] = self._run([ids[i] for i in batch])

        for _ in share(run, batches):
            pass  # the results are in the array; iterating re-raises what a thread raised

    def _run(self, ids: list[list[int]]) -> NDArray[np.float32]:
        """The logits of texts of one length: float32 array of shape (texts, classes)."""
        logits: NDArray[np.float32] = self._session.run(["logits"], {"input_ids": np.array(ids, dtype=np.int64)})[0]
        return logits

    def _check_fit(self, artifact: Artifact) -> None:
        """Run the longest text of the highest ids once: parts that do not fit each other show here, not in use."""
        where = artifact.folder / WEIGHTS
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


Share = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
"""Applies a function to each item, in the threads of a call; gives the results in order."""


@contextmanager
def _share(threads: int) -> Iterator[Share]:
    """Give what shares work among threads; they start with the first work that is more than one item."""
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield lambda function, items: (pool.map if len(items) > 1 else map)(function, items)


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
