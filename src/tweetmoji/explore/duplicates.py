"""Duplicates: texts that a split holds more than once, or that two splits share.

Two texts are the same if their `tweetmoji.data.comparison_key` is. Results name rows by number and hold no text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from tweetmoji.data import LabeledTexts
from tweetmoji.data.overlap import group_copies


@dataclass(frozen=True)
class DuplicateGroup:
    """The rows of one split that hold the same text: row numbers in the order of the file, and the label of each."""

    rows: tuple[int, ...]
    labels: tuple[str, ...]

    @property
    def conflicting(self) -> bool:
        """Whether the same text has several labels."""
        return len(set(self.labels)) > 1


@dataclass(frozen=True)
class SharedText:
    """A text that two splits hold."""

    first: DuplicateGroup
    second: DuplicateGroup

    @property
    def relabeled(self) -> bool:
        """Whether the two splits have no label of it in common."""
        return set(self.first.labels).isdisjoint(self.second.labels)


@dataclass(frozen=True)
class Leakage:
    """The texts that the splits named ``first`` and ``second`` share, in the order of the first."""

    first: str
    second: str
    texts: tuple[SharedText, ...]


def find_duplicate_groups(data: LabeledTexts) -> tuple[DuplicateGroup, ...]:
    """Find the texts that a split holds more than once, in the order of their first rows."""
    return tuple(copies for copies in _group(data).values() if len(copies.rows) > 1)


def find_leakage(splits: Mapping[str, LabeledTexts]) -> tuple[Leakage, ...]:
    """Find the texts that each pair of splits shares, the pairs in the order of ``splits``."""
    groups = {split: _group(data) for split, data in splits.items()}
    return tuple(
        Leakage(first, second, _find_shared(groups[first], groups[second])) for first, second in combinations(groups, 2)
    )


def _find_shared(first: Mapping[str, DuplicateGroup], second: Mapping[str, DuplicateGroup]) -> tuple[SharedText, ...]:
    return tuple(SharedText(copies, second[key]) for key, copies in first.items() if key in second)


def _group(data: LabeledTexts) -> dict[str, DuplicateGroup]:
    """Group the rows of each text by its comparison key."""
    return {
        key: DuplicateGroup(
            rows=tuple(int(data.rows[i]) for i in indices),
            labels=tuple(data.labels[data.targets[i]] for i in indices),
        )
        for key, indices in group_copies(data.texts).items()
    }
