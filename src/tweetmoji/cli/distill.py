"""``tweetmoji distill``: a small model that learns from labeled texts and from what a large one answers to others."""

from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import base_option, data_option, resume_option, settings_options, sources_option
from tweetmoji.cli.recipe import recipe_option
from tweetmoji.cli.terminal import print_lines, training_log
from tweetmoji.data.names import UNLABELED, parse_choice
from tweetmoji.train import TrainSettings


@click.command("distill")
@recipe_option
@data_option
@sources_option
@click.option(
    "--teacher",
    type=click.Path(path_type=Path),
    required=True,
    help="The teacher's logits, a file of tweetmoji teach.",
)
@click.option(
    "--unlabeled",
    multiple=True,
    default=["tweets"],
    show_default=True,
    metavar="NAME[:ROWS]",
    help="Texts that the teacher answered, and how many of them an epoch takes, drawn anew each time; may be given "
    f"several times. One of {', '.join(UNLABELED)}.",
)
@base_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the model to be made.")
@resume_option
@settings_options(TrainSettings, environment=False)
def command(
    data: Path | None,
    sources: tuple[str, ...],
    teacher: Path,
    unlabeled: tuple[str, ...],
    base: str,
    out: Path,
    resume: bool,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Train a student: as tweetmoji train does, and on a teacher's answers to unlabeled texts besides.

    The test splits are not scored. Checkpoints go to OUT.checkpoints; a stopped run goes on with --resume. Needs
    tweetmoji[train].

    \b
      tweetmoji distill --data data --source emotion --source goemotions --teacher teacher.npz \\
        --unlabeled tweets:20000 --base sentence-transformers/all-MiniLM-L6-v2 --out student
    """
    choices = tuple(parse_choice(source) for source in sources)
    lessons_from = tuple(parse_choice(name) for name in unlabeled)
    from tweetmoji.train import StudentData, TrainingRun, train

    run = TrainingRun(
        data=data,
        base=base,
        out=out,
        settings=TrainSettings(**settings),
        sources=choices,
        score_test=False,
        student_data=StudentData(teacher, lessons_from),
    )
    with training_log():
        artifact = train(run, resume=resume)
    print_lines([f"{artifact.folder}: {artifact.config.name}, version {artifact.version} (tweetmoji info --model …)"])
