"""Draws tweets to annotate, collects the readers' labels, and checks the annotations in ``data/annotated``.

1. ``python tools/annotations.py draw --out DIR`` writes sheets of tweets, outside the repository.
2. ``python tools/annotations.py collect --sheets DIR --test FILE… --test FILE… --train FILE…`` writes the readers'
   labels to ``data/annotated``, without the texts.
3. ``python tools/annotations.py check`` verifies these files, with the tweets where they are present, and prints counts
   and Cohen's kappa; ``--json`` as JSON.

``docs/annotation.md`` has the guidelines and the formats. Every fault in a row is printed with file and line, and the
exit status is 1 if there is one.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from annotation.rows import find_reading_faults, read_parts, read_rows, write_annotated
from annotation.sheets import TWEETS, draw_tweets, find_sheets, read_tweets, write_sheets
from annotation.summary import render_summary, summarize
from tweetmoji.data import read_unlabeled
from tweetmoji.data.keys import hash_texts
from tweetmoji.data.names import DENIALS
from tweetmoji.data.near_copies import find_cleaned_copies
from tweetmoji.data.sources.annotated import (
    COLUMNS,
    AnnotatedRow,
    find_faults_of_parts,
    find_missing_tweets,
)
from tweetmoji.errors import SettingError, TweetmojiError

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "data" / "annotated"


def draw(options: argparse.Namespace) -> int:
    """Draw tweets and write the sheets."""
    if options.out.resolve().is_relative_to(ROOT):
        raise SettingError(f"--out {options.out}: is inside the repository, which holds no tweets; name another folder")
    if options.data is None:
        raise SettingError("no folder of datasets; name it with --data or TWEETMOJI_DATA_DIR")
    tweets = read_tweets(options.data)
    drawn = draw_tweets(tweets, TWEETS, options.seed)
    write_sheets(options.out, drawn)
    parts = ", ".join(f"{len(texts):,} for {name}" for name, texts in drawn.items())
    print(f"{options.out}: of {len(tweets):,} tweets {parts}")
    return 0


def collect(options: argparse.Namespace) -> int:
    """Check the readers' files and, if there is no fault, write their labels."""
    readings: dict[str, list[list[AnnotatedRow]]] = {}
    faults: list[str] = []
    for name, files in (("test", options.test), ("train", options.train)):
        if files and len(files) != len(COLUMNS[name]) - 1:
            raise SettingError(
                f"--{name} is given {len(files)} times; expected {len(COLUMNS[name]) - 1}, once for each reader"
            )
        if files:
            sheets = read_files(find_sheets(options.sheets, name), ("hash", "text"))
            readings[name] = [read_files(paths, ("hash", "label")) for paths in files]
            faults += [fault for reading in readings[name] for fault in find_reading_faults(reading, sheets)]
    if not readings:
        raise SettingError("no readers' files; name them with --test or --train")
    if not faults:
        for name, parts in readings.items():
            print(f"{write_annotated(FOLDER, name, parts)}: {len(parts[0]):,} tweets")
    return report(faults)


def check(options: argparse.Namespace) -> int:
    """Check the committed files and print what they hold."""
    parts = read_parts(FOLDER)
    faults = list(find_faults_of_parts(parts))
    if options.data is not None:
        denials = read_unlabeled(DENIALS, options.data).texts if DENIALS in parts else []
        faults += find_faults_with_tweets(parts, [*read_tweets(options.data), *denials])
    if not faults:
        summary = summarize(**parts) | {"compared_with_tweets": options.data is not None}
        print(json.dumps(summary, indent=2) if options.json else render_summary(summary))
        if options.data is None:
            print("not compared with the tweets: name their folder with --data", file=sys.stderr)
    return report(faults)


def read_files(paths: Iterable[Path], columns: Sequence[str]) -> list[AnnotatedRow]:
    """Read several files without a header as one; see `read_rows`."""
    return [row for path in paths for row in read_rows(path, columns)]


def find_faults_with_tweets(parts: Mapping[str, Sequence[AnnotatedRow]], tweets: Sequence[str]) -> Iterator[str]:
    """Each row whose tweet is not among the tweets, and each training row that nearly copies a test tweet."""
    known = dict(zip(hash_texts(tweets), tweets, strict=True))
    yield from find_missing_tweets(parts, known)
    training = [row for name, rows in parts.items() if name != "test" for row in rows]
    texts = [known.get(row.hash, "") for row in training]
    for i in find_cleaned_copies(texts, [known[row.hash] for row in parts["test"] if row.hash in known]):
        yield f"{training[i].place}: near copy of a test tweet; expected none: remove the row"


def report(faults: Sequence[str]) -> int:
    """Print the faults; 1 if there is one."""
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say.

    Returns:
        The exit status: 1 if a row is at fault, else 0.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except (TweetmojiError, OSError) as error:
        parser.error(str(error))


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser(description="Draw tweets to annotate, collect the labels, check the annotations.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    datasets = argparse.ArgumentParser(add_help=False)
    root = os.environ.get("TWEETMOJI_DATA_DIR")
    datasets.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=Path(root) if root else None,
        help="root of all datasets (default: TWEETMOJI_DATA_DIR)",
    )
    command = commands.add_parser("draw", parents=[datasets], help="write sheets of tweets")
    command.add_argument("--out", type=Path, metavar="DIR", required=True, help="new folder outside the repository")
    command.add_argument("--seed", type=int, default=0, help="decides the draw (default: 0)")
    command.set_defaults(run=draw)
    command = commands.add_parser("collect", help="write the readers' labels")
    command.add_argument("--sheets", type=Path, metavar="DIR", required=True, help="what draw wrote")
    for name in TWEETS:
        text = f"one reader's files for {name}; once for each reader"
        command.add_argument(f"--{name}", type=Path, metavar="FILE", nargs="+", action="append", help=text)
    command.set_defaults(run=collect)
    command = commands.add_parser("check", parents=[datasets], help="verify the annotations, count, measure agreement")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=check)
    return parser


if __name__ == "__main__":
    sys.exit(main())
