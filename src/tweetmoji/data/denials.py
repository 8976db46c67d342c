"""Texts that deny a feeling: their labels in Emotion (dair-ai) are wrong.

The labels of that dataset were made from hashtags, and mostly name the feeling that a text mentions, whether or not the
text denies it. A model learns from these rows to overlook a denial, and a model that reads the denial loses
accuracy on those of val and test. The rule finds 698 of the 16,000 rows of train, 80 of val and 72 of test.
"""

import re
from dataclasses import replace
from typing import Final

from tweetmoji.data.names import EMOTION, HUGGING_FACE, KAGGLE, SYNTHETIC
from tweetmoji.data.overlap import AnyTexts
from tweetmoji.data.texts import LabeledTexts

DENIED_SOURCES: Final = (EMOTION, HUGGING_FACE, KAGGLE, SYNTHETIC)
"""Sources that have such texts, or that are made from them."""

WITHOUT_DENIALS: Final = "without-denials"
"""What the name of a split ends in whose denials were left out."""

_DENIAL: Final = re.compile(
    r"\b((do|did|does|ca|could|have|would)nt|not|never|hardly|no longer) (\w+ ){0,2}(feel|felt|feeling)\b"
)
"""A negation at most two words before a form of "feel", in a text without apostrophes, as that dataset has them."""


def denies_feeling(text: str) -> bool:
    """Whether a text of Emotion (dair-ai) denies a feeling, by a fixed rule."""
    return _DENIAL.search(text) is not None


def drop_denials(data: AnyTexts) -> AnyTexts:
    """Select the texts that do not deny a feeling, in their order.

    Texts that were made from others have their labels: what these deny counts, and a text made from no other stays.
    """
    origins = data.parents if data.parents is not None else data.texts
    return data.take([i for i, text in enumerate(origins) if text is None or not denies_feeling(text)])


def list_views(data: LabeledTexts) -> list[LabeledTexts]:
    """List what a split is scored on: all of it, and if some texts of Emotion's test split deny a feeling, the others.

    Returns:
        The split, and perhaps a second one with the same source and digest, named ``test-without-denials``.
    """
    if data.source not in DENIED_SOURCES or data.split != "test":
        return [data]
    affirmed = drop_denials(data)
    if len(affirmed) in (0, len(data)):
        return [data]
    return [data, replace(affirmed, split=f"{data.split}-{WITHOUT_DENIALS}")]
