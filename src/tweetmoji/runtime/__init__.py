"""From text to probabilities to emoji: numpy, tokenizers and one inference engine; never torch."""
