"""From a text to the token ids that the model reads; training and runtime share it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from tweetmoji.text import normalize_start


@dataclass(frozen=True)
class Tokens:
    """What the model reads of one text.

    Attributes:
        ids: Token ids, special tokens included; at least one, at most the tokenizer's ``max_tokens``.
        truncated: Whether the text had more than was read.
    """

    ids: list[int]
    truncated: bool


class TweetTokenizer:
    """Normalizes and tokenizes tweets; safe to share among threads."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int) -> None:
        """Take over ``tokenizer``.

        Args:
            tokenizer: Its truncation and padding are reset.
            max_tokens: Most tokens read of each text, special tokens included.
        """
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=max_tokens)
        self._tokenizer = tokenizer
        self.max_tokens = max_tokens

    @property
    def highest_id(self) -> int:
        """The highest token id, added tokens included; a vocabulary may have gaps."""
        return max(self._tokenizer.get_vocab(with_added_tokens=True).values())

    @property
    def pad_id(self) -> int:
        """Id that pads the shorter texts of a training batch."""
        return self._tokenizer.token_to_id("[PAD]") or 0

    def encode(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokenize any strings in the calling thread, one `Tokens` for each, in order."""
        return [self._encode_one(text) for text in texts]

    def _encode_one(self, text: str) -> Tokens:
        normalized, more = normalize_start(text)
        # not encode_batch, which would start a thread on every core of the machine
        encoding = self._tokenizer.encode(normalized)
        return Tokens(ids=encoding.ids, truncated=bool(encoding.overflowing) or more)

    def to_json(self) -> str:
        """Give the text of a ``tokenizer.json``, without truncation or padding."""
        copy = Tokenizer.from_str(self._tokenizer.to_str())
        copy.no_truncation()
        return copy.to_str(pretty=False)
