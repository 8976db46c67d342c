"""`train_suggestions`: a finished model suggests emoji, and answers as before in all else."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")

from tests.toys.model import make_tiny_artifact  # noqa: E402
from tests.toys.training import EMOJI_WORDS  # noqa: E402

import tweetmoji  # noqa: E402
from tweetmoji import DataError, TrainingError  # noqa: E402
from tweetmoji.data import open_source  # noqa: E402
from tweetmoji.evaluate import evaluate  # noqa: E402
from tweetmoji.runtime.artifact import read_artifact, write_artifact  # noqa: E402
from tweetmoji.train import train_suggestions  # noqa: E402

TEXTS = ("she was lonely today", "i am merry about it", "", "a", "today she told her about all of it " * 9)


@pytest.fixture(scope="module")
def emojifier(suggestions_run):
    return tweetmoji.load(suggestions_run.out, threads=1)


@pytest.mark.parametrize("emoji", EMOJI_WORDS)
def test_model_suggests_the_emoji_of_the_word(emojifier, emoji):
    first = [emojifier.suggest(f"so {word} about it", k=1)[0].emoji for word in EMOJI_WORDS[emoji]]
    assert first.count(emoji) >= 3


def test_labels_and_none_are_those_of_the_model_before_to_the_bit(full_run, emojifier):
    before = tweetmoji.load(full_run.out, threads=1)
    assert before.suggestions == ()
    assert emojifier.suggestions == tuple(EMOJI_WORDS)
    assert emojifier.predict(TEXTS) == before.predict(TEXTS)


def test_suggestions_of_a_text_are_the_same_to_the_bit_in_every_batch(emojifier):
    alone = np.concatenate([emojifier.suggest_proba([text]) for text in TEXTS])
    np.testing.assert_array_equal(
        emojifier.suggest_proba([*TEXTS, *TEXTS[::-1] * 7]), alone[[*range(5), *[4, 3, 2, 1, 0] * 7]]
    )


def test_config_says_what_the_suggestions_were_learned_from(full_run, suggestions_run):
    before, config = read_artifact(full_run.out).config, read_artifact(suggestions_run.out).config
    assert replace(config, suggestions=None, provenance=before.provenance) == before
    described = config.provenance["suggestions"]
    assert {**config.provenance, "suggestions": None} == {**before.provenance, "suggestions": None}
    assert described["settings"]["buckets"] == 997
    train = open_source("emoji", suggestions_run.data).read("train")
    assert described["data"]["emoji"]["sha256"]["train"] == train.sha256
    assert described["data"]["emoji"]["train_texts"] + described["data"]["emoji"]["removed_texts"] == len(train)
    assert config.suggestions.temperature != 1


def test_metrics_keep_those_of_the_labels_and_add_those_of_the_suggestions(full_run, suggestions_run, emojifier):
    before, after = (
        json.loads((run.out / "metrics.json").read_text(encoding="utf-8")) for run in (full_run, suggestions_run)
    )
    *kept, row = after["evaluations"]
    assert kept == [measured | {"model": row["model"]} for measured in before["evaluations"]]
    assert row["model"]["version"] == read_artifact(suggestions_run.out).version
    assert (row["weights"], row["source"], row["split"]) == ("int8", "emoji", "val")
    measured = json.loads(
        json.dumps(evaluate(emojifier, open_source("emoji", suggestions_run.data).read("val")).as_dict())
    )
    assert measured == {name: row[name] for name in measured}
    assert row["metrics"]["accuracy"] > 0.8
    assert 0 < after["suggestions"]["parity"]["float32_to_int8"] < 0.1
    assert {name: after[name] for name in before if name != "evaluations"} == {
        name: before[name] for name in before if name != "evaluations"
    }


def test_again_on_the_model_with_suggestions_writes_the_same_files(suggestions_run, tmp_path):
    copy = tmp_path / suggestions_run.out.name
    shutil.copytree(suggestions_run.out, copy)
    train_suggestions(replace(suggestions_run, model=copy, out=copy))
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == {
        path.name: path.read_bytes() for path in suggestions_run.out.iterdir()
    }


def test_model_of_another_architecture_is_refused_and_nothing_is_written(suggestions_run, tmp_path):
    write_artifact(make_tiny_artifact(tmp_path / "tiny"))
    run = replace(suggestions_run, model=tmp_path / "tiny", out=tmp_path / "out")
    with pytest.raises(TrainingError, match=r"computes no bert\.pooler\.first; expected an int8 model of BERT's"):
        train_suggestions(run)
    assert not run.out.exists()


def test_data_without_the_emoji_tweets_are_refused(suggestions_run, toy_root, tmp_path):
    with pytest.raises(DataError, match="no folder tweeteval-emoji; expected TweetEval's emoji task"):
        train_suggestions(replace(suggestions_run, data=toy_root, own_data=None, out=tmp_path / "out"))


def test_emoji_without_a_training_tweet_is_refused(suggestions_run, tmp_path):
    shutil.copytree(suggestions_run.data, tmp_path / "root")
    with (tmp_path / "root" / "tweeteval-emoji" / "mapping.txt").open("a", encoding="utf-8") as file:
        file.write(f"{len(EMOJI_WORDS)}\t🌵\t_cactus_\n")
    with pytest.raises(DataError, match="no training tweet has 🌵; expected tweets of each emoji"):
        train_suggestions(replace(suggestions_run, data=tmp_path / "root", out=tmp_path / "out"))
