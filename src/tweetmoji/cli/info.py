"""``tweetmoji info``: the model's labels, prior and suggestions, its metrics, and the checksums of its files."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tweetmoji.cli.options import json_option, model_option
from tweetmoji.cli.terminal import format_json, format_table, print_lines
from tweetmoji.runtime.artifact import SHIPPED, Artifact, read_artifact
from tweetmoji.runtime.metrics import METRIC_NAMES, summarize


@click.command("info")
@json_option
@model_option
def command(as_json: bool, model: Path | None) -> None:
    """Show the model: labels and emoji, prior, suggestions, metrics, checksums.

    \b
      tweetmoji info
      tweetmoji info --json --model my-model
    """
    from tweetmoji.runtime.classifier import Classifier  # imports the engine, which takes a while

    artifact = read_artifact(model or SHIPPED)
    Classifier(artifact)  # checks what reading cannot: that the parts load and fit each other
    print_lines([format_json(_describe(artifact), indent=2)] if as_json else _format(artifact))


def _describe(artifact: Artifact) -> dict[str, Any]:
    config = artifact.config
    return {
        "name": config.name,
        "version": artifact.version,
        "labels": list(config.labels),
        "emoji": {label: config.emoji[label] for label in config.labels},
        "max_tokens": config.max_tokens,
        "temperature": config.temperature,
        "prior": {label: config.prior[label] for label in config.labels},
        "none": asdict(config.none) if config.none else None,
        "suggestions": asdict(config.suggestions) if config.suggestions else None,
        "provenance": config.provenance,
        "metrics": artifact.metrics,
        "sha256": artifact.sha256,
    }


def _format(artifact: Artifact) -> list[str]:
    config = artifact.config
    lines = [
        f"model     {config.name}, version {artifact.version}",
        f"labels    {', '.join(f'{label} {config.emoji[label]}' for label in config.labels)}",
        f"prior     {', '.join(f'{label} {config.prior[label]:.4f}' for label in config.labels)}",
        f"none      {'has a probability' if config.none else 'is not known: each tweet gets a label'}",
        f"suggests  {' '.join(config.suggestions.emoji) if config.suggestions else 'no other emoji'}",
        f"reads     {config.max_tokens} tokens of a tweet",
        "",
    ]
    scored = summarize(artifact.metrics)
    if scored:
        rows = [[f"{row['weights']}, {row['source']} {row['split']}", *_show(row)] for row in scored]
        lines += [*format_table([["weights, scored on", *METRIC_NAMES], *rows]), ""]
    return lines + [f"{digest}  {name}" for name, digest in artifact.sha256.items()]


def _show(row: dict[str, Any]) -> list[str]:
    return [str(row["n"]), *(f"{row[name]:.4f}" for name in METRIC_NAMES[1:])]
