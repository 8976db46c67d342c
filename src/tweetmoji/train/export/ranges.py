"""The ranges of a network's activations, which static quantization needs, measured on texts."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from scipy.special import rel_entr

from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.export.bert import BertClassifier
from tweetmoji.train.export.graph import Range, Ranges, list_multiplied, write_graph

SOURCE_TEXTS: Final = 500
"""Texts of each source that the ranges are measured on. More change little: the largest activations are those of the
special tokens, which every text has."""

SMOOTHED: Final = "attention.output.LayerNorm"
"""The values that are smoothed: one of their channels is thirty times as large as most."""

SMOOTHING: Final = 0.8
"""A channel is divided by this power of its largest activation over the median channel's: alpha of SmoothQuant (Xiao et
al. 2023, https://arxiv.org/abs/2211.10438), which also takes the weights into account. Chosen on val."""

CLIPPED: Final = ".intermediate"
"""The values that may be clipped: a few of their activations are far beyond all others, and change little."""

CLIPS: Final = (1.0, 0.7, 0.5, 0.35, 0.25)
"""Fractions of the largest activation that clipping is tried at."""

COMPARED_TEXTS: Final = 300
"""Texts that the clips are compared on."""

Channels = dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Name of a value to the smallest and the largest number in each channel."""


def choose_texts(sources: Iterable[Sequence[str]]) -> list[str]:
    """Choose up to `SOURCE_TEXTS` texts of each source, evenly spaced."""
    counted = ((texts, min(len(texts), SOURCE_TEXTS)) for texts in sources)
    return [texts[i * len(texts) // count] for texts, count in counted for i in range(count)]


def measure_ranges(bert: BertClassifier, ids: Sequence[Sequence[int]]) -> Ranges:
    """Measure the range of every value that a matrix multiplies, over all texts.

    Args:
        bert: The network.
        ids: The token ids of each text, at least one text.

    Returns:
        The ranges that cover all numbers measured, of each channel after smoothing; those after the activation function
        are clipped where that brings the probabilities closer to those of float32.
    """
    channels = _measure_channels(bert, ids)
    step = max(1, len(ids) // COMPARED_TEXTS)
    compared = ids[::step]
    exact = _predict(write_graph(bert), compared)

    def distance(ranges: Ranges) -> float:
        """Mean Kullback-Leibler divergence from the probabilities of float32, in nats."""
        return float(rel_entr(exact, _predict(write_graph(bert, ranges), compared)).sum(axis=1).mean())

    return min((_make_ranges(channels, clip) for clip in CLIPS), key=distance)


def _measure_channels(bert: BertClassifier, ids: Iterable[Sequence[int]]) -> Channels:
    """Measure the smallest and the largest number in each channel of the values, over all texts."""
    names = list_multiplied(bert)
    session = _open(write_graph(bert, outputs=names))
    found: Channels = {}
    for row in ids:
        values = session.run(names, {"input_ids": np.array([row], dtype=np.int64)})
        for name, value in zip(names, values, strict=True):
            rows = value.reshape(-1, value.shape[-1])
            low, high = found.get(name, (rows[0], rows[0]))
            found[name] = np.minimum(low, rows.min(axis=0)), np.maximum(high, rows.max(axis=0))
    return found


def _make_ranges(channels: Channels, clip: float) -> Ranges:
    """The ranges for a clip, a fraction of the largest activation."""
    ranges = {}
    for name, (low, high) in channels.items():
        smoothing = _smooth(np.maximum(np.abs(low), np.abs(high))) if name.endswith(SMOOTHED) else None
        divisor = 1 if smoothing is None else smoothing
        top = float((high / divisor).max()) * (clip if name.endswith(CLIPPED) else 1)
        ranges[name] = Range(float((low / divisor).min()), top, smoothing)
    return ranges


def _smooth(largest: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each channel is divided by, from the largest absolute value in each: float32 of shape (width,)."""
    positive = np.maximum(largest, np.finfo(np.float32).eps)
    scales: NDArray[np.float32] = (positive / np.median(positive)) ** np.float32(SMOOTHING)
    return scales


def _predict(weights: bytes, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """The probabilities of each text, float32 of shape (texts, outputs)."""
    session = _open(weights)
    logits = [session.run(None, {"input_ids": np.array([row], dtype=np.int64)})[0] for row in ids]
    return softmax(np.concatenate(logits))


def _open(weights: bytes) -> Any:  # noqa: ANN401
    return onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
