"""Where the characters that people see begin: a letter with its accents, a family of emoji, a flag.

These are the extended grapheme clusters of Unicode (https://www.unicode.org/reports/tr29/, version 16), told apart with
the tables that Python has. Letters that only some scripts join (jamo, conjuncts; rules GB6 to GB8 and GB9c) stay apart:
who divides a text at word boundaries never cuts between two letters. Control and format characters stay with what is
before them.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from tweetmoji.text.emoji_words import is_emoji

_JOINER: Final = "\u200d"
_SPACING_LETTERS: Final = "\u0e33\u0eb3\uff9e\uff9f"
"""Letters that extend the one before them: Thai and Lao AM, and the sound marks of narrow Katakana."""
_SKIN_TONES: Final = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_PREPENDED: Final = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3"
    "\U000113d1\U0001193f\U00011941\U00011a3a\U00011a84\U00011a85\U00011a86\U00011a87\U00011a88\U00011a89\U00011d46"
    "\U00011f02"
)
"""Characters that belong to what comes after them: the class Prepend of GraphemeBreakProperty.txt of Unicode 16."""


def find_graphemes(text: str) -> list[int]:
    """Find where each grapheme cluster begins.

    Args:
        text: Any string.

    Returns:
        Offsets in code points, ascending; the first is 0, and the empty string has none.
    """
    if text.isascii() and "\r\n" not in text:
        return list(range(len(text)))
    starts: list[int] = []
    for i in range(len(text)):
        if not starts or not _is_joined(text, starts[-1], i):
            starts.append(i)
    return starts


def _is_joined(text: str, start: int, i: int) -> bool:
    """Whether the character at ``i`` belongs to the cluster that began at ``start``."""
    before, char = text[i - 1], text[i]
    kind = _classify(char)
    if kind == "extension":
        return True
    if before in _PREPENDED:
        return kind != "control"
    if kind == "regional":  # two make a flag
        return _classify(before) == "regional" and (i - 1 == start or _classify(text[i - 2]) != "regional")
    if kind == "pictograph":
        return before == _JOINER and _find_base(text, start, i) == "pictograph"
    return before == "\r" and char == "\n"


def _find_base(text: str, start: int, i: int) -> str:
    """The class of the last character from ``start`` to before ``i`` that extends no other; empty if all do."""
    kinds = (_classify(text[j]) for j in range(i - 1, start - 1, -1))
    return next((kind for kind in kinds if kind != "extension"), "")


@lru_cache(maxsize=4096)
def _classify(char: str) -> str:
    """The class of a character: extension, regional, pictograph, control or other."""
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp"}:
        return "control"
    if char in _PREPENDED:
        return "other"
    if category in {"Mn", "Me", "Mc", "Cf"} or char in _SPACING_LETTERS or char in _SKIN_TONES:
        return "extension"
    if "\U0001f1e6" <= char <= "\U0001f1ff":
        return "regional"
    if category == "So" or char in "‼⁉™ℹ" or "\U0001f000" <= char <= "\U0001ffff" or is_emoji(char):
        return "pictograph"
    return "other"
