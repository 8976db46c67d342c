"""``tweetmoji train``: from datasets and a pretrained encoder to a model folder of one's own."""

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from tweetmoji.cli.options import (
    base_option,
    data_option,
    label_column_option,
    labels_option,
    resume_option,
    settings_options,
    sources_option,
    text_column_option,
)
from tweetmoji.cli.recipe import recipe_option
from tweetmoji.cli.terminal import print_lines, training_log
from tweetmoji.data.names import TABLE, parse_choice
from tweetmoji.train import TrainSettings


@click.command("train")
@recipe_option
@data_option
@sources_option
@labels_option
@text_column_option
@label_column_option
@base_option
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder of the model to be made; a file with --folds."
)
@click.option(
    "--folds",
    type=click.IntRange(2, 100),
    metavar="K",
    help="Make no model: write what K models say of the texts of the first source that they were not trained on.",
)
@click.option("--test/--no-test", "score_test", default=True, show_default=True, help="Score the test splits too.")
@resume_option
@settings_options(TrainSettings, environment=False)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    data: Path | None,
    sources: tuple[str, ...],
    labels: Path | None,
    text_column: str,
    label_column: str,
    base: str,
    out: Path,
    folds: int | None,
    score_test: bool,
    resume: bool,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Fine-tune a model: the best epoch on val, calibrated, quantized, measured on val and test.

    Training texts that stand in a val or test split of any dataset in DIR are left out. A table in a single file is
    divided into train, val and test, 80, 10 and 10 % of each label. Checkpoints go to OUT.checkpoints; a stopped run
    goes on with --resume. Needs tweetmoji[train].

    \b
      tweetmoji train --data data --base sentence-transformers/all-MiniLM-L6-v2 --out my-model
      tweetmoji train --data data --source emotion --source tweeteval --source goemotions:12000 \\
        --base all-MiniLM-L6-v2 --out my-model --epochs 3 --seed 7
      tweetmoji train --labels labels.toml --data my.csv --text-column tweet --label-column mood \\
        --base all-MiniLM-L6-v2 --out my-model
      tweetmoji train --data data --base all-MiniLM-L6-v2 --folds 5 --out out-of-fold.npz
    """
    if labels and ctx.get_parameter_source("sources") is ParameterSource.DEFAULT:
        sources = (TABLE,)  # the default dataset has the six emotions
    choices = tuple(parse_choice(source) for source in sources)
    from tweetmoji.data.labels import LabelSet, read_labels

    label_set = read_labels(labels) if labels else LabelSet()
    from tweetmoji.train import TrainingRun, cross_validate, train

    run = TrainingRun(
        data=data,
        base=base,
        out=out,
        settings=TrainSettings(**settings),
        sources=choices,
        score_test=score_test,
        labels=label_set,
        columns=(text_column, label_column),
    )
    with training_log():
        if folds:
            print_lines([f"{cross_validate(run, folds, resume=resume)}: probabilities of {folds} folds"])
            return
        artifact = train(run, resume=resume)
    print_lines([f"{artifact.folder}: {artifact.config.name}, version {artifact.version} (tweetmoji info --model …)"])
