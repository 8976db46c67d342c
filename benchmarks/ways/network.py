"""The shape of the shipped network: that of MiniLM-L6, which the peers get too."""

LAYERS = 6
HIDDEN = 384
HEADS = 12
FEED_FORWARD = 1536
LABELS = 6

MATRICES = [(HIDDEN, HIDDEN)] * 4 + [(HIDDEN, FEED_FORWARD), (FEED_FORWARD, HIDDEN)]
"""Rows and columns of the weights of one layer: query, key, value, output, and the two of the feed-forward part."""


def count_multiply_adds(tokens: float) -> float:
    """Count the multiply-adds of the weights of all layers for texts of so many tokens."""
    return tokens * LAYERS * sum(rows * columns for rows, columns in MATRICES)


def count_attention_multiply_adds(squared_tokens: float) -> float:
    """Count the multiply-adds of attention, scores and mixing, from the (mean) square of the number of tokens."""
    return squared_tokens * LAYERS * 2 * HIDDEN
