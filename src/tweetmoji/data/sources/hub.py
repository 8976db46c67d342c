"""The Emotion dataset from the two services that offer it: Hugging Face and Kaggle.

Each service's own client library fetches the files and caches them. The rows are written as ``text;label`` lines, which
must equal the original file to the byte.
"""

import hashlib
import sys
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Final

from tweetmoji.data import names
from tweetmoji.data.labeled import LabeledTexts
from tweetmoji.data.lines import read_bytes, read_lines
from tweetmoji.data.sources.base import Source
from tweetmoji.data.sources.emotion import EXPECTED, parse_emotion_file
from tweetmoji.data.sources.table import parse_parquet
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError, needs_extra

SHA256: Final = MappingProxyType(
    {
        "train": "3ab03d945a6cb783d818ccd06dafd52d2ed8b4f62f0f85a09d7d11870865b190",
        "val": "34faaa31962fe63cdf5dbf6c132ef8ab166c640254ab991af78f3aea375e79ef",
        "test": "60f531690d20127339e7f054edc299a82c627b5ec0dd5d552d53d544e0cfcc17",
    }
)
"""Split to the hex digest of its ``text;label`` file, ``train.txt``, ``val.txt`` or ``test.txt``."""

INSTEAD: Final = "or download the files and give their folder: --source emotion --data DIR"

REFUSED: Final = (401, 403)
NOT_FOUND: Final = 404


@dataclass(frozen=True)
class Fetched:
    """A split as a service's client library laid it into its cache.

    Attributes:
        path: The file.
        stale: What to delete so that it is fetched anew.
    """

    path: Path
    stale: Path


class RemoteSource(Source):
    """A service that offers the dataset.

    Attributes:
        place: The service and the dataset's name there, for messages.
        login: How to log in there, for messages.
    """

    place: ClassVar[str]
    login: ClassVar[str]

    def __init__(self, labels: Sequence[str] = EMOTIONS) -> None:
        """Name the source; nothing is fetched before `read`.

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
            content = self.write_lines(fetched.path)
            _check_digest(content, fetched.path, split)
        except DataError as error:
            raise DataError(f"{error}; delete {fetched.stale} and try again, {INSTEAD}") from None
        return parse_emotion_file(content, f"{self.place}, {split}", split, self.labels, self.name)

    @abstractmethod
    def fetch(self, split: str) -> Fetched:
        """Fetch one split, or find it in the cache; raises as `read` does."""

    @abstractmethod
    def write_lines(self, path: Path) -> bytes:
        """What the file at ``path`` holds, as ``text;label`` lines in UTF-8.

        Raises:
            DataError: The file is missing or damaged.
        """

    @contextmanager
    def advising(self) -> Iterator[None]:
        """Turn whatever a client library raises into one line that says what failed and what to do."""
        try:
            yield
        except Exception as error:  # each library has errors of its own and passes on those of what lies beneath it
            raise DataError(f"{self.place} cannot be fetched: {_explain(error, self.login)}, {INSTEAD}") from error


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
        with self.advising():
            link = hf_hub_download(self.dataset, f"split/{name}-00000-of-00001.parquet", repo_type="dataset")
        path = Path(link).resolve()  # deleting the link alone would bring the same file back
        return Fetched(path, stale=path)

    def write_lines(self, path: Path) -> bytes:
        """The rows of a Parquet file with the columns ``text`` and ``label``, a number that counts in `EMOTIONS`."""
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
            with self.advising():
                # with a version, files in the cache are found without asking Kaggle for the newest one
                folder = Path(dataset_download(f"{self.dataset}/versions/1"))
        return Fetched(folder / f"{split}.txt", stale=folder)

    def write_lines(self, path: Path) -> bytes:
        r"""The lines of a file, each ended by ``\n``."""
        return "".join(f"{line}\n" for line in read_lines(path, EXPECTED).lines).encode("utf-8")


def _name_label(number: object, where: str) -> str:
    """The name of a label that the service gives as a number."""
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
    """What went wrong between a client library and its service, and what to do about it."""
    chain = [error]
    while reason := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(reason)
    statuses = [getattr(getattr(link, "response", None), "status_code", None) for link in chain]
    status = next((status for status in statuses if status is not None), None)
    if status is None:  # the innermost error says it in the fewest words
        said = " ".join(str(chain[-1]).split())[:300]
        return f"{type(chain[-1]).__name__}: {said}; check the network and try again"
    if status in REFUSED:
        return f"access refused (HTTP {status}); {login}"
    if status == NOT_FOUND:
        return f"no longer there (HTTP {status}); look for it at the service"
    return f"the service answered with HTTP {status}; try again later"
