"""Writes ``src/tweetmoji/text/emoji.tsv``, the words of every emoji, from the data of the PyPI package ``emoji``.

Run ``python tools/emoji_table.py``. The names there are the English short names of Unicode's CLDR, as Unicode lists
them in emoji-test.txt (https://unicode.org/Public/emoji/latest/emoji-test.txt). The program reads the table only, so
the package is needed for a newer version of Unicode, and at no other time.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tweetmoji.text.emoji_words import DRAWING

TABLE: Final = Path(__file__).parents[1] / "src" / "tweetmoji" / "text" / "emoji.tsv"

EXTRA: Final = {"♡": "white heart"}
"""Signs that Unicode does not list as emoji, and that tweets use as such."""

_TONE: Final = re.compile(r"_(?:medium-)?(?:light|medium|dark)_skin_tone")
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}|\U0001f3f4[\U000e0020-\U000e007f]+")


def make_table(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give emoji, without variation selectors, keycaps and skin tones, their words.

    Args:
        names: Emoji and the name that the package has for it, as in ``("👍🏽", ":thumbs_up_medium_skin_tone:")``.

    Returns:
        Emoji to words, in the order of their code points. Signs that Unicode's NFKC makes plain, such as ™ and ‼, are
        left to `tweetmoji.text.normalize`; skin tones and keycaps of digits have no words.
    """
    table = dict(EXTRA)
    for emoji, name in names:
        key = DRAWING.sub("", emoji)
        if key and not key.isascii() and unicodedata.normalize("NFKC", key) == key:
            table[key] = make_words(emoji, name)
    return dict(sorted(table.items()))


def make_words(emoji: str, name: str) -> str:
    """Write a name as plain words: lower case, single spaces, no punctuation but the apostrophe.

    A flag's name is its country, which alone could be anything about it: the word flag comes first. Of the keycap 🔟
    the number is enough.
    """
    words = _TONE.sub("", name.strip(":")).lower().replace("’", "'").replace("&", "and")
    if _FLAG.fullmatch(emoji):
        words = f"flag {words}"
    words = words.removeprefix("keycap_")
    return " ".join(re.sub(r"[^\w']|_", " ", words.replace(".", "")).split())


def render_table(table: Mapping[str, str]) -> str:
    """One line for each emoji: the emoji, a tab, its words."""
    return "".join(f"{emoji}\t{words}\n" for emoji, words in table.items())


def main() -> None:
    """Write the table."""
    import emoji

    names = ((sign, fields["en"]) for sign, fields in emoji.EMOJI_DATA.items())
    TABLE.write_text(render_table(make_table(names)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
