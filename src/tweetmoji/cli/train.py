"""``tweetmoji train``: from datasets and a pretrained encoder to a model folder of one's own."""

from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import base_option, data_option, resume_option, settings_options, sources_option
from tweetmoji.cli.recipe import recipe_option
from tweetmoji.cli.terminal import print_lines, training_log
from tweetmoji.train import TrainSettings, parse_choice


@click.command("train")
@recipe_option
@data_option
@sources_option
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
def command(
    data: Path | None,
    sources: tuple[str, ...],
    base: str,
    out: Path,
    folds: int | None,
    score_test: bool,
    resume: bool,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Fine-tune a model: the best epoch on val, calibrated, quantised, measured on val and test.

    Training texts that stand in a val or test split of any dataset in DIR are left out. Checkpoints go to
    OUT.checkpoints; a stopped run goes on with --resume. Needs tweetmoji[train].

    \b
      tweetmoji train --data data --base sentence-transformers/all-MiniLM-L6-v2 --out my-model
      tweetmoji train --data data --source home --source tweeteval --source goemotions:12000 \\
        --base all-MiniLM-L6-v2 --out my-model --epochs 3 --seed 7
      tweetmoji train --data data --base all-MiniLM-L6-v2 --folds 5 --out out-of-fold.npz
    """
    choices = tuple(parse_choice(source) for source in sources)
    from tweetmoji.train import TrainingRun, train, train_folds

    run = TrainingRun(
        data=data,
        base=base,
        out=out,
        settings=TrainSettings(**settings),
        sources=choices,
        score_test=score_test,
    )
    with training_log():
        if folds:
            print_lines([f"{train_folds(run, folds, resume=resume)}: probabilities of {folds} folds"])
            return
        artefact = train(run, resume=resume)
    print_lines([f"{artefact.folder}: {artefact.config.name}, version {artefact.version} (tweetmoji info --model …)"])
