"""What a tweet goes through before the tokenizer, in training and at run time alike."""

from tweetmoji.text.normalize import (
    MAX_CHARS,
    MAX_RAW_CHARS,
    TEXT_VERSION,
    clean,
    normalize,
    normalize_start,
    replace_surrogates,
)

__all__ = [
    "MAX_CHARS",
    "MAX_RAW_CHARS",
    "TEXT_VERSION",
    "clean",
    "normalize",
    "normalize_start",
    "replace_surrogates",
]
