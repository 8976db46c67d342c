"""Runs the notebooks and writes their outputs, without warnings, paths and metadata of the machine.

``python notebooks/execute.py`` runs each in full and writes it in place, which takes a quarter of an hour on two cores.
``--sample ROWS`` trains on that many texts, ``--out DIR`` writes to another folder, and ``--check`` runs nothing and
fails if a notebook is not fit to be committed. notebooks/README.md lists the environment variables.
"""

import argparse
import os
import re
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

HERE = Path(__file__).parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
PATH_VARIABLES = ("TWEETMOJI_DATA_DIR", "TWEETMOJI_BASE", "TWEETMOJI_OUT_OF_FOLD")
MAX_PICTURE_BYTES = 100_000
PATHS = re.compile(r"(?<![\w/.:])(?:/(?:home|root|tmp|var|usr|opt|mnt|work|Users|private|content)/|[A-Z]:\\)[^\s\"']*")


def make_environment(sample: int | None) -> dict[str, str]:
    """Make the environment of the notebooks: absolute paths, since they run in a temporary folder, and the sample."""
    environment = {name: value for name, value in os.environ.items() if name != "TWEETMOJI_SAMPLE"}
    for name in PATH_VARIABLES:
        if name in environment and Path(environment[name]).exists():  # a base may be an id of the Hub
            environment[name] = str(Path(environment[name]).resolve())
    return environment | ({"TWEETMOJI_SAMPLE": str(sample)} if sample else {})


def execute(notebook: NotebookNode, environment: dict[str, str]) -> NotebookNode:
    """Run all cells in a temporary folder, and return the notebook with clean outputs."""
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=None,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        return clean(client.execute(env=environment))


def clean(notebook: NotebookNode) -> NotebookNode:
    """Drop what was written to stderr, such as progress and warnings, and the metadata of editors and machines."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = NotebookNode()
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return notebook


def find_faults(notebook: NotebookNode) -> Iterator[str]:
    """Find what makes a notebook unfit to be committed."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        yield "its cells were not all run once and in order"
    if notebook.metadata != METADATA or any(cell.metadata for cell in notebook.cells):
        yield "it has metadata of an editor or a machine"
    for number, cell in enumerate(cells, start=1):
        for output in cell.outputs:
            yield from (f"code cell {number} {fault}" for fault in _find_output_faults(output))


def _find_output_faults(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "error" or output.get("name") == "stderr":
        yield "has an error or a warning in its output"
    shown = {kind: content for kind, content in output.get("data", {}).items() if not kind.startswith("image/")}
    if path := PATHS.search(f"{shown} {output.get('text', '')}"):
        yield f"shows a path of the machine, {path[0]!r}"
    picture = output.get("data", {}).get("image/png", "")
    if len(b64decode(picture)) > MAX_PICTURE_BYTES:
        yield f"has a picture of {len(b64decode(picture)):,} bytes; expected at most {MAX_PICTURE_BYTES:,}"


def main() -> int:
    """Run or check the notebooks; returns 1 if one has faults."""
    parser = argparse.ArgumentParser(description="Run the notebooks and write their outputs.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="notebooks to run; all if none is named")
    parser.add_argument("--sample", type=int, metavar="ROWS", help="train on that many texts")
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR", help="write there instead of in place")
    parser.add_argument("--check", action="store_true", help="run nothing; fail if one is not fit to be committed")
    options = parser.parse_args()
    faulty = False
    for path in options.notebooks or sorted(HERE.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        if not options.check:
            print(f"{path.name}: running")
            notebook = execute(notebook, make_environment(options.sample))
        faults = list(find_faults(notebook))
        for fault in faults:
            print(f"{path.name}: {fault}", file=sys.stderr)
        if not options.check and not faults:
            nbformat.write(notebook, options.out / path.name)
        faulty = faulty or bool(faults)
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())
