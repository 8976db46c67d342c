"""Which files are read, and where each one's output goes."""

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tweetmoji.errors import DataError, SettingError
from tweetmoji.label.formats import (
    COMPRESSIONS,
    CSV,
    EXTENSIONS,
    LINES,
    PARQUET,
    Format,
    check_output,
    choose_format,
    find_format,
    split_suffixes,
)
from tweetmoji.label.options import LabelOptions
from tweetmoji.label.sources import STREAM, import_fsspec, is_url, says_where


@dataclass(frozen=True)
class Pair:
    """A file to read and the one to write.

    Attributes:
        input: Path or URL, or `STREAM`.
        input_format: Its format.
        output: Path or URL, or `STREAM`.
        output_format: Its format.
    """

    input: str
    input_format: Format
    output: str
    output_format: Format


@dataclass(frozen=True)
class Plan:
    """All files of a command.

    Attributes:
        pairs: The files, in the order in which they are labeled.
        output: What the user named: a file, a folder, a URL or `STREAM`.
        folder: Whether it is a folder.
    """

    pairs: list[Pair]
    output: str
    folder: bool

    @property
    def resumable(self) -> bool:
        """Whether a killed run can be continued: neither stdin nor stdout nor a remote output."""
        return not is_url(self.output) and STREAM not in {self.output, self.pairs[0].input}


def plan_files(inputs: Sequence[str], output: str, options: LabelOptions) -> Plan:
    """Plan which files are read and written: of one input a file, of several, a glob or a folder a mirrored folder.

    Raises:
        DataError: An input does not exist, or a folder or glob holds no file of a known format.
        SettingError: A name says no format, two files would get one output, or stdin is beside other inputs.
    """
    if len(inputs) == 1 and not _is_many(inputs[0]):
        return Plan([_pair_one(inputs[0], output, options)], output, folder=False)
    if STREAM in {output, *inputs}:
        raise SettingError("'-' is one stream; expected one input for it, and a folder as output of several")
    _check_outside(output, inputs)
    found = {name: relative for one in inputs for name, relative in _expand(one, output, options)}
    pairs = [_pair_mirrored(name, relative, output, options) for name, relative in sorted(found.items())]
    seen: dict[str, str] = {}
    for pair in pairs:
        if pair.output in seen:
            raise SettingError(
                f"{seen[pair.output]} and {pair.input} would both become {pair.output}; label each by its own command"
            )
        seen[pair.output] = pair.input
    return Plan(pairs, output, folder=True)


def find_partition_columns(name: str) -> list[str]:
    """Find the columns that the folders of a partitioned dataset name, such as ``year`` of ``year=2024``."""
    return [part.partition("=")[0] for part in PurePosixPath(name).parts[:-1] if "=" in part]


def _is_many(name: str) -> bool:
    if name == STREAM:
        return False
    if name.endswith("/") or _is_glob(name):
        return True
    if is_url(name):
        return find_format(name) is None and _is_remote_folder(name)
    return Path(name).is_dir()


def _is_remote_folder(name: str) -> bool:
    with says_where(name):
        system, path = import_fsspec().core.url_to_fs(name)
        return bool(system.isdir(path))


def _is_glob(name: str) -> bool:
    if is_url(name):
        return glob.has_magic(name.partition("?")[0])  # a question mark begins the query of a URL
    return glob.has_magic(name) and not Path(name).exists()


def _pair_one(name: str, output: str, options: LabelOptions) -> Pair:
    input_format = choose_format(name, options.input_format, "--input-format", LINES if name == STREAM else None)
    if output == STREAM:
        kind = CSV if input_format.kind == LINES else input_format.kind
        output_format = Format(options.output_format or kind)
    else:
        if not is_url(output) and (output.endswith("/") or Path(output).is_dir()):
            raise SettingError(f"{output}: is a folder; expected the name of a file, because there is one input")
        output_format = choose_format(output, options.output_format, "--output-format")
    check_output(output, output_format.kind)
    if name == output != STREAM or (not is_url(name + output) and _same_file(name, output)):
        raise SettingError(f"{output}: is the input; expected another file to write")
    return Pair(name, input_format, output, output_format)


def _same_file(name: str, output: str) -> bool:
    return (
        STREAM not in {name, output} and Path(output).exists() and Path(name).exists() and Path(output).samefile(name)
    )


def _pair_mirrored(name: str, relative: str, output: str, options: LabelOptions) -> Pair:
    input_format = choose_format(name, options.input_format, "--input-format")
    kind = options.output_format or (CSV if input_format.kind == LINES else input_format.kind)
    check_output(output, kind)
    stem, inner, outer = split_suffixes(relative)
    if kind != input_format.kind:
        inner = EXTENSIONS[kind]
    if kind == PARQUET:
        outer = ""
    compression = COMPRESSIONS.get(outer.lower())
    return Pair(name, input_format, f"{output.rstrip('/')}/{stem}{inner}{outer}", Format(kind, compression))


def _expand(name: str, output: str, options: LabelOptions) -> list[tuple[str, str]]:
    """The files of an input, each with its path within the mirrored folder."""
    if is_url(name):
        with says_where(name):
            listed = _expand_url(name)
    else:
        folder = None if is_url(output) else Path(output).resolve()
        listed = [  # what is in the output was written by an earlier run
            (found, relative)
            for found, relative in _expand_path(name, options)
            if folder not in Path(found).resolve().parents
        ]
    if not listed:
        raise DataError(f"{name}: holds no file of a known format; expected names such as tweets.csv")
    return listed


def _expand_path(name: str, options: LabelOptions) -> list[tuple[str, str]]:
    path = Path(name)
    if path.is_dir():
        files = sorted(found for found in path.rglob("*") if found.is_file() and _is_visible(found.relative_to(path)))
        return [(str(found), found.relative_to(path).as_posix()) for found in files if _is_known(found.name, options)]
    if _is_glob(name):
        root = _find_glob_root(name)
        matches = sorted(match for match in glob.glob(name, recursive=True) if Path(match).is_file())  # noqa: PTH207 - keeps ** of hidden folders out
        return [(match, os.path.relpath(match, root)) for match in matches]
    if not path.exists():
        raise DataError(f"{name}: no such file")
    return [(name, path.name)]


def _expand_url(name: str) -> list[tuple[str, str]]:
    system, path = import_fsspec().core.url_to_fs(name)
    if glob.has_magic(path):
        root, found = _find_glob_root(path), system.glob(path)
    elif system.isdir(path):
        root, found = path, [one for one in system.find(path) if find_format(one)]
    else:
        return [(name, PurePosixPath(path).name)]
    return [(system.unstrip_protocol(one), os.path.relpath(one, root)) for one in found]


def _find_glob_root(pattern: str) -> str:
    """The folder above the first part of a pattern that is no plain name."""
    parts = PurePosixPath(pattern).parts
    plain = next((i for i, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
    return str(PurePosixPath(*parts[:plain])) if plain else "."


def _is_visible(relative: Path) -> bool:
    """Whether a file of a dataset holds rows: others begin with a dot or an underscore, as Spark's ``_SUCCESS``."""
    return not any(part.startswith((".", "_")) for part in relative.parts)


def _is_known(name: str, options: LabelOptions) -> bool:
    return options.input_format is not None or find_format(name) is not None


def _check_outside(output: str, inputs: Sequence[str]) -> None:
    """Refuse an output that holds an input."""
    if is_url(output):
        return
    folder = Path(output).resolve()
    for name in inputs:
        root = Path(_find_glob_root(name) if _is_glob(name) else name).resolve()
        if folder in {root, *root.parents} and not is_url(name):
            raise SettingError(f"{output}: holds the input {name}; expected a folder of its own")
