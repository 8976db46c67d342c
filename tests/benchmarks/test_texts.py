"""`benchmarks/texts.py`: which texts the ways get."""

import json

import pytest

from texts import CALIBRATION_TEXTS, read_texts


@pytest.fixture(scope="module")
def generated():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TWEETMOJI_DATA_DIR", raising=False)
        return read_texts(2048, 0)


def test_without_data_texts_of_like_length_are_generated(generated):
    assert generated.source == "generated"
    assert 35 < generated.mean_tokens < 40  # tweets: 36.7
    assert max(generated.tokens) <= generated.max_tokens


def test_calibration_texts_do_not_depend_on_the_number_of_texts(generated, monkeypatch):
    monkeypatch.delenv("TWEETMOJI_DATA_DIR", raising=False)
    few = read_texts(8, 0)
    assert len(few.raw) == len(few.normalized) == len(few.tokens) == 8
    assert few.raw == generated.raw[:8]
    assert few.calibration == generated.normalized[:CALIBRATION_TEXTS]


def test_with_data_the_first_tweets_are_read_and_normalized(tmp_path, monkeypatch):
    folder = tmp_path / "unlabelled"
    folder.mkdir()
    (folder / "tweets.txt").write_text("so happy 😂\nthird\nlast\n", encoding="utf-8")
    monkeypatch.setenv("TWEETMOJI_DATA_DIR", str(tmp_path))
    texts = read_texts(2, 0)
    assert (texts.source, texts.raw) == ("unlabelled/tweets.txt", ["so happy 😂", "third"])
    assert "😂" not in texts.normalized[0]
    texts.write(tmp_path / "texts.json")
    written = json.loads((tmp_path / "texts.json").read_text(encoding="utf-8"))
    assert written["raw"] == texts.raw
    assert written["calibration"][:2] == texts.normalized
