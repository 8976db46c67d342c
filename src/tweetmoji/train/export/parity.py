"""Whether what is exported answers as the network that was trained: torch, ONNX in float32, and quantized."""

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
"""Most that a probability may change from torch to ONNX in float32; what rounding does is a hundredth of it."""


def compare_exports(
    network: Any,  # noqa: ANN401
    tokenizer: TweetTokenizer,
    artifact: Artifact,
    float32: bytes,
    splits: Sequence[LabeledTexts],
) -> dict[str, Any]:
    """Answer some texts by the network, by the float32 weights and by those of the artifact.

    Args:
        network: A classifier of transformers.
        tokenizer: What it reads by.
        artifact: With the quantized weights, calibrated.
        float32: The ONNX model that these were made from.
        splits: Where the texts come from.

    Returns:
        For ``metrics.json``: number of texts, the largest change of a probability from torch to float32 and from there
        to the quantized weights, and the share of texts whose label the last changes.

    Raises:
        TrainingError: The float32 weights answer otherwise than the network.
    """
    texts = [text for split in splits for text in split.texts[:COMPARED_TEXTS]]
    ids = [tokens.ids for tokens in tokenizer.encode(texts)]
    variants = (with_changes(artifact, weights=float32), artifact)
    logits = [compute_logits(network, ids, tokenizer.pad_id)]
    logits += [Classifier(variant).compute_logits(texts, count_cores())[0] for variant in variants]
    torch, onnx, quantized = (softmax(rows, artifact.config.temperature) for rows in logits)
    exported = float(np.abs(torch - onnx).max())
    if not exported < TOLERANCE:  # so that NaN is refused too
        raise TrainingError(
            f"the exported weights answer up to {exported:.1g} otherwise than the network; expected less than "
            f"{TOLERANCE:g}: other versions of torch and onnxruntime may help"
        )
    return {
        "texts": len(texts),
        "torch_to_float32": exported,
        "float32_to_int8": float(np.abs(onnx - quantized).max()),
        "changed_labels": float((onnx.argmax(axis=1) != quantized.argmax(axis=1)).mean()),
    }
