"""Running an ONNX graph in a test."""

from collections.abc import Iterable, Sequence

import numpy as np

IDS = [[2, 5, 9, 7, 11, 3], [2, 8, 8, 6, 10, 3], [2, 12, 5, 5, 13, 3]]
"""Token ids of three texts of one length, of the base of `tests.toys.training`."""


def run(
    weights: bytes, ids: Sequence[Sequence[int]], names: Iterable[str] = ("logits",), *, suggest: bool | None = None
) -> list[np.ndarray]:
    """The values with these names for texts of one length; ``suggest`` is not given if it is None."""
    import onnxruntime

    session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
    given = {"input_ids": np.asarray(ids, dtype=np.int64)} | ({} if suggest is None else {"suggest": np.array(suggest)})
    return session.run(list(names), given)
