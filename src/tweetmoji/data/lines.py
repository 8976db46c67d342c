r"""Data files read line by line; every fault names the file and the line.

Lines end at ``\n`` alone: some tweets hold other line separators.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tweetmoji.errors import DataError

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Lines:
    """The lines of a file, without their ends, and the hex SHA-256 of its bytes."""

    lines: list[str]
    sha256: str


def read_bytes(path: Path, expected: str) -> bytes:
    """Read a whole file.

    Args:
        path: The file.
        expected: What the file should hold, for the message.

    Raises:
        DataError: The file is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; expected {expected}") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error


def read_lines(path: Path, expected: str) -> Lines:
    r"""Read a UTF-8 file as lines, without a byte order mark at its start and ``\r`` at a line's end.

    Args:
        path: The file.
        expected: What its lines should be, for the message.

    Raises:
        DataError: The file is missing, unreadable or empty, or a line is not UTF-8.
    """
    return split_lines(read_bytes(path, expected), str(path), expected)


def split_lines(content: bytes, where: str, expected: str) -> Lines:
    """Split the bytes of a file into lines, as `read_lines` does; ``where`` names the file in messages."""
    raw = content.removeprefix(BYTE_ORDER_MARK).split(b"\n")
    if raw[-1] == b"":
        raw.pop()
    if not raw:
        raise DataError(f"{where}: the file is empty; expected {expected}")
    lines = [_decode(line, f"{where}:{number}") for number, line in enumerate(raw, start=1)]
    return Lines(lines, hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class Records:
    """The rows of a file with tabs between its columns, and the hex SHA-256 of its bytes.

    Attributes:
        rows: The line of each row in the file, from 1, and the values of its columns.
        sha256: The digest.
    """

    rows: list[tuple[int, list[str]]]
    sha256: str


def read_records(path: Path, columns: Sequence[str], *, header: bool = True) -> Records:
    """Read a UTF-8 file with tabs between its columns and no quoting.

    Args:
        path: The file.
        columns: Names of its columns.
        header: Whether these names are its first line.

    Raises:
        DataError: The file is missing, unreadable, empty or not UTF-8, its header is another one, or a line has another
            number of columns.
    """
    content = read_lines(path, f"{'<TAB>'.join(columns)} lines")
    expected = f"expected {', '.join(columns)} with tabs between"
    rows = [(number, line.split("\t")) for number, line in enumerate(content.lines, start=1)]
    if header and rows.pop(0)[1] != list(columns):
        raise DataError(f"{path}:1: the header is {content.lines[0]!r:.100}; {expected}")
    for number, values in rows:
        if len(values) != len(columns):
            raise DataError(f"{path}:{number}: {len(values)} columns; {expected}")
    return Records(rows, content.sha256)


def combine_digests(*digests: str) -> str:
    """Combine the digests of several files into one hex SHA-256: that of the digests, a line each."""
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()


def _decode(line: bytes, where: str) -> str:
    try:
        return line.decode("utf-8").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{where}: byte {error.start + 1} of the line (0x{line[error.start]:02x}) is not UTF-8; "
            "save the file as UTF-8"
        ) from None
