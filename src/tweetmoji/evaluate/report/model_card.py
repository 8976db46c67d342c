"""The model card of a model: a README.md for the Hugging Face Hub.

Everything in it comes from the scorecard and from the model's ``config.json`` and ``metrics.json``. A section without
content is left out.
"""

import json
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any, Final

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from tweetmoji.data.catalog import Dataset, identify, name_split
from tweetmoji.evaluate.report import tables
from tweetmoji.evaluate.report.details import list_details
from tweetmoji.evaluate.report.page import make_captions
from tweetmoji.evaluate.report.plots import has_confusion, name_confusion
from tweetmoji.evaluate.report.provenance import (
    TrainingData,
    find_base,
    list_stages,
    name_commands,
    read_training_data,
)
from tweetmoji.reporting.templates import render_template
from tweetmoji.runtime.artifact import SHIPPED, Artifact
from tweetmoji.runtime.config import ModelConfig

CARD: Final = "---\n{{ card_data }}\n---\n\n{{ body }}"
"""What the Hub's library fills in. The body has a template of ours: theirs would leave out a missing value silently."""

TEMPLATE: Final = "evaluate/report/model_card.md.jinja"

HUB_METRICS: Final = MappingProxyType(
    {"accuracy": "accuracy", "macro_f1": "f1", "balanced_accuracy": "recall", "brier": "brier_score"}
)
"""Metric to its name on the Hub (https://huggingface.co/metrics), for those that have one."""

HUB_SPLITS: Final = MappingProxyType({"val": "validation"})
"""Split to its name on the Hub, where it differs."""

MAX_WEAKEST: Final = 3
"""Weakest capabilities that the card names."""


def render_model_card(scorecard: dict[str, Any], artifact: Artifact, plots: Iterable[str]) -> str:
    """Render the model card.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
        artifact: The model that was scored.
        plots: Names of the plots in the folder ``plots`` beside the card.
    """
    base, license_id = find_base(artifact.config.provenance)
    captions = make_captions(scorecard)
    trained, evaluated = _find_training_datasets(artifact), _find_evaluation_datasets(scorecard)
    body = render_template(
        TEMPLATE,
        config=artifact.config,
        version=artifact.version,
        name=tables.escape_markdown(artifact.config.name),
        loads="" if artifact.folder == SHIPPED else json.dumps(artifact.config.name, ensure_ascii=False),
        megabytes=f"{len(artifact.weights) / 1e6:.1f}",
        labels=tables.render_table([["label", "emoji"], *artifact.config.emoji.items()]),
        base=tables.escape_markdown(base),
        license_id=license_id,
        trained=trained,
        evaluated=[dataset for dataset in evaluated if dataset not in trained],
        plots={plot: tables.escape_markdown(captions[plot]) for plot in plots},
        **_describe_training(artifact),
        **_describe_metrics(scorecard),
    )
    return str(ModelCard.from_template(make_metadata(scorecard, artifact), template_str=CARD, body=body))


def make_metadata(scorecard: dict[str, Any], artifact: Artifact) -> ModelCardData:
    """Make the metadata that the Hub reads from the top of the card.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
        artifact: The model that was scored.
    """
    base, license_id = find_base(artifact.config.provenance)
    return ModelCardData(
        language="en",
        license=license_id or None,
        library_name="tweetmoji",
        pipeline_tag="text-classification",
        tags=["emoji", "emotion", "tweets", "onnx"],
        datasets=[dataset.hub_id for dataset in _find_training_datasets(artifact) if dataset.hub_id] or None,
        base_model=base if "/" in base else None,
        metrics=list(HUB_METRICS.values()) if scorecard["evaluations"] else None,
        model_name=artifact.config.name,
        eval_results=_list_results(scorecard["evaluations"]) or None,
    )


def _list_results(evaluations: Iterable[dict[str, Any]]) -> list[EvalResult]:
    return [
        EvalResult(
            task_type="text-classification",
            task_name="Text Classification",
            **_identify_split(evaluation),
            metric_type=hub_name,
            metric_name=tables.METRIC_TITLES[name],
            metric_value=round(tables.read_metric(evaluation, name), 4),
        )
        for evaluation in evaluations
        for name, hub_name in HUB_METRICS.items()
    ]


def _identify_split(evaluation: dict[str, Any]) -> dict[str, str]:
    """Dataset and split of an evaluation, as `EvalResult` calls them."""
    split = HUB_SPLITS.get(evaluation["split"], evaluation["split"])
    dataset = identify(evaluation["source"], [evaluation["data_sha256"]])
    if dataset is None:
        return {"dataset_name": evaluation["source"], "dataset_type": evaluation["source"], "dataset_split": split}
    return {
        "dataset_name": f"{dataset.title}, {len(evaluation['labels'])} classes",
        "dataset_type": dataset.hub_id or evaluation["source"],
        **({"dataset_config": dataset.hub_config} if dataset.hub_config else {}),
        "dataset_split": split,
    }


def _list_datasets(datasets: Iterable[Dataset | None]) -> list[Dataset]:
    """The datasets that are known, each once."""
    return [dataset for dataset in dict.fromkeys(datasets) if dataset]


def _find_training_datasets(artifact: Artifact) -> list[Dataset]:
    return _list_datasets(part.dataset for part in read_training_data(artifact.config.provenance))


def _find_evaluation_datasets(scorecard: dict[str, Any]) -> list[Dataset]:
    return _list_datasets(
        identify(evaluation["source"], [evaluation["data_sha256"]]) for evaluation in scorecard["evaluations"]
    )


def _tabulate_data(data: Sequence[TrainingData]) -> list[list[str]]:
    """The sources; what an epoch takes, and how many texts deny a feeling, only where some source says so."""
    columns = {
        "dataset": [part.title for part in data],
        "source": [part.source for part in data],
        "texts trained on": [f"{part.train_texts:,}" for part in data],
    }
    if any(part.epoch_texts is not None for part in data):
        columns["texts of an epoch"] = [_show_count(part.epoch_texts, "all") for part in data]
    columns["left out"] = [f"{part.removed_texts:,}" for part in data]
    if any(part.removed_denials is not None for part in data):
        columns["denials left out"] = [_show_count(part.removed_denials, tables.MISSING) for part in data]
    columns["SHA-256"] = [
        ", ".join(f"{split} {digest[:12]}…" for split, digest in part.sha256.items()) for part in data
    ]
    return [list(columns), *(list(row) for row in zip(*columns.values(), strict=True))]


def _show_count(count: int | None, unknown: str) -> str:
    return unknown if count is None else f"{count:,}"


def _tabulate_settings(artifact: Artifact, stages: list[dict[str, Any]]) -> list[list[str]]:
    """The settings of each stage in a column; what was chosen or fitted on val belongs to the last one."""
    settings = [stage["settings"] for stage in stages]
    names = dict.fromkeys(name for one in settings for name in one)
    rows = [[name.replace("_", " "), *(str(one.get(name, tables.MISSING)) for one in settings)] for name in names]
    before = [tables.MISSING] * (len(stages) - 1)
    if "best_epoch" in artifact.metrics:
        rows.append(["epoch chosen on val", *before, str(artifact.metrics["best_epoch"])])
    rows += [[name, *before, value] for name, value in _list_calibration(artifact.config).items()]
    return [["setting", *(["value"] if len(stages) == 1 else [f"step {i + 1}" for i in range(len(stages))])], *rows]


def _list_calibration(config: ModelConfig) -> dict[str, str]:
    """What was fitted on val: its name to its value."""
    found = {
        "temperature fitted on val": str(config.temperature),
        "prior fitted on val": ", ".join(f"{label} {share:.3f}" for label, share in config.prior.items()),
    }
    if config.none:
        found["slope and offset of none fitted on val"] = f"{config.none.slope}, {config.none.offset}"
    if config.suggestions:
        found["temperature of suggestions fitted on val"] = str(config.suggestions.temperature)
    return found


def _describe_training(artifact: Artifact) -> dict[str, Any]:
    """What the card says of data and training, as Markdown; empty where the model says nothing."""
    data, stages = read_training_data(artifact.config.provenance), list_stages(artifact.config.provenance)
    return {
        "data": tables.render_table(_tabulate_data(data)) if data else "",
        "removed": any(part.removed_texts for part in data),
        "epochs_differ": any(part.epoch_texts is not None for part in data),
        "denials": any(part.removed_denials for part in data),
        "commands": " and then ".join(f"`{command}`" for command in name_commands(stages)),
        "steps": len(stages),
        "distilled": [i + 1 for i, stage in enumerate(stages) if "distillation" in stage],
        "settings": tables.render_table(_tabulate_settings(artifact, stages)) if stages else "",
    }


def _describe_metrics(scorecard: dict[str, Any]) -> dict[str, Any]:
    """What the card says of what was measured, as Markdown; empty where nothing was."""
    measured = scorecard["evaluations"] or scorecard["behavior"]
    others = {f"{row['with']['name']} {row['with']['version']}" for row in scorecard["comparisons"]}
    versions = [f"{package} {version}" for package, version in scorecard["versions"].items()]
    hardware = [str(value) for value in (scorecard["hardware"]["cpu"], scorecard["hardware"]["system"]) if value]
    return {
        "summary": tables.render_summary(scorecard) if measured else "",
        "splits": [
            {
                "name": tables.escape_markdown(name_split(evaluation)),
                "confusion": name_confusion(evaluation) if has_confusion(evaluation) else None,
                "classes": tables.render_table(tables.tabulate_classes(evaluation)),
            }
            for evaluation in scorecard["evaluations"]
        ],
        "details": [detail | {"table": tables.render_table(detail["table"])} for detail in list_details(scorecard)],
        "other": tables.escape_markdown(", ".join(others)),
        "comparisons": tables.render_table(tables.tabulate_comparisons(scorecard)),
        "behavior": tables.render_behavior(scorecard) if scorecard["behavior"] else "",
        "weakest": _list_weakest(scorecard),
        "environment": tables.escape_markdown(", ".join([*versions, *hardware])),
    }


def _list_weakest(scorecard: dict[str, Any]) -> str:
    """The capabilities with the lowest pass rates, as Markdown."""
    capabilities = (scorecard["behavior"] or {"capabilities": []})["capabilities"]
    weakest = sorted(capabilities, key=lambda row: row["pass_rate"])[:MAX_WEAKEST]
    return tables.escape_markdown(", ".join(f"{row['capability']} ({row['passed']} of {row['n']})" for row in weakest))
