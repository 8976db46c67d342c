"""From text to probabilities to emoji: numpy, tokenizers and one inference engine; never torch."""

import os

# Since 1.29 onnxruntime's Linux packages report usage to their maker unless told not to before they are imported.
# Nobody who asks for an emoji has agreed to that; who does sets the variable to 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
