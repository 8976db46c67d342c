"""Emoji and emoticons as words: an encoder's vocabulary has next to none, and as ``[UNK]`` a tear is a laugh."""

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
(https://en.wikipedia.org/wiki/List_of_emoticons), in the words of the Unicode names of emoji that look alike, so that a
model learns both together."""

_WORDS_OF_EMOTICON: Final = {sign: words for words, signs in EMOTICONS.items() for sign in signs.split()}


def _any_of(signs: Iterable[str]) -> str:
    """A pattern of any of the signs, the longest first, each with its last character repeated at will."""
    parts = [re.escape(sign) + re.escape(sign[-1]) + "*" for sign in sorted(signs, key=len, reverse=True)]
    return f"({'|'.join(parts)})(?!\\w)"


_EMOTICON: Final = re.compile(r"(?<!\S)" + _any_of(_WORDS_OF_EMOTICON))
_GLUED: Final = re.compile(
    r"(?<=[^\W\d_]|[.,!?])" + _any_of(sign for sign in _WORDS_OF_EMOTICON if sign[0] in ":;=" and sign[-1] in "()*D")
)
"""Emoticons that nobody takes for anything else even right after a word or its punctuation, as in ``hello:)``."""
_EMOJI: Final = re.compile("[\u203c-\u3299\U0001f000-\U0001faff]")
_SILENT: Final = re.compile("[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""What only changes how an emoji is drawn: variation selectors, joiners, keycaps, skin tones, tags."""
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_FILLING: Final = re.compile(r"\b(black|white|heavy)\b ?")


def put_into_words(text: str) -> str:
    """Replace each emoji by the words of its Unicode name and each emoticon by those of `EMOTICONS`.

    A row of the same emoji counts once. Skin tones, which change the drawing alone, are dropped.
    """
    text = _GLUED.sub(_read_emoticon, _EMOTICON.sub(_read_emoticon, text))
    text = _FLAG.sub(" flag ", _SILENT.sub("", text))
    return _EMOJI.sub(_name_once, text)


def _read_emoticon(match: re.Match[str]) -> str:
    """The words of an emoticon, whose last character may be repeated: ``:)))`` is ``:)``."""
    sign = match[1]
    while sign not in _WORDS_OF_EMOTICON:
        sign = sign[:-1]
    return f" {_WORDS_OF_EMOTICON[sign]} "


def _name_once(match: re.Match[str]) -> str:
    """The name of an emoji, or nothing if the character before it is the same."""
    sign, start = match[0], match.start()
    if start and match.string[start - 1] == sign:
        return ""
    words = _name(sign)
    return f" {words} " if words else sign


def _name(sign: str) -> str | None:
    """The Unicode name of a symbol in lower case, or None for what is no symbol.

    In names of the older symbols, black, white and heavy say how the sign is printed: ❤ is HEAVY BLACK HEART.
    """
    if unicodedata.category(sign) not in {"So", "Sk", "Sm"}:
        return None
    name = unicodedata.name(sign, "").lower()
    return (_FILLING.sub("", name) if sign < "\U0001f000" else name) or None
