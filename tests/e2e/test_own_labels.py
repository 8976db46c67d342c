"""The installed program with a user's own labels: from a labels file and a table to predictions with their emoji."""

import csv
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.installed import PROGRAM, make_environment
from tests.toys.training import FEELINGS, TEMPLATES, write_base

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")

RECIPE = ("--epochs=3", "--batch-size=4", "--encoder-lr=0.003", "--head-lr=0.01", "--max-tokens=16")
COLUMNS = ("--text-column=tweet", "--label-column=mood")
LIMIT_S = 120

EMOJI = {"praise": "👏", "complaint": "😤", "question": "❓"}
FEELING_OF = {"praise": "joy", "complaint": "anger", "question": "surprise"}
"""Label to the feeling whose words its texts have, since the toy base knows these."""


@dataclass(frozen=True)
class Made:
    """The model and what it was made from."""

    model: Path
    data: Path
    labels: Path


def run(*args):
    return subprocess.run(
        [PROGRAM, *map(str, args)],
        capture_output=True,
        text=True,
        env=make_environment(CUDA_VISIBLE_DEVICES="", HF_HUB_OFFLINE="1", OMP_NUM_THREADS="1"),
        timeout=LIMIT_S,
        check=False,
    )


def train(made, base, *more):
    told = ("--labels", made.labels, "--data", made.data, "--base", base, "--out", made.model)
    return run("train", *told, *RECIPE, *more)


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_base(tmp_path_factory.mktemp("base") / "toy-bert")


@pytest.fixture(scope="module")
def made(base, tmp_path_factory) -> Made:
    folder = tmp_path_factory.mktemp("own")
    made = Made(folder / "my-model", folder / "my.csv", folder / "labels.toml")
    lines = "".join(f'{label} = "{emoji}"\n' for label, emoji in EMOJI.items())
    made.labels.write_text(f"[labels]\n{lines}", encoding="utf-8")
    with made.data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "tweet", "mood"])
        templates = [template for templates in TEMPLATES.values() for template in templates]
        for i, template in enumerate(templates):
            for label, feeling in FEELING_OF.items():
                writer.writerows([i, template.format(word), label] for word in FEELINGS[feeling])
    done = train(made, base, *COLUMNS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{made.model}: my-model, version ")
    return made


def test_info_shows_own_labels_and_how_the_table_was_divided(made):
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


def test_evaluate_scores_own_labels_on_the_table(made):
    done = run("evaluate", "--json", "--data", made.data, "--source", "table", *COLUMNS, "--model", made.model)
    assert (done.returncode, done.stderr) == (0, "")
    (scored,) = json.loads(done.stdout)["evaluations"]
    assert scored["labels"] == list(EMOJI)
    assert (scored["split"], scored["metrics"]["n"]) == ("full", 120)
    assert scored["metrics"]["accuracy"] > 0.9


def test_predict_gives_own_emoji(made):
    done = run("predict", "--model", made.model, "so happy right now", "i feel furious", "i feel amazed")
    assert (done.returncode, done.stderr) == (0, "")
    assert [tuple(line.split("\t")[:2]) for line in done.stdout.splitlines()] == [
        ("👏", "praise"),
        ("😤", "complaint"),
        ("❓", "question"),
    ]


def test_serve_gives_own_emoji(made, start_server):
    pytest.importorskip("fastapi", reason="fastapi is not installed: pip install '.[serve]'")
    server = start_server("--model", str(made.model))
    with server.connect() as client:
        answer = client.get("/tweets", params=httpx.QueryParams(text="i feel furious")).json()
    assert answer["emoji"] == "😤"
    assert server.stop() == 0


@pytest.mark.parametrize("source", ["behavior", "all"])
def test_evaluate_on_the_six_emotions_is_a_usage_error(made, source):
    pytest.importorskip("yaml", reason="yaml is not installed: pip install '.[evaluate]'")
    done = run("evaluate", "--data", made.data.parent, "--source", source, "--model", made.model)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "has the labels praise, complaint, question; choose another --source" in line


def test_train_on_a_source_of_the_six_emotions_is_a_usage_error(made, base, tmp_path):
    other = Made(tmp_path / "other", made.data.parent, made.labels)
    done = train(other, base, "--source=tweeteval")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "source tweeteval is labeled with sadness, joy," in line
    assert not other.model.exists()


def test_resuming_with_another_emoji_is_refused(made, base, tmp_path):
    changed = tmp_path / "labels.toml"
    changed.write_text(made.labels.read_text(encoding="utf-8").replace("👏", "🎉"), encoding="utf-8")
    done = train(Made(made.model, made.data, changed), base, *COLUMNS, "--resume")
    assert done.returncode == 1
    assert "labels was " in done.stderr
