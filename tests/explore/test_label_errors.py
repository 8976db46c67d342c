"""``read_out_of_fold``: what it refuses; ``find_label_errors``: the likely label errors."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from tests.toys.datasets import make_labeled

from tweetmoji import DataError, MissingExtraError
from tweetmoji.explore.label_errors import Confusion, find_label_errors, read_out_of_fold

LABELS = ("sadness", "joy", "love")
N = 60
WRONG = {4: "love", 17: "joy", 30: "joy"}  # index to the label that its text should have


@pytest.fixture
def data():
    """Texts whose labels take turns; row 1 would be the header of the file."""
    pairs = [(f"text {i}", LABELS[i % 3]) for i in range(N)]
    return make_labeled(pairs, labels=LABELS, rows=range(2, N + 2), sha256="ab" * 32)


@pytest.fixture
def arrays(data):
    """What a perfect ``--folds`` run would write: sure of the right label of every row, and surest of row 32."""
    probabilities = np.full((N, 3), 0.05, dtype=np.float32)
    right = data.targets.copy()
    for i, label in WRONG.items():
        right[i] = LABELS.index(label)
    probabilities[np.arange(N), right] = 0.9
    probabilities[30] = [0.01, 0.98, 0.01]
    return {
        "probabilities": probabilities,
        "rows": data.rows,
        "labels": np.array(LABELS),
        "data_sha256": np.array(data.sha256),
    }


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out-of-fold.npz"


@pytest.fixture
def cleanlab():
    return pytest.importorskip("cleanlab", reason="cleanlab is not installed: pip install '.[explore]'")


def test_read_out_of_fold_returns_probabilities_and_indices(path, arrays, data):
    np.savez(path, **arrays)
    out_of_fold = read_out_of_fold(path, data)
    assert out_of_fold.probabilities == pytest.approx(arrays["probabilities"])
    assert out_of_fold.probabilities.dtype == np.float64
    assert out_of_fold.indices.tolist() == list(range(N))


def test_read_out_of_fold_accepts_some_rows_in_any_order(path, arrays, data):
    chosen = np.array([40, 3, 17])
    np.savez(path, **arrays | {"rows": data.rows[chosen], "probabilities": arrays["probabilities"][chosen]})
    assert read_out_of_fold(path, data).indices.tolist() == [40, 3, 17]


def test_read_out_of_fold_orders_columns_by_labels(path, arrays, data):
    np.savez(path, **arrays | {"labels": np.array(LABELS[::-1]), "probabilities": arrays["probabilities"][:, ::-1]})
    assert read_out_of_fold(path, data).probabilities == pytest.approx(arrays["probabilities"])


def test_read_out_of_fold_sums_labels_of_one_class(path, arrays, data):
    merged = replace(
        data,
        labels=("joy", "sadness"),
        class_map={"joy": ("joy", "love"), "sadness": ("sadness",)},
        targets=data.targets % 2,
    )
    np.savez(path, **arrays)
    sadness, joy, love = arrays["probabilities"].T
    assert read_out_of_fold(path, merged).probabilities == pytest.approx(np.column_stack([joy + love, sadness]))


def test_read_out_of_fold_names_a_missing_file_and_its_command(path, data):
    with pytest.raises(DataError, match=r"out-of-fold\.npz: no such file; .* tweetmoji train --folds"):
        read_out_of_fold(path, data)


def test_read_out_of_fold_refuses_a_damaged_file(path, arrays, data):
    np.savez(path, **arrays)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match=r"not a whole \.npz file .*; make it again: tweetmoji train --folds"):
        read_out_of_fold(path, data)


def test_read_out_of_fold_names_missing_arrays(path, arrays, data):
    del arrays["rows"], arrays["labels"]
    np.savez(path, **arrays)
    with pytest.raises(DataError, match="has no rows, labels; expected probabilities, rows, labels, data_sha256"):
        read_out_of_fold(path, data)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data_sha256": np.array("12" * 32)}, "other data: SHA-256 121212121212…, split train of emotion has abab"),
        (
            {"labels": np.array(["sadness", "joy", "fear"])},
            "has the labels sadness, joy, fear; expected among them joy, love, sadness",
        ),
        ({"labels": np.array(["sadness", "joy", "love", "joy"])}, "has the labels sadness, joy, love, joy; expected"),
        ({"rows": np.arange(1, N + 1)}, "has row 1, which split train does not have"),
        ({"rows": np.full(N, 2)}, "'rows' is not a list of different row numbers"),
        ({"rows": np.arange(2, N + 2, dtype=np.float64)}, "'rows' is not a list"),
        ({"rows": np.arange(2, N + 2).reshape(N, 1)}, "'rows' is not a list"),
        ({"rows": np.arange(0)}, "'rows' is not a list"),
        ({"rows": np.arange(2, N + 1)}, r"shape \(60, 3\); expected float32 of shape \(59, 3\)"),
        ({"probabilities": np.full((N, 2), 0.5, dtype=np.float32)}, r"shape \(60, 2\); expected float32 of shape"),
        ({"probabilities": np.ones((N, 3), dtype=np.int64)}, "'probabilities' is int64"),
        ({"probabilities": np.full((N, 3), 0.5, dtype=np.float32)}, "not a probability distribution"),
        ({"probabilities": np.tile(np.float32([1.5, -0.5, 0]), (N, 1))}, "not a probability distribution"),
        ({"probabilities": np.full((N, 3), np.nan, dtype=np.float32)}, "not a probability distribution"),
    ],
)
def test_read_out_of_fold_refuses_what_does_not_fit_the_data(path, arrays, data, changes, message):
    np.savez(path, **arrays | changes)
    with pytest.raises(DataError, match=message) as caught:
        read_out_of_fold(path, data)
    assert str(caught.value).startswith(f"{path}: ")
    assert "make it again: tweetmoji train --folds" in str(caught.value)


def test_find_label_errors_finds_wrong_labels_least_likely_first(cleanlab, path, arrays, data):
    np.savez(path, **arrays)
    errors = find_label_errors(data, read_out_of_fold(path, data))
    assert (errors.split, errors.scored) == ("train", N)
    first, *others = errors.suspects
    assert (first.row, first.given, first.suggested) == (32, "sadness", "joy")
    assert first.quality == pytest.approx(0.01)
    assert {(suspect.row, suspect.given, suspect.suggested) for suspect in others} == {
        (6, "joy", "love"),
        (19, "love", "joy"),
    }
    assert [suspect.quality for suspect in others] == pytest.approx([0.05, 0.05])


def test_find_label_errors_counts_confusions_most_frequent_first(cleanlab, path, arrays, data):
    for i in (0, 3, 6, 9):  # sadness that is joy, four times
        arrays["probabilities"][i] = [0.05, 0.9, 0.05]
    np.savez(path, **arrays)
    errors = find_label_errors(data, read_out_of_fold(path, data))
    assert errors.confusions == (
        Confusion("sadness", "joy", 5),
        Confusion("joy", "love", 1),
        Confusion("love", "joy", 1),
    )
    assert sum(confusion.n for confusion in errors.confusions) == len(errors.suspects)


def test_find_label_errors_scores_only_the_rows_of_the_file(cleanlab, path, arrays, data):
    kept = np.delete(np.arange(N), 17)
    np.savez(path, **arrays | {"rows": data.rows[kept], "probabilities": arrays["probabilities"][kept]})
    errors = find_label_errors(data, read_out_of_fold(path, data))
    assert errors.scored == N - 1
    assert 17 + 2 not in [suspect.row for suspect in errors.suspects]


def test_find_label_errors_is_empty_where_the_models_agree(cleanlab, path, arrays, data):
    arrays["probabilities"] = np.eye(3, dtype=np.float32)[data.targets] * 0.85 + 0.05
    np.savez(path, **arrays)
    errors = find_label_errors(data, read_out_of_fold(path, data))
    assert (errors.suspects, errors.confusions) == ((), ())


def test_find_label_errors_accepts_a_label_without_texts(cleanlab, path, arrays, data):
    kept = np.flatnonzero(data.targets != 2)
    np.savez(path, **arrays | {"rows": data.rows[kept], "probabilities": arrays["probabilities"][kept]})
    suspects = find_label_errors(data, read_out_of_fold(path, data)).suspects
    assert {(suspect.row, suspect.suggested) for suspect in suspects} <= {(6, "love"), (32, "joy")}
    assert 32 in [suspect.row for suspect in suspects]


def test_find_label_errors_without_cleanlab_says_what_to_install(monkeypatch, path, arrays, data):
    np.savez(path, **arrays)
    monkeypatch.setitem(sys.modules, "cleanlab", None)
    monkeypatch.delitem(sys.modules, "cleanlab.filter", raising=False)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[explore\]'"):
        find_label_errors(data, read_out_of_fold(path, data))
