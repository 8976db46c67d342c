"""Writes the generated parts of the documents: tables from result files, help texts from the program, the model card.

A generated part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``. Run ``python tools/render.py`` to
write the parts anew, ``python tools/render.py --check`` to fail where one is out of step with its source;
``--figures`` subsamples the figures of ``docs/evaluation`` anew, too.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from click.testing import CliRunner
from experiments import tables as experiments
from experiments.figure import write_frontier_plot

from tweetmoji.cli.app import COMMANDS, app
from tweetmoji.evaluate.report import tables
from tweetmoji.evaluate.report.model_card import render_model_card
from tweetmoji.evaluate.report.plots import write_plots
from tweetmoji.evaluate.report.tables import make_table
from tweetmoji.runtime.artifact import SHIPPED, read_artifact
from tweetmoji.runtime.emojifier import load
from tweetmoji.runtime.metrics import summarize

ROOT = Path(__file__).parent.parent
PICTURE = "docs/picture.svg"
PICTURED = ("Today is a good day!", "I miss you so much", "How dare they!")
EMOJI_FONTS = "Apple Color Emoji, Segoe UI Emoji, Noto Color Emoji, sans-serif"
COLORS = ("#f2b01e", "#4a7fd0", "#d1453b")
DOCUMENTS = (
    "README.md",
    "docs/decisions.md",
    "docs/cli.md",
    "docs/data.md",
    "docs/evaluation/README.md",
    "docs/experiments/README.md",
)
EVALUATION = "docs/evaluation/evaluation.json"
FIGURES = "docs/evaluation/plots"
MODEL_CARD = "docs/evaluation/model-card.md"


def read_json(path: str) -> dict[str, Any]:
    """A JSON file of the repository."""
    content: dict[str, Any] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return content


def show(value: float | None, digits: int = 3) -> str:
    """A figure, or a dash where nobody published it."""
    return "–" if value is None else f"{value:.{digits}f}"


FIGURE_NAMES = {"int8": "**tweetmoji**, int8 as shipped", "float32": "tweetmoji before quantization, float32"}


def render_figures() -> str:
    """The shipped model beside others' published figures on the home test split."""
    cited = read_json("docs/cited.json")
    metrics = json.loads((SHIPPED / "metrics.json").read_text(encoding="utf-8"))
    rows = [
        (row | cited["base"], FIGURE_NAMES[row["weights"]])
        for row in summarize(metrics)
        if (row["source"], row["split"]) == ("emotion", "test")
    ]
    for row in cited["home_test"]["rows"]:
        link = row["source"].split()[0]
        rows.append((row, f"[{row['model'].split(',')[0]}]({link}) ({row['date']})"))
    return make_table(
        ["model", "parameters", "accuracy", "macro-F1", "log loss", "ECE"],
        [
            [
                name,
                f"{row['parameters_m']} M",
                *(show(row.get(key)) for key in ("accuracy", "macro_f1", "log_loss", "ece")),
            ]
            for row, name in rows
        ],
    )


def render_summary() -> str:
    """The shipped model on every split and on the behavioral cases."""
    return tables.render_summary(read_json(EVALUATION))


def render_behavior() -> str:
    """What the shipped model can and cannot read."""
    return tables.render_behavior(read_json(EVALUATION))


def render_classes() -> str:
    """The figures of each class on every split."""
    return "\n\n".join(
        f"{tables.name_split(evaluation)}:\n\n{tables.render_table(tables.tabulate_classes(evaluation))}"
        for evaluation in read_json(EVALUATION)["evaluations"]
    )


def render_audit() -> str:
    """What the home dataset holds, and which of its texts stand there twice."""
    audit = read_json("docs/audit/emotion.json")
    splits = audit["splits"]
    rows = [["texts", *(f"{split['n']:,}" for split in splits.values())]]
    for label in audit["labels"]:
        counts = [split["classes"][label] for split in splits.values()]
        rows.append([label, *(f"{count['n']:,} ({count['share']:.1%})" for count in counts)])
    rows.append(["copies with one label", *(str(len(audit["duplicates"][name])) for name in splits)])
    rows.append(["copies with different labels", *(str(len(audit["conflicts"][name])) for name in splits)])
    table = make_table(["", *splits], rows)
    shared = "; ".join(
        f"{leak['first']} and {leak['second']} share {len(leak['texts'])} texts, "
        f"{sum(text['first']['labels'] != text['second']['labels'] for text in leak['texts'])} with another label"
        for leak in audit["leakage"]
    )
    errors = audit["label_errors"]
    suspects = f"Confident learning suspects {len(errors['suspects']):,} of {errors['judged']:,} labels of train"
    return f"{table}\n\n{shared[0].upper()}{shared[1:]}. {suspects}."


def read_models() -> dict[str, dict[str, Any]]:
    """The models that the shipped one came from, in their order, and itself, with their figures."""
    files = {"first model": "first-model", "teacher": "teacher-mpnet", "student": "student"}
    models = {name: read_json(f"docs/experiments/{file}.json") for name, file in files.items()}
    return models | {"shipped": read_json(EVALUATION)}


def render_steps() -> str:
    """What each step of the shipped model's making brought."""
    return experiments.render_steps(*read_models().values())


def render_targets() -> str:
    """How the shipped model stands to its targets."""
    first, folds = (read_json(f"docs/experiments/{name}.json") for name in ("first-model", "folds"))
    return experiments.render_targets(first, read_json(EVALUATION), folds)


def render_shares() -> str:
    """What keeping more or less of the student would do."""
    return experiments.render_shares(read_json("benchmarks/results/shares.json"))


def render_frontier() -> str:
    """What more recall of the rare emotions would cost."""
    return experiments.render_frontier(read_json("benchmarks/results/frontier.json"))


def render_card() -> str:
    """The model card of the shipped model."""
    figures = sorted(path.stem for path in (ROOT / FIGURES).glob("*.svg"))
    return render_model_card(read_json(EVALUATION), read_artifact(SHIPPED), figures)


def render_installation() -> str:
    """What the base installation takes, from the benchmark's result."""
    result = read_json("benchmarks/results/installation.json")
    rows = [
        ["installed with all dependencies", f"{result['installed_mb']:.0f} MB"],
        ["the model, of that", f"{result['model_mb']:.1f} MB"],
        [f'`tweetmoji "…"` from a cold start, median of {result["runs"]}', f"{result['cold_start_s']:.2f} s"],
        ["memory of that process at its peak", f"{result['peak_memory_mb']:.0f} MB"],
    ]
    return make_table(["base installation", f"{result['hardware']['cores']} cores"], rows)


def render_container() -> str:
    """What the image takes, from the benchmark's result."""
    result = read_json("benchmarks/results/container.json")
    rows = [
        ["our layers, on top of the base image", f"{result['our_layers_mb']:.0f} MB"],
        [f"first answer after the container's start, median of {result['runs']}", f"{result['first_answer_s']:.2f} s"],
        ["end after SIGTERM, idle, likewise", f"{result['stop_s']:.2f} s"],
        ["memory at rest", f"{result['memory_at_rest_mb']:.0f} MB"],
    ]
    return make_table(["container", f"{result['hardware']['cores']} cores"], rows)


def render_batching() -> str:
    """Ways to run many texts on the same cores, as ratios to the one chosen."""
    result = read_json("benchmarks/results/batching.json")
    chosen = result["ways"][0]["seconds"]
    rows = [[way["name"], f"{chosen / way['seconds']:.2f}×"] for way in result["ways"]]
    return make_table([f"{result['n']} tweets, {result['hardware']['cores']} cores", "speed"], rows)


def render_help() -> str:
    """The help of every command."""
    runner = CliRunner()
    parts = []
    for name in ["", *COMMANDS]:
        words = [name] if name else []
        text = runner.invoke(app, [*words, "--help"], prog_name="tweetmoji", terminal_width=100).output
        parts.append(f"## tweetmoji {name}".rstrip() + f"\n\n```text\n{text.rstrip()}\n```")
    return "\n\n".join(parts)


def render_picture() -> str:
    """Tweets with their emoji and confidence, answered by the shipped model, as an SVG picture."""
    cards = []
    for i, answer in enumerate(load(threads=1).predict(PICTURED)):
        color = COLORS[i]
        cards.append(
            f"""  <g transform="translate(20 {20 + 96 * i})">
    <rect width="680" height="80" rx="16" fill="#ffffff" stroke="#d0d7de"/>
    <text x="24" y="36" font-size="20" fill="#1f2328">{escape(PICTURED[i])}</text>
    <rect x="24" y="54" width="400" height="8" rx="4" fill="#eaeef2"/>
    <rect x="24" y="54" width="{400 * answer.confidence:.0f}" height="8" rx="4" fill="{color}"/>
    <text x="440" y="63" font-size="15" fill="#59636e">{answer.label} {answer.confidence:.0%}</text>
    <text x="640" y="54" font-size="40" text-anchor="middle" font-family="{EMOJI_FONTS}">{answer.emoji}</text>
  </g>"""
        )
    body = "\n".join(cards)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 308" role="img" '
        f'font-family="system-ui, sans-serif">\n{body}\n</svg>\n'
    )


PARTS: dict[str, Callable[[], str]] = {
    "figures": render_figures,
    "audit": render_audit,
    "steps": render_steps,
    "targets": render_targets,
    "shares": render_shares,
    "frontier": render_frontier,
    "summary": render_summary,
    "behavior": render_behavior,
    "classes": render_classes,
    "installation": render_installation,
    "container": render_container,
    "batching": render_batching,
    "help": render_help,
}


def render(document: str) -> str:
    """A document with its generated parts made anew."""

    def fill(match: re.Match[str]) -> str:
        return f"{match[1]}\n\n{PARTS[match[2]]()}\n\n{match[3]}"

    return re.sub(r"(<!-- generated: (\w+) -->).*?(<!-- end -->)", fill, document, flags=re.DOTALL)


def is_same(path: Path, text: str) -> bool:
    """Whether a file holds a text already."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main() -> None:
    """Write, or with ``--check`` compare."""
    if "--figures" in sys.argv:  # another matplotlib subsamples other bytes, so they are not compared
        write_plots(read_json(EVALUATION), ROOT / FIGURES)
        shares, frontier = (read_json(f"benchmarks/results/{name}.json")["points"] for name in ("shares", "frontier"))
        write_frontier_plot(read_models(), shares, frontier, ROOT / "docs/experiments/frontier")
    rendered = {name: render((ROOT / name).read_text(encoding="utf-8")) for name in DOCUMENTS}
    rendered |= {PICTURE: render_picture(), MODEL_CARD: render_card()}
    stale = [name for name, text in rendered.items() if not is_same(ROOT / name, text)]
    if "--check" not in sys.argv:
        for name in stale:
            (ROOT / name).write_text(rendered[name], encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"out of step with its source: {', '.join(stale)}; run: make docs")


if __name__ == "__main__":
    main()
