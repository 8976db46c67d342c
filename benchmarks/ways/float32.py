"""A way to run texts: the peers' network in float32 with onnxruntime, one text a run, all cores on it.

Arguments: see `peer.read_inputs`.
"""

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from peer import CHECKED_TEXTS, Ids, pad, read_inputs
from protocol import answer_rounds, time_list


def main() -> None:
    """Open the session and answer rounds."""
    inputs = read_inputs()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = inputs.cores
    path = inputs.models / "float32.onnx"
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def run(ids: Ids) -> NDArray[np.float32]:
        padded, mask = pad(ids)
        logits: NDArray[np.float32] = session.run(["logits"], {"input_ids": padded, "attention_mask": mask})[0]
        return logits

    def run_one_by_one(texts: list[str]) -> None:
        for text in texts:
            run([inputs.tokenizer.encode(text).ids])

    jobs = {
        "one by one": time_list(run_one_by_one, inputs.texts[::8]),  # a reference: a share of the texts is enough
        "check": lambda _: {"logits": run(inputs.tokenize(inputs.texts[:CHECKED_TEXTS])).tolist()},
    }
    answer_rounds(jobs, ["onnxruntime", "tokenizers", "numpy"])


if __name__ == "__main__":
    main()
