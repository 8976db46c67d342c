"""`train_teacher`: the file has the fine-tuned teacher's logits of every text; a stopped run computes none twice."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji import DataError, SettingError, TrainingError  # noqa: E402
from tweetmoji.data import SourceChoice, open_source  # noqa: E402
from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.train import CorpusChoice, TeacherRun, train_teacher  # noqa: E402
from tweetmoji.train.distillation import teacher as module  # noqa: E402
from tweetmoji.train.distillation.teacher_logits import read_teacher_logits  # noqa: E402
from tweetmoji.train.loop.network import load_base  # noqa: E402

TWEETS = ["so furious right now 😡", "she is adored and so is he", "nothing to see here"]


@pytest.fixture(scope="module")
def root(tmp_path_factory, toy_root):
    """The toy root with a few unlabeled tweets beside the datasets."""
    root = Path(shutil.copytree(toy_root, tmp_path_factory.mktemp("teacher") / "root"))
    (root / "unlabelled").mkdir()
    (root / "unlabelled" / "tweets.txt").write_text("\n".join(TWEETS) + "\n", encoding="utf-8")
    return root


@pytest.fixture
def run(root, toy_base, settings, tmp_path) -> TeacherRun:
    corpus = CorpusChoice(root, (SourceChoice("emotion"), SourceChoice("tweeteval")))
    return TeacherRun(corpus=corpus, base=str(toy_base), out=tmp_path / "teacher.npz", settings=settings)


@pytest.fixture
def run_on_tweets(run) -> TeacherRun:
    return replace(run, unlabeled=("tweets",))


def test_file_has_logits_of_every_training_text_and_every_unlabeled_text(run_on_tweets, root):
    teacher = read_teacher_logits(train_teacher(run_on_tweets))
    emotion = open_source("emotion", root).read("train")

    logits, known = teacher.look_up([*emotion.texts, *open_source("tweeteval", root).read("train").texts, *TWEETS])
    assert known.all()
    assert teacher.labels == EMOTIONS
    right = logits[: len(emotion)].argmax(axis=1) == emotion.targets
    assert right.mean() > 0.9


def test_file_says_how_the_teacher_was_made(run_on_tweets, root):
    provenance = read_teacher_logits(train_teacher(run_on_tweets)).provenance
    digest = hashlib.sha256((root / "unlabelled" / "tweets.txt").read_bytes()).hexdigest()
    assert (provenance["unlabeled"], provenance["unlabeled_sha256"]) == (["tweets"], {"tweets": digest})
    assert set(provenance["data"]) == {"emotion", "tweeteval"}
    assert [row["epoch"] for row in provenance["epochs"]] == [1, 2, 3]
    assert set(provenance) >= {"base", "settings", "versions", "hardware", "training_device"}


def test_without_unlabeled_texts_only_the_training_texts_are_known(run):
    assert not read_teacher_logits(train_teacher(run)).look_up(TWEETS)[1].any()


def test_texts_of_evaluation_splits_are_not_known(run, root):
    teacher = read_teacher_logits(train_teacher(run))
    for source in ("emotion", "tweeteval"):
        assert not teacher.look_up(open_source(source, root).read("val").texts)[1].any()


class Counter:
    """Counts the texts of each call of `compute_logits` for the file, and stops the run at a call if told to."""

    def __init__(self, monkeypatch, stop_at=None):
        self.compute, self.stop_at = module.compute_logits, stop_at
        self.counts = []
        monkeypatch.setattr(module, "compute_logits", self)

    def __call__(self, network, ids, pad_id, **options):
        if len(self.counts) == self.stop_at:
            raise KeyboardInterrupt
        self.counts.append(len(ids))
        return self.compute(network, ids, pad_id, **options)


def stop_at_second_chunk(run, monkeypatch):
    """Train, and compute the logits of the first chunk of 40 texts."""
    monkeypatch.setattr(module, "CHUNK_TEXTS", 40)
    with monkeypatch.context() as patch:
        Counter(patch, stop_at=1)
        with pytest.raises(KeyboardInterrupt):
            train_teacher(run)
    assert not run.out.exists()


def test_resumed_run_computes_no_chunk_twice(run, monkeypatch):
    stop_at_second_chunk(run, monkeypatch)
    counter = Counter(monkeypatch)
    train_teacher(run, resume=True)
    assert counter.counts == [40, 40, 38], "158 texts, of which 40 were done"


def test_resumed_run_with_other_chunks_gives_each_text_its_own_logits(run, monkeypatch):
    stop_at_second_chunk(run, monkeypatch)
    monkeypatch.setattr(module, "CHUNK_TEXTS", 50)
    train_teacher(run, resume=True)
    fresh = replace(run, out=run.out.with_name("fresh.npz"))
    train_teacher(fresh)
    resumed, whole = read_teacher_logits(run.out), read_teacher_logits(fresh.out)
    np.testing.assert_array_equal(resumed.keys, whole.keys)
    np.testing.assert_allclose(resumed.logits, whole.logits, atol=0.05)


def test_resumed_run_with_other_unlabeled_texts_is_refused(run_on_tweets, monkeypatch, tmp_path):
    root = Path(shutil.copytree(run_on_tweets.corpus.data, tmp_path / "root"))
    run = replace(run_on_tweets, corpus=replace(run_on_tweets.corpus, data=root))
    stop_at_second_chunk(run, monkeypatch)
    (root / "unlabelled" / "tweets.txt").write_text("\n".join(TWEETS[::-1]) + "\n", encoding="utf-8")
    with pytest.raises(TrainingError, match="unlabeled_sha256 was"):
        train_teacher(run, resume=True)


def test_logits_of_a_chunk_are_not_those_of_other_texts(toy, settings, tmp_path, monkeypatch):
    network, counter = toy.make_network(settings), Counter(monkeypatch)
    tokenizer = load_base(str(toy.base), EMOTIONS, settings)[1]

    def predict(texts):
        return np.concatenate(list(module._predict_chunks(network, tokenizer, texts, tmp_path)))

    first, changed = predict(["i feel merry", "so furious"]), predict(["i feel merry", "so gloomy"])
    assert (first[1] != changed[1]).any()
    np.testing.assert_array_equal(predict(["i feel merry", "so furious"]), first)
    assert counter.counts == [2, 2]


def test_folder_in_the_place_of_the_file_is_refused(run):
    run.out.mkdir()
    with pytest.raises(SettingError, match="is a folder; expected the name of a file"):
        train_teacher(run)
    assert not run.checkpoints.exists()


@pytest.mark.parametrize(
    ("wrong", "error", "match"),
    [
        ({"unlabeled": ("emoji",)}, DataError, "no such file"),
        ({"unlabeled": ("poems",)}, SettingError, "unknown texts 'poems'"),
        ({"base": "nowhere"}, TrainingError, "--base nowhere"),
        ({"corpus": CorpusChoice(Path("nowhere"))}, DataError, "no such folder"),
        ({"corpus": CorpusChoice(None, (SourceChoice("emotion"),))}, SettingError, "name it with --data"),
    ],
)
def test_wrong_input_leaves_nothing_behind(run, wrong, error, match):
    with pytest.raises(error, match=match):
        train_teacher(replace(run, **wrong))
    assert not run.checkpoints.exists()


def test_checkpoints_of_another_run_are_refused(run, run_on_tweets):
    train_teacher(run)
    with pytest.raises(TrainingError, match="unlabeled was"):
        train_teacher(run_on_tweets, resume=True)
