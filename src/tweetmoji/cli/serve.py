"""``tweetmoji serve``: the REST API as a process."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import model_option, prior_option, settings_options
from tweetmoji.cli.terminal import log_progress
from tweetmoji.serve import ServeSettings


@click.command("serve")
@settings_options(ServeSettings, environment=True)
@prior_option
@model_option
def command(model: Path | None, prior: str | Mapping[str, float] | None, **settings: Any) -> None:  # noqa: ANN401
    """Serve the page at / and the REST API, described at /swagger-ui. Needs the extra serve.

    \b
      tweetmoji serve
      tweetmoji serve --host 0.0.0.0 --port 8080 --model my-model
      tweetmoji serve --prior uniform
      curl 'localhost:5000/tweets?text=What+a+day'
    """
    # Before anything slow is imported: the kernel ignores SIGTERM for the first process of a container by default.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    from tweetmoji.serve import serve

    log_progress()
    serve(ServeSettings(**settings), model, prior)
