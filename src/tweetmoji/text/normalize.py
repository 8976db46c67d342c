"""Text normalization: one function, used by training and by runtime alike.

The rules have a version, which an artifact records in its ``config.json``. A model reads its input by the rules that it
learned under, so an artifact of another version is refused at load.

Most tweets are ASCII and have few of the signs that a rule is about. Looking for the sign first takes a fraction of the
time of a pattern that finds nothing.
"""

import html
import re
import unicodedata
from typing import Final

from tweetmoji.text.emoji_words import replace_emoji
from tweetmoji.text.emoticons import replace_emoticons

TEXT_VERSION: Final = 3
"""Version of the rules. Raise it whenever one of them changes."""

MAX_CHARS: Final = 10_000
"""Code points of a normalized text that are read. A model of 128 tokens sees no more, but tokenizing
more costs time. The API's limit for one text is the same number."""

MAX_RAW_CHARS: Final = 100 * MAX_CHARS
"""Code points of a text, as it comes, that are looked at. Only a text that normalization makes a hundred times shorter,
such as one of a million spaces, has more to read after them. Normalizing them all takes 10 to 400 MB."""

_FIRST_RAW_CHARS: Final = 2 * MAX_CHARS
"""Code points that are normalized first: of an ordinary text, all that is read comes from them."""

_END_CHARS: Final = 1_000
"""Normalized code points at the end of a cut text that may depend on what comes after the cut: half a link or emoticon,
or a run of accents without its last, of which `_ACCENT_RUN` leaves at most 30, and NFKC makes at most 18 of each."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
URL: Final = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
"""A link, which is read as ``http``."""
MENTION: Final = re.compile(r"(?<![\w@])@\w+")
"""A mention, which is read as ``@user``."""
ENDLESS_REFERENCE: Final = re.compile(r"&#[0-9]{640,};?")
"""An entity with more digits than int() takes, and no character's number: it is read as U+FFFD."""
_ACCENT_RUN: Final = re.compile(r"[^\w\s\x00-\u02ff\u2000-\u20cf]{30}")
"""Thirty characters that may all be accents on one letter. NFKC sorts accents in quadratic time, so a U+034F goes after
every run: Unicode's Stream-Safe Text Format (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format)."""
_HASHTAG: Final = re.compile(r"#(\w+)")
_WORD_BOUNDARY: Final = re.compile(r"_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])")
_ELONGATION: Final = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_TRIPLE: Final = re.compile(r"(.)\1\1")
QUOTES: Final = str.maketrans(dict.fromkeys("‘’‛", "'") | dict.fromkeys("“”„‟", '"'))
"""Curly quotes to the straight ones that they are read as."""


def normalize(text: str) -> str:
    """Bring a tweet into the form that models are trained on.

    `clean` comes first. Then emoji and emoticons become words, letters in fancy styles become plain (Unicode's NFKC),
    hashtags are split at their capitals, and a letter repeated three times or more is kept twice. Case and punctuation
    are the tokenizer's business.

    Args:
        text: Any string, of any length.

    Returns:
        The normalized text, encodable as UTF-8, without leading or trailing white space.
    """
    text = _replace_noise(text)
    if not text.isascii():
        text = text.translate(QUOTES)  # before emoticons: with a straight quote, :’( is one
    text = replace_emoji(replace_emoticons(text))
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _ACCENT_RUN.sub(lambda match: f"{match[0]}\u034f", text))
    if "#" in text:
        text = _HASHTAG.sub(lambda match: f"# {_WORD_BOUNDARY.sub(' ', match[1])}", text)
    if not text.isascii() or _TRIPLE.search(text.lower()):
        text = _ELONGATION.sub(r"\1\1", text)
    return _collapse_spaces(text)


def normalize_start(text: str) -> tuple[str, bool]:
    """Normalize as much of a text as is read, in time and memory that do not grow with its length.

    Args:
        text: Any string, of any length.

    Returns:
        The first `MAX_CHARS` code points of the normalized text, and whether there is more of it. Of a text of more
        than `MAX_RAW_CHARS`, what comes after these is left out.
    """
    size = _FIRST_RAW_CHARS
    normalized = normalize(text[:size])
    while size < min(len(text), MAX_RAW_CHARS) and len(normalized) < MAX_CHARS + _END_CHARS:
        size = min(4 * size, MAX_RAW_CHARS)
        normalized = normalize(text[:size])
    more = len(normalized) > MAX_CHARS or (size < len(text) and not text[size:].isspace())
    return normalized[:MAX_CHARS], more


def clean(text: str) -> str:
    """Remove what differs between two copies of a tweet, and keep the words and signs of its writer.

    Lone surrogates, which no UTF-8 text can hold, become U+FFFD. HTML entities are decoded, since Twitter's API gave
    ``&amp;`` for ``&``. Mentions become ``@user`` and links ``http``, the convention of TweetEval (Barbieri et al.
    2020, https://arxiv.org/abs/2010.12421). White space is collapsed.

    Args:
        text: Any string, of any length.

    Returns:
        The cleaned text, encodable as UTF-8, without leading or trailing white space.
    """
    return _collapse_spaces(_replace_noise(text))


def replace_surrogates(text: str) -> str:
    """Replace every lone surrogate by U+FFFD, which UTF-8 can encode."""
    return _SURROGATE.sub("\ufffd", text)


def _replace_noise(text: str) -> str:
    if not text.isascii():
        text = replace_surrogates(text)
    if "&" in text:
        text = html.unescape(ENDLESS_REFERENCE.sub("\ufffd", text))
    lower = text.lower()
    if "http" in lower or "www." in lower:
        text = URL.sub("http", text)
    return MENTION.sub("@user", text) if "@" in text else text


def _collapse_spaces(text: str) -> str:
    return " ".join(text.split())
