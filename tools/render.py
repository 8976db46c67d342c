"""Writes the generated parts of the documents: tables from result files, help texts, the model card.

A generated part is between ``<!-- generated: NAME -->`` and ``<!-- end -->``; `parts.PARTS` has the names. Run
``python tools/render.py`` to write all parts. ``--check`` writes nothing and fails if a document is stale. ``--plots``
also draws the plots of ``docs/evaluation``, ``docs/experiments`` and ``docs/benchmarks``; ``--check`` leaves plots
out, because another version of matplotlib draws other bytes.
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from experiments.frontier import write_frontier_plot
from json_files import ROOT, read_json
from parts import EVALUATION, EXPERIMENTS, LABEL, PARTS, PLOTS, SERVING, SOAK, read_earlier, render_card
from robustness_parts import write_soak_plot
from scale_simulation import write_scale_plot
from serving_parts import write_serving_plot
from tweetmoji.evaluate.report.plots import write_plots

DOCUMENTS = (
    "README.md",
    "data/written/README.md",
    "docs/annotation.md",
    "docs/benchmarks.md",
    "docs/decisions.md",
    "docs/cli.md",
    "docs/data.md",
    "docs/docker.md",
    "docs/http.md",
    "docs/installation.md",
    "docs/kubernetes.md",
    "docs/operations.md",
    "docs/label.md",
    "docs/scale.md",
    "docs/evaluation/README.md",
    "docs/experiments/README.md",
)
"""Documents with generated parts."""

FILES: dict[str, Callable[[], str]] = {
    "docs/evaluation/model-card.md": render_card,
}
"""Files that are generated as a whole."""

PART = re.compile(r"(<!-- generated: (\S+) -->)(.*?)(<!-- end -->)", re.DOTALL)
MARKER = re.compile(r"<!-- (?:generated:.*?|end) -->")


def render_document(document: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """Render the generated parts of a document.

    Args:
        document: Its text.
        parts: Name of a part to what renders it.

    Raises:
        ValueError: A part has an unknown name, or a marker is without its other half.
    """

    def fill(match: re.Match[str]) -> str:
        start, name, old, end = match.groups()
        if name not in parts:
            raise ValueError(f"no part is called {name!r}; expected one of {', '.join(sorted(parts))}")
        if stray := MARKER.search(old):
            raise ValueError(f"{stray[0]} is within the part {name!r}; expected <!-- end --> before it")
        return f"{start}\n\n{parts[name]()}\n\n{end}"

    if stray := MARKER.search(PART.sub("", document)):
        raise ValueError(f"{stray[0]} has no counterpart; expected <!-- generated: NAME --> and <!-- end --> in turn")
    return PART.sub(fill, document)


def render_all(root: Path) -> dict[str, str]:
    """Render every document and file; path to text."""
    rendered = {}
    for name in DOCUMENTS:
        try:
            rendered[name] = render_document((root / name).read_text(encoding="utf-8"), PARTS)
        except ValueError as error:
            sys.exit(f"{name}: {error}")
    return rendered | {name: render() for name, render in FILES.items()}


def find_stale(root: Path, rendered: Mapping[str, str]) -> list[str]:
    """List the paths whose files differ from what was rendered."""
    return [
        name
        for name, text in rendered.items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text
    ]


def draw_plots() -> None:
    """Draw the plots of ``docs/evaluation``, ``docs/experiments`` and ``docs/benchmarks``."""
    evaluation = read_json(EVALUATION)
    write_plots(evaluation, ROOT / PLOTS)
    write_frontier_plot(read_earlier() | {"present": evaluation}, ROOT / EXPERIMENTS / "frontier")
    write_serving_plot(read_json(SERVING), ROOT / "docs/benchmarks/serving")
    write_soak_plot(read_json(SOAK), ROOT / "docs/benchmarks/soak")
    if (ROOT / LABEL).is_file() and (cluster := read_json(LABEL).get("ray")):
        write_scale_plot(cluster, ROOT / "docs/benchmarks/scale")


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> None:
    """Write the documents, or with ``--check`` compare them."""
    parser = argparse.ArgumentParser(description="Write the generated parts of the documents.")
    parser.add_argument("--check", action="store_true", help="write nothing, and fail if a document is stale")
    parser.add_argument("--plots", action="store_true", help="draw the plots too")
    options = parser.parse_args(arguments)
    if options.plots:
        draw_plots()
    rendered = render_all(root)
    stale = find_stale(root, rendered)
    if options.check and stale:
        sys.exit(f"stale: {', '.join(stale)}; run: make docs")
    for name in stale:
        (root / name).write_text(rendered[name], encoding="utf-8")


if __name__ == "__main__":
    main()
