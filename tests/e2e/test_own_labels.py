"""The installed program with labels of a user's own: from a file of labels and a table to answers with their emoji."""

import csv
import json
import os
import runpy
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")

PROGRAM = Path(sys.executable).with_name("tweetmoji")
TOYS = runpy.run_path(str(Path(__file__).parents[1] / "train" / "conftest.py"))  # makes the toy base
RECIPE = ("--epochs=3", "--batch-size=4", "--encoder-lr=0.003", "--head-lr=0.01", "--max-tokens=16")
LIMIT_S = 120

EMOJI = {"praise": "👏", "complaint": "😤", "question": "❓"}
FEELINGS = {"praise": "joy", "complaint": "anger", "question": "surprise"}
"""Whose words the texts of each label are of, since the toy base knows these."""


@dataclass(frozen=True)
class Made:
    """The model and what it was made from."""

    model: Path
    data: Path
    labels: Path


def run(*args):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TWEETMOJI_")}
    return subprocess.run(
        [PROGRAM, *map(str, args)],
        capture_output=True,
        text=True,
        env=clean | {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"},
        timeout=LIMIT_S,
        check=False,
    )


def train(made, base, *more):
    columns = ("--text-column=tweet", "--label-column=mood")
    return run(
        *("train", "--labels", made.labels, "--data", made.data, *columns, "--base", base, "--out", made.model),
        *(*RECIPE, *more),
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return TOYS["write_base"](tmp_path_factory.mktemp("base") / "toy-bert")


@pytest.fixture(scope="module")
def made(base, tmp_path_factory) -> Made:
    folder = tmp_path_factory.mktemp("own")
    made = Made(folder / "my-model", folder / "my.csv", folder / "labels.toml")
    lines = "".join(f'{label} = "{emoji}"\n' for label, emoji in EMOJI.items())
    made.labels.write_text(f"[labels]\n{lines}", encoding="utf-8")
    with made.data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "tweet", "mood"])
        templates = [template for templates in TOYS["TEMPLATES"].values() for template in templates]
        for i, template in enumerate(templates):
            for label, feeling in FEELINGS.items():
                writer.writerows([i, template.format(word), label] for word in TOYS["FEELINGS"][feeling])
    done = train(made, base)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{made.model}: my-model, version ")
    return made


def test_model_is_described_by_its_labels_and_by_what_became_of_the_table(made):
    described = json.loads(run("info", "--json", "--model", made.model).stdout)
    assert (described["labels"], described["emoji"]) == (list(EMOJI), EMOJI)
    assert described["provenance"]["labels"] == EMOJI
    assert described["provenance"]["columns"] == ["tweet", "mood"]
    assert described["provenance"]["data"]["table"]["divided"] == {"train": 96, "val": 12, "test": 12}
    assert {(row["source"], row["split"]) for row in described["metrics"]["evaluations"]} == {
        ("table", "val"),
        ("table", "test"),
    }
    shown = run("info", "--model", made.model)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "praise 👏, complaint 😤, question ❓" in shown.stdout


def test_model_is_scored_on_the_table_with_its_own_classes(made):
    columns = ("--text-column=tweet", "--label-column=mood")
    done = run("evaluate", "--json", "--data", made.data, "--source", "table", *columns, "--model", made.model)
    assert (done.returncode, done.stderr) == (0, "")
    (scored,) = json.loads(done.stdout)["evaluations"]
    assert scored["labels"] == list(EMOJI)
    assert (scored["split"], scored["metrics"]["n"]) == ("full", 120)
    assert scored["metrics"]["accuracy"] > 0.9


def test_answers_are_the_users_emoji(made):
    done = run("predict", "--model", made.model, "so happy right now", "i feel furious", "i feel amazed")
    assert (done.returncode, done.stderr) == (0, "")
    assert [tuple(line.split("\t")[:2]) for line in done.stdout.splitlines()] == [
        ("👏", "praise"),
        ("😤", "complaint"),
        ("❓", "question"),
    ]


def test_server_answers_with_the_users_emoji(made, start_server):
    pytest.importorskip("fastapi", reason="fastapi is not installed: pip install '.[serve]'")
    server = start_server("--model", str(made.model))
    with server.connect() as client:
        answer = client.get("/tweets", params=httpx.QueryParams(text="i feel furious")).json()
    assert answer["emoji"] == "😤"
    assert server.stop() == 0


@pytest.mark.parametrize("source", ["behavior", "full"])
def test_what_asks_for_the_six_emotions_refuses_the_model_in_one_line(made, source):
    pytest.importorskip("yaml", reason="yaml is not installed: pip install '.[evaluate]'")
    done = run("evaluate", "--data", made.data.parent, "--source", source, "--model", made.model)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "has the labels praise, complaint, question; choose another --source" in line


def test_source_of_the_six_emotions_is_a_usage_error_in_one_line(made, base, tmp_path):
    other = Made(tmp_path / "other", made.data.parent, made.labels)
    done = train(other, base, "--source=tweeteval")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "source tweeteval is labeled with sadness, joy," in line
    assert not other.model.exists()


def test_resuming_with_another_emoji_is_refused(made, base, tmp_path):
    changed = tmp_path / "labels.toml"
    changed.write_text(made.labels.read_text(encoding="utf-8").replace("👏", "🎉"), encoding="utf-8")
    done = train(Made(made.model, made.data, changed), base, "--resume")
    assert done.returncode == 1
    assert "labels was " in done.stderr
