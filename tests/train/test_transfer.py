"""The frozen encoder's vectors and the head on them, against a plain computation and scikit-learn."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

from tweetmoji import EMOTIONS, TrainingError  # noqa: E402
from tweetmoji.evaluate.metrics import log_loss  # noqa: E402
from tweetmoji.train.model import load_base  # noqa: E402
from tweetmoji.train.transfer import choose_head, embed_texts, fit_head, pool_mean  # noqa: E402

TEXTS = ["i feel happy", "she made me feel so furious and i told her so", "scared", "so happy right now", "i am"]


def make_task(n=300, seed=0):
    """Features of three overlapping classes: unlike in size and place, and one of them constant."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(3, size=n)
    features = rng.normal(size=(n, 5)) + np.eye(3, 5)[targets] * 1.5
    return (features * [1, 10, 0.1, 1, 0] + [0, 100, -3, 5, 7]).astype(np.float32), targets


def test_mean_is_over_the_tokens_and_leaves_padding_out():
    hidden = torch.tensor([[[1.0, 2.0], [3.0, 6.0], [99.0, 99.0]], [[5.0, 0.0], [0.0, 0.0], [1.0, 3.0]]])
    mask = torch.tensor([[1, 1, 0], [1, 1, 1]])
    assert torch.equal(pool_mean(hidden, mask), torch.tensor([[2.0, 4.0], [2.0, 1.0]]))


def test_vectors_are_the_means_of_the_frozen_encoder_in_the_order_of_the_texts(toy_base, settings):
    vectors = embed_texts(str(toy_base), TEXTS, settings, batch_size=2)
    network, tokenizer = load_base(str(toy_base), EMOTIONS, settings)
    network.eval()
    with torch.inference_mode():
        plain = [
            network.base_model(input_ids=torch.tensor([tokens.ids])).last_hidden_state[0].mean(dim=0).numpy()
            for tokens in tokenizer.encode(TEXTS)
        ]
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, plain, atol=0.03)  # what bfloat16 leaves of numbers around 1


def test_texts_are_normalised_and_cut_as_for_fine_tuning(toy_base, settings):
    long = "i feel happy " * settings.max_tokens
    vectors = embed_texts(str(toy_base), ["i &amp; her", "i & her", long, long + "furious"], settings)
    assert np.array_equal(vectors[0], vectors[1])
    assert np.array_equal(vectors[2], vectors[3])


@pytest.mark.parametrize("l2", [1e-3, 0.1])
def test_head_is_the_logistic_regression_of_scikit_learn(l2):
    features, targets = make_task()
    head = fit_head(features, targets, 3, l2=l2)
    scaler = StandardScaler().fit(features.astype(np.float64))
    reference = LogisticRegression(C=1 / (len(targets) * l2), tol=1e-8, max_iter=1000)
    reference.fit(scaler.transform(features), targets)
    np.testing.assert_allclose(head.weights, reference.coef_.T, atol=1e-3)
    others, _ = make_task(seed=1)
    expected = reference.predict_proba(scaler.transform(others))
    np.testing.assert_allclose(head.predict_proba(others), expected, atol=1e-3)


def test_class_without_texts_is_answered_with_next_to_nothing():
    features, targets = make_task()
    head = fit_head(features, targets, 4, l2=1e-3)
    probabilities = head.predict_proba(features)
    assert probabilities.shape == (300, 4)
    assert probabilities[:, 3].max() < 0.02


def test_features_that_are_no_numbers_are_refused():
    features, targets = make_task()
    features[3, 1] = np.nan
    with pytest.raises(TrainingError, match="NaN or infinity; expected finite numbers"):
        fit_head(features, targets, 3, l2=1e-3)


def test_penalty_of_least_log_loss_on_val_is_chosen():
    train, val = make_task(n=60), make_task(seed=1)
    l2s = (1e-5, 1e-2, 1.0)
    losses = [log_loss(fit_head(*train, 3, l2=l2).predict_proba(val[0]), val[1]) for l2 in l2s]
    assert np.argmin(losses) == 1  # else the test would not tell the least from the first or the last
    assert choose_head(train, val, 3, l2s=l2s).l2 == 1e-2
