"""Builds a network of the shipped one's shape: MiniLM with 6 layers, hidden size 384, 12 heads, 6 labels.

Writes a Hugging Face folder with ``model.safetensors``, ``tokenizer.json``, ``model.onnx`` (float32) and
``model_quantized.onnx`` (dynamic int8, quantized as the shipped weights are). Unlike the shipped graph both ONNX
files take an attention mask, so that texts can be batched. Run it in the environment of this peer, with the target
folder; ``TWEETMOJI_BASE`` names a folder with pretrained weights, without which they are random.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModelForSequenceClassification, BertConfig

SEED = 0
LABELS = ("sadness", "joy", "love", "anger", "fear", "surprise")
SHIPPED_TOKENIZER = Path(__file__).parents[3] / "src/tweetmoji/models/tweetmoji-minilm/tokenizer.json"
MAX_TOKENS = 128
"""Tokens that the shipped model reads of a text."""

SHAPE = {
    "vocab_size": 30522,
    "hidden_size": 384,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
}
"""Shape of the encoder, which https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 shares."""


class _MaskedLogits(torch.nn.Module):
    """The network as a function of token ids and mask alone."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


def make_network(base: str | None) -> Any:  # noqa: ANN401
    """Make the classifier: pretrained encoder or random one, with a random head."""
    torch.manual_seed(SEED)
    names = {"id2label": dict(enumerate(LABELS)), "label2id": {label: i for i, label in enumerate(LABELS)}}
    if base:
        return AutoModelForSequenceClassification.from_pretrained(base, **names).eval()
    return AutoModelForSequenceClassification.from_config(BertConfig(**SHAPE, **names)).eval()


def write_tokenizer(folder: Path) -> None:
    """Write the tokenizer of the shipped model as transformers 4 and 5 read it, without padding and truncation."""
    tokenizer = json.loads(SHIPPED_TOKENIZER.read_text(encoding="utf-8")) | {"padding": None, "truncation": None}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    config = {f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")} | {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": MAX_TOKENS,
        "model_input_names": ["input_ids", "attention_mask"],
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")


def export(model: Any, path: Path) -> None:  # noqa: ANN401
    """Export a network to ONNX: int64 ``input_ids`` and ``attention_mask`` to float32 ``logits``."""
    dimensions = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", min=2, max=512)}
    example = torch.tensor([[0, 1, 2], [2, 1, 0]])
    program = torch.onnx.export(
        _MaskedLogits(model).eval(),
        (example, torch.ones_like(example)),
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_shapes={"input_ids": dimensions, "attention_mask": dimensions},
        opset_version=20,
        dynamo=True,
        verbose=False,
    )
    program.save(path, external_data=False)


def main(target: Path) -> None:
    """Build the folder; it appears only when it is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name) / "model"
        folder.mkdir()
        model = make_network(os.environ.get("TWEETMOJI_BASE"))
        model.save_pretrained(folder)
        write_tokenizer(folder)
        export(model, folder / "model.onnx")
        quantize_dynamic(
            folder / "model.onnx",
            folder / "model_quantized.onnx",
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
