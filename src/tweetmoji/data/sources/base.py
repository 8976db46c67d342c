"""What a source of texts is: a name, its splits, and a way to read one."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Final

from tweetmoji.data.names import OWN_DATA_SOURCES
from tweetmoji.data.texts import LabeledTexts, TrainingTexts
from tweetmoji.errors import DataError

SPLITS: Final = ("train", "val", "test")
"""Names of the splits, the same for every source: GoEmotions' dev is its val."""

EVALUATION_SPLITS: Final = ("val", "test")
"""Splits that nothing is trained on."""

FULL: Final = "full"
"""The one split of a source that is a single file."""


class Source(ABC):
    """A source of texts to train on.

    Attributes:
        name: What ``--source`` calls it.
        splits: The splits that it has, some of `SPLITS` in that order; a single file has only `FULL`.
    """

    name: ClassVar[str]
    splits: tuple[str, ...] = SPLITS

    @abstractmethod
    def read(self, split: str) -> TrainingTexts:
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


class LabeledSource(Source):
    """A source whose texts have labels, so that a model can be scored on them."""

    @abstractmethod
    def read(self, split: str) -> LabeledTexts:
        """Read one split; see `Source.read`."""


def find_own_folder(own_data: Path, name: str) -> Path:
    """Find the folder ``name`` of the project's own data.

    Args:
        own_data: The folder that holds ``written/`` and ``annotated/``.
        name: One of these two.

    Raises:
        DataError: There is no such folder.
    """
    folder = own_data / name
    if not folder.is_dir():
        raise DataError(
            f"{folder}: no such folder; expected --own-data to name the folder that holds "
            f"{' and '.join(f'{source}/' for source in OWN_DATA_SOURCES)}: data/ of tweetmoji's repository"
        )
    return folder


def find_folder(root: Path, name: str, holds: str) -> Path:
    """Find the folder of a source: ``name`` within the root of all datasets, or else ``root`` itself.

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
