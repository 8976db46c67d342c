"""Times the library in a process of its own, without a server: a list, hundreds of texts, one text after another.

`serving.py` runs it: a JSON array of texts from stdin, one JSON object of numbers to stdout.
"""

import json
import statistics
import sys
import time

from tweetmoji import Emojifier, load

HUNDRED = 100
WARM_UP = 64
"""Texts before anything is timed."""

SINGLE = 300
"""Texts that are predicted one after another."""


def measure(emojifier: Emojifier, texts: list[str]) -> dict[str, float]:
    """Measure texts in a second for the whole list and in hundreds, and the median milliseconds of one text."""
    emojifier.predict(texts[:WARM_UP])
    start = time.perf_counter()
    emojifier.predict(texts)
    list_s = time.perf_counter() - start
    hundreds = cut_hundreds(texts)
    start = time.perf_counter()
    for hundred in hundreds:
        emojifier.predict(hundred)
    hundreds_s = time.perf_counter() - start
    milliseconds = []
    for text in texts[:SINGLE]:
        start = time.perf_counter()
        emojifier(text)
        milliseconds.append(1000 * (time.perf_counter() - start))
    return {
        "list_texts_per_s": len(texts) / list_s,
        "hundreds_texts_per_s": HUNDRED * len(hundreds) / hundreds_s,
        "one_text_ms": statistics.median(milliseconds),
    }


def cut_hundreds(texts: list[str]) -> list[list[str]]:
    """Cut texts into lists of a hundred; what remains is left out."""
    return [texts[i : i + HUNDRED] for i in range(0, len(texts) - HUNDRED + 1, HUNDRED)]


if __name__ == "__main__":
    json.dump(measure(load(), json.load(sys.stdin)), sys.stdout)
