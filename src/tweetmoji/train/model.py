"""The network that is fine-tuned: a pretrained encoder with the stock classification head of transformers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tweetmoji.errors import TrainingError
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.batches import by_length, collate
from tweetmoji.train.settings import TrainSettings


def load_base(base: str, labels: Sequence[str], settings: TrainSettings) -> tuple[torch.nn.Module, TweetTokenizer]:
    """Load a pretrained encoder with a new classification head for ``labels``.

    Args:
        base: A Hugging Face model folder, or the id of a model on the Hub.
        labels: Label names in column order.
        settings: Gives the seed of the head's initial weights and the number of tokens to read.

    Raises:
        TrainingError: There is no such folder or model, or it holds no safetensors weights or fast tokenizer.
    """
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.manual_seed(settings.seed)
    try:
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            base,
            num_labels=len(labels),
            id2label=dict(enumerate(labels)),
            label2id={label: i for i, label in enumerate(labels)},
            use_safetensors=True,
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(base, use_fast=True)
    except (OSError, ValueError) as error:
        kind = "folder" if Path(base).exists() else "local folder or reachable model of the Hugging Face Hub"
        raise TrainingError(
            f"--base {base}: no usable {kind}; expected config.json, model.safetensors and tokenizer.json "
            f"({str(error).strip().splitlines()[0]})"
        ) from error
    return model, TweetTokenizer(Tokenizer.from_str(tokenizer.backend_tokenizer.to_str()), settings.max_tokens)


def parameter_groups(model: Any, settings: TrainSettings) -> list[dict[str, Any]]:  # noqa: ANN401
    """Split the weights into groups by learning rate (encoder, head) and by decay (matrices, all else)."""
    prefix = f"{model.base_model_prefix}."
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        in_encoder = name.startswith(prefix) and not name.startswith(f"{prefix}pooler.")
        rate = settings.encoder_lr if in_encoder else settings.head_lr
        decay = settings.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": rows, "lr": rate, "weight_decay": decay} for (rate, decay), rows in groups.items()]


@torch.inference_mode()
def compute_logits(
    model: torch.nn.Module, ids: Sequence[Sequence[int]], pad_id: int, batch_size: int = 64
) -> NDArray[np.float32]:
    """Logits of tokenized texts in full float32, dropout off: float32 array of shape (n, classes)."""
    device = next(model.parameters()).device
    model.eval()
    rows: dict[int, NDArray[np.float32]] = {}
    for batch in by_length(ids, batch_size):
        inputs = collate([ids[i] for i in batch], pad_id)
        logits = model(**{name: tensor.to(device) for name, tensor in inputs.items()}).logits
        rows.update(zip(batch.tolist(), logits.float().cpu().numpy(), strict=True))
    return np.stack([rows[i] for i in range(len(ids))])
