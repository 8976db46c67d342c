"""The model card of a model: a README.md as the Hugging Face Hub reads it. Needs Jinja2 and PyYAML.

Everything in it comes from the scorecard and from the model's own ``config.json`` and ``metrics.json``; a part that
these say nothing of is left out.
"""

import json
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final

import yaml

from tweetmoji.data.catalog import Dataset, identify, name_split
from tweetmoji.evaluate.report import tables
from tweetmoji.evaluate.report.page import make_captions
from tweetmoji.evaluate.report.plots import name_confusion
from tweetmoji.evaluate.report.provenance import TrainingData, find_base, list_stages, read_training_data
from tweetmoji.reporting.templates import render_template
from tweetmoji.runtime.artifact import SHIPPED, Artifact

TEMPLATE: Final = "evaluate/report/model_card.md.jinja"

HUB_METRICS: Final = MappingProxyType(
    {"accuracy": "accuracy", "macro_f1": "f1", "balanced_accuracy": "recall", "brier": "brier_score"}
)
"""Figures that the Hub has a name for (https://huggingface.co/metrics), and that name."""

HUB_SPLITS: Final = MappingProxyType({"val": "validation"})
"""What the Hub calls a split, where it differs."""

WEAKEST: Final = 3
"""Capabilities that the card names as limits."""


def render_model_card(scorecard: dict[str, Any], artifact: Artifact, figures: Iterable[str]) -> str:
    """The model card.

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
        artifact: The model that it is of.
        figures: Names of the figures in the folder ``figures`` beside it.
    """
    base, license_id = find_base(artifact.config.provenance)
    captions = make_captions(scorecard)
    trained, evaluated = _find_training_datasets(artifact), _find_evaluation_datasets(scorecard)
    return render_template(
        TEMPLATE,
        front_matter=_dump(make_front_matter(scorecard, artifact)),
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
        figures={figure: tables.escape_markdown(captions[figure]) for figure in figures},
        **_describe_training(artifact),
        **_describe_figures(scorecard),
    )


def make_front_matter(scorecard: dict[str, Any], artifact: Artifact) -> dict[str, Any]:
    """The metadata that the Hub reads, in the order in which they are written.

    Their format: https://github.com/huggingface/hub-docs/blob/main/modelcard.md

    Args:
        scorecard: As `tweetmoji.evaluate.scorecard.Scorecard.as_dict` gives it.
        artifact: The model that it is of.
    """
    base, license_id = find_base(artifact.config.provenance)
    content = {
        "language": "en",
        "license": license_id,
        "library_name": "tweetmoji",
        "pipeline_tag": "text-classification",
        "tags": ["emoji", "emotion", "tweets", "onnx"],
        "datasets": [dataset.hub_id for dataset in _find_training_datasets(artifact)],
        "base_model": base if "/" in base else "",
        "metrics": list(HUB_METRICS.values()) if scorecard["evaluations"] else [],
        "model-index": _index_results(scorecard, artifact.config.name),
    }
    return {key: value for key, value in content.items() if value}


def _dump(front_matter: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(front_matter, sort_keys=False, allow_unicode=True)
    return text


def _index_results(scorecard: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The figures of each split as the Hub's ``model-index``; empty if there are none."""
    results = [
        {
            "task": {"type": "text-classification", "name": "Text Classification"},
            "dataset": _index_dataset(evaluation),
            "metrics": [
                {
                    "type": metric,
                    "name": tables.METRIC_TITLES[figure],
                    "value": round(tables.read_metric(evaluation, figure), 4),
                }
                for figure, metric in HUB_METRICS.items()
            ],
        }
        for evaluation in scorecard["evaluations"]
    ]
    return [{"name": name, "results": results}] if results else []


def _index_dataset(evaluation: dict[str, Any]) -> dict[str, str]:
    split = HUB_SPLITS.get(evaluation["split"], evaluation["split"])
    dataset = identify(evaluation["source"], [evaluation["data_sha256"]])
    if dataset is None:
        return {"name": evaluation["source"], "type": evaluation["source"], "split": split}
    return {
        "name": f"{dataset.title} ({len(evaluation['labels'])} classes)",
        "type": dataset.hub_id,
        "config": dataset.hub_config,
        "split": split,
    }


def _list_datasets(datasets: Iterable[Dataset | None]) -> list[Dataset]:
    """The public datasets, each once."""
    return [dataset for dataset in dict.fromkeys(datasets) if dataset]


def _find_training_datasets(artifact: Artifact) -> list[Dataset]:
    return _list_datasets(part.dataset for part in read_training_data(artifact.config.provenance))


def _find_evaluation_datasets(scorecard: dict[str, Any]) -> list[Dataset]:
    return _list_datasets(
        identify(evaluation["source"], [evaluation["data_sha256"]]) for evaluation in scorecard["evaluations"]
    )


def _tabulate_data(data: Iterable[TrainingData]) -> list[list[str]]:
    rows = [["dataset", "texts trained on", "left out", "SHA-256"]]
    for part in data:
        digests = ", ".join(f"{split} {digest[:12]}…" for split, digest in part.sha256.items())
        rows.append([f"{part.title} ({part.source})", f"{part.train_texts:,}", f"{part.removed_texts:,}", digests])
    return rows


def _tabulate_settings(artifact: Artifact) -> list[list[str]]:
    """The settings of each stage in a column; what was chosen at the end is the last one's."""
    stages = [stage["settings"] for stage in list_stages(artifact.config.provenance) if "settings" in stage]
    names = dict.fromkeys(name for settings in stages for name in settings)
    rows = [[name.replace("_", " "), *(str(settings.get(name, "–")) for settings in stages)] for name in names]
    before = ["–"] * (len(stages) - 1)
    if "best_epoch" in artifact.metrics:
        rows.append(["epoch chosen on val", *before, str(artifact.metrics["best_epoch"])])
    rows.append(["temperature fitted on val", *before, str(artifact.config.temperature)])
    return [["setting", *(["value"] if len(stages) == 1 else [f"step {i + 1}" for i in range(len(stages))])], *rows]


def _describe_training(artifact: Artifact) -> dict[str, Any]:
    """What the card says of data and recipe, as Markdown; empty where the model says nothing."""
    data = read_training_data(artifact.config.provenance)
    return {
        "data": tables.render_table(_tabulate_data(data)) if data else "",
        "steps": len(list_stages(artifact.config.provenance)),
        "taught": any("distillation" in stage for stage in list_stages(artifact.config.provenance)),
        "cleared": any(part.removed_texts for part in data),
        "settings": tables.render_table(_tabulate_settings(artifact))
        if "settings" in artifact.config.provenance
        else "",
    }


def _describe_figures(scorecard: dict[str, Any]) -> dict[str, Any]:
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
                "confusion": name_confusion(evaluation),
                "classes": tables.render_table(tables.tabulate_classes(evaluation)),
            }
            for evaluation in scorecard["evaluations"]
        ],
        "other": tables.escape_markdown(", ".join(others)),
        "comparisons": tables.render_table(tables.tabulate_comparisons(scorecard)),
        "behavior": tables.render_behavior(scorecard) if scorecard["behavior"] else "",
        "weakest": _list_weakest(scorecard),
        "environment": tables.escape_markdown(", ".join([*versions, *hardware])),
    }


def _list_weakest(scorecard: dict[str, Any]) -> str:
    """The capabilities with the lowest pass rates, as Markdown."""
    capabilities = (scorecard["behavior"] or {"capabilities": []})["capabilities"]
    weakest = sorted(capabilities, key=lambda row: row["pass_rate"])[:WEAKEST]
    return tables.escape_markdown(", ".join(f"{row['capability']} ({row['passed']} of {row['n']})" for row in weakest))
