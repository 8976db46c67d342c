"""The generated parts of the documents, each rendered from a result file or from the program."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from click.testing import CliRunner

import benchmark_parts as benchmarks
import serving_parts as serving
from annotation import rows as annotated
from annotation import summary as annotations
from emoticon_counts import render_emoticons
from experiments import tables as experiments
from experiments import teacher_on_tweets
from http_parts import render_http
from inference_parts import render_inference, render_inference_ratios
from json_files import ROOT, read_json
from kubernetes_parts import render_resources
from label_parts import render_label, render_scale
from metrics_parts import render_metrics
from robustness_parts import render_overload, render_soak
from scale_simulation import render_simulation
from second_reading import render_second
from speed_targets import render_speed_targets
from tweetmoji.cli.app import COMMANDS, app
from tweetmoji.data.catalog import name_split
from tweetmoji.evaluate.report import tables
from tweetmoji.evaluate.report.details import DETAILS
from tweetmoji.evaluate.report.model_card import render_model_card
from tweetmoji.evaluate.report.tables import MISSING, make_table
from tweetmoji.runtime.artifact import SHIPPED, read_artifact
from tweetmoji.runtime.metrics import summarize
from tweetmoji.train.distillation.teacher_logits import read_teacher_logits

EVALUATION = "docs/evaluation/evaluation.json"
EXPERIMENTS = "docs/experiments"
PLOTS = "docs/evaluation/plots"
INFERENCE = "benchmarks/results/inference.json"
SERVING = "benchmarks/results/serving.json"
LABEL = "benchmarks/results/label.json"
SOAK = "benchmarks/results/soak.json"
EARLIER = ("second", "third", "fourth", "fifth")
RESULTS_OF_SPEED = ("inference", "serving", "installation", "page")

WEIGHTS = {"int8": "**tweetmoji**, int8 as shipped", "float32": "tweetmoji before quantization, float32"}
"""Weights of the shipped model to their row in the table of peers."""

HIGHLIGHTS = (
    ("accuracy", ("emotion", "test"), "accuracy"),
    ("accuracy", ("emotion", "test-without-denials"), "accuracy"),
    ("accuracy", ("annotated", "test"), "accuracy"),
    ("macro-F1", ("goemotions", "test"), "macro_f1"),
    ("ECE", ("goemotions", "test"), "ece"),
)
"""Metrics that README shows: title, source and split, name."""


def render_peers() -> str:
    """The shipped model beside published metrics of others, on the test split of emotion."""
    cited = read_json("docs/cited.json")
    metrics = json.loads((SHIPPED / "metrics.json").read_text(encoding="utf-8"))
    rows = [
        (row | cited["base"], WEIGHTS[row["weights"]])
        for row in summarize(metrics)
        if (row["source"], row["split"]) == ("emotion", "test")
    ]
    for row in cited["emotion_test"]["rows"]:
        link = row["source"].split()[0]
        rows.append((row, f"[{row['model'].split(',')[0]}]({link}) ({row['date']})"))
    return make_table(
        ["model", "parameters", "accuracy", "macro-F1", "log loss", "ECE"],
        [
            [
                name,
                f"{row['parameters_m']} M",
                *(_show(row.get(key)) for key in ("accuracy", "macro_f1", "log_loss", "ece")),
            ]
            for row, name in rows
        ],
    )


def render_highlights() -> str:
    """Three numbers of rightness and four of speed, each with a link to its result file."""
    scored = {(row["source"], row["split"]): row for row in read_json(EVALUATION)["evaluations"]}
    rows = [
        [f"{title}, {name_split(scored[key])}", _show_interval(scored[key], metric), f"[evaluation]({EVALUATION})"]
        for title, key, metric in HIGHLIGHTS
    ]
    installation, container, inference, serving_result = (
        read_json(f"benchmarks/results/{name}.json") for name in ("installation", "container", "inference", "serving")
    )
    over_engines = {row["to"]: row["texts_per_s"]["median"] for row in inference["ratios"] if row["job"] == "list"}
    over_servers = {name: row["16"]["requests_per_s"] for name, row in serving_result["ratios"]["to_peers"].items()}
    start = f"first emoji from a cold start, median of {installation['runs']}"
    first = f"first emoji after `docker run`, median of {container['runs']}"
    rows += [
        [start, f"{installation['cold_start_s']:.2f} s", _link_result("installation")],
        [first, f"{container['first_answer_s']:.2f} s", _link_result("container")],
        ["a list of tweets, over OpenVINO's int8", f"{over_engines['openvino']:.2f}×", _link_result("inference")],
        ["requests/s at 16 connections, over LitServe", f"{over_servers['litserve']:.1f}×", _link_result("serving")],
    ]
    return make_table([f"{installation['hardware']['cores']} cores, no GPU", "", "result file"], rows)


def _show_interval(evaluation: dict[str, Any], metric: str) -> str:
    value = tables.read_metric(evaluation, metric)
    return tables.show(value, evaluation["intervals"][metric])


def _link_result(name: str) -> str:
    return f"[{name}](benchmarks/results/{name}.json)"


def render_classes(scorecard: dict[str, Any]) -> str:
    """The metrics of each class on every split."""
    return "\n\n".join(
        f"{name_split(evaluation)}:\n\n{tables.render_table(tables.tabulate_classes(evaluation))}"
        for evaluation in scorecard["evaluations"]
    )


def render_detail(name: str, scorecard: dict[str, Any]) -> str:
    """A table of what only some splits have, with what its rows mean."""
    detail = DETAILS[name]
    table = detail.tabulate(scorecard)
    return f"{detail.about}\n\n{tables.render_table(table) if table else 'Not measured.'}"


def render_audit(audit: dict[str, Any]) -> str:
    """Classes, copies and likely label errors of the emotion dataset."""
    splits = audit["splits"]
    rows = [["texts", *(f"{split['n']:,}" for split in splits.values())]]
    for label in audit["labels"]:
        counts = [split["classes"][label] for split in splits.values()]
        rows.append([label, *(f"{count['n']:,} ({count['share']:.1%})" for count in counts)])
    rows.append(["duplicates with the same label", *(str(len(audit["duplicates"][name])) for name in splits)])
    rows.append(["duplicates with different labels", *(str(len(audit["conflicts"][name])) for name in splits)])
    table = make_table(["", *splits], rows)
    shared = "; ".join(
        f"{leak['first']} and {leak['second']} share {len(leak['texts'])} texts, "
        f"{sum(text['first']['labels'] != text['second']['labels'] for text in leak['texts'])} with another label"
        for leak in audit["leakage"]
    )
    errors = audit["label_errors"]
    suspects = f"Confident learning suspects {len(errors['suspects']):,} of {errors['scored']:,} labels of train"
    return f"{table}\n\n{shared[0].upper()}{shared[1:]}. {suspects}."


def render_shipped() -> str:
    """Every model that shipped."""
    names = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / EXPERIMENTS).glob("*-model*.json"))]
    scorecards = {card["model"]["version"]: card for card in map(read_json, [*names, EVALUATION])}
    models = read_json(f"{EXPERIMENTS}/shipped.json")
    return experiments.render_shipped(models, scorecards, experiments.SHIPPED_MODELS)


def render_targets() -> str:
    """The shipped model against its targets."""
    earlier = read_earlier()
    second = experiments.with_folds(earlier["second"], read_json(f"{EXPERIMENTS}/second-cross-validation.json"))
    present = experiments.with_folds(read_json(EVALUATION), read_json(f"{EXPERIMENTS}/fifth-cross-validation.json"))
    return experiments.render_targets(earlier | {"second": second}, present)


def read_earlier() -> dict[str, experiments.Scorecard]:
    """The scorecards of the models before the present one that were scored on the same cases, by their name."""
    return {name: read_json(f"{EXPERIMENTS}/{name}-model.json") for name in EARLIER}


def render_teachers() -> str:
    """The teacher of the second model and that of the present one."""
    logits = read_teacher_logits(ROOT / "docs/experiments/teacher-logits.npz")
    second = read_json("docs/experiments/second-teacher.json")
    return experiments.render_teachers({"teacher of the second model": second, "present teacher": logits.provenance})


def render_annotations() -> str:
    """The labels of the annotated tweets, and the agreement of their readers."""
    return annotations.render_table(annotations.summarize(**annotated.read_parts(ROOT / "data/annotated")))


def render_card() -> str:
    """The model card of the shipped model."""
    plots = sorted(path.stem for path in (ROOT / PLOTS).glob("*.svg"))
    return render_model_card(read_json(EVALUATION), read_artifact(SHIPPED), plots)


def render_targets_of_speed() -> str:
    """Every speed target against what was measured."""
    return render_speed_targets(*(read_json(f"benchmarks/results/{name}.json") for name in RESULTS_OF_SPEED))


def render_help() -> str:
    """The help of every command."""
    runner = CliRunner()
    parts = []
    for name in ["", *COMMANDS]:
        words = [name] if name else []
        text = runner.invoke(app, [*words, "--help"], prog_name="tweetmoji", terminal_width=100).output
        parts.append(f"## tweetmoji {name}".rstrip() + f"\n\n```text\n{text.rstrip()}\n```")
    return "\n\n".join(parts)


def _show(value: float | None) -> str:
    """A metric, or a dash if it is not published."""
    return MISSING if value is None else f"{value:.3f}"


OF_ONE_FILE: dict[str, tuple[Callable[[dict[str, Any]], str], str]] = {
    "summary": (tables.render_summary, EVALUATION),
    "behavior": (tables.render_behavior, EVALUATION),
    "classes": (render_classes, EVALUATION),
    **{name: (partial(render_detail, name), EVALUATION) for name in DETAILS},
    "audit": (render_audit, "docs/audit/emotion.json"),
    "emoticons": (render_emoticons, "docs/emoticons.json"),
    "teacher_on_tweets": (teacher_on_tweets.render, teacher_on_tweets.OUTPUT),
    "installation": (benchmarks.render_installation, "benchmarks/results/installation.json"),
    "container": (benchmarks.render_container, "benchmarks/results/container.json"),
    "arithmetic": (benchmarks.render_arithmetic, "benchmarks/results/arithmetic.json"),
    "operators": (benchmarks.render_operators, "benchmarks/results/operators.json"),
    "page": (benchmarks.render_page, "benchmarks/results/page.json"),
    "inference": (render_inference, INFERENCE),
    "inference_ratios": (render_inference_ratios, INFERENCE),
    "serving_throughput": (serving.render_throughput, SERVING),
    "serving_latency": (serving.render_latency, SERVING),
    "serving_library": (serving.render_library, SERVING),
    "serving_accuracy": (serving.render_static_accuracy, SERVING),
    "soak": (render_soak, SOAK),
    "overload": (render_overload, "benchmarks/results/overload.json"),
    "label": (render_label, LABEL),
    "scale": (render_scale, LABEL),
    "scale_simulation": (render_simulation, LABEL),
}
"""Name of a part that comes from one result file to what renders the content of this file, and its path."""


def render_file(render: Callable[[dict[str, Any]], str], path: str) -> str:
    """Render the content of a result file, if there is one yet."""
    return render(read_json(path)) if (ROOT / path).is_file() else "Not measured."


PARTS: dict[str, Callable[[], str]] = {
    **{name: partial(render_file, *source) for name, source in OF_ONE_FILE.items()},
    "highlights": render_highlights,
    "annotations": render_annotations,
    "second_reading": partial(render_second, ROOT / "data/written"),
    "peers": render_peers,
    "shipped": render_shipped,
    "targets": render_targets,
    "teachers": render_teachers,
    "resources": render_resources,
    "speed_targets": render_targets_of_speed,
    "metrics": render_metrics,
    "help": render_help,
    "http": render_http,
}
"""Name of a generated part to what renders it."""
