"""What a program that watches the model hears of its work: how long the texts are, and where the time goes."""

from collections.abc import Sequence
from typing import Protocol


class Observer(Protocol):
    """Hears of each part of a call, in the thread that did it."""

    def tokenized(self, lengths: Sequence[int], seconds: float) -> None:
        """Hear of texts that were normalized and tokenized.

        Args:
            lengths: Tokens that the model reads of each text, special tokens included.
            seconds: Time that it took.
        """

    def computed(self, seconds: float) -> None:
        """Hear of a batch that the network ran, and how long it took."""
