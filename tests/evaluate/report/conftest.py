"""Small handmade scorecards in the form of `Scorecard.as_dict`, and the tiny model that they are of."""

import copy
from dataclasses import replace

import pytest

from tweetmoji.data.sources.hub import SHA256
from tweetmoji.runtime.artifact import with_changes

NAMES = (
    *("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "log_loss", "brier", "ece"),
    *("accuracy_at_50", "top_3_accuracy"),
)


def make_evaluation(source, split, *, labels=("joy", "love"), sha256="ab" * 32):
    """Ten texts, seven of the first class and three of the second; all metrics differ from each other."""
    metrics = {name: round(0.811 + i / 100, 3) for i, name in enumerate(NAMES[:-2])}
    return {
        "model": {"name": "tiny", "version": "0"},
        "source": source,
        "split": split,
        "data_sha256": sha256,
        "labels": list(labels),
        "metrics": {
            "n": 10,
            **metrics,
            "per_class": {
                labels[0]: {"n": 7, "precision": 0.661, "recall": 0.662, "f1": 0.663},
                labels[1]: {"n": 3, "precision": 0.671, "recall": 0.672, "f1": 0.673},
            },
            "confusion": [[6, 1], [3, 0]],
        },
        "accuracy_at_50": 0.912,
        "top_3_accuracy": 0.922,
        "intervals": {name: {"low": round(0.511 + i / 100, 3), "high": 0.951} for i, name in enumerate(NAMES)},
        "reliability": [
            {"low": 0.4, "high": 0.5, "n": 2, "confidence": 0.45, "accuracy": 0.5},
            {"low": 0.9, "high": 1.0, "n": 8, "confidence": 0.95, "accuracy": 0.75},
        ],
        "selective": [
            {"coverage": 0.5, "n": 5, "min_confidence": 0.93, "accuracy": 0.8},
            {"coverage": 1.0, "n": 10, "min_confidence": 0.42, "accuracy": 0.6},
        ],
        "none": None,
        "uniform_prior": None,
        "pairs": None,
        "capabilities": None,
    }


def add_details(evaluation):
    """Fill in what only some splits have."""
    names = ("confidence_roc_auc", "none_roc_auc", "accuracy", "macro_f1", "ece")
    shared = {"intervals": {name: {"low": 0.1, "high": 0.9} for name in {*names, "balanced_accuracy"}}}
    evaluation["none"] = {"n": 4} | {name: 0.7 + i / 100 for i, name in enumerate(names)} | shared
    evaluation["uniform_prior"] = {"accuracy": 0.601, "balanced_accuracy": 0.602, "macro_f1": 0.603} | shared
    evaluation["pairs"] = {"n": 8, "right": 2, "rate": 0.25, "low": 0.07, "high": 0.59}
    evaluation["capabilities"] = {"irony": {"n": 5, "right": 4, "rate": 0.8, "low": 0.38, "high": 0.96}}
    return evaluation


def make_result(capability, passed, n, failed=()):
    return {
        "capability": capability,
        "description": f"What {capability} is.",
        "kind": "label",
        "n": n,
        "passed": passed,
        "pass_rate": passed / n,
        "low": passed / n / 2,
        "high": (1 + passed / n) / 2,
        "confident_mistakes": len(failed) - 1 if failed else 0,
        "failed": list(failed),
    }


def make_comparison(source, split, **changes):
    differences = {name: {"value": 0.0123, "low": -0.0045, "high": 0.0301} for name in NAMES}
    comparison = {
        "with": {"name": "rival", "version": "fedcba987654"},
        "source": source,
        "split": split,
        "n": 10,
        "only_first_right": 1,
        "only_second_right": 4,
        "p_value": 0.375,
        "differences": differences,
    }
    return comparison | changes


@pytest.fixture(scope="session")
def artifact(tiny_artifact):
    """The tiny model with the provenance of a model trained on the emotion dataset."""
    provenance = {
        "base": "all-MiniLM-L6-v2",
        "base_sha256": "cd" * 32,
        "data": {"emotion": {"train_texts": 15984, "removed_texts": 16, "sha256": dict(SHA256)}},
        "settings": {"epochs": 3, "encoder_lr": 0.0002},
    }
    return with_changes(tiny_artifact, config=replace(tiny_artifact.config, provenance=provenance))


@pytest.fixture(scope="session")
def scorecard(artifact):
    """A scorecard with two splits, a comparison on each, and behavioral cases; not to be changed."""
    return {
        "model": {"name": "tiny", "version": artifact.version},
        "seed": 0,
        "resamples": 1000,
        "evaluations": [make_evaluation("emotion", "val", sha256=SHA256["val"]), make_evaluation("tweeteval", "val")],
        "behavior": {
            "capabilities": [
                make_result("irony", 1, 4, ["irony-01", "irony-02", "irony-04"]),
                make_result("case", 3, 3),
            ],
            "total": make_result("total", 4, 7, ["irony-01", "irony-02", "irony-04"]),
            "mistakes": [
                {"id": "irony-02", "text": "oh | great", "accept": ["anger", "sadness"], "label": "joy", "score": 0.954}
            ],
        },
        "comparisons": [
            make_comparison("emotion", "val"),
            make_comparison("tweeteval", "val", only_first_right=2, p_value=0.00001),
        ],
        "versions": {"python": "3.11.0", "numpy": "2.0.0"},
        "hardware": {"cpu": "Some CPU", "cores": 2, "system": "Linux x86_64"},
    }


@pytest.fixture(scope="session")
def report(scorecard, artifact, tmp_path_factory):
    """The folder of a report of that scorecard; not to be changed."""
    from tweetmoji.evaluate.report.write import write_report

    folder = tmp_path_factory.mktemp("written") / "made" / "report"
    write_report(scorecard, artifact, folder)
    return folder


@pytest.fixture
def full(scorecard):
    """A copy of that scorecard."""
    return copy.deepcopy(scorecard)


@pytest.fixture
def splits_only(scorecard):
    return copy.deepcopy(scorecard) | {"behavior": None, "comparisons": []}


@pytest.fixture
def cases_only(scorecard):
    return copy.deepcopy(scorecard) | {"evaluations": [], "comparisons": []}


@pytest.fixture(scope="session")
def evaluation_of():
    """Make an evaluation of other labels."""
    return make_evaluation


@pytest.fixture
def detailed(scorecard):
    """That scorecard; the first split has none, written texts and a uniform prior, and a third one has emoji."""
    copied = copy.deepcopy(scorecard)
    add_details(copied["evaluations"][0])
    many = make_evaluation("emoji", "val", labels=("❤", "😂"))
    many["labels"] = list("❤😂☀✨📷💙💕💜🎄💯🔥")
    copied["evaluations"].append(many)
    return copied
