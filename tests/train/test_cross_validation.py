"""Out-of-fold probabilities: every text is answered once, by a model that never saw it, stopped or not."""

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
from tweetmoji.data import (  # noqa: E402
    SourceChoice,
    TrainingRun,
    cross_validate,
    folds,
    open_source,
)
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.explore import read_out_of_fold  # noqa: E402
from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train.calibration import fit_temperature  # noqa: E402

CLASSES = len(EMOTIONS)


def test_figures_of_all_folds_together_stand_beside_the_probabilities(finished):
    figures = json.loads(finished.out.with_suffix(".json").read_text(encoding="utf-8"))
    (evaluation,) = figures["evaluations"]
    answers = load(finished.out)["probabilities"]
    texts = open_source("emotion", finished.data).read("train")
    assert evaluation["metrics"]["n"] == len(texts)
    assert evaluation["metrics"]["accuracy"] == pytest.approx((answers.argmax(axis=1) == texts.targets).mean())
    assert figures["folds"] == 2
    assert figures["settings"]["seed"] == finished.settings.seed
    assert set(figures) >= {"base", "data", "versions", "hardware"}


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Stands for the kill of the process."""


class Memory:
    """Stands in for training and answering: knows which texts a network was trained on, and tells it by its answer."""

    def __init__(self, patch) -> None:
        self.seen = {}
        self.asked = []
        patch.setattr(folds, "fine_tune", self.fine_tune)
        patch.setattr(folds, "compute_logits", self.compute_logits)

    def fine_tune(self, network, train, *_):
        self.seen[id(network)] = (network, {tuple(ids) for ids in train.ids})

    def compute_logits(self, network, ids, _):
        _, seen = self.seen[id(network)]
        self.asked += [tuple(row) for row in ids]
        return np.array([[2.0 if tuple(row) in seen else 0.0, *[1.0] * (CLASSES - 1)] for row in ids], dtype=np.float32)


@pytest.fixture
def memory(monkeypatch) -> Memory:
    return Memory(monkeypatch)


@pytest.fixture
def run(toy_data, toy_base, settings, tmp_path) -> TrainingRun:
    """A run of one epoch that has not begun, into a folder that is not there yet."""
    once = dataclasses.replace(settings, epochs=1)
    return TrainingRun(data=toy_data, base=str(toy_base), out=tmp_path / "new" / "out-of-fold.npz", settings=once)


@pytest.fixture(scope="module")
def finished(toy_data, toy_base, settings, tmp_path_factory) -> TrainingRun:
    """A run of two folds that has been trained to its end; its files are shared, so that no test may change them."""
    out = tmp_path_factory.mktemp("folds") / "out-of-fold.npz"
    run = TrainingRun(data=toy_data, base=str(toy_base), out=out, settings=settings)
    assert cross_validate(run, 2) == out
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
def test_each_class_is_dealt_out_evenly(toy_data, count):
    data = read_train(toy_data).take(np.arange(5, 144))  # so that nothing divides evenly
    fold_of = folds.assign_folds(data, count, seed=0)
    assert fold_of.dtype == np.int64
    assert np.ptp(np.bincount(fold_of, minlength=count)) <= 1
    for column in range(CLASSES):
        assert np.ptp(np.bincount(fold_of[data.targets == column], minlength=count)) <= 1


def test_folds_are_a_function_of_the_seed_and_not_of_the_order_of_the_file(toy_data):
    data = read_train(toy_data)
    first = folds.assign_folds(data, 3, seed=0)
    assert folds.assign_folds(data, 3, seed=0).tolist() == first.tolist()
    assert folds.assign_folds(data, 3, seed=1).tolist() != first.tolist()
    assert first.tolist() != (np.arange(len(data)) % 3).tolist()


def test_class_with_fewer_texts_than_folds_or_none_is_named(toy_data):
    data = read_train(toy_data)
    fear = np.flatnonzero(data.targets == EMOTIONS.index("fear"))
    few = data.take(np.setdiff1d(np.arange(len(data)), fear[:-2]))
    assert len(folds.assign_folds(few, 2, seed=0)) == len(few)
    with pytest.raises(TrainingError, match="home has 2 texts of fear; 3 folds need at least 3"):
        folds.assign_folds(few, 3, seed=0)
    without = data.take(np.setdiff1d(np.arange(len(data)), fear))
    with pytest.raises(TrainingError, match="home has 0 texts of fear"):
        folds.assign_folds(without, 2, seed=0)


@pytest.mark.parametrize("count", [2, 5])
def test_every_text_is_answered_once_by_a_model_that_never_saw_it(run, memory, toy_data, count):
    arrays = load(cross_validate(run, count))
    assert [len(seen) for _, seen in memory.seen.values()] == [
        144 - len(part) for part in np.array_split(range(144), count)
    ]
    assert arrays["rows"].tolist() == list(range(1, 145))
    assert (arrays["probabilities"].argmin(axis=1) == 0).all(), "a text was answered by a model that had seen it"
    val = len(open_source("emotion", toy_data).read("val"))
    np.testing.assert_allclose(arrays["probabilities"].sum(axis=1), 1, rtol=1e-6)
    assert len(memory.asked) == 144 + count * val


def test_text_that_stands_in_the_data_twice_is_unseen_wherever_it_stands(run, memory, toy_data, tmp_path):
    again = ["I feel GLOOMY;anger", "i feel merry;joy", "i feel merry;love"]
    data = add_lines(toy_data, tmp_path / "data", again)
    arrays = load(cross_validate(dataclasses.replace(run, data=data), 2))
    assert len(arrays["rows"]) == 147
    assert (arrays["probabilities"].argmin(axis=1) == 0).all()


def test_other_sources_are_trained_on_but_not_what_they_share_with_the_fold(run, memory, toy_root, tmp_path):
    root = Path(shutil.copytree(toy_root, tmp_path / "root"))
    folder = root / "tweeteval-emotion"
    folder.joinpath("train_text.txt").write_text("merry today @user\ni feel MERRY\n", encoding="utf-8")
    folder.joinpath("train_labels.txt").write_text("1\n1\n", encoding="utf-8")
    sources = (SourceChoice("emotion"), SourceChoice("tweeteval"))
    arrays = load(cross_validate(dataclasses.replace(run, data=root, sources=sources), 2))
    assert arrays["source"] == "emotion"
    assert len(arrays["rows"]) == 144
    assert (arrays["probabilities"].argmin(axis=1) == 0).all()
    assert sorted(len(seen) for _, seen in memory.seen.values()) == [73, 73]  # half of the 144, and the other tweet


def test_only_the_rows_drawn_are_answered_and_named_by_their_row(run, memory, toy_data):
    arrays = load(cross_validate(dataclasses.replace(run, sources=(SourceChoice("emotion", 100),)), 2))
    assert arrays["probabilities"].shape == (100, CLASSES)
    assert len(set(arrays["rows"].tolist())) == 100
    assert arrays["rows"].max() > 100


def test_answers_are_calibrated_on_val(run, monkeypatch):
    def answer(_, ids, __):
        return np.random.default_rng(len(ids)).normal(scale=3, size=(len(ids), CLASSES)).astype(np.float32)

    fitted = []

    def fit(logits, targets):
        fitted.append(fit_temperature(logits, targets))
        return fitted[-1]

    monkeypatch.setattr(folds, "fine_tune", lambda *_: None)
    monkeypatch.setattr(folds, "compute_logits", answer)
    monkeypatch.setattr(folds, "fit_temperature", fit)
    arrays = load(cross_validate(run, 2))
    assert fitted[0] == fitted[1] != pytest.approx(1, rel=0.1)
    fold_of = folds.assign_folds(read_train(run.data), 2, run.settings.seed)
    for fold in (0, 1):
        expected = softmax(answer(None, range(72), None), fitted[fold])
        np.testing.assert_allclose(arrays["probabilities"][fold_of == fold], expected)


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
    cross_validate(run, 2)
    assert [record.getMessage() for record in caplog.records] == ["fold 1 of 2", "fold 2 of 2"]


def stop_in_second_fold(monkeypatch, state):
    """Let `cross_validate` be killed in its second fold, once that stands as ``state`` says."""
    fine_tune, calls = folds.fine_tune, []

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

    monkeypatch.setattr(folds, "fine_tune", stop)


@pytest.mark.parametrize(
    "state", ["in an epoch", "before its first batch", "before it is described", "before its folder is made"]
)
def test_stopped_run_goes_on_to_the_same_answers(finished, tmp_path, monkeypatch, state):
    run = dataclasses.replace(finished, out=tmp_path / "out-of-fold.npz")
    with monkeypatch.context() as patch:
        stop_in_second_fold(patch, state)
        with pytest.raises(Stopped):
            cross_validate(run, 2)
    assert not run.out.exists()
    torch.manual_seed(12345)  # a new process knows nothing of the old one's random numbers
    steps = []
    step = torch.optim.AdamW.step
    monkeypatch.setattr(torch.optim.AdamW, "step", lambda *args, **more: steps.append(1) or step(*args, **more))
    arrays = load(cross_validate(run, 2, resume=True))
    assert len(steps) == 27 - (7 if state == "in an epoch" else 0), "what had been done was done again"
    for name, array in load(finished.out).items():
        np.testing.assert_array_equal(arrays[name], array)


def test_run_over_the_checkpoints_of_another_is_refused_by_the_name_of_their_folder(finished):
    before = finished.out.read_bytes()
    with pytest.raises(TrainingError, match="--resume") as caught:
        cross_validate(finished, 2)
    assert str(caught.value).startswith(f"{finished.checkpoints}: ")
    assert finished.out.read_bytes() == before


def test_resuming_what_has_not_begun_is_refused(run):
    with pytest.raises(TrainingError, match="no checkpoints to resume; start without --resume"):
        cross_validate(run, 2, resume=True)
    assert not run.checkpoints.exists()


@pytest.mark.parametrize("change", ["folds", "settings"])
def test_resuming_with_something_else_is_refused_by_name(finished, change):
    changed = dataclasses.replace(finished.settings, seed=5)
    run = dataclasses.replace(finished, settings=changed) if change == "settings" else finished
    with pytest.raises(TrainingError, match=f"{change} was .* in the run to resume and is"):
        cross_validate(run, 2 if change == "settings" else 3, resume=True)


@pytest.mark.parametrize("name", ["model", "out-of-fold.npy", ".npz", "out-of-fold.npz.gz"])
def test_name_that_is_no_archive_is_refused_before_anything_is_read(run, memory, tmp_path, name):
    with pytest.raises(SettingError, match=r"with --folds this is a file; expected a name that ends in \.npz"):
        cross_validate(dataclasses.replace(run, data=tmp_path / "nowhere", out=tmp_path / name), 2)
    assert list(tmp_path.iterdir()) == []


def test_folder_of_that_name_is_refused(run, memory):
    run.out.mkdir(parents=True)
    with pytest.raises(SettingError, match="with --folds this is a file"):
        cross_validate(run, 2)


def test_missing_base_leaves_nothing_behind(run, tmp_path):
    with pytest.raises(TrainingError, match="--base"):
        cross_validate(dataclasses.replace(run, base=str(tmp_path / "nowhere")), 2)
    assert not run.checkpoints.exists()
