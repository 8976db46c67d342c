"""``tweetmoji suggest``: emoji to add to tweets given as arguments or, line by line, on stdin."""

from dataclasses import asdict
from pathlib import Path

import click

from tweetmoji.cli.options import json_option, model_option, threads_option
from tweetmoji.cli.terminal import format_json, print_lines, read_tweets
from tweetmoji.runtime.emojifier import load
from tweetmoji.runtime.suggestions import Suggestion, rank_suggestions


@click.command("suggest")
@click.argument("texts", nargs=-1, metavar="[TEXT]…")
@click.option(
    "-k", "k", type=click.IntRange(min=1), default=3, show_default=True, metavar="K", help="Print the K best emoji."
)
@json_option
@model_option
@threads_option
def command(texts: tuple[str, ...], k: int, as_json: bool, model: Path | None, threads: int | None) -> None:
    """Print emoji that people would add to tweets: a line for each, the best first, each with its probability.

    Needs a model that has suggestions: tweetmoji info says which it has. Without TEXT, tweets are read from stdin, one
    a line, and each gets its line as it arrives. A text that begins with a dash goes after --.

    \b
      tweetmoji suggest "Pizza with the whole family tonight"
      tweetmoji suggest -k 5 --json < tweets.txt > suggestions.jsonl
    """
    emojifier = load(model, threads=threads)
    emojifier.suggest_proba([])  # a model without suggestions refuses, before anything is read
    for batch in read_tweets(texts, "suggest"):
        rows = rank_suggestions(emojifier.suggest_proba(batch), emojifier.suggestions, k)
        print_lines(_format(row, as_json=as_json) for row in rows)


def _format(suggestions: list[Suggestion], *, as_json: bool) -> str:
    if as_json:
        return format_json([asdict(suggestion) for suggestion in suggestions])
    return "\t".join(f"{suggestion.emoji}\t{suggestion.probability:.4f}" for suggestion in suggestions)
