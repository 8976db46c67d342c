"""`train_teacher`: the file has a fine-tuned teacher's logits of unlabeled texts; a stopped run computes none twice."""

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
from tweetmoji.emotions import EMOTIONS, NONE  # noqa: E402
from tweetmoji.train import CorpusChoice, TeacherRun, train_teacher  # noqa: E402
from tweetmoji.train.distillation import teacher as module  # noqa: E402
from tweetmoji.train.distillation.teacher_logits import read_teacher_logits  # noqa: E402
from tweetmoji.train.loop.network import load_base  # noqa: E402

FEELINGS = {"furious": "anger", "gloomy": "sadness", "happy": "joy", "scared": "fear", "amazed": "surprise"}
TWEETS = [f"{start} she is {word} {i}" for i in range(14) for start in ("so", "today") for word in FEELINGS]
"""140 tweets, of which `FEELINGS` says what the teacher sees in them."""


@pytest.fixture(scope="module")
def root(tmp_path_factory, toy_root):
    """The toy root with a few unlabeled tweets beside the datasets."""
    root = Path(shutil.copytree(toy_root, tmp_path_factory.mktemp("teacher") / "root"))
    (root / "unlabelled").mkdir()
    (root / "unlabelled" / "tweets.txt").write_text("\n".join(TWEETS) + "\n", encoding="utf-8")
    return root


@pytest.fixture
def run(root, toy_base, settings, tmp_path, monkeypatch) -> TeacherRun:
    """A small run, of sources that teach no none: what refuses them is tested by itself."""
    monkeypatch.setattr(module, "_check_classes", lambda _: None)
    corpus = CorpusChoice(root, (SourceChoice("emotion"), SourceChoice("tweeteval")))
    out = tmp_path / "teacher.npz"
    return TeacherRun(corpus=corpus, base=str(toy_base), out=out, settings=settings, unlabeled=("tweets",))


def test_file_has_logits_of_every_unlabeled_text(run):
    teacher = read_teacher_logits(train_teacher(run))
    logits, known = teacher.look_up(TWEETS)
    assert known.all()
    assert teacher.labels == EMOTIONS
    expected = [FEELINGS[text.split()[3]] for text in TWEETS]
    assert np.mean([EMOTIONS[i] for i in logits.argmax(axis=1)] == np.array(expected)) > 0.9


def test_logits_of_texts_that_the_teacher_was_trained_or_chosen_on_are_not_in_the_file(run, root):
    teacher = read_teacher_logits(train_teacher(run))
    for source in ("emotion", "tweeteval"):
        for split in ("train", "val"):
            assert not teacher.look_up(open_source(source, root).read(split).texts)[1].any()


def test_sources_that_teach_no_none_are_refused(run, monkeypatch):
    monkeypatch.undo()
    with pytest.raises(SettingError, match=r"teach sadness, .*, surprise; .* add --source annotated or written"):
        train_teacher(run)
    assert not run.checkpoints.exists()


def test_teacher_of_a_corpus_with_none_has_an_output_for_it(run, full_corpus):
    corpus = replace(full_corpus, sources=(SourceChoice("written"),))
    taught = replace(run, corpus=corpus, settings=replace(run.settings, epochs=1))
    assert read_teacher_logits(train_teacher(taught)).labels == (*EMOTIONS, NONE)


def test_file_says_how_the_teacher_was_made(run, root):
    provenance = read_teacher_logits(train_teacher(run)).provenance
    digest = hashlib.sha256((root / "unlabelled" / "tweets.txt").read_bytes()).hexdigest()
    assert (provenance["unlabeled"], provenance["unlabeled_sha256"]) == (["tweets"], {"tweets": digest})
    assert set(provenance["data"]) == {"emotion", "tweeteval"}
    assert [row["epoch"] for row in provenance["epochs"]] == [1, 2, 3]
    assert set(provenance) >= {"base", "settings", "versions", "hardware", "training_device"}


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
    assert counter.counts == [40, 40, 20], "140 texts, of which 40 were done"


def test_resumed_run_with_other_chunks_gives_each_text_its_own_logits(run, monkeypatch):
    stop_at_second_chunk(run, monkeypatch)
    monkeypatch.setattr(module, "CHUNK_TEXTS", 50)
    train_teacher(run, resume=True)
    fresh = replace(run, out=run.out.with_name("fresh.npz"))
    train_teacher(fresh)
    resumed, whole = read_teacher_logits(run.out), read_teacher_logits(fresh.out)
    np.testing.assert_array_equal(resumed.keys, whole.keys)
    np.testing.assert_allclose(resumed.logits, whole.logits, atol=0.05)


def test_resumed_run_with_other_unlabeled_texts_is_refused(run, monkeypatch, tmp_path):
    root = Path(shutil.copytree(run.corpus.data, tmp_path / "root"))
    run = replace(run, corpus=replace(run.corpus, data=root))
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


def test_unlabeled_texts_that_are_all_trained_on_are_refused_before_training(run, tmp_path):
    root = Path(shutil.copytree(run.corpus.data, tmp_path / "root"))
    trained_on = open_source("emotion", root).read("train").texts[:3]
    (root / "unlabelled" / "tweets.txt").write_text("".join(f"{text}!\n" for text in trained_on), encoding="utf-8")
    with pytest.raises(DataError, match="unlabeled texts tweets: the sources have every one of them"):
        train_teacher(replace(run, corpus=replace(run.corpus, data=root)))
    assert not run.checkpoints.exists()


def test_checkpoints_of_another_run_are_refused(run, monkeypatch):
    stop_at_second_chunk(run, monkeypatch)
    with pytest.raises(TrainingError, match="settings was"):
        train_teacher(replace(run, settings=replace(run.settings, seed=8)), resume=True)
