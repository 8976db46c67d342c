"""The generated parts of the documents, each rendered from a result file or from the program."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import serving_parts as serving
from bench_inference_parts import PARTS as INFERENCE_PARTS
from emoticon_counts import render_emoticons
from experiments import tables as experiments
from graph_parts import render_arithmetic
from http_parts import render_http
from label_parts import render_label, render_scale
from metrics_parts import render_metrics
from page_parts import render_page
from robustness_parts import render_overload, render_soak
from scale_simulation import render_simulation
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

ROOT = Path(__file__).parent.parent
EVALUATION = "docs/evaluation/evaluation.json"
PLOTS = "docs/evaluation/plots"
SERVING = "benchmarks/results/serving.json"
SOAK = "benchmarks/results/soak.json"
OVERLOAD = "benchmarks/results/overload.json"
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


def read_json(path: str) -> dict[str, Any]:
    """Read a JSON file of the repository."""
    content: dict[str, Any] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return content


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


def render_summary() -> str:
    """The shipped model on every split and on the behavioral cases."""
    return tables.render_summary(read_json(EVALUATION))


def render_behavior() -> str:
    """The pass rates of the shipped model by capability."""
    return tables.render_behavior(read_json(EVALUATION))


def render_classes() -> str:
    """The metrics of each class on every split."""
    return "\n\n".join(
        f"{name_split(evaluation)}:\n\n{tables.render_table(tables.tabulate_classes(evaluation))}"
        for evaluation in read_json(EVALUATION)["evaluations"]
    )


def render_detail(name: str) -> str:
    """A table of what only some splits have, with what its rows mean."""
    detail = DETAILS[name]
    table = detail.tabulate(read_json(EVALUATION))
    return f"{detail.about}\n\n{tables.render_table(table) if table else 'Not measured.'}"


def render_audit() -> str:
    """Classes, copies and likely label errors of the emotion dataset."""
    audit = read_json("docs/audit/emotion.json")
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
    first, second, third = (read_json(f"docs/experiments/{name}-model.json") for name in ("first", "second", "third"))
    return experiments.render_shipped(
        [
            experiments.Shipped("first: MiniLM on Emotion alone", "bcbf64a", first),
            experiments.Shipped("second: distilled, a last pass over TweetEval", "6f93a86", second),
            experiments.Shipped("third: distilled once, on texts of our own too", "2cf4ffc", third),
            experiments.Shipped("**fourth**: more of our own texts, denials read", "present", read_json(EVALUATION)),
        ]
    )


def render_targets() -> str:
    """The shipped model against its targets."""
    earlier = {name: read_json(f"docs/experiments/{name}-model.json") for name in ("second", "third")}
    return experiments.render_targets(earlier, read_json(EVALUATION))


def render_teachers() -> str:
    """The teacher of the second model and that of the present one."""
    logits = read_teacher_logits(ROOT / "docs/experiments/teacher-logits.npz")
    second = read_json("docs/experiments/second-teacher.json")
    return experiments.render_teachers({"teacher of the second model": second, "present teacher": logits.provenance})


def render_card() -> str:
    """The model card of the shipped model."""
    plots = sorted(path.stem for path in (ROOT / PLOTS).glob("*.svg"))
    return render_model_card(read_json(EVALUATION), read_artifact(SHIPPED), plots)


def render_installation() -> str:
    """Size, start and memory of the base installation."""
    result = read_json("benchmarks/results/installation.json")
    rows = [
        ["installed with all dependencies", f"{result['installed_mb']:.0f} MB"],
        ["of which the model", f"{result['model_mb']:.1f} MB"],
        [f'`tweetmoji "…"` from a cold start, median of {result["runs"]}', f"{result['cold_start_s']:.2f} s"],
        ["peak memory of that process", f"{result['peak_memory_mb']:.0f} MB"],
    ]
    return make_table(["base installation", f"{result['hardware']['cores']} cores"], rows)


def render_container() -> str:
    """Size, start, stop and memory of the container."""
    result = read_json("benchmarks/results/container.json")
    rows = [
        ["our layers, on top of the base image", f"{result['our_layers_mb']:.0f} MB"],
        [f"first answer after the start, median of {result['runs']}", f"{result['first_answer_s']:.2f} s"],
        [f"stop after SIGTERM, idle, median of {result['runs']}", f"{result['stop_s']:.2f} s"],
        ["memory at rest", f"{result['memory_at_rest_mb']:.0f} MB"],
    ]
    return make_table(["container", f"{result['hardware']['cores']} cores"], rows)


def render_targets_of_speed() -> str:
    """Every speed target against what was measured."""
    return render_speed_targets(*(read_json(f"benchmarks/results/{name}.json") for name in RESULTS_OF_SPEED))


def render_serving_throughput() -> str:
    """Throughput, processor time, memory and start of the servers."""
    return serving.render_throughput(read_json(SERVING))


def render_serving_latency() -> str:
    """Latency of the servers."""
    return serving.render_latency(read_json(SERVING))


def render_serving_library() -> str:
    """Our server beside the library."""
    return serving.render_library(read_json(SERVING))


def render_serving_accuracy() -> str:
    """The static classifier's accuracy beside ours."""
    return serving.render_static_accuracy(read_json(SERVING))


def render_page_speed() -> str:
    """How fast the page answers."""
    return render_page(read_json("benchmarks/results/page.json"))


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


PARTS: dict[str, Callable[[], str]] = {
    "highlights": render_highlights,
    "metrics": render_metrics,
    "soak": lambda: render_soak(read_json(SOAK)),
    "overload": lambda: render_overload(read_json(OVERLOAD)),
    "label": render_label,
    "scale": render_scale,
    "scale_simulation": render_simulation,
    "peers": render_peers,
    "audit": render_audit,
    "shipped": render_shipped,
    "targets": render_targets,
    "teachers": render_teachers,
    "summary": render_summary,
    "behavior": render_behavior,
    "classes": render_classes,
    **{name: partial(render_detail, name) for name in DETAILS},
    "installation": render_installation,
    "container": render_container,
    "arithmetic": render_arithmetic,
    "emoticons": render_emoticons,
    **INFERENCE_PARTS,
    "speed_targets": render_targets_of_speed,
    "serving_throughput": render_serving_throughput,
    "serving_latency": render_serving_latency,
    "serving_library": render_serving_library,
    "serving_accuracy": render_serving_accuracy,
    "page": render_page_speed,
    "help": render_help,
    "http": render_http,
}
"""Name of a generated part to what renders it."""
