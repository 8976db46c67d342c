"""Keys of texts: a hash names a text where the text itself is not to be kept.

The key of a text is a hash of the text as in its file. The text cannot be recovered from it, but whoever has the text
finds what is kept under its key: a teacher's logits, or the label of a tweet.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

KEY_BYTES: Final = 8
"""Bytes of a key: among 10^6 texts, the chance that any two share one is below 10^-7."""


def make_keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Hash each text: BLAKE2b (RFC 7693) of its UTF-8, as a uint64 array of shape (len(texts),)."""
    digests = [hashlib.blake2b(text.encode("utf-8"), digest_size=KEY_BYTES).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def hash_texts(texts: Sequence[str]) -> list[str]:
    """Hash texts as files write keys: 16 hex digits each."""
    return [f"{key:016x}" for key in make_keys(texts).tolist()]
