"""From a trained network to files that others load: ONNX, and a folder of transformers. Needs torch."""
