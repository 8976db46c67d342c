"""``tweetmoji distil``: a small model that learns from labelled texts and from what a large one answers to others."""

from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import UNLABELLED, base_option, data_option, resume_option, settings_options, sources_option
from tweetmoji.cli.recipe import recipe_option
from tweetmoji.cli.terminal import print_lines, training_log
from tweetmoji.train import TrainSettings, parse_choice


@click.command("distil")
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
    "--unlabelled",
    multiple=True,
    default=["tweets"],
    show_default=True,
    metavar="NAME[:ROWS]",
    help="Texts that the teacher answered, and how many of them an epoch takes, drawn anew each time; may be given "
    f"several times. One of {', '.join(UNLABELLED)}.",
)
@base_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the model to be made.")
@resume_option
@settings_options(TrainSettings, environment=False)
def command(
    data: Path | None,
    sources: tuple[str, ...],
    teacher: Path,
    unlabelled: tuple[str, ...],
    base: str,
    out: Path,
    resume: bool,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Train a student: as tweetmoji train does, and on a teacher's answers to unlabelled texts besides.

    The test splits are not scored. Checkpoints go to OUT.checkpoints; a stopped run goes on with --resume. Needs
    tweetmoji[train].

    \b
      tweetmoji distil --data data --source home --source goemotions --teacher teacher.npz \\
        --unlabelled tweets:20000 --base sentence-transformers/all-MiniLM-L6-v2 --out student
    """
    choices = tuple(parse_choice(source) for source in sources)
    lessons_from = tuple(parse_choice(name) for name in unlabelled)
    from tweetmoji.train import Lessons, TrainingRun, train

    run = TrainingRun(
        data=data,
        base=base,
        out=out,
        settings=TrainSettings(**settings),
        sources=choices,
        score_test=False,
        lessons=Lessons(teacher, lessons_from),
    )
    with training_log():
        artefact = train(run, resume=resume)
    print_lines([f"{artefact.folder}: {artefact.config.name}, version {artefact.version} (tweetmoji info --model …)"])
