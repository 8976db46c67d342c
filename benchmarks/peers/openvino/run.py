"""A way to run texts: OpenVINO with NNCF's static int8, padded batches with an attention mask, several in flight.

Arguments: see `peer.read_inputs`; then the performance hint, THROUGHPUT or LATENCY.
"""

from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from peer import Ids, make_list_jobs, pad, read_inputs
from protocol import answer_rounds


def main() -> None:
    """Compile the model and answer rounds."""
    inputs = read_inputs()
    settings = {"PERFORMANCE_HINT": inputs.options[0], "INFERENCE_NUM_THREADS": inputs.cores}
    compiled = openvino.Core().compile_model(inputs.models / "openvino" / "int8.xml", "CPU", settings)
    queue = openvino.AsyncInferQueue(compiled, compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))

    def run_batches(ids: Ids, batches: list[list[int]], logits: NDArray[np.float32]) -> None:
        def keep(request: Any, rows: list[int]) -> None:  # noqa: ANN401
            logits[rows] = request.get_output_tensor(0).data

        queue.set_callback(keep)
        for rows in batches:
            padded, mask = pad([ids[row] for row in rows])
            queue.start_async({"input_ids": padded, "attention_mask": mask}, rows)
        queue.wait_all()

    answer_rounds(make_list_jobs(inputs, run_batches), ["openvino", "tokenizers", "numpy"])


if __name__ == "__main__":
    main()
