"""A way to run texts: CTranslate2 in int8, with its own removal of padding; pooled output to logits in numpy.

Arguments: see `peer.read_inputs`; then the number of batches at the same time (``inter_threads``). Each has its share
of the cores (``intra_threads``).
"""

from concurrent.futures import ThreadPoolExecutor

import ctranslate2
import numpy as np
from numpy.typing import NDArray
from peer import Ids, make_list_jobs, read_inputs
from protocol import answer_rounds


def main() -> None:
    """Load the encoder and answer rounds."""
    inputs = read_inputs()
    parallel = int(inputs.options[0])
    encoder = ctranslate2.Encoder(
        str(inputs.models / "ctranslate2"),
        device="cpu",
        compute_type="int8",
        inter_threads=parallel,
        intra_threads=inputs.cores // parallel,
    )
    head = np.load(inputs.models / "head.npz")
    weight, bias = head["weight"].T, head["bias"]

    with ThreadPoolExecutor(parallel) as pool:

        def run_batches(ids: Ids, batches: list[list[int]], logits: NDArray[np.float32]) -> None:
            def run(rows: list[int]) -> None:
                pooled = np.array(encoder.forward_batch([ids[row] for row in rows]).pooler_output)
                logits[rows] = pooled @ weight + bias

            list(pool.map(run, batches))

        answer_rounds(make_list_jobs(inputs, run_batches), ["ctranslate2", "tokenizers", "numpy"])


if __name__ == "__main__":
    main()
