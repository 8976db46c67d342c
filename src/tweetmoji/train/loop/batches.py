"""Batches of texts of similar length, in random order."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pad_sequence

POOL_BATCHES: Final = 50
"""Batches that are sorted by length together: enough that neighbors are alike, few enough that batches differ."""


@dataclass(frozen=True)
class Subsample:
    """Consecutive rows of which each epoch takes a new random sample.

    Attributes:
        start: First row.
        stop: Row after the last.
        count: Rows in the sample. If there are fewer rows than that, each is taken equally often, and some at random
            once more.
    """

    start: int
    stop: int
    count: int

    @property
    def size(self) -> int:
        """Rows that there are."""
        return self.stop - self.start

    def draw(self, generator: np.random.Generator) -> NDArray[np.int64]:
        """Draw a sample: int64 array of shape (count,)."""
        times, rest = divmod(self.count, self.size)
        rows = np.concatenate([np.tile(np.arange(self.size), times), generator.permutation(self.size)[:rest]])
        return self.start + rows


def count_batches(texts: int, batch_size: int, subsamples: Sequence[Subsample] = ()) -> int:
    """Batches of one epoch."""
    drawn = sum(subsample.count - subsample.size for subsample in subsamples)
    return math.ceil((texts + drawn) / batch_size)


def make_epoch_batches(
    lengths: Sequence[int], batch_size: int, seed: int, epoch: int, subsamples: Sequence[Subsample] = ()
) -> list[NDArray[np.int64]]:
    """Divide the rows of one epoch into batches.

    The result depends on the arguments alone, so a resumed run sees the same batches.

    Args:
        lengths: Tokens of each of the n texts.
        batch_size: Most texts in a batch.
        seed: Seed of the run.
        epoch: From 0.
        subsamples: Rows of which the epoch takes only a sample.

    Returns:
        int64 arrays of row numbers. Together they hold each of 0 … n-1 once, and the rows of subsamples as drawn.
    """
    generator = np.random.default_rng([seed, epoch])
    whole = np.ones(len(lengths), dtype=bool)
    for subsample in subsamples:
        whole[subsample.start : subsample.stop] = False
    drawn = [subsample.draw(generator) for subsample in subsamples]
    order = generator.permutation(np.concatenate([np.flatnonzero(whole), *drawn]))
    token_counts = np.asarray(lengths)
    pool = batch_size * POOL_BATCHES
    batches = []
    for start in range(0, len(order), pool):
        rows = order[start : start + pool]
        rows = rows[np.argsort(token_counts[rows], kind="stable")]
        batches += [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    return [batches[i] for i in generator.permutation(len(batches))]


def batch_by_length(ids: Sequence[Sequence[int]], batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Give row numbers in batches of rising length, for prediction."""
    order = np.argsort([len(row) for row in ids], kind="stable")
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


def collate(ids: Sequence[Sequence[int]], pad_id: int) -> dict[str, torch.Tensor]:
    """Pad token ids to the longest text.

    Args:
        ids: Token ids of each of the n texts.
        pad_id: Id of the padding.

    Returns:
        int64 tensors ``input_ids`` and ``attention_mask`` of shape (n, longest); the mask is 0 on padding.
    """
    rows = [torch.tensor(row, dtype=torch.int64) for row in ids]
    return {
        "input_ids": pad_sequence(rows, batch_first=True, padding_value=pad_id),
        "attention_mask": pad_sequence([torch.ones_like(row) for row in rows], batch_first=True),
    }
