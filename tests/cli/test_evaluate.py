"""``tweetmoji evaluate``: metrics as tables and as JSON, which options go together, and errors of one line."""

import csv
import hashlib
import importlib
import json
import re
import sys
from dataclasses import replace
from importlib.metadata import version
from types import SimpleNamespace

import pytest
from tests.toys.datasets import RIGHT, write_datasets, write_files, write_own_data, write_tweets
from tests.toys.model import EMOJI_WORDS

import tweetmoji.runtime.emojifier
from tweetmoji.data import open_source
from tweetmoji.emotions import EMOTIONS
from tweetmoji.evaluate.scorecard import fill_scorecard
from tweetmoji.runtime.artifact import SHIPPED, make_artifact, write_artifact

METRICS = ("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "log_loss", "brier", "ece")


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch):
    """Draw 20 resamples for the intervals, which have tests of their own, rather than 1,000."""
    monkeypatch.setattr("tweetmoji.evaluate.scorecard.RESAMPLES", 20)


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    """The root of three small datasets; not to be changed."""
    return write_datasets(tmp_path_factory.mktemp("datasets"))


@pytest.fixture
def scorecard(datasets, tiny_emojifier):
    """The library's scorecard of the val split of emotion."""
    return fill_scorecard(tiny_emojifier, [open_source("emotion", datasets).read("val")]).as_dict()


@pytest.fixture(scope="module")
def sharper_model(tiny_artifact, tmp_path_factory):
    """The tiny model with half the temperature: as often right, with another log loss."""
    folder = tmp_path_factory.mktemp("sharper") / "sharper"
    parts = {"weights": tiny_artifact.weights, "tokenizer": tiny_artifact.tokenizer, "metrics": {}}
    config = replace(tiny_artifact.config, name="sharper", temperature=0.5)
    write_artifact(make_artifact(folder, config=config, **parts))
    return folder


@pytest.fixture
def cases():
    pytest.importorskip("yaml", reason="the cases need PyYAML: pip install '.[evaluate]'")


def measure(run_cli, *args):
    """The JSON of a run that exits with 0 and an empty stderr."""
    result = run_cli("evaluate", "--json", *args)
    assert (result.code, result.err) == (0, "")
    return json.loads(result.out)


def places(scorecard):
    return [(row["source"], row["split"]) for row in scorecard["evaluations"]]


def test_json_is_the_scorecard_of_the_library(run_cli, datasets, scorecard):
    assert measure(run_cli, "--data", datasets, "--split", "val") == scorecard


def test_metrics_worked_by_hand(run_cli, datasets):
    (evaluation,) = measure(run_cli, "--data", datasets, "--split", "val")["evaluations"]
    metrics = evaluation["metrics"]
    recalls = {"sadness": 1, "joy": 3 / 4, "love": 1 / 2, "anger": 2 / 3, "fear": 1}  # none of the 12 texts is surprise
    f1s = {"sadness": 4 / 5, "joy": 3 / 4, "love": 2 / 3, "anger": 4 / 5, "fear": 1, "surprise": 0}
    assert metrics["n"] == 12
    assert metrics["accuracy"] == pytest.approx(9 / 12)
    assert metrics["balanced_accuracy"] == pytest.approx(sum(recalls.values()) / 5)
    assert metrics["macro_f1"] == pytest.approx(sum(f1s.values()) / 6)
    assert {label: row["f1"] for label, row in metrics["per_class"].items()} == pytest.approx(f1s)
    assert metrics["per_class"]["joy"] == pytest.approx({"n": 4, "precision": 3 / 4, "recall": 3 / 4, "f1": 3 / 4})
    assert metrics["confusion"][EMOTIONS.index("love")] == [0, 1, 1, 0, 0, 0]


def test_json_names_model_digest_versions_and_hardware(run_cli, datasets, tiny_home):
    found = measure(run_cli, "--data", datasets)
    (evaluation,) = found["evaluations"]
    weights = hashlib.sha256((tiny_home / "model.onnx").read_bytes()).hexdigest()
    assert found["model"] == evaluation["model"] == {"name": "tiny", "version": weights[:12]}
    assert evaluation["data_sha256"] == hashlib.sha256((datasets / "emotion" / "test.txt").read_bytes()).hexdigest()
    assert found["versions"]["tweetmoji"] == version("tweetmoji")
    assert found["hardware"]["cores"] >= 1
    assert (found["behavior"], found["comparisons"]) == (None, [])


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
def test_source_and_split_options_choose_the_file(run_cli, datasets, options, place):
    found = measure(run_cli, "--data", datasets, *options)
    assert places(found) == [place]
    metrics = found["evaluations"][0]["metrics"]
    assert (round(metrics["accuracy"] * metrics["n"]), metrics["n"]) == RIGHT[place]


def test_split_train_is_scored(run_cli, datasets):
    found = measure(run_cli, "--data", datasets, "--split", "train")
    assert places(found) == [("emotion", "train")]


def test_data_may_be_the_root_or_the_folder_of_the_source(run_cli, datasets):
    root, folder = (measure(run_cli, "--data", path, "--split", "val") for path in (datasets, datasets / "emotion"))
    assert root == folder


def test_source_all_scores_every_evaluation_split_and_the_cases(run_cli, datasets, cases):
    found = measure(run_cli, "--data", datasets, "--source", "all")
    assert places(found) == list(RIGHT)
    assert found["behavior"]["total"]["n"] >= 150
    assert len(found["behavior"]["capabilities"]) == 17


def test_source_behavior_needs_no_data(run_cli, cases):
    found = measure(run_cli, "--source", "behavior")
    assert found["evaluations"] == []
    assert found["behavior"]["total"]["n"] >= 150


def test_data_folder_is_taken_from_tweetmoji_data_dir(run_cli, datasets):
    result = run_cli("evaluate", "--json", env={"TWEETMOJI_DATA_DIR": str(datasets)})
    assert places(json.loads(result.out)) == [("emotion", "test")]


def test_text_column_and_label_column_of_a_table(run_cli, tmp_path):
    (tmp_path / "mine.csv").write_text('mood,tweet\njoy,so happy\nanger,"sad, and late"\n', encoding="utf-8")
    found = measure(
        *(run_cli, "--data", tmp_path / "mine.csv", "--source", "table"),
        *("--text-column", "tweet", "--label-column", "mood"),
    )
    assert places(found) == [("table", "full")]
    assert found["evaluations"][0]["metrics"]["accuracy"] == 0.5


def test_output_shows_every_metric_with_four_places_and_its_interval(run_cli, datasets, scorecard):
    result = run_cli("evaluate", "--data", datasets, "--split", "val")
    assert (result.code, result.err) == (0, "")
    title, split, *rows = [line for line in result.lines if line]
    (evaluation,) = scorecard["evaluations"]
    assert title == f"tiny {scorecard['model']['version']}; in brackets: 95 % intervals"
    assert split == "emotion val, n = 12"
    names = (*METRICS, "accuracy_at_50", "top_3_accuracy")
    values = evaluation["metrics"] | {name: evaluation[name] for name in names[-2:]}
    intervals = evaluation["intervals"]
    assert [row.split("  ")[0] for row in rows[:9]] == [
        *("accuracy", "balanced accuracy", "macro-F1", "weighted F1", "log loss (nats)", "Brier score"),
        *("ECE (15 bins)", "accuracy at 50 % coverage", "top-3 accuracy"),
    ]
    assert [row.split("  ", 1)[1].strip() for row in rows[:9]] == [
        f"{values[name]:.4f}  [{intervals[name]['low']:.4f}, {intervals[name]['high']:.4f}]" for name in names
    ]
    assert rows[9].split() == ["class", "n", "precision", "recall", "F1"]
    classes = [row.split() for row in rows[10:16]]
    assert [row[0] for row in classes] == list(EMOTIONS)
    assert classes[0] == ["sadness", "2", "0.6667", "1.0000", "0.8000"]
    assert classes[5] == ["surprise", "0", "0.0000", "0.0000", "0.0000"]
    assert rows[16] == "uniform prior"
    assert rows[18].startswith(f"accuracy                          {values['accuracy']:.3f} (")


def test_output_shows_every_split_with_its_own_classes_and_the_cases(run_cli, datasets, cases):
    found = measure(run_cli, "--data", datasets, "--source", "all")
    lines = run_cli("evaluate", "--data", datasets, "--source", "all").lines
    for (source, split), (_, n) in RIGHT.items():
        assert f"{source} {split}, n = {n}" in lines
    tweets = lines[lines.index("tweeteval val, n = 6") :]
    header = next(i for i, line in enumerate(tweets) if line.startswith("class"))
    assert [line.split()[0] for line in tweets[header + 1 : header + 4]] == ["anger", "joy", "sadness"]
    shown = {line.split()[0]: line.split()[1:3] for line in lines[lines.index("behavioral cases") + 3 :]}
    rows = [*found["behavior"]["capabilities"], found["behavior"]["total"]]
    assert shown == {row["capability"]: [str(row["passed"]), str(row["n"])] for row in rows}


def test_compare_shows_the_other_model_minus_this_one(run_cli, datasets, sharper_model, tiny_home):
    args = ("--data", datasets, "--split", "val", "--compare", sharper_model)
    found = measure(run_cli, *args)
    (comparison,) = found["comparisons"]
    (sharper,) = measure(run_cli, "--data", datasets, "--split", "val", "--model", sharper_model)["evaluations"]
    (tiny,) = found["evaluations"]
    for name in METRICS:
        expected = sharper["metrics"][name] - tiny["metrics"][name]
        assert comparison["differences"][name]["value"] == pytest.approx(expected), name
    assert comparison["differences"]["log_loss"]["value"] != 0
    assert (comparison["with"]["name"], comparison["p_value"]) == ("sharper", 1)

    lines = run_cli("evaluate", *args).lines
    at = lines.index(f"sharper {comparison['with']['version']} minus this model, emotion val")
    assert lines[at + 6].startswith(f"log loss (nats)            {comparison['differences']['log_loss']['value']:+.4f}")
    assert lines[-1] == (
        "right where the other is wrong: this model 0 times, sharper 0 times; McNemar's exact test: p = 1.0000"
    )


def test_small_p_values_are_shown_as_less_than(run_cli, tmp_path, tiny_emojifier, shipped_emojifier):
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
    """The arguments of `write_report`, which has its own tests."""
    calls = []

    def write_report(scorecard, artifact, folder):
        calls.append((scorecard, artifact.version, folder))

    monkeypatch.setitem(sys.modules, "tweetmoji.evaluate.report.write", SimpleNamespace(write_report=write_report))
    return calls


def test_report_is_written_from_the_scorecard_with_the_mistakes(run_cli, datasets, tmp_path, reported):
    folder = tmp_path / "report"
    found = measure(run_cli, "--data", datasets, "--split", "val", "--report", folder)
    assert reported == [(found, found["model"]["version"], folder)]
    with (folder / "mistakes" / "emotion-val.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted((int(row["row"]), row["label"], row["predicted"]) for row in rows) == [
        (4, "love", "joy"),
        (7, "anger", "sadness"),
        (12, "joy", "surprise"),
    ]
    assert [row["confidence"] for row in rows] == sorted((row["confidence"] for row in rows), reverse=True)
    assert (folder / "mistakes" / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_without_report_nothing_is_written(run_cli, datasets, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    measure(run_cli, "--data", datasets)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("package", "options"),
    [
        ("sklearn", ()),
        ("scipy", ()),
        ("yaml", ("--source", "behavior")),
        *((package, ("--report", "report")) for package in ("matplotlib", "jinja2", "markupsafe", "huggingface_hub")),
    ],
)
def test_without_the_extra_evaluate_is_one_line(run_cli, monkeypatch, tmp_path, package, options):
    monkeypatch.chdir(tmp_path)
    ours = ("tweetmoji.evaluate", "tweetmoji.reporting")
    for name in ours:  # so that other tests find in them what they have imported
        monkeypatch.setattr(name, importlib.import_module(name))
    for name in [name for name in sys.modules if name.startswith((*ours, f"{package}."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    result = run_cli("evaluate", *options)
    assert (result.code, result.out) == (1, "")
    assert re.fullmatch(
        rf"this needs '{package}[\w.]*', which is not installed; in a clone, run: pip install '\.\[evaluate\]'",
        result.complaint,
    )
    assert list(tmp_path.iterdir()) == []


def test_a_model_with_other_labels_is_scored_on_them(run_cli, moods_home, tmp_path):
    (tmp_path / "test.txt").write_text("happy;up\nsad;up\n", encoding="utf-8")
    found = measure(run_cli, "--data", tmp_path, "--model", moods_home)
    metrics = found["evaluations"][0]["metrics"]
    assert metrics["accuracy"] == 0.5
    assert list(metrics["per_class"]) == ["down", "up", "warm", "hot", "cold", "odd"]


@pytest.mark.parametrize("source", ["tweeteval", "goemotions", "behavior", "all"])
def test_a_model_without_the_emotions_is_refused_on_other_sources(run_cli, moods_home, datasets, source, cases):
    result = run_cli("evaluate", "--data", datasets, "--source", source, "--model", moods_home)
    assert (result.code, result.out) == (2, "")
    assert " has the labels down, up, warm, hot, cold, odd; choose another --source" in result.complaint


def test_models_with_different_labels_cannot_be_compared(run_cli, moods_home, datasets):
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
def test_a_damaged_file_is_named_with_its_line(run_cli, tmp_path, content, place, reason, options):
    if content is not None:
        (tmp_path / "test.txt").write_bytes(content)
    result = run_cli("evaluate", "--data", tmp_path, *options)
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tmp_path}/{place}")
    assert reason in result.complaint


def test_source_all_with_one_damaged_file_names_it_and_prints_nothing(run_cli, tmp_path):
    write_files(write_datasets(tmp_path) / "goemotions", {"dev.tsv": "happy\t99\ta\n"})
    result = run_cli("evaluate", "--data", tmp_path, "--source", "all")
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tmp_path}/goemotions/dev.tsv:1: unknown label '99'")


@pytest.mark.parametrize("option", ["--data", "--model", "--compare"])
def test_a_missing_folder_is_named(run_cli, datasets, tmp_path, option):
    result = run_cli("evaluate", "--data", datasets, option, tmp_path / "nowhere")
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tmp_path}/nowhere: ")


@pytest.mark.parametrize("source", ["emotion", "tweeteval", "goemotions", "table"])
def test_a_source_without_data_is_a_usage_error(run_cli, source):
    result = run_cli("evaluate", "--source", source)
    assert (result.code, result.out) == (2, "")
    assert result.complaint == f"source {source} needs a folder; name it with --data or TWEETMOJI_DATA_DIR"


def test_an_unknown_split_is_named_with_those_of_the_source(run_cli, datasets):
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
        (("--split", "dev"), "'dev' is not one of 'train', 'val', 'test', 'full'"),
        (("--source", "neutral"), "'neutral' is not one of 'emotion', 'tweeteval', 'goemotions', 'emoji'"),
        (("--data", ".", "extra"), "extra"),
        (("--data", ".", "--threads", "0"), "'--threads'"),
    ],
)
def test_usage_errors_are_one_line(run_cli, args, complaint):
    result = run_cli("evaluate", *args)
    assert (result.code, result.out) == (2, "")
    assert complaint in result.complaint
    assert result.complaint.endswith("(see 'tweetmoji evaluate --help')")


def test_threads_are_passed_to_both_models(run_cli, monkeypatch, datasets, sharper_model):
    load = tweetmoji.runtime.emojifier.load
    passed = []

    def load_and_note(path, **settings):
        passed.append(settings)
        return load(path, **settings)

    monkeypatch.setattr(tweetmoji.runtime.emojifier, "load", load_and_note)
    assert run_cli("evaluate", "--data", datasets, "--compare", sharper_model, "--threads", "2").code == 0
    assert passed == [{"threads": 2, "prior": None}] * 2


PRIOR = "sadness=0.4,joy=0.2,love=0.1,anger=0.1,fear=0.1,surprise=0.1"


def test_prior_is_that_of_both_models_and_is_shown(run_cli, datasets, tiny_home, sharper_model):
    args = ("--data", datasets, "--split", "val", "--compare", sharper_model, "--prior", PRIOR)
    scorecard = measure(run_cli, *args)
    prior = {"sadness": 0.4, "joy": 0.2, "love": 0.1, "anger": 0.1, "fear": 0.1, "surprise": 0.1}
    models = [tweetmoji.load(folder, prior=prior) for folder in (tiny_home, sharper_model)]
    splits = [open_source("emotion", datasets).read("val")]
    assert scorecard == fill_scorecard(models[0], splits, other=models[1]).as_dict() | {"prior": models[0].prior}
    assert scorecard["evaluations"] != measure(run_cli, *args[:-2])["evaluations"]
    shown = run_cli("evaluate", *args).lines[1]
    assert shown == f"prior: {', '.join(f'{label} {share:.4f}' for label, share in models[0].prior.items())}"


def test_prior_with_a_report_is_a_usage_error(run_cli, datasets, tmp_path):
    result = run_cli("evaluate", "--data", datasets, "--prior", "uniform", "--report", tmp_path / "report")
    assert (result.code, result.out) == (2, "")
    assert "--prior does not go with --report" in result.complaint
    assert not (tmp_path / "report").exists()


def test_variable_of_other_commands_sets_no_prior(run_cli, datasets, scorecard):
    result = run_cli("evaluate", "--json", "--data", datasets, "--split", "val", env={"TWEETMOJI_PRIOR": "uniform"})
    assert json.loads(result.out) == scorecard


@pytest.fixture
def own_data(tmp_path):
    return write_own_data(tmp_path / "own")


@pytest.fixture
def with_tweets(tmp_path):
    """A root of the three datasets and of the annotated tweets."""
    return write_tweets(write_datasets(tmp_path / "datasets"))


def test_own_data_are_scored_on_their_texts_with_an_emotion(run_cli, with_tweets, own_data):
    found = measure(run_cli, "--own-data", own_data, "--source", "written")
    assert places(found) == [("written", "test")]
    # "called and i hung up scared", the same with happy, and danced, which says nothing to the tiny model
    assert found["evaluations"][0]["metrics"]["n"] == 3
    assert found["evaluations"][0]["labels"] == list(EMOTIONS)
    options = ("--data", with_tweets, "--own-data", own_data, "--source", "annotated")
    (evaluation,) = measure(run_cli, *options)["evaluations"]
    assert (evaluation["split"], evaluation["metrics"]["n"]) == ("test", 2)
    assert evaluation["metrics"]["accuracy"] == 1
    (evaluation,) = measure(run_cli, *options, "--split", "val")["evaluations"]
    assert evaluation["metrics"]["n"] == 1


def test_source_all_scores_own_data_too(run_cli, with_tweets, own_data, cases):
    found = measure(run_cli, "--data", with_tweets, "--own-data", own_data, "--source", "all")
    own = [(source, split) for source in ("written", "annotated") for split in ("val", "test")]
    assert places(found) == [*RIGHT, *own]


def test_own_data_without_their_folder_are_a_usage_error(run_cli):
    result = run_cli("evaluate", "--source", "written")
    assert (result.code, result.out) == (2, "")
    assert result.complaint.startswith("source written needs the folder of the project's own data; name it with --own")


@pytest.mark.parametrize("source", ["emotion", "all"])
def test_the_test_split_of_emotion_is_scored_without_denials_too(run_cli, tmp_path, cases, source):
    root = write_datasets(tmp_path)
    with (root / "emotion" / "test.txt").open("a", encoding="utf-8") as file:
        file.write("i dont feel happy;joy\n")
    found = measure(run_cli, "--data", root, "--source", source)
    sizes = {(row["source"], row["split"]): row["metrics"]["n"] for row in found["evaluations"]}
    assert sizes["emotion", "test"] == 3
    assert sizes["emotion", "test-without-denials"] == 2
    assert ("emotion", "val-without-denials") not in sizes
    assert len(measure(run_cli, "--data", root, "--split", "val")["evaluations"]) == 1


def test_none_pairs_and_capabilities_of_written_texts_are_shown(run_cli, own_data, heads_home):
    args = ("--own-data", own_data, "--source", "written", "--model", heads_home)
    (evaluation,) = measure(run_cli, *args)["evaluations"]
    assert (evaluation["none"]["n"], evaluation["pairs"]["n"]) == (1, 1)
    lines = run_cli("evaluate", *args).lines
    at = lines.index("none")
    assert lines[at + 2].strip() == "Written texts test"
    assert [line.split()[-1] for line in lines[at + 3 : at + 5]] == ["3", "1"]
    title, _, shown = lines[at + 7].partition("  ")
    assert title == "ROC AUC of the confidence"
    assert shown.split()[0] == f"{evaluation['none']['confidence_roc_auc']:.3f}"
    at = lines.index("written texts")
    assert [line.split("  ")[0] for line in lines[at + 3 :]] == [
        "minimal pairs, both sides",
        "implied",
        "neutral",
        "plain",
    ]
    assert f"  {evaluation['pairs']['right']} of 1: " in lines[at + 3]


def test_emoji_are_scored_for_a_model_that_suggests_them_alone(run_cli, tmp_path, heads_home):
    mapping = "".join(f"{i}\t{emoji}\t_name_\n" for i, emoji in enumerate(EMOJI_WORDS.values()))
    files = {"mapping.txt": mapping, "val_text.txt": "dog \nsun \n", "val_labels.txt": "0\n0\n"}
    write_files(tmp_path / "tweeteval-emoji", files)
    args = ("--data", tmp_path, "--source", "emoji", "--split", "val")
    (evaluation,) = measure(run_cli, *args, "--model", heads_home)["evaluations"]
    assert (evaluation["metrics"]["accuracy"], evaluation["labels"]) == (0.5, list(EMOJI_WORDS.values()))
    result = run_cli("evaluate", *args)
    assert (result.code, result.out) == (2, "")
    assert result.complaint.startswith("source emoji needs the labels ")
