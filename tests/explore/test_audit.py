"""``audit_splits`` and ``read_splits``; no text gets into an audit."""

import json

from tests.toys.datasets import make_labeled

from tweetmoji.explore import audit_splits, read_splits
from tweetmoji.explore.duplicates import DuplicateGroup
from tweetmoji.explore.label_errors import Confusion, LabelErrors, Suspect

ERRORS = LabelErrors("train", 8, (Confusion("joy", "love", 1),), (Suspect(8, "joy", "love", 0.05),))


def test_audit_splits_summarizes_every_split(audit, splits):
    assert (audit.source, audit.labels) == ("emotion", splits["train"].labels)
    assert [(split, summary.n) for split, summary in audit.splits.items()] == [("train", 8), ("val", 2), ("test", 2)]
    assert audit.first_split == "train"


def test_audit_splits_separates_duplicates_from_conflicts(audit):
    assert audit.duplicates == {"train": (DuplicateGroup((1, 4), ("joy", "joy")),), "val": (), "test": ()}
    assert audit.conflicts == {"train": (DuplicateGroup((2, 5), ("sadness", "anger")),), "val": (), "test": ()}


def test_audit_splits_finds_leakage_between_all_splits(audit):
    assert [(leakage.first, leakage.second, len(leakage.texts)) for leakage in audit.leakage] == [
        ("train", "val", 1),
        ("train", "test", 1),
        ("val", "test", 0),
    ]


def test_characteristic_words_are_those_of_the_first_split():
    train = make_labeled([("the rain", "sadness"), ("the sun", "joy")] * 200)
    test = make_labeled([("the snow", "sadness"), ("the heat", "joy")] * 200, split="test")
    words = audit_splits({"train": train, "test": test}).characteristic_words
    assert [found.word for found in words["sadness"]] == ["rain"]


def test_audit_splits_keeps_label_errors(splits, audit):
    assert audit.label_errors is None
    assert audit_splits(splits, ERRORS).label_errors == ERRORS


def test_as_dict_has_everything_and_no_text(splits):
    audit = audit_splits(splits, ERRORS)
    written = json.dumps(audit.as_dict())
    assert json.loads(written) == {
        "source": "emotion",
        "labels": list(audit.labels),
        "splits": json.loads(json.dumps(audit.as_dict()["splits"])),
        "characteristic_words": {label: [] for label in audit.labels},
        "duplicates": {"train": [{"rows": [1, 4], "labels": ["joy", "joy"]}], "val": [], "test": []},
        "conflicts": {"train": [{"rows": [2, 5], "labels": ["sadness", "anger"]}], "val": [], "test": []},
        "leakage": json.loads(json.dumps(audit.as_dict()["leakage"])),
        "label_errors": {
            "split": "train",
            "scored": 8,
            "confusions": [{"given": "joy", "suggested": "love", "n": 1}],
            "suspects": [{"row": 8, "given": "joy", "suggested": "love", "quality": 0.05}],
        },
    }
    for data in splits.values():
        assert not [text for text in data.texts if text in written]


def test_read_splits_reads_every_split_of_the_source(splits):
    class Fake:
        splits = ("train", "test")

        def read(self, split):
            return all_splits[split]

    all_splits = splits
    assert read_splits(Fake()) == {"train": splits["train"], "test": splits["test"]}
