"""Parity: whether the exported weights predict what the trained network predicts."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tweetmoji.data import LabeledTexts
from tweetmoji.errors import TrainingError
from tweetmoji.runtime.artifact import Artifact, with_changes
from tweetmoji.runtime.classifier import Classifier
from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.loop.network import compute_logits

COMPARED_TEXTS: Final = 500
"""Most texts of each split that are compared."""

TOLERANCE: Final = 1e-4
"""Most that a probability may change from torch to float32 ONNX; rounding changes a hundredth of that."""


def compare_exports(
    network: Any,  # noqa: ANN401
    tokenizer: TweetTokenizer,
    artifact: Artifact,
    float32: bytes,
    splits: Sequence[LabeledTexts],
) -> dict[str, Any]:
    """Compare the probabilities of torch, float32 ONNX and int8 ONNX.

    Args:
        network: The trained classifier of transformers.
        tokenizer: The network's tokenizer.
        artifact: Holds the int8 weights and the temperature of the labels.
        float32: The ONNX model that the int8 weights were made from.
        splits: Splits whose first `COMPARED_TEXTS` texts are compared.

    Returns:
        The object ``parity`` of ``metrics.json``: number of ``texts``; largest change of a probability,
        ``torch_to_float32`` and ``float32_to_int8``; share of texts whose label int8 changes,
        ``changed_labels``.

    Raises:
        TrainingError: The probabilities of float32 ONNX differ from those of torch by `TOLERANCE` or more.
    """
    texts = [text for split in splits for text in split.texts[:COMPARED_TEXTS]]
    ids = [tokens.ids for tokens in tokenizer.encode(texts)]
    logits = [compute_logits(network, ids, tokenizer.pad_id)]
    logits += [
        Classifier(variant).compute_logits(texts, count_cores())[0]
        for variant in (with_changes(artifact, weights=float32), artifact)
    ]
    torch, onnx, int8 = (softmax(rows, artifact.config.temperature) for rows in logits)
    labels = len(artifact.config.labels)
    exported = float(np.abs(torch - onnx).max())
    if not exported < TOLERANCE:  # so NaN is refused too
        raise TrainingError(
            f"the exported model's probabilities differ from the network's by up to {exported:.1g}; expected less than "
            f"{TOLERANCE:g}: try other versions of torch and onnxruntime"
        )
    return {
        "texts": len(texts),
        "torch_to_float32": exported,
        "float32_to_int8": float(np.abs(onnx - int8).max()),
        "changed_labels": float((onnx[:, :labels].argmax(axis=1) != int8[:, :labels].argmax(axis=1)).mean()),
    }
