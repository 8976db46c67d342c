"""Multinomial logistic regression on an encoder's features and on hashed n-grams together.

The penalized log loss is convex and L-BFGS (Liu & Nocedal 1989, "On the limited memory BFGS method for large scale
optimization") uses all texts in each step, so the weights depend on the data alone: no seed, no schedule, no order.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import logsumexp

from tweetmoji.train.settings import SuggestionSettings

FEATURE_SCALE: Final = 3.0
"""Root mean square of the norm of a text's features in the fit; that of its n-grams is about 1."""

Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HeadWeights:
    """The weights of the emoji logits.

    Attributes:
        features: float32 array of shape (width, emoji), of the encoder's features.
        grams: float32 array of shape (buckets, emoji), of the n-grams.
        bias: float32 array of shape (emoji,).
    """

    features: Float32
    grams: Float32
    bias: Float32

    def compute_logits(self, features: Float32, grams: csr_matrix) -> Float32:
        """Compute the logits of n texts.

        Args:
            features: float32 array of shape (n, width).
            grams: float32 matrix of shape (n, buckets); see `tweetmoji.train.suggestions.token_grams.count_grams`.

        Returns:
            float32 array of shape (n, emoji).
        """
        logits: Float32 = features @ self.features + grams @ self.grams + self.bias
        return logits


def fit_head(
    features: Float32, grams: csr_matrix, targets: NDArray[np.int64], emoji: int, settings: SuggestionSettings
) -> HeadWeights:
    """Fit the weights.

    For the fit, the features are standardized and scaled to `FEATURE_SCALE`. Unscaled, they would be so much larger
    than the n-grams that L-BFGS takes many more steps. The weights returned are for the features as given.

    Args:
        features: float32 array of shape (n, width).
        grams: float32 matrix of shape (n, buckets).
        targets: int64 array of shape (n,), below ``emoji``; each of these occurs.
        emoji: Number of classes.
        settings: Penalties and steps.
    """
    mean = features.mean(axis=0, dtype=np.float64).astype(np.float32)
    spread = (features.std(axis=0, dtype=np.float64) * np.sqrt(features.shape[1]) / FEATURE_SCALE + 1e-6).astype(
        np.float32
    )
    problem = _Problem((features - mean) / spread, grams, targets, emoji, settings)
    found = minimize(
        problem.measure,
        problem.start(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": settings.iterations},
    )
    weights, table, bias = problem.divide(found.x)
    return HeadWeights(weights / spread[:, None], table, bias - (mean / spread) @ weights)


class _Problem:
    """The penalized mean log loss, as a function of all weights in one row."""

    def __init__(
        self, features: Float32, grams: csr_matrix, targets: NDArray[np.int64], emoji: int, settings: SuggestionSettings
    ) -> None:
        self.features, self.grams, self.targets = features, grams, targets
        self.transposed = grams.T.tocsr()  # once: a product with the transpose would convert it each time
        self.hits = np.eye(emoji, dtype=np.float32)[targets]
        self.penalties = np.float32(settings.feature_penalty), np.float32(settings.gram_penalty)

    def start(self) -> NDArray[np.float64]:
        """No weights, and a bias that answers how frequent each emoji is."""
        weights = np.zeros((self.features.shape[1] + self.grams.shape[1] + 1, self.hits.shape[1]))
        weights[-1] = np.log(self.hits.mean(axis=0))
        return weights.ravel()

    def divide(self, row: NDArray[np.float64]) -> tuple[Float32, Float32, Float32]:
        """The weights of features and n-grams, and the bias."""
        weights = row.reshape(-1, self.hits.shape[1]).astype(np.float32)
        width = self.features.shape[1]
        return weights[:width], weights[width:-1], weights[-1]

    def measure(self, row: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The objective and its gradient."""
        weights, table, bias = self.divide(row)
        n = len(self.targets)
        logits = self.features @ weights + self.grams @ table + bias
        total = logsumexp(logits, axis=1, keepdims=True)
        loss = float((total[:, 0] - logits[np.arange(n), self.targets]).sum(dtype=np.float64))
        errors = np.exp(logits - total) - self.hits
        gradients = []
        for inputs, part, penalty in (
            (self.features.T, weights, self.penalties[0]),
            (self.transposed, table, self.penalties[1]),
        ):
            loss += 0.5 * float(penalty) * float(np.square(part, dtype=np.float64).sum())
            gradients.append(inputs @ errors + penalty * part)
        gradients.append(errors.sum(axis=0, keepdims=True))
        return loss / n, np.concatenate(gradients).ravel().astype(np.float64) / n
