"""The limit of int8 on this machine: the rate of MatMulInteger alone, at the sizes of the network.

Each core has a process of its own with one thread. It runs graphs of one MatMulInteger each (uint8 activations times
int8 weights), one for each size, with inputs and outputs that are allocated once. The weights stay in the core's
cache. What calling the engine takes is measured with an empty graph and subtracted. Arguments: the number of tokens,
the number of cores.
"""

import multiprocessing
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import onnxruntime
from network import LAYERS, MATRICES, count_multiply_adds
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from protocol import answer_rounds

SECONDS = 2.0
"""Of matrix products a round, on each core."""

OPSET, IR_VERSION = 20, 10


def make_call(operator: str, x: NDArray[Any], y: NDArray[Any], weights: NDArray[np.int8] | None) -> Callable[[], None]:
    """Make a call of a graph of one operator, from ``x`` to ``y``, with one thread."""
    inputs = ["x"] if weights is None else ["x", "weights"]
    graph = helper.make_graph(
        [helper.make_node(operator, inputs, ["y"])],
        operator,
        [helper.make_tensor_value_info("x", TensorProto.UINT8, x.shape)],
        [helper.make_tensor_value_info("y", helper.np_dtype_to_tensor_dtype(y.dtype), y.shape)],
        [] if weights is None else [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", onnxruntime.OrtValue.ortvalue_from_numpy(x))
    binding.bind_ortvalue_output("y", onnxruntime.OrtValue.ortvalue_from_numpy(y))
    return lambda: session.run_with_iobinding(binding)


def make_layer(tokens: int) -> list[Callable[[], None]]:
    """The matrix products of one layer."""
    rng = np.random.default_rng(0)
    calls = {}
    for rows, columns in MATRICES:
        x = rng.integers(0, 256, (tokens, rows), dtype=np.uint8)
        weights = rng.integers(-127, 128, (rows, columns), dtype=np.int8)
        calls[rows, columns] = make_call("MatMulInteger", x, np.zeros((tokens, columns), dtype=np.int32), weights)
    return [calls[size] for size in MATRICES]


def time_layers(layer: list[Callable[[], None]], seconds: float) -> tuple[int, float]:
    """Run layers for so many seconds; how many ran, and their exact seconds."""
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        for call in layer:
            call()
        count += 1
    return count, time.perf_counter() - start


def measure_core(tokens: int, step: int) -> float:
    """Measure the multiply-adds per second of one core."""
    byte = np.zeros(1, dtype=np.uint8)
    layer, empty = make_layer(tokens), [make_call("Identity", byte, byte.copy(), None)] * len(MATRICES)
    for calls in (layer, empty):
        time_layers(calls, 0.1)
    count, taken = time_layers(layer, SECONDS / step)
    empty_count, empty_taken = time_layers(empty, SECONDS / step / 4)
    return count_multiply_adds(tokens) / LAYERS / (taken / count - empty_taken / empty_count)


def main() -> None:
    """Start a process for each core and answer rounds."""
    tokens, cores = int(sys.argv[1]), int(sys.argv[2])
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.5] * cores))  # each process is up before the first round

        def job(step: int) -> dict[str, Any]:
            return {"multiply_adds_per_s": sum(pool.map(measure_core, [tokens] * cores, [step] * cores))}

        answer_rounds({"limit": job}, ["onnxruntime", "numpy"])


if __name__ == "__main__":
    main()
