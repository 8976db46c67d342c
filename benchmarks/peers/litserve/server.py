"""LitServe with batching, running the network of `benchmarks/peers/network` in onnxruntime with dynamic int8.

``POST /predict`` takes ``{"text": …}`` and answers ``{"label": "joy", "score": 0.99}``. Run it in the environment of
this peer: ``python server.py MODEL_FOLDER PORT``. ``LITSERVE_BATCH`` and ``LITSERVE_TIMEOUT_S`` set the batches for
comparisons. The default timeout of LitServe, 0, was the best of 0, 0.01 and 0.05 s at 1 to 16 connections, and level at
64; with it LitServe polls its queue with a whole core.
"""

import os
import sys
from typing import Any

import litserve
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

LABELS = ("sadness", "joy", "love", "anger", "fear", "surprise")
MAX_TOKENS = 128
BATCH = int(os.environ.get("LITSERVE_BATCH", "16"))
TIMEOUT_S = float(os.environ.get("LITSERVE_TIMEOUT_S", "0"))


class EmotionAPI(litserve.LitAPI):
    """Tokenizes each request, and runs a padded batch of them."""

    def __init__(self, folder: str) -> None:
        super().__init__(max_batch_size=BATCH, batch_timeout=TIMEOUT_S)
        self.folder = folder

    def setup(self, device: str) -> None:  # noqa: ARG002
        """Load tokenizer and network."""
        self.tokenizer = Tokenizer.from_file(f"{self.folder}/tokenizer.json")
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.session = onnxruntime.InferenceSession(
            f"{self.folder}/model_quantized.onnx", providers=["CPUExecutionProvider"]
        )

    def decode_request(self, request: dict[str, str]) -> Encoding:
        """Tokenize the text of a request."""
        return self.tokenizer.encode(request["text"])

    def batch(self, inputs: list[Encoding]) -> dict[str, NDArray[np.int64]]:
        """Pad to the longest text of the batch."""
        shape = (len(inputs), max(len(encoding.ids) for encoding in inputs))
        arrays = {"input_ids": np.zeros(shape, np.int64), "attention_mask": np.zeros(shape, np.int64)}
        for i, encoding in enumerate(inputs):
            arrays["input_ids"][i, : len(encoding.ids)] = encoding.ids
            arrays["attention_mask"][i, : len(encoding.ids)] = 1
        return arrays

    def predict(self, inputs: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        """Run the network; softmax of the logits, of shape (texts, labels)."""
        logits = self.session.run(["logits"], inputs)[0]
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: NDArray[np.float32] = exponentials / exponentials.sum(axis=1, keepdims=True)
        return probabilities

    def unbatch(self, output: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Divide the probabilities by text."""
        return list(output)

    def encode_response(self, output: NDArray[np.float32]) -> dict[str, Any]:
        """Answer the best label."""
        best = int(output.argmax())
        return {"label": LABELS[best], "score": float(output[best])}


if __name__ == "__main__":
    server = litserve.LitServer(EmotionAPI(sys.argv[1]))
    server.run(host="127.0.0.1", port=int(sys.argv[2]), generate_client_file=False, log_level="warning")
