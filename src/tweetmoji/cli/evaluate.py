"""``tweetmoji evaluate``: a model's figures on a split of a dataset."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tweetmoji.cli.options import FOLDER, json_option, model_option, threads_option
from tweetmoji.cli.terminal import format_json, format_table, print_lines

if TYPE_CHECKING:
    from tweetmoji.evaluate import Evaluation


@click.command("evaluate")
@click.option(
    "--data", type=FOLDER, required=True, help="Folder with train.txt, val.txt and test.txt (text;label lines)."
)
@click.option(
    "--split", type=click.Choice(["train", "val", "test"]), default="test", show_default=True, help="Which file of it."
)
@json_option
@model_option
@threads_option
def command(data: Path, split: str, as_json: bool, model: Path | None, threads: int | None) -> None:
    """Measure how right a model is: accuracy, F1, log loss, calibration, and figures for each class.

    \b
      tweetmoji evaluate --data emotion --split val
      tweetmoji evaluate --data emotion --split test --model my-model --json > test.json
    """
    from tweetmoji.data import read_split
    from tweetmoji.evaluate import evaluate
    from tweetmoji.evaluate.environment import describe_environment
    from tweetmoji.runtime.emojifier import load

    emojifier = load(model, threads=threads)
    evaluation = evaluate(emojifier, read_split(data, split, emojifier.labels), split)
    if as_json:
        print_lines([format_json(evaluation.as_dict() | describe_environment(), indent=2)])
    else:
        print_lines(_format(evaluation))


def _format(evaluation: "Evaluation") -> list[str]:
    metrics = evaluation.metrics
    summary = [
        ["accuracy", f"{metrics.accuracy:.4f}"],
        ["balanced accuracy", f"{metrics.balanced_accuracy:.4f}"],
        ["macro-F1", f"{metrics.macro_f1:.4f}"],
        ["log loss (nats)", f"{metrics.log_loss:.4f}"],
        ["ECE (15 bins)", f"{metrics.ece:.4f}"],
    ]
    classes = [["class", "n", "precision", "recall", "F1"]] + [
        [label, str(row.n), f"{row.precision:.4f}", f"{row.recall:.4f}", f"{row.f1:.4f}"]
        for label, row in metrics.per_class.items()
    ]
    title = f"{evaluation.model['name']} {evaluation.model['version']} on {evaluation.split}, n = {metrics.n}"
    return [title, "", *format_table(summary), "", *format_table(classes)]
