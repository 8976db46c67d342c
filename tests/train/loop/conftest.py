"""Runs of `fine_tune` on the toy task, which can be stopped at any checkpoint."""

from pathlib import Path

import pytest

from tweetmoji.data import LabelSet

RUN = {"run": "toy"}
LABELS = LabelSet(none=False)


@pytest.fixture(scope="session")
def make_checkpoints():
    """Makes checkpoints that interrupt their run right before or after the n-th state is saved."""
    from tweetmoji.train.loop.checkpoints import Checkpoints

    class InterruptingCheckpoints(Checkpoints):
        def __init__(self, folder: Path, *, resume: bool = False, stop_before: int = 0, stop_after: int = 0) -> None:
            super().__init__(folder, RUN, resume=resume)
            self.stop_before = stop_before
            self.stop_after = stop_after
            self.saves = 0

        def save_state(self, state) -> None:
            self.saves += 1
            if self.saves == self.stop_before:
                raise KeyboardInterrupt
            super().save_state(state)
            if self.saves == self.stop_after:
                raise KeyboardInterrupt

    return InterruptingCheckpoints


@pytest.fixture(scope="session")
def tune(toy):
    """Fine-tunes a new toy network, and gives it with its results."""
    from tweetmoji.train.loop.fine_tune import fine_tune

    def run(settings, checkpoints, *, train=None, val=None, network=None, labels=LABELS):
        network = network or toy.make_network(settings)
        train, val = train or toy.encoded["train"], val or toy.val
        return network, fine_tune(network, train, val, labels, settings, checkpoints)

    return run


@pytest.fixture(scope="session")
def tweeteval(toy, toy_root):
    """Splits of the toy TweetEval, as read and as tokenized."""
    from tweetmoji.data import open_source
    from tweetmoji.train.loop.encoded import ValidationSplit

    source = open_source("tweeteval", toy_root)
    splits = {split: source.read(split) for split in source.splits}
    return {name: ValidationSplit(data, toy.encode(data)) for name, data in splits.items()}


@pytest.fixture(scope="session")
def same_weights():
    """Whether two networks have the same weights, to the bit."""
    import torch

    def compare(one, other):
        ours, theirs = one.state_dict(), other.state_dict()
        return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)

    return compare
