"""Makes a network of the shipped one's shape with random weights, and converts it for each peer.

Speed does not depend on the values of the weights. Arguments: the JSON file of the texts, and a folder that gets
``float32.onnx``, ``ctranslate2/`` (int8), ``openvino/int8.xml`` (NNCF's static int8, calibrated on texts), ``head.npz``
(the classification head) and ``versions.json``.
"""

import json
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("NNCF_CI", "1")  # no usage reports

import ctranslate2
import nncf
import numpy as np
import openvino
import torch
from network import FEED_FORWARD, HEADS, HIDDEN, LABELS, LAYERS
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

SEED = 0
OPSET = 20
PACKAGES = ("torch", "transformers", "ctranslate2", "openvino", "nncf", "onnx")
EXAMPLE = {name: torch.ones(2, 8, dtype=torch.long) for name in ("input_ids", "attention_mask")}


class Logits(torch.nn.Module):
    """The network from ids and attention mask to logits."""

    def __init__(self, model: BertForSequenceClassification) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Compute logits of shape (texts, labels)."""
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


def make_network() -> BertForSequenceClassification:
    """A network of random weights, large enough that its logits tell texts apart."""
    torch.manual_seed(SEED)
    config = BertConfig(
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=FEED_FORWARD,
        num_labels=LABELS,
        initializer_range=HIDDEN**-0.5,
        position_embedding_type="absolute",  # CTranslate2's converter asks for it, transformers 5 no longer sets it
    )
    return BertForSequenceClassification(config).eval()


def write_onnx(model: BertForSequenceClassification, path: Path) -> None:
    """Export to ONNX in float32."""
    dimensions = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", min=2, max=512)}
    program = torch.onnx.export(
        Logits(model).eval(),
        tuple(EXAMPLE.values()),
        input_names=list(EXAMPLE),
        output_names=["logits"],
        dynamic_shapes=dict.fromkeys(EXAMPLE, dimensions),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    program.save(path, external_data=False)


def write_ctranslate2(model: BertForSequenceClassification, tokenizer: str, folder: Path) -> None:
    """Convert for CTranslate2 in int8; the head, which it leaves out, goes beside it."""
    with tempfile.TemporaryDirectory() as name:
        model.save_pretrained(name)
        shutil.copy(tokenizer, Path(name) / "tokenizer.json")
        tokens = {token: f"[{token[:-6].upper()}]" for token in ("unk_token", "pad_token", "cls_token", "sep_token")}
        config = json.dumps({"tokenizer_class": "BertTokenizerFast"} | tokens)
        (Path(name) / "tokenizer_config.json").write_text(config, encoding="utf-8")
        ctranslate2.converters.TransformersConverter(name).convert(str(folder / "ctranslate2"), quantization="int8")
    head = model.classifier.state_dict()
    np.savez(folder / "head.npz", weight=head["weight"].numpy(), bias=head["bias"].numpy())


def write_openvino(model: BertForSequenceClassification, ids: list[list[int]], folder: Path) -> None:
    """Convert for OpenVINO, from torch, and quantize to static int8."""
    converted = openvino.convert_model(Logits(model).eval(), example_input=EXAMPLE)
    converted.reshape({name: [-1, -1] for name in EXAMPLE})
    data: list[dict[str, Any]] = [
        {"input_ids": np.array([row]), "attention_mask": np.ones((1, len(row)), dtype=np.int64)} for row in ids
    ]
    quantized = nncf.quantize(
        converted, nncf.Dataset(data), model_type=nncf.ModelType.TRANSFORMER, subset_size=len(data)
    )
    folder.mkdir()
    openvino.save_model(quantized, folder / "int8.xml", compress_to_fp16=False)


def main() -> None:
    """Write everything; versions.json last."""
    content = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(sys.argv[2])
    tokenizer = Tokenizer.from_file(content["tokenizer"])
    tokenizer.no_padding()
    tokenizer.enable_truncation(content["max_tokens"])
    model = make_network()
    write_onnx(model, folder / "float32.onnx")
    write_ctranslate2(model, content["tokenizer"], folder)
    write_openvino(
        model, [encoding.ids for encoding in tokenizer.encode_batch(content["calibration"])], folder / "openvino"
    )
    versions = {package: version(package) for package in PACKAGES}
    (folder / "versions.json").write_text(json.dumps(versions, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
