"""infinity with its optimum engine, running the network of `benchmarks/peers/network` in onnxruntime, dynamic int8.

``POST /classify`` takes ``{"model": "network", "input": [text]}``. Run it in the environment of this peer:
``python server.py MODEL_FOLDER PORT``. It starts infinity's own program within the folder: infinity 0.0.78 gives
optimum 2 the path of the ONNX file where that expects its bare name, and only within the folder both are the same.
Its own warm-up is off: it sends texts of more than 512 tokens, which this engine does not truncate and no BERT takes.
"""

import os
import sys
from pathlib import Path

folder, port = sys.argv[1:]
program = Path(sys.executable).parent / "infinity_emb"
model = ["--model-id", ".", "--served-model-name", "network", "--engine", "optimum", "--device", "cpu"]
options = ["--no-model-warmup", "--log-level", "warning"]
os.chdir(folder)
os.execv(program, [str(program), "v2", *model, *options, "--host", "127.0.0.1", "--port", port])
