"""The audit puts the parts together, and no text gets into it."""

import json

from tweetmoji.explore import audit_splits, read_splits
from tweetmoji.explore.duplicates import DuplicateGroup
from tweetmoji.explore.label_errors import Confusion, LabelErrors, Suspect

ERRORS = LabelErrors("train", 8, (Confusion("joy", "love", 1),), (Suspect(8, "joy", "love", 0.05),))


def test_every_split_is_summarized_and_the_first_is_trained_on(found, splits):
    assert (found.source, found.labels) == ("emotion", splits["train"].labels)
    assert [(split, summary.n) for split, summary in found.splits.items()] == [("train", 8), ("val", 2), ("test", 2)]
    assert found.first_split == "train"


def test_copies_are_told_apart_by_their_labels(found):
    assert found.duplicates == {"train": (DuplicateGroup((1, 4), ("joy", "joy")),), "val": (), "test": ()}
    assert found.conflicts == {"train": (DuplicateGroup((2, 5), ("sadness", "anger")),), "val": (), "test": ()}


def test_leakage_is_found_between_all_splits(found):
    assert [(leakage.first, leakage.second, len(leakage.texts)) for leakage in found.leakage] == [
        ("train", "val", 1),
        ("train", "test", 1),
        ("val", "test", 0),
    ]


def test_characteristic_words_are_those_of_the_first_split(make_texts):
    train = make_texts([("the rain", "sadness"), ("the sun", "joy")] * 200)
    test = make_texts([("the snow", "sadness"), ("the heat", "joy")] * 200, split="test")
    words = audit_splits({"train": train, "test": test}).characteristic_words
    assert [found.word for found in words["sadness"]] == ["rain"]


def test_label_errors_are_taken_over(splits, found):
    assert found.label_errors is None
    assert audit_splits(splits, ERRORS).label_errors == ERRORS


def test_json_holds_everything_and_no_text(splits):
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
            "judged": 8,
            "confusions": [{"given": "joy", "suggested": "love", "n": 1}],
            "suspects": [{"row": 8, "given": "joy", "suggested": "love", "quality": 0.05}],
        },
    }
    for data in splits.values():
        assert not [text for text in data.texts if text in written]


def test_a_source_is_read_split_by_split(splits):
    class Fake:
        splits = ("train", "test")

        def read(self, split):
            return all_splits[split]

    all_splits = splits
    assert read_splits(Fake()) == {"train": splits["train"], "test": splits["test"]}
