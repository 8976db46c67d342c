"""``tweetmoji train-suggestions``: a finished model that also suggests emoji."""

from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import FOLDER, data_option, own_data_option, settings_options
from tweetmoji.cli.recipe import recipe_option
from tweetmoji.cli.terminal import print_lines, training_log
from tweetmoji.train import SuggestionSettings


@click.command("train-suggestions")
@recipe_option
@click.option("--model", type=FOLDER, required=True, help="Folder of the finished model.")
@data_option
@own_data_option
@click.option("--out", type=FOLDER, required=True, help="Model folder to write; may be that of --model.")
@settings_options(SuggestionSettings, environment=False)
def command(model: Path, data: Path | None, own_data: Path | None, out: Path, **settings: Any) -> None:  # noqa: ANN401
    """Give a model emoji to suggest, learned from tweets and the emoji that people used.

    What the model answered before stays the same, to the bit. It learns from tweeteval-emoji in the root of the
    datasets, in a few minutes; the same inputs give the same model, so a stopped run is just run again. Needs the extra
    train.

    \b
      tweetmoji train-suggestions --model my-model --data datasets --out my-model
    """
    if data is None:
        raise click.UsageError("the root of the datasets is not named; expected --data or TWEETMOJI_DATA_DIR")
    from tweetmoji.train import SuggestionsRun, train_suggestions

    run = SuggestionsRun(model=model, data=data, out=out, own_data=own_data, settings=SuggestionSettings(**settings))
    with training_log():
        artifact = train_suggestions(run)
    print_lines([f"{artifact.folder}: {artifact.config.name}, version {artifact.version} (tweetmoji info --model …)"])
