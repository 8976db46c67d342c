"""Reading from and writing to a terminal or a pipe, for all commands."""

import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import click

from tweetmoji.errors import DataError, needs_extra
from tweetmoji.text import MAX_RAW_CHARS

Item = TypeVar("Item")

READ_BYTES: Final = 1 << 16
"""Most bytes read from stdin at a time: some 600 tweets, enough work for every core."""

MAX_LINE_BYTES: Final = 4 * MAX_RAW_CHARS + 3
"""Most bytes that are kept of a line: `MAX_RAW_CHARS` characters or more, cut after a whole one."""

REST: Final = "…".encode()
"""Stands at the end of a cut line for what was more than white space; no model reads so far."""


def speak_utf8() -> None:
    """Write UTF-8 whatever the locale says, because no other encoding has emoji."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # as after >&-
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def read_argument(argument: str) -> str:
    """Decode an argument as UTF-8, even where the locale made Python decode it otherwise."""
    if sys.getfilesystemencoding() == "utf-8":
        return argument
    return os.fsencode(argument).decode("utf-8", errors="surrogateescape")


def format_json(value: Any, indent: int | None = None) -> str:  # noqa: ANN401
    """JSON text with emoji as themselves."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def print_lines(lines: Iterable[str]) -> None:
    """Write whole lines and flush them: the next program in a pipe gets them at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def wants_color() -> bool:
    """Whether stdout is a terminal whose user has not turned colors off (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def log_progress() -> None:
    """Log our own progress on stderr, and only the warnings of other packages."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("tweetmoji").setLevel(logging.INFO)


@contextmanager
def training_log() -> Iterator[None]:
    """Log progress without breaking the progress bars of a training.

    Raises:
        MissingExtraError: The extra ``train`` is not installed.
    """
    with needs_extra("train"):
        from tqdm.contrib.logging import logging_redirect_tqdm
    log_progress()
    with logging_redirect_tqdm():
        yield


@contextmanager
def show_progress(items: Sequence[Item], label: str) -> Iterator[Iterable[Item]]:
    """Iterate over the items with a progress bar on stderr, if stderr is a terminal."""
    seen = bool(items) and sys.stderr is not None and sys.stderr.isatty()  # None as after 2>&-
    with click.progressbar(items, label=label, file=sys.stderr, hidden=not seen) as bar:
        yield bar


def read_tweet(text: str | None, command: str) -> str:
    """Read one tweet: the argument, or all of stdin without the line break at its end.

    Args:
        text: The argument; None for stdin, of which little more than `MAX_RAW_CHARS` characters are read.
        command: Name of the command, for messages.

    Raises:
        DataError: There is no argument and stdin is closed, or a line of it is not UTF-8.
    """
    if text is not None:
        return read_argument(text)
    _check_stdin(command, "Type a tweet; end with Ctrl-D.")
    lines: list[str] = []
    size = 0
    for batch in read_batches(sys.stdin.fileno()):
        lines += batch
        size += sum(map(len, batch)) + len(batch)
        if size > MAX_RAW_CHARS:
            break
    return "\n".join(lines)


def read_tweets(texts: Sequence[str], command: str) -> Iterable[list[str]]:
    """Read tweets from the arguments, all at once, or from stdin if there are none, as they arrive.

    Args:
        texts: The arguments.
        command: Name of the command, for messages.

    Raises:
        DataError: There are no arguments and stdin is closed, or a line of it is not UTF-8.
    """
    if texts:
        return [[read_argument(text) for text in texts]]
    _check_stdin(command, "Type tweets, one a line; end with Ctrl-D.")
    return read_batches(sys.stdin.fileno())


def _check_stdin(command: str, invitation: str) -> None:
    """Refuse a closed stdin, and say on a terminal what to type."""
    if sys.stdin is None:  # as after <&-
        raise DataError(f"stdin is closed; give tweets as arguments, or a file: tweetmoji {command} < tweets.txt")
    if sys.stdin.isatty():
        click.echo(invitation, err=True)


def read_batches(descriptor: int) -> Iterator[list[str]]:
    r"""Lines of a byte stream in batches: all that have arrived, as soon as there is one.

    Lines end at ``\n`` alone; ``\r`` at their end is dropped; blank ones count. A line is cut after `MAX_LINE_BYTES`,
    so memory is bounded; what comes after them in it may be no UTF-8.

    Args:
        descriptor: File descriptor to read, to its end.

    Raises:
        DataError: A line is not UTF-8; the lines before it have been given out.
    """
    pending = bytearray()
    number = 0
    while True:
        chunk = os.read(descriptor, READ_BYTES)
        pending += chunk
        end = len(pending) if not chunk else pending.rfind(b"\n", len(pending) - len(chunk)) + 1
        lines = bytes(pending[:end]).removesuffix(b"\n").split(b"\n") if end else []
        del pending[:end]
        yield from _decode(lines, number + 1)
        number += len(lines)
        if not chunk:
            return
        _cut(pending)


def _cut(line: bytearray) -> None:
    """Cut a line between two characters, and mark that there was more. A line that grows can be cut again and again."""
    size = MAX_LINE_BYTES
    if len(line) <= size:
        return
    while line[size] & 0xC0 == 0x80 and size > MAX_LINE_BYTES - 3:  # within a character of UTF-8
        size -= 1
    blank = not line[size:].strip()
    del line[size:]
    if not (blank or line.endswith(REST)):
        line += REST


def _decode(lines: list[bytes], first: int) -> Iterator[list[str]]:
    """Yield the texts of the lines, up to the first that is not UTF-8."""
    texts = []
    for number, line in enumerate(lines, start=first):
        try:
            texts.append(_decode_line(line).rstrip("\r"))
        except UnicodeDecodeError as error:
            if texts:
                yield texts
            raise DataError(
                f"line {number}: byte {error.start + 1} (0x{line[error.start]:02x}) is not UTF-8; "
                "convert the input, for example with iconv"
            ) from None
    if texts:
        yield texts


def _decode_line(line: bytes) -> str:
    if len(line) <= MAX_LINE_BYTES:
        return line.decode("utf-8")
    beginning = bytearray(line)
    _cut(beginning)
    return beginning.decode("utf-8")


def format_table(rows: Iterable[Iterable[str]]) -> list[str]:
    """Align rows of cells in columns: the first column to the left, the others to the right."""
    cells = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
