"""Near copies: texts that share too many of their word 5-grams with a held-out text.

Change a word or two of a text, or give it another ending, and the result is a near copy of it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from tweetmoji.text import clean

NGRAM_WORDS: Final = 5
MAX_OVERLAP: Final = 0.3
"""Largest share of a text's 5-grams that a held-out text may have too. A sentence with an idiom of five or six words
stays below it; a sentence with a few words replaced does not."""


def find_near_copies(texts: Iterable[str], held_out: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each text that shares more than `MAX_OVERLAP` of its 5-grams with a held-out text.

    A text of fewer than five words has one n-gram, all of it. A text without words, such as one of emoji only, is a
    near copy of no other.

    Yields:
        The index of the text, from 0, and the held-out text.
    """
    known: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for text in held_out:
        for gram in _list_ngrams(text):
            known[gram].add(text)
    for i, text in enumerate(texts):
        grams = _list_ngrams(text)
        shared = Counter(original for gram in grams for original in known.get(gram, ()))
        for original, n in shared.most_common(1):
            if n > MAX_OVERLAP * len(grams):
                yield i, original


def find_cleaned_copies(texts: Iterable[str], held_out: Iterable[str]) -> dict[int, str]:
    """Find the texts that nearly copy a held-out text once both are cleaned.

    Texts are cleaned, not normalized: the name of one emoji can be five words, which many tweets have in common.

    Returns:
        The index of each such text, from 0 and rising, to the held-out text, cleaned.
    """
    return dict(find_near_copies(map(clean, texts), map(clean, held_out)))


def _list_ngrams(text: str) -> set[tuple[str, ...]]:
    """The n-grams of a text's words in lower case; the whole of a text with fewer words; none without words."""
    words = re.findall(r"\w+", text.lower().replace("'", "").replace("’", ""))
    count = max(1, len(words) - NGRAM_WORDS + 1) if words else 0
    return {tuple(words[i : i + NGRAM_WORDS]) for i in range(count)}
