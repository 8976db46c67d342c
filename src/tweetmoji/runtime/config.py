"""``config.json`` of an artifact, as a checked dataclass."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from tweetmoji.errors import ArtifactError
from tweetmoji.files import parse_json_object
from tweetmoji.text import TEXT_VERSION

FORMAT_VERSION: Final = 1
"""Version of the artifact's layout that this program writes, and the newest that it reads."""


@dataclass(frozen=True)
class ModelConfig:
    """What a model is, without its weights and vocabulary.

    Attributes:
        name: Name for people and logs.
        labels: Label names in the order of the logits; at least two, all different.
        emoji: Label to emoji, one for each label.
        max_tokens: Tokens read of a text, special tokens included; 2 to 4,096.
        temperature: Divides the logits before the softmax, 0.001 to 1,000 (Guo et al. 2017).
        provenance: How the model was made: base, settings, data. Plain JSON.
        text_version: Version of the text normalization that the model was trained with.
        format_version: Version of the artifact's layout.
    """

    name: str
    labels: tuple[str, ...]
    emoji: dict[str, str]
    max_tokens: int
    temperature: float
    provenance: dict[str, Any]
    text_version: int = TEXT_VERSION
    format_version: int = FORMAT_VERSION

    def to_json(self) -> str:
        """Give the text of a ``config.json``."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def parse_config(content: bytes, where: str) -> ModelConfig:
    """Read and check a ``config.json``; ``where`` names the file in messages.

    Raises:
        ArtifactError: It is no JSON object, of a version that this program does not read, or a field is missing or
            wrong.
    """
    fields = parse_json_object(content, where, ArtifactError)
    check_format_version(fields, where)
    for name, kind in _KINDS.items():
        if name not in fields:
            raise ArtifactError(f"{where}: {name!r} is missing; the file is not a complete tweetmoji config")
        if not isinstance(fields[name], kind) or isinstance(fields[name], bool):
            raise ArtifactError(f"{where}: {name!r} is {fields[name]!r}; expected {_expected(kind)}")
    labels = _check_labels(fields["labels"], where)
    _check_emoji(fields["emoji"], labels, where)
    if fields["text_version"] != TEXT_VERSION:
        raise ArtifactError(
            f"{where}: text_version is {fields['text_version']}; this program normalizes text by version "
            f"{TEXT_VERSION}: install the tweetmoji that the model was made with, or train it again"
        )
    for name, (minimum, maximum) in _RANGES.items():
        if not minimum <= fields[name] <= maximum:
            raise ArtifactError(f"{where}: {name} is {fields[name]}; expected {minimum:g} to {maximum:g}")
    return ModelConfig(**{name: fields[name] for name in _KINDS} | {"labels": labels})


def check_format_version(fields: Mapping[str, Any], where: str) -> None:
    """Refuse a foreign or newer folder, whatever else its files hold.

    Raises:
        ArtifactError: There is no format version, or it is not one that this program reads.
    """
    version = fields.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise ArtifactError(f"{where}: no format_version; this is not the config of a tweetmoji model")
    if version > FORMAT_VERSION:
        raise ArtifactError(
            f"{where}: format_version {version} is newer than the {FORMAT_VERSION} that this program reads; "
            "run: pip install --upgrade tweetmoji"
        )
    if version < FORMAT_VERSION:
        raise ArtifactError(f"{where}: format_version is {version}; expected {FORMAT_VERSION}")


_KINDS: Final[dict[str, Any]] = {
    "format_version": int,
    "name": str,
    "labels": list,
    "emoji": dict,
    "max_tokens": int,
    "text_version": int,
    "temperature": (int, float),
    "provenance": dict,
}

_RANGES: Final = {"max_tokens": (2, 4096), "temperature": (1e-3, 1e3)}
"""Minimum and maximum of the numbers: wider than any model needs, narrow enough that nothing overflows."""


def _expected(kind: Any) -> str:  # noqa: ANN401
    names = {int: "an integer", str: "a string", list: "a list", dict: "an object"}
    return names.get(kind, "a number")


def _check_labels(labels: list[Any], where: str) -> tuple[str, ...]:
    if len(labels) < 2 or not all(isinstance(label, str) and label for label in labels):
        raise ArtifactError(f"{where}: labels are {labels!r}; expected two or more names")
    if len(set(labels)) != len(labels):
        raise ArtifactError(f"{where}: labels are {labels!r}; expected each name once")
    return tuple(labels)


def _check_emoji(emoji: dict[str, Any], labels: tuple[str, ...], where: str) -> None:
    if set(emoji) != set(labels) or not all(isinstance(sign, str) and sign for sign in emoji.values()):
        raise ArtifactError(f"{where}: emoji are {emoji!r}; expected one for each of {', '.join(labels)}")
