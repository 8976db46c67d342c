"""Emoji as words: an encoder's vocabulary has few emoji, and as ``[UNK]`` a tear equals a laugh.

``emoji.tsv`` has the words: an emoji, a tab, and its English short name from Unicode's CLDR, in lower case and without
punctuation (``tools/emoji_table.py`` writes it). So an emoji reads the same on every version of Python.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_TABLE: Final = Path(__file__).with_name("emoji.tsv")

_TAGS: Final = "\U000e0020-\U000e007f"
_JOINER: Final = "\u200d"
DRAWING: Final = re.compile("[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")
"""Variation selectors, keycaps and skin tones, which change the drawing only."""
_REST: Final = re.compile(f"[{_JOINER}{_TAGS}]")
"""Characters that mean nothing outside a sequence: joiner and tags."""
_FLAG_LETTERS: Final = "\U0001f1e6-\U0001f1ff"
_BEYOND_BASIC_PLANE: Final = "\U0001f000-\U0001faff"
"""Range of the emoji beyond the basic plane. ``re`` has no fast way through a set of single characters there."""
_MAX_PARTS: Final = 4
"""Emoji joined to one, at most: a family of four."""


class _Emoji(NamedTuple):
    """The table: emoji to words, and the pattern of an emoji with those of the same kind after it."""

    words: dict[str, str]
    pattern: re.Pattern[str]


def replace_emoji(text: str) -> str:
    """Replace emoji by the words of their names.

    The longest sequence that has a name is read; one that has none is read part by part. A run of the same emoji counts
    once. Variation selectors, keycaps and skin tones are dropped.

    Args:
        text: Any string.

    Returns:
        The text with the words of each emoji between spaces. Signs without a name stay.
    """
    if text.isascii():
        return text
    words, pattern = _read_table()
    text = pattern.sub(lambda match: _replace(match, words), DRAWING.sub("", text))
    return _REST.sub("", text)


def is_emoji(char: str) -> bool:
    """Tell whether a character is an emoji: one with a name or, in the range of emoji, one without.

    A letter in a fancy style is none, nor is a skin tone, which changes the drawing of another emoji only.

    Args:
        char: One character.
    """
    if char.isascii():
        return False
    if char in _read_table().words:
        return True
    if not re.fullmatch(f"[{_BEYOND_BASIC_PLANE}]", char) or DRAWING.fullmatch(char):
        return False
    return not any(plain.isalnum() for plain in unicodedata.normalize("NFKC", char))


@cache
def _read_table() -> _Emoji:
    """Read the table, at the first text that is not ASCII."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    words = dict(line.split("\t") for line in lines)
    basic_plane = "".join(sorted({emoji[0] for emoji in words if emoji[0] < "\U00010000"}))
    one = f"[{basic_plane}{_BEYOND_BASIC_PLANE}]"
    flag = f"(?<=[{_FLAG_LETTERS}])[{_FLAG_LETTERS}]"
    joined = f"[{_TAGS}]*(?:{_JOINER}{one}[{_TAGS}]*)*"
    return _Emoji(words, re.compile(f"({one}(?:{flag}|{joined}))(?:\\1(?![{_JOINER}{_TAGS}]))*"))


def _replace(match: re.Match[str], words: dict[str, str]) -> str:
    """The words of a run of the same emoji; a run of a sign without a name as it is."""
    named = _name(match[1], words)
    return match[0] if named == match[1] else named


def _name(sequence: str, words: dict[str, str]) -> str:
    """The words of a sequence; if it has none, those of its longest parts that have some, from left to right."""
    if sequence in words:
        return f" {words[sequence]} "
    if _JOINER not in sequence:
        emoji = _REST.sub("", sequence)  # a flag that is none may still be tagged
        return f" {words[emoji]} " if emoji in words else emoji
    return _name_parts(sequence.split(_JOINER), words)


def _name_parts(parts: list[str], words: dict[str, str]) -> str:
    named: list[str] = []  # not a string that grows: a sequence has as many parts as a text has room for
    start = 0
    while start < len(parts):
        size = next((n for n in range(_MAX_PARTS, 1, -1) if _JOINER.join(parts[start : start + n]) in words), 1)
        named.append(_name(_JOINER.join(parts[start : start + size]), words))
        start += size
    return "".join(named)
