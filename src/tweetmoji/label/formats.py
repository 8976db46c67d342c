"""Formats of tables: which one a file has by its name, and how it is compressed."""

import gzip
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from tweetmoji.errors import SettingError, needs_extra

CSV: Final = "csv"
TSV: Final = "tsv"
JSONL: Final = "jsonl"
LINES: Final = "lines"
PARQUET: Final = "parquet"

INPUT_KINDS: Final = (CSV, TSV, JSONL, LINES, PARQUET)
OUTPUT_KINDS: Final = (CSV, TSV, JSONL, PARQUET)
"""Plain lines have no columns to hold emoji and label."""

GZIP: Final = "gzip"
ZSTD: Final = "zstd"

SUFFIXES: Final = {
    ".csv": CSV,
    ".tsv": TSV,
    ".tab": TSV,
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".txt": LINES,
    ".parquet": PARQUET,
    ".pq": PARQUET,
}
"""Ending of a name to the format."""

COMPRESSIONS: Final = {".gz": GZIP, ".zst": ZSTD}
"""Ending after that to the compression."""

EXTENSIONS: Final = {CSV: ".csv", TSV: ".tsv", JSONL: ".jsonl", PARQUET: ".parquet"}
"""Format of an output to the ending of a new name."""


@dataclass(frozen=True)
class Format:
    """A format, and the compression around it: `GZIP`, `ZSTD` or None."""

    kind: str
    compression: str | None = None


def split_suffixes(name: str) -> tuple[str, str, str]:
    """Split a file's name into stem, ending of the format and ending of the compression; each may be empty."""
    path = PurePosixPath(name)
    outer = path.suffix if path.suffix.lower() in COMPRESSIONS else ""
    inner = PurePosixPath(name.removesuffix(outer)).suffix
    if inner.lower() not in SUFFIXES:
        inner = ""
    return name.removesuffix(outer).removesuffix(inner), inner, outer


def find_format(name: str) -> Format | None:
    """Find the format that a file's name says; None if it says none."""
    _, inner, outer = split_suffixes(name)
    return Format(SUFFIXES[inner.lower()], COMPRESSIONS.get(outer.lower())) if inner else None


def choose_format(name: str, kind: str | None, option: str, default: str | None = None) -> Format:
    """Choose the format of a file.

    Args:
        name: Its name.
        kind: The format that the user gave; None for the one that the name says.
        option: The option that gives it, for the message.
        default: The format where neither says one.

    Raises:
        SettingError: Nothing says the format, or it is Parquet within another compression.
    """
    found = find_format(name)
    if kind is None and found is None and default is None:
        raise SettingError(
            f"{name}: its name says no format; expected an ending such as {', '.join(SUFFIXES)}, also with .gz or .zst "
            f"after it, or {option}"
        )
    compression = COMPRESSIONS.get(split_suffixes(name)[2].lower())
    chosen = Format(kind or (found.kind if found else default or ""), compression)
    if chosen.kind == PARQUET and chosen.compression:
        raise SettingError(f"{name}: Parquet is compressed inside; expected a name without the ending of {compression}")
    return chosen


def check_output(name: str, kind: str) -> None:
    """Refuse plain lines as an output.

    Raises:
        SettingError: ``kind`` is no format of an output.
    """
    if kind not in OUTPUT_KINDS:
        raise SettingError(
            f"{name}: plain lines have no columns for emoji and label; expected an output that ends in "
            f"{', '.join(EXTENSIONS.values())}"
        )


def compress(content: bytes, compression: str | None) -> bytes:
    """Compress bytes; the same bytes each time, and such pieces one after another are a file too.

    Raises:
        MissingExtraError: zstandard is not installed.
    """
    if compression == GZIP:
        return gzip.compress(content, 6, mtime=0)
    if compression == ZSTD:
        packed: bytes = import_zstandard().ZstdCompressor().compress(content)
        return packed
    return content


def import_zstandard() -> Any:  # noqa: ANN401
    """Import the package for zstd.

    Raises:
        MissingExtraError: It is not installed.
    """
    with needs_extra("label"):
        import zstandard
    return zstandard
