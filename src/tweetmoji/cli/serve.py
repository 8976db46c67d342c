"""``tweetmoji serve``: the REST API as a process."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from tweetmoji.cli.options import GroupedCommand, model_option, prior_option, settings_options
from tweetmoji.cli.terminal import format_json, log_progress, print_lines
from tweetmoji.serve import ServeSettings
from tweetmoji.serve.settings import KEYS_VARIABLE

SOURCES = {ParameterSource.COMMANDLINE: "flag", ParameterSource.ENVIRONMENT: "environment"}
"""Where a setting comes from, unless it is the default."""


@click.command("serve", cls=GroupedCommand)
@settings_options(ServeSettings, environment=True)
@prior_option
@model_option
@click.option("--print-settings", is_flag=True, help="Print each setting and where it comes from, as TOML, and end.")
def command(
    model: Path | None,
    prior: str | Mapping[str, float] | None,
    print_settings: bool,
    **settings: Any,  # noqa: ANN401
) -> None:
    """Serve the page at / and the REST API, described at /swagger-ui. Needs the extra serve.

    SIGHUP loads the model and the API keys again. Keys may also come in the variable TWEETMOJI_API_KEYS, separated by
    commas. /metrics is for Prometheus.

    \b
      tweetmoji serve
      tweetmoji serve --host 0.0.0.0 --port 8080 --model my-model
      tweetmoji serve --prior uniform
      tweetmoji serve --api-key-file keys.txt --access-log --log-format json
      TWEETMOJI_PORT=8080 tweetmoji serve --print-settings
      curl 'localhost:5000/tweets?text=What+a+day'
    """
    if print_settings:
        print_lines(describe_settings({"model": model, "prior": prior, **vars(ServeSettings(**settings))}))
        return
    # Before anything slow is imported: the kernel ignores SIGTERM for the first process of a container by default.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    if hasattr(signal, "SIGHUP"):  # one that comes before the server can load again waits until it can
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    from tweetmoji.serve import serve

    log_progress()
    serve(ServeSettings(**settings), model, prior)


def describe_settings(values: Mapping[str, Any]) -> list[str]:
    """Describe settings in TOML, each with its source; those without a value as comments. No line has a secret."""
    source = click.get_current_context().get_parameter_source
    lines = []
    for name, value in values.items():
        where = SOURCES.get(source(name), "default")  # type: ignore[arg-type]
        shown = str(value) if isinstance(value, Path) else value
        assigned = f"{name} = {_to_toml(shown)}" if value is not None else f"# {name} is not set"
        lines.append(f"{assigned}  # {where}")
    has_keys = bool(os.environ.get(KEYS_VARIABLE))
    lines.append(f"# API keys in {KEYS_VARIABLE}: {'yes  # environment' if has_keys else 'no  # default'}")
    return lines


def _to_toml(value: Any) -> str:  # noqa: ANN401
    """A value in TOML: JSON's syntax, except for tables."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{format_json(name)} = {_to_toml(item)}' for name, item in value.items())} }}"
    return format_json(value)
