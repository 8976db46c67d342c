"""Rewrites the graph of a model that was exported before `tweetmoji.train.export.graph` existed.

Run ``python tools/rewrite_graph.py MODEL --heads 12``, with ``TWEETMOJI_DATA_DIR`` set and the extra ``train``
installed. The new graph has the int8 matrices and the embeddings of the old one, integer for integer: their float32
weights need not exist any more. The ranges of the activations are measured on training texts and tweets. The model
folder is replaced by one with the new weights, whose ``metrics.json`` holds the int8 metrics of every split measured
again, and under ``rewritten`` the paired differences from the old graph on the val splits.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tweetmoji import TweetmojiError
from tweetmoji.data import LabeledTexts, open_source
from tweetmoji.data.names import TWEETS
from tweetmoji.data.unlabeled import read_unlabeled
from tweetmoji.evaluate.compare import compare
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.evaluate.evaluation import predict_classes, score
from tweetmoji.runtime.artifact import Artifact, read_artifact, with_changes, write_artifact
from tweetmoji.runtime.classifier import Classifier
from tweetmoji.runtime.cores import count_cores
from tweetmoji.runtime.emojifier import Emojifier
from tweetmoji.runtime.tokenizer import TweetTokenizer
from tweetmoji.train.export.bert import BertClassifier
from tweetmoji.train.export.graph import quantize_matrix, write_graph
from tweetmoji.train.export.ranges import choose_texts, measure_ranges

PREFIX: Final = "model."
"""What the exporter put before the name of each weight."""

LAYER: Final = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
"""The linear layers of an encoder layer, in the order of the exporter's graph."""

EPSILON: Final = 1e-12
"""What BERT's layer normalization adds to the variance."""

SOURCES: Final = ("emotion", "tweeteval", "goemotions")
"""Sources whose training texts, beside unlabeled tweets, the ranges are measured on."""


def read_bert(weights: bytes, heads: int) -> BertClassifier:
    """Read the weights of a graph that torch exported and onnxruntime quantized.

    Raises:
        ValueError: It is no such graph, or its matrices would not quantize to the same integers again.
    """
    graph = onnx.load_from_string(weights).graph
    constants = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found = [node.input[1].removesuffix("_quantized") for node in graph.node if node.op_type == "MatMulInteger"]
    layers, rest = divmod(len(found) - 2, len(LAYER))
    if rest or layers < 1:
        raise ValueError(f"the graph has {len(found)} MatMulInteger; expected {len(LAYER)} a layer and two of the head")
    modules = [f"bert.encoder.layer.{i}.{name}" for i in range(layers) for name in LAYER]
    matrices = {
        f"{module}.weight": _dequantize_matrix(constants, name, module)
        for module, name in zip([*modules, "bert.pooler.dense", "classifier"], found, strict=True)
    }
    others = {name.removeprefix(PREFIX): value for name, value in constants.items() if name.startswith(PREFIX)}
    return BertClassifier(others | dict(_dequantize_embeddings(others)) | matrices, layers, heads, EPSILON)


def _dequantize_matrix(constants: dict[str, NDArray[Any]], name: str, module: str) -> NDArray[np.float32]:
    """Dequantize a matrix to shape (outputs, inputs), as torch keeps it."""
    integers, scales = constants[f"{name}_quantized"], constants[f"{name}_scale"]
    matrix = integers.astype(np.float32) * scales
    again = quantize_matrix(matrix)
    if constants[f"{name}_zero_point"].any() or not all(map(np.array_equal, again, (integers, scales))):
        raise ValueError(f"{module} would not quantize to the same integers again; expected symmetric 7-bit weights")
    return np.ascontiguousarray(matrix.T)


def _dequantize_embeddings(constants: dict[str, NDArray[Any]]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for name, integers in constants.items():
        if name.startswith("bert.embeddings.") and name.endswith("_quantized"):
            base = name.removesuffix("_quantized")
            zero_point = constants[f"{base}_zero_point"].astype(np.float32)
            yield base, (integers.astype(np.float32) - zero_point) * constants[f"{base}_scale"]


def rewrite(artifact: Artifact, heads: int, root: Path) -> Artifact:
    """Give a model the graph of `write_graph`, and measure it."""
    bert = read_bert(artifact.weights, heads)
    texts = [list(open_source(name, root).read("train").texts) for name in SOURCES]
    texts.append(read_unlabeled(TWEETS, root).texts)
    tokenizer = TweetTokenizer(Tokenizer.from_str(artifact.tokenizer), artifact.config.max_tokens)
    ranges = measure_ranges(bert, [tokens.ids for tokens in tokenizer.encode(choose_texts(texts))])
    rewritten = with_changes(artifact, weights=write_graph(bert, ranges))
    return with_changes(rewritten, metrics=_measure(artifact, rewritten, root))


def _measure(before: Artifact, after: Artifact, root: Path) -> dict[str, Any]:
    """The metrics of the old graph, with all that is of its int8 weights measured again."""
    emojifiers = [Emojifier(artifact, Classifier(artifact), count_cores()) for artifact in (before, after)]
    model = {"name": emojifiers[1].name, "version": emojifiers[1].version}
    evaluations: list[dict[str, Any]] = []
    differences: list[dict[str, Any]] = []
    for row in before.metrics["evaluations"]:
        if row["weights"] != "int8":
            evaluations.append(row)
            continue
        data = open_source(row["source"], root).read(row["split"])
        assert isinstance(data, LabeledTexts)
        old, new = (predict_classes(emojifier, data) for emojifier in emojifiers)
        evaluations.append({"weights": "int8", **score(model, data, new).as_dict()})
        if row["split"] == "val":
            compared = compare(old, new, data.targets, data.labels).as_dict()
            relabeled = float((old.argmax(axis=1) != new.argmax(axis=1)).mean())
            differences.append({"source": data.source, "split": data.split, "changed_labels": relabeled, **compared})
    kept = {name: value for name, value in before.metrics.items() if name != "parity"}
    rewritten = {"from": before.version, "differences": differences, **describe_environment()}
    return kept | {"evaluations": evaluations, "rewritten": rewritten}


def main() -> None:
    """Rewrite the model folder that the command line names."""
    parser = argparse.ArgumentParser(description="Rewrite the graph of a model exported by an earlier version.")
    parser.add_argument("model", type=Path, help="the model folder, which is replaced")
    parser.add_argument("--heads", type=int, required=True, help="attention heads of a layer (MiniLM has 12)")
    options = parser.parse_args()
    root = os.environ.get("TWEETMOJI_DATA_DIR")
    if not root:
        parser.error("TWEETMOJI_DATA_DIR names no folder of datasets; expected one with the training texts: set it")
    try:
        artifact = rewrite(read_artifact(options.model), options.heads, Path(root))
        write_artifact(artifact)
    except (TweetmojiError, ValueError) as error:
        sys.exit(f"{options.model}: {error}")
    for row in artifact.metrics["rewritten"]["differences"]:
        loss = row["differences"]["log_loss"]
        print(
            f"{row['source']} {row['split']}: {row['changed_labels']:.2%} of {row['n']} labels changed, "
            f"log loss {loss['value']:+.4f} [{loss['low']:+.4f}, {loss['high']:+.4f}]"
        )
    print(f"{options.model}: rewritten, version {artifact.version}")


if __name__ == "__main__":
    main()
