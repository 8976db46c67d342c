"""`train` on a toy task: what it writes, what it refuses, and what it leaves behind when it fails."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from importlib.metadata import version  # noqa: E402

from tests.toys.training import write_base  # noqa: E402

import tweetmoji  # noqa: E402
from tweetmoji import ArtifactError, DataError, SettingError, TrainingError  # noqa: E402
from tweetmoji.data import SourceChoice, open_source  # noqa: E402
from tweetmoji.data.labels import LabelSet  # noqa: E402
from tweetmoji.emotions import EMOJI, EMOTIONS  # noqa: E402
from tweetmoji.evaluate import evaluate  # noqa: E402
from tweetmoji.evaluate.metrics import log_loss  # noqa: E402
from tweetmoji.runtime.artifact import read_artifact  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train import CorpusChoice, TrainingRun, train  # noqa: E402
from tweetmoji.train import run as run_module  # noqa: E402
from tweetmoji.train.loop.targets import join_targets, make_targets  # noqa: E402


@pytest.fixture(scope="module")
def emojifier(finished_run):
    return tweetmoji.load(finished_run.out, threads=1)


@pytest.fixture(scope="module")
def metrics(finished_run):
    return read_metrics(finished_run)


@pytest.fixture(scope="module")
def two_sources(toy_base, toy_root, settings, tmp_path_factory):
    """A run of one epoch on two sources that left the test splits alone; not to be changed."""
    run = TrainingRun(
        corpus=CorpusChoice(toy_root, (SourceChoice("emotion"), SourceChoice("tweeteval", 9))),
        base=str(toy_base),
        out=tmp_path_factory.mktemp("two") / "two-sources",
        settings=dataclasses.replace(settings, epochs=1),
        score_test=False,
    )
    train(run)
    return run


@pytest.fixture
def new_run(finished_run, tmp_path) -> TrainingRun:
    """A run that has not begun."""
    return dataclasses.replace(finished_run, out=tmp_path / "model")


@pytest.fixture
def copied_run(finished_run, tmp_path) -> TrainingRun:
    """A copy of the finished run, so that `train` with ``resume`` has only the export left to do."""
    copy = dataclasses.replace(finished_run, out=tmp_path / finished_run.out.name)
    shutil.copytree(finished_run.out, copy.out)
    shutil.copytree(finished_run.checkpoints, copy.checkpoints)
    return copy


def read_emotion(folder, split):
    return open_source("emotion", folder).read(split)


def read_metrics(run):
    return json.loads((run.out / "metrics.json").read_text(encoding="utf-8"))


def read_folder(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("text", "emotion"),
    [("i feel so lonely", "sadness"), ("I feel MERRY today", "joy"), ("she is furious", "anger")],
)
def test_loaded_model_has_learned_the_toy_task(emojifier, text, emotion):
    prediction = emojifier(text)
    assert (prediction.label, prediction.emoji) == (emotion, EMOJI[emotion])
    assert prediction.confidence > 0.5


def test_config_describes_what_made_the_model(finished_run, toy_data, toy_base):
    config = read_artifact(finished_run.out).config
    assert (config.name, config.labels, config.emoji) == (finished_run.out.name, EMOTIONS, dict(EMOJI))
    assert config.max_tokens == finished_run.settings.max_tokens
    assert config.provenance["base"] == toy_base.name
    assert config.provenance["settings"] == dataclasses.asdict(finished_run.settings)
    digests = {split: read_emotion(toy_data, split).sha256 for split in ("train", "val", "test")}
    assert config.provenance["data"] == {"emotion": {"train_texts": 144, "removed_texts": 0, "sha256": digests}}


def test_temperature_is_the_one_of_least_loss_on_val(emojifier, toy_data):
    val = read_emotion(toy_data, "val")
    logits = np.log(np.maximum(emojifier.predict_proba(val.texts), 1e-30))  # once calibrated, the best left is 1
    losses = {temperature: log_loss(softmax(logits, temperature), val.targets) for temperature in (0.9, 1.0, 1.1)}
    assert losses[1.0] < losses[0.9]
    assert losses[1.0] < losses[1.1]


def test_metrics_report_both_weights_on_both_splits(finished_run, metrics):
    rows = {(row["weights"], row["split"]): row for row in metrics["evaluations"]}
    assert set(rows) == {(weights, split) for weights in ("int8", "float32") for split in ("val", "test")}
    shipped = read_artifact(finished_run.out).version
    for (weights, _), row in rows.items():
        assert row["model"]["name"] == finished_run.out.name
        assert (row["model"]["version"] == shipped) == (weights == "int8")
        assert row["metrics"]["accuracy"] > 0.85
    for split in ("val", "test"):
        int8, float32 = (rows[weights, split]["metrics"] for weights in ("int8", "float32"))
        assert int8["log_loss"] == pytest.approx(float32["log_loss"], rel=0.1)
        assert int8["log_loss"] != float32["log_loss"]


def test_metrics_name_seed_epochs_versions_and_hardware(finished_run, metrics):
    assert metrics["seed"] == finished_run.settings.seed
    assert [epoch["epoch"] for epoch in metrics["epochs"]] == [1, 2, 3]
    losses = [epoch["val_log_loss"] for epoch in metrics["epochs"]]
    assert losses[metrics["best_epoch"] - 1] == min(losses)
    for package in ("tweetmoji", "torch", "transformers", "onnxruntime", "tokenizers", "numpy"):
        assert metrics["versions"][package] == version(package)
    assert set(metrics["hardware"]) == {"cpu", "cores", "system"}
    assert metrics["hardware"]["cores"] >= 1
    assert metrics["training_device"]["type"] == "cpu"
    assert metrics["training_device"]["dtype"] in ("bfloat16", "float32")


@pytest.mark.parametrize("split", ["val", "test"])
def test_loaded_model_reproduces_its_metrics(emojifier, metrics, toy_data, split):
    (reported,) = [row for row in metrics["evaluations"] if (row["weights"], row["split"]) == ("int8", split)]
    measured = json.loads(json.dumps(evaluate(emojifier, read_emotion(toy_data, split)).as_dict()))
    assert measured == {name: reported[name] for name in measured}


def test_run_on_two_sources_is_described_by_both(two_sources):
    data = read_artifact(two_sources.out).config.provenance["data"]
    assert {source: row["train_texts"] for source, row in data.items()} == {"emotion": 144, "tweeteval": 14}
    assert {source: row.get("epoch_texts") for source, row in data.items()} == {"emotion": None, "tweeteval": 9}


def test_every_val_split_is_scored_and_no_test_split_unless_asked_for(two_sources):
    metrics = read_metrics(two_sources)
    scored = {(row["weights"], row["source"], row["split"]) for row in metrics["evaluations"]}
    assert scored == {
        (weights, source, "val") for weights in ("int8", "float32") for source in ("emotion", "tweeteval")
    }
    assert set(metrics["epochs"][0]["val"]) == {"emotion", "tweeteval"}
    classes = {row["source"]: set(row["metrics"]["per_class"]) for row in metrics["evaluations"]}
    assert classes == {"emotion": set(EMOTIONS), "tweeteval": {"anger", "joy", "sadness"}}


def test_temperature_is_the_one_of_least_loss_on_all_val_splits_together(two_sources):
    emojifier = tweetmoji.load(two_sources.out, threads=1)
    val = [open_source(name, two_sources.corpus.data).read("val") for name in ("emotion", "tweeteval")]

    def loss_at(temperature, splits):
        logits = [np.log(np.maximum(emojifier.predict_proba(split.texts), 1e-30)) for split in splits]
        targets = join_targets([make_targets(split, LabelSet(none=False)) for split in splits])
        return targets.log_loss(np.concatenate(logits) / temperature)

    together, first = ([loss_at(temperature, splits) for temperature in (0.99, 1.0, 1.01)] for splits in (val, val[:1]))
    assert together[1] == min(together)
    assert first[1] != min(first)


def test_no_file_of_the_run_names_a_folder_of_the_machine(finished_run, toy_data, toy_base):
    texts = {path: path.read_text(encoding="utf-8") for path in finished_run.out.glob("*.json")}
    texts |= {path: path.read_text(encoding="utf-8") for path in finished_run.checkpoints.glob("*.json")}
    names = {"config.json", "metrics.json", "tokenizer.json", "run.json", "network.json"}
    assert {path.name for path in texts} == names
    for path, text in texts.items():
        for folder in (toy_data, toy_base.parent, finished_run.out.parent, Path(run_module.__file__).parents[3]):
            assert str(folder) not in text, path.name


def test_base_in_several_files_is_described_without_its_path(toy_base, new_run, tmp_path, monkeypatch):
    import transformers

    base = Path(shutil.copytree(toy_base, tmp_path / "sharded-bert"))
    (base / "model.safetensors").unlink()
    transformers.AutoModel.from_pretrained(toy_base).save_pretrained(base, max_shard_size="20KB")
    assert (base / "model.safetensors.index.json").exists()

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "fine_tune", stop)
    run = dataclasses.replace(new_run, base=str(base))
    with pytest.raises(KeyboardInterrupt):
        train(run)
    assert json.loads((run.checkpoints / "run.json").read_text(encoding="utf-8"))["base"] == "sharded-bert"


def test_resuming_a_finished_run_writes_the_same_model(finished_run, copied_run):
    shutil.rmtree(copied_run.out)
    artifact = train(copied_run, resume=True)
    assert read_folder(copied_run.out) == read_folder(finished_run.out)
    assert artifact == read_artifact(copied_run.out)


def test_full_disk_leaves_the_old_model_whole(copied_run, monkeypatch):
    before = read_folder(copied_run.out)
    siblings = set(copied_run.out.parent.iterdir())
    write_bytes = Path.write_bytes
    failed = []

    def fill(path, content):
        if path.is_relative_to(copied_run.out.parent) and path.name == "config.json":
            failed.append(path)
            write_bytes(path, content[:10])
            raise OSError(28, "No space left on device", str(path))
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(OSError, match="No space left on device"):
        train(copied_run, resume=True)
    assert failed
    assert read_folder(copied_run.out) == before
    assert set(copied_run.out.parent.iterdir()) == siblings


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_out_that_is_not_a_model_is_refused_before_training(new_run, kind):
    if kind == "folder":
        new_run.out.mkdir()
        (new_run.out / "thesis.txt").write_text("all of it")
    else:
        new_run.out.write_text("all of it")
    with pytest.raises(ArtifactError, match="thesis" if kind == "folder" else "is a file") as caught:
        train(new_run)
    assert str(new_run.out) in str(caught.value)
    assert not new_run.checkpoints.exists()
    assert (new_run.out / "thesis.txt" if kind == "folder" else new_run.out).read_text() == "all of it"


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_missing_data_file_is_refused_before_training(new_run, toy_data, tmp_path, split):
    data = Path(shutil.copytree(toy_data, tmp_path / "data"))
    (data / f"{split}.txt").unlink()
    with pytest.raises(DataError, match="no such file") as caught:
        train(dataclasses.replace(new_run, corpus=CorpusChoice(data)))
    assert str(data / f"{split}.txt") in str(caught.value)
    assert not new_run.checkpoints.exists()


def test_faulty_line_of_test_is_refused_before_training(new_run, toy_data, tmp_path):
    data = Path(shutil.copytree(toy_data, tmp_path / "data"))
    with (data / "test.txt").open("a", encoding="utf-8") as file:
        file.write("i feel peckish;hunger\n")
    lines = len((data / "test.txt").read_text(encoding="utf-8").splitlines())
    with pytest.raises(DataError, match="unknown label 'hunger'") as caught:
        train(dataclasses.replace(new_run, corpus=CorpusChoice(data)))
    assert f"{data / 'test.txt'}:{lines}:" in str(caught.value)
    assert not new_run.checkpoints.exists()


def test_missing_base_leaves_nothing_behind(new_run, tmp_path):
    with pytest.raises(TrainingError) as caught:
        train(dataclasses.replace(new_run, base=str(tmp_path / "nowhere")))
    assert f"--base {tmp_path / 'nowhere'}" in str(caught.value)
    assert not new_run.checkpoints.exists()
    assert not new_run.out.exists()


def test_missing_data_is_refused_before_training(new_run):
    with pytest.raises(SettingError, match="name it with --data or TWEETMOJI_DATA_DIR"):
        train(dataclasses.replace(new_run, corpus=CorpusChoice(None)))
    assert not new_run.checkpoints.exists()


def test_file_of_out_of_fold_probabilities_is_not_overwritten(new_run, tmp_path):
    out = tmp_path / "out-of-fold.npz"
    out.write_bytes(b"answers")
    with pytest.raises(ArtifactError, match="is a file; name a folder"):
        train(dataclasses.replace(new_run, out=out))
    assert out.read_bytes() == b"answers"


def test_resuming_with_the_sources_in_another_order_is_refused(two_sources):
    corpus = dataclasses.replace(two_sources.corpus, sources=two_sources.corpus.sources[::-1])
    swapped = dataclasses.replace(two_sources, corpus=corpus)
    with pytest.raises(TrainingError, match=r"data was .* in the run to resume and is"):
        train(swapped, resume=True)


def test_description_omits_default_labels_and_columns(finished_run):
    described = json.loads((finished_run.checkpoints / "run.json").read_text(encoding="utf-8"))
    assert list(described) == ["base", "base_sha256", "data", "settings"]


def test_resuming_with_other_labels_is_refused_by_name(copied_run):
    labels = LabelSet(emoji={**EMOJI, "joy": "🥳"})
    with pytest.raises(TrainingError, match="labels was None in the run to resume and is"):
        train(dataclasses.replace(copied_run, labels=labels), resume=True)


@pytest.mark.parametrize("changed", ["data", "settings", "base"])
def test_resuming_with_something_else_is_refused_by_name(copied_run, tmp_path, changed):
    if changed == "data":
        data = Path(shutil.copytree(copied_run.corpus.data, tmp_path / "data"))
        changed_run = dataclasses.replace(copied_run, corpus=CorpusChoice(data))
        with (data / "train.txt").open("a", encoding="utf-8") as file:
            file.write("i feel happy indeed;joy\n")
    elif changed == "settings":
        changed_run = dataclasses.replace(copied_run, settings=dataclasses.replace(copied_run.settings, seed=8))
    else:
        base = str(write_base(tmp_path / Path(copied_run.base).name, spare_words=1))
        changed_run = dataclasses.replace(copied_run, base=base)
    before = read_folder(copied_run.out)
    with pytest.raises(TrainingError, match=f"{changed}.* was .* in the run to resume and is"):
        train(changed_run, resume=True)
    assert read_folder(copied_run.out) == before
