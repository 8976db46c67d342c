"""The names of all sources, and how a command line names one. Imports nothing heavy, so that options stay fast."""

from dataclasses import dataclass
from typing import Final

from tweetmoji.errors import SettingError

EMOTION: Final = "emotion"
TWEETEVAL: Final = "tweeteval"
GOEMOTIONS: Final = "goemotions"
HUGGING_FACE: Final = "huggingface"
KAGGLE: Final = "kaggle"
TABLE: Final = "table"
EMOJI_TWEETS: Final = "emoji"
WRITTEN: Final = "written"
ANNOTATED: Final = "annotated"
NEUTRAL: Final = "neutral"
SYNTHETIC: Final = "synthetic"

OWN_DATA_SOURCES: Final = (WRITTEN, ANNOTATED)
"""Sources of the project's own texts and labels, which ``--own-data`` names the folder of."""

SOURCES: Final = (EMOTION, TWEETEVAL, GOEMOTIONS, EMOJI_TWEETS, HUGGING_FACE, KAGGLE, TABLE, *OWN_DATA_SOURCES)
"""Sources to score a model on."""

TRAINING_SOURCES: Final = (*(name for name in SOURCES if name != EMOJI_TWEETS), NEUTRAL, SYNTHETIC)
"""Sources to train labels on. Neutral texts have no label to score, and people did not write synthetic texts: both are
for training only. Tweets with emoji have no labels; suggestions are learned from them."""

ALL_SOURCES: Final = (*SOURCES, NEUTRAL, SYNTHETIC)
"""All sources."""

CUSTOM_LABEL_SOURCES: Final = (EMOTION, TABLE)
"""Sources whose files may have any labels; the labels of the others map to the six emotions."""

TWEETS: Final = "tweets"
DENIALS: Final = "denials"
TWEET_COLLECTIONS: Final = (TWEETS, EMOJI_TWEETS)
"""Collections of tweets without labels."""

UNLABELED: Final = (*TWEET_COLLECTIONS, DENIALS)
"""Collections of texts whose labels are not known, or not to be believed."""


@dataclass(frozen=True)
class SourceChoice:
    """A source to train on, and how many of its texts an epoch takes; None for each text once.

    Each epoch draws others at random. Of a source with fewer texts than that, an epoch takes some several times.
    """

    name: str
    rows: int | None = None


def parse_choice(text: str) -> SourceChoice:
    """Parse ``NAME`` or ``NAME:ROWS``.

    Raises:
        SettingError: ROWS is not a positive whole number.
    """
    name, colon, rows = text.partition(":")
    if not colon:
        return SourceChoice(name)
    if not (rows.isascii() and rows.isdecimal() and int(rows) > 0):
        raise SettingError(
            f"source {text!r}: {rows!r} is not a number of rows; expected for example {name}:5000: correct it"
        )
    return SourceChoice(name, int(rows))
