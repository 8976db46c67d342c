"""How the labels of other sources map to the six emotions; ``label_mapping.toml`` gives each choice and its reason."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from tweetmoji.emotions import EMOTIONS

UNMAPPED: Final = "none"
"""What the file says of a label that is none of the six emotions."""


@dataclass(frozen=True)
class LabelMapping:
    """What the labels of one source mean.

    Attributes:
        labels: The source's label to the class it counts as, or None if it is none of ours.
        covers: Class to the emotions of the model that count as it.
    """

    labels: Mapping[str, str | None]
    covers: Mapping[str, tuple[str, ...]]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, in column order."""
        return tuple(self.covers)


def read_mapping(source: str) -> LabelMapping:
    """The mapping of one source.

    Args:
        source: A table of ``label_mapping.toml``.

    Raises:
        KeyError: The file has no such table.
        ValueError: The file names a class or an emotion that there is not.
    """
    content = resources.files("tweetmoji.data").joinpath("label_mapping.toml").read_text(encoding="utf-8")
    return parse_mapping(tomllib.loads(content)[source], source)


def parse_mapping(table: dict[str, Any], source: str) -> LabelMapping:
    """Check one table of the file; ``source`` names it in messages."""
    labels = {name: None if row["as"] == UNMAPPED else row["as"] for name, row in table["labels"].items()}
    covers = {name: tuple(row["covers"]) for name, row in table["classes"].items()}
    if unknown := set(labels.values()) - {None, *covers}:
        raise ValueError(f"{source}: labels map to {sorted(map(str, unknown))}; expected one of {sorted(covers)}")
    if unknown := {emotion for emotions in covers.values() for emotion in emotions} - set(EMOTIONS):
        raise ValueError(f"{source}: classes cover {sorted(unknown)}; expected some of {', '.join(EMOTIONS)}")
    return LabelMapping(labels, covers)
