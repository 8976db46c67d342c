"""Sources of labelled texts: where they lie, what their labels mean, what stands in two of them."""

from tweetmoji.data.divide import DividedTable
from tweetmoji.data.labelled import LabelledTexts
from tweetmoji.data.overlap import comparison_key, find_overlap
from tweetmoji.data.source import EVALUATION_SPLITS, SPLITS, Source
from tweetmoji.data.sources import (
    OWN_LABEL_SOURCES,
    SOURCES,
    TRAINING_SOURCES,
    find_sources,
    open_source,
    read_evaluation_splits,
)
from tweetmoji.data.table import ALL, TableSource
from tweetmoji.data.unlabelled import UNLABELLED, read_unlabelled

__all__ = [
    "ALL",
    "EVALUATION_SPLITS",
    "OWN_LABEL_SOURCES",
    "SOURCES",
    "SPLITS",
    "TRAINING_SOURCES",
    "UNLABELLED",
    "DividedTable",
    "LabelledTexts",
    "Source",
    "TableSource",
    "comparison_key",
    "find_overlap",
    "find_sources",
    "open_source",
    "read_evaluation_splits",
    "read_unlabelled",
]
