"""``config.json`` of an artifact, as a checked dataclass."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from tweetmoji.errors import ArtifactError
from tweetmoji.files import parse_json_object
from tweetmoji.text import TEXT_VERSION

FORMAT_VERSION: Final = 2
"""Version of the artifact's layout that this program writes, and the only one that it reads."""


@dataclass(frozen=True)
class NoneCalibration:
    """How the probability that a text has none of the labels is computed from the logits: see `compute_none`.

    Attributes:
        slope: Multiplies the log odds of none, -1,000,000 to 1,000,000.
        offset: Is added to them, in the same range.
    """

    slope: float
    offset: float


@dataclass(frozen=True)
class SuggestionHead:
    """The emoji that a model suggests beside its labels.

    Attributes:
        emoji: The emoji in the order of their logits; at least one, all different.
        temperature: Divides these logits before the softmax, 0.001 to 1,000.
    """

    emoji: tuple[str, ...]
    temperature: float


@dataclass(frozen=True)
class ModelConfig:
    """What a model is, without its weights and vocabulary.

    Attributes:
        name: Name for people and logs.
        labels: Label names in the order of the logits; at least two, all different.
        emoji: Label to emoji, one for each label.
        max_tokens: Tokens read of a text, special tokens included; 2 to 4,096.
        temperature: Divides the logits of the labels before the softmax, 0.001 to 1,000 (Guo et al. 2017).
        prior: Label to the share that the probabilities assume, above 0; the shares sum to 1.
        provenance: How the model was made: base, settings, data. Plain JSON.
        none: How to compute the probability of none of the labels; None for a model without a logit for it.
        suggestions: The emoji that it suggests; None for a model without logits for them.
        text_version: Version of the text normalization that the model was trained with.
        format_version: Version of the artifact's layout.
    """

    name: str
    labels: tuple[str, ...]
    emoji: dict[str, str]
    max_tokens: int
    temperature: float
    prior: dict[str, float]
    provenance: dict[str, Any]
    none: NoneCalibration | None = None
    suggestions: SuggestionHead | None = None
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
    for name in ("max_tokens", "temperature"):
        _check_range(name, fields[name], where)
    _check_prior(fields["prior"], labels, where)
    parsed = {
        "labels": labels,
        "none": _parse_none(fields["none"], where),
        "suggestions": _parse_suggestions(fields["suggestions"], where),
    }
    return ModelConfig(**{name: fields[name] for name in _KINDS} | parsed)


def check_format_version(fields: Mapping[str, Any], where: str) -> None:
    """Refuse a foreign, newer or older folder, whatever else its files hold.

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
        raise ArtifactError(
            f"{where}: format_version {version} is older than the {FORMAT_VERSION} that this program reads; train the "
            "model again, or get a newer version of it"
        )


_OBJECT_OR_NULL: Final = (dict, type(None))

_KINDS: Final[dict[str, Any]] = {
    "format_version": int,
    "name": str,
    "labels": list,
    "emoji": dict,
    "max_tokens": int,
    "text_version": int,
    "temperature": (int, float),
    "prior": dict,
    "provenance": dict,
    "none": _OBJECT_OR_NULL,
    "suggestions": _OBJECT_OR_NULL,
}

_RANGES: Final = {
    "max_tokens": (2, 4096),
    "temperature": (1e-3, 1e3),
    "slope": (-1e6, 1e6),
    "offset": (-1e6, 1e6),
}
"""Minimum and maximum of the numbers: wider than any model needs, narrow enough that nothing overflows."""

_MAX_PRIOR_ERROR: Final = 1e-3
"""Largest distance from 1 of the sum of a file's prior: room for rounded shares."""


def _expected(kind: Any) -> str:  # noqa: ANN401
    names = {
        int: "an integer",
        str: "a string",
        list: "a list",
        dict: "an object",
        _OBJECT_OR_NULL: "an object or null",
    }
    return names.get(kind, "a number")


def _check_range(name: str, value: Any, where: str) -> None:  # noqa: ANN401
    minimum, maximum = _RANGES[name.rpartition(".")[2]]
    if isinstance(value, bool) or not isinstance(value, int | float) or not minimum <= value <= maximum:
        raise ArtifactError(f"{where}: {name} is {value!r}; expected {minimum:g} to {maximum:g}")


def _check_labels(labels: list[Any], where: str) -> tuple[str, ...]:
    if len(labels) < 2 or not all(isinstance(label, str) and label for label in labels):
        raise ArtifactError(f"{where}: labels are {labels!r}; expected two or more names")
    if len(set(labels)) != len(labels):
        raise ArtifactError(f"{where}: labels are {labels!r}; expected each name once")
    return tuple(labels)


def _check_emoji(emoji: dict[str, Any], labels: tuple[str, ...], where: str) -> None:
    if set(emoji) != set(labels) or not all(isinstance(sign, str) and sign for sign in emoji.values()):
        raise ArtifactError(f"{where}: emoji are {emoji!r}; expected one for each of {', '.join(labels)}")


def _check_prior(prior: dict[str, Any], labels: tuple[str, ...], where: str) -> None:
    shares = list(prior.values())
    numbers = all(isinstance(share, int | float) and not isinstance(share, bool) and 0 < share <= 1 for share in shares)
    if set(prior) != set(labels) or not numbers or abs(sum(shares) - 1) > _MAX_PRIOR_ERROR:
        raise ArtifactError(
            f"{where}: prior is {prior!r}; expected a share above 0 for each of {', '.join(labels)}, and a sum of 1"
        )


def _parse_none(fields: dict[str, Any] | None, where: str) -> NoneCalibration | None:
    if fields is None:
        return None
    if not {"slope", "offset"} <= set(fields):
        raise ArtifactError(f"{where}: none is {fields!r}; expected an object with slope and offset, or null")
    for name in ("slope", "offset"):
        _check_range(f"none.{name}", fields[name], where)
    return NoneCalibration(fields["slope"], fields["offset"])


def _parse_suggestions(fields: dict[str, Any] | None, where: str) -> SuggestionHead | None:
    if fields is None:
        return None
    if not {"emoji", "temperature"} <= set(fields):
        raise ArtifactError(
            f"{where}: suggestions are {fields!r:.200}; expected an object with emoji and temperature, or null"
        )
    emoji = fields["emoji"]
    if not (isinstance(emoji, list) and emoji and all(isinstance(sign, str) and sign for sign in emoji)):
        raise ArtifactError(f"{where}: suggestions.emoji are {emoji!r:.200}; expected a list of one or more emoji")
    if len(set(emoji)) != len(emoji):
        raise ArtifactError(f"{where}: suggestions.emoji are {emoji!r:.200}; expected each emoji once")
    _check_range("suggestions.temperature", fields["temperature"], where)
    return SuggestionHead(tuple(emoji), fields["temperature"])
