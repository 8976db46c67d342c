"""``tweetmoji export``: a model of one's own in a layout that other programs load."""

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
    expose_value=False,  # there is but one
    help="Layout: hf is a folder of Hugging Face transformers.",
)
@model_option
@click.option("--out", type=FOLDER, required=True, help="Folder to be made; one that holds something is left alone.")
def command(model: Path | None, out: Path) -> None:
    """Write a model's float32 weights, calibrated, for the pipelines of Hugging Face transformers.

    They come from the checkpoints of the run that made it, MODEL.checkpoints; the model that comes with tweetmoji has
    none. A README.md in the folder says how to use it. Needs tweetmoji[train].

    \b
      tweetmoji export --format hf --model my-model --out my-model-hf
    """
    from tweetmoji.train import export_hugging_face

    folder = export_hugging_face(model or SHIPPED, out)
    print_lines([f"{folder}: for transformers.pipeline; {folder / 'README.md'} says how"])
