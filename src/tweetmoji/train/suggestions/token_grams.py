"""Hashed n-grams of token ids: what an encoder of feelings does not keep, such as names, places and hashtags.

Each run of one, two or three tokens, the special ones included, falls into one of a fixed number of buckets (feature
hashing: Weinberger et al. 2009, https://arxiv.org/abs/0902.2206). The hash is a linear function of the ids modulo a
prime (Carter & Wegman 1979, "Universal classes of hash functions"), so a graph computes it with the integer operators
of ONNX: `tweetmoji.train.suggestions.head_graph` does.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

MULTIPLIERS: Final = ((1_640_531_527,), (1_000_003, 1_540_483_477), (1_299_709, 1_013_904_223, 374_761_393))
"""For runs of one, two and three tokens, what each id is multiplied by: with ids below 2^20 no sum reaches 2^63."""

PRIME: Final = 2**31 - 1
"""The sums are taken modulo this, then modulo the number of buckets."""


def hash_grams(ids: NDArray[np.int64], buckets: int) -> NDArray[np.int64]:
    """Find the bucket of every n-gram.

    Args:
        ids: int64 array of shape (texts, tokens).
        buckets: Number of buckets.

    Returns:
        int64 array of shape (texts, n-grams), of numbers below ``buckets``.
    """
    tokens = ids.shape[1]
    found = []
    for order, multipliers in enumerate(MULTIPLIERS):
        runs = max(tokens - order, 0)
        total = np.full((len(ids), runs), order, dtype=np.int64)
        for offset, multiplier in enumerate(multipliers):
            total += ids[:, offset : offset + runs] * multiplier
        found.append(total % PRIME % buckets)
    return np.concatenate(found, axis=1)


def count_grams(ids: Sequence[Sequence[int]], buckets: int) -> csr_matrix:
    """Count the n-grams of each text, divided by the square root of their number.

    Without the division long texts, which have more n-grams, would get larger logits.

    Args:
        ids: Token ids of each of the n texts.
        buckets: Number of buckets.

    Returns:
        float32 matrix of shape (n, buckets).
    """
    rows = [hash_grams(np.array([row], dtype=np.int64), buckets)[0] for row in ids]
    sizes = np.array([len(row) for row in rows])
    counts = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    matrix = csr_matrix((counts, np.concatenate(rows), starts), shape=(len(rows), buckets))
    matrix.sum_duplicates()
    return matrix
