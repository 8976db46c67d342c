"""``tweetmoji info``: which model answers, its labels and emoji, its metrics and its files' checksums."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

FILES = ("model.onnx", "tokenizer.json", "config.json", "metrics.json")


def digests_of(folder):
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


def test_table_shows_model_labels_and_emoji(run_cli, tiny_home):
    result = run_cli("info")
    assert (result.code, result.err) == (0, "")
    version = digests_of(tiny_home)["model.onnx"][:12]
    assert result.lines[:6] == [
        f"model     tiny, version {version}",
        "labels    sadness 😢, joy 😂, love 🥰, anger 😡, fear 😱, surprise 😲",
        "prior     sadness 0.3000, joy 0.3000, love 0.1000, anger 0.1000, fear 0.1000, surprise 0.1000",
        "none      is not known: each tweet gets a label",
        "suggests  no other emoji",
        "reads     16 tokens of a tweet",
    ]


def test_table_shows_the_metrics_of_every_evaluation(run_cli, tiny_artifact):
    rows = [line.split() for line in run_cli("info").lines]
    header = rows.index(
        ["weights,", "scored", "on", "n", "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece"]
    )
    (evaluation,) = tiny_artifact.metrics["evaluations"]
    metrics = evaluation["metrics"]
    names = ("accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece")
    assert rows[header + 1] == [
        "int8,",
        "emotion",
        "val",
        str(metrics["n"]),
        *(f"{metrics[name]:.4f}" for name in names),
    ]


def test_table_ends_with_checksums_as_sha256sum_prints_them(run_cli, tiny_home):
    assert run_cli("info").lines[-4:] == [f"{digest}  {name}" for name, digest in digests_of(tiny_home).items()]


def test_json_holds_everything(run_cli, tiny_home, tiny_artifact):
    result = run_cli("info", "--json")
    assert (result.code, result.err) == (0, "")
    digests = digests_of(tiny_home)
    assert json.loads(result.out) == {
        "name": "tiny",
        "version": digests["model.onnx"][:12],
        "labels": list(tiny_artifact.config.labels),
        "emoji": tiny_artifact.config.emoji,
        "max_tokens": tiny_artifact.config.max_tokens,
        "temperature": tiny_artifact.config.temperature,
        "prior": tiny_artifact.config.prior,
        "none": None,
        "suggestions": None,
        "provenance": tiny_artifact.config.provenance,
        "metrics": tiny_artifact.metrics,
        "sha256": digests,
    }
    assert list(json.loads(result.out)["emoji"]) == list(tiny_artifact.config.labels)


def test_none_and_suggestions_are_shown(run_cli, heads_home):
    lines = run_cli("info", "--model", heads_home).lines
    assert lines[3:5] == ["none      has a probability", "suggests  🐶 🐱 ☔ 🌞"]
    answer = json.loads(run_cli("info", "--json", "--model", heads_home).out)
    assert answer["none"] == {"slope": 0.9, "offset": -0.5}
    assert answer["suggestions"] == {"emoji": ["🐶", "🐱", "☔", "🌞"], "temperature": 2.0}


def test_model_without_metrics_shows_the_rest(run_cli, moods_home):
    result = run_cli("info", "--model", moods_home)
    assert result.code == 0
    assert result.lines[0].startswith("model     moods, version ")
    assert result.lines[1] == "labels    down 🙁, up 🙂, warm 🤗, hot 🌶, cold 🥶, odd 🦄"
    assert "accuracy" not in result.out
    assert result.lines[-4:] == [f"{digest}  {name}" for name, digest in digests_of(moods_home).items()]
    assert json.loads(run_cli("info", "--json", "--model", moods_home).out)["metrics"] == {}


def test_model_option_wins_over_the_environment(run_cli, moods_home):
    result = run_cli("info", "--json", "--model", moods_home, env={"TWEETMOJI_MODEL": "/nowhere"})
    assert json.loads(result.out)["name"] == "moods"


def test_shipped_model_is_described_when_no_other_is_named(run_cli, shipped_emojifier):
    answer = json.loads(run_cli("info", "--json", env={"TWEETMOJI_MODEL": ""}).out)
    assert (answer["name"], answer["version"]) == (shipped_emojifier.name, shipped_emojifier.version)
    assert answer["emoji"] == shipped_emojifier.emoji
    assert answer["metrics"] == shipped_emojifier.metrics


@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS"])
def test_incomplete_model_names_what_is_missing_in_one_line(run_cli, tiny_folder, name):
    (tiny_folder / name).unlink()
    result = run_cli("info", "--model", tiny_folder)
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tiny_folder}: {name} missing")


@pytest.mark.parametrize("name", FILES)
def test_damaged_model_names_the_file_in_one_line(run_cli, tiny_folder, name):
    with (tiny_folder / name).open("ab") as file:
        file.write(b" ")
    result = run_cli("info", "--json", "--model", tiny_folder)
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tiny_folder / name}: damaged")


def test_model_that_is_a_file_is_a_usage_error(run_cli, tiny_home):
    result = run_cli("info", "--model", tiny_home / "config.json")
    assert (result.code, result.out) == (2, "")
    assert "is a file" in result.complaint


def test_arguments_are_a_usage_error(run_cli):
    result = run_cli("info", "happy")
    assert (result.code, result.out) == (2, "")
    assert "happy" in result.complaint


def empty_the_weights(folder):
    (folder / "model.onnx").write_bytes(b"")


def empty_the_vocabulary(folder):
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")


def raise_the_tokens(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"max_tokens": 5000}), encoding="utf-8")


def add_a_label(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    labels = [*config["labels"], "envy"]
    more = {"labels": labels, "emoji": config["emoji"] | {"envy": "🙂"}, "prior": dict.fromkeys(labels, 1 / 7)}
    (folder / "config.json").write_text(json.dumps(config | more), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (empty_the_weights, "model.onnx: onnxruntime cannot load it"),
        (empty_the_vocabulary, "tokenizer.json: "),
        (raise_the_tokens, "config.json: max_tokens is 5000"),
        (add_a_label, "model.onnx: answers (6,) finite logits; expected 7"),
    ],
)
def test_model_that_does_not_load_is_refused_with_the_message_of_predict(run_cli, reseal, tiny_folder, spoil, said):
    spoil(tiny_folder)
    reseal(tiny_folder)
    result = run_cli("info", "--model", tiny_folder)
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tiny_folder / said}")
    assert result == run_cli("predict", "--model", tiny_folder, "happy")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS"])
def test_fifo_in_the_folder_is_named_and_not_waited_for(tiny_folder, name):
    (tiny_folder / name).unlink()
    os.mkfifo(tiny_folder / name)
    command = [sys.executable, "-m", "tweetmoji", "info", "--model", tiny_folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"tweetmoji: {tiny_folder}: {name} missing; a complete model folder has the regular")
