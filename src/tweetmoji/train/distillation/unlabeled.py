"""Unlabeled texts of a distillation, read and described: the same for teacher and student."""

from collections.abc import Sequence
from pathlib import Path

from tweetmoji.data import UnlabeledTexts, read_unlabeled
from tweetmoji.errors import SettingError


def read_collections(names: Sequence[str], data: Path | None) -> list[UnlabeledTexts]:
    """Read collections of unlabeled texts.

    Args:
        names: Some of `tweetmoji.data.UNLABELED`.
        data: Root of the datasets; may be None if ``names`` is empty.

    Raises:
        DataError: A file is missing or damaged.
        SettingError: There is no such collection, or no root.
    """
    if not names:
        return []
    if data is None:
        raise SettingError(
            f"unlabeled texts {', '.join(names)} need a folder; name it with --data or TWEETMOJI_DATA_DIR"
        )
    return [read_unlabeled(name, data) for name in names]


def describe_collections(collections: Sequence[UnlabeledTexts]) -> dict[str, str]:
    """Name of each collection to the hex SHA-256 of its files."""
    return {collection.source: collection.sha256 for collection in collections}
