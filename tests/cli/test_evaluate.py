"""``tweetmoji evaluate``: a model's figures on a small dataset, as a table and as JSON, and the faults of its files."""

import hashlib
import json
import math
from importlib.metadata import version

import pytest

import tweetmoji.runtime.emojifier
from tweetmoji.data import read_split
from tweetmoji.evaluate import evaluate

# The tiny model answers the emotion of the one word that it knows best: 9 of these 12 labels are what it answers.
VAL = """\
i am so happy;joy
happy today;joy
happy again;joy
a happy dog; a happy cat;love
this is sad;sadness
sad rain;sadness
sad and late;anger
i adore you;love
furious;anger
very furious;anger
scared of the dark;fear
i was astonished;joy
"""


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    """A folder with the three files of a dataset; each holds other lines."""
    folder = tmp_path_factory.mktemp("dataset")
    (folder / "train.txt").write_text("so sad;sadness\n", encoding="utf-8")
    (folder / "val.txt").write_text(VAL, encoding="utf-8")
    (folder / "test.txt").write_text("happy;joy\nsad;joy\n", encoding="utf-8")
    return folder


@pytest.fixture
def measured(dataset, tiny_emojifier):
    """What the library says of the val split."""
    return evaluate(tiny_emojifier, read_split(dataset, "val", tiny_emojifier.labels), "val").as_dict()


def test_json_holds_the_librarys_figures(run_cli, dataset, measured):
    result = run_cli("evaluate", "--data", dataset, "--split", "val", "--json")
    assert (result.code, result.err) == (0, "")
    answer = json.loads(result.out)
    assert answer["metrics"].keys() == measured["metrics"].keys()
    for name, figure in measured["metrics"].items():
        if name != "per_class":
            assert answer["metrics"][name] == pytest.approx(figure, abs=1e-6), name
    assert answer["metrics"]["per_class"] == measured["metrics"]["per_class"]
    assert {name: answer[name] for name in ("model", "split")} == {name: measured[name] for name in ("model", "split")}


def test_figures_are_right_by_hand(run_cli, dataset):
    metrics = json.loads(run_cli("evaluate", "--data", dataset, "--split", "val", "--json").out)["metrics"]
    recalls = {"sadness": 1, "joy": 3 / 4, "love": 1 / 2, "anger": 2 / 3, "fear": 1}  # none of the 12 is surprise
    f1s = {"sadness": 4 / 5, "joy": 3 / 4, "love": 2 / 3, "anger": 4 / 5, "fear": 1, "surprise": 0}
    assert metrics["n"] == 12
    assert metrics["accuracy"] == pytest.approx(9 / 12)
    assert metrics["balanced_accuracy"] == pytest.approx(sum(recalls.values()) / 5)
    assert metrics["macro_f1"] == pytest.approx(sum(f1s.values()) / 6)
    assert metrics["log_loss"] > -math.log(9 / 12) / 12
    assert 0 < metrics["ece"] < 1
    assert {label: row["f1"] for label, row in metrics["per_class"].items()} == pytest.approx(f1s)
    assert metrics["per_class"]["joy"] == pytest.approx({"n": 4, "precision": 3 / 4, "recall": 3 / 4, "f1": 3 / 4})


def test_json_says_what_it_was_measured_on(run_cli, dataset, tiny_home):
    answer = json.loads(run_cli("evaluate", "--data", dataset, "--json").out)
    weights = hashlib.sha256((tiny_home / "model.onnx").read_bytes()).hexdigest()
    assert answer["model"] == {"name": "tiny", "version": weights[:12]}
    assert answer["data_sha256"] == hashlib.sha256((dataset / "test.txt").read_bytes()).hexdigest()
    assert answer["versions"]["tweetmoji"] == version("tweetmoji")
    assert answer["hardware"]["cores"] >= 1


@pytest.mark.parametrize(
    ("options", "split", "n"),
    [
        ((), "test", 2),
        (("--split", "test"), "test", 2),
        (("--split", "val"), "val", 12),
        (("--split", "train"), "train", 1),
    ],
)
def test_split_chooses_the_file_and_test_is_the_default(run_cli, dataset, options, split, n):
    answer = json.loads(run_cli("evaluate", "--data", dataset, "--json", *options).out)
    assert (answer["split"], answer["metrics"]["n"]) == (split, n)


def test_table_shows_every_figure_with_four_places(run_cli, dataset, measured):
    result = run_cli("evaluate", "--data", dataset, "--split", "val")
    assert (result.code, result.err) == (0, "")
    title, *rows = [line for line in result.lines if line]
    assert title.startswith("tiny ")
    assert title.endswith(" on val, n = 12")
    shown = dict(row.rsplit(maxsplit=1) for row in rows[:5])
    metrics = measured["metrics"]
    assert shown == {
        "accuracy": "0.7500",
        "balanced accuracy": f"{metrics['balanced_accuracy']:.4f}",
        "macro-F1": f"{metrics['macro_f1']:.4f}",
        "log loss (nats)": f"{metrics['log_loss']:.4f}",
        "ECE (15 bins)": f"{metrics['ece']:.4f}",
    }
    assert rows[5].split() == ["class", "n", "precision", "recall", "F1"]
    classes = [row.split() for row in rows[6:]]
    assert [row[0] for row in classes] == ["sadness", "joy", "love", "anger", "fear", "surprise"]
    assert classes[0] == ["sadness", "2", "0.6667", "1.0000", "0.8000"]
    assert classes[5] == ["surprise", "0", "0.0000", "0.0000", "0.0000"]


def test_model_with_own_labels_is_measured_with_them(run_cli, moods_home, tmp_path):
    (tmp_path / "test.txt").write_text("happy;up\nsad;up\n", encoding="utf-8")
    result = run_cli("evaluate", "--data", tmp_path, "--model", moods_home, "--json")
    metrics = json.loads(result.out)["metrics"]
    assert metrics["accuracy"] == 0.5
    assert list(metrics["per_class"]) == ["down", "up", "warm", "hot", "cold", "odd"]


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (None, "test.txt: ", "no such file"),
        (b"", "test.txt: ", "the file is empty"),
        (b"\xef\xbb\xbf", "test.txt: ", "the file is empty"),
        (b"happy;joy\nwow;bliss\n", "test.txt:2: ", "unknown label 'bliss'"),
        (b"happy;joy\n\nsad;sadness\n", "test.txt:2: ", "no semicolon"),
        (b"happy;joy\nsad;sadness\nno label", "test.txt:3: ", "no semicolon"),
        (b"happy;joy\n ;joy\n", "test.txt:2: ", "no text"),
        (b"caf\xe9;joy\n", "test.txt:1: ", "not UTF-8"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_fault_of_a_file_names_file_and_line_in_one_line(run_cli, tmp_path, content, place, reason, options):
    if content is not None:
        (tmp_path / "test.txt").write_bytes(content)
    result = run_cli("evaluate", "--data", tmp_path, *options)
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tmp_path}/{place}")
    assert reason in result.complaint


def test_missing_dataset_folder_is_named(run_cli, tmp_path):
    result = run_cli("evaluate", "--data", tmp_path / "nowhere")
    assert result.code == 1
    assert result.complaint.startswith(f"{tmp_path}/nowhere: no such folder")


def test_missing_model_folder_is_named(run_cli, dataset, tmp_path):
    result = run_cli("evaluate", "--data", dataset, "--model", tmp_path / "nowhere")
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tmp_path}/nowhere: ")


@pytest.mark.parametrize(
    ("args", "complaint"),
    [((), "--data"), (("--data", ".", "--split", "dev"), "'dev'"), (("--data", ".", "extra"), "extra")],
)
def test_wrong_use_is_a_usage_error_of_one_line(run_cli, args, complaint):
    result = run_cli("evaluate", *args)
    assert (result.code, result.out) == (2, "")
    assert complaint in result.complaint


def test_threads_reach_the_model(run_cli, monkeypatch, dataset):
    load = tweetmoji.runtime.emojifier.load
    asked = []

    def load_and_note(path, **settings):
        asked.append(settings)
        return load(path, **settings)

    monkeypatch.setattr(tweetmoji.runtime.emojifier, "load", load_and_note)
    assert run_cli("evaluate", "--data", dataset, "--threads", "2").code == 0
    assert asked == [{"threads": 2}]
