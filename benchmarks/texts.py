"""The texts that every way runs: real tweets where they are, or else generated ones of like length."""

import json
import math
import os
import random
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from tweetmoji.runtime.artifact import SHIPPED
from tweetmoji.text import normalize

TWEETS = "unlabelled/tweets.txt"
"""The tweets, below ``TWEETMOJI_DATA_DIR``."""

CALIBRATION_TEXTS = 300
"""Texts for static quantization, which takes the ranges of activations from them."""

MEDIAN_TOKENS, SIGMA = 32, 0.55
"""Of a log-normal distribution: median and mean (37) of the number of tokens of those tweets."""


@dataclass(frozen=True)
class Texts:
    """Texts and what the network reads of them.

    Attributes:
        source: Where they are from.
        raw: As they came.
        normalized: As our tokenizer gets them.
        calibration: The first `CALIBRATION_TEXTS` normalized ones, however many there are above.
        tokens: Of each normalized text, at most ``max_tokens``.
        tokenizer: Path of the shipped tokenizer.json.
        max_tokens: Most tokens read of a text.
    """

    source: str
    raw: list[str]
    normalized: list[str]
    calibration: list[str]
    tokens: list[int]
    tokenizer: Path
    max_tokens: int

    @property
    def mean_tokens(self) -> float:
        """Mean number of tokens."""
        return statistics.mean(self.tokens)

    @property
    def mean_squared_tokens(self) -> float:
        """Mean square of the number of tokens: what attention grows with."""
        return statistics.mean(count**2 for count in self.tokens)

    def write(self, path: Path) -> None:
        """Write what ways/ reads."""
        content: dict[str, Any] = {
            "raw": self.raw,
            "normalized": self.normalized,
            "calibration": self.calibration,
            "tokenizer": str(self.tokenizer),
            "max_tokens": self.max_tokens,
        }
        path.write_text(json.dumps(content), encoding="utf-8")


def read_texts(count: int, seed: int) -> Texts:
    """Read the first tweets of ``TWEETMOJI_DATA_DIR``, or generate texts with this seed."""
    path = SHIPPED / "tokenizer.json"
    max_tokens = json.loads((SHIPPED / "config.json").read_text(encoding="utf-8"))["max_tokens"]
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    read = max(count, CALIBRATION_TEXTS)
    tweets = Path(os.environ.get("TWEETMOJI_DATA_DIR", "")) / TWEETS
    if "TWEETMOJI_DATA_DIR" in os.environ and tweets.is_file():
        source, raw = TWEETS, tweets.read_text(encoding="utf-8").split("\n")[:read]
    else:
        source, raw = "generated", generate_texts(tokenizer, read, seed)
    normalized = [normalize(text) for text in raw]
    tokens = [len(encoding.ids) for encoding in tokenizer.encode_batch(normalized[:count])]
    calibration = normalized[:CALIBRATION_TEXTS]
    return Texts(source, raw[:count], normalized[:count], calibration, tokens, path, max_tokens)


def generate_texts(tokenizer: Tokenizer, count: int, seed: int) -> list[str]:
    """Generate texts of random words that are one token each."""
    rng = random.Random(seed)
    words = sorted(word for word in tokenizer.get_vocab() if word.isascii() and word.isalpha() and len(word) > 2)
    texts = []
    for _ in range(count):
        tokens = max(3, round(rng.lognormvariate(math.log(MEDIAN_TOKENS), SIGMA)))
        texts.append(" ".join(rng.choices(words, k=tokens - 2)))  # the other two are [CLS] and [SEP]
    return texts
