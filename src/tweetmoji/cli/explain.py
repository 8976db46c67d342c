"""``tweetmoji explain``: the emoji of one tweet, and how much each of its words supports it."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from tweetmoji.cli.options import json_option, model_option, prior_option
from tweetmoji.cli.terminal import format_json, format_table, print_lines, read_tweet, wants_color
from tweetmoji.runtime.emojifier import load
from tweetmoji.runtime.explain import Explanation

STEPS: Final = (0.01, 0.05, 0.1, 0.25, 0.5)
"""Sizes of a weight from which a word has the next stronger color; below the first it has none."""

GREENS: Final = (194, 157, 120, 83, 46)
REDS: Final = (224, 217, 210, 203, 196)
"""Background colors for `STEPS`, pale to strong, of the 256 of xterm (https://en.wikipedia.org/wiki/ANSI_escape_code)."""

BLACK: Final = 16
"""Color of a letter on them, readable on each."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Characters with which a tweet could steer the terminal."""


@click.command("explain")
@click.argument("text", required=False, metavar="[TEXT]")
@json_option
@prior_option
@model_option
def command(text: str | None, as_json: bool, prior: str | Mapping[str, float] | None, model: Path | None) -> None:
    """Show how much each word of a tweet supports its emoji.

    The first line has emoji, label and confidence. Then the tweet follows, on green the words that support the label,
    on red those that speak against it, the stronger the deeper; or, where stdout is no terminal or NO_COLOR is set, a
    table of its words and their weights. A weight is what the probability of the label, given that there is an emotion,
    loses without the word.

    Without TEXT, one tweet is read from stdin, line breaks and all. A tweet may have 64 words. One that begins with a
    dash goes after --.

    \b
      tweetmoji explain "I love the rain, but my shoes hate it"
      tweetmoji explain --json 'Today is a good day!'
      NO_COLOR=1 tweetmoji explain --prior uniform < tweet.txt
    """
    tweet = read_tweet(text, "explain")
    found = load(model, prior=prior).explain(tweet)
    if as_json:
        print_lines([format_json(asdict(found))])
        return
    prediction = found.prediction
    print_lines([f"{prediction.emoji}\t{prediction.label}\t{prediction.confidence:.4f}"])
    if found.words:
        print_lines([_color(tweet, found)] if wants_color() else _tabulate(tweet, found))


def _color(tweet: str, found: Explanation) -> str:
    """The tweet, with its words in colors."""
    parts, last = [], 0
    for word in found.words:
        parts.append(_show(tweet[last : word.start]))
        shown, step = _show(tweet[word.start : word.end]), bisect_right(STEPS, abs(word.weight))
        colors = GREENS if word.weight > 0 else REDS
        parts.append(click.style(shown, fg=BLACK, bg=colors[step - 1]) if step else shown)
        last = word.end
    return "".join(parts) + _show(tweet[last:])


def _tabulate(tweet: str, found: Explanation) -> list[str]:
    """A line for each word, with its weight."""
    rows = [[_show(tweet[word.start : word.end]), f"{word.weight:+.4f}"] for word in found.words]
    return format_table([["word", "weight"], *rows])


def _show(part: str) -> str:
    """A part of a tweet on one line, without control characters."""
    return _CONTROL.sub(" ", part)
