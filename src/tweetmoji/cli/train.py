"""``tweetmoji train``: from a dataset and a pretrained encoder to a model folder of one's own."""

from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import FOLDER, settings_options
from tweetmoji.cli.terminal import log_progress, print_lines
from tweetmoji.errors import needs_extra
from tweetmoji.train import TrainSettings


@click.command("train")
@click.option("--data", type=FOLDER, required=True, help="Folder with train.txt, val.txt and test.txt.")
@click.option("--base", required=True, metavar="DIR_OR_HUB_ID", help="Pretrained encoder to start from.")
@click.option("--out", type=FOLDER, required=True, help="Folder of the model to be made.")
@click.option("--resume", is_flag=True, help="Go on where a stopped run with the same settings stood.")
@settings_options(TrainSettings, environment=False)
def command(data: Path, base: str, out: Path, resume: bool, **settings: Any) -> None:  # noqa: ANN401
    """Fine-tune a model: the best epoch on val, calibrated, quantised, measured on val and test.

    Checkpoints go to OUT.checkpoints; a stopped run goes on with --resume. Needs tweetmoji[train].

    \b
      tweetmoji train --data emotion --base sentence-transformers/all-MiniLM-L6-v2 --out my-model
      tweetmoji train --data emotion --base all-MiniLM-L6-v2 --out my-model --epochs 3 --seed 7
      TWEETMOJI_MODEL=my-model tweetmoji "What a day"
    """
    from tweetmoji.train import TrainingRun, train

    run = TrainingRun(data=data, base=base, out=out, settings=TrainSettings(**settings))
    with needs_extra("train"):
        from tqdm.contrib.logging import logging_redirect_tqdm
    log_progress()
    with logging_redirect_tqdm():
        artefact = train(run, resume=resume)
    print_lines([f"{artefact.folder}: {artefact.config.name}, version {artefact.version} (tweetmoji info --model …)"])
