"""``tweetmoji info``: which model answers, what it was measured at, and what its files' checksums are."""

from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import json_option, model_option
from tweetmoji.cli.terminal import format_json, format_table, print_lines
from tweetmoji.runtime.artefact import SHIPPED, Artefact, read_artefact
from tweetmoji.runtime.figures import FIGURES, summarise


@click.command("info")
@json_option
@model_option
def command(as_json: bool, model: Path | None) -> None:
    """Say which model answers: labels and emoji, measured figures, checksums.

    \b
      tweetmoji info
      tweetmoji info --json --model my-model
    """
    artefact = read_artefact(model or SHIPPED)
    print_lines([format_json(_describe(artefact), indent=2)] if as_json else _format(artefact))


def _describe(artefact: Artefact) -> dict[str, Any]:
    config = artefact.config
    return {
        "name": config.name,
        "version": artefact.version,
        "labels": list(config.labels),
        "emoji": {label: config.emoji[label] for label in config.labels},
        "max_tokens": config.max_tokens,
        "temperature": config.temperature,
        "provenance": config.provenance,
        "metrics": artefact.metrics,
        "sha256": artefact.sha256,
    }


def _format(artefact: Artefact) -> list[str]:
    config = artefact.config
    lines = [
        f"model     {config.name}, version {artefact.version}",
        f"labels    {', '.join(f'{label} {config.emoji[label]}' for label in config.labels)}",
        f"reads     {config.max_tokens} tokens of a tweet",
        "",
    ]
    figures = summarise(artefact.metrics)
    if figures:
        rows = [[f"{row['weights']}, {row['source']} {row['split']}", *_show(row)] for row in figures]
        lines += [*format_table([["weights, scored on", *FIGURES], *rows]), ""]
    return lines + [f"{digest}  {name}" for name, digest in artefact.sha256.items()]


def _show(row: dict[str, Any]) -> list[str]:
    return [str(row["n"]), *(f"{row[name]:.4f}" for name in FIGURES[1:])]
