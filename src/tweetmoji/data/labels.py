"""The labels of a model and the emoji of each: the six emotions, or the user's own from a TOML file."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tweetmoji.data.lines import read_bytes
from tweetmoji.emotions import EMOJI, EMOTIONS, NONE
from tweetmoji.errors import DataError, shorten

FILE_FORMAT: Final = 'a table [labels] with lines like praise = "👏"'
"""What a file of labels holds, for messages."""

MIN_LABELS: Final = 2
"""Fewest labels of a model: with one, there is nothing to predict."""


@dataclass(frozen=True)
class LabelSet:
    """The labels of a model.

    Attributes:
        labels: Label names in column order.
        emoji: Label to emoji, in the same order.
        none: Whether the model also has an output for texts without any of the labels, `tweetmoji.emotions.NONE`.
    """

    labels: tuple[str, ...] = EMOTIONS
    emoji: dict[str, str] = field(default_factory=lambda: dict(EMOJI))
    none: bool = True

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the network's outputs: the labels, and `tweetmoji.emotions.NONE` if the model has it."""
        return (*self.labels, *((NONE,) if self.none else ()))


def read_labels(path: Path) -> LabelSet:
    """Read labels and emoji from the table ``[labels]`` of a TOML file, in its order.

    The model has no output for texts without any of them: no source has such texts for labels of the user's own.

    Raises:
        DataError: The file is missing or not TOML, has no such table or fewer than two labels in it, a label has space
            around it, or an emoji is not a string or is empty.
    """
    table = _parse(read_bytes(path, FILE_FORMAT), str(path)).get("labels")
    if not isinstance(table, dict):
        raise DataError(f"{path}: no table [labels]; expected {FILE_FORMAT}: write one")
    if len(table) < MIN_LABELS:
        raise DataError(f"{path}: {len(table)} labels; expected {MIN_LABELS} or more in [labels]: add a line for each")
    for label, emoji in table.items():
        if label != label.strip() or not label:
            raise DataError(f"{path}: a label is {label!r}; expected a name without space around it: rename it")
        if not isinstance(emoji, str) or not emoji.strip():
            raise DataError(
                f"{path}: the emoji of {label} is {emoji!r:.60}; expected a string that is not empty: "
                f'write for example {label} = "👏"'
            )
    return LabelSet(tuple(table), dict(table), none=False)


def _parse(content: bytes, where: str) -> dict[str, Any]:
    """Parse a TOML file."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise DataError(f"{where}: not TOML ({shorten(error)}); expected {FILE_FORMAT}: correct it") from None
