"""The part of the ONNX graph that suggests emoji, added to the graph of a model as it is.

What the model computed before stays the same to the bit. The new part reads the first token's last hidden state, which
keeps little but the labels, and the means over all tokens of some earlier hidden states. Sums whose order could matter
are of integers, so a text's logits do not depend on its batch: hidden states are added up as the uint8 that the next
layer reads, n-grams as int8 with a scale for each emoji.

All of it stands in one branch of an ``If``, whose condition is an input that is false by default: onnxruntime computes
every output of a graph, whichever is asked for, and a prediction should not pay for suggestions.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tweetmoji.errors import TrainingError
from tweetmoji.runtime.classifier import EMOJI_LOGITS, LOGITS, SUGGEST
from tweetmoji.train.export.graph import CONTRIB, UINT8_LEVELS, quantize_matrix
from tweetmoji.train.suggestions.regression import HeadWeights
from tweetmoji.train.suggestions.token_grams import MULTIPLIERS, PRIME

SCOPE: Final = "suggestions"
"""Prefix of the names of all that is added."""

FIRST: Final = "bert.pooler.first"
"""The first token's last hidden state in the graph of `tweetmoji.train.export.graph`: shape (texts, width)."""

LAYERS_FROM_END: Final = (2, 4)
"""Layers whose hidden states are averaged, counted back from the last, which computes the first token alone. Chosen on
val; ``docs/experiments/README.md`` has the metrics."""

INT8_LEVELS: Final = 127
"""Largest absolute value of an n-gram's weight. Nothing multiplies it, so all 8 bits are used."""

ChannelRange = tuple[NDArray[np.float32], NDArray[np.float32]]
"""The smallest and the largest number in each channel of a value: float32 arrays of shape (width,)."""


def read_model(weights: bytes) -> tuple[onnx.ModelProto, tuple[str, ...]]:
    """Read a model: without the part that suggests emoji, if it has one, and with the values that a new one reads.

    Args:
        weights: The bytes of ``model.onnx``.

    Returns:
        The model, and the names of its values that the new part reads: float32 of shape (texts, width) each.

    Raises:
        TrainingError: The model is not of BERT's architecture, or not int8.
    """
    model = onnx.load_model_from_string(weights)
    graph = model.graph
    for field, kept in (
        (graph.node, [node for node in graph.node if not _is_added(node.name)]),
        (graph.initializer, [constant for constant in graph.initializer if not _is_added(constant.name)]),
        (graph.output, [output for output in graph.output if output.name == LOGITS]),
        (graph.input, [given for given in graph.input if given.name != SUGGEST]),
    ):
        del field[:]
        field.extend(kept)
    return model, _add_means(graph)


def _is_added(name: str) -> bool:
    """Whether a node or a constant belongs to the part that suggests emoji."""
    return name == SUGGEST or name.startswith(f"{SCOPE}.")


def with_outputs(model: onnx.ModelProto, names: Iterable[str]) -> bytes:
    """Serialize a model that also gives some of its inner values, of float32."""
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    changed.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    serialized: bytes = changed.SerializeToString()
    return serialized


def add_head(model: onnx.ModelProto, ranges: Mapping[str, ChannelRange], weights: HeadWeights) -> bytes:
    """Add the output `EMOJI_LOGITS`, which has no rows unless the input `SUGGEST` is true.

    Args:
        model: A model of `read_model`; stays as it is.
        ranges: The values that the new part reads, in the order of the weights, and the ranges of their channels.
        weights: The weights.

    Returns:
        The model with both outputs.
    """
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    head = _Head(changed.graph)
    parts = list(zip(ranges.items(), np.split(weights.features, len(ranges)), strict=True))
    products = [_add_product(head, name, bounds, part) for (name, bounds), part in parts]
    total = head.add("Sum", [*products, _add_grams(head, weights.grams)], "total")
    lowest = sum((low @ part for (_, (low, _)), part in parts), start=weights.bias)
    head.add("Add", [total, head.add_constant("bias", lowest)], "logits")
    _enclose(changed.graph, len(weights.bias))
    serialized: bytes = changed.SerializeToString()
    return serialized


class _Head:
    """The part of a graph in the making."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph

    def add(self, operator: str, inputs: list[str], name: str, **attributes: Any) -> str:  # noqa: ANN401
        """Add an operator; return the name of its output."""
        output = f"{SCOPE}.{name}"
        self._graph.node.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def add_constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant; return its name."""
        self._graph.initializer.append(numpy_helper.from_array(value, f"{SCOPE}.{name}"))
        return f"{SCOPE}.{name}"

    def add_integers(self, name: str, *values: int) -> str:
        """Add a constant of int64, of shape (len(values),); return its name."""
        return self.add_constant(name, np.array(values, dtype=np.int64))

    def cast(self, value: str, name: str, kind: int) -> str:
        """Add a conversion to another type; return the name of its output."""
        return self.add("Cast", [value], name, to=kind)

    def sum_tokens(self, value: str, name: str) -> str:
        """Add the sums over tokens of small integers, as float32, exact; return their name."""
        wide = self.cast(value, f"{name}.wide", TensorProto.INT32)
        axis = self.add_integers(f"{name}.axis", 1)
        total = self.add("ReduceSum", [wide, axis], f"{name}.total", keepdims=0)
        return self.cast(total, f"{name}.sum", TensorProto.FLOAT)

    def count(self, value: str, name: str) -> str:
        """Add the number of tokens, or of n-grams, as float32 of shape (1,); return its name."""
        return self.cast(
            self.add("Shape", [value], f"{name}.shape", start=1, end=2), f"{name}.count", TensorProto.FLOAT
        )


def _add_means(graph: onnx.GraphProto) -> tuple[str, ...]:
    """Add the means of hidden states; return the names of all values that the part for emoji reads."""
    head = _Head(graph)
    computed = {output for node in graph.node for output in node.output}
    layers = sum(f"bert.encoder.layer.{i}.output.LayerNorm" in computed for i in range(len(graph.node)))
    states = [f"bert.encoder.layer.{layers - i}.output.LayerNorm" for i in LAYERS_FROM_END if i <= layers]
    missing = {FIRST, *(f"{state}.quantized" for state in states)} - computed
    if missing:
        raise TrainingError(
            f"model.onnx computes no {min(missing)}; expected an int8 model of BERT's architecture, which tweetmoji "
            "trained: train it from another --base"
        )
    means = []
    for i, state in enumerate(states):
        name = f"mean.{i}"
        total = head.sum_tokens(f"{state}.quantized", name)
        mean = head.add("Div", [total, head.count("input_ids", name)], f"{name}.steps")
        zero = head.cast(f"{state}.zero_point", f"{name}.zero", TensorProto.FLOAT)
        centered = head.add("Sub", [mean, zero], f"{name}.centered")
        means.append(head.add("Mul", [centered, f"{state}.scale"], name))
    return (FIRST, *means)


def _enclose(graph: onnx.GraphProto, emoji: int) -> None:
    """Move the operators of the new part into a branch that only a true `SUGGEST` runs; their constants stay."""
    added = [node for node in graph.node if _is_added(node.name)]
    kept = [node for node in graph.node if not _is_added(node.name)]
    empty = numpy_helper.from_array(np.empty((0, emoji), dtype=np.float32))
    logits, nothing = (
        helper.make_tensor_value_info(f"{SCOPE}.{name}", TensorProto.FLOAT, None) for name in ("logits", "nothing")
    )
    branches = {
        "then_branch": helper.make_graph(added, "suggest", [], [logits]),
        "else_branch": helper.make_graph(
            [helper.make_node("Constant", [], [nothing.name], value=empty)], "do_not_suggest", [], [nothing]
        ),
    }
    del graph.node[:]
    graph.node.extend([*kept, helper.make_node("If", [SUGGEST], [EMOJI_LOGITS], name=f"{SCOPE}.branch", **branches)])
    graph.input.append(helper.make_tensor_value_info(SUGGEST, TensorProto.BOOL, []))
    graph.initializer.append(numpy_helper.from_array(np.array(False), SUGGEST))
    graph.output.append(helper.make_tensor_value_info(EMOJI_LOGITS, TensorProto.FLOAT, ["texts", emoji]))


def _add_product(head: _Head, value: str, bounds: ChannelRange, weights: NDArray[np.float32]) -> str:
    """Add what one value of the encoder adds to the logits, counted from its lowest numbers, by an int8 product.

    Each channel is spread over 0 to 255 by its own range, since some are a hundred times as large as most. The rows of
    the matrix are multiplied by the channels' steps.
    """
    name = f"product.{value.removeprefix(f'{SCOPE}.')}"
    low, high = bounds
    steps = np.maximum((high - low) / np.float32(UINT8_LEVELS), np.finfo(np.float32).tiny)
    above = head.add("Sub", [value, head.add_constant(f"{name}.low", low)], f"{name}.above")
    counted = head.add("Div", [above, head.add_constant(f"{name}.steps", steps)], f"{name}.counted")
    one = head.add_constant(f"{name}.one", np.array(1, dtype=np.float32))
    zero = head.add_constant(f"{name}.zero_point", np.array(0, dtype=np.uint8))
    integers = head.add("QuantizeLinear", [counted, one, zero], f"{name}.quantized")
    matrix, scales = quantize_matrix(weights * steps[:, None])
    constants = [head.add_constant(f"{name}.weight", matrix), head.add_constant(f"{name}.scales", scales)]
    return head.add("MatMulIntegerToFloat", [integers, constants[0], one, constants[1], zero], name, domain=CONTRIB)


def _add_grams(head: _Head, table: NDArray[np.float32]) -> str:
    """Add the logits of the n-grams; see `tweetmoji.train.suggestions.token_grams`."""
    integers, scales = quantize_matrix(table, INT8_LEVELS)
    prime, buckets = head.add_integers("prime", PRIME), head.add_integers("buckets", len(table))
    sums = [_add_hash_sums(head, order) for order in range(len(MULTIPLIERS))]
    hashes = head.add("Mod", [head.add("Concat", sums, "sums", axis=1), prime], "hashes")
    rows = head.add("Mod", [hashes, buckets], "rows")
    found = head.add("Gather", [head.add_constant("table", integers), rows], "found")
    total = head.sum_tokens(found, "grams")
    scaled = head.add("Mul", [total, head.add_constant("scales", scales)], "scaled")
    return head.add("Div", [scaled, head.add("Sqrt", [head.count(rows, "grams")], "root")], "grams.logits")


def _add_hash_sums(head: _Head, order: int) -> str:
    """Add the sums that the hashes of all runs of ``order + 1`` tokens are made of."""
    total = head.add_integers(f"{order}.order", order)
    for offset, multiplier in enumerate(MULTIPLIERS[order]):
        name = f"{order}.{offset}"
        # from the token at the offset to as many before the end as other tokens of the run follow
        end = offset - order or np.iinfo(np.int64).max
        bounds = [head.add_integers(f"{name}.start", offset), head.add_integers(f"{name}.end", end)]
        part = head.add("Slice", ["input_ids", *bounds, head.add_integers(f"{name}.axis", 1)], f"{name}.ids")
        product = head.add("Mul", [part, head.add_integers(f"{name}.multiplier", multiplier)], f"{name}.product")
        total = head.add("Add", [total, product], f"{name}.sum")
    return total
