"""``tweetmoji export``: a model in a format that other programs load."""

from pathlib import Path

import click

from tweetmoji.cli.options import FOLDER, model_option
from tweetmoji.cli.terminal import print_lines
from tweetmoji.runtime.artifact import SHIPPED


@click.command("export")
@click.option(
    "--format",
    type=click.Choice(["hf"]),
    default="hf",
    show_default=True,
    expose_value=False,  # there is only one
    help="Format: hf is a model folder of Hugging Face transformers.",
)
@model_option
@click.option("--out", type=FOLDER, required=True, help="Folder to write: a new one, or an empty one.")
def command(model: Path | None, out: Path) -> None:
    """Write a model's float32 weights, calibrated, for the pipelines of Hugging Face transformers.

    The weights come from the checkpoints of the model's training, MODEL.checkpoints; the model that ships with
    tweetmoji has none. A README.md in the folder says how to use it. Needs the extra train.

    \b
      tweetmoji export --format hf --model my-model --out my-model-hf
    """
    from tweetmoji.train import export_hugging_face

    folder = export_hugging_face(model or SHIPPED, out)
    print_lines([f"{folder}: for transformers.pipeline; {folder / 'README.md'} says how"])
