"""Cleaned files: which rows go and why, what the files hold, and that they appear whole or not at all."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetmoji import DataError
from tweetmoji.data import open_source
from tweetmoji.emotions import EMOTIONS
from tweetmoji.explore import audit_splits, plan_removals, read_splits, write_clean
from tweetmoji.explore.clean import Removal, check_vacant
from tweetmoji.explore.label_errors import LabelErrors, Suspect
from tweetmoji.text import normalize


def suspect(audit, *rows):
    suspects = tuple(Suspect(row, "joy", "love", 0.1) for row in rows)
    return replace(audit, label_errors=LabelErrors("train", 8, (), suspects))


def test_duplicates_conflicts_and_leaks_leave_the_training_split(found):
    assert plan_removals(found) == (
        Removal("train", 2, "conflicting labels"),
        Removal("train", 3, "also in val"),
        Removal("train", 4, "duplicate"),
        Removal("train", 5, "conflicting labels"),
        Removal("train", 6, "also in test"),
    )


def test_likely_label_errors_go_too_if_the_audit_has_them(found):
    assert Removal("train", 8, "likely label error") in plan_removals(suspect(found, 8))


@pytest.mark.parametrize(("row", "reason"), [(2, "conflicting labels"), (3, "also in val"), (4, "likely label error")])
def test_a_row_with_several_faults_goes_once_for_the_first(found, row, reason):
    reasons = [removal.reason for removal in plan_removals(suspect(found, row)) if removal.row == row]
    assert reasons == [reason]


def test_nothing_is_removed_from_evaluation_splits(make_texts):
    copies = make_texts([("one", "joy"), ("one", "joy"), ("one", "anger")], split="val")
    splits = {"train": make_texts([("two", "joy")]), "val": copies, "test": replace(copies, split="test")}
    assert plan_removals(audit_splits(splits)) == ()


def test_a_source_of_a_single_split_can_be_cleaned(make_texts):
    splits = {"all": make_texts([("one", "joy"), ("one", "joy")], split="all")}
    assert plan_removals(audit_splits(splits)) == (Removal("all", 2, "duplicate"),)


def test_a_source_of_evaluation_splits_alone_is_refused(splits):
    audit = audit_splits({"val": splits["val"], "test": splits["test"]})
    with pytest.raises(DataError, match="no split to clean: nothing is removed from val, test"):
        plan_removals(audit)


def test_files_hold_the_other_rows_in_their_order_and_the_log_names_the_removed(tmp_path, splits, found):
    out = tmp_path / "made" / "clean"
    write_clean(out, splits, plan_removals(found))
    assert sorted(path.name for path in out.iterdir()) == ["removed.csv", "test.txt", "train.txt", "val.txt"]
    assert (out / "train.txt").read_bytes() == b"what a morning;joy\nwell well;surprise\nall good here;joy\n"
    assert (out / "val.txt").read_bytes() == b"mine always;joy\nso it goes;sadness\n"
    assert (out / "test.txt").read_bytes() == b"stop it;anger\nwho is there;fear\n"
    assert (out / "removed.csv").read_bytes() == (
        b"split,row,reason\ntrain,2,conflicting labels\ntrain,3,also in val\ntrain,4,duplicate\n"
        b"train,5,conflicting labels\ntrain,6,also in test\n"
    )
    assert [path.name for path in out.parent.iterdir()] == ["clean"]


def test_cleaned_files_have_nothing_left_to_remove(tmp_path, splits, found):
    write_clean(tmp_path / "clean", splits, plan_removals(found))
    again = audit_splits(read_splits(open_source("emotion", tmp_path / "clean")))
    assert plan_removals(again) == ()


# A byte order mark at the start of a file is dropped by every reader; white space alone is no text in any source.
TEXTS = st.text(st.characters(exclude_characters="\ufeff"), min_size=1).filter(lambda text: text.strip())


@given(st.lists(st.tuples(TEXTS, st.sampled_from(EMOTIONS)), min_size=1, max_size=5))
def test_any_texts_read_back_as_the_model_reads_them(tmp_path_factory, make_texts, pairs):
    out = tmp_path_factory.mktemp("any") / "clean"
    write_clean(out, {"train": make_texts(pairs)}, ())
    back = open_source("emotion", out).read("train")
    assert [normalize(text) for text in back.texts] == [normalize(text) for text, _ in pairs]
    assert [back.labels[target] for target in back.targets] == [label for _, label in pairs]


def test_an_empty_folder_is_filled(tmp_path, splits):
    write_clean(tmp_path, splits, ())
    assert (tmp_path / "train.txt").is_file()


def test_a_folder_that_holds_anything_is_refused_and_left_alone(tmp_path, splits):
    (tmp_path / "train.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(DataError, match="is not empty"):
        write_clean(tmp_path, splits, ())
    assert (tmp_path / "train.txt").read_text(encoding="utf-8") == "precious"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_in_the_folders_place_is_refused(tmp_path):
    (tmp_path / "out").write_text("precious", encoding="utf-8")
    with pytest.raises(DataError, match="is a file"):
        check_vacant(tmp_path / "out")


def test_a_split_that_would_be_empty_is_refused_before_anything_is_written(tmp_path, splits):
    removals = [Removal("train", row, "duplicate") for row in range(1, 9)]
    with pytest.raises(DataError, match="nothing would be left of train"):
        write_clean(tmp_path / "clean", splits, removals)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failure_leaves_nothing_half_written(tmp_path, monkeypatch, splits, error):
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


def test_the_home_dataset_is_cleaned_of_its_known_faults(tmp_path, data_dir):
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
