"""From text to probabilities to emoji: numpy, tokenizers and one inference engine; never torch."""

import os

# Since 1.29 onnxruntime's Linux packages report usage to their maker unless this is set before they are imported.
# Users of tweetmoji have not agreed to that; whoever does sets the variable to 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
