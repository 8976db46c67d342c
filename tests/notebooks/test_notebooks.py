"""The notebooks: they run on a toy dataset; as committed they are clean and show no text of a dataset."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")
nbformat = pytest.importorskip("nbformat", reason="notebooks need nbformat, nbclient and ipykernel: make test-train")
pytest.importorskip("nbclient", reason="notebooks need nbformat, nbclient and ipykernel: make test-train")

from tests.toys.datasets import write_goemotions  # noqa: E402
from tests.toys.training import write_base, write_emoji_tweets, write_emotion, write_tweeteval  # noqa: E402

from tweetmoji.data import find_sources, open_source  # noqa: E402

ROOT = Path(__file__).parents[2]
RUNNER = ROOT / "notebooks" / "execute.py"
NOTEBOOKS = sorted(RUNNER.parent.glob("*.ipynb"))
SAMPLE = 120
LIMIT_S = 300
MIN_WORDS = 5  # shorter texts of a dataset are phrases that anyone may write


@pytest.fixture(scope="module")
def toys(tmp_path_factory) -> dict[str, str]:
    """The variables that point the notebooks to a root of toy datasets, a base and out-of-fold probabilities."""
    folder = tmp_path_factory.mktemp("toys")
    data, base = folder / "data", write_base(folder / "toy-bert")
    write_emotion(data / "emotion")
    write_tweeteval(data / "tweeteval-emotion")
    write_goemotions(data / "goemotions")
    write_emoji_tweets(data / "tweeteval-emoji")
    train = open_source("emotion", data).read("train")
    out_of_fold = folder / "out-of-fold.npz"
    probabilities = np.random.default_rng(0).dirichlet(np.ones(len(train.labels)), size=len(train))
    np.savez(
        out_of_fold,
        probabilities=probabilities.astype(np.float32),
        rows=train.rows,
        labels=np.array(train.labels),
        data_sha256=np.array(train.sha256),
    )
    return {
        "TWEETMOJI_DATA_DIR": str(data),
        "TWEETMOJI_BASE": str(base),
        "TWEETMOJI_OUT_OF_FOLD": str(out_of_fold),
        "HF_HUB_OFFLINE": "1",
    }


def run(*arguments, environment):
    """Run the script as a user does, on one core and without a GPU."""
    environment = os.environ | environment | {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, RUNNER, *arguments], capture_output=True, text=True, env=environment, timeout=LIMIT_S
    )


def read(path):
    return nbformat.read(path, as_version=4)


def shown(notebook):
    """All the text of a notebook: its cells, and their outputs without pictures."""
    parts = [cell.source for cell in notebook.cells]
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for output in outputs:
        parts += [str(text) for kind, text in output.get("data", {}).items() if not kind.startswith("image/")]
        parts.append(output.get("text", ""))
    return "\n".join(parts)


def pictures(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]


def add_output(notebook, output):
    """A copy of a clean notebook of one cell, with this output."""
    copy = nbformat.from_dict(notebook)
    copy.cells[0].outputs = [nbformat.v4.new_output(**output)]
    return copy


@pytest.fixture(scope="module")
def runner():
    return runpy.run_path(str(RUNNER))


@pytest.fixture
def notebook(runner):
    cell = nbformat.v4.new_code_cell("1 + 1", execution_count=1)
    return nbformat.v4.new_notebook(cells=[cell], metadata=runner["METADATA"])


def test_notebooks_are_exploration_fine_tuning_and_transfer_learning():
    assert [path.stem for path in NOTEBOOKS] == ["exploration", "fine_tuning", "transfer_learning"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_on_the_toy_dataset_and_shows_its_plots(path, toys, tmp_path):
    before = path.read_bytes()
    result = run(path, f"--sample={SAMPLE}", f"--out={tmp_path}", environment=toys)
    assert result.returncode == 0, result.stderr
    executed = read(tmp_path / path.name)
    assert len(pictures(executed)) == {"exploration": 6, "fine_tuning": 4, "transfer_learning": 3}[path.stem]
    assert path.read_bytes() == before  # --out names another folder
    if path.stem != "exploration":
        assert f"{SAMPLE} " in shown(executed)  # the number of training texts


def test_failing_notebook_is_not_written(toys, tmp_path):
    result = run(NOTEBOOKS[0], f"--out={tmp_path}", environment=toys | {"TWEETMOJI_DATA_DIR": str(tmp_path / "none")})
    assert result.returncode != 0
    assert "no such folder" in result.stderr
    assert not list(tmp_path.iterdir())


def test_check_passes_for_the_committed_notebooks():
    result = run("--check", environment={})
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_committed_notebooks_show_no_text_of_a_dataset(data_dir):
    visible = " ".join("\n".join(shown(read(path)) for path in NOTEBOOKS).split())
    splits = [source.read(split) for source in find_sources(data_dir) for split in source.splits]
    texts = {" ".join(text.split()) for split in splits for text in split.texts}
    found = [text for text in texts if len(text.split()) >= MIN_WORDS and text in visible]
    assert found == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_first_cell_installs_in_colab_only(path):
    first = next(cell for cell in read(path).cells if cell.cell_type == "code")
    assert 'if "google.colab" in sys.modules:\n    %pip install' in first.source
    assert '"tweetmoji[data,explore,evaluate,train]"' in first.source


def test_clean_drops_stderr_and_metadata_and_keeps_results(runner, notebook):
    notebook.metadata["kernelspec"] = {"name": "mine", "display_name": "mine", "language": "python"}
    notebook.cells[0].metadata["execution"] = {"iopub.execute_input": "2020-01-01T00:00:00"}
    result = nbformat.v4.new_output("execute_result", data={"text/plain": "2"}, execution_count=1)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", name="stderr", text="a warning"), result]
    cleaned = runner["clean"](notebook)
    assert cleaned.metadata == runner["METADATA"]
    assert cleaned.cells[0].metadata == {}
    assert cleaned.cells[0].outputs == [result]


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        ({"output_type": "stream", "name": "stdout", "text": "saved to /home/someone/model"}, "shows a path"),
        ({"output_type": "display_data", "data": {"text/markdown": "in `/tmp/abc`"}}, "shows a path"),
        ({"output_type": "display_data", "data": {"text/plain": "C:\\Users\\someone"}}, "shows a path"),
        ({"output_type": "stream", "name": "stderr", "text": "a warning"}, "an error or a warning"),
        ({"output_type": "error", "ename": "E", "evalue": "", "traceback": []}, "an error or a warning"),
        ({"output_type": "display_data", "data": {"image/png": "AAAA" * 40_000}}, "a picture of 120,000 bytes"),
    ],
)
def test_find_faults_names_outputs_that_must_not_be_committed(runner, notebook, output, fault):
    assert list(runner["find_faults"](notebook)) == []
    (found,) = runner["find_faults"](add_output(notebook, output))
    assert found.startswith("code cell 1 ")
    assert fault in found


@pytest.mark.parametrize("text", ["https://arxiv.org/home/x", "and/or", "love/joy", "a/tmp/b", "1/2"])
def test_find_faults_takes_addresses_and_slashes_for_no_paths(runner, notebook, text):
    output = {"output_type": "stream", "name": "stdout", "text": text}
    assert list(runner["find_faults"](add_output(notebook, output))) == []


def test_find_faults_names_cells_that_were_not_run_in_order(runner, notebook):
    notebook.cells[0].execution_count = 2
    assert list(runner["find_faults"](notebook)) == ["its cells were not all run once and in order"]
