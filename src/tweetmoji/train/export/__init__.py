"""Export of a trained network to ONNX and transformers. Needs torch."""
