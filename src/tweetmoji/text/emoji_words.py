"""Emoji and emoticons as words: an encoder's vocabulary has few of them, and as ``[UNK]`` a tear equals a laugh."""

import re
import unicodedata
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

EMOTICONS: Final = MappingProxyType(
    {
        "smiling face": ":) :-) :] =) (: ^_^ ^^ :3 :o)",
        "grinning face": ":D :-D =D xD XD",
        "winking face": ";) ;-) ;D",
        "winking face with tongue": ":P :-P :p :-p ;P xP",
        "kiss": ":* :-* ;*",
        "heart": "<3 <33 <333",
        "broken heart": "</3",
        "frowning face": ":( :-( :[ =( ): :c",
        "crying face": ":'( :'-( ;( ;-( T_T T.T ;_; Q_Q",
        "tears of joy": ":') :'-) :'D",
        "angry face": ">:( >:-( D:< >:[",
        "face screaming in fear": "D: D8 D=",
        "astonished face": ":O :-O :o :-o o_O O_o O_O o_o =O",
        "confused face": ":/ :-/ :\\ :-\\ =/ :S :-S",
        "unamused face": ":| :-| -_- >_>",
    }
)
"""Words to the emoticons that mean them: the Western and the most common Eastern ones
(https://en.wikipedia.org/wiki/List_of_emoticons). The words are the Unicode names of emoji that look alike, because a
model then learns both together."""

_EMOTICON_WORDS: Final = {emoticon: words for words, row in EMOTICONS.items() for emoticon in row.split()}


def _any_of(emoticons: Iterable[str]) -> str:
    """A pattern of any of the emoticons, the longest first, each with its last character repeated at will."""
    ranked = sorted(emoticons, key=len, reverse=True)
    parts = [re.escape(emoticon) + re.escape(emoticon[-1]) + "*" for emoticon in ranked]
    return f"({'|'.join(parts)})(?!\\w)"


_EMOTICON: Final = re.compile(r"(?<!\S)" + _any_of(_EMOTICON_WORDS))
_EYES: Final = ":;="
_ATTACHED_EMOTICON: Final = re.compile(
    r"(?<=[^\W\d_]|[.,!?])" + _any_of(face for face in _EMOTICON_WORDS if face[0] in _EYES and face[-1] in "()*D")
)
"""Emoticons that are unmistakable even right after a word or its punctuation, as in ``hello:)``."""
_EMOJI: Final = re.compile("[\u203c-\u3299\U0001f000-\U0001faff]")
_EMOJI_MODIFIER: Final = re.compile("[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""Characters that only change how an emoji is drawn: variation selectors, joiners, keycaps, skin tones, tags."""
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_PRINT_STYLE: Final = re.compile(r"\b(black|white|heavy)\b ?")


def replace_emoji(text: str) -> str:
    """Replace emoji by the words of their Unicode names, and emoticons by those of `EMOTICONS`.

    A run of the same emoji counts once. Skin tones, which change the drawing only, are dropped.

    Args:
        text: Any string.

    Returns:
        The text with each replacement between spaces.
    """
    text = _EMOTICON.sub(_name_emoticon, text)
    if any(eyes in text for eyes in _EYES):
        text = _ATTACHED_EMOTICON.sub(_name_emoticon, text)
    if text.isascii():
        return text
    text = _FLAG.sub(" flag ", _EMOJI_MODIFIER.sub("", text))
    return _EMOJI.sub(_name_first_emoji, text)


def _name_emoticon(match: re.Match[str]) -> str:
    """The words of an emoticon, whose last character may be repeated: ``:)))`` is ``:)``."""
    last = match[1][-1]
    emoticon = match[1].rstrip(last) + last
    while emoticon not in _EMOTICON_WORDS:  # ^^ ends in two of them
        emoticon += last
    return f" {_EMOTICON_WORDS[emoticon]} "


def _name_first_emoji(match: re.Match[str]) -> str:
    """The name of an emoji, or nothing if the character before it is the same."""
    emoji, start = match[0], match.start()
    if start and match.string[start - 1] == emoji:
        return ""
    words = _name(emoji)
    return f" {words} " if words else emoji


def _name(symbol: str) -> str | None:
    """The Unicode name of a symbol in lower case, or None for a character that is no symbol.

    In names of the older symbols, black, white and heavy say how the symbol is printed: ❤ is HEAVY BLACK HEART.
    """
    if unicodedata.category(symbol) not in {"So", "Sk", "Sm"}:
        return None
    name = unicodedata.name(symbol, "").lower()
    return (_PRINT_STYLE.sub("", name) if symbol < "\U0001f000" else name) or None
