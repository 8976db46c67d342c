"""Tokenizer and inference session: from texts to calibrated probabilities.

Every text runs through the network alone. Nothing is padded, and the dynamic int8 scales of a text's activations come
from that text, so a prediction cannot depend on the other texts. On a CPU this is also faster than padded batches: the
texts of a list share the cores, one core each (``docs/decisions.md``).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tweetmoji.errors import ArtifactError, shorten
from tweetmoji.runtime.artifact import TOKENIZER, WEIGHTS, Artifact
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer

SLICE_TEXTS: Final = 16
"""Texts that a thread takes at a time: enough to hide the hand-over, few enough that the threads end together."""


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
        truncated = [False] * len(texts)
        slice_texts = min(SLICE_TEXTS, -(-len(texts) // threads)) or 1
        starts = range(0, len(texts), slice_texts)

        def run_slice(start: int) -> None:
            # tokenized here, in the thread that runs the network: the tokenizer has no threads of its own to bound
            for i, tokens in enumerate(self._tokenizer.encode(texts[start : start + slice_texts]), start):
                logits[i], truncated[i] = self._run(tokens.ids), tokens.truncated

        if threads == 1 or len(starts) == 1:
            for start in starts:
                run_slice(start)
        else:
            with ThreadPoolExecutor(threads) as pool:
                for _ in pool.map(run_slice, starts):
                    pass  # the results are in the arrays; iterating re-raises what a thread raised
        return logits, truncated

    def _run(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The logits of one text: float32 array of shape (classes,)."""
        inputs = {"input_ids": np.array([ids], dtype=np.int64)}
        logits: NDArray[np.float32] = self._session.run(["logits"], inputs)[0][0]
        return logits

    def _check_fit(self, artifact: Artifact) -> None:
        """Run the longest text of the highest ids once: parts that do not fit each other show here, not in use."""
        where = artifact.folder / WEIGHTS
        try:
            logits = self._run([self._tokenizer.highest_id] * artifact.config.max_tokens)
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
