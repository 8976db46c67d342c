"""Which sources there are, and opening one by its name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tweetmoji.data.goemotions import GoEmotionsSource, NeutralSource
from tweetmoji.data.home import HomeSource
from tweetmoji.data.labelled import LabelledTexts
from tweetmoji.data.remote import HuggingFaceSource, KaggleSource
from tweetmoji.data.source import EVALUATION_SPLITS, Source
from tweetmoji.data.styled import StyledSource
from tweetmoji.data.table import TableSource
from tweetmoji.data.tweeteval import TweetEvalSource
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError, SettingError

FOLDER_SOURCES: Final = (HomeSource, TweetEvalSource, GoEmotionsSource)
"""Sources that lie in a folder of their own within the root of all datasets."""

SOURCES: Final = tuple(source.name for source in (*FOLDER_SOURCES, HuggingFaceSource, KaggleSource, TableSource))
"""Sources that a model can be trained and scored on."""

OWN_LABEL_SOURCES: Final = (HomeSource.name, TableSource.name)
"""Sources whose files may have any labels; those of the others mean some of the six emotions."""

TRAINING_SOURCES: Final = (*SOURCES, NeutralSource.name, StyledSource.name)
"""Names that `open_source` knows: texts without an emotion, and such as are made, are only good to train on."""


def open_source(
    name: str,
    path: Path | None,
    labels: Sequence[str] = EMOTIONS,
    *,
    text_column: str = "text",
    label_column: str = "label",
) -> Source:
    """Open a source by its name.

    Args:
        name: One of `TRAINING_SOURCES`.
        path: Root of the datasets, or the source's own folder; for ``table``, a file or a folder of files. What
            Hugging Face and Kaggle offer is fetched, so they need none.
        labels: Label names of the model, which the texts of ``home`` and ``table`` have to have.
        text_column: Column of a table that holds the texts.
        label_column: Column of a table that holds the labels.

    Raises:
        DataError: There is no such folder or file.
        SettingError: There is no such source, or no path was given for one that needs it.
    """
    fetched = {HuggingFaceSource.name: HuggingFaceSource, KaggleSource.name: KaggleSource}
    if name in fetched:
        return fetched[name](labels)
    if name not in TRAINING_SOURCES:
        raise SettingError(f"unknown source {name!r}; expected one of {', '.join(SOURCES)}")
    if path is None:
        raise SettingError(f"source {name} needs a place; name it with --data or TWEETMOJI_DATA_DIR")
    if name == TableSource.name:
        return TableSource(path, labels, text_column=text_column, label_column=label_column)
    if name == HomeSource.name:
        return HomeSource(path, labels)
    fixed = {source.name: source for source in (TweetEvalSource, GoEmotionsSource, NeutralSource, StyledSource)}
    return fixed[name](path)


def find_sources(root: Path, labels: Sequence[str] = EMOTIONS) -> list[Source]:
    """The sources whose folders lie in the root of all datasets.

    Raises:
        DataError: There is no such root, or it holds none of them.
    """
    present = [source for source in FOLDER_SOURCES if (root / source.folder_name).is_dir()]
    if not present:
        names = ", ".join(f"{source.folder_name}/" for source in FOLDER_SOURCES)
        raise DataError(f"{root}: holds no dataset; expected some of {names}")
    return [open_source(source.name, root, labels) for source in present]


def read_evaluation_splits(sources: Sequence[Source]) -> list[LabelledTexts]:
    """Every split of the sources that nothing may be trained on."""
    return [source.read(split) for source in sources for split in source.splits if split in EVALUATION_SPLITS]
