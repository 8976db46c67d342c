"""What a tweet goes through before the tokenizer: one function, used by training and by runtime alike.

The rules have a version, which an artefact records in its ``config.json``: a model reads its input by the rules that it
learned under. One of a version that is not known here is refused at load.
"""

import html
import re
import unicodedata
from typing import Final

from tweetmoji.signs import put_into_words

TEXT_VERSION: Final = 2
"""Version of the rules that new models learn under; raised whenever one of them changes."""

TEXT_VERSIONS: Final = (1, 2)
"""Versions that `normalise` knows. The first leaves emoji, hashtags, quotes and lengthened words as they are."""

MAX_CHARS: Final = 10_000
"""Code points of a normalised text that are read at all; the rest cannot matter to a model of 128 tokens,
but would cost tokenizing time. The API's limit for one text is the same number."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_URL: Final = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
_MENTION: Final = re.compile(r"(?<![\w@])@\w+")
_ENDLESS_REFERENCE: Final = re.compile(r"&#[0-9]{640,};?")  # more digits than int() takes, and no character's number
_PILE: Final = re.compile(r"[^\w\s\x00-\u02ff\u2000-\u20cf]{30}")
"""Signs in a row that may all be accents on one letter, which NFKC sorts in quadratic time. A U+034F after every thirty
divides the work: Unicode's Stream-Safe Text Format (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format)."""
_HASHTAG: Final = re.compile(r"#(\w+)")
_HUMP: Final = re.compile(r"_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])")
_LENGTHENED: Final = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_QUOTES: Final = str.maketrans(dict.fromkeys("‘’‛", "'") | dict.fromkeys("“”„‟", '"'))
_SPACE: Final = re.compile(r"\s+")


def normalise(text: str, version: int = TEXT_VERSION) -> str:
    """Bring a tweet into the form that a model was trained on.

    Lone surrogates, which no UTF-8 text can hold, become U+FFFD; HTML entities are decoded, as tweets came from
    Twitter's API with ``&amp;`` for ``&``; mentions become ``@user`` and links ``http``, the convention of TweetEval
    (Barbieri et al. 2020, https://arxiv.org/abs/2010.12421); white space is collapsed. From version 2 on, emoji and
    emoticons become words, hashtags are split at their capitals, a letter repeated three times or more stands twice,
    and letters in fancy styles become plain (Unicode's NFKC). Case and punctuation are the tokenizer's business.

    Args:
        text: Any string, of any length.
        version: One of `TEXT_VERSIONS`.

    Returns:
        The normalised text, encodable as UTF-8, without leading or trailing white space.
    """
    text = replace_surrogates(text)
    text = html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text))
    text = _URL.sub("http", text)
    text = _MENTION.sub("@user", text)
    if version > 1:
        text = _spell_out(text)
    return _SPACE.sub(" ", text).strip()


def _spell_out(text: str) -> str:
    """Turn what tweets say by other means than plain words into words."""
    text = put_into_words(text.translate(_QUOTES))  # quotes first: with a straight one, :’( is an emoticon
    text = unicodedata.normalize("NFKC", _PILE.sub(lambda match: f"{match[0]}\u034f", text))
    text = _HASHTAG.sub(lambda match: f"# {_HUMP.sub(' ', match[1])}", text)
    return _LENGTHENED.sub(r"\1\1", text)


def replace_surrogates(text: str) -> str:
    """The text with every lone surrogate replaced by U+FFFD, so that it can be encoded as UTF-8."""
    return _SURROGATE.sub("\ufffd", text)
