"""Which arithmetic should the network run in: int8 with which scales, in which operators, how much of the last layer?

Writes the shipped network's graph in several ways, all from the same int8 weights. Of each it measures the time of one
text on one core, alone and in batches of texts of one length, the variants in turn, text by text and batch by batch;
how far its probabilities are from those of float32 activations; and whether a batch changes bits. Run it as
``python benchmarks/arithmetic.py``; ``texts.py`` says which texts it takes.
"""

import time
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from results import write_result
from texts import read_texts
from tweetmoji.runtime.artifact import SHIPPED, read_artifact
from tweetmoji.runtime.batches import group_by_length
from tweetmoji.runtime.classifier import BATCH_TOKENS
from tweetmoji.runtime.softmax import softmax
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.export.bert import BertClassifier
from tweetmoji.train.export.graph import CONTRIB, UINT8_LEVELS, Graph, Int8Graph, Range, Ranges, write_network
from tweetmoji.train.suggestions.head_graph import SCOPE

TEXTS: Final = 600
SEED: Final = 0
TIMED_TEXTS = 150
"""Texts that are timed alone; all are timed in batches."""

ROUNDS = 7
"""Of each text and batch the fastest round counts: whatever else the machine does only adds time."""

MIDDLE = np.array(128, dtype=np.uint8)
"""The zero point of symmetric uint8."""


class Float32Graph(Graph):
    """Float32 activations and products, with the int8 weights' values."""

    def __init__(self, bert: BertClassifier, _: Ranges) -> None:
        super().__init__(bert)


class WholeLayerGraph(Int8Graph):
    """Constant scales, and every token in the last layer."""

    def take_first(self, value: str) -> str:
        """Keep all tokens, until the head asks for one."""
        return value

    def add(self, operator: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        """Add an operator; the head's, which takes the first token, after a cut."""
        if operator == "Squeeze":
            inputs = [super().take_first(inputs[0]), inputs[1]]
        return super().add(operator, inputs, output, domain=domain, **attributes)


class PortableGraph(Int8Graph):
    """Constant scales in standard operators: QuantizeLinear, DequantizeLinear and MatMul, which engines fuse."""

    def _multiply(self, value: str, module: str) -> str:
        matrix, scales, bias = self.add_matrix(module, value)
        left = self.add("DequantizeLinear", self.quantize(value), f"{module}.left")
        right = self.add("DequantizeLinear", [matrix, scales], f"{module}.right", axis=1)
        return self.add("Add", [self.add("MatMul", [left, right], f"{module}.product"), bias], module)


class InputScaleGraph(Int8Graph):
    """A scale for the activations of each input: dynamic quantization, as onnxruntime makes it."""

    def _multiply(self, value: str, module: str) -> str:
        matrix, scales, bias = self.add_matrix(module, value)
        inputs = [self.smooth(value), matrix, scales, "", bias]
        return self.add("DynamicQuantizeMatMul", inputs, module, domain=CONTRIB)


class TokenScaleGraph(Int8Graph):
    """A scale for the activations of each token, symmetric."""

    def quantize(self, value: str) -> list[str]:
        """Divide a value by the scale of each token, once."""
        if value not in self._quantized:
            smooth = self.smooth(value)
            size = self.add("Abs", [smooth], f"{value}.size")
            peak = self.add("ReduceMax", [size, self.add_integers(-1)], f"{value}.peak")
            step = self.add_constant("step", np.array(1 / 127, dtype=np.float32))
            scale = self.add("Mul", [peak, step], f"{value}.scale")
            scaled = self.add("Div", [smooth, scale], f"{value}.scaled")
            constants = [self.add_constant("one", np.array(1, dtype=np.float32)), self.add_constant("middle", MIDDLE)]
            self._quantized[value] = [self.add("QuantizeLinear", [scaled, *constants], f"{value}.quantized"), scale]
        return self._quantized[value]

    def _multiply(self, value: str, module: str) -> str:
        matrix, scales, bias = self.add_matrix(module, value)
        integers, scale = self.quantize(value)
        inputs = [integers, matrix, "one", scales, "middle"]
        product = self.add("MatMulIntegerToFloat", inputs, f"{module}.product", domain=CONTRIB)
        return self.add("Add", [self.add("Mul", [product, scale], f"{module}.scaled"), bias], module)


VARIANTS: dict[str, type[Float32Graph | Int8Graph]] = {
    "constant scales (what ships)": Int8Graph,
    "the same, every token in the last layer": WholeLayerGraph,
    "the same, in portable operators": PortableGraph,
    "a scale for each input": InputScaleGraph,
    "a scale for each token": TokenScaleGraph,
    "float32": Float32Graph,
}
"""Name of each way to its graph; the last is what the others are compared with."""


def read_shipped(weights: bytes) -> tuple[BertClassifier, Ranges]:
    """Read the weights and the ranges back from a graph that `Int8Graph` wrote; suggestions are left out."""
    graph = onnx.load_model_from_string(weights).graph
    constants = {
        tensor.name: onnx.numpy_helper.to_array(tensor)
        for tensor in graph.initializer
        if not tensor.name.startswith(f"{SCOPE}.")
    }
    words = "bert.embeddings.word_embeddings"
    table = constants["bert.embeddings.table"]
    found = dict(constants) | {
        f"{words}.weight": (constants[f"{words}.weight"] - np.float32(constants[f"{words}.zero_point"]))
        * constants[f"{words}.scale"],
        "bert.embeddings.position_embeddings.weight": table,
        "bert.embeddings.token_type_embeddings.weight": np.zeros_like(table[:1]),
    }
    products = (node for node in graph.node if node.op_type == "MatMulIntegerToFloat")
    multiplied = {node.input[1]: node.input[0].removesuffix(".quantized") for node in products}
    ranges = {}
    for name, value in constants.items():
        module = name.rpartition(".")[0]
        if value.dtype == np.int8:
            smoothing = constants.get(f"{multiplied[name]}.smoothing", np.float32(1))
            found[name] = (value * constants[f"{module}.scale"]).T / smoothing
        elif name.endswith(".zero_point") and module != words:
            scale = float(constants[f"{module}.scale"])
            ranges[module] = Range(
                -int(value) * scale, (UINT8_LEVELS - int(value)) * scale, constants.get(f"{module}.smoothing")
            )
    kinds = [node.op_type for node in graph.node]
    attention, normalization = (graph.node[kinds.index(kind)] for kind in ("Attention", "LayerNormalization"))
    heads = next(item.i for item in attention.attribute if item.name == "q_num_heads")
    epsilon = next(item.f for item in normalization.attribute if item.name == "epsilon")
    return BertClassifier(found, kinds.count("Attention"), heads, epsilon), ranges


def open_session(kind: type[Float32Graph | Int8Graph], bert: BertClassifier, ranges: Ranges) -> Any:  # noqa: ANN401
    """A session of one thread of a variant's graph."""
    graph = kind(bert, ranges)
    write_network(graph, bert)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(graph.to_bytes(()), options, providers=["CPUExecutionProvider"])


def run(session: Any, rows: list[list[int]]) -> NDArray[np.float32]:  # noqa: ANN401
    """The logits of texts of one length."""
    logits: NDArray[np.float32] = session.run(["logits"], {"input_ids": np.array(rows, dtype=np.int64)})[0]
    return logits


def time_each(sessions: dict[str, Any], batches: list[list[list[int]]]) -> dict[str, float]:
    """Seconds that each session takes for all batches: the fastest round of each batch, the sessions in turn."""
    best = {name: np.full(len(batches), np.inf) for name in sessions}
    for _ in range(ROUNDS):
        for i, batch in enumerate(batches):
            for name, session in sessions.items():
                start = time.perf_counter()
                run(session, batch)
                best[name][i] = min(best[name][i], time.perf_counter() - start)
    return {name: float(seconds.sum()) for name, seconds in best.items()}


def main() -> None:
    """Measure every variant, and write ``benchmarks/results/arithmetic.json``."""
    artifact = read_artifact(SHIPPED)
    tokenizer = TweetTokenizer(Tokenizer.from_str(artifact.tokenizer), artifact.config.max_tokens)
    texts = read_texts(TEXTS, SEED)
    rows = [tokens.ids for tokens in tokenizer.encode(texts.raw)]
    lengths = [len(row) for row in rows]
    batches = [[rows[i] for i in batch] for batch in group_by_length(lengths, max_tokens=BATCH_TOKENS, max_texts=TEXTS)]
    bert, ranges = read_shipped(artifact.weights)
    sessions = {name: open_session(kind, bert, ranges) for name, kind in VARIANTS.items()}
    logits = {name: np.concatenate([run(session, [row]) for row in rows]) for name, session in sessions.items()}
    labels = len(artifact.config.labels)  # none and suggestions come after them
    exact = softmax(logits["float32"][:, :labels], artifact.config.temperature)
    alone = time_each(sessions, [[row] for row in rows[:TIMED_TEXTS]])
    together = time_each(sessions, batches)
    variants = []
    for name, session in sessions.items():
        close = softmax(logits[name][:, :labels], artifact.config.temperature)
        same = all(
            np.array_equal(run(session, batch), np.concatenate([run(session, [row]) for row in batch]))
            for batch in batches
        )
        variants.append(
            {
                "name": name,
                "alone_ms": 1e3 * alone[name] / TIMED_TEXTS,
                "in_batches_ms": 1e3 * together[name] / TEXTS,
                "mean_distance": float(np.abs(close - exact).sum(axis=1).mean() / 2),
                "changed_labels": float((close.argmax(axis=1) != exact.argmax(axis=1)).mean()),
                "same_bits_in_batches": same,
            }
        )
    write_result(
        "arithmetic",
        {
            "model": {"name": artifact.config.name, "version": artifact.version},
            "source": texts.source,
            "n": TEXTS,
            "timed_alone": TIMED_TEXTS,
            "mean_tokens": float(np.mean(lengths)),
            "batch_tokens": BATCH_TOKENS,
            "rounds": ROUNDS,
            "threads": 1,
            "seed": SEED,
            "variants": variants,
        },
    )


if __name__ == "__main__":
    main()
