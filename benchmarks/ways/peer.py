"""What the ways of the peers share: tokenizing, sorting by length, and logits, by which they are compared."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from network import LABELS
from numpy.typing import NDArray
from protocol import Job, time_list
from tokenizers import Tokenizer

BATCH_SIZES = (1, 8, 16, 32, 64)
CHECKED_TEXTS = 64

Ids = list[list[int]]
RunBatches = Callable[[Ids, list[list[int]], NDArray[np.float32]], None]
"""Runs batches, given as lists of indices, of token ids, and fills in the logits."""


@dataclass(frozen=True)
class Inputs:
    """What a peer is started with.

    Attributes:
        texts: The texts, normalized: normalization is the one step of ours that is not timed here.
        tokenizer: Without padding, with the truncation of the shipped model.
        cores: How many the peer may use.
        models: Folder of the converted models.
        options: Further arguments.
    """

    texts: list[str]
    tokenizer: Tokenizer
    cores: int
    models: Path
    options: list[str]

    def tokenize(self, texts: list[str]) -> Ids:
        """Tokenize texts on all cores."""
        return [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]


def read_inputs() -> Inputs:
    """Read the arguments: file of texts, cores, folder of models, further ones."""
    content = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(content["tokenizer"])
    tokenizer.no_padding()
    tokenizer.enable_truncation(content["max_tokens"])
    return Inputs(content["normalized"], tokenizer, int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])


def make_list_jobs(inputs: Inputs, run_batches: RunBatches) -> dict[str, Job]:
    """Make a job for each batch size, texts sorted by length, and one that gives the logits of some texts."""

    def run(texts: list[str], size: int) -> NDArray[np.float32]:
        ids = inputs.tokenize(texts)
        logits = np.zeros((len(ids), LABELS), dtype=np.float32)
        run_batches(ids, list(cut_by_length(ids, size)), logits)
        return logits

    def check(_: int) -> dict[str, Any]:
        return {"logits": run(inputs.texts[:CHECKED_TEXTS], 8).tolist()}

    def make_job(size: int) -> Job:
        return time_list(lambda texts: run(texts, size), inputs.texts)

    return {f"batches of {size}": make_job(size) for size in BATCH_SIZES} | {"check": check}


def cut_by_length(ids: Ids, size: int) -> Iterator[list[int]]:
    """Cut texts into batches of indices, the longest texts first."""
    order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
    return (order[start : start + size] for start in range(0, len(order), size))


def pad(ids: Ids) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pad texts to the longest; int64 ids and attention mask of shape (texts, tokens)."""
    padded = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
    mask = np.zeros_like(padded)
    for i, row in enumerate(ids):
        padded[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return padded, mask
