"""``tweetmoji predict``: the emoji of tweets given as arguments or, line by line, on stdin."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import emoji_option, json_option, model_option, prior_option, threads_option
from tweetmoji.cli.terminal import format_json, print_lines, read_tweets
from tweetmoji.runtime.emojifier import Emojifier, Prediction, load

UNSURE = "-"
"""Printed for emoji and label where the confidence is below ``--min-confidence``."""


@click.command("predict")
@click.argument("texts", nargs=-1, metavar="[TEXT]…")
@click.option("--top", type=click.IntRange(min=1), metavar="K", help="Print the K most probable emoji.")
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="P",
    help=f"Below this confidence, print '{UNSURE}' (null in JSON).",
)
@json_option
@emoji_option
@prior_option
@model_option
@threads_option
def command(  # one parameter for each option, as click has it
    texts: tuple[str, ...],
    top: int | None,
    min_confidence: float,
    as_json: bool,
    emoji: tuple[tuple[str, str], ...],
    prior: str | Mapping[str, float] | None,
    model: Path | None,
    threads: int | None,
) -> None:
    """Print the emoji of tweets: a line for each, with emoji, label and confidence, separated by tabs.

    The confidence is the probability that the tweet has this label. JSON also has the probability of none of the
    labels, where the model can tell, and the scores: the probabilities of the labels if it has one.

    Without TEXT, tweets are read from stdin, one a line, and each gets its line as it arrives. A text that begins with
    a dash goes after --.

    \b
      tweetmoji predict 'Today is a good day!' 'I miss you so much'
      tweetmoji predict --json --top 2 < tweets.txt > answers.jsonl
      tweetmoji predict --emoji joy=😊 --min-confidence 0.5 < tweets.txt
      tweetmoji predict --prior uniform < tweets.txt
    """
    emojifier = load(model, threads=threads, emoji=dict(emoji), prior=prior)
    for batch in read_tweets(texts, "predict"):
        predictions = emojifier.predict(batch, min_confidence=min_confidence)
        print_lines(_format(predictions, emojifier, top=top, as_json=as_json))


def _format(
    predictions: Iterable[Prediction], emojifier: Emojifier, *, top: int | None, as_json: bool
) -> Iterator[str]:
    for prediction in predictions:
        ranked = _rank(prediction, emojifier)[: top or 1]
        if as_json:
            yield format_json(asdict(prediction) | ({"top": ranked} if top else {}))
        elif prediction.emoji is None:
            yield f"{UNSURE}\t{UNSURE}\t{prediction.confidence:.4f}"
        else:
            yield "\t".join(f"{row['emoji']}\t{row['label']}\t{row['confidence']:.4f}" for row in ranked)


def _rank(prediction: Prediction, emojifier: Emojifier) -> list[dict[str, Any]]:
    """All labels with emoji and confidence, the most probable first."""
    emoji = emojifier.emoji
    any_label = 1 - (prediction.none or 0)
    return [
        {"emoji": emoji[label], "label": label, "confidence": any_label * score}
        for label, score in sorted(prediction.scores.items(), key=lambda item: -item[1])
    ]
