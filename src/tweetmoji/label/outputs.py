"""What is beside an output, how one is known again, and what a run's answers depend on."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tweetmoji.errors import SettingError
from tweetmoji.label.inputs import Plan
from tweetmoji.label.journal import LOCK
from tweetmoji.label.options import LabelOptions
from tweetmoji.label.sources import STREAM, hash_ends, import_fsspec, is_url, says_where
from tweetmoji.runtime.emojifier import Emojifier


def name_journal(plan: Plan) -> tuple[Path, Path]:
    """Name the folder of a plan's journal, and the file that lists its bad rows."""
    output = Path(plan.output)
    if plan.folder:  # within it, since a folder may be all that a container can write to; readers leave dots out
        return output / ".tweetmoji", output / ".errors.jsonl"
    return output.with_name(f".{output.name}.journal"), output.with_name(f"{output.name}.errors.jsonl")


def refuse_output(plan: Plan, journal: Path | None = None) -> None:
    """Refuse an output that is there already: the file, or what a folder holds apart from the journal.

    Raises:
        SettingError: There is one.
    """
    if (there := _find_output(plan, journal)) is not None:
        raise SettingError(f"{there}: is there already; name another output, or replace it with --overwrite")


def _find_output(plan: Plan, journal: Path | None) -> str | None:
    if is_url(plan.output):
        with says_where(plan.output):
            system, path = import_fsspec().core.url_to_fs(plan.output)
            return plan.output if system.exists(path) and not (plan.folder and not system.ls(path)) else None
    output = Path(plan.output)
    if plan.folder and output.is_dir():
        return next((str(path) for path in output.iterdir() if path != journal), None)
    return plan.output if output.exists() else None


def prepare_once(plan: Plan, *, overwrite: bool) -> tuple[Path | None, Path | None]:
    """Prepare a run that cannot be continued.

    Returns:
        Where its temporary files go, None for the system's folder, and the file that lists its bad rows, None for none.

    Raises:
        SettingError: The output is there already.
    """
    if plan.output == STREAM:
        return None, None
    if not overwrite:
        refuse_output(plan)
    if is_url(plan.output):
        return None, None
    _, errors = name_journal(plan)
    errors.parent.mkdir(parents=True, exist_ok=True)
    return errors.parent, errors  # beside the output, since a file is not moved to its name across file systems


def hash_output(name: str) -> dict[str, Any] | None:
    """Identify an output by its size and a hash of its head and tail; None if it is not there."""
    path = Path(name)
    return {"size": path.stat().st_size, "sha256": hash_ends(path)} if path.is_file() else None


def describe_settings(emojifier: Emojifier, options: LabelOptions) -> dict[str, Any]:
    """Describe all that the answers depend on, apart from the inputs."""
    return asdict(options) | {
        "model": f"{emojifier.name} {emojifier.digest[:12]}",
        "emoji": emojifier.emoji,
        "prior": emojifier.prior,
        "tweetmoji": version("tweetmoji"),
        "onnxruntime": version("onnxruntime"),
        "tokenizers": version("tokenizers"),
    }


def remove_folders(folder: Path, made: Sequence[Path]) -> None:
    """Remove a journal's folder and what it is in, as far as they were made for it and hold nothing else."""
    (folder / LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        for path in reversed(made):
            path.rmdir()
