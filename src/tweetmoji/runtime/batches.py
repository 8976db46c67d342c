"""Batches of texts that have the same number of tokens, so that nothing is padded."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def group_by_length(lengths: Sequence[int], *, max_tokens: int, max_texts: int) -> list[list[int]]:
    """Group texts by their number of tokens, and cut each group into batches.

    Args:
        lengths: Tokens of each of the n texts, at least 1.
        max_tokens: Most tokens of a batch; a longer text is a batch of its own.
        max_texts: Most texts of a batch, at least 1.

    Returns:
        Batches of indices into ``lengths``, each index in one of them; those of the most tokens first, so that threads
        which take them in turn end together.
    """
    groups: dict[int, list[int]] = {}
    for i, length in enumerate(lengths):
        groups.setdefault(length, []).append(i)
    batches = []
    for length, group in groups.items():
        size = max(1, min(max_texts, max_tokens // length))
        batches += [group[start : start + size] for start in range(0, len(group), size)]
    return sorted(batches, key=lambda batch: -len(batch) * lengths[batch[0]])


def mix(first: Sequence[Item], second: Sequence[Item]) -> list[Item]:
    """Mix two lists evenly, each in its order."""
    placed = [((i + 0.5) / len(items), item) for items in (first, second) for i, item in enumerate(items)]
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]
