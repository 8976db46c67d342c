"""The training loss, against torch's cross-entropy, `Targets.log_loss` and values by hand."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.train.loop.loss import masked_cross_entropy  # noqa: E402
from tweetmoji.train.loop.targets import Targets  # noqa: E402

CLASSES = 6
EVERYTHING = [True] * CLASSES
NOTHING = [False] * CLASSES
TWEETEVAL = [True, True, True, True, False, False]
"""The label mask of TweetEval: without fear and surprise."""

MIXED = Targets(
    positives=np.array(
        [
            [False, True, True, False, False, False],
            [False, False, False, True, False, False],
            [False, False, False, False, True, False],
            NOTHING,
        ]
    ),
    label_mask=np.array([TWEETEVAL, TWEETEVAL, EVERYTHING, EVERYTHING]),
    soft_targets=np.array([[0] * CLASSES, [0] * CLASSES, [0] * CLASSES, [1 / CLASSES] * CLASSES], dtype=np.float32),
)
"""A joyful and an angry tweet of TweetEval, an afraid one with a full mask, and one without an emotion."""


def make_logits(n, scale=2.0):
    values = np.random.default_rng(0).normal(scale=scale, size=(n, CLASSES)).astype(np.float32)
    return torch.tensor(values, requires_grad=True)


def one_hot(targets):
    return torch.nn.functional.one_hot(targets, CLASSES).bool()


def compute_loss(logits, targets=MIXED):
    positives, label_mask, soft = map(torch.from_numpy, (targets.positives, targets.label_mask, targets.soft_targets))
    return masked_cross_entropy(logits, positives, label_mask, soft, (~positives.any(dim=1)).float())


def compute_soft_loss(logits, soft, label_mask=EVERYTHING):
    """The loss of texts without a label."""
    n = len(logits)
    return masked_cross_entropy(
        logits, torch.tensor([NOTHING] * n), torch.tensor([label_mask] * n), soft, torch.ones(n)
    )


def test_full_mask_and_one_positive_equal_cross_entropy_and_its_gradient():
    targets = torch.tensor([0, 5, 3, 3, 1, 2, 4])
    logits, same = make_logits(7), make_logits(7)
    everything = torch.ones(7, CLASSES, dtype=torch.bool)
    loss = masked_cross_entropy(logits, one_hot(targets), everything, torch.zeros(7, CLASSES), torch.zeros(7))
    expected = torch.nn.functional.cross_entropy(same, targets)
    loss.backward()
    expected.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)
    torch.testing.assert_close(logits.grad, same.grad)


def test_loss_of_equal_logits_is_log_of_mask_over_positives():
    expected = np.mean([np.log(4 / 2), np.log(4), np.log(6), np.log(6)])
    assert compute_loss(torch.zeros(4, CLASSES)).item() == pytest.approx(expected)


def test_loss_equals_log_loss_of_the_targets():
    labeled = MIXED.take(np.array([0, 1, 2]))
    logits = make_logits(3)
    assert compute_loss(logits, labeled).item() == pytest.approx(labeled.log_loss(logits.detach().numpy()))


def test_uniform_soft_targets_equal_cross_entropy():
    logits = make_logits(5)
    uniform = torch.full((5, CLASSES), 1 / CLASSES)
    loss = compute_soft_loss(logits, uniform)
    assert loss.item() == pytest.approx(torch.nn.functional.cross_entropy(logits, uniform).item(), rel=1e-6)


def test_equal_logits_with_uniform_soft_targets_get_no_gradient():
    logits = torch.full((1, CLASSES), 3.0, requires_grad=True)
    compute_soft_loss(logits, torch.full((1, CLASSES), 1 / CLASSES)).backward()
    torch.testing.assert_close(logits.grad, torch.zeros(1, CLASSES))


def test_soft_targets_within_a_label_mask_leave_the_other_labels_alone():
    logits = torch.tensor([[0.0, 0.0, 0.0, 0.0, 9.0, -9.0]], requires_grad=True)
    loss = compute_soft_loss(logits, torch.tensor([TWEETEVAL]) / 4, TWEETEVAL)
    loss.backward()
    assert loss.item() == pytest.approx(np.log(4))
    torch.testing.assert_close(logits.grad, torch.zeros(1, CLASSES))


def test_gradient_is_0_exactly_outside_the_label_mask():
    logits = make_logits(4)
    compute_loss(logits).backward()
    label_mask = torch.from_numpy(MIXED.label_mask)
    assert (logits.grad[~label_mask] == 0).all()
    assert (logits.grad[label_mask] != 0).all()


def test_gradient_raises_the_positives_and_lowers_the_rest_of_the_mask():
    logits = make_logits(4)
    compute_loss(logits).backward()
    assert [int(sign) for sign in logits.grad[0].sign()] == [1, -1, -1, 1, 0, 0]


def test_gradient_equals_finite_differences():
    assert torch.autograd.gradcheck(compute_loss, make_logits(4).detach().double().requires_grad_())


def test_soft_targets_of_a_teacher_equal_cross_entropy():
    logits = make_logits(5)
    soft = make_logits(5, scale=1.0).detach().flip(0).softmax(dim=1)
    expected = torch.nn.functional.cross_entropy(logits, soft)
    assert compute_soft_loss(logits, soft).item() == pytest.approx(expected.item(), rel=1e-6)


def test_soft_weight_divides_the_loss_between_label_and_soft_targets():
    logits, targets = make_logits(3), torch.tensor([4, 0, 2])
    soft = make_logits(3, scale=1.0).detach().flip(0).softmax(dim=1)
    soft_weight = torch.tensor([0.25, 0.0, 0.75])
    everything = torch.ones(3, CLASSES, dtype=torch.bool)
    loss = masked_cross_entropy(logits, one_hot(targets), everything, soft, soft_weight)
    hard = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    gentle = torch.nn.functional.cross_entropy(logits, soft, reduction="none")
    assert loss.item() == pytest.approx(((1 - soft_weight) * hard + soft_weight * gentle).mean().item(), rel=1e-6)


@pytest.mark.parametrize("high", [1e4, -1e4])
def test_loss_and_gradient_of_extreme_logits_are_finite(high):
    logits = torch.zeros(4, CLASSES)
    logits[:, 0] = high  # sadness, a positive of none of the four
    logits.requires_grad_()
    loss = compute_loss(logits)
    loss.backward()
    assert torch.isfinite(logits.grad).all()
    if high > 0:
        assert loss.item() == pytest.approx(np.mean([1e4, 1e4, 1e4, 1e4 * 5 / 6]), rel=1e-3)
    else:
        assert loss.item() == pytest.approx(
            np.mean([np.log(3 / 2), np.log(3), np.log(5), np.log(5) + 1e4 / 6]), rel=1e-3
        )
