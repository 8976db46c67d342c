"""Texts that benchmarks send: real tweets where they are, else generated ones of the same lengths."""

import os
import random
from pathlib import Path

from texts import TWEETS

SEED = 0
WORDS = (
    "i you the day love hate so much really never always feel good bad today happy sad angry scared wow why what "
    "people work home night game song friend miss again just want know think life time this that with about because"
)


def read_texts(count: int) -> tuple[list[str], str]:
    """Read texts in random order, the same each time.

    Args:
        count: How many, at most the number of tweets.

    Returns:
        The texts, and where they come from: the path below ``TWEETMOJI_DATA_DIR``, or "generated".
    """
    generator = random.Random(SEED)
    path = Path(os.environ.get("TWEETMOJI_DATA_DIR", "")) / TWEETS
    if path.is_file():
        tweets = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        return generator.sample(tweets, count), TWEETS
    words = WORDS.split()
    return [" ".join(generator.choices(words, k=generator.randint(5, 40))) for _ in range(count)], "generated"
