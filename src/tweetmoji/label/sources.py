"""Where tables come from: local files, URLs of fsspec, and stdin; decompressed, with errors that say where.

A source is known by path, size, time of modification and a hash of its head and tail: enough to notice a change without
reading it all.
"""

import gzip
import hashlib
import io
import os
import re
import select
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from tweetmoji.errors import DataError, TweetmojiError, needs_extra, shorten
from tweetmoji.label.formats import GZIP, ZSTD, import_zstandard

STREAM: Final = "-"
"""Stands for stdin or stdout."""

STDIN_CALLED_OFF: Final = threading.Event()
"""Set while nobody wants what a thread reads from stdin: it reads the end of the file, and no longer waits."""

WAIT_S: Final = 0.1
"""Seconds for which it waits before it looks again."""

HASHED_BYTES: Final = 1 << 16
"""Bytes at the head and at the tail that are hashed."""

ZSTD_BYTES: Final = 1 << 16
"""Compressed bytes that are decompressed at a time."""


def is_url(name: str) -> bool:
    """Whether a name is a URL of fsspec, such as ``s3://bucket/key``."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+(::[A-Za-z][A-Za-z0-9+.-]+)*://", name) is not None


@dataclass(frozen=True)
class Source:
    """A file to read.

    Attributes:
        name: A path, a URL or `STREAM`, for messages.
        spool: A local copy of stdin, where it has to be read twice.
    """

    name: str
    spool: Path | None = None

    def size(self) -> int | None:
        """Bytes as stored; None where that is not known."""
        if self.name == STREAM:
            return None
        size: int | None = self._info()["size"]
        return size

    def fingerprint(self) -> dict[str, Any]:
        """Identify the content: path, size, time of modification and a hash of head and tail; of a URL, its version.

        Raises:
            DataError: The file is not there, cannot be read, or is a pipe.
        """
        info = self._info()
        if is_url(self.name):
            return info
        if not Path(self.name).is_file():
            raise DataError(f"{self.name}: is no file, so it cannot be read twice; send it to stdin, and name -")
        with says_where(self.name):
            return info | {"sha256": hash_ends(Path(self.name))}

    def open_raw(self) -> IO[bytes]:
        """Open the bytes as they are stored.

        Raises:
            DataError: The file is not there or cannot be read.
        """
        if self.spool:
            return self.spool.open("rb")
        if self.name == STREAM:
            if sys.stdin is None:
                raise DataError("stdin is closed; name a file")
            return _open_stdin()
        with says_where(self.name):
            if is_url(self.name):
                opened: IO[bytes] = import_fsspec().open(self.name, "rb").open()
                return opened
            return Path(self.name).open("rb")

    def _info(self) -> dict[str, Any]:
        with says_where(self.name):
            if is_url(self.name):
                system, path = import_fsspec().core.url_to_fs(self.name)
                found = system.info(path)
                version = {key: str(found[key]) for key in ("ETag", "etag", "mtime", "LastModified") if found.get(key)}
                return {"path": self.name, "size": found.get("size"), **version}
            stat = Path(self.name).stat()
            return {"path": os.path.abspath(self.name), "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}  # noqa: PTH100 - keeps symbolic links


class _Stdin(io.RawIOBase):
    """stdin, of which a read can be called off: a plain one ends only when more comes, which may be never."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        """Read what is there; nothing at the end, or where it was called off."""
        while not STDIN_CALLED_OFF.is_set():
            if select.select([self._descriptor], [], [], WAIT_S)[0]:
                return os.readv(self._descriptor, [buffer])
        return 0


def _open_stdin() -> IO[bytes]:
    try:
        descriptor = sys.stdin.fileno()
    except OSError:  # it has been replaced by something else
        return sys.stdin.buffer
    # Windows can select sockets only
    return sys.stdin.buffer if os.name == "nt" else io.BufferedReader(_Stdin(descriptor))


class Stream:
    """The decompressed bytes of a source; what cannot be read is a `DataError` that says where."""

    def __init__(self, source: Source, compression: str | None) -> None:
        """Open a source."""
        self._name = source.name
        self._is_stdin = source.name == STREAM and source.spool is None
        self._compression = compression
        self._raw = source.open_raw()
        self._size = source.size()
        self._read_bytes = 0
        self._content: Any = self._raw
        if compression == GZIP:
            self._content = gzip.GzipFile(fileobj=self._raw, mode="rb")
        elif compression == ZSTD:
            self._content = _ZstdReader(self._raw)

    def read(self, size: int) -> bytes:
        """Read at most ``size`` bytes; none at the end.

        Raises:
            DataError: The compressed data are damaged or end too early, or the file cannot be read.
        """
        try:
            content: bytes = self._content.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise self._damaged(error) from None
        except Exception as error:
            if self._compression == ZSTD and type(error).__name__ == "ZstdError":
                raise self._damaged(error) from None
            with says_where(self._name):
                raise
        self._read_bytes += len(content)
        return content

    def skip(self, size: int) -> None:
        """Go on after ``size`` bytes; compressed ones are decompressed for that.

        Raises:
            DataError: As `read`.
        """
        if self._compression is None and self._raw.seekable():
            self._raw.seek(size)
            return
        while size:
            content = self.read(min(size, 1 << 20))
            if not content:
                raise DataError(f"{self._name}: ends earlier than it did; it was changed: begin again with --restart")
            size -= len(content)

    def fraction(self, offset: int) -> float | None:
        """Share of the stored bytes that has been read, 0 to 1; None if the size is not known.

        Args:
            offset: Decompressed bytes that count as read; of compressed data, those that are read ahead count too.
        """
        if not self._size:
            return None
        return min(1.0, (self._raw.tell() if self._compression else offset) / self._size)

    def close(self) -> None:
        """Close the file, unless it is stdin."""
        if not self._is_stdin:
            self._raw.close()

    def _damaged(self, error: Exception) -> DataError:
        return DataError(
            f"{self._name}: the {self._compression} data end early or are damaged after {self._read_bytes:,} "
            f"decompressed bytes ({shorten(error)}); get the file again"
        )


class _ZstdReader:
    """Decompressed bytes of zstd frames. zstandard's own reader lets a last frame pass that is not whole."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._decompressor = import_zstandard().ZstdDecompressor()
        self._frame: Any = None
        self._unused = b""
        self._ready = b""

    def read(self, size: int) -> bytes:
        """Read at most ``size`` bytes; none at the end."""
        while not self._ready:
            packed = self._unused or self._raw.read(ZSTD_BYTES)
            if not packed:
                if self._frame:
                    raise EOFError("the last frame is not whole")
                return b""
            self._frame = self._frame or self._decompressor.decompressobj()
            self._ready = self._frame.decompress(packed)
            self._unused = self._frame.unused_data
            if self._frame.eof:
                self._frame = None
        content, self._ready = self._ready[:size], self._ready[size:]
        return content


def hash_ends(path: Path) -> str:
    """Hex SHA-256 of the first and the last `HASHED_BYTES` of a file."""
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(HASHED_BYTES))
        file.seek(max(0, path.stat().st_size - HASHED_BYTES))
        digest.update(file.read(HASHED_BYTES))
    return digest.hexdigest()


def import_fsspec() -> Any:  # noqa: ANN401
    """Import the package for URLs.

    Raises:
        MissingExtraError: It is not installed.
    """
    with needs_extra("label"):
        import fsspec
    return fsspec


@contextmanager
def says_where(name: str, done: str = "read") -> Iterator[None]:
    """Turn what a file system raises into a `DataError` that names the file, and what cannot be ``done`` with it."""
    try:
        yield
    except TweetmojiError:
        raise
    except FileNotFoundError:
        raise DataError(f"{name}: no such file") from None
    except Exception as error:
        if not is_url(name) and not isinstance(error, OSError | ValueError):
            raise
        # a file system of fsspec raises what its package does: no credentials, no connection, no such protocol
        reason = error.strerror if isinstance(error, OSError) and error.strerror else shorten(error)
        raise DataError(f"{name}: cannot be {done}: {reason}") from None
