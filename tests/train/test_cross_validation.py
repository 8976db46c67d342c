"""Out-of-fold probabilities: every text is predicted once, by a model that never saw it, stopped or not."""

import dataclasses
import json
import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import SettingError, TrainingError  # noqa: E402
from tweetmoji.data import LabelSet, NeutralTexts, SourceChoice, open_source  # noqa: E402
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.explore import read_out_of_fold  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train import CorpusChoice, CrossValidationRun, cross_validate, cross_validation  # noqa: E402
from tweetmoji.train import inputs as inputs_module  # noqa: E402
from tweetmoji.train.calibration import fit_temperature  # noqa: E402
from tweetmoji.train.cross_validation import calibrate_network  # noqa: E402
from tweetmoji.train.loop.batches import Subsample  # noqa: E402
from tweetmoji.train.loop.network import compute_logits  # noqa: E402
from tweetmoji.train.loop.targets import make_targets  # noqa: E402

CLASSES = len(EMOTIONS)


def test_metrics_of_all_folds_together_are_beside_the_probabilities(finished):
    metrics = json.loads(finished.out.with_suffix(".json").read_text(encoding="utf-8"))
    (evaluation,) = metrics["evaluations"]
    probabilities = load(finished.out)["probabilities"]
    texts = open_source("emotion", finished.corpus.data).read("train")
    assert evaluation["metrics"]["n"] == len(texts)
    assert evaluation["metrics"]["accuracy"] == pytest.approx((probabilities.argmax(axis=1) == texts.targets).mean())
    assert metrics["folds"] == 2
    assert metrics["settings"]["seed"] == finished.settings.seed
    assert set(metrics) >= {"base", "data", "versions", "hardware", "training_device"}


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Raised where a test kills the run."""


class Memory:
    """Replaces training and prediction: knows which texts a network was trained on, and predicts label 0 for others."""

    def __init__(self, patch) -> None:
        self.seen = {}
        self.subsamples = []
        self.predicted = []
        self.predicted_by = {}
        patch.setattr(cross_validation, "fine_tune", self.fine_tune)
        patch.setattr(cross_validation, "calibrate_network", lambda *_: 1.0)
        patch.setattr(cross_validation, "compute_logits", self.compute_logits)

    def fine_tune(self, network, train, *_):
        self.seen[id(network)] = (network, {tuple(ids) for ids in train.ids})
        self.subsamples.append(train.subsamples)

    def compute_logits(self, network, ids, _):
        _, seen = self.seen[id(network)]
        self.predicted_by[id(network)] = {tuple(row) for row in ids}
        self.predicted += [tuple(row) for row in ids]
        others = [1.0] * (network.num_labels - 1)
        return np.array([[0.0 if tuple(row) in seen else 2.0, *others] for row in ids], dtype=np.float32)


def all_unseen(arrays) -> bool:
    """Whether no text was predicted by a network that was trained on it."""
    return bool((arrays["probabilities"].argmax(axis=1) == 0).all())


@pytest.fixture
def memory(monkeypatch) -> Memory:
    return Memory(monkeypatch)


@pytest.fixture
def run(toy_data, toy_base, settings, tmp_path) -> CrossValidationRun:
    """A run of one epoch that has not begun, into a folder that is not there yet."""
    once = dataclasses.replace(settings, epochs=1)
    out = tmp_path / "new" / "out-of-fold.npz"
    return CrossValidationRun(corpus=CorpusChoice(toy_data), base=str(toy_base), out=out, settings=once, folds=2)


@pytest.fixture(scope="module")
def finished(toy_data, toy_base, settings, tmp_path_factory) -> CrossValidationRun:
    """A run of two folds that has been trained to its end; its files are shared, so that no test may change them."""
    out = tmp_path_factory.mktemp("folds") / "out-of-fold.npz"
    run = CrossValidationRun(corpus=CorpusChoice(toy_data), base=str(toy_base), out=out, settings=settings, folds=2)
    assert cross_validate(run) == out
    return run


def load(path):
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def add_lines(data: Path, folder: Path, lines: list[str]) -> Path:
    """A copy of a dataset with more training texts."""
    copy = Path(shutil.copytree(data, folder))
    with (copy / "train.txt").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return copy


def read_train(data):
    return open_source("emotion", data).read("train")


@pytest.mark.parametrize("count", [2, 3, 5, 7])
def test_assign_folds_divides_each_class_evenly(toy_data, count):
    data = read_train(toy_data).take(np.arange(5, 144))  # so that nothing divides evenly
    fold_of = cross_validation.assign_folds(data, count, seed=0)
    assert fold_of.dtype == np.int64
    assert np.ptp(np.bincount(fold_of, minlength=count)) <= 1
    for column in range(CLASSES):
        assert np.ptp(np.bincount(fold_of[data.targets == column], minlength=count)) <= 1


def test_assign_folds_depends_on_the_seed(toy_data):
    data = read_train(toy_data)
    first = cross_validation.assign_folds(data, 3, seed=0)
    assert cross_validation.assign_folds(data, 3, seed=0).tolist() == first.tolist()
    assert cross_validation.assign_folds(data, 3, seed=1).tolist() != first.tolist()
    assert first.tolist() != (np.arange(len(data)) % 3).tolist()


def test_assign_folds_refuses_a_class_with_fewer_texts_than_folds(toy_data):
    data = read_train(toy_data)
    fear = np.flatnonzero(data.targets == EMOTIONS.index("fear"))
    few = data.take(np.setdiff1d(np.arange(len(data)), fear[:-2]))
    assert len(cross_validation.assign_folds(few, 2, seed=0)) == len(few)
    with pytest.raises(TrainingError, match="emotion has 2 texts of fear, and there are 3 folds; expected at least 3"):
        cross_validation.assign_folds(few, 3, seed=0)
    without = data.take(np.setdiff1d(np.arange(len(data)), fear))
    with pytest.raises(TrainingError, match="emotion has 0 texts of fear"):
        cross_validation.assign_folds(without, 2, seed=0)


@pytest.mark.parametrize("count", [2, 5])
def test_every_text_is_predicted_once_by_a_model_that_never_saw_it(run, memory, toy_data, count):
    arrays = load(cross_validate(dataclasses.replace(run, folds=count)))
    sizes = sorted(len(seen) for _, seen in memory.seen.values())
    assert sizes == sorted(144 - len(part) for part in np.array_split(range(144), count))
    assert arrays["rows"].tolist() == list(range(1, 145))
    assert all_unseen(arrays)
    np.testing.assert_allclose(arrays["probabilities"].sum(axis=1), 1, rtol=1e-6)
    assert len(memory.predicted) == 144


def test_copies_of_a_held_out_text_are_unseen(run, memory, toy_data, tmp_path):
    again = ["I feel GLOOMY;anger", "i feel merry;joy", "i feel merry;love"]
    data = add_lines(toy_data, tmp_path / "data", again)
    arrays = load(cross_validate(dataclasses.replace(run, corpus=CorpusChoice(data))))
    assert len(arrays["rows"]) == 147
    assert all_unseen(arrays)


def test_other_sources_are_trained_on_except_copies_of_held_out_texts(run, memory, toy_root, tmp_path):
    root = Path(shutil.copytree(toy_root, tmp_path / "root"))
    folder = root / "tweeteval-emotion"
    folder.joinpath("train_text.txt").write_text("merry today @user\ni feel MERRY\n", encoding="utf-8")
    folder.joinpath("train_labels.txt").write_text("1\n1\n", encoding="utf-8")
    sources = (SourceChoice("emotion"), SourceChoice("tweeteval"))
    arrays = load(cross_validate(dataclasses.replace(run, corpus=CorpusChoice(root, sources))))
    assert arrays["source"] == "emotion"
    assert len(arrays["rows"]) == 144
    assert all_unseen(arrays)
    assert sorted(len(seen) for _, seen in memory.seen.values()) == [73, 73]  # half of the 144, and the other tweet


def reverse(text: str) -> str:
    return " ".join(reversed(text.split()))


def test_texts_made_from_a_held_out_text_are_unseen(run, memory, monkeypatch):
    def read_inputs(job, labels, student_data):
        inputs = inputs_module.read_inputs(job, labels, student_data)
        (train,) = inputs.corpus.train
        made = dataclasses.replace(
            train, source="made", texts=[reverse(text) for text in train.texts], parents=list(train.texts)
        )
        return dataclasses.replace(inputs, corpus=dataclasses.replace(inputs.corpus, train=[train, made]))

    monkeypatch.setattr(cross_validation, "read_inputs", read_inputs)
    cross_validate(run)
    assert len(memory.seen) == 2
    for key, (_, seen) in memory.seen.items():
        held_out = memory.predicted_by[key]
        made = {(cls, *reversed(words), sep) for cls, *words, sep in held_out}
        assert not seen & (held_out | made)
        assert len(seen) == 144, "72 texts, and one made from each"


def test_every_text_of_a_choice_is_predicted_and_an_epoch_takes_as_many_of_the_others_as_it_says(run, memory, toy_data):
    corpus = CorpusChoice(toy_data, (SourceChoice("emotion", 100),))
    arrays = load(cross_validate(dataclasses.replace(run, corpus=corpus)))
    assert arrays["probabilities"].shape == (144, CLASSES)
    assert memory.subsamples == [(Subsample(0, 72, 100),)] * 2


def test_texts_of_none_are_trained_on_and_not_predicted(run, memory, full_corpus):
    arrays = load(cross_validate(dataclasses.replace(run, corpus=full_corpus)))
    train = open_source("written", None, own_data=full_corpus.own_data).read("train")
    known = train.without_none()
    assert 0 < len(known) < len(train)
    assert arrays["rows"].tolist() == known.rows.tolist()
    assert tuple(arrays["labels"].tolist()) == EMOTIONS
    assert arrays["probabilities"].shape == (len(known), CLASSES)
    np.testing.assert_allclose(arrays["probabilities"].sum(axis=1), 1, rtol=1e-6)
    assert all(len(seen) > len(train) - len(known) for _, seen in memory.seen.values())
    assert all_unseen(arrays)


def test_probabilities_are_calibrated_on_val(run, memory, monkeypatch):
    calibrated_on = []

    def calibrate_network(_, val, __):
        calibrated_on.append([(split.data.source, split.data.split) for split in val])
        return 2.5

    monkeypatch.setattr(cross_validation, "calibrate_network", calibrate_network)
    probabilities = load(cross_validate(run))["probabilities"]
    assert calibrated_on == [[("emotion", "val")]] * 2
    expected = softmax(np.array([[2.0, *[1.0] * (CLASSES - 1)]]), 2.5)
    np.testing.assert_allclose(probabilities, np.repeat(expected, 144, axis=0), rtol=1e-6)


def test_network_is_calibrated_on_the_labels_of_texts_that_have_one(toy, settings):
    labels = LabelSet()
    network = toy.make_network(settings, labels.outputs)
    (val,) = toy.val
    logits = compute_logits(network, val.encoded.ids, val.encoded.pad_id)[:, :CLASSES]
    expected = fit_temperature(logits, make_targets(val.data, LabelSet(none=False)))
    assert calibrate_network(network, [val], labels) == pytest.approx(expected)


def test_models_of_the_folds_have_learned_the_toy_task(finished, toy_data):
    probabilities = load(finished.out)["probabilities"]
    assert (probabilities.argmax(axis=1) == read_train(toy_data).targets).mean() > 0.5


def test_file_holds_the_documented_arrays(finished, toy_data):
    data = read_train(toy_data)
    arrays = load(finished.out)
    assert set(arrays) == {"probabilities", "rows", "labels", "source", "data_sha256"}
    assert (arrays["probabilities"].dtype, arrays["probabilities"].shape) == (np.float32, (144, CLASSES))
    np.testing.assert_allclose(arrays["probabilities"].sum(axis=1), 1, rtol=1e-6)
    assert (arrays["rows"].dtype, arrays["rows"].tolist()) == (np.int64, data.rows.tolist())
    assert tuple(arrays["labels"].tolist()) == EMOTIONS
    assert arrays["source"].item() == "emotion"
    assert arrays["data_sha256"].item() == data.sha256


def test_file_is_what_the_search_for_label_errors_reads(finished, toy_data):
    read = read_out_of_fold(finished.out, read_train(toy_data))
    np.testing.assert_allclose(read.probabilities, load(finished.out)["probabilities"], rtol=1e-6)
    assert read.indices.tolist() == list(range(144))


def test_no_file_of_the_run_names_a_folder_of_the_machine(finished, toy_data, toy_base):
    described = [path.read_text(encoding="utf-8") for path in finished.checkpoints.rglob("run.json")]
    assert len(described) == 3
    for text in described:
        assert all(str(folder) not in text for folder in (toy_data, toy_base.parent, finished.out.parent))


def test_folds_are_reported(run, memory, caplog):
    caplog.set_level(logging.INFO, logger="tweetmoji")
    cross_validate(run)
    assert [record.getMessage() for record in caplog.records] == ["fold 1 of 2", "fold 2 of 2"]


def stop_in_second_fold(monkeypatch, state):
    """Kill `cross_validate` in its second fold, in the state that ``state`` names."""
    fine_tune, calls = cross_validation.fine_tune, []

    def stop(network, train, val, labels, settings, checkpoints):
        calls.append(checkpoints)
        if len(calls) == 1:
            return fine_tune(network, train, val, labels, settings, checkpoints)
        if state == "in an epoch":
            save_state = checkpoints.save_state

            def save_and_stop(state):
                save_state(state)
                raise Stopped

            monkeypatch.setattr(checkpoints, "save_state", save_and_stop)
            fine_tune(network, train, val, labels, settings, checkpoints)
        if state == "before it is described":
            (checkpoints.folder / "run.json").unlink()
        if state == "before its folder is made":
            shutil.rmtree(checkpoints.folder)
        raise Stopped

    monkeypatch.setattr(cross_validation, "fine_tune", stop)


@pytest.mark.parametrize(
    "state", ["in an epoch", "before its first batch", "before it is described", "before its folder is made"]
)
def test_resumed_run_gives_the_same_probabilities(finished, tmp_path, monkeypatch, state):
    run = dataclasses.replace(finished, out=tmp_path / "out-of-fold.npz")
    with monkeypatch.context() as patch:
        stop_in_second_fold(patch, state)
        with pytest.raises(Stopped):
            cross_validate(run)
    assert not run.out.exists()
    torch.manual_seed(12345)  # a new process knows nothing of the old one's random numbers
    steps = []
    step = torch.optim.AdamW.step
    monkeypatch.setattr(torch.optim.AdamW, "step", lambda *args, **more: steps.append(1) or step(*args, **more))
    arrays = load(cross_validate(run, resume=True))
    assert len(steps) == 27 - (7 if state == "in an epoch" else 0), "what had been done was done again"
    for name, array in load(finished.out).items():
        np.testing.assert_array_equal(arrays[name], array)


def test_checkpoints_of_an_earlier_run_are_refused_without_resume(finished):
    before = finished.out.read_bytes()
    with pytest.raises(TrainingError, match="--resume") as caught:
        cross_validate(finished)
    assert str(caught.value).startswith(f"{finished.checkpoints}: ")
    assert finished.out.read_bytes() == before


def test_resume_without_checkpoints_is_refused(run):
    with pytest.raises(TrainingError, match="no checkpoints to resume; start without --resume"):
        cross_validate(run, resume=True)
    assert not run.checkpoints.exists()


@pytest.mark.parametrize("change", ["folds", "settings"])
def test_resuming_with_something_else_is_refused_by_name(finished, change):
    changed = dataclasses.replace(finished.settings, seed=5)
    run = dataclasses.replace(finished, **({"settings": changed} if change == "settings" else {"folds": 3}))
    with pytest.raises(TrainingError, match=f"{change} was .* in the run to resume and is"):
        cross_validate(run, resume=True)


def test_folder_in_the_place_of_the_file_is_refused(run, memory):
    run.out.mkdir(parents=True)
    with pytest.raises(SettingError, match="is a folder; expected the name of a file"):
        cross_validate(run)
    assert not run.checkpoints.exists()


def test_first_source_without_labels_is_refused_before_training(run, memory, monkeypatch):
    def read_inputs(job, labels, student_data):
        inputs = inputs_module.read_inputs(job, labels, student_data)
        (train,) = inputs.corpus.train
        neutral = NeutralTexts(
            source="neutral", split="train", texts=["the rain is here"], rows=np.array([1]), sha256=train.sha256
        )
        return dataclasses.replace(inputs, corpus=dataclasses.replace(inputs.corpus, train=[neutral, train]))

    monkeypatch.setattr(cross_validation, "read_inputs", read_inputs)
    with pytest.raises(SettingError, match="source neutral comes first"):
        cross_validate(run)
    assert not memory.seen
    assert not run.checkpoints.exists()


def test_missing_base_leaves_nothing_behind(run, tmp_path):
    with pytest.raises(TrainingError, match="--base"):
        cross_validate(dataclasses.replace(run, base=str(tmp_path / "nowhere")))
    assert not run.checkpoints.exists()
