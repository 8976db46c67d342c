"""``tweetmoji evaluate``: metrics of a model on splits of datasets and on behavioral cases."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tweetmoji.cli.options import (
    FOLDER,
    Prior,
    data_option,
    json_option,
    label_column_option,
    model_option,
    own_data_option,
    text_column_option,
    threads_option,
)
from tweetmoji.cli.terminal import format_json, format_table, print_lines, show_progress
from tweetmoji.data.names import EMOTION, SOURCES
from tweetmoji.errors import needs_extra

if TYPE_CHECKING:
    from tweetmoji.data import LabeledTexts
    from tweetmoji.runtime.emojifier import Emojifier

BEHAVIOR: Final = "behavior"
ALL: Final = "all"
"""Values of ``--source`` that are not names of datasets."""


@click.command("evaluate")
@data_option
@click.option(
    "--source",
    type=click.Choice([*SOURCES, BEHAVIOR, ALL]),
    default=EMOTION,
    show_default=True,
    help="What to score on: a dataset, the behavioral cases of tweetmoji, or all (every val and test split in DATA and "
    "OWN_DATA, and the cases).",
)
@click.option(
    "--split",
    type=click.Choice(["train", "val", "test", "full"]),
    help="Split to score on; full is the one split of a single table.  [default: test, else the last one]",
)
@text_column_option
@label_column_option
@own_data_option
@click.option("--compare", type=FOLDER, metavar="MODEL", help="Another model to compare with on the same texts.")
@click.option(
    "--report",
    type=FOLDER,
    help="Write evaluation.json, a page, plots, a model card and the most confident mistakes there.",
)
@click.option(
    "--prior",
    type=Prior(),
    metavar="PRIOR",
    help="Score the models with another prior, as tweetmoji predict --prior has it. Goes without --report.",
)
@json_option
@model_option
@threads_option
def command(
    data: Path | None,
    source: str,
    split: str | None,
    text_column: str,
    label_column: str,
    own_data: Path | None,
    compare: Path | None,
    report: Path | None,
    prior: str | Mapping[str, float] | None,
    as_json: bool,
    model: Path | None,
    threads: int | None,
) -> None:
    """Measure a model: accuracy, F1, log loss, calibration, behavioral cases.

    Each metric comes with a 95 % bootstrap interval. A source with fewer classes than the model has labels is scored on
    its own classes; texts without an emotion are left out, except where none is an answer. Emotion's test split is
    scored a second time without the texts that deny a feeling, whose labels are wrong. Needs the extra evaluate:
    pip install '.[evaluate]' in a clone.

    \b
      tweetmoji evaluate --data data --source all --report report
      tweetmoji evaluate --data data --source tweeteval --split val --compare my-model
      tweetmoji evaluate --data data --own-data repository/data --source written
      tweetmoji evaluate --source behavior
      tweetmoji evaluate --data mine.csv --source table --text-column tweet --label-column mood --json
    """
    from tweetmoji.evaluate.scorecard import fill_scorecard
    from tweetmoji.runtime.emojifier import load

    if compare and source == BEHAVIOR:
        raise click.UsageError(f"--compare goes with splits of datasets, not with --source {source}")
    if report and prior:
        raise click.UsageError("--prior does not go with --report, which describes the model as it is")
    if report:
        with needs_extra("evaluate"):  # a missing package is reported before the work begins
            from tweetmoji.evaluate.report.write import write_report
        from tweetmoji.runtime.artifact import SHIPPED, read_artifact
    emojifier = load(model, threads=threads, prior=prior)
    options = {"text_column": text_column, "label_column": label_column, "own_data": own_data}
    splits = _read_splits(data, source, split, emojifier, options)
    with show_progress(splits, "scoring") as shown:
        scorecard = fill_scorecard(
            emojifier,
            shown,
            behavior=source in (BEHAVIOR, ALL),
            other=load(compare, threads=threads, prior=prior) if compare else None,
            mistakes=report / "mistakes" if report else None,
        ).as_dict()
    if prior:
        scorecard["prior"] = emojifier.prior
    if report:
        write_report(scorecard, read_artifact(model or SHIPPED), report)
    print_lines([format_json(scorecard, indent=2)] if as_json else _format(scorecard))


def _read_splits(
    data: Path | None, source: str, split: str | None, emojifier: "Emojifier", options: dict[str, Any]
) -> "list[LabeledTexts]":
    """Read the splits to score on."""
    if split is not None and source in (BEHAVIOR, ALL):
        raise click.UsageError(f"--split {split} does not go with --source {source}")
    if source == BEHAVIOR:
        return []
    from tweetmoji.data import open_source
    from tweetmoji.evaluate.scorecard import read_all_splits, read_splits

    if source == ALL:
        if data is None:
            raise click.UsageError("--source all needs the root of the datasets: --data DIR or TWEETMOJI_DATA_DIR")
        return read_all_splits(data, emojifier.labels, options["own_data"], suggestions=emojifier.suggestions)
    return read_splits(open_source(source, data, emojifier.labels, **options), split)


def _format(scorecard: dict[str, Any]) -> list[str]:
    """Format a scorecard as tables."""
    from tweetmoji.evaluate.report.details import list_details

    model = scorecard["model"]
    lines = [f"{model['name']} {model['version']}; in brackets: 95 % intervals"]
    if prior := scorecard.get("prior"):
        lines.append(f"prior: {', '.join(f'{label} {share:.4f}' for label, share in prior.items())}")
    for evaluation in scorecard["evaluations"]:
        lines += ["", *_format_evaluation(evaluation)]
    for detail in list_details(scorecard):
        lines += ["", detail["title"].lower(), "", *format_table(detail["table"])]
    for comparison in scorecard["comparisons"]:
        lines += ["", *_format_comparison(comparison)]
    if scorecard["behavior"]:
        lines += ["", *_format_behavior(scorecard["behavior"])]
    return lines


def _format_evaluation(evaluation: dict[str, Any]) -> list[str]:
    from tweetmoji.evaluate.report.tables import METRIC_TITLES, read_metric

    metrics = evaluation["metrics"]
    summary = [
        [title, f"{read_metric(evaluation, name):.4f}", _format_interval(evaluation["intervals"][name])]
        for name, title in METRIC_TITLES.items()
    ]
    classes = [["class", "n", "precision", "recall", "F1"]] + [
        [label, str(row["n"]), *(f"{row[name]:.4f}" for name in ("precision", "recall", "f1"))]
        for label, row in metrics["per_class"].items()
    ]
    title = f"{evaluation['source']} {evaluation['split']}, n = {metrics['n']}"
    return [title, "", *format_table(summary), "", *format_table(classes)]


def _format_comparison(comparison: dict[str, Any]) -> list[str]:
    from tweetmoji.evaluate.report.tables import METRIC_TITLES, show_probability

    other, p = comparison["with"], show_probability(comparison["p_value"])
    p = p if p.startswith("<") else f"= {p}"
    differences = [
        [METRIC_TITLES[name], f"{row['value']:+.4f}", _format_interval(row)]
        for name, row in comparison["differences"].items()
    ]
    return [
        f"{other['name']} {other['version']} minus this model, {comparison['source']} {comparison['split']}",
        "",
        *format_table(differences),
        "",
        f"right where the other is wrong: this model {comparison['only_first_right']} times, {other['name']} "
        f"{comparison['only_second_right']} times; McNemar's exact test: p {p}",
    ]


def _format_behavior(behavior: dict[str, Any]) -> list[str]:
    rows = [["capability", "passed", "of", "rate", "95 % interval", "wrong at 0.9 or more"]] + [
        [
            *(row["capability"], str(row["passed"]), str(row["n"]), f"{row['pass_rate']:.2f}"),
            *(_format_interval(row, 2), str(row["confident_mistakes"])),
        ]
        for row in [*behavior["capabilities"], behavior["total"]]
    ]
    return ["behavioral cases", "", *format_table(rows)]


def _format_interval(interval: dict[str, float], digits: int = 4) -> str:
    return f"[{interval['low']:.{digits}f}, {interval['high']:.{digits}f}]"
