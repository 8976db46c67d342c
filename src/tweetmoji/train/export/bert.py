"""The weights and the shape of a BERT classifier, as `tweetmoji.train.export.graph` needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class BertClassifier:
    """A trained `transformers.BertForSequenceClassification`.

    Attributes:
        weights: Name in the network's state dict to float32 array. The matrix of a linear layer has shape (outputs,
            inputs), as torch keeps it.
        layers: Number of encoder layers.
        heads: Number of attention heads of each.
        epsilon: What layer normalization adds to the variance.
    """

    weights: Mapping[str, NDArray[np.float32]]
    layers: int
    heads: int
    epsilon: float

    @classmethod
    def from_network(cls, network: Any) -> Self | None:  # noqa: ANN401
        """Take over a network of transformers; None if it is not of this architecture."""
        config = network.config
        if type(network).__name__ != "BertForSequenceClassification" or not _is_plain(config):
            return None
        weights = {name: tensor.detach().float().cpu().numpy() for name, tensor in network.state_dict().items()}
        return cls(weights, config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps)


def _is_plain(config: Any) -> bool:  # noqa: ANN401
    """Whether a BERT is the one of the paper (https://arxiv.org/abs/1810.04805), which nearly all are."""
    return (
        config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not config.is_decoder
    )
