"""The commands of docs/tutorial.md and docs/own-labels.md that train and use a model, in the order of the pages.

With a toy base model the predictions mean nothing. With a real one (``TWEETMOJI_BASE``) they are those of the pages.
"""

import os
import re
import shlex
import shutil
import subprocess

import pytest
from tests.docs.documents import ROOT, find_blocks
from tests.installed import make_environment
from tests.toys.training import write_base

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")
pytest.importorskip("fastapi", reason="fastapi is not installed: pip install '.[serve]'")

BASE = "sentence-transformers/all-MiniLM-L6-v2"
LIMIT_S = 300
PAGES = ("docs/tutorial.md", "docs/own-labels.md")
# each command once: both pages train the same model
EXAMPLES = dict(
    example for page in PAGES for block in find_blocks(page) if block.mark == "train" for example in block.examples
)


def name_emoji(output):
    """The emoji and labels of an answer; confidences differ between machines."""
    return re.findall(r"^(\S+\t\w+)\t", output, flags=re.MULTILINE) + re.findall(r'"emoji":"(.+?)"', output)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of docs/own-labels, as the tutorial's ``cd`` leads to it."""
    return shutil.copytree(ROOT / "docs" / "own-labels", tmp_path_factory.mktemp("tutorial") / "own-labels")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return os.environ.get("TWEETMOJI_BASE") or write_base(tmp_path_factory.mktemp("base") / "toy-bert")


def test_the_pages_run_from_top_to_bottom(folder, base, start_server):
    environment = make_environment(CUDA_VISIBLE_DEVICES="")
    server = None
    for command, expected in EXAMPLES.items():
        if command.startswith("tweetmoji serve"):
            assert shlex.split(command)[2:] == ["--model", "my-model"]
            server = start_server("--model", folder / "my-model")
            continue
        runnable = command.replace(BASE, str(base))
        if server:
            runnable = runnable.replace("localhost:5000", server.url.removeprefix("http://"))
        completed = subprocess.run(
            ["bash", "-euc", runnable],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert completed.returncode == 0, f"{command}: {completed.stderr}"
        assert len(name_emoji(completed.stdout)) == len(name_emoji(expected)) or not expected, command
        if expected and "TWEETMOJI_BASE" in os.environ:
            assert name_emoji(completed.stdout) == name_emoji(expected)
    assert server.stop() == 0
