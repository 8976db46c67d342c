"""`tools/experiments/shipped.py`: models, sizes and speeds from the history of a small repository."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from experiments.shipped import OUTPUT, RESULT, list_models
from tweetmoji.runtime.artifact import SHIPPED, WEIGHTS, read_artifact

ROOT = Path(__file__).parents[2]
FIRST, SECOND = "1" * 64, "2" * 64
HARDWARE = {"cpu": "a processor", "cores": 2, "system": "Linux"}


def git(folder, *arguments):
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(folder, files):
    """Commit files; the hash of the commit."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a step")
    return git(folder, "rev-parse", "HEAD")


def make_model(digest, weights, folder="a-model"):
    place = f"src/tweetmoji/models/{folder}"
    return {f"{place}/model.onnx": weights, f"{place}/SHA256SUMS": f"{digest}  model.onnx\n{'3' * 64}  config.json\n"}


def make_result(**rates):
    """A result with the rate of each of our ways."""
    jobs = []
    for way, rate in rates.items():
        figure = {"median": rate, "lowest": rate - 1, "highest": rate + 1, "all": [rate]}
        jobs += [{"way": way, "job": "list", "texts_per_s": figure}]
        jobs += [{"way": way, "job": "one by one", "texts_per_s": figure, "median_ms": figure}]
    return {"jobs": [*jobs, {"way": "openvino", "job": "list", "texts_per_s": {}}], "hardware": HARDWARE}


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "--quiet")
    return tmp_path


def test_every_model_is_listed_once_with_the_commit_and_the_sizes_of_its_weights(repository):
    first = commit(repository, make_model(FIRST, "weights"))
    commit(repository, {"README.md": "of no model"})
    git(repository, "mv", "src/tweetmoji/models/a-model", "src/tweetmoji/models/the-model")
    commit(repository, {})
    second = commit(repository, make_model(SECOND, "larger weights", "the-model"))
    models = list_models(repository)
    assert [(model["version"], model["commit"]) for model in models] == [("1" * 12, first[:7]), ("2" * 12, second[:7])]
    assert [model["bytes"]["model.onnx"] for model in models] == [7, 14]
    assert [model["speed"] for model in models] == [None, None]


def test_a_speed_is_that_of_the_model_that_the_result_names_or_else_of_its_commit(repository):
    first = commit(repository, make_model(FIRST, "weights"))
    commit(repository, {RESULT: json.dumps(make_result(tweetmoji=100))})
    commit(repository, make_model(SECOND, "larger weights"))
    both = make_result(tweetmoji=300, **{f"tweetmoji-{first[:7]}": 200})
    last = commit(repository, {RESULT: json.dumps(both)})
    one, two = list_models(repository)
    assert (one["speed"]["texts_per_s"]["median"], two["speed"]["texts_per_s"]["median"]) == (200, 300)
    assert one["speed"]["alone_ms"] == {"median": 200, "lowest": 199, "highest": 201}
    assert one["speed"]["commit"] == two["speed"]["commit"] == last[:7]

    named = make_result(tweetmoji=400) | {"model": {"name": "x", "version": "1" * 12}}
    commit(repository, {RESULT: json.dumps(named)})
    one, two = list_models(repository)
    assert (one["speed"]["texts_per_s"]["median"], two["speed"]["texts_per_s"]["median"]) == (400, 300)


def test_the_last_model_of_the_file_is_the_one_that_ships():
    *_, last = json.loads((ROOT / OUTPUT).read_text(encoding="utf-8"))
    assert last["version"] == read_artifact(SHIPPED).version, "run: python tools/experiments/shipped.py"
    assert last["bytes"][WEIGHTS] == (SHIPPED / WEIGHTS).stat().st_size
