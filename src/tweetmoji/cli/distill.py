"""``tweetmoji distill``: a small model that learns from labeled texts and from a large model's probabilities."""

from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import (
    base_option,
    data_option,
    drop_denials_option,
    folds_option,
    out_option,
    own_data_option,
    resume_option,
    settings_options,
    sources_option,
    test_option,
)
from tweetmoji.cli.recipe import recipe_option
from tweetmoji.cli.train import train_or_cross_validate
from tweetmoji.data.names import TWEETS, UNLABELED, parse_choice
from tweetmoji.train import TrainSettings


@click.command("distill")
@recipe_option
@data_option
@sources_option
@own_data_option
@drop_denials_option
@click.option(
    "--teacher",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The teacher's logits, a file of tweetmoji train-teacher.",
)
@click.option(
    "--unlabeled",
    multiple=True,
    default=[TWEETS],
    show_default=True,
    metavar="NAME[:ROWS]",
    help="Unlabeled texts with the teacher's logits, and how many of them an epoch takes: each epoch draws others. May "
    f"be given several times. One of {', '.join(UNLABELED)}.",
)
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
    own_data: Path | None,
    drop_denials: bool,
    teacher: Path,
    unlabeled: tuple[str, ...],
    base: str,
    out: Path,
    folds: int | None,
    score_test: bool,
    resume: bool,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Train a student: as tweetmoji train, and also on a teacher's probabilities for unlabeled texts.

    Checkpoints go to OUT.checkpoints; --resume continues a stopped run. Needs the extra train.

    \b
      tweetmoji distill --data data --source emotion --source goemotions --teacher teacher.npz \\
        --unlabeled tweets:20000 --base sentence-transformers/all-MiniLM-L6-v2 --out student
    """
    choices = tuple(parse_choice(source) for source in sources)
    collections = tuple(parse_choice(name) for name in unlabeled)
    from tweetmoji.train import CorpusChoice, StudentData

    fields: dict[str, Any] = {
        "corpus": CorpusChoice(data, choices, own_data=own_data, drop_denials=drop_denials),
        "base": base,
        "out": out,
        "settings": TrainSettings(**settings),
        "student_data": StudentData(teacher, collections),
    }
    train_or_cross_validate(ctx, fields, folds, score_test=score_test, resume=resume)
