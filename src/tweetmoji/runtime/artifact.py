"""The artifact: a model as one folder on disk. Every part of it is checked before any is used.

- ``model.onnx``: the weights, int8 as shipped; ``input_ids`` (texts, tokens) int64 to ``logits`` (texts, columns)
  float32, a column for each label and, if the config has ``none``, a last one for none. If the config has
  ``suggestions``, there is a second output, ``emoji_logits`` (texts, emoji) float32, and a second input, ``suggest``,
  a bool that turns it on and is false by default (onnxruntime warns of such an input). The metadata has the key
  ``batch_invariant`` if a text gets the same bits in every batch
- ``tokenizer.json``: the vocabulary, in the format of the tokenizers library
- ``config.json``: what the model is (`ModelConfig`)
- ``metrics.json``: what was measured of it: split, n, seed, versions and hardware
- ``SHA256SUMS``: digests of the four, as ``sha256sum --check`` reads them

Nothing is guessed, nothing is unpickled, nothing is downloaded.
"""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tweetmoji.errors import ArtifactError
from tweetmoji.files import parse_json_object, replacing_folder
from tweetmoji.runtime.config import ModelConfig, check_format_version, parse_config
from tweetmoji.runtime.metrics import parse_metrics

WEIGHTS: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
CONFIG: Final = "config.json"
METRICS: Final = "metrics.json"
SUMS: Final = "SHA256SUMS"
FILES: Final = (WEIGHTS, TOKENIZER, CONFIG, METRICS)
"""The files of an artifact that `SUMS` vouches for."""

SHIPPED: Final = Path(__file__).parent.parent / "models" / "tweetmoji-minilm"
"""The folder of the model that ships with the package."""


@dataclass(frozen=True)
class Artifact:
    """The checked contents of a model folder.

    Attributes:
        folder: The folder.
        config: What the model is.
        metrics: The object of ``metrics.json``.
        weights: The bytes of ``model.onnx``.
        tokenizer: The text of ``tokenizer.json``.
        sha256: File name to hex digest.
    """

    folder: Path
    config: ModelConfig
    metrics: dict[str, Any]
    weights: bytes
    tokenizer: str
    sha256: dict[str, str]

    @property
    def version(self) -> str:
        """The first 12 hex digits of the weights' SHA-256."""
        return self.sha256[WEIGHTS][:12]

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the files that an answer depends on."""
        return _digest("".join(f"{self.sha256[name]}\n" for name in (WEIGHTS, TOKENIZER, CONFIG)).encode("ascii"))


def read_artifact(folder: Path) -> Artifact:
    """Read a model folder and check every part of it.

    Raises:
        ArtifactError: The folder is missing, incomplete, damaged, foreign, or older or newer than this program. The
            message names the file and what is wrong.
    """
    config_path = folder / CONFIG
    _check_layout(config_path)
    contents = _read_files(folder)
    digests = _check_sums(contents, folder)
    config = parse_config(contents[CONFIG], str(config_path))
    metrics = parse_metrics(contents[METRICS], str(folder / METRICS))
    try:
        tokenizer = contents[TOKENIZER].decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArtifactError(f"{folder / TOKENIZER}: not UTF-8 ({error})") from None
    return Artifact(
        folder=folder,
        config=config,
        metrics=metrics,
        weights=contents[WEIGHTS],
        tokenizer=tokenizer,
        sha256=digests,
    )


def make_artifact(
    folder: Path, *, config: ModelConfig, weights: bytes, tokenizer: str, metrics: dict[str, Any]
) -> Artifact:
    """Make an artifact in memory; `write_artifact` writes it to disk."""
    artifact = Artifact(folder, config=config, metrics=metrics, weights=weights, tokenizer=tokenizer, sha256={})
    digests = {name: _digest(content) for name, content in _serialize(artifact).items()}
    return replace(artifact, sha256=digests)


def with_changes(artifact: Artifact, **changes: Any) -> Artifact:  # noqa: ANN401
    """Copy an artifact in memory with other ``config``, ``weights``, ``tokenizer`` or ``metrics``."""
    parts = {name: getattr(artifact, name) for name in ("config", "weights", "tokenizer", "metrics")}
    return make_artifact(artifact.folder, **parts | changes)


def write_artifact(artifact: Artifact) -> None:
    """Write a model folder: whole, or not at all.

    A model that is already there is replaced only by a complete new one.

    Raises:
        ArtifactError: The folder holds something that is not a tweetmoji model.
        OSError: The disk is full or not writable; the folder is then as it was.
    """
    check_replaceable(artifact.folder)
    with replacing_folder(artifact.folder, overwrite=True) as temporary:
        for name, content in _serialize(artifact).items():
            (temporary / name).write_bytes(content)
        sums = "".join(f"{artifact.sha256[name]}  {name}\n" for name in FILES)
        (temporary / SUMS).write_text(sums, encoding="ascii", newline="\n")


def check_replaceable(folder: Path) -> None:
    """Refuse to write a model over anything but a model or an empty folder.

    Raises:
        ArtifactError: ``folder`` is a file, or holds files that are no part of an artifact.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ArtifactError(f"{folder}: is a file; name a folder for the model")
    unexpected = sorted({path.name for path in folder.iterdir()} - {*FILES, SUMS})
    if unexpected:
        raise ArtifactError(f"{folder}: holds {unexpected[0]!r}, which is no part of a model; name another folder")


def _check_layout(config_path: Path) -> None:
    """Report a newer layout as newer, before its other files seem missing or damaged."""
    if not config_path.is_file():
        return  # reading all files reports what is wrong; to read a FIFO would wait for a writer
    try:
        content = config_path.read_bytes()
    except OSError:
        return
    if b'"format_version"' in content:
        check_format_version(parse_json_object(content, str(config_path), ArtifactError), str(config_path))


def _serialize(artifact: Artifact) -> dict[str, bytes]:
    """The contents of `FILES`."""
    metrics = json.dumps(artifact.metrics, ensure_ascii=False, indent=2) + "\n"
    return {
        WEIGHTS: artifact.weights,
        TOKENIZER: artifact.tokenizer.encode("utf-8"),
        CONFIG: artifact.config.to_json().encode("utf-8"),
        METRICS: metrics.encode("utf-8"),
    }


def _read_files(folder: Path) -> dict[str, bytes]:
    """Read every file of the folder, and name at once all that are missing or not regular, as a FIFO is."""
    if not folder.is_dir():
        raise ArtifactError(f"{folder}: no such folder; expected a model folder with {', '.join((*FILES, SUMS))}")
    missing = [name for name in (*FILES, SUMS) if not (folder / name).is_file()]
    if missing:
        raise ArtifactError(
            f"{folder}: {', '.join(missing)} missing; a complete model folder has the regular files "
            f"{', '.join((*FILES, SUMS))}"
        )
    try:
        return {name: (folder / name).read_bytes() for name in (*FILES, SUMS)}
    except OSError as error:
        raise ArtifactError(f"{error.filename}: cannot be read: {error.strerror}") from error


def _check_sums(contents: dict[str, bytes], folder: Path) -> dict[str, str]:
    """Compare each file's digest with SHA256SUMS."""
    lines = contents[SUMS].decode("ascii", errors="replace").splitlines()
    matches = [re.fullmatch(r"([0-9a-f]{64}) [ *](\S+)", line) for line in lines]
    expected = {match[2]: match[1] for match in matches if match}
    if len(matches) != len(FILES) or set(expected) != set(FILES):
        raise ArtifactError(f"{folder / SUMS}: expected one line '<SHA-256>  <file>' for each of {', '.join(FILES)}")
    for name in FILES:
        digest = _digest(contents[name])
        if digest != expected[name]:
            raise ArtifactError(
                f"{folder / name}: damaged: its SHA-256 is {digest[:12]}…, SHA256SUMS says {expected[name][:12]}…; "
                "get the file again"
            )
    return expected


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
