"""A toy task that trains in seconds: its base, its datasets, its settings, and runs on it."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.toys.training import write_base, write_emoji_tweets, write_emotion, write_own_data, write_tweeteval

from tweetmoji.data import SPLITS, LabeledTexts, LabelSet, SourceChoice, open_source
from tweetmoji.emotions import EMOTIONS
from tweetmoji.train import TrainSettings

os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when transformers is imported; the programs that tests start inherit it

SETTINGS = TrainSettings(epochs=3, batch_size=8, encoder_lr=3e-3, head_lr=1e-2, max_tokens=16, checkpoint_steps=7)
"""18 batches an epoch, of which the 7th and the 14th leave a checkpoint behind, as does the end."""

LABELS = LabelSet(none=False)
"""The labels of the toy task: no toy text is without an emotion."""


@pytest.fixture(scope="session", autouse=True)
def small_torch():
    """One core and no GPU: a network this small gains nothing from more, and its sums are always the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUDA_VISIBLE_DEVICES", "")
        try:
            import torch
        except ModuleNotFoundError:  # every test here is skipped then
            yield
            return
        patch.setattr(torch.cuda, "is_available", lambda: False)
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        yield
        torch.set_num_threads(before)


@pytest.fixture(scope="session")
def toy_data(tmp_path_factory) -> Path:
    return write_emotion(tmp_path_factory.mktemp("toy") / "data")


@pytest.fixture(scope="session")
def toy_root(tmp_path_factory) -> Path:
    """A root of two datasets: Emotion and TweetEval."""
    root = tmp_path_factory.mktemp("toy") / "root"
    write_emotion(root / "emotion")
    write_tweeteval(root / "tweeteval-emotion")
    return root


@pytest.fixture(scope="session")
def full_corpus(tmp_path_factory):
    """A `CorpusChoice` of sources with an emotion or none, real tweets among them; its root has emoji tweets too."""
    from tweetmoji.train import CorpusChoice

    root = tmp_path_factory.mktemp("full") / "root"
    write_emoji_tweets(root / "tweeteval-emoji")
    own_data = write_own_data(tmp_path_factory.mktemp("full") / "own", root)
    sources = (SourceChoice("written"), SourceChoice("annotated", 200))
    return CorpusChoice(root, sources, own_data=own_data)


@pytest.fixture(scope="session")
def toy_base(tmp_path_factory) -> Path:
    return write_base(tmp_path_factory.mktemp("toy") / "toy-bert")


@pytest.fixture(scope="session")
def settings() -> TrainSettings:
    return SETTINGS


@dataclass(frozen=True)
class Toy:
    """The toy task, ready for `fine_tune`: texts as read and as tokenized, and new networks."""

    base: Path
    data: dict[str, LabeledTexts]
    encoded: dict[str, Any]

    def make_network(self, settings: TrainSettings, labels: Sequence[str] = EMOTIONS):
        from tweetmoji.train.loop.network import load_base

        return load_base(str(self.base), labels, settings)[0]

    @property
    def val(self) -> list:
        """The val split, as `fine_tune` takes it."""
        from tweetmoji.train.loop.encoded import ValidationSplit

        return [ValidationSplit(self.data["val"], self.encoded["val"])]

    def encode(self, data: LabeledTexts):
        from tweetmoji.train.loop.encoded import encode
        from tweetmoji.train.loop.network import load_base

        return encode(load_base(str(self.base), EMOTIONS, SETTINGS)[1], data, LABELS)


@pytest.fixture(scope="session")
def toy(toy_base, toy_data) -> Toy:
    data = {split: open_source("emotion", toy_data).read(split) for split in SPLITS}
    toy = Toy(base=toy_base, data=data, encoded={})
    toy.encoded.update({split: toy.encode(texts) for split, texts in data.items()})
    return toy


@pytest.fixture(scope="session")
def uninterrupted(toy, settings, tmp_path_factory):
    """The network that a run of three epochs ends in, and the results of its epochs."""
    from tweetmoji.train.loop.checkpoints import Checkpoints
    from tweetmoji.train.loop.fine_tune import fine_tune

    network = toy.make_network(settings)
    checkpoints = Checkpoints(tmp_path_factory.mktemp("uninterrupted") / "checkpoints", {"run": "toy"}, resume=False)
    return network, fine_tune(network, toy.encoded["train"], toy.val, LABELS, settings, checkpoints)


@pytest.fixture(scope="session")
def finished_run(toy_base, toy_data, settings, tmp_path_factory):
    """A `TrainingRun` that has been trained to its end; its folders are shared, so no test may change them."""
    from tweetmoji.train import CorpusChoice, TrainingRun, train

    out = tmp_path_factory.mktemp("finished") / "toy-model"
    run = TrainingRun(corpus=CorpusChoice(toy_data), base=str(toy_base), out=out, settings=settings)
    train(run)
    return run


@pytest.fixture(scope="session")
def full_run(toy_base, full_corpus, settings, tmp_path_factory):
    """As `finished_run`, of a model that knows none, trained on texts altered and drawn."""
    from tweetmoji.train import TrainingRun, train

    out = tmp_path_factory.mktemp("full") / "full-model"
    run = TrainingRun(corpus=full_corpus, base=str(toy_base), out=out, settings=replace(settings, augment=0.2))
    train(run)
    return run


@pytest.fixture(scope="session")
def suggestions_run(full_run, tmp_path_factory):
    """A `SuggestionsRun` that gave the model of `full_run` suggestions, in place; its checkpoints are beside it."""
    from tweetmoji.train import SuggestionSettings, SuggestionsRun, train_suggestions
    from tweetmoji.train.loop.checkpoints import checkpoint_folder

    folder = tmp_path_factory.mktemp("suggestions") / full_run.out.name
    shutil.copytree(full_run.out, folder)
    shutil.copytree(full_run.checkpoints, checkpoint_folder(folder))
    settings = SuggestionSettings(buckets=997, gram_penalty=0.01, feature_penalty=0.1)
    corpus = full_run.corpus
    run = SuggestionsRun(model=folder, data=corpus.data, out=folder, own_data=corpus.own_data, settings=settings)
    train_suggestions(run)
    return run
