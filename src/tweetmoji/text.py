"""What a tweet goes through before the tokenizer: one function, used by training and by runtime alike.

The rules have a version, which an artefact records in its ``config.json``: a model trained under other rules than
these is refused at load, because it would read its input differently from how it learned to.
"""

import html
import re
from typing import Final

TEXT_VERSION: Final = 1
"""Version of the rules of `normalise`; raised whenever one of them changes."""

MAX_CHARS: Final = 10_000
"""Code points of a normalised text that are read at all; the rest cannot matter to a model of 128 tokens,
but would cost tokenizing time. The API's limit for one text is the same number."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_URL: Final = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
_MENTION: Final = re.compile(r"(?<![\w@])@\w+")
_ENDLESS_REFERENCE: Final = re.compile(r"&#[0-9]{640,};?")  # more digits than int() takes, and no character's number
_SPACE: Final = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Bring a tweet into the form that the model was trained on.

    Lone surrogates, which no UTF-8 text can hold, become U+FFFD; HTML entities are decoded, as tweets came from
    Twitter's API with ``&amp;`` for ``&``; mentions become ``@user`` and links ``http``, the convention of TweetEval
    (Barbieri et al. 2020, https://arxiv.org/abs/2010.12421); white space is collapsed. Case, punctuation and
    emoji stay as they are: they are the tokenizer's business.

    Args:
        text: Any string, of any length.

    Returns:
        The normalised text, encodable as UTF-8, without leading or trailing white space.
    """
    text = replace_surrogates(text)
    text = html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text))
    text = _URL.sub("http", text)
    text = _MENTION.sub("@user", text)
    return _SPACE.sub(" ", text).strip()


def replace_surrogates(text: str) -> str:
    """The text with every lone surrogate replaced by U+FFFD, so that it can be encoded as UTF-8."""
    return _SURROGATE.sub("\ufffd", text)
