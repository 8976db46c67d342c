"""The journal of a run: what was asked for, and which parts are finished.

It is a folder beside the output with one file of JSON lines and one file for each part. A part is written under a
temporary name, synced and renamed before its line is written and synced, so a line says that the part is there, and a
kill at any moment loses at most the work on parts without a line.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tweetmoji.errors import DataError, SettingError, shorten
from tweetmoji.files import replacing, write_text

LOCK: Final = "lock"
LINES: Final = "journal.jsonl"


class Journal:
    """The journal of one output; entries are JSON objects, in the order in which they were written.

    Attributes:
        folder: The folder.
        header: What was asked for; empty if nothing has begun.
        finished: The last entry of a run that has ended well; else None.
    """

    def __init__(self, folder: Path) -> None:
        """Read the journal in a folder, if there is one; a line that a kill cut off is dropped.

        Raises:
            DataError: A line is not JSON.
        """
        self.folder = folder
        self._path = folder / LINES
        self.header: dict[str, Any] = {}
        self.finished: dict[str, Any] | None = None
        self._entries: dict[int, list[dict[str, Any]]] = {}
        if self._path.is_file():
            self._read()

    def list_entries(self, file: int) -> list[dict[str, Any]]:
        """The entries of a file, by its number."""
        return self._entries.get(file, [])

    def list_files(self) -> list[int]:
        """The numbers of the files that have entries."""
        return sorted(self._entries)

    def begin(self, header: Mapping[str, Any]) -> None:
        """Begin a new journal; what an earlier one left goes.

        Raises:
            OSError: The folder cannot be written to.
        """
        self.header, self.finished, self._entries = dict(header), None, {}
        write_text(self._path, f"{json.dumps(self.header, ensure_ascii=False)}\n")
        self.drop_parts()  # no entry names them any more

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write an entry, and wait until it is on disk.

        Raises:
            OSError: The disk is full or not writable.
        """
        with self._path.open("ab") as file:
            file.write(f"{json.dumps(entry, ensure_ascii=False)}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        self._note(dict(entry))

    def write_part(self, file: int, part: int, kind: str, content: bytes) -> None:
        """Write what belongs to a part; its entry comes after it.

        Raises:
            OSError: The disk is full or not writable.
        """
        with replacing(self.part_path(file, part, kind)) as temporary:
            temporary.write_bytes(content)

    def part_path(self, file: int, part: int, kind: str) -> Path:
        """Where what belongs to a part is."""
        return self.folder / f"{file:06d}-{part:06d}.{kind}"

    def drop_parts(self) -> None:
        """Remove all but the journal itself."""
        for path in self.folder.iterdir():
            if path.name not in {LINES, LOCK}:
                path.unlink(missing_ok=True)

    def _read(self) -> None:
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            os.truncate(self._path, len(whole))  # the next entry must not begin within a line
        try:
            lines = [json.loads(line) for line in whole.splitlines()]
        except ValueError as error:
            raise DataError(f"{self._path}: is damaged ({shorten(error)}); remove its folder to begin again") from None
        if lines:
            self.header = lines[0]
        for entry in lines[1:]:
            self._note(entry)

    def _note(self, entry: dict[str, Any]) -> None:
        """Take an entry of a file, or the last one of a run that has ended well."""
        if "file" in entry:
            self._entries.setdefault(entry["file"], []).append(entry)
        else:
            self.finished = entry


@contextmanager
def locking(folder: Path, output: str) -> Iterator[None]:
    """Keep other processes out of a journal; a process that was killed holds no lock.

    Raises:
        SettingError: Another process is at work on it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingError(f"{output}: another tweetmoji label is at work on it; wait for it, or end it") from None
        yield


def list_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say what differs between two headers, the first differences first."""
    settings, earlier = now["settings"], before.get("settings", {})
    changes = [
        f"{name} was {earlier.get(name)!r} and is {settings.get(name)!r}"
        for name in {**earlier, **settings}
        if earlier.get(name) != settings.get(name)
    ]
    old = {one["path"]: one for one in before.get("inputs", [])}
    new = {one["path"]: one for one in now["inputs"]}
    changes += [f"the input {path} is gone" for path in old if path not in new]
    changes += [f"the input {path} is new" for path in new if path not in old]
    for path, one in new.items():
        if path in old and old[path] != one:
            keys = [key for key in {**old[path], **one} if old[path].get(key) != one.get(key)]
            changes.append(f"the input {path} has another {' and '.join(map(_name_key, keys))}")
    return changes


def _name_key(key: str) -> str:
    return {"mtime_ns": "time of modification", "sha256": "content"}.get(key, key)
