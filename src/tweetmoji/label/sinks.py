"""Where labeled parts go: into a journal, of which the output is put together in the end, or straight to stdout."""

import os
import shutil
import sys
from pathlib import Path
from typing import Final, Protocol

from tweetmoji.files import replacing, sync
from tweetmoji.label.journal import Journal
from tweetmoji.label.rows import Place
from tweetmoji.label.sources import STREAM, import_fsspec, is_url, says_where
from tweetmoji.label.tasks import LabeledPart, Task

PART: Final = "part"
ERRORS: Final = "errors"


class Sink(Protocol):
    """Takes the parts of one file, in order."""

    place: Place | None
    """Where the parts that it has end; None if it has none."""

    def add(self, part: LabeledPart) -> None:
        """Store a part.

        Raises:
            OSError: The disk is full or not writable, or the pipe is closed.
        """

    def finish(self) -> None:
        """Make the output of all parts.

        Raises:
            OSError: As `add`.
        """


class JournalSink:
    """Stores parts in a journal, and puts the output together in the end."""

    def __init__(self, journal: Journal, file: int, task: Task) -> None:
        """Take up what the journal has of a file."""
        self._journal = journal
        self._file = file
        self._task = task
        mine = [entry for entry in journal.list_entries(file) if "end" in entry]
        self.place = Place(**mine[-1]["end"]) if mine else None
        self._parts = len(mine)

    def add(self, part: LabeledPart) -> None:
        """Store a part: first its bytes, then the line that says so."""
        if part.errors:
            self._journal.write_part(self._file, self._parts, ERRORS, part.errors)
        self._journal.write_part(self._file, self._parts, PART, part.content)
        self._journal.append(
            {
                "file": self._file,
                "part": self._parts,
                "end": part.end.to_json(),
                "errors": bool(part.errors),
                "tally": part.tally.to_json(),
            }
        )
        self._parts += 1

    def finish(self) -> None:
        """Put the output together, move it to its name, and remove the parts."""
        output = self._task.pair.output
        parts = [self._journal.part_path(self._file, i, PART) for i in range(self._parts)]
        whole = self._journal.folder / "whole"  # its name is always the same, so a kill leaves one at most
        with whole.open("wb") as out:
            self._task.renderer.assemble(parts, out)
            out.flush()
            os.fsync(out.fileno())
        if is_url(output) or output == STREAM:
            _send(whole, output)
        else:
            Path(output).parent.mkdir(parents=True, exist_ok=True)
            _move(whole, Path(output))
        self._journal.append({"file": self._file, "output": output})
        for path in parts:
            path.unlink(missing_ok=True)


class StdoutSink:
    """Writes parts to stdout as they come."""

    place: Place | None = None

    def __init__(self, task: Task) -> None:
        """Take stdout."""
        self._header = task.renderer.make_header()

    def add(self, part: LabeledPart) -> None:
        """Write a part, the first one after the header."""
        sys.stdout.buffer.write(self._header + part.content)
        sys.stdout.buffer.flush()
        self._header = b""

    def finish(self) -> None:
        """Write the header if there was no part."""
        sys.stdout.buffer.write(self._header)
        sys.stdout.buffer.flush()


def write_errors(journal: Journal, path: Path) -> bool:
    """Write the JSON lines of all bad rows that a journal has; whether there are any. Without one, the file goes."""
    entries = (entry for file in journal.list_files() for entry in journal.list_entries(file))
    parts = [entry for entry in entries if entry.get("errors")]
    if not parts:
        path.unlink(missing_ok=True)
        return False
    with replacing(path) as temporary, temporary.open("wb") as out:
        for entry in parts:
            with journal.part_path(entry["file"], entry["part"], ERRORS).open("rb") as errors:
                shutil.copyfileobj(errors, out)
    return True


def _move(whole: Path, output: Path) -> None:
    """Move a file that is on disk to its name, and wait until the name is on disk too."""
    whole.replace(output)
    sync(output.parent)


def _send(whole: Path, output: str) -> None:
    if output == STREAM:
        with whole.open("rb") as content:
            shutil.copyfileobj(content, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with says_where(output, "written"):
        system, path = import_fsspec().core.url_to_fs(output)
        system.makedirs(system._parent(path), exist_ok=True)
        system.put_file(str(whole), path)
