"""Label errors, found by confident learning from out-of-fold probabilities.

Confident learning (Northcutt et al. 2021, https://arxiv.org/abs/1911.00068), as cleanlab implements it, compares
each given label with the probabilities from a model that was not trained on the text. ``tweetmoji train --folds``
writes such probabilities.
"""

import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledTexts
from tweetmoji.data.arrays import read_arrays
from tweetmoji.data.class_map import marginalize
from tweetmoji.errors import DataError, needs_extra

ARRAY_NAMES: Final = ("probabilities", "rows", "labels", "data_sha256")
"""Arrays that are read from an out-of-fold file."""

EXPECTED: Final = "the out-of-fold probabilities of tweetmoji train --folds"
"""What an out-of-fold file holds, for messages."""

REMAKE_ADVICE: Final = "make it again: tweetmoji train --folds"
"""What to do about a file that does not fit, for messages."""

SUM_TOLERANCE: Final = 1e-3
"""How far from 1 a row of float32 probabilities may sum."""


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """Probabilities of texts from models that were not trained on them.

    Attributes:
        probabilities: float64 array of shape (m, classes of the data); rows sum to 1.
        indices: int64 array of shape (m,), the text (from 0) of each row.
    """

    probabilities: NDArray[np.float64]
    indices: NDArray[np.int64]


@dataclass(frozen=True)
class Suspect:
    """A row whose label is likely wrong.

    Attributes:
        row: Row number in the source's file.
        given: The label that it has.
        suggested: The most probable label.
        quality: Probability of the given label, [0, 1]; the lower, the more likely the label is wrong.
    """

    row: int
    given: str
    suggested: str
    quality: float


@dataclass(frozen=True)
class Confusion:
    """The number of suspects with one label given and another suggested."""

    given: str
    suggested: str
    n: int


@dataclass(frozen=True)
class LabelErrors:
    """The likely label errors of one split.

    Attributes:
        split: Name of the split.
        scored: Number of its texts with out-of-fold probabilities.
        confusions: Counts by given and suggested label, the most frequent first.
        suspects: The rows, the least likely label first.
    """

    split: str
    scored: int
    confusions: tuple[Confusion, ...]
    suspects: tuple[Suspect, ...]


def read_out_of_fold(path: Path, data: LabeledTexts) -> OutOfFold:
    """Read out-of-fold probabilities, and check that they belong to ``data``.

    Args:
        path: A file of ``tweetmoji train --folds``, with the arrays ``probabilities`` (float32, shape (m, labels)),
            ``rows`` (int64, (m,)), ``labels`` (text, (labels,)) and ``data_sha256`` (text, one value). Rows of the
            split may be missing: training leaves out texts that are in an evaluation split.
        data: The split that was trained on. The probabilities are summed over the labels of each class of it.

    Raises:
        DataError: The file is missing, damaged, incomplete, or about other data, labels or rows.
    """
    arrays = read_arrays(path, ARRAY_NAMES, EXPECTED, REMAKE_ADVICE).arrays
    labels = _check_origin(path, arrays, data)
    rows = arrays["rows"]
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or len(np.unique(rows)) != len(rows) or len(rows) == 0:
        raise DataError(f"{path}: 'rows' is not a list of different row numbers; {REMAKE_ADVICE}")
    unexpected = np.setdiff1d(rows, data.rows)
    if len(unexpected):
        raise DataError(f"{path}: has row {unexpected[0]}, which split {data.split} does not have; {REMAKE_ADVICE}")
    order = np.argsort(data.rows)
    probabilities = _check_probabilities(path, arrays["probabilities"], (len(rows), len(labels)))
    return OutOfFold(
        probabilities=marginalize(probabilities, labels, {label: data.class_map[label] for label in data.labels}),
        indices=order[np.searchsorted(data.rows, rows, sorter=order)],
    )


def find_label_errors(data: LabeledTexts, out_of_fold: OutOfFold) -> LabelErrors:
    """Find the labels of a split that are likely wrong.

    Raises:
        MissingExtraError: cleanlab is not installed.
    """
    with needs_extra("explore"):
        from cleanlab.filter import find_label_issues
        from cleanlab.rank import get_label_quality_scores

    given = data.targets[out_of_fold.indices]
    probabilities = out_of_fold.probabilities
    with warnings.catch_warnings():  # cleanlab warns of classes with too few texts to estimate, and suspects none
        warnings.filterwarnings("ignore", "May not flag all label issues in class")
        ranked = find_label_issues(given, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1)
    quality = get_label_quality_scores(given, probabilities, method="self_confidence")
    suspects = tuple(
        Suspect(
            row=int(data.rows[out_of_fold.indices[i]]),
            given=data.labels[given[i]],
            suggested=data.labels[probabilities[i].argmax()],
            quality=float(quality[i]),
        )
        for i in ranked
    )
    return LabelErrors(data.split, len(given), _count_confusions(suspects), suspects)


def _count_confusions(suspects: tuple[Suspect, ...]) -> tuple[Confusion, ...]:
    counts = Counter((suspect.given, suspect.suggested) for suspect in suspects)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Confusion(given, suggested, n) for (given, suggested), n in ranked)


def _check_origin(path: Path, arrays: dict[str, NDArray[Any]], data: LabeledTexts) -> tuple[str, ...]:
    """Refuse probabilities made from another file or for other labels, and return their labels."""
    sha256 = str(arrays["data_sha256"])
    if sha256 != data.sha256:
        raise DataError(
            f"{path}: was made from other data: SHA-256 {sha256[:12]}…, split {data.split} of {data.source} has "
            f"{data.sha256[:12]}…; {REMAKE_ADVICE} with this data"
        )
    labels = tuple(str(label) for label in np.atleast_1d(arrays["labels"]))
    needed = sorted({label for counted in data.class_map.values() for label in counted})
    if len(set(labels)) != len(labels) or not set(needed) <= set(labels):
        raise DataError(
            f"{path}: has the labels {', '.join(labels)}; expected among them {', '.join(needed)}; {REMAKE_ADVICE}"
        )
    return labels


def _check_probabilities(path: Path, values: NDArray[Any], shape: tuple[int, int]) -> NDArray[np.float64]:
    if values.shape != shape or values.dtype.kind != "f":
        raise DataError(
            f"{path}: 'probabilities' is {values.dtype} of shape {values.shape}; "
            f"expected float32 of shape {shape}; {REMAKE_ADVICE}"
        )
    probabilities = values.astype(np.float64)
    valid = (probabilities >= 0).all() and np.allclose(probabilities.sum(axis=1), 1, rtol=0, atol=SUM_TOLERANCE)
    if not valid:  # NaN passes neither comparison
        raise DataError(f"{path}: holds a row that is not a probability distribution; {REMAKE_ADVICE}")
    return probabilities
