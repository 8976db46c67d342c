"""What a source of labeled texts is: a name, its splits, and a way to read one."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Final

from tweetmoji.data.labeled import LabeledTexts
from tweetmoji.errors import DataError

SPLITS: Final = ("train", "val", "test")
"""Names of the splits, the same for every source: GoEmotions' dev is its val."""

EVALUATION_SPLITS: Final = ("val", "test")
"""Splits that nothing is trained on."""


class Source(ABC):
    """A source of labeled texts.

    Attributes:
        name: What ``--source`` calls it.
        splits: The splits that it has, a selection of `SPLITS` in that order; a single file has only ``full``.
    """

    name: ClassVar[str]
    splits: tuple[str, ...] = SPLITS

    @abstractmethod
    def read(self, split: str) -> LabeledTexts:
        """Read one split.

        Raises:
            DataError: There is no such split, or its file is missing or damaged; the message names file and row.
        """

    def check_split(self, split: str) -> None:
        """Refuse a split that the source does not have.

        Raises:
            DataError: ``split`` is not one of ``splits``.
        """
        if split not in self.splits:
            raise DataError(f"source {self.name} has no split {split!r}; expected one of {', '.join(self.splits)}")


def find_folder(root: Path, name: str, holds: str) -> Path:
    """The folder of a source: the one called ``name`` within the root of all datasets, or else ``root`` itself.

    Args:
        root: Root of the datasets, or the source's own folder.
        name: Name of the source's folder within the root.
        holds: What it holds, for the message.

    Raises:
        DataError: There is no such folder.
    """
    if not root.is_dir():
        raise DataError(f"{root}: no such folder; expected one that holds {holds}, or {name}/ with them")
    inner = root / name
    return inner if inner.is_dir() else root
