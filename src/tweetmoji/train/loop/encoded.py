"""Tokenized texts with their targets: what an epoch reads, and what it is scored on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tweetmoji.data import Corpus, LabeledTexts, LabelSet, TrainingTexts, leave_out
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.loop.augment import augment_texts
from tweetmoji.train.loop.batches import Subsample
from tweetmoji.train.loop.targets import Targets, join_targets, make_targets
from tweetmoji.train.settings import TrainSettings


@dataclass(frozen=True, eq=False)
class EncodedTexts:
    """Tokenized texts with their targets.

    Attributes:
        ids: Token ids of each of the n texts, unaltered.
        targets: What the loss compares the n rows of logits with.
        pad_id: Id of the padding.
        subsamples: Rows of which an epoch takes only a sample.
        augmented: Gives the token ids of the n texts as an epoch (from 0) reads them; None if each epoch reads ``ids``.
    """

    ids: list[list[int]]
    targets: Targets
    pad_id: int
    subsamples: tuple[Subsample, ...] = ()
    augmented: Callable[[int], list[list[int]]] | None = None

    def read_epoch(self, epoch: int) -> list[list[int]]:
        """Token ids of each text as an epoch (from 0) reads it."""
        return self.augmented(epoch) if self.augmented else self.ids


@dataclass(frozen=True, eq=False)
class ValidationSplit:
    """A split that every epoch is scored on.

    Attributes:
        data: The texts as read.
        encoded: The same texts, tokenized.
    """

    data: LabeledTexts
    encoded: EncodedTexts


def encode(tokenizer: TweetTokenizer, part: TrainingTexts, labels: LabelSet, rows: int | None = None) -> EncodedTexts:
    """Tokenize the texts of a source, and make their targets.

    Args:
        tokenizer: The tokenizer of the base.
        part: The texts.
        labels: Labels of the model.
        rows: How many of them an epoch takes; None for each once.
    """
    return EncodedTexts(
        ids=[tokens.ids for tokens in tokenizer.encode(part.texts)],
        targets=make_targets(part, labels),
        pad_id=tokenizer.pad_id,
        subsamples=() if rows is None else (Subsample(0, len(part), rows),),
    )


def with_augmentation(
    encoded: EncodedTexts, tokenizer: TweetTokenizer, texts: Sequence[str], settings: TrainSettings
) -> EncodedTexts:
    """Let each epoch read some of the texts altered, see `tweetmoji.train.loop.augment`.

    Args:
        encoded: The tokenized texts.
        tokenizer: The tokenizer of the base.
        texts: The n texts.
        settings: Settings of the run.
    """
    if not settings.augment:
        return encoded

    def tokenize(epoch: int) -> list[list[int]]:
        altered = augment_texts(texts, settings.augment, settings.seed, epoch)
        return [tokens.ids for tokens in tokenizer.encode(altered)]

    return replace(encoded, augmented=tokenize)


def encode_train(
    tokenizer: TweetTokenizer,
    corpus: Corpus,
    labels: LabelSet,
    settings: TrainSettings,
    without: Sequence[LabeledTexts] = (),
) -> EncodedTexts:
    """Tokenize the training texts of a corpus.

    Args:
        tokenizer: The tokenizer of the base.
        corpus: The corpus.
        labels: Labels of the model.
        settings: Settings of the run.
        without: Texts to leave out, with their copies and texts made from them: a held-out fold.
    """
    parts = [leave_out(part, without) if without else part for part in corpus.train]
    joined = join_encoded([encode(tokenizer, part, labels, corpus.rows.get(part.source)) for part in parts])
    return with_augmentation(joined, tokenizer, [text for part in parts for text in part.texts], settings)


def encode_val(tokenizer: TweetTokenizer, splits: Sequence[LabeledTexts], labels: LabelSet) -> list[ValidationSplit]:
    """Tokenize each validation split by itself; see `encode`."""
    return [ValidationSplit(split, encode(tokenizer, split, labels)) for split in splits]


def join_encoded(parts: Sequence[EncodedTexts]) -> EncodedTexts:
    """Concatenate tokenized texts, at least one part; each epoch reads what it reads of the parts."""
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
        augmented=lambda epoch: [ids for part in parts for ids in part.read_epoch(epoch)],
    )
