"""``tweetmoji train-teacher``: what a large, fine-tuned encoder answers, for a small one to learn from."""

from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import base_option, data_option, resume_option, settings_options, sources_option
from tweetmoji.cli.recipe import recipe_option
from tweetmoji.cli.terminal import print_lines, training_log
from tweetmoji.data.names import UNLABELED, parse_choice
from tweetmoji.train import TrainSettings


@click.command("train-teacher")
@recipe_option
@data_option
@sources_option
@click.option(
    "--unlabeled",
    type=click.Choice(UNLABELED),
    multiple=True,
    help="Texts to answer besides those that it learned from; may be given several times.",
)
@base_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write, a name ending in .npz.")
@resume_option
@settings_options(TrainSettings, environment=False)
def command(
    data: Path | None,
    sources: tuple[str, ...],
    unlabeled: tuple[str, ...],
    base: str,
    out: Path,
    resume: bool,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Fine-tune a teacher and write its logits, each under a hash of its text; no text is written.

    The best epoch on val counts. Checkpoints go to OUT.checkpoints; a stopped run goes on with --resume. Needs
    tweetmoji[train].

    \b
      tweetmoji train-teacher --data data --source emotion --source tweeteval --unlabeled tweets \\
        --base sentence-transformers/all-mpnet-base-v2 --epochs 2 --encoder-lr 4e-5 --out teacher.npz
    """
    choices = tuple(parse_choice(source) for source in sources)
    from tweetmoji.train import TrainingRun, train_teacher

    run = TrainingRun(data=data, base=base, out=out, settings=TrainSettings(**settings), sources=choices)
    with training_log():
        print_lines([f"{train_teacher(run, unlabeled, resume=resume)}: the teacher's logits"])
