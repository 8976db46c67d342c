"""Opening a source by its name, and finding those in a folder of datasets."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tweetmoji.data import names
from tweetmoji.data.sources.base import EVALUATION_SPLITS, LabeledSource, Source
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.sources.goemotions import GoEmotionsSource, NeutralSource
from tweetmoji.data.sources.hub import HuggingFaceSource, KaggleSource
from tweetmoji.data.sources.table import TableSource
from tweetmoji.data.sources.tweeteval import TweetEvalSource
from tweetmoji.data.synthetic import SyntheticSource
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError, SettingError

FOLDER_SOURCES: Final = (EmotionSource, TweetEvalSource, GoEmotionsSource)
"""Sources that have a folder within the root of all datasets."""

HUB_SOURCES: Final = {source.name: source for source in (HuggingFaceSource, KaggleSource)}
SIX_EMOTION_SOURCES: Final = {source.name: source for source in (TweetEvalSource, GoEmotionsSource, SyntheticSource)}


def open_source(
    name: str,
    path: Path | None,
    labels: Sequence[str] = EMOTIONS,
    *,
    text_column: str = "text",
    label_column: str = "label",
) -> LabeledSource:
    """Open a source of labeled texts by its name.

    Args:
        name: One of `tweetmoji.data.names.TRAINING_SOURCES`, except neutral.
        path: Root of the datasets, or the source's own folder; for ``table``, a file or a folder of files. What
            Hugging Face and Kaggle offer is fetched and needs none.
        labels: Label names of the model, which the texts of ``emotion`` and ``table`` have.
        text_column: Column of a table that holds the texts.
        label_column: Column of a table that holds the labels.

    Raises:
        DataError: There is no such folder or file.
        SettingError: There is no such source, its texts have no labels, or no path was given for one that needs it.
    """
    if name not in names.TRAINING_SOURCES:
        raise SettingError(f"unknown source {name!r}; expected one of {', '.join(names.TRAINING_SOURCES)}")
    if name == names.NEUTRAL:
        raise SettingError(f"source {name} has no labels; expected one of {', '.join(names.SOURCES)}: name another")
    if name in HUB_SOURCES:
        return HUB_SOURCES[name](labels)
    path = _require_path(name, path)
    if name == names.TABLE:
        return TableSource(path, labels, text_column=text_column, label_column=label_column)
    if name == names.EMOTION:
        return EmotionSource(path, labels)
    return SIX_EMOTION_SOURCES[name](path)


def open_training_source(
    name: str, path: Path | None, labels: Sequence[str], *, text_column: str, label_column: str
) -> Source:
    """Open any source by its name, as `open_source` does, or the one whose texts have no labels."""
    if name == names.NEUTRAL:
        return NeutralSource(_require_path(name, path))
    return open_source(name, path, labels, text_column=text_column, label_column=label_column)


def find_sources(root: Path, labels: Sequence[str] = EMOTIONS) -> list[LabeledSource]:
    """Open the sources whose folders are in the root of all datasets.

    Raises:
        DataError: There is no such root, or it holds none of them.
    """
    present = [source for source in FOLDER_SOURCES if (root / source.folder_name).is_dir()]
    if not present:
        folders = ", ".join(f"{source.folder_name}/" for source in FOLDER_SOURCES)
        raise DataError(f"{root}: holds no dataset; expected some of {folders}")
    return [open_source(source.name, root, labels) for source in present]


def read_evaluation_splits(sources: Iterable[Source]) -> list[LabeledTexts]:
    """Read every val and test split of the sources that have labels; nothing may be trained on them."""
    return [
        source.read(split)
        for source in sources
        if isinstance(source, LabeledSource)
        for split in source.splits
        if split in EVALUATION_SPLITS
    ]


def _require_path(name: str, path: Path | None) -> Path:
    if path is None:
        raise SettingError(f"source {name} needs a folder; name it with --data or TWEETMOJI_DATA_DIR")
    return path
