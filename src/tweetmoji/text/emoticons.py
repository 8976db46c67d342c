"""Emoticons as the words of the emoji that look alike, so that a model learns both together.

Only signs that hardly ever mean anything else are read, and only where they stand for themselves: docs/decisions.md has
what tweets and comments use each of them for.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

EMOTICONS: Final = MappingProxyType(
    {
        "smiling face": ":) :-) :] =) (: :3 :o)",
        "smiling face with smiling eyes": "^_^ ^^",
        "grinning face": ":D :-D =D",
        "grinning squinting face": "xD XD",
        "winking face": ";) ;-) ;D",
        "face with tongue": ":P :-P :p :-p",
        "winking face with tongue": ";P",
        "face blowing a kiss": ":* :-* ;*",
        "red heart": "<3",
        "broken heart": "</3",
        "frowning face": ":( :-( =( ): :c",
        "crying face": ":'( :'-( ;( ;-(",
        "loudly crying face": "T_T ;_; ;-; Q_Q",
        "face with tears of joy": ":') :'-) :'D",
        "angry face": ">:( >:-( >:[ >:-[ D:<",
        "persevering face": ">.< >_<",
        "face screaming in fear": "D:",
        "face with open mouth": ":O :o :-O :-o",
        "astonished face": "o_O O_o O_O o_o",
        "confused face": ":/ :-/ :-\\ =/",
        "confounded face": ":S :-S",
        "neutral face": ":| :-|",
        "unamused face": "-_- >_>",
        "person shrugging": "¯\\_(ツ)_/¯",
    }
)
"""Words to the emoticons that mean them: the Western and the most common Eastern ones
(https://en.wikipedia.org/wiki/List_of_emoticons)."""

_WORDS: Final = {emoticon: words for words, row in EMOTICONS.items() for emoticon in row.split()}

_REPEATABLE: Final = "()[]D3PpOoc*"
"""Last characters that may be repeated, as in ``:)))`` and ``<333``."""

_AFTER: Final = r"(?![\w/\\%^=+]|[-.,]\d)"
"""What may not follow an emoticon: a letter or digit, what goes on with a path or a formula, the rest of a number."""

_LAST: Final = r"(?=[\"')]{0,4}\s*(?:\Z|[^\w\s\"'(\[{-]|https?\b))"
"""No words follow: the text ends, or there are only signs, hashtags, mentions and links."""

_UNITS: Final = "oz|lbs?|[km]?g|k?m|[cm]m|ft|in|inches|miles?|sec|seconds|mins?|minutes|hrs?|hours|yrs?|[MG]B|percent"

_CONTEXTS: Final = {
    "D:": _LAST,  # "drive D: is full"
    "):": _LAST,  # "f( x ): return"
    ":3": r"(?:(?<!\d\s:3)|(?<=[:<3]3\s:3))",  # "16 :3", yet ":3 :3" and "<3 :3"
    "<3": rf"(?! ?(?:%|{_UNITS})\b| %)",  # "<3 kg"
}
"""What else holds for emoticons that could be something else."""

_EYES: Final = ":;"


def _compile(emoticons: Iterable[str], before: str) -> re.Pattern[str]:
    """A pattern of any of the emoticons, the longest first; ``before`` looks behind their first character.

    They are grouped by this character, with nothing before it, because ``re`` then skips to where one may begin.
    """
    groups = defaultdict(list)
    for emoticon in sorted(emoticons, key=len, reverse=True):
        last = emoticon[-1]
        repeated = f"{re.escape(last)}*" if last in _REPEATABLE else ""
        groups[emoticon[0]].append(re.escape(emoticon[1:]) + repeated + _CONTEXTS.get(emoticon, ""))
    parts = (f"{re.escape(first)}{before}(?:{'|'.join(rests)})" for first, rests in groups.items())
    return re.compile(f"(?:{'|'.join(parts)}){_AFTER}")


ALONE: Final = _compile(_WORDS, r"(?<!\S.)")
ATTACHED: Final = _compile(
    (emoticon for emoticon in _WORDS if emoticon[0] in _EYES and emoticon[-1] in "()D"),
    r"(?:(?<=[^\W\d_]{2}.)|(?<=[.,!?].))",
)
"""Emoticons that are unmistakable even right after a word or its punctuation, as in ``hello:)``."""


def replace_emoticons(text: str) -> str:
    """Replace emoticons by the words of `EMOTICONS`.

    Args:
        text: Any string.

    Returns:
        The text with each replacement between spaces.
    """
    text = ALONE.sub(_name, text)
    return ATTACHED.sub(_name, text) if ":" in text or ";" in text else text


def _name(match: re.Match[str]) -> str:
    """The words of an emoticon, whose last character may be repeated: ``:)))`` is ``:)``."""
    emoticon = match[0]
    if emoticon not in _WORDS:
        emoticon = emoticon.rstrip(emoticon[-1]) + emoticon[-1]
    return f" {_WORDS[emoticon]} "
