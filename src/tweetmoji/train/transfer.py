"""Transfer learning without fine-tuning: a linear head on the sentence vectors of a frozen encoder.

A text becomes the mean of the encoder's last hidden states over its tokens, as in Sentence-BERT (Reimers & Gurevych
2019, https://arxiv.org/abs/1908.10084); the head is a multinomial logistic regression. It is what fine-tuning has to
beat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import TrainingError
from tweetmoji.evaluate.metrics import log_loss
from tweetmoji.runtime.softmax import softmax
from tweetmoji.train.batches import by_length, collate
from tweetmoji.train.model import load_base
from tweetmoji.train.precision import Precision
from tweetmoji.train.settings import TrainSettings

L2_CHOICES: Final = (1e-4, 1e-3, 1e-2, 1e-1)
"""Penalties that `choose_head` tries: from all but none to one that flattens the head of a few hundred features."""

MAX_STEPS: Final = 1000
GRADIENT_TOLERANCE: Final = 1e-5
"""L-BFGS stops once no component of the gradient is larger; probabilities are then exact to about three digits."""


@dataclass(frozen=True)
class Head:
    """A multinomial logistic regression on standardised features.

    Attributes:
        weights: float64 array of shape (features, classes), of the standardised features.
        bias: float64 array of shape (classes,).
        mean: float64 array of shape (features,), subtracted from the features first.
        scale: float64 array of that shape, above 0; the features are then divided by it.
        l2: The penalty that it was fitted with.
    """

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    l2: float

    def predict_proba(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """Probabilities of the classes.

        Args:
            features: Float array of shape (n, features).

        Returns:
            float32 array of shape (n, classes); rows sum to 1.
        """
        logits = (features - self.mean) / self.scale @ self.weights + self.bias
        return softmax(logits.astype(np.float32))


def embed_texts(
    base: str, texts: Sequence[str], settings: TrainSettings, *, batch_size: int = 64
) -> NDArray[np.float32]:
    """Sentence vectors of a pretrained encoder as it is: the mean of the last hidden states over a text's tokens.

    Texts are normalised and tokenized as for fine-tuning, and run in the same 16 bits; the mean is taken in float32.

    Args:
        base: A Hugging Face model folder, or the id of a model on the Hub.
        texts: The n texts.
        settings: Gives the number of tokens to read.
        batch_size: Texts that are run together, the shortest first.

    Returns:
        float32 array of shape (n, hidden size).

    Raises:
        TrainingError: The base cannot be loaded, see `tweetmoji.train.model.load_base`.
    """
    classifier, tokenizer = load_base(base, EMOTIONS, settings)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    encoder = classifier.base_model.to(device).eval()
    ids = [tokens.ids for tokens in tokenizer.encode(texts)]
    vectors = np.empty((len(ids), encoder.config.hidden_size), dtype=np.float32)
    precision = Precision(device)
    with tqdm(desc="embedding", total=len(ids), unit="text", disable=None) as bar:  # silent when no terminal
        for rows in by_length(ids, batch_size):
            inputs = collate([ids[i] for i in rows], tokenizer.pad_id)
            inputs = {name: tensor.to(device) for name, tensor in inputs.items()}
            with torch.inference_mode(), precision.autocast():
                hidden = encoder(**inputs).last_hidden_state
            vectors[rows] = pool_mean(hidden, inputs["attention_mask"]).cpu().numpy()
            bar.update(len(rows))
    return vectors


def pool_mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean over the tokens of each text.

    Args:
        hidden: Float tensor of shape (n, tokens, features).
        mask: Integer tensor of shape (n, tokens): 1 for a token, 0 for padding; each text has a token.

    Returns:
        float32 tensor of shape (n, features).
    """
    weights = mask[:, :, None].float()
    return (hidden.float() * weights).sum(dim=1) / weights.sum(dim=1)


def fit_head(features: NDArray[np.floating], targets: NDArray[np.int64], classes: int, *, l2: float) -> Head:
    """Fit a head by L-BFGS. The optimum is the only one and the start fixed, so nothing is random.

    What is minimised is the mean cross-entropy in nats plus ``l2 / 2`` times the squared weights, biases excepted: the
    objective of scikit-learn's ``LogisticRegression`` with ``C = 1 / (n * l2)``.

    Args:
        features: Float array of shape (n, features), n at least 1.
        targets: int64 array of shape (n,), each in 0 … classes-1.
        classes: Number of classes.
        l2: Strength of the penalty, above 0.

    Raises:
        TrainingError: The features are not finite numbers.
    """
    mean, scale = features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64)
    scale[scale == 0] = 1  # a feature that is the same for all texts says nothing, and must not divide by nothing
    inputs, answers = torch.from_numpy((features - mean) / scale), torch.from_numpy(targets)
    if not torch.isfinite(inputs).all():
        raise TrainingError("the features hold NaN or infinity; expected finite numbers: embed the texts anew")
    weights = torch.zeros((features.shape[1], classes), dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(classes, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [weights, bias], max_iter=MAX_STEPS, tolerance_grad=GRADIENT_TOLERANCE, line_search_fn="strong_wolfe"
    )

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(inputs @ weights + bias, answers) + l2 / 2 * weights.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return Head(weights.detach().numpy(), bias.detach().numpy(), mean, scale, l2)


def choose_head(
    train: tuple[NDArray[np.floating], NDArray[np.int64]],
    val: tuple[NDArray[np.floating], NDArray[np.int64]],
    classes: int,
    *,
    l2s: Sequence[float] = L2_CHOICES,
) -> Head:
    """Fit a head with each penalty, and keep the one of least log loss on val, the first of equals.

    Args:
        train: Features and targets to fit on, as `fit_head` takes them.
        val: Features and targets to choose on.
        classes: Number of classes.
        l2s: The penalties, at least one.

    Raises:
        TrainingError: The features are not finite numbers.
    """
    heads = [fit_head(*train, classes, l2=l2) for l2 in l2s]
    return min(heads, key=lambda head: log_loss(head.predict_proba(val[0]), val[1]))
