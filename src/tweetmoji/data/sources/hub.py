"""Emotion (dair-ai) from the two services that offer it: Hugging Face and Kaggle.

Each service's own client library fetches the files and caches them. Their rows are put into ``text;label`` lines, which
must equal the original file to the byte.
"""

import hashlib
import sys
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Final

from tweetmoji.data import names
from tweetmoji.data.lines import read_bytes, read_lines
from tweetmoji.data.sources.base import LabeledSource
from tweetmoji.data.sources.emotion import FILE_FORMAT, parse_emotion_file
from tweetmoji.data.table_formats import parse_parquet
from tweetmoji.data.texts import LabeledTexts
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError, needs_extra, shorten

SHA256: Final = MappingProxyType(
    {
        "train": "3ab03d945a6cb783d818ccd06dafd52d2ed8b4f62f0f85a09d7d11870865b190",
        "val": "34faaa31962fe63cdf5dbf6c132ef8ab166c640254ab991af78f3aea375e79ef",
        "test": "60f531690d20127339e7f054edc299a82c627b5ec0dd5d552d53d544e0cfcc17",
    }
)
"""Split to the hex SHA-256 of its ``text;label`` file as published: train.txt, val.txt or test.txt."""

DOWNLOAD_ADVICE: Final = f"or download the files and name their folder: --source {names.EMOTION} --data DIR"
"""What to do where a service does not help, for messages."""


@dataclass(frozen=True)
class Fetched:
    """A split in the cache of a service's client library.

    Attributes:
        path: The file.
        stale: What to delete in order to fetch it again.
    """

    path: Path
    stale: Path


class RemoteSource(LabeledSource):
    """A service that offers the dataset.

    Attributes:
        place: The service and the dataset's name there, for messages.
        login: How to log in there, for messages.
    """

    place: ClassVar[str]
    login: ClassVar[str]

    def __init__(self, labels: Sequence[str] = EMOTIONS) -> None:
        """Choose the labels; nothing is fetched before `read`.

        Args:
            labels: The label names that may occur, in column order.
        """
        self.labels = tuple(labels)

    def read(self, split: str) -> LabeledTexts:
        """Fetch and read one split; see `Source.read`.

        Raises:
            DataError: The service cannot be reached, refuses or fails, or what came is not the dataset.
            MissingExtraError: The service's client library is not installed.
        """
        self.check_split(split)
        fetched = self.fetch(split)
        try:
            content = self.format_lines(fetched.path)
            _check_digest(content, fetched.path, split)
        except DataError as error:
            raise DataError(f"{error}; delete {fetched.stale} and try again, {DOWNLOAD_ADVICE}") from None
        return parse_emotion_file(content, f"{self.place}, {split}", split, self.labels, self.name)

    @abstractmethod
    def fetch(self, split: str) -> Fetched:
        """Fetch one split, or find it in the cache; raises as `read` does."""

    @abstractmethod
    def format_lines(self, path: Path) -> bytes:
        """Format what the file at ``path`` holds as ``text;label`` lines in UTF-8.

        Raises:
            DataError: The file is missing or damaged.
        """

    @contextmanager
    def explaining_errors(self) -> Iterator[None]:
        """Turn whatever a client library raises into one line that says what failed and what to do."""
        try:
            yield
        except Exception as error:  # each library raises its own errors and those of the HTTP client below it
            reason = _explain(error, self.login)
            raise DataError(f"{self.place} cannot be fetched: {reason}, {DOWNLOAD_ADVICE}") from error


class HuggingFaceSource(RemoteSource):
    """The dataset at Hugging Face: a Parquet file for each split."""

    name: ClassVar[str] = names.HUGGING_FACE
    dataset: ClassVar[str] = "dair-ai/emotion"
    place: ClassVar[str] = f"Hugging Face dataset {dataset}"
    login: ClassVar[str] = "run 'hf auth login', or set HF_TOKEN to a valid token or not at all"

    def fetch(self, split: str) -> Fetched:
        """Fetch the Parquet file of a split; see `RemoteSource.fetch`."""
        with needs_extra("data"):
            from huggingface_hub import hf_hub_download
        name = "validation" if split == "val" else split
        with self.explaining_errors():
            link = hf_hub_download(self.dataset, f"split/{name}-00000-of-00001.parquet", repo_type="dataset")
        path = Path(link).resolve()  # deleting the link alone would bring the same file back
        return Fetched(path, stale=path)

    def format_lines(self, path: Path) -> bytes:
        """Format the rows of a Parquet file; its column ``label`` holds indices into `EMOTIONS`."""
        content = read_bytes(path, "a Parquet file")
        lines = [
            f"{row.text};{_name_label(row.label, f'{path}:{row.number}')}\n"
            for row in parse_parquet(content, str(path), ("text", "label"))
        ]
        return "".join(lines).encode("utf-8")


class KaggleSource(RemoteSource):
    """The dataset at Kaggle: an archive with the original files."""

    name: ClassVar[str] = names.KAGGLE
    dataset: ClassVar[str] = "praveengovi/emotions-dataset-for-nlp"
    place: ClassVar[str] = f"Kaggle dataset {dataset}"
    login: ClassVar[str] = "set KAGGLE_API_TOKEN to a token from https://www.kaggle.com/settings"

    def fetch(self, split: str) -> Fetched:
        """Fetch the archive, of which kagglehub keeps the files; see `RemoteSource.fetch`."""
        with redirect_stdout(sys.stderr):  # kagglehub reports on stdout, where a command's results belong
            with needs_extra("data"):
                from kagglehub import dataset_download
            with self.explaining_errors():
                # with a version, files in the cache are found without asking Kaggle for the newest one
                folder = Path(dataset_download(f"{self.dataset}/versions/1"))
        return Fetched(folder / f"{split}.txt", stale=folder)

    def format_lines(self, path: Path) -> bytes:
        r"""Format the lines of a file, each ended by ``\n``."""
        return "".join(f"{line}\n" for line in read_lines(path, FILE_FORMAT).lines).encode("utf-8")


def _name_label(number: object, where: str) -> str:
    """Find the name of a label that the service gives as a number."""
    if not isinstance(number, int) or not 0 <= number < len(EMOTIONS):
        raise DataError(f"{where}: label {number!r:.60}; expected a number from 0 to {len(EMOTIONS) - 1}")
    return EMOTIONS[number]


def _check_digest(content: bytes, path: Path, split: str) -> None:
    """Refuse a split that is not the original one."""
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256[split]:
        raise DataError(
            f"{path}: not the {split} split as published: its text;label lines have the SHA-256 {digest[:12]}…, "
            f"expected {SHA256[split][:12]}…"
        )


def _explain(error: BaseException, login: str) -> str:
    """Say what went wrong between a client library and its service, and what to do about it."""
    chain = [error]
    while reason := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(reason)
    statuses = [getattr(getattr(link, "response", None), "status_code", None) for link in chain]
    status = next((status for status in statuses if status is not None), None)
    if status is None:  # the innermost error says it in the fewest words
        return f"{type(chain[-1]).__name__}: {shorten(chain[-1])}; check the network and try again"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"access refused (HTTP {status}); {login}"
    if status == HTTPStatus.NOT_FOUND:
        return f"no longer there (HTTP {status}); look for it at the service"
    return f"the service answered with HTTP {status}; try again later"
