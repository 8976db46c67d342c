"""The network: a pretrained encoder with a classification head."""

from collections.abc import Callable, Sequence
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
from tweetmoji.train.loop.batches import batch_by_length, collate
from tweetmoji.train.loop.precision import Precision, choose_device
from tweetmoji.train.settings import TrainSettings

PROVENANCE: Final = "provenance.json"
"""File of a base that is a model of ours: how it was made."""

MAX_NAMED_LABELS: Final = 8
"""Labels that a message names."""

BATCH_SIZE: Final = 64
"""Texts in a batch of prediction. Only speed and memory depend on it."""


def load_base(base: str, labels: Sequence[str], settings: TrainSettings) -> tuple[torch.nn.Module, TweetTokenizer]:
    """Load a pretrained encoder, with a new classification head unless it has one.

    Args:
        base: A Hugging Face model folder, or the id of a model on the Hub.
        labels: Label names of the model, in column order.
        settings: Gives the seed of the head's initial weights, and the number of tokens to read.

    Returns:
        The network in float32, and its tokenizer.

    Raises:
        TrainingError: There is no such folder or model, or it is damaged. It lacks safetensors weights of the encoder,
            or a fast tokenizer. Its head has other labels. It reads fewer tokens than asked for.
    """
    silence_transformers()
    torch.manual_seed(settings.seed)
    try:
        config = transformers.AutoConfig.from_pretrained(base)
        base_labels = [str(label) for _, label in sorted(config.id2label.items())]
        _configure(config, labels, settings)
        model, report = transformers.AutoModelForSequenceClassification.from_pretrained(
            base,
            config=config,
            use_safetensors=True,
            dtype=torch.float32,
            ignore_mismatched_sizes=True,  # the checks below say what does not fit
            attn_implementation=_choose_attention(),
            output_loading_info=True,
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(base, use_fast=True)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise _unusable(base, error) from error
    missing, mismatched = set(report["missing_keys"]), {name for name, *_ in report["mismatched_keys"]}
    _check_encoder(base, [name for name in missing | mismatched if _is_encoder(model, name)])
    _check_labels(base, base_labels, labels, new_head=bool(missing), mismatched=bool(mismatched))
    _check_positions(base, config, settings)
    return model, TweetTokenizer(_get_fast_tokenizer(base, tokenizer), settings.max_tokens)


def _choose_attention() -> str | None:
    """Attention in plain products on a processor, where torch's fused one takes twice as long backward."""
    return "eager" if choose_device().type == "cpu" else None


def silence_transformers() -> None:
    """Turn off the messages and progress bars of transformers; its errors still raise."""
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


def _configure(config: Any, labels: Sequence[str], settings: TrainSettings) -> None:  # noqa: ANN401
    """Give a base's config the labels and the dropout of the run."""
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: i for i, label in enumerate(labels)}
    if hasattr(config, "attention_probs_dropout_prob"):  # BERT's and MPNet's name for it
        config.attention_probs_dropout_prob = settings.attention_dropout


def _unusable(base: str, error: Exception) -> TrainingError:
    kind = "folder" if Path(base).exists() else "local folder or reachable model of the Hugging Face Hub"
    return TrainingError(
        f"--base {base}: no usable {kind}; expected config.json, model.safetensors and tokenizer.json "
        f"({shorten(error)})"
    )


def _check_encoder(base: str, unloaded: Sequence[str]) -> None:
    """Refuse a base whose encoder would start from random weights."""
    if unloaded:
        raise TrainingError(
            f"--base {base}: model.safetensors lacks {min(unloaded)}, or has another shape of it than config.json says "
            f"({len(unloaded)} of the encoder's weights in all); expected config.json, model.safetensors and "
            "tokenizer.json of one pretrained encoder"
        )


def _check_labels(
    base: str, base_labels: Sequence[str], labels: Sequence[str], *, new_head: bool, mismatched: bool
) -> None:
    """Refuse a base whose head was trained on other labels."""
    if mismatched or (not new_head and list(base_labels) != list(labels)):
        raise TrainingError(
            f"--base {base}: its head has {_count(base_labels)}, and the model has {_count(labels)}; expected a base "
            "without a head, or with the same labels in the same order: AutoModel.from_pretrained(BASE)"
            ".save_pretrained(FOLDER) of transformers drops a head"
        )


def _count(labels: Sequence[str]) -> str:
    return f"{len(labels)} labels ({', '.join(labels[:MAX_NAMED_LABELS])}{', …' * (len(labels) > MAX_NAMED_LABELS)})"


def _check_positions(base: str, config: Any, settings: TrainSettings) -> None:  # noqa: ANN401
    positions = getattr(config, "max_position_embeddings", settings.max_tokens)
    if settings.max_tokens > positions:
        raise TrainingError(
            f"max_tokens is {settings.max_tokens}, but --base {base} reads at most {positions}; lower --max-tokens"
        )


def _get_fast_tokenizer(base: str, tokenizer: Any) -> Tokenizer:  # noqa: ANN401
    """The tokenizer of the library tokenizers within that of transformers."""
    fast = getattr(tokenizer, "backend_tokenizer", None)
    if not isinstance(fast, Tokenizer):
        raise TrainingError(
            f"--base {base}: its tokenizer is a {type(tokenizer).__name__}, which only transformers can run; expected "
            "a fast tokenizer (tokenizer.json): choose another base"
        )
    return Tokenizer.from_str(fast.to_str())


def parameter_groups(model: Any, settings: TrainSettings) -> list[dict[str, Any]]:  # noqa: ANN401
    """Group the weights by learning rate and weight decay, for the optimizer.

    The encoder and the head have a rate each; only matrices decay. Weights whose rate is 0 are frozen and left out:
    transfer learning, with ``encoder_lr`` 0.
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
    """Whether a weight belongs to the encoder; the pooler counts as head, since only the head reads it."""
    prefix = f"{model.base_model_prefix}."
    return name.startswith(prefix) and not name.startswith(f"{prefix}pooler.")


def compute_logits(
    model: torch.nn.Module,
    ids: Sequence[Sequence[int]],
    pad_id: int,
    *,
    mixed: bool = False,
) -> NDArray[np.float32]:
    """Compute the logits of tokenized texts, without dropout.

    Args:
        model: A classifier of transformers.
        ids: Token ids of each of the n texts.
        pad_id: Id of the padding.
        mixed: Compute in the number format of training, which is faster where that has 16 bits; else in float32.

    Returns:
        float32 array of shape (n, classes).
    """

    def forward(inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        logits: torch.Tensor = model(**inputs).logits
        return logits

    return _predict(model, forward, ids, pad_id, mixed=mixed)


def embed(
    model: Any,  # noqa: ANN401
    ids: Sequence[Sequence[int]],
    pad_id: int,
    *,
    mixed: bool = False,
) -> NDArray[np.float32]:
    """Compute sentence embeddings with the encoder of a network.

    An embedding is the mean of the last hidden states over a text's tokens, as in Sentence-BERT (Reimers & Gurevych
    2019, https://arxiv.org/abs/1908.10084).

    Args:
        model: A classifier of transformers.
        ids: Token ids of each of the n texts.
        pad_id: Id of the padding.
        mixed: As in `compute_logits`; the mean is taken in float32 either way.

    Returns:
        float32 array of shape (n, hidden size).
    """

    def forward(inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        hidden = model.base_model(**inputs).last_hidden_state.float()
        mask = inputs["attention_mask"][:, :, None].float()
        mean: torch.Tensor = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
        return mean

    return _predict(model, forward, ids, pad_id, mixed=mixed)


def _predict(
    model: torch.nn.Module,
    forward: Callable[[dict[str, torch.Tensor]], torch.Tensor],
    ids: Sequence[Sequence[int]],
    pad_id: int,
    *,
    mixed: bool,
) -> NDArray[np.float32]:
    """Run ``forward`` over batches of similar length; the rows come in the order of ``ids``."""
    device = next(model.parameters()).device
    model.eval()
    precision = Precision(device, None if mixed else torch.float32)
    rows: dict[int, NDArray[np.float32]] = {}
    for batch in batch_by_length(ids, BATCH_SIZE):
        inputs = {name: tensor.to(device) for name, tensor in collate([ids[i] for i in batch], pad_id).items()}
        with torch.inference_mode(), precision.autocast():
            outputs = forward(inputs)
        rows.update(zip(batch.tolist(), outputs.float().cpu().numpy(), strict=True))
    return np.stack([rows[i] for i in range(len(ids))])
