"""Running an ONNX graph in a test."""

from collections.abc import Iterable, Sequence

import numpy as np

IDS = [[2, 5, 9, 7, 11, 3], [2, 8, 8, 6, 10, 3], [2, 12, 5, 5, 13, 3]]
"""Token ids of three texts of one length, of the base of `tests.toys.training`."""


def run(weights: bytes, ids: Sequence[Sequence[int]], names: Iterable[str] = ("logits",)) -> list[np.ndarray]:
    """The values with these names for texts of one length."""
    import onnxruntime

    session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
    return session.run(list(names), {"input_ids": np.asarray(ids, dtype=np.int64)})
