"""Labels softened with the network's own last predictions."""

import dataclasses

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.runtime.softmax import softmax  # noqa: E402
from tweetmoji.train.loop.network import compute_logits  # noqa: E402
from tweetmoji.train.loop.self_distillation import SelfDistillation  # noqa: E402
from tweetmoji.train.loop.targets import Targets  # noqa: E402

TARGETS = Targets(
    positives=np.array([[True, False, False], [False, True, False], [False, False, False]]),
    label_mask=np.array([[True, True, True], [True, True, False], [True, True, True]]),
    soft_targets=np.array([[0, 0, 0], [0, 0, 0], [0.5, 0.25, 0.25]], dtype=np.float32),
)
"""A text with a label, one of a source without the third label, and one of a teacher."""

ROWS = np.array([2, 0, 1])


def test_final_weight_rises_linearly_from_0_for_labeled_texts_and_is_1_for_others():
    distillation = SelfDistillation(TARGETS, final_weight=0.6, epochs=4)
    distillation.keep_predictions(ROWS, torch.zeros(3, 3))
    weights = [distillation.make_targets(ROWS, epoch)[3].tolist() for epoch in range(4)]
    assert weights == [pytest.approx([1, weight, weight]) for weight in (0, 0.2, 0.4, 0.6)]


def test_text_that_was_never_read_before_keeps_its_whole_label():
    distillation = SelfDistillation(TARGETS, final_weight=0.6, epochs=2)
    distillation.keep_predictions(np.array([0]), torch.zeros(1, 3))
    assert distillation.make_targets(np.array([0, 1, 2]), 1)[3].tolist() == [pytest.approx(0.6), 0, 1]


def test_run_of_one_epoch_trains_on_labels_alone():
    distillation = SelfDistillation(TARGETS, final_weight=0.6, epochs=1)
    assert distillation.make_targets(ROWS, 0)[3].tolist() == [1, 0, 0]


def test_predictions_within_the_label_mask_become_the_soft_targets_of_labeled_texts():
    distillation = SelfDistillation(TARGETS, final_weight=0.6, epochs=2)
    distillation.keep_predictions(ROWS, torch.log(torch.tensor([[9.0, 9, 9], [1, 1, 2], [3, 1, 7]])))
    positives, label_mask, soft_targets, _ = distillation.make_targets(ROWS, 1)
    assert positives.tolist() == TARGETS.positives[ROWS].tolist()
    assert label_mask.tolist() == TARGETS.label_mask[ROWS].tolist()
    expected = [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.75, 0.25, 0]]
    torch.testing.assert_close(soft_targets, torch.tensor(expected))


def test_self_distillation_changes_training_from_the_second_epoch_on(toy, settings, tune, make_checkpoints, tmp_path):
    two = dataclasses.replace(settings, epochs=2)
    runs = {"hard": two, "soft": dataclasses.replace(two, self_distillation=0.9)}
    tuned = {name: tune(settings, make_checkpoints(tmp_path / name)) for name, settings in runs.items()}
    hard, soft = (results for _, results in tuned.values())
    assert soft[0] == hard[0]
    assert soft[1].train_loss > hard[1].train_loss
    ids = toy.encoded["train"].ids
    confidence = {name: softmax(compute_logits(net, ids, 0)).max(axis=1).mean() for name, (net, _) in tuned.items()}
    assert confidence["soft"] < confidence["hard"]


def test_resumed_run_with_self_distillation_ends_in_the_same_weights(
    settings, tune, make_checkpoints, same_weights, tmp_path
):
    soft = dataclasses.replace(settings, self_distillation=0.5)
    whole, results = tune(soft, make_checkpoints(tmp_path / "whole"))
    with pytest.raises(KeyboardInterrupt):
        tune(soft, make_checkpoints(tmp_path / "stopped", stop_after=5))
    resumed, same = tune(soft, make_checkpoints(tmp_path / "stopped", resume=True))
    assert same == results
    assert same_weights(resumed, whole)
