"""The ranges of a network's activations, which static quantization needs, measured on texts."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import onnxruntime

from tweetmoji.train.export.bert import BertClassifier
from tweetmoji.train.export.graph import Ranges, list_multiplied, write_graph

SOURCE_TEXTS: Final = 500
"""Texts of each source that the ranges are measured on. More change little: the largest activations are those of the
special tokens, which every text has."""


def choose_texts(sources: Iterable[Sequence[str]]) -> list[str]:
    """Choose up to `SOURCE_TEXTS` texts of each source, evenly spaced."""
    counted = ((texts, min(len(texts), SOURCE_TEXTS)) for texts in sources)
    return [texts[i * len(texts) // count] for texts, count in counted for i in range(count)]


def measure_ranges(bert: BertClassifier, ids: Iterable[Sequence[int]]) -> Ranges:
    """Measure the smallest and the largest number in every value that a matrix multiplies, over all texts.

    What lies outside in use is clipped to these.

    Args:
        bert: The network.
        ids: The token ids of each text, at least one text.
    """
    names = list_multiplied(bert)
    weights = write_graph(bert, outputs=names)
    session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
    low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    for row in ids:
        values = session.run(names, {"input_ids": np.array([row], dtype=np.int64)})
        low = np.minimum(low, [value.min() for value in values])
        high = np.maximum(high, [value.max() for value in values])
    return {name: (float(low[i]), float(high[i])) for i, name in enumerate(names)}
