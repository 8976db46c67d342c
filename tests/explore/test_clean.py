"""``plan_removals``: which rows go and why; ``write_clean``: the files, whole or not at all."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.toys.datasets import make_labeled

from tweetmoji import DataError
from tweetmoji.data import open_source
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import FolderError
from tweetmoji.explore import audit_splits, plan_removals, read_splits, write_clean
from tweetmoji.explore.clean import Removal
from tweetmoji.explore.label_errors import LabelErrors, Suspect
from tweetmoji.text import normalize


def suspect(audit, *rows):
    suspects = tuple(Suspect(row, "joy", "love", 0.1) for row in rows)
    return replace(audit, label_errors=LabelErrors("train", 8, (), suspects))


def test_plan_removals_lists_duplicates_conflicts_and_leakage(audit):
    assert plan_removals(audit) == (
        Removal("train", 2, "conflicting labels"),
        Removal("train", 3, "also in val"),
        Removal("train", 4, "duplicate"),
        Removal("train", 5, "conflicting labels"),
        Removal("train", 6, "also in test"),
    )


def test_plan_removals_lists_label_errors_of_the_audit(audit):
    assert Removal("train", 8, "likely label error") in plan_removals(suspect(audit, 8))


@pytest.mark.parametrize(("row", "reason"), [(2, "conflicting labels"), (3, "also in val"), (4, "likely label error")])
def test_plan_removals_lists_a_row_with_several_faults_once(audit, row, reason):
    reasons = [removal.reason for removal in plan_removals(suspect(audit, row)) if removal.row == row]
    assert reasons == [reason]


def test_plan_removals_removes_nothing_from_evaluation_splits():
    copies = make_labeled([("one", "joy"), ("one", "joy"), ("one", "anger")], split="val")
    splits = {"train": make_labeled([("two", "joy")]), "val": copies, "test": replace(copies, split="test")}
    assert plan_removals(audit_splits(splits)) == ()


def test_plan_removals_of_a_single_file():
    splits = {"full": make_labeled([("one", "joy"), ("one", "joy")], split="full")}
    assert plan_removals(audit_splits(splits)) == (Removal("full", 2, "duplicate"),)


def test_plan_removals_refuses_a_source_of_evaluation_splits_only(splits):
    audit = audit_splits({"val": splits["val"], "test": splits["test"]})
    with pytest.raises(DataError, match="no split to clean, since nothing is removed from val, test"):
        plan_removals(audit)


def test_write_clean_writes_the_other_rows_and_removed_csv(tmp_path, splits, audit):
    out = tmp_path / "made" / "clean"
    write_clean(out, splits, plan_removals(audit))
    assert sorted(path.name for path in out.iterdir()) == ["removed.csv", "test.txt", "train.txt", "val.txt"]
    assert (out / "train.txt").read_bytes() == b"what a morning;joy\nwell well;surprise\nall good here;joy\n"
    assert (out / "val.txt").read_bytes() == b"mine always;joy\nso it goes;sadness\n"
    assert (out / "test.txt").read_bytes() == b"stop it;anger\nwho is there;fear\n"
    assert (out / "removed.csv").read_bytes() == (
        b"split,row,reason\ntrain,2,conflicting labels\ntrain,3,also in val\ntrain,4,duplicate\n"
        b"train,5,conflicting labels\ntrain,6,also in test\n"
    )
    assert [path.name for path in out.parent.iterdir()] == ["clean"]


def test_write_clean_leaves_nothing_to_remove(tmp_path, splits, audit):
    write_clean(tmp_path / "clean", splits, plan_removals(audit))
    again = audit_splits(read_splits(open_source("emotion", tmp_path / "clean")))
    assert plan_removals(again) == ()


# every reader drops a byte order mark at the start of a file, and no source has a blank text or a lone surrogate
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(TEXTS, st.sampled_from(EMOTIONS)), min_size=1, max_size=5))
def test_write_clean_keeps_any_text_as_a_model_reads_it(tmp_path_factory, pairs):
    out = tmp_path_factory.mktemp("any") / "clean"
    write_clean(out, {"train": make_labeled(pairs)}, ())
    back = open_source("emotion", out).read("train")
    assert [normalize(text) for text in back.texts] == [normalize(text) for text, _ in pairs]
    assert [back.labels[target] for target in back.targets] == [label for _, label in pairs]


def test_write_clean_accepts_an_empty_folder(tmp_path, splits):
    write_clean(tmp_path, splits, ())
    assert (tmp_path / "train.txt").is_file()


def test_write_clean_refuses_a_folder_that_is_not_empty(tmp_path, splits):
    (tmp_path / "train.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(FolderError, match=r"holds 'train\.txt'; expected a new or an empty folder"):
        write_clean(tmp_path, splits, ())
    assert (tmp_path / "train.txt").read_text(encoding="utf-8") == "precious"
    assert len(list(tmp_path.iterdir())) == 1


def test_write_clean_refuses_a_file_in_place_of_the_folder(tmp_path, splits):
    (tmp_path / "out").write_text("precious", encoding="utf-8")
    with pytest.raises(FolderError, match="is a file; expected a new or an empty folder"):
        write_clean(tmp_path / "out", splits, ())
    assert (tmp_path / "out").read_text(encoding="utf-8") == "precious"


def test_write_clean_refuses_to_empty_a_split(tmp_path, splits):
    removals = [Removal("train", row, "duplicate") for row in range(1, 9)]
    with pytest.raises(DataError, match="nothing would be left of train"):
        write_clean(tmp_path / "clean", splits, removals)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_write_clean_leaves_nothing_behind_on_a_failure(tmp_path, monkeypatch, splits, error):
    write_text = Path.write_text
    written = []

    def fail_on_the_second(self, *args, **kwargs):
        written.append(self)
        if len(written) == 2:
            raise error
        return write_text(self, *args, **kwargs)

    monkeypatch.setattr(Path, "write_text", fail_on_the_second)
    with pytest.raises(type(error)):
        write_clean(tmp_path / "clean", splits, ())
    assert len(written) == 2
    assert list(tmp_path.iterdir()) == []


def test_write_clean_of_the_real_emotion_dataset(tmp_path, data_dir):
    splits = read_splits(open_source("emotion", data_dir))
    removals = plan_removals(audit_splits(splits))
    write_clean(tmp_path / "clean", splits, removals)
    reasons = [removal.reason for removal in removals]
    assert reasons.count("conflicting labels") == 60
    assert (reasons.count("also in val"), reasons.count("also in test")) == (5, 11)
    for split in ("val", "test"):
        original = data_dir / "emotion" / f"{split}.txt"
        assert (tmp_path / "clean" / original.name).read_bytes() == original.read_bytes()
    lines = (data_dir / "emotion" / "train.txt").read_bytes().split(b"\n")
    with (tmp_path / "clean" / "removed.csv").open(encoding="utf-8") as log:
        removed = {int(entry["row"]) for entry in csv.DictReader(log)}
    kept = [line for row, line in enumerate(lines, start=1) if row not in removed]
    assert (tmp_path / "clean" / "train.txt").read_bytes().splitlines() == [line for line in kept if line]
