"""The class map of a source: which of the model's labels count as each class of the source.

TweetEval's joy, for example, counts joy and love. ``class_map.toml`` lists the choices for the datasets that tweetmoji
knows, each with its reason. Training and scoring use the same map.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.emotions import EMOTIONS

UNMAPPED: Final = "none"
"""What the file has for a label that is none of the six emotions."""


@dataclass(frozen=True)
class SourceLabels:
    """What the labels of one source mean.

    Attributes:
        labels: The source's label to the class that it counts as, or None for none of ours.
        class_map: Class to the model's labels that count as it.
    """

    labels: Mapping[str, str | None]
    class_map: Mapping[str, tuple[str, ...]]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, in column order."""
        return tuple(self.class_map)


def read_source_labels(source: str) -> SourceLabels:
    """Read what the labels of a source mean.

    Args:
        source: Name of a table in ``class_map.toml``.

    Raises:
        KeyError: The file has no such table.
        ValueError: The file names a class or an emotion that does not exist.
    """
    content = resources.files("tweetmoji.data").joinpath("class_map.toml").read_text(encoding="utf-8")
    return parse_source_labels(tomllib.loads(content)[source], source)


def parse_source_labels(table: dict[str, Any], source: str) -> SourceLabels:
    """Parse one table of the file; ``source`` names it in messages.

    Raises:
        ValueError: The table names a class or an emotion that does not exist.
    """
    labels = {name: None if row["as"] == UNMAPPED else row["as"] for name, row in table["labels"].items()}
    class_map = {name: tuple(row["counts"]) for name, row in table["classes"].items()}
    if unknown := set(labels.values()) - {None, *class_map}:
        raise ValueError(f"{source}: labels map to {sorted(map(str, unknown))}; expected one of {sorted(class_map)}")
    if unknown := {emotion for emotions in class_map.values() for emotion in emotions} - set(EMOTIONS):
        raise ValueError(f"{source}: classes count {sorted(unknown)}; expected some of {', '.join(EMOTIONS)}")
    return SourceLabels(labels, class_map)


def identity_map(labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Map each label to itself: the class map of a source whose classes are the model's labels."""
    return {label: (label,) for label in labels}


def marginalize(
    probabilities: NDArray[np.floating], labels: Sequence[str], class_map: Mapping[str, Sequence[str]]
) -> NDArray[np.float64]:
    """Sum a model's probabilities over the labels of each class of a source.

    Labels that count as no class are left out, and the sums are renormalized: the probabilities given that the text
    belongs to one of the classes.

    Args:
        probabilities: Float array of shape (n, len(labels)); rows sum to 1.
        labels: The model's labels in column order.
        class_map: Class to the model's labels that count as it.

    Returns:
        float64 array of shape (n, len(class_map)), columns in the order of ``class_map``; rows sum to 1. A row without
        any probability for the classes becomes uniform.

    Raises:
        ValueError: The shapes do not fit, or ``class_map`` is empty or counts a label that the model does not have.
    """
    if probabilities.ndim != 2 or probabilities.shape[1] != len(labels):
        raise ValueError(f"probabilities have shape {probabilities.shape}; expected (n, {len(labels)})")
    if not class_map:
        raise ValueError("class_map is empty; expected at least one class")
    sums = probabilities.astype(np.float64) @ _membership(labels, class_map)
    totals = sums.sum(axis=1, keepdims=True)
    marginal = np.full_like(sums, 1 / len(class_map))
    np.divide(sums, totals, out=marginal, where=totals > 0)
    return marginal


def _membership(labels: Sequence[str], class_map: Mapping[str, Sequence[str]]) -> NDArray[np.float64]:
    """Make a float64 array of shape (len(labels), len(class_map)): 1 where the label counts as the class, else 0."""
    membership = np.zeros((len(labels), len(class_map)))
    for column, (name, counted) in enumerate(class_map.items()):
        unknown = [label for label in counted if label not in labels]
        if unknown:
            raise ValueError(f"{name!r} counts {', '.join(unknown)}; expected labels of the model: {', '.join(labels)}")
        membership[[labels.index(label) for label in counted], column] = 1
    return membership
