"""From a trained network to files: ONNX for the runtime, a folder for transformers. Needs torch."""
