"""``tweetmoji evaluate``: a model's figures as tables and as JSON, what goes with what, and every fault in one line."""

import csv
import hashlib
import json
import sys
from dataclasses import replace
from importlib.metadata import version
from types import SimpleNamespace

import pytest
from tests.toys.datasets import RIGHT, write_datasets, write_files

import tweetmoji.runtime.emojifier
from tweetmoji.data import open_source
from tweetmoji.emotions import EMOTIONS
from tweetmoji.evaluate.scorecard import fill_scorecard
from tweetmoji.runtime.artifact import SHIPPED, make_artifact, write_artifact
from tweetmoji.runtime.metrics import METRIC_TITLES

METRICS = ("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "log_loss", "brier", "ece")


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    """The root of three small datasets; not to be changed."""
    return write_datasets(tmp_path_factory.mktemp("datasets"))


@pytest.fixture
def scorecard(datasets, tiny_emojifier):
    """What the library says of home's val split."""
    return fill_scorecard(tiny_emojifier, [open_source("emotion", datasets).read("val")]).as_dict()


@pytest.fixture(scope="module")
def sharper_home(tiny_artifact, tmp_path_factory):
    """The tiny model with all answers twice as sure: as often right, with another log loss."""
    folder = tmp_path_factory.mktemp("sharper") / "sharper"
    parts = {"weights": tiny_artifact.weights, "tokenizer": tiny_artifact.tokenizer, "metrics": {}}
    config = replace(tiny_artifact.config, name="sharper", temperature=0.5)
    write_artifact(make_artifact(folder, config=config, **parts))
    return folder


@pytest.fixture
def cases():
    pytest.importorskip("yaml", reason="the cases need PyYAML: pip install '.[evaluate]'")


def measure(run_cli, *args):
    """The JSON of a run that ends well and has nothing to say on stderr."""
    result = run_cli("evaluate", "--json", *args)
    assert (result.code, result.err) == (0, "")
    return json.loads(result.out)


def places(answer):
    return [(row["source"], row["split"]) for row in answer["evaluations"]]


def test_json_is_the_librarys_scorecard(run_cli, datasets, scorecard):
    assert measure(run_cli, "--data", datasets, "--split", "val") == scorecard


def test_figures_are_right_by_hand(run_cli, datasets):
    (evaluation,) = measure(run_cli, "--data", datasets, "--split", "val")["evaluations"]
    metrics = evaluation["metrics"]
    recalls = {"sadness": 1, "joy": 3 / 4, "love": 1 / 2, "anger": 2 / 3, "fear": 1}  # none of the 12 is surprise
    f1s = {"sadness": 4 / 5, "joy": 3 / 4, "love": 2 / 3, "anger": 4 / 5, "fear": 1, "surprise": 0}
    assert metrics["n"] == 12
    assert metrics["accuracy"] == pytest.approx(9 / 12)
    assert metrics["balanced_accuracy"] == pytest.approx(sum(recalls.values()) / 5)
    assert metrics["macro_f1"] == pytest.approx(sum(f1s.values()) / 6)
    assert {label: row["f1"] for label, row in metrics["per_class"].items()} == pytest.approx(f1s)
    assert metrics["per_class"]["joy"] == pytest.approx({"n": 4, "precision": 3 / 4, "recall": 3 / 4, "f1": 3 / 4})
    assert metrics["confusion"][EMOTIONS.index("love")] == [0, 1, 1, 0, 0, 0]


def test_json_says_what_was_measured_on_what(run_cli, datasets, tiny_home):
    answer = measure(run_cli, "--data", datasets)
    (evaluation,) = answer["evaluations"]
    weights = hashlib.sha256((tiny_home / "model.onnx").read_bytes()).hexdigest()
    assert answer["model"] == evaluation["model"] == {"name": "tiny", "version": weights[:12]}
    assert evaluation["data_sha256"] == hashlib.sha256((datasets / "emotion" / "test.txt").read_bytes()).hexdigest()
    assert answer["versions"]["tweetmoji"] == version("tweetmoji")
    assert answer["hardware"]["cores"] >= 1
    assert (answer["behavior"], answer["comparisons"]) == (None, [])


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ((), ("emotion", "test")),
        (("--split", "test"), ("emotion", "test")),
        (("--split", "val"), ("emotion", "val")),
        (("--source", "tweeteval"), ("tweeteval", "val")),
        (("--source", "goemotions"), ("goemotions", "test")),
        (("--source", "goemotions", "--split", "val"), ("goemotions", "val")),
    ],
)
def test_source_and_split_choose_the_file_and_test_is_the_default(run_cli, datasets, options, place):
    answer = measure(run_cli, "--data", datasets, *options)
    assert places(answer) == [place]
    metrics = answer["evaluations"][0]["metrics"]
    assert (round(metrics["accuracy"] * metrics["n"]), metrics["n"]) == RIGHT[place]


def test_training_split_is_scored_only_when_asked_for(run_cli, datasets):
    answer = measure(run_cli, "--data", datasets, "--split", "train")
    assert places(answer) == [("emotion", "train")]


def test_folder_of_one_dataset_is_as_good_as_the_root_of_all(run_cli, datasets):
    root, folder = (measure(run_cli, "--data", path, "--split", "val") for path in (datasets, datasets / "emotion"))
    assert root == folder


def test_all_scores_every_evaluation_split_and_the_cases(run_cli, datasets, cases):
    answer = measure(run_cli, "--data", datasets, "--source", "all")
    assert places(answer) == list(RIGHT)
    assert answer["behavior"]["total"]["n"] >= 150
    assert len(answer["behavior"]["capabilities"]) == 17


def test_behavior_needs_no_data(run_cli, cases):
    answer = measure(run_cli, "--source", "behavior")
    assert answer["evaluations"] == []
    assert answer["behavior"]["total"]["n"] >= 150


def test_data_folder_is_taken_from_the_environment(run_cli, datasets):
    result = run_cli("evaluate", "--json", env={"TWEETMOJI_DATA_DIR": str(datasets)})
    assert places(json.loads(result.out)) == [("emotion", "test")]


def test_columns_of_a_table_can_be_named(run_cli, tmp_path):
    (tmp_path / "mine.csv").write_text('mood,tweet\njoy,so happy\nanger,"sad, and late"\n', encoding="utf-8")
    answer = measure(
        *(run_cli, "--data", tmp_path / "mine.csv", "--source", "table"),
        *("--text-column", "tweet", "--label-column", "mood"),
    )
    assert places(answer) == [("table", "all")]
    assert answer["evaluations"][0]["metrics"]["accuracy"] == 0.5


def test_table_shows_every_figure_with_four_places_and_its_interval(run_cli, datasets, scorecard):
    result = run_cli("evaluate", "--data", datasets, "--split", "val")
    assert (result.code, result.err) == (0, "")
    title, split, *rows = [line for line in result.lines if line]
    (evaluation,) = scorecard["evaluations"]
    assert title == f"tiny {scorecard['model']['version']}; in brackets 95 % intervals"
    assert split == "home val, n = 12"
    values = evaluation["metrics"] | {"accuracy_at_50": evaluation["accuracy_at_50"]}
    intervals = evaluation["intervals"]
    assert [row.split("  ")[0] for row in rows[:8]] == [
        *("accuracy", "balanced accuracy", "macro-F1", "weighted F1", "log loss (nats)", "Brier score"),
        *("ECE (15 bins)", "accuracy at 50 % coverage"),
    ]
    assert [row.split("  ", 1)[1].strip() for row in rows[:8]] == [
        f"{values[name]:.4f}  [{intervals[name]['low']:.4f}, {intervals[name]['high']:.4f}]"
        for name in (*METRICS, "accuracy_at_50")
    ]
    assert rows[8].split() == ["class", "n", "precision", "recall", "F1"]
    classes = [row.split() for row in rows[9:]]
    assert [row[0] for row in classes] == list(EMOTIONS)
    assert classes[0] == ["sadness", "2", "0.6667", "1.0000", "0.8000"]
    assert classes[5] == ["surprise", "0", "0.0000", "0.0000", "0.0000"]


def test_table_shows_every_split_with_its_own_classes_and_the_cases(run_cli, datasets, cases):
    answer = measure(run_cli, "--data", datasets, "--source", "all")
    lines = run_cli("evaluate", "--data", datasets, "--source", "all").lines
    for (source, split), (_, n) in RIGHT.items():
        assert f"{source} {split}, n = {n}" in lines
    tweets = lines[lines.index("tweeteval val, n = 6") :]
    header = next(i for i, line in enumerate(tweets) if line.startswith("class"))
    assert [line.split()[0] for line in tweets[header + 1 : header + 4]] == ["anger", "joy", "sadness"]
    shown = {line.split()[0]: line.split()[1:3] for line in lines[lines.index("behavioral cases") + 3 :]}
    rows = [*answer["behavior"]["capabilities"], answer["behavior"]["total"]]
    assert shown == {row["capability"]: [str(row["passed"]), str(row["n"])] for row in rows}


def test_comparison_is_the_other_model_minus_this_one(run_cli, datasets, sharper_home, tiny_home):
    args = ("--data", datasets, "--split", "val", "--compare", sharper_home)
    answer = measure(run_cli, *args)
    (comparison,) = answer["comparisons"]
    (sharper,) = measure(run_cli, "--data", datasets, "--split", "val", "--model", sharper_home)["evaluations"]
    (tiny,) = answer["evaluations"]
    for name in METRICS:
        expected = sharper["metrics"][name] - tiny["metrics"][name]
        assert comparison["differences"][name]["value"] == pytest.approx(expected), name
    assert comparison["differences"]["log_loss"]["value"] != 0
    assert (comparison["with"]["name"], comparison["p_value"]) == ("sharper", 1)

    lines = run_cli("evaluate", *args).lines
    at = lines.index(f"sharper {comparison['with']['version']} minus this model, home val")
    assert lines[at + 6].startswith(f"log loss (nats)            {comparison['differences']['log_loss']['value']:+.4f}")
    assert lines[-1] == (
        "right where the other is wrong: this model 0 times, sharper 0 times; McNemar's exact test: p = 1.0000"
    )


def test_difference_that_is_hardly_chance_is_said_to_be_that(run_cli, tmp_path, tiny_emojifier, shipped_emojifier):
    words = ("dog", "late", "rain", "sun")
    word = next(word for word in words if tiny_emojifier(word).label != shipped_emojifier(word).label)
    (tmp_path / "test.txt").write_text(f"{word};{tiny_emojifier(word).label}\n" * 15, encoding="utf-8")
    args = ("--data", tmp_path, "--compare", SHIPPED)
    (comparison,) = measure(run_cli, *args)["comparisons"]
    assert comparison["p_value"] == pytest.approx(2 / 2**15)
    assert comparison["differences"]["accuracy"] == {"value": -1, "low": -1, "high": -1}
    assert run_cli("evaluate", *args).lines[-1] == (
        f"right where the other is wrong: this model 15 times, {shipped_emojifier.name} 0 times; "
        "McNemar's exact test: p < 0.0001"
    )


@pytest.fixture
def reported(monkeypatch):
    """What the report would be written from; its own tests stand beside it."""
    calls = []

    def write_report(scorecard, artifact, folder):
        calls.append((scorecard, artifact.version, folder))

    monkeypatch.setitem(sys.modules, "tweetmoji.evaluate.report", SimpleNamespace(write_report=write_report))
    return calls


def test_report_is_written_from_the_same_scorecard_beside_the_mistakes(run_cli, datasets, tmp_path, reported):
    folder = tmp_path / "report"
    answer = measure(run_cli, "--data", datasets, "--split", "val", "--report", folder)
    assert reported == [(answer, answer["model"]["version"], folder)]
    with (folder / "mistakes" / "home-val.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted((int(row["row"]), row["label"], row["answer"]) for row in rows) == [
        (4, "love", "joy"),
        (7, "anger", "sadness"),
        (12, "joy", "surprise"),
    ]
    assert [row["confidence"] for row in rows] == sorted((row["confidence"] for row in rows), reverse=True)
    assert (folder / "mistakes" / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_nothing_is_written_without_report(run_cli, datasets, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    measure(run_cli, "--data", datasets)
    assert list(tmp_path.iterdir()) == []


def test_missing_pyyaml_is_named_with_what_to_install(run_cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    result = run_cli("evaluate", "--source", "behavior")
    assert (result.code, result.out) == (1, "")
    assert result.complaint == "this needs 'yaml', which is not installed; run: pip install 'tweetmoji[evaluate]'"


def test_model_with_own_labels_is_measured_with_them(run_cli, moods_home, tmp_path):
    (tmp_path / "test.txt").write_text("happy;up\nsad;up\n", encoding="utf-8")
    answer = measure(run_cli, "--data", tmp_path, "--model", moods_home)
    metrics = answer["evaluations"][0]["metrics"]
    assert metrics["accuracy"] == 0.5
    assert list(metrics["per_class"]) == ["down", "up", "warm", "hot", "cold", "odd"]


@pytest.mark.parametrize("source", ["tweeteval", "goemotions", "behavior", "all"])
def test_model_with_own_labels_is_refused_where_emotions_are_asked_for(run_cli, moods_home, datasets, source, cases):
    result = run_cli("evaluate", "--data", datasets, "--source", source, "--model", moods_home)
    assert (result.code, result.out) == (2, "")
    assert " has the labels down, up, warm, hot, cold, odd; choose another --source" in result.complaint


def test_models_with_other_labels_cannot_be_compared(run_cli, moods_home, datasets):
    result = run_cli("evaluate", "--data", datasets, "--compare", moods_home)
    assert (result.code, result.out) == (2, "")
    assert result.complaint.startswith("the models' labels differ: sadness, joy")


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


def test_all_with_one_damaged_file_names_it_and_prints_no_figures(run_cli, tmp_path):
    write_files(write_datasets(tmp_path) / "goemotions", {"dev.tsv": "happy\t99\ta\n"})
    result = run_cli("evaluate", "--data", tmp_path, "--source", "all")
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tmp_path}/goemotions/dev.tsv:1: unknown label '99'")


@pytest.mark.parametrize("option", ["--data", "--model", "--compare"])
def test_missing_folder_is_named(run_cli, datasets, tmp_path, option):
    result = run_cli("evaluate", "--data", datasets, option, tmp_path / "nowhere")
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tmp_path}/nowhere: ")


@pytest.mark.parametrize("source", ["emotion", "tweeteval", "goemotions", "table"])
def test_source_without_data_says_how_to_name_the_place(run_cli, source):
    result = run_cli("evaluate", "--source", source)
    assert (result.code, result.out) == (2, "")
    assert result.complaint == f"source {source} needs a folder; name it with --data or TWEETMOJI_DATA_DIR"


def test_split_that_the_source_has_not_is_named_with_those_it_has(run_cli, datasets):
    result = run_cli("evaluate", "--data", datasets, "--source", "tweeteval", "--split", "test")
    assert (result.code, result.out) == (1, "")
    assert result.complaint == "source tweeteval has no split 'test'; expected one of train, val"


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (("--source", "all"), "--source all needs the root of the datasets: --data DIR or TWEETMOJI_DATA_DIR"),
        (("--source", "all", "--split", "val"), "--split val does not go with --source all"),
        (("--source", "behavior", "--split", "val"), "--split val does not go with --source behavior"),
        (("--source", "behavior", "--compare", "m"), "--compare goes with splits of datasets"),
        (("--source", "neutral"), "'neutral' is not one of 'emotion', 'tweeteval', 'goemotions', 'huggingface'"),
        (("--data", ".", "extra"), "extra"),
        (("--data", ".", "--threads", "0"), "'--threads'"),
    ],
)
def test_wrong_use_is_a_usage_error_of_one_line(run_cli, args, complaint):
    result = run_cli("evaluate", *args)
    assert (result.code, result.out) == (2, "")
    assert complaint in result.complaint
    assert result.complaint.endswith("(see 'tweetmoji evaluate --help')")


def test_threads_reach_both_models(run_cli, monkeypatch, datasets, sharper_home):
    load = tweetmoji.runtime.emojifier.load
    asked = []

    def load_and_note(path, **settings):
        asked.append(settings)
        return load(path, **settings)

    monkeypatch.setattr(tweetmoji.runtime.emojifier, "load", load_and_note)
    assert run_cli("evaluate", "--data", datasets, "--compare", sharper_home, "--threads", "2").code == 0
    assert asked == [{"threads": 2}] * 2


def test_shipped_models_own_figures_are_measured_again(run_cli, data_dir, shipped_emojifier):
    recorded = next(
        row["metrics"]
        for row in shipped_emojifier.metrics["evaluations"]
        if (row["weights"], row["split"], row.get("source", "emotion")) == ("int8", "test", "emotion")
    )
    options = ("--data", data_dir, "--source", "emotion", "--split", "test", "--json")
    result = run_cli("evaluate", *options, env={"TWEETMOJI_MODEL": ""})
    (evaluation,) = json.loads(result.out)["evaluations"]
    for name in METRIC_TITLES:
        assert evaluation["metrics"][name] == pytest.approx(recorded[name], abs=1e-6), name
    for label, row in recorded["per_class"].items():
        assert evaluation["metrics"]["per_class"][label] == pytest.approx(row, abs=1e-6), label
