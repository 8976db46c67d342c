"""Texts as token ids and targets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tweetmoji.data import LabeledTexts, TrainingTexts
from tweetmoji.emotions import EMOTIONS
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.loop.batches import Subsample
from tweetmoji.train.loop.targets import Targets, join_targets, make_targets


@dataclass(frozen=True, eq=False)
class EncodedTexts:
    """Tokenized texts with their targets.

    Attributes:
        ids: Token ids of each of the n texts.
        targets: What the loss compares the n rows of logits with.
        pad_id: Id of the padding.
        subsamples: Rows of which an epoch takes only a sample.
    """

    ids: list[list[int]]
    targets: Targets
    pad_id: int
    subsamples: tuple[Subsample, ...] = ()


@dataclass(frozen=True, eq=False)
class ValidationSplit:
    """A split that the best epoch is chosen on.

    Attributes:
        data: The texts as read.
        encoded: The same texts, tokenized.
    """

    data: LabeledTexts
    encoded: EncodedTexts


def encode(tokenizer: TweetTokenizer, parts: Sequence[TrainingTexts], labels: Sequence[str] = EMOTIONS) -> EncodedTexts:
    """Tokenize the texts of several sources, and make their targets.

    Args:
        tokenizer: The tokenizer of the base.
        parts: Texts of each source, at least one.
        labels: Label names of the model, in column order.
    """
    return EncodedTexts(
        ids=[tokens.ids for part in parts for tokens in tokenizer.encode(part.texts)],
        targets=join_targets([make_targets(part, labels) for part in parts]),
        pad_id=tokenizer.pad_id,
    )


def encode_val(
    tokenizer: TweetTokenizer, splits: Sequence[LabeledTexts], labels: Sequence[str] = EMOTIONS
) -> list[ValidationSplit]:
    """Tokenize each validation split by itself; see `encode`."""
    return [ValidationSplit(split, encode(tokenizer, [split], labels)) for split in splits]


def join_encoded(parts: Sequence[EncodedTexts]) -> EncodedTexts:
    """Concatenate tokenized texts; at least one part."""
    starts = np.cumsum([0, *(len(part.ids) for part in parts)]).tolist()
    return EncodedTexts(
        ids=[ids for part in parts for ids in part.ids],
        targets=join_targets([part.targets for part in parts]),
        pad_id=parts[0].pad_id,
        subsamples=tuple(
            replace(subsample, start=subsample.start + start, stop=subsample.stop + start)
            for part, start in zip(parts, starts, strict=False)  # the last start is the end
            for subsample in part.subsamples
        ),
    )
