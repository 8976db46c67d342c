"""The ONNX graph of a BERT classifier, written operator by operator for one text, or for texts of one length.

An exporter translates what torch does, step by step. This graph computes the same with less:

- Nothing is padded, so there is no attention mask.
- The head reads the first token only. The last layer therefore computes the keys and values of all tokens, and
  everything else of the first one. In a network of six layers, this saves a seventh of all products.
- Attention is one operator (https://onnx.ai/onnx/operators/onnx__Attention.html). So is an int8 product with its
  scales and its bias (``com.microsoft.MatMulIntegerToFloat`` of onnxruntime).

Given the ranges of the activations, the products are int8 with constant scales: static quantization (Jacob et al. 2018,
https://arxiv.org/abs/1712.05877). No scale depends on the input, so the logits of a text do not depend on the batch.
Where one channel is much larger than the others, it would leave them few of the 256 steps. Each channel is then divided
by a scale of its own, and the rows of the next matrix are multiplied by it (SmoothQuant, Xiao et al. 2023,
https://arxiv.org/abs/2211.10438).

Each value has the name of the torch module that computes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tweetmoji.runtime.classifier import BATCH_INVARIANT, LOGITS
from tweetmoji.train.export.bert import BertClassifier

OPSET: Final = 23
"""The first ONNX operator set with Attention."""

IR_VERSION: Final = 11
"""The first version of the file format that has this operator set."""

CONTRIB: Final = "com.microsoft"
"""The domain of onnxruntime's own operators."""

WEIGHT_LEVELS: Final = 64
"""Largest absolute value of an int8 weight: 7 of the 8 bits (``docs/decisions.md`` says why)."""

UINT8_LEVELS: Final = 255
"""Steps from the smallest to the largest uint8."""


@dataclass(frozen=True, eq=False)
class Range:
    """How a value becomes uint8.

    Attributes:
        low: The smallest number that uint8 reaches, after smoothing.
        high: The largest one.
        smoothing: What each channel is divided by before, float32 array of shape (width,); None for nothing.
    """

    low: float
    high: float
    smoothing: NDArray[np.float32] | None = None


Ranges = Mapping[str, Range]
"""Name of a value that a matrix multiplies to its range."""


def write_graph(bert: BertClassifier, ranges: Ranges | None = None, *, outputs: Iterable[str] = ()) -> bytes:
    """Write the model: int64 ``input_ids`` of shape (texts, tokens) to float32 ``logits`` of shape (texts, labels).

    Args:
        bert: The network.
        ranges: The range of each value that `list_multiplied` names, for int8; None for float32.
        outputs: Names of more values that the model gives, after these.

    Raises:
        KeyError: ``ranges`` lacks a value.
    """
    graph = Graph(bert) if ranges is None else Int8Graph(bert, ranges)
    write_network(graph, bert)
    return graph.to_bytes(outputs)


def list_multiplied(bert: BertClassifier) -> list[str]:
    """Names of the values that a matrix multiplies, in order: int8 needs the range of each."""
    graph = Graph(bert)
    write_network(graph, bert)
    return graph.multiplied


def quantize_matrix(
    matrix: NDArray[np.float32], levels: int = WEIGHT_LEVELS
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Quantize a matrix symmetrically, with a scale for each column.

    Args:
        matrix: float32 array of shape (inputs, outputs).
        levels: Largest absolute value of an integer, 1 to 127.

    Returns:
        int8 array of that shape and float32 array of shape (outputs,); the matrix is about their product.
    """
    scales = np.abs(matrix).max(axis=0) / np.float32(levels)
    scales[scales == 0] = 1
    return np.rint(matrix / scales).astype(np.int8), scales


def quantize_range(low: float, high: float) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Compute the scale and the zero point, arrays of shape (), for which uint8 covers a range and 0 is exact."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = np.float32((high - low) / UINT8_LEVELS or 1)
    return np.array(scale), np.array(np.rint(-low / scale), dtype=np.uint8)


class Graph:
    """A graph in the making, with float32 products."""

    properties: Mapping[str, str] = {}
    """The metadata of the model."""

    def __init__(self, bert: BertClassifier) -> None:
        self._weights = bert.weights
        self._columns = len(bert.weights["classifier.bias"])
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self.multiplied: list[str] = []

    def add(self, operator: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        """Add an operator; return the name of its output."""
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def add_constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant, once; return its name."""
        # ascontiguousarray would make arrays of shape () one-dimensional
        self._constants[name] = numpy_helper.from_array(value if value.ndim == 0 else np.ascontiguousarray(value), name)
        return name

    def add_integers(self, *values: int) -> str:
        """Add a constant of shape (len(values),), as operators take axes and positions; return its name."""
        return self.add_constant(f"integers.{'.'.join(map(str, values))}", np.array(values, dtype=np.int64))

    def add_weight(self, name: str) -> str:
        """Add a float32 weight of the network; return its name."""
        return self.add_constant(name, self._weights[name])

    def look_up(self, module: str, indices: str) -> str:
        """Add the embedding of each index."""
        return self.add("Gather", [self.add_weight(f"{module}.weight"), indices], module)

    def multiply(self, value: str, module: str) -> str:
        """Add the linear layer ``module`` of a value."""
        if value not in self.multiplied:
            self.multiplied.append(value)
        return self._multiply(value, module)

    def normalize(self, value: str, module: str, epsilon: float) -> str:
        """Add a layer normalization."""
        inputs = [value, self.add_weight(f"{module}.weight"), self.add_weight(f"{module}.bias")]
        return self.add("LayerNormalization", inputs, module, epsilon=epsilon)

    def take_first(self, value: str) -> str:
        """Add the first token of a value: shape (texts, 1, width)."""
        zero, one = self.add_integers(0), self.add_integers(1)
        return self.add("Slice", [value, zero, one, one], f"{value}.first")

    def to_bytes(self, outputs: Iterable[str]) -> bytes:
        """Serialize the model."""
        model = helper.make_model(
            helper.make_graph(
                self._nodes,
                "bert",
                [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])],
                [
                    helper.make_tensor_value_info(LOGITS, TensorProto.FLOAT, ["texts", self._columns]),
                    *(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs),
                ],
                list(self._constants.values()),
            ),
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)],
            ir_version=IR_VERSION,
            producer_name="tweetmoji",
        )
        helper.set_model_props(model, self.properties)
        serialized: bytes = model.SerializeToString()
        return serialized

    def _multiply(self, value: str, module: str) -> str:
        matrix = self.add_constant(f"{module}.weight", self._weights[f"{module}.weight"].T)
        product = self.add("MatMul", [value, matrix], f"{module}.product")
        return self.add("Add", [product, self.add_weight(f"{module}.bias")], module)


class Int8Graph(Graph):
    """A graph in the making, with uint8 activations, int8 matrices and uint8 word embeddings."""

    properties: Mapping[str, str] = {BATCH_INVARIANT: "yes"}

    def __init__(self, bert: BertClassifier, ranges: Ranges) -> None:
        super().__init__(bert)
        self._ranges = ranges
        self._quantized: dict[str, list[str]] = {}

    def look_up(self, module: str, indices: str) -> str:
        """Add the embedding of each index, from a table of uint8."""
        table = self._weights[f"{module}.weight"]
        scale, zero_point = quantize_range(float(table.min()), float(table.max()))
        rows = np.clip(np.rint(table / scale) + zero_point, 0, UINT8_LEVELS).astype(np.uint8)
        found = self.add("Gather", [self.add_constant(f"{module}.weight", rows), indices], f"{module}.quantized")
        return self.add("DequantizeLinear", [found, *self._add_scale(module, scale, zero_point)], module)

    def _multiply(self, value: str, module: str) -> str:
        activations, scale, zero_point = self.quantize(value)
        matrix, scales, bias = self.add_matrix(module, value)
        inputs = [activations, matrix, scale, scales, zero_point, "", bias]
        return self.add("MatMulIntegerToFloat", inputs, module, domain=CONTRIB)

    def quantize(self, value: str) -> list[str]:
        """Quantize a value, once; return the names of the integers, the scale and the zero point."""
        if value not in self._quantized:
            parameters = self._add_scale(value, *quantize_range(self._ranges[value].low, self._ranges[value].high))
            integers = self.add("QuantizeLinear", [self.smooth(value), *parameters], f"{value}.quantized")
            self._quantized[value] = [integers, *parameters]
        return self._quantized[value]

    def smooth(self, value: str) -> str:
        """Divide each channel of a value by its scale, if it has one; return the name of the result."""
        smoothing = self._ranges[value].smoothing
        if smoothing is None:
            return value
        return self.add("Div", [value, self.add_constant(f"{value}.smoothing", smoothing)], f"{value}.smooth")

    def add_matrix(self, module: str, value: str) -> list[str]:
        """Add the constants of the linear layer of a value; return the names of int8 matrix, scales and bias."""
        smoothing = self._ranges[value].smoothing
        weights = self._weights[f"{module}.weight"].T
        integers, scales = quantize_matrix(weights if smoothing is None else weights * smoothing[:, None])
        matrix = self.add_constant(f"{module}.weight", integers)
        return [matrix, self.add_constant(f"{module}.scale", scales), self.add_weight(f"{module}.bias")]

    def _add_scale(self, value: str, scale: NDArray[np.float32], zero_point: NDArray[np.uint8]) -> list[str]:
        return [self.add_constant(f"{value}.scale", scale), self.add_constant(f"{value}.zero_point", zero_point)]


def write_network(graph: Graph, bert: BertClassifier) -> None:
    """Add the network to an empty graph, from ``input_ids`` to ``logits``."""
    hidden = _write_embeddings(graph, bert)
    for layer in range(bert.layers):
        hidden = _write_layer(graph, bert, f"bert.encoder.layer.{layer}", hidden, first_only=layer == bert.layers - 1)
    first = graph.add("Squeeze", [hidden, graph.add_integers(1)], "bert.pooler.first")
    pooled = graph.add("Tanh", [graph.multiply(first, "bert.pooler.dense")], "bert.pooler")
    graph.add("Identity", [graph.multiply(pooled, "classifier")], LOGITS)


def _write_embeddings(graph: Graph, bert: BertClassifier) -> str:
    """Add up the embeddings of words and positions; every token is of the first type."""
    scope = "bert.embeddings"
    words = graph.look_up(f"{scope}.word_embeddings", "input_ids")
    first_type = bert.weights[f"{scope}.token_type_embeddings.weight"][0]
    table = graph.add_constant(f"{scope}.table", bert.weights[f"{scope}.position_embeddings.weight"] + first_type)
    tokens = graph.add("Shape", ["input_ids"], "tokens", start=1, end=2)
    rows = [table, graph.add_integers(0), tokens]
    positions = graph.add("Slice", rows, f"{scope}.position_embeddings")
    total = graph.add("Add", [words, positions], f"{scope}.sum")
    return graph.normalize(total, f"{scope}.LayerNorm", bert.epsilon)


def _write_layer(graph: Graph, bert: BertClassifier, scope: str, hidden: str, *, first_only: bool) -> str:
    """Add an encoder layer: of all tokens, or of the first one, which sees all."""
    attention = f"{scope}.attention"
    key, value = (graph.multiply(hidden, f"{attention}.self.{name}") for name in ("key", "value"))
    asking = graph.take_first(hidden) if first_only else hidden
    query = graph.multiply(asking, f"{attention}.self.query")
    inputs = [query, key, value]
    context = graph.add("Attention", inputs, f"{attention}.self", q_num_heads=bert.heads, kv_num_heads=bert.heads)
    attended = _add_and_normalize(graph, bert, context, asking, f"{attention}.output")
    inner = graph.add("Gelu", [graph.multiply(attended, f"{scope}.intermediate.dense")], f"{scope}.intermediate")
    return _add_and_normalize(graph, bert, inner, attended, f"{scope}.output")


def _add_and_normalize(graph: Graph, bert: BertClassifier, value: str, residual: str, scope: str) -> str:
    """Add the linear layer of a value, the residual and the normalization of both."""
    total = graph.add("Add", [graph.multiply(value, f"{scope}.dense"), residual], f"{scope}.sum")
    return graph.normalize(total, f"{scope}.LayerNorm", bert.epsilon)
