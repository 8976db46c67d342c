"""Opening a source by its name, and finding those in a folder of datasets."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tweetmoji.data import names
from tweetmoji.data.sources.annotated import AnnotatedSource
from tweetmoji.data.sources.base import EVALUATION_SPLITS, LabeledSource, Source
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.sources.goemotions import GoEmotionsSource, NeutralSource
from tweetmoji.data.sources.hub import HuggingFaceSource, KaggleSource
from tweetmoji.data.sources.synthetic import SyntheticSource
from tweetmoji.data.sources.table import TableSource
from tweetmoji.data.sources.tweeteval import EmojiSource, TweetEvalSource
from tweetmoji.data.sources.written import WrittenSource
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.data.unlabeled import UNLABELED_FOLDERS
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError, SettingError

FOLDER_SOURCES: Final = (EmotionSource, TweetEvalSource, GoEmotionsSource, EmojiSource)
"""Sources that have a folder within the root of all datasets."""

HUB_SOURCES: Final = {source.name: source for source in (HuggingFaceSource, KaggleSource)}
FIXED_LABEL_SOURCES: Final = {
    source.name: source for source in (TweetEvalSource, GoEmotionsSource, EmojiSource, SyntheticSource)
}


def open_source(
    name: str,
    path: Path | None,
    labels: Sequence[str] = EMOTIONS,
    *,
    text_column: str = "text",
    label_column: str = "label",
    own_data: Path | None = None,
) -> LabeledSource:
    """Open a source of labeled texts by its name.

    Args:
        name: One of `tweetmoji.data.names.ALL_SOURCES`, except neutral.
        path: Root of the datasets, or the source's own folder; for ``table``, a file or a folder of files. What
            Hugging Face and Kaggle offer is fetched and needs none.
        labels: Label names of the model, which the texts of ``emotion`` and ``table`` have.
        text_column: Column of a table that holds the texts.
        label_column: Column of a table that holds the labels.
        own_data: Folder of the project's own data, which ``written`` and ``annotated`` need. The tweets of
            ``annotated`` are in the root of the datasets.

    Raises:
        DataError: There is no such folder or file.
        SettingError: There is no such source, its texts have no labels, or no folder was given for one that needs it.
    """
    if name not in names.ALL_SOURCES:
        raise SettingError(f"unknown source {name!r}; expected one of {', '.join(names.ALL_SOURCES)}")
    if name == names.NEUTRAL:
        raise SettingError(f"source {name} has no labels; expected one of {', '.join(names.SOURCES)}: name another")
    if name in HUB_SOURCES:
        return HUB_SOURCES[name](labels)
    if name == names.WRITTEN:
        return WrittenSource(_require_own_data(name, own_data))
    if name == names.ANNOTATED:
        return AnnotatedSource(_require_own_data(name, own_data), _require_path(name, path))
    path = _require_path(name, path)
    if name == names.TABLE:
        return TableSource(path, labels, text_column=text_column, label_column=label_column)
    if name == names.EMOTION:
        return EmotionSource(path, labels)
    return FIXED_LABEL_SOURCES[name](path)


def open_training_source(
    name: str,
    path: Path | None,
    labels: Sequence[str],
    *,
    text_column: str,
    label_column: str,
    own_data: Path | None = None,
) -> Source:
    """Open a source to train labels on by its name: one that `open_source` opens, or neutral.

    Raises:
        DataError: As `open_source`.
        SettingError: As `open_source`, or its texts have no labels to train on.
    """
    if name == names.EMOJI_TWEETS:
        raise SettingError(
            f"source {name} has no labels to train on; expected one of {', '.join(names.TRAINING_SOURCES)}: give the "
            "finished model suggestions with tweetmoji train-suggestions"
        )
    if name == names.NEUTRAL:
        return NeutralSource(_require_path(name, path))
    return open_source(name, path, labels, text_column=text_column, label_column=label_column, own_data=own_data)


def find_sources(root: Path, labels: Sequence[str] = EMOTIONS, *, own_data: Path | None = None) -> list[LabeledSource]:
    """Open the sources whose folders are in the root of all datasets, and those of the project's own data.

    Raises:
        DataError: There is no such root, it holds none of them, or there is no such folder of own data.
    """
    present = [source for source in FOLDER_SOURCES if (root / source.folder_name).is_dir()]
    if not present:
        folders = ", ".join(f"{source.folder_name}/" for source in FOLDER_SOURCES)
        raise DataError(f"{root}: holds no dataset; expected some of {folders}")
    return [*(open_source(source.name, root, labels) for source in present), *find_own_sources(own_data, root)]


def find_own_sources(own_data: Path | None, root: Path | None) -> list[LabeledSource]:
    """Open the sources of the project's own data: the annotated tweets only where the tweets are.

    Args:
        own_data: Their folder; None for none of them.
        root: Root of all datasets.

    Raises:
        DataError: There is no such folder.
    """
    if own_data is None:
        return []
    tweets = root is not None and any((root / folder).is_dir() for folder in UNLABELED_FOLDERS)
    present = names.OWN_DATA_SOURCES if tweets else (names.WRITTEN,)
    return [open_source(name, root, own_data=own_data) for name in present]


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


def _require_own_data(name: str, own_data: Path | None) -> Path:
    if own_data is None:
        raise SettingError(
            f"source {name} needs the folder of the project's own data; name it with --own-data: data/ of tweetmoji's "
            "repository"
        )
    return own_data
