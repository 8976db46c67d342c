"""Counts doubtful emoticons in real texts, and renders the table of docs/decisions.md from these counts.

Run ``TWEETMOJI_DATA_DIR=… python tools/emoticon_counts.py`` to write ``docs/emoticons.json``. No text is kept.
"""

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

from tweetmoji.data.lines import read_lines
from tweetmoji.evaluate.report.tables import escape_markdown, make_table
from tweetmoji.text import clean
from tweetmoji.text.emoticons import EMOTICONS, replace_emoticons

RESULT: Final = Path(__file__).parents[1] / "docs" / "emoticons.json"

FILES: Final = {
    "tweets": "unlabelled/tweets.txt",
    "TweetEval emoji": "tweeteval-emoji/train_text.txt",
    "TweetEval emotion": "tweeteval-emotion/train_text.txt",
    "GoEmotions": "goemotions/train.tsv",
    "Emotion (dair-ai)": "emotion/train.txt",
}
"""Title of a file to its path in the folder of all datasets."""

ELSE: Final = {
    "D:": "a drive",
    "):": "the end of a parenthesis",
    ":3": "a ratio, a time",
    "<3": "a comparison",
    "=/": "the sign =/=",
    "XD": "a cinema's format",
    "^^": "a pointer to the text above, Reddit's superscript",
    "8)": "a numbered list",
    "B)": "a lettered list",
    "D=": "a formula",
    ":[": "JSON",
    "T.T": "initials",
}
"""Doubtful sign to what else it is or may be."""

EMOTICONS_BY_HAND: Final = {
    "D:": 11,
    "):": 3,
    ":3": 12,
    "<3": 123,
    "=/": 1,
    "XD": 32,
    "^^": 8,
    "8)": 0,
    "B)": 1,
    "T.T": 1,
}
"""Of the occurrences counted, those that are emoticons: each was read in its text."""

_LAST_REPEATED: Final = "3:)^"


def make_pattern(sign: str) -> re.Pattern[str]:
    """A sign after white space and not before a letter or digit; its last character may be repeated."""
    repeated = f"{re.escape(sign[-1])}*" if sign[-1] in _LAST_REPEATED else ""
    return re.compile(rf"(?<!\S){re.escape(sign)}{repeated}(?!\w)")


def count(texts: list[str]) -> tuple[Counter[str], Counter[str]]:
    """Count each doubtful sign, and how often the rules read it as an emoticon."""
    found: Counter[str] = Counter()
    read: Counter[str] = Counter()
    patterns = {sign: make_pattern(sign) for sign in ELSE}
    for text in map(clean, texts):
        rest = None
        for sign, pattern in patterns.items():
            if occurrences := len(pattern.findall(text)):
                rest = replace_emoticons(text) if rest is None else rest
                found[sign] += occurrences
                read[sign] += occurrences - len(pattern.findall(rest))
    return found, read


def render_emoticons(result: dict[str, Any]) -> str:
    """The table of the doubtful signs, from what `main` wrote."""
    known = {sign for row in EMOTICONS.values() for sign in row.split()}
    rows = [
        [
            escape_markdown(row["sign"]),
            row["else"],
            f"{row['found']:,}",
            "" if row["emoticons"] is None else f"{row['emoticons']:,}",
            f"{row['read']:,}",
            "read" if row["sign"] in known else "not read",
        ]
        for row in result["signs"]
    ]
    titles = ["what else it may be", "found", "emoticons by hand", "read by the rules", "decision"]
    return make_table([f"sign, in {sum(result['texts'].values()):,} texts", *titles], rows)


def main() -> None:
    """Count in all files, and write the result."""
    folder = os.environ.get("TWEETMOJI_DATA_DIR")
    if not folder:
        sys.exit("emoticon_counts: TWEETMOJI_DATA_DIR names no folder of datasets")
    root = Path(folder)
    texts = {title: read_lines(root / path, "a text a line").lines for title, path in FILES.items()}
    texts["GoEmotions"] = [line.split("\t")[0] for line in texts["GoEmotions"]]
    found, read = count([text for part in texts.values() for text in part])
    signs = [
        {"sign": sign, "else": text, "found": found[sign], "emoticons": EMOTICONS_BY_HAND.get(sign), "read": read[sign]}
        for sign, text in ELSE.items()
    ]
    result = {"texts": {title: len(part) for title, part in texts.items()}, "signs": signs}
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
