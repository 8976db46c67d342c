"""The six emotions of the dataset, in its order, the emoji that answers for each, and the class without an emotion.

This is the one place that chooses the emoji of the shipped model. Training writes them into the artifact. At run time
only the artifact's ``config.json`` counts, so a model with other labels works the same way.
"""

from types import MappingProxyType
from typing import Final

EMOTIONS: Final = ("sadness", "joy", "love", "anger", "fear", "surprise")
"""Label names in column order: the order of ``dair-ai/emotion`` (Saravia et al. 2018, CARER)."""

NONE: Final = "none"
"""The class of a text without an emotion. A model that knows it has one more output, after the labels."""

CLASSES: Final = (*EMOTIONS, NONE)
"""What a text can be where none counts too: the six emotions and none, in the order of a model's outputs."""

EMOJI: Final = MappingProxyType(
    {
        "sadness": "😢",
        "joy": "😂",  # what the original service answered for joy
        "love": "🥰",
        "anger": "😡",
        "fear": "😱",
        "surprise": "😲",
    }
)
"""Label to emoji. Each is a single code point, so that every terminal and font draws it as one character."""
