"""The network that is fine-tuned: a pretrained encoder with the stock classification head of transformers."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from safetensors import SafetensorError
from tokenizers import Tokenizer

from tweetmoji.errors import TrainingError, shorten
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.loop.batches import by_length, collate
from tweetmoji.train.loop.precision import Precision
from tweetmoji.train.settings import TrainSettings

PROVENANCE: Final = "provenance.json"
"""File of a base that is itself a model of ours: how it was made."""


def load_base(base: str, labels: Sequence[str], settings: TrainSettings) -> tuple[torch.nn.Module, TweetTokenizer]:
    """Load a pretrained encoder with a new classification head for ``labels``, in float32.

    Args:
        base: A Hugging Face model folder, or the id of a model on the Hub.
        labels: Label names in column order.
        settings: Gives the seed of the head's initial weights and the number of tokens to read.

    Raises:
        TrainingError: There is no such folder or model, it is damaged, holds no safetensors weights of the encoder
            or no fast tokenizer, or it reads fewer tokens than asked for.
    """
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.manual_seed(settings.seed)
    try:
        config = transformers.AutoConfig.from_pretrained(
            base,
            id2label=dict(enumerate(labels)),
            label2id={label: i for i, label in enumerate(labels)},
        )
        if hasattr(config, "attention_probs_dropout_prob"):  # BERT's and MPNet's name for it
            config.attention_probs_dropout_prob = settings.attention_dropout
        model, report = transformers.AutoModelForSequenceClassification.from_pretrained(
            base, config=config, use_safetensors=True, dtype=torch.float32, output_loading_info=True
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(base, use_fast=True)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        kind = "folder" if Path(base).exists() else "local folder or reachable model of the Hugging Face Hub"
        raise TrainingError(
            f"--base {base}: no usable {kind}; expected config.json, model.safetensors and tokenizer.json "
            f"({shorten(error)})"
        ) from error
    _check_base(base, model, report["missing_keys"], settings)
    return model, TweetTokenizer(Tokenizer.from_str(tokenizer.backend_tokenizer.to_str()), settings.max_tokens)


def _check_base(base: str, model: Any, missing: Iterable[str], settings: TrainSettings) -> None:  # noqa: ANN401
    """Refuse a base whose encoder would start from random weights, or that has too few positions."""
    encoder = sorted(name for name in missing if _is_encoder(model, name))
    if encoder:
        raise TrainingError(
            f"--base {base}: model.safetensors has no {encoder[0]} ({len(encoder)} of the encoder's weights are "
            "missing); expected config.json, model.safetensors and tokenizer.json of one pretrained encoder"
        )
    positions = getattr(model.config, "max_position_embeddings", settings.max_tokens)
    if settings.max_tokens > positions:
        raise TrainingError(
            f"max_tokens is {settings.max_tokens}, but {base} reads at most {positions}; lower --max-tokens"
        )


def parameter_groups(model: Any, settings: TrainSettings) -> list[dict[str, Any]]:  # noqa: ANN401
    """Split the weights into groups by learning rate (encoder, head) and by decay (matrices, all else).

    Weights whose rate is 0 are frozen and left out: transfer learning, with ``encoder_lr`` 0.
    """
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        rate = settings.encoder_lr if _is_encoder(model, name) else settings.head_lr
        if rate == 0:
            parameter.requires_grad_(requires_grad=False)
            continue
        decay = settings.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": rows, "lr": rate, "weight_decay": decay} for (rate, decay), rows in groups.items()]


def _is_encoder(model: Any, name: str) -> bool:  # noqa: ANN401
    """Whether a weight belongs to the pretrained encoder; the pooler counts to the head, which reads it alone."""
    prefix = f"{model.base_model_prefix}."
    return name.startswith(prefix) and not name.startswith(f"{prefix}pooler.")


@torch.inference_mode()
def compute_logits(
    model: torch.nn.Module, ids: Sequence[Sequence[int]], pad_id: int, *, batch_size: int = 64, mixed: bool = False
) -> NDArray[np.float32]:
    """Logits of tokenized texts, dropout off.

    Args:
        model: A classifier of transformers.
        ids: Token ids of each of the n texts.
        pad_id: Id that fills up the shorter texts of a batch.
        batch_size: Most texts that travel together.
        mixed: Compute in the precision of training, which is faster where that is 16 bits, and not in full float32.

    Returns:
        float32 array of shape (n, classes).
    """
    device = next(model.parameters()).device
    model.eval()
    precision = Precision(device, None if mixed else torch.float32)
    rows: dict[int, NDArray[np.float32]] = {}
    for batch in by_length(ids, batch_size):
        inputs = collate([ids[i] for i in batch], pad_id)
        with precision.autocast():
            logits = model(**{name: tensor.to(device) for name, tensor in inputs.items()}).logits
        rows.update(zip(batch.tolist(), logits.float().cpu().numpy(), strict=True))
    return np.stack([rows[i] for i in range(len(ids))])
