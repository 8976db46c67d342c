"""``tweetmoji train-teacher``: a large, fine-tuned encoder's logits, for students to learn from.

A command of its own, since a teacher is trained once and teaches many students.
"""

from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import (
    base_option,
    data_option,
    drop_denials_option,
    own_data_option,
    resume_option,
    settings_options,
    sources_option,
)
from tweetmoji.cli.recipe import recipe_option
from tweetmoji.cli.terminal import print_lines, training_log
from tweetmoji.data.names import UNLABELED, parse_choice
from tweetmoji.train import TrainSettings


@click.command("train-teacher")
@recipe_option
@data_option
@sources_option
@own_data_option
@drop_denials_option
@click.option(
    "--unlabeled",
    type=click.Choice(UNLABELED),
    multiple=True,
    required=True,
    help="Unlabeled texts to compute logits for; may be given several times.",
)
@base_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write; its name must end in .npz.")
@resume_option
@settings_options(TrainSettings, environment=False)
def command(
    data: Path | None,
    sources: tuple[str, ...],
    own_data: Path | None,
    drop_denials: bool,
    unlabeled: tuple[str, ...],
    base: str,
    out: Path,
    resume: bool,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Train a teacher and write its logits, for tweetmoji distill.

    It answers the unlabeled texts alone. The file holds a hash of each text, not the text. The best epoch on val is
    kept. Checkpoints go to OUT.checkpoints; --resume continues a stopped run. Needs the extra train.

    \b
      tweetmoji train-teacher --data data --source emotion --source tweeteval --unlabeled tweets \\
        --base sentence-transformers/all-mpnet-base-v2 --epochs 2 --encoder-lr 4e-5 --out teacher.npz
    """
    choices = tuple(parse_choice(source) for source in sources)
    from tweetmoji.train import CorpusChoice, TeacherRun, train_teacher

    run = TeacherRun(
        corpus=CorpusChoice(data, choices, own_data=own_data, drop_denials=drop_denials),
        base=base,
        out=out,
        settings=TrainSettings(**settings),
        unlabeled=unlabeled,
    )
    with training_log():
        print_lines([f"{train_teacher(run, resume=resume)}: the teacher's logits"])
