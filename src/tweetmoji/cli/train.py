"""``tweetmoji train``: from datasets and a pretrained encoder to a model folder."""

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from tweetmoji.cli.options import (
    base_option,
    data_option,
    drop_denials_option,
    folds_option,
    label_column_option,
    out_option,
    own_data_option,
    resume_option,
    settings_options,
    sources_option,
    test_option,
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
@click.option(
    "--labels",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="TOML file with labels and emoji of your own; --source is then table unless it is given.",
)
@text_column_option
@label_column_option
@own_data_option
@drop_denials_option
@base_option
@out_option
@folds_option
@test_option
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
    own_data: Path | None,
    drop_denials: bool,
    base: str,
    out: Path,
    folds: int | None,
    score_test: bool,
    resume: bool,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Fine-tune a model: the best epoch on val, quantized, calibrated, and scored on val and test.

    Training texts that are in a val or test split of any dataset in DIR are left out. A table in a single file is
    divided into train, val and test: 80, 10 and 10 % of each label. Checkpoints go to OUT.checkpoints; --resume
    continues a stopped run. Needs the extra train.

    \b
      tweetmoji train --data data --base sentence-transformers/all-MiniLM-L6-v2 --out my-model
      tweetmoji train --data data --source emotion --source tweeteval --source goemotions:12000 \\
        --base all-MiniLM-L6-v2 --out my-model --epochs 3 --seed 7
      tweetmoji train --labels labels.toml --data my.csv --text-column tweet --label-column mood \\
        --base all-MiniLM-L6-v2 --out my-model
      tweetmoji train --data data --base all-MiniLM-L6-v2 --folds 5 --out out-of-fold.npz
    """
    if labels and ctx.get_parameter_source("sources") is ParameterSource.DEFAULT:
        sources = (TABLE,)  # the default source has the six emotions
    choices = tuple(parse_choice(source) for source in sources)
    from tweetmoji.data.labels import LabelSet, read_labels
    from tweetmoji.train import CorpusChoice

    fields: dict[str, Any] = {
        "corpus": CorpusChoice(data, choices, (text_column, label_column), own_data, drop_denials),
        "base": base,
        "out": out,
        "settings": TrainSettings(**settings),
        "labels": read_labels(labels) if labels else LabelSet(),
    }
    train_or_cross_validate(ctx, fields, folds, score_test=score_test, resume=resume)


def train_or_cross_validate(
    ctx: click.Context, fields: dict[str, Any], folds: int | None, *, score_test: bool, resume: bool
) -> None:
    """Train one model, or one for each fold, and print what was written.

    Args:
        ctx: The context of the command.
        fields: The fields of `ModelJob`, which either job has.
        folds: Number of folds; None for one model.
        score_test: Whether to score the test splits of one model.
        resume: Continue a stopped run.

    Raises:
        click.UsageError: ``--test`` or ``--no-test`` is given with ``--folds``.
    """
    if folds and ctx.get_parameter_source("score_test") is not ParameterSource.DEFAULT:
        raise click.UsageError("--test and --no-test have no effect with --folds, which scores no test split", ctx)
    if folds:
        from tweetmoji.train import CrossValidationRun, cross_validate

        with training_log():
            written = cross_validate(CrossValidationRun(folds=folds, **fields), resume=resume)
        print_lines([f"{written}: out-of-fold probabilities of {folds} folds"])
        return
    from tweetmoji.train import TrainingRun, train

    with training_log():
        artifact = train(TrainingRun(score_test=score_test, **fields), resume=resume)
    print_lines([f"{artifact.folder}: {artifact.config.name}, version {artifact.version} (tweetmoji info --model …)"])
