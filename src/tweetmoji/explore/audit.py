"""The audit of a source: a summary of each split, duplicates, leakage, likely label errors.

It holds counts, row numbers and words that many texts share, but no text, so that it may be published where the data
may not.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tweetmoji.data import LabeledSource, LabeledTexts
from tweetmoji.explore.duplicates import DuplicateGroup, Leakage, find_duplicate_groups, find_leakage
from tweetmoji.explore.label_errors import LabelErrors
from tweetmoji.explore.summary import SplitSummary, summarize
from tweetmoji.explore.vocabulary import CharacteristicWord, find_characteristic_words


@dataclass(frozen=True)
class Audit:
    """What is known about a source.

    Attributes:
        source: Name of the source.
        labels: Names of its classes.
        splits: Name of each split to its summary, the one to train on first.
        characteristic_words: Label to the words that distinguish it from the others in the first split.
        duplicates: Split to the texts that it holds more than once with the same label.
        conflicts: Split to the texts that it holds more than once with different labels.
        leakage: The texts that each pair of splits shares.
        label_errors: The likely label errors of the first split; None if there were no out-of-fold probabilities.
    """

    source: str
    labels: tuple[str, ...]
    splits: dict[str, SplitSummary]
    characteristic_words: dict[str, tuple[CharacteristicWord, ...]]
    duplicates: dict[str, tuple[DuplicateGroup, ...]]
    conflicts: dict[str, tuple[DuplicateGroup, ...]]
    leakage: tuple[Leakage, ...]
    label_errors: LabelErrors | None

    @property
    def first_split(self) -> str:
        """The split to train on; the only one of a source that has no others."""
        return next(iter(self.splits))

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        return asdict(self)


def read_splits(source: LabeledSource) -> dict[str, LabeledTexts]:
    """Read all splits of a source, in its order.

    Raises:
        DataError: A file is missing or damaged; see `Source.read`.
    """
    return {split: source.read(split) for split in source.splits}


def audit_splits(splits: Mapping[str, LabeledTexts], label_errors: LabelErrors | None = None) -> Audit:
    """Audit the splits of a source.

    Args:
        splits: Its splits by name, at least one, the one to train on first.
        label_errors: What `find_label_errors` found in the first split, if there were out-of-fold probabilities.
    """
    first = next(iter(splits.values()))
    copies = {split: find_duplicate_groups(data) for split, data in splits.items()}
    return Audit(
        source=first.source,
        labels=first.labels,
        splits={split: summarize(data) for split, data in splits.items()},
        characteristic_words=find_characteristic_words(first),
        duplicates={split: tuple(one for one in found if not one.conflicting) for split, found in copies.items()},
        conflicts={split: tuple(one for one in found if one.conflicting) for split, found in copies.items()},
        leakage=find_leakage(splits),
        label_errors=label_errors,
    )
