"""Which texts travel together in training: random, yet of similar length, so that little is padded."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

POOL_BATCHES: Final = 50
"""Batches drawn together and sorted by length: enough that neighbours are alike, few enough that batches differ."""


@dataclass(frozen=True)
class Subsample:
    """Neighbouring rows of which each epoch takes some only, drawn anew: ``count`` of ``start`` … ``stop`` - 1."""

    start: int
    stop: int
    count: int

    @property
    def left_out(self) -> int:
        """How many rows an epoch does without."""
        return self.stop - self.start - self.count


def count_batches(texts: int, batch_size: int, subsamples: Sequence[Subsample] = ()) -> int:
    """Batches of one epoch."""
    return math.ceil((texts - sum(draw.left_out for draw in subsamples)) / batch_size)


def epoch_order(
    lengths: Sequence[int], batch_size: int, seed: int, epoch: int, subsamples: Sequence[Subsample] = ()
) -> list[NDArray[np.int64]]:
    """Row numbers of each batch of one epoch: a function of its arguments alone, so that a resumed run agrees.

    Args:
        lengths: Tokens of each of the n texts.
        batch_size: Most texts in a batch.
        seed: Of the run.
        epoch: From 0.
        subsamples: Rows that are not all taken.

    Returns:
        int64 arrays that together hold each of 0 … n-1 once, but for those that no draw took.
    """
    generator = np.random.default_rng([seed, epoch])
    taken = np.ones(len(lengths), dtype=bool)
    for draw in subsamples:
        taken[draw.start + generator.permutation(draw.stop - draw.start)[draw.count :]] = False
    order = generator.permutation(np.flatnonzero(taken))
    token_counts = np.asarray(lengths)
    pool = batch_size * POOL_BATCHES
    batches = []
    for start in range(0, len(order), pool):
        rows = order[start : start + pool]
        rows = rows[np.argsort(token_counts[rows], kind="stable")]
        batches += [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    return [batches[i] for i in generator.permutation(len(batches))]


def collate(ids: Sequence[Sequence[int]], pad_id: int) -> dict[str, torch.Tensor]:
    """Pad token ids to the longest: int64 ``input_ids`` and ``attention_mask``, both of shape (n, longest)."""
    longest = max(len(row) for row in ids)
    input_ids = torch.full((len(ids), longest), pad_id, dtype=torch.int64)
    mask = torch.zeros((len(ids), longest), dtype=torch.int64)
    for i, row in enumerate(ids):
        input_ids[i, : len(row)] = torch.tensor(row, dtype=torch.int64)
        mask[i, : len(row)] = 1
    return {"input_ids": input_ids, "attention_mask": mask}


def by_length(ids: Sequence[Sequence[int]], batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Row numbers in batches of rising length, for scoring."""
    order = np.argsort([len(row) for row in ids], kind="stable")
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]
