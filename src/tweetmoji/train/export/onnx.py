"""Export to ONNX, in float32 and in int8.

A network of BERT's architecture becomes the graph of `tweetmoji.train.export.graph`, with constant int8 scales. Any
other one becomes the graph that torch exports, with the scales of each input: slower, and one text at a time.

Weights are quantized per output channel to 7 of the 8 bits. With 8 bits, the 16-bit sums of processors with AVX2 but
without VNNI can saturate, and predictions would differ between machines
(https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, "When and why do I need to try U8U8").
"""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from tweetmoji.runtime.classifier import LOGITS
from tweetmoji.train.export.bert import BertClassifier
from tweetmoji.train.export.graph import write_graph
from tweetmoji.train.export.ranges import measure_ranges

logger = logging.getLogger(__name__)

OPSET: Final = 20
"""The first ONNX operator set with Gelu, which the engine runs as one operator."""


class _TextToLogits(torch.nn.Module):
    """The network as the runtime calls it: nothing is padded, so there is no attention mask."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids).logits
        return logits


def export_onnx(network: Any) -> bytes:  # noqa: ANN401
    """Export a network as a float32 ONNX model.

    Args:
        network: A classifier of transformers. One that is not BERT moves to the processor, with dropout off.

    Returns:
        A model from int64 ``input_ids`` of shape (texts, tokens) to float32 ``logits`` of shape (texts, labels and
        perhaps none).
    """
    bert = BertClassifier.from_network(network)
    if bert:
        return write_graph(bert)
    logger.info("%s is not BERT: torch exports its graph, which runs slower", type(network).__name__)
    return _trace(network)


def quantize(network: Any, float32: bytes, ids: Sequence[Sequence[int]]) -> bytes:  # noqa: ANN401
    """Quantize the matrices and embeddings of a network to int8, a quarter of the size.

    Args:
        network: A classifier of transformers.
        float32: What `export_onnx` made of it; used for other networks than BERT.
        ids: Token ids of typical texts, which BERT's constant scales are measured on.

    Returns:
        A model with the same input and outputs.
    """
    bert = BertClassifier.from_network(network)
    if bert:
        return write_graph(bert, measure_ranges(bert, ids))
    with _quiet(), tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "float32.onnx", Path(folder) / "int8.onnx"
        source.write_bytes(float32)
        quantize_dynamic(source, target, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        return target.read_bytes()


def _trace(model: Any) -> bytes:  # noqa: ANN401
    network = _TextToLogits(model.cpu().eval())
    dimensions = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", min=2, max=512)}
    with _quiet(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        program = torch.onnx.export(
            network,
            (torch.tensor([[0, 1, 2], [2, 1, 0]]),),
            input_names=["input_ids"],
            output_names=[LOGITS],
            dynamic_shapes={"input_ids": dimensions},
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
        for part in (program.model.graph, *program.model.graph.all_nodes()):
            part.metadata_props.clear()  # stack traces, with paths of this machine
        program.save(path, external_data=False)
        return path.read_bytes()


@contextmanager
def _quiet() -> Iterator[None]:
    """Turn off logging and warnings: the exporters write notes to their own developers."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
