"""The words of a text, found where they stand in it as it came, before `normalize`.

The text is read in columns: one character for each grapheme cluster, so that no word can begin or end within one. An
HTML entity is read as what it stands for, and each different emoji as a private character of its own.
"""

import html
import re
import unicodedata
from typing import Final, NamedTuple

from tweetmoji.text.emoji_words import DRAWING, is_emoji
from tweetmoji.text.emoticons import ALONE, ATTACHED
from tweetmoji.text.graphemes import find_graphemes
from tweetmoji.text.normalize import ENDLESS_REFERENCE, MENTION, QUOTES, URL, replace_surrogates

_ENTITY: Final = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[A-Za-z][^\t\n\f <&#;]{0,31};?)")
"""What `html.unescape` looks at: a number, or a name of at most 32 characters."""

_NOTHING: Final = "\0"
"""Stands for an entity of no character, such as ``&#1;``."""

_LINK: Final = "="
"""Stands for each character of a link once that is found: no word, and in no emoticon with what is beside it."""

_KEYCAP: Final = re.compile("[#*0-9]\ufe0f?\u20e3")

_FIRST_PRIVATE: Final = 0xF0000
"""The first character of a private plane; a text's own private characters are read as `_NOTHING`."""

_LAST_PRIVATE: Final = 0xFFFFD

_FANCY_LETTER: Final = "ß"
"""Stands for a letter or digit in a fancy style: part of a word, and of no ``http`` and no emoticon."""

_WORD: Final = re.compile(
    rf"{MENTION.pattern}|#\w+"  # mention, hashtag
    rf"|{ALONE.pattern}|{ATTACHED.pattern}"
    rf"|([{chr(_FIRST_PRIVATE)}-{chr(_LAST_PRIVATE)}])\1*"  # a run of the same emoji
    r"|\w+(?:(?:['.&-]|\*+|(?<=\d)[,:/](?=\d))\w+)*"  # don't, U.S., R&B, well-known, f***ing, 3.14, 1,000, 12:30
)


class _Decoded(NamedTuple):
    """A text with its entities decoded, and where each of its characters stands in the text as it came.

    Attributes:
        text: The decoded text.
        starts: Offset of each character of ``text``, or of its entity.
        ends: Offset after it.
    """

    text: str
    starts: list[int]
    ends: list[int]


def find_words(text: str) -> list[tuple[int, int]]:
    """Find the words of a text: whatever a reader would leave out as one.

    Words, hashtags, mentions and links; emoticons and emoji. A run of the same emoji is one word, because `normalize`
    reads it once. Punctuation belongs to no word, unless it stands within one, as in ``don't``.

    Args:
        text: Any string.

    Returns:
        The start and end of each word, half-open, in code points of ``text``; in order, not empty, without overlaps.
        None begins or ends within a grapheme cluster.
    """
    decoded = _decode_entities(replace_surrogates(text))
    starts = _find_columns(text, decoded)
    columns = _read_columns(decoded.text, starts)
    links = [match.span() for match in URL.finditer(columns)]
    columns = URL.sub(lambda match: _LINK * len(match[0]), columns)
    words = [match.span() for match in _WORD.finditer(columns) if match[0].strip("_")]
    starts.append(len(decoded.text))
    return [(decoded.starts[starts[start]], decoded.ends[starts[end] - 1]) for start, end in sorted(links + words)]


def _decode_entities(text: str) -> _Decoded:
    """Decode HTML entities as `normalize` does, and keep where each character came from."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = 0

    def add(part: str, start: int, end: int | None = None) -> None:
        """Add characters that stand one after the other or, with ``end``, all in place of one entity."""
        parts.append(part)
        starts.extend(range(start, start + len(part)) if end is None else [start] * len(part))
        ends.extend(range(start + 1, start + len(part) + 1) if end is None else [end] * len(part))

    for match in _ENTITY.finditer(text):
        read, rest = _decode_entity(match[0])
        if read is None:
            continue
        add(text[last : match.start()], last)
        last = match.end() - rest
        add(read, match.start(), last)
    add(text[last:], last)
    return _Decoded("".join(parts), starts, ends)


def _decode_entity(entity: str) -> tuple[str | None, int]:
    """What an entity stands for, None if it is none, and how many characters after its name were taken for it."""
    read = "\ufffd" if ENDLESS_REFERENCE.fullmatch(entity) else html.unescape(entity)
    if read == entity:
        return None, 0
    rest = 0
    while rest < len(read) - 1 and read[-1 - rest] == entity[-1 - rest]:  # the "so" of "&ltso"
        rest += 1
    return read[: len(read) - rest] or _NOTHING, rest


def _find_columns(text: str, decoded: _Decoded) -> list[int]:
    """Indices into the decoded text where a cluster begins, in it and in the text as it came."""
    starts = find_graphemes(decoded.text)
    if len(decoded.text) == len(text):
        return starts
    original = set(find_graphemes(text))
    at = decoded.starts
    return [i for i in starts if at[i] in original and (i == 0 or at[i] > at[i - 1])]


def _read_columns(text: str, starts: list[int]) -> str:
    """One character for each cluster."""
    if len(starts) == len(text) and text.isascii():
        return text
    emoji: dict[str, str] = {}
    ends = [*starts[1:], len(text)]
    return "".join(_read_column(text[start:end], emoji) for start, end in zip(starts, ends, strict=True))


def _read_column(cluster: str, emoji: dict[str, str]) -> str:
    """The character that a cluster is read as; ``emoji`` has those of the emoji so far, and gets new ones."""
    first = cluster[0]
    if is_emoji(first) or _KEYCAP.match(cluster):
        private = min(_FIRST_PRIVATE + len(emoji), _LAST_PRIVATE)
        return emoji.setdefault(DRAWING.sub("", cluster), chr(private))
    base = next((char for char in cluster if char.isalnum()), first)
    if base.isalnum() or base.isspace():
        return base
    if _FIRST_PRIVATE <= ord(base) <= _LAST_PRIVATE:
        return _NOTHING
    if any(plain.isalnum() for plain in unicodedata.normalize("NFKC", base)):
        return _FANCY_LETTER
    return base.translate(QUOTES)
