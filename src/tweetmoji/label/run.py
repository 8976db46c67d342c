"""Label files: the whole way, from names to outputs.

An engine answers the parts; while it does, the part before is written.
"""

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from tweetmoji.errors import DataError, SettingError
from tweetmoji.label.engines import Answered, Engine, LocalEngine, OpenFile
from tweetmoji.label.formats import PARQUET
from tweetmoji.label.inputs import Plan
from tweetmoji.label.journal import Journal, list_changes, locking
from tweetmoji.label.options import LabelOptions, MaxErrors
from tweetmoji.label.outputs import (
    describe_settings,
    hash_output,
    name_journal,
    prepare_once,
    refuse_output,
    remove_folders,
)
from tweetmoji.label.readers import spools
from tweetmoji.label.rows import Part
from tweetmoji.label.sinks import JournalSink, Sink, StdoutSink, write_errors
from tweetmoji.label.sources import STREAM, Source
from tweetmoji.label.tally import Tally
from tweetmoji.label.tasks import Task
from tweetmoji.runtime.emojifier import Emojifier


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        rows: Rows that are labeled, those of earlier runs included.
        new_rows: Rows that this run has labeled.
        bad_rows: Rows with a fault.
        fraction: Share of all inputs, by their bytes, 0 to 1; None if their size is not known.
    """

    rows: int
    new_rows: int
    bad_rows: int
    fraction: float | None


@dataclass
class Outcome:
    """What a run has done.

    Attributes:
        tally: Counts of all rows.
        new_rows: Rows that were labeled now and not by an earlier run.
        errors: Where the bad rows are listed; None without any, or without a place for them.
    """

    tally: Tally
    new_rows: int = 0
    errors: Path | None = None


@dataclass
class Run:
    """A command to label files.

    Attributes:
        plan: The files.
        emojifier: The model.
        options: What to add.
        max_errors: How many bad rows are too many; None for no limit.
        restart: Whether to begin again instead of continuing.
        overwrite: Whether to replace an output that is there.
        engine: What answers the parts; None for this process.
        watch: Gets the progress after each part.
        outcome: What has been done so far.
    """

    plan: Plan
    emojifier: Emojifier
    options: LabelOptions
    max_errors: MaxErrors | None = None
    restart: bool = False
    overwrite: bool = False
    engine: Engine | None = None
    watch: Callable[[Progress], None] = lambda _: None
    outcome: Outcome = field(default_factory=lambda: Outcome(Tally()))

    def execute(self) -> Outcome:
        """Label the files, or continue where an earlier run of the same command was stopped.

        Raises:
            DataError: An input cannot be read further, or there are too many bad rows; what is done is kept.
            SettingError: The output is there already, the input, the model or an option is another one than that of the
                run to continue, or the columns do not fit.
            MissingExtraError: The extra ``label`` is not installed, and a file needs it.
            OSError: The disk is full or not writable.
        """
        errors: Path | None
        with ExitStack() as stack:
            if self.plan.resumable:
                folder, errors = name_journal(self.plan)
                self._refuse_foreign(folder)
                made = [path for path in (folder.parent, folder) if not path.exists()]
                stack.enter_context(locking(folder, self.plan.output))
                journal = Journal(folder)
                try:
                    unfinished = self._prepare(journal)
                except BaseException:
                    if not journal.header:  # nothing has begun, so nothing is left
                        remove_folders(folder, made)
                    raise
                if unfinished:
                    self._label_all(journal, errors)
            else:
                beside, errors = prepare_once(self.plan, overwrite=self.overwrite)
                temporary = tempfile.TemporaryDirectory(prefix=".tweetmoji-label-", dir=beside)
                self._label_all(Journal(Path(stack.enter_context(temporary))), errors)
        return self.outcome

    def _refuse_foreign(self, folder: Path) -> None:
        """Refuse an output of others before anything is made beside it."""
        if not folder.exists() and not self.overwrite:
            refuse_output(self.plan, folder)

    def _prepare(self, journal: Journal) -> bool:
        """Decide by the journal whether to begin or to continue; False if all is done."""
        header = {
            "settings": describe_settings(self.emojifier, self.options),
            "inputs": [Source(pair.input).fingerprint() for pair in self.plan.pairs],
        }
        finished = journal.finished
        outputs = [hash_output(pair.output) for pair in self.plan.pairs] if finished else []
        foreign = finished and any(output and output not in finished["outputs"] for output in outputs)
        if foreign or not journal.header:
            if not self.overwrite:
                refuse_output(self.plan, journal.folder)
        elif self.restart or (finished and not any(outputs)):
            pass  # the outputs were taken away: they are made again
        elif changes := list_changes(journal.header, header):
            if not (finished and self.overwrite):
                remedy = "--overwrite replaces the output" if finished else "--restart begins again"
                raise SettingError(
                    f"{self.plan.output}: was {'made' if finished else 'begun'} otherwise: {'; '.join(changes[:3])}; "
                    f"{remedy}"
                )
        elif not finished:
            return True
        elif all(outputs):
            journal.drop_parts()  # a kill may have come between the last entry and this
            self._recount(journal)
            return False
        journal.begin(header | {"heads": self._read_heads()})
        return True

    def _recount(self, journal: Journal) -> None:
        """Take the outcome of a finished run from its journal."""
        self.outcome.tally = Tally.from_json((journal.finished or {})["tally"])
        _, errors = name_journal(self.plan)
        self.outcome.errors = errors if self.outcome.tally.bad_rows else None

    def _read_heads(self) -> list[dict[str, Any]]:
        """Open every file, so that a column that is missing in the last one shows before the first is labeled."""
        heads = []
        for pair in self.plan.pairs:
            task = Task(pair, self.emojifier, self.options)
            heads.append(task.describe_head())
            task.close()
        return heads

    def _label_all(self, journal: Journal, errors: Path | None) -> None:
        for i in range(len(self.plan.pairs)):
            for entry in journal.list_entries(i):
                if "tally" in entry:
                    self.outcome.tally.add(Tally.from_json(entry["tally"]))
        with _keeping(self.plan, self.outcome):
            self._label_files(journal, errors)
        if errors is not None and write_errors(journal, errors):
            self.outcome.errors = errors
        if self.plan.resumable:
            outputs = [hash_output(pair.output) for pair in self.plan.pairs]
            journal.append({"tally": self.outcome.tally.to_json(), "outputs": outputs})
            journal.drop_parts()

    def _label_files(self, journal: Journal, errors: Path | None) -> None:
        engine = self.engine or LocalEngine(self.emojifier)
        parts = self._read_files(journal)
        answering = engine.answer_parts(parts)
        written: Future[None] | None = None
        with closing(parts), ThreadPoolExecutor(1) as writing, closing(answering):
            for file, answered in answering:
                if written:
                    written.result()
                if answered is None:
                    written = None
                    self._finish_file(file, journal, errors)
                    continue
                written = writing.submit(_store, file.sink, answered)
                self.outcome.tally.add(answered.tally)
                self.outcome.new_rows += answered.tally.rows
                self._show(answered.fraction, file.share)
                if self._is_bad(final=False):
                    written.result()  # its rows are listed too
                    self._stop(errors, journal)

    def _read_files(self, journal: Journal) -> Generator[tuple[OpenFile, Part | None], None, None]:
        """Read the parts of all files that are not finished; None after the last one of each."""
        sizes = [Source(pair.input).size() for pair in self.plan.pairs]
        total = sum(size or 0 for size in sizes)
        done = 0
        for i, size in enumerate(sizes):
            if not any("output" in entry for entry in journal.list_entries(i)):
                file = self._open_file(i, journal, (done / total, (size or 0) / total) if total else None)
                try:
                    with closing(file.task.read_parts(file.sink.place)) as parts:
                        for part in parts:
                            yield file, part
                finally:
                    file.task.close()
                yield file, None
            done += size or 0

    def _open_file(self, i: int, journal: Journal, share: tuple[float, float] | None) -> OpenFile:
        pair = self.plan.pairs[i]
        spool = _spool_stdin(journal.folder) if pair.input == STREAM and spools(pair.input_format) else None
        head = journal.header["heads"][i] if journal.header else None
        task = Task(pair, self.emojifier, self.options, spool=spool, head=head)
        straight = pair.output == STREAM and pair.output_format.kind != PARQUET
        return OpenFile(i, task, StdoutSink(task) if straight else JournalSink(journal, i, task), share)

    def _finish_file(self, file: OpenFile, journal: Journal, errors: Path | None) -> None:
        """Make the output of a file whose parts are all stored."""
        self._check_unchanged(file.number, journal)
        if self._is_bad(final=file.number == len(self.plan.pairs) - 1):
            self._stop(errors, journal)
        file.sink.finish()

    def _show(self, fraction: float | None, share: tuple[float, float] | None) -> None:
        overall = share[0] + share[1] * fraction if share and fraction is not None else None
        tally = self.outcome.tally
        self.watch(Progress(tally.rows, self.outcome.new_rows, tally.bad_rows, overall))

    def _is_bad(self, *, final: bool) -> bool:
        """Whether there are too many bad rows."""
        tally = self.outcome.tally
        return self.max_errors is not None and self.max_errors.is_exceeded(tally.bad_rows, tally.rows, final=final)

    def _stop(self, errors: Path | None, journal: Journal) -> NoReturn:
        """End because of too many bad rows, and list them."""
        tally = self.outcome.tally
        listed = f", listed in {errors}" if errors is not None and write_errors(journal, errors) else ""
        raise DataError(
            f"{tally.bad_rows:,} of {tally.rows:,} rows are bad{listed}: more than --max-errors {self.max_errors} "
            "allows; correct them, or allow more"
        )

    def _check_unchanged(self, i: int, journal: Journal) -> None:
        """Refuse an input that was changed while it was read."""
        if journal.header and journal.header["inputs"][i] != Source(self.plan.pairs[i].input).fingerprint():
            raise DataError(f"{self.plan.pairs[i].input}: was changed while it was read; begin again with --restart")


def _store(sink: Sink, answered: Answered) -> None:
    sink.add(answered.render())


def _spool_stdin(folder: Path) -> Path:
    """Store stdin, for a format that is read twice or not in order."""
    path = folder / "stdin"
    with Source(STREAM).open_raw() as stdin, path.open("wb") as out:
        shutil.copyfileobj(stdin, out)
    return path


@contextmanager
def _keeping(plan: Plan, outcome: Outcome) -> Iterator[None]:
    """Say of a failure that what is done is kept."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (DataError, OSError) as error:
        message = str(error)
        if isinstance(error, OSError):
            message = f"{error.filename or plan.output}: {error.strerror or error}"
        if plan.resumable:
            message += f"; {outcome.tally.rows:,} rows are labeled and kept: the same command continues"
        raise DataError(message) from error
