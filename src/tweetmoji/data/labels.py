"""Which labels a model has, and the emoji of each: the six emotions, or a user's own from a small TOML file."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tweetmoji.data.lines import read_bytes
from tweetmoji.emotions import EMOJI, EMOTIONS
from tweetmoji.errors import DataError

EXPECTED: Final = 'a table [labels] with lines like praise = "👏"'
"""What a file of labels holds, for messages."""

MIN_LABELS: Final = 2
"""Fewest labels that there is something to choose between."""


@dataclass(frozen=True)
class LabelSet:
    """The labels of a model.

    Attributes:
        labels: Label names in column order.
        emoji: Label to emoji, in the same order.
    """

    labels: tuple[str, ...] = EMOTIONS
    emoji: dict[str, str] = field(default_factory=lambda: dict(EMOJI))


def read_labels(path: Path) -> LabelSet:
    """Read labels and emoji from the table ``[labels]`` of a TOML file; its order is the order of the columns.

    Raises:
        DataError: The file is missing or not TOML, has no such table or fewer than two labels in it, or an emoji is not
            a string with something in it.
    """
    table = _parse(read_bytes(path, EXPECTED), str(path)).get("labels")
    if not isinstance(table, dict):
        raise DataError(f"{path}: no table [labels]; expected {EXPECTED}: write one")
    if len(table) < MIN_LABELS:
        raise DataError(f"{path}: {len(table)} labels; expected two or more under [labels]: add a line for each")
    for label, emoji in table.items():
        if label != label.strip() or not label:
            raise DataError(f"{path}: a label is {label!r}; expected a name without space around it: rename it")
        if not isinstance(emoji, str) or not emoji.strip():
            raise DataError(
                f"{path}: the emoji of {label} is {emoji!r:.60}; expected a string that is not empty: "
                f'write for example {label} = "👏"'
            )
    return LabelSet(tuple(table), dict(table))


def _parse(content: bytes, where: str) -> dict[str, Any]:
    """The tables of a TOML file."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{where}: not TOML ({reason}); expected {EXPECTED}: correct it") from None
