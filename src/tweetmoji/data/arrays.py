"""Archives of numpy arrays (.npz), as training writes them; nothing in them is unpickled."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data.lines import read_bytes
from tweetmoji.errors import DataError, shorten


@dataclass(frozen=True, eq=False)
class Arrays:
    """Arrays of a file by their names, and the hex SHA-256 of its bytes."""

    arrays: dict[str, NDArray[Any]]
    sha256: str


def read_arrays(path: Path, names: Sequence[str], expected: str, remedy: str) -> Arrays:
    """Read arrays of a .npz file.

    Args:
        path: The file.
        names: Names of the arrays to read; the file may have others.
        expected: What the file should hold, for the message.
        remedy: What to do about a faulty file, for the message.

    Raises:
        DataError: The file is missing or damaged, lacks an array, or holds Python objects, which would be unpickled.
    """
    content = read_bytes(path, expected)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            missing = [name for name in names if name not in archive]
            arrays = {} if missing else {name: archive[name] for name in names}
    except (ValueError, EOFError, TypeError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path}: not a whole .npz file ({shorten(error)}); {remedy}") from error
    if missing:
        raise DataError(f"{path}: has no {', '.join(missing)}; expected {', '.join(names)}; {remedy}")
    return Arrays(arrays, hashlib.sha256(content).hexdigest())
