"""Files and folders that appear under their final name whole or not at all, and JSON objects read from them."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tweetmoji.errors import FolderError, TweetmojiError, shorten


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give an empty temporary file beside ``path``, and move it there once the block ends without an error.

    The content is on disk before the name is. On an error the temporary file goes and ``path`` stays as it was.

    Raises:
        OSError: The folder does not exist or is not writable, or the disk is full.
    """
    temporary = _name_temporary(path)
    temporary.touch(mode=0o666, exist_ok=False)  # the kernel applies the umask; asking for it would change it meanwhile
    try:
        yield temporary
        sync(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextmanager
def replacing_folder(folder: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give an empty temporary folder beside ``folder``, and move it there once the block ends without an error.

    The files are on disk before the name is. On an error the temporary folder goes and ``folder`` stays as it was.

    Args:
        folder: The folder to be made. Missing parents are made too.
        overwrite: Whether to replace a folder that holds something.

    Raises:
        FolderError: ``overwrite`` is off, and ``folder`` is a file or holds something.
        OSError: The disk is full or not writable.
    """
    folder = folder.resolve()  # a folder called "." has a name only then
    if not overwrite:
        check_vacant(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = _name_temporary(folder)
    temporary.mkdir()
    try:
        yield temporary
        for path in (*temporary.rglob("*"), temporary):
            sync(path)
        if overwrite and folder.exists():
            _exchange(folder, temporary)
        else:
            if folder.exists():
                folder.rmdir()  # fails if something has come into it meanwhile
            temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync(folder.parent)


def check_vacant(folder: Path) -> None:
    """Refuse a folder that holds anything.

    Raises:
        FolderError: ``folder`` is a file, or a folder that is not empty.
    """
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder}: is a file; expected a new or an empty folder: name another")
    if held := sorted(path.name for path in folder.iterdir()) if folder.exists() else []:
        raise FolderError(
            f"{folder}: holds {held[0]!r}; expected a new or an empty folder: name another, or remove this one"
        )


def write_text(path: Path, content: str) -> None:
    """Write a file whole, with the same line ends on every system.

    Raises:
        OSError: The folder does not exist or is not writable, or the disk is full.
    """
    with replacing(path) as temporary:
        temporary.write_text(content, encoding="utf-8", newline="\n")


def parse_json_object(content: bytes, where: str, error: type[TweetmojiError]) -> dict[str, Any]:
    """Parse the JSON object in the bytes of a file.

    Args:
        content: The bytes, UTF-8.
        where: Names the file in messages.
        error: What to raise.

    Raises:
        TweetmojiError: Of the type ``error``: the content is not UTF-8, not JSON or not an object.
    """
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as reason:
        raise error(f"{where}: not valid JSON ({shorten(reason)})") from None
    if not isinstance(value, dict):
        raise error(f"{where}: holds a JSON {type(value).__name__}; expected an object")
    return value


def _name_temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}")


def _exchange(folder: Path, new: Path) -> None:
    """Put ``new`` in the place of ``folder``; if that fails, leave ``folder`` as it was."""
    old = folder.rename(new.with_name(f"{new.name}.old"))
    try:
        new.rename(folder)
    except BaseException:
        old.rename(folder)
        raise
    shutil.rmtree(old)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk.

    Raises:
        OSError: It is not there, or the disk fails.
    """
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
