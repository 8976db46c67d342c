"""`fill_scorecard`: splits, behavioral cases, comparison, mistakes, and the same bytes each time."""

import csv
import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from tests.toys.datasets import RIGHT, write_datasets, write_emotion, write_files, write_own_data, write_tweeteval
from tests.toys.model import EMOJI_WORDS

import tweetmoji
from tweetmoji.data import open_source
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import DataError, MissingExtraError, SettingError
from tweetmoji.evaluate import evaluate
from tweetmoji.evaluate.compare import compare
from tweetmoji.evaluate.evaluation import predict_classes
from tweetmoji.evaluate.intervals import bootstrap_intervals
from tweetmoji.evaluate.scorecard import RESAMPLES, SEED, choose_split, fill_scorecard, read_all_splits

FEW = 20


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch):
    """Draw few resamples for the intervals, which have tests of their own."""
    monkeypatch.setattr("tweetmoji.evaluate.scorecard.RESAMPLES", FEW)


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    return write_datasets(tmp_path_factory.mktemp("datasets"))


@pytest.fixture
def val(datasets):
    return open_source("emotion", datasets).read("val")


@pytest.fixture
def other(tiny_emojifier):
    """The tiny model with anger and fear swapped, which is right less often."""
    columns = [EMOTIONS.index(label) for label in ("sadness", "joy", "love", "fear", "anger", "surprise")]
    return SimpleNamespace(
        name="mixed-up",
        version="0" * 12,
        labels=EMOTIONS,
        suggestions=(),
        predict_proba=lambda texts: tiny_emojifier.predict_proba(texts)[:, columns],
    )


def test_read_all_splits_reads_every_val_and_test_split(datasets):
    splits = read_all_splits(datasets, EMOTIONS)

    assert {(data.source, data.split): len(data) for data in splits} == {place: n for place, (_, n) in RIGHT.items()}
    assert [(data.source, data.split) for data in splits] == list(RIGHT)


def test_read_all_splits_leaves_out_missing_datasets(tmp_path):
    write_tweeteval(tmp_path / "tweeteval-emotion")
    assert [(data.source, data.split) for data in read_all_splits(tmp_path, EMOTIONS)] == [("tweeteval", "val")]


def test_read_all_splits_of_an_empty_root_is_a_data_error(tmp_path):
    with pytest.raises(
        DataError, match=r"holds no dataset; expected some of emotion/, tweeteval-emotion/, goemotions/"
    ):
        read_all_splits(tmp_path, EMOTIONS)


@pytest.mark.parametrize(
    ("splits", "asked", "chosen"),
    [
        (("train", "val", "test"), None, "test"),
        (("train", "val"), None, "val"),
        (("train",), None, "train"),
        (("full",), None, "full"),
        (("train", "val", "test"), "val", "val"),
        (("train", "val", "test"), "train", "train"),
    ],
)
def test_choose_split_takes_test_or_else_the_last_split(tmp_path, splits, asked, chosen):
    source = open_source("emotion", write_emotion(tmp_path))
    source.splits = splits
    assert choose_split(source, asked) == chosen


def test_choose_split_of_an_unknown_split_is_a_data_error(datasets):
    with pytest.raises(DataError, match=r"source tweeteval has no split 'test'; expected one of train, val"):
        choose_split(open_source("tweeteval", datasets), "test")


def test_each_split_is_scored_on_its_own_classes(datasets, tiny_emojifier):
    scorecard = fill_scorecard(tiny_emojifier, read_all_splits(datasets, EMOTIONS))

    found = {(row.source, row.split): row.metrics for row in scorecard.evaluations}
    assert {place: (round(row.accuracy * row.n), row.n) for place, row in found.items()} == RIGHT
    assert list(found["tweeteval", "val"].per_class) == ["anger", "joy", "sadness"]
    assert list(found["goemotions", "val"].per_class) == ["sadness", "joy", "love", "anger", "fear", "surprise"]
    assert (scorecard.behavior, scorecard.comparisons) == (None, [])


def test_evaluations_are_those_of_evaluate_with_resamples_and_seed(tiny_emojifier, val):
    scorecard = fill_scorecard(tiny_emojifier, [val])

    assert scorecard.model == {"name": "tiny", "version": tiny_emojifier.version}
    assert scorecard.evaluations == [evaluate(tiny_emojifier, val, resamples=FEW, seed=SEED)]


def test_a_comparison_is_the_other_model_minus_this_one(tiny_emojifier, other, val):
    (comparison,) = fill_scorecard(tiny_emojifier, [val], other=other).comparisons

    assert comparison["with"] == {"name": "mixed-up", "version": other.version}
    assert (comparison["source"], comparison["split"], comparison["n"]) == ("emotion", "val", 12)
    # only the first model gets the two furious texts and the scared one right
    assert (comparison["only_first_right"], comparison["only_second_right"]) == (3, 0)
    assert comparison["differences"]["accuracy"]["value"] == pytest.approx(6 / 12 - 9 / 12)
    assert comparison["differences"]["accuracy"]["high"] <= 0
    assert comparison["differences"]["log_loss"]["value"] > 0
    expected = compare(
        *(predict_classes(model, val) for model in (tiny_emojifier, other)),
        *(val.targets, val.labels),
        resamples=FEW,
        seed=SEED,
    )
    assert comparison.items() >= expected.as_dict().items()


def test_each_split_has_a_comparison(datasets, tiny_emojifier, other):
    comparisons = fill_scorecard(tiny_emojifier, read_all_splits(datasets, EMOTIONS), other=other).comparisons
    assert [(row["source"], row["split"]) for row in comparisons] == list(RIGHT)


def test_comparing_models_with_different_labels_is_a_setting_error(tiny_emojifier, other, val):
    other = SimpleNamespace(labels=("up", "down"))
    with pytest.raises(SettingError, match=r"the models' labels differ: sadness, joy, .* and up, down"):
        fill_scorecard(tiny_emojifier, [val], other=other)


def test_mistakes_of_each_split_are_written_to_the_folder(datasets, tiny_emojifier, tmp_path):
    fill_scorecard(tiny_emojifier, read_all_splits(datasets, EMOTIONS), mistakes=tmp_path / "mistakes")

    listed = {}
    for path in (tmp_path / "mistakes").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            listed[path.stem] = len(list(csv.DictReader(file)))
    assert listed == {"-".join(place): n - right for place, (right, n) in RIGHT.items()}
    assert (tmp_path / "mistakes" / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_behavioral_cases_are_run_only_with_behavior(tiny_emojifier):
    pytest.importorskip("yaml", reason="the cases need PyYAML: pip install '.[evaluate]'")
    scorecard = fill_scorecard(tiny_emojifier, [], behavior=True)

    assert scorecard.evaluations == []
    assert scorecard.behavior.total.n >= 150
    assert len(scorecard.behavior.capabilities) == 17
    assert fill_scorecard(tiny_emojifier, []).behavior is None


def test_behavior_without_pyyaml_is_a_missing_extra_error_before_scoring(tiny_emojifier, val, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.setattr("tweetmoji.evaluate.scorecard.predict_split", lambda *_: pytest.fail("scored for nothing"))
    with pytest.raises(MissingExtraError, match=r"needs 'yaml', .*run: pip install '\.\[evaluate\]'"):
        fill_scorecard(tiny_emojifier, [val], behavior=True)


def test_splits_are_scored_without_pyyaml(tiny_emojifier, val, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert len(fill_scorecard(tiny_emojifier, [val]).evaluations) == 1


def test_scorecard_as_dict_is_plain_json(tiny_emojifier, other, datasets):
    pytest.importorskip("yaml", reason="the cases need PyYAML: pip install '.[evaluate]'")
    splits = read_all_splits(datasets, EMOTIONS)
    plain = fill_scorecard(tiny_emojifier, splits, behavior=True, other=other).as_dict()

    assert json.loads(json.dumps(plain)) == plain
    assert list(plain) == [
        *("model", "seed", "resamples", "evaluations", "behavior", "comparisons", "versions", "hardware")
    ]
    assert (plain["seed"], plain["resamples"]) == (SEED, FEW)
    assert plain["versions"]["tweetmoji"] == tweetmoji.__version__


def test_fill_scorecard_gives_the_same_bytes_each_time(tiny_emojifier, other, val):
    first, again = (json.dumps(fill_scorecard(tiny_emojifier, [val], other=other).as_dict()) for _ in range(2))
    assert first == again


def test_another_seed_moves_intervals_by_about_a_tenth_of_the_standard_error():
    """As the docstring of `SEED` says, for an accuracy of 0.9 on 2,000 texts."""
    random = np.random.default_rng(0)
    targets = random.integers(2, size=2000)
    right = random.random(2000) < 0.9
    probabilities = np.where(np.eye(2)[np.where(right, targets, 1 - targets)] > 0, 0.9, 0.1)
    ends = [
        bootstrap_intervals(probabilities, targets, ("a", "b"), resamples=RESAMPLES, seed=seed)["accuracy"].low
        for seed in range(8)
    ]
    assert np.std(ends) < 0.15 * np.sqrt(0.9 * 0.1 / 2000)


def test_scorecard_leaves_out_texts_without_an_emotion(tiny_emojifier, other, tmp_path):
    data = open_source("written", None, own_data=write_own_data(tmp_path)).read("test")
    scorecard = fill_scorecard(tiny_emojifier, [data], other=other, mistakes=tmp_path / "mistakes")
    assert scorecard.evaluations == [evaluate(tiny_emojifier, data, resamples=FEW)]
    assert scorecard.comparisons[0]["n"] == 3


@pytest.fixture
def emoji_datasets(tmp_path):
    """The root of two datasets: emotion, and tweets with the emoji of the tiny model with heads."""
    write_emotion(tmp_path / "emotion")
    mapping = "".join(f"{i}\t{emoji}\t_name_\n" for i, emoji in enumerate(EMOJI_WORDS.values()))
    files = {f"{split}_text.txt": "dog \nsun \n" for split in ("train", "val")}
    files |= {f"{split}_labels.txt": "0\n0\n" for split in ("train", "val")}
    write_files(tmp_path / "tweeteval-emoji", {"mapping.txt": mapping, **files})
    return tmp_path


def test_read_all_splits_has_tweets_with_emoji_for_a_model_that_suggests_these(emoji_datasets, heads_emojifier):
    found = {
        suggestions: [data.source for data in read_all_splits(emoji_datasets, EMOTIONS, suggestions=suggestions)]
        for suggestions in ((), ("🌵",), heads_emojifier.suggestions)
    }
    assert list(found.values()) == [["emotion", "emotion"], ["emotion", "emotion"], ["emotion", "emotion", "emoji"]]


def test_scorecard_compares_on_emoji_only_models_with_the_same_suggestions(
    emoji_datasets, heads_emojifier, tiny_emojifier, tmp_path
):
    data = open_source("emoji", emoji_datasets).read("val")
    compared = {
        other: fill_scorecard(heads_emojifier, [data], other=other, mistakes=tmp_path / "mistakes")
        for other in (heads_emojifier, tiny_emojifier)
    }
    assert [row.metrics.accuracy for scorecard in compared.values() for row in scorecard.evaluations] == [0.5, 0.5]
    assert [len(scorecard.comparisons) for scorecard in compared.values()] == [1, 0]
    assert "🐶,🌞" in (tmp_path / "mistakes" / "emoji-val.csv").read_text(encoding="utf-8")
