"""Texts ready to use: sources, what their labels mean, corpora for training.

Importing this package imports no numpy; the first use of a name does.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

from tweetmoji.data.names import SOURCES, TRAINING_SOURCES, UNLABELED, SourceChoice, parse_choice

if TYPE_CHECKING:
    from tweetmoji.data.class_map import marginalize
    from tweetmoji.data.corpus import Corpus, read_corpus
    from tweetmoji.data.labels import LabelSet, read_labels
    from tweetmoji.data.overlap import comparison_key, find_overlap, leave_out
    from tweetmoji.data.registry import find_sources, open_source, read_evaluation_splits
    from tweetmoji.data.sources.base import EVALUATION_SPLITS, SPLITS, LabeledSource, Source
    from tweetmoji.data.texts import LabeledTexts, NeutralTexts, Texts, TrainingTexts, UnlabeledTexts
    from tweetmoji.data.unlabeled import read_unlabeled

__all__ = [
    "EVALUATION_SPLITS",
    "SOURCES",
    "SPLITS",
    "TRAINING_SOURCES",
    "UNLABELED",
    "Corpus",
    "LabelSet",
    "LabeledSource",
    "LabeledTexts",
    "NeutralTexts",
    "Source",
    "SourceChoice",
    "Texts",
    "TrainingTexts",
    "UnlabeledTexts",
    "comparison_key",
    "find_overlap",
    "find_sources",
    "leave_out",
    "marginalize",
    "open_source",
    "parse_choice",
    "read_corpus",
    "read_evaluation_splits",
    "read_labels",
    "read_unlabeled",
]

MODULES: Final = {
    "EVALUATION_SPLITS": "sources.base",
    "SPLITS": "sources.base",
    "LabeledSource": "sources.base",
    "Source": "sources.base",
    "Corpus": "corpus",
    "read_corpus": "corpus",
    "LabelSet": "labels",
    "read_labels": "labels",
    "LabeledTexts": "texts",
    "NeutralTexts": "texts",
    "Texts": "texts",
    "TrainingTexts": "texts",
    "UnlabeledTexts": "texts",
    "comparison_key": "overlap",
    "find_overlap": "overlap",
    "leave_out": "overlap",
    "find_sources": "registry",
    "open_source": "registry",
    "read_evaluation_splits": "registry",
    "marginalize": "class_map",
    "read_unlabeled": "unlabeled",
}
"""Name to the module that defines it."""


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a module when one of its names is first used."""
    if name in MODULES:
        return getattr(importlib.import_module(f"tweetmoji.data.{MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
