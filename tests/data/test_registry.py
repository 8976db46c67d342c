"""``open_source`` by name, ``find_sources`` in a folder, and ``read_evaluation_splits``."""

import pytest
from tests.toys.datasets import write_emotion, write_goemotions, write_own_data, write_tweeteval, write_tweets

from tweetmoji import EMOTIONS, DataError, SettingError
from tweetmoji.data import TRAINING_SOURCES, find_sources, open_source, read_evaluation_splits
from tweetmoji.data.names import ALL_SOURCES
from tweetmoji.data.registry import open_training_source
from tweetmoji.data.sources.annotated import AnnotatedSource
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.sources.goemotions import GoEmotionsSource, NeutralSource
from tweetmoji.data.sources.hub import HuggingFaceSource, KaggleSource
from tweetmoji.data.sources.synthetic import SyntheticSource
from tweetmoji.data.sources.table import TableSource
from tweetmoji.data.sources.tweeteval import EmojiSource, TweetEvalSource
from tweetmoji.data.sources.written import WrittenSource

ON_DISK = sorted({*TRAINING_SOURCES} - {"huggingface", "kaggle", "written", "annotated"})


def open_any(name, path):
    return open_training_source(name, path, EMOTIONS, text_column="text", label_column="label")


@pytest.fixture
def root(tmp_path):
    """A root of all datasets with one text of each source in each split."""
    write_emotion(tmp_path / "emotion", {split: f"emotion {split};joy\n" for split in ("train", "val", "test")})
    write_tweeteval(tmp_path / "tweeteval-emotion", {split: f"tweet {split};0\n" for split in ("train", "val")})
    comments = {name: f"comment {name}\t0\ta\nneutral {name}\t1\tb\n" for name in ("train", "dev", "test")}
    write_goemotions(tmp_path / "goemotions", comments, labels=("fear", "neutral"))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("emotion", EmotionSource, "emotion train"),
        ("tweeteval", TweetEvalSource, "tweet train"),
        ("goemotions", GoEmotionsSource, "comment train"),
    ],
)
def test_open_source_by_name(root, name, kind, text):
    source = open_source(name, root)
    data = source.read("train")
    assert type(source) is kind
    assert source.name == data.source == name
    assert data.texts == [text]


def test_open_source_opens_emoji_tweets(root):
    source = open_source("emoji", write_tweets(root))
    assert type(source) is EmojiSource
    assert source.read("train").labels == ("❤",)


def test_open_source_opens_synthetic_texts(root):
    assert type(open_source("synthetic", root)) is SyntheticSource


@pytest.mark.parametrize("path", [None, "nowhere"])
def test_open_source_refuses_neutral_which_has_no_labels_before_reading_anything(tmp_path, path):
    with pytest.raises(SettingError) as caught:
        open_source("neutral", path and tmp_path / path)
    assert str(caught.value) == (
        "source neutral has no labels; expected one of emotion, tweeteval, goemotions, emoji, huggingface, kaggle, "
        "table, written, annotated: name another"
    )


def test_open_training_source_opens_neutral_and_every_labeled_source(root):
    neutral = open_any("neutral", root)
    assert type(neutral) is NeutralSource
    assert neutral.read("train").texts == ["neutral train"]
    assert type(open_any("tweeteval", root)) is TweetEvalSource


@pytest.mark.parametrize(("name", "kind"), [("huggingface", HuggingFaceSource), ("kaggle", KaggleSource)])
def test_open_source_of_a_service_needs_no_path(name, kind):
    source = open_source(name, None)
    assert type(source) is kind
    assert source.name == name


def test_open_source_of_a_table_takes_columns_and_labels(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("tweet,mood\nit pours,rain\n", encoding="utf-8")
    source = open_source("table", path, ["sun", "rain"], text_column="tweet", label_column="mood")
    assert type(source) is TableSource
    assert source.read("full").texts == ["it pours"]
    assert source.read("full").targets.tolist() == [1]


def test_open_source_of_emotion_takes_labels(root):
    assert open_source("emotion", root).read("val").labels == EMOTIONS
    assert open_source("emotion", root, ["joy", "woe"]).read("val").labels == ("joy", "woe")


@pytest.mark.parametrize("name", ON_DISK)
def test_source_on_disk_needs_a_path(name):
    with pytest.raises(SettingError) as caught:
        open_any(name, None)
    assert str(caught.value) == f"source {name} needs a folder; name it with --data or TWEETMOJI_DATA_DIR"


@pytest.mark.parametrize("name", ["home", "Emotion", ""])
def test_open_source_names_an_unknown_source_and_the_known_ones(tmp_path, name):
    for open_by_name in (open_source, open_any):
        with pytest.raises(SettingError) as caught:
            open_by_name(name, tmp_path)
        assert str(caught.value) == f"unknown source {name!r}; expected one of {', '.join(ALL_SOURCES)}"


@pytest.mark.parametrize("name", ON_DISK)
def test_source_names_a_missing_folder(tmp_path, name):
    with pytest.raises(DataError, match="nowhere: no such f"):
        open_any(name, tmp_path / "nowhere")


def test_find_sources_opens_those_whose_folders_are_there(root):
    assert [source.name for source in find_sources(root)] == ["emotion", "tweeteval", "goemotions"]
    (root / "tweeteval-emotion").rename(root / "elsewhere")
    assert [source.name for source in find_sources(root)] == ["emotion", "goemotions"]


def test_find_sources_takes_labels(root):
    assert find_sources(root, ["joy", "woe"])[0].read("val").labels == ("joy", "woe")


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_find_sources_names_a_root_without_datasets(tmp_path, name):
    with pytest.raises(DataError) as caught:
        find_sources(tmp_path / name)
    assert str(caught.value) == (
        f"{tmp_path / name}: holds no dataset; expected some of emotion/, tweeteval-emotion/, goemotions/, "
        "tweeteval-emoji/"
    )


def test_read_evaluation_splits_reads_every_val_and_test_split(root):
    splits = read_evaluation_splits([*find_sources(root), open_any("neutral", root)])
    assert [text for split in splits for text in split.texts] == [
        "emotion val",
        "emotion test",
        "tweet val",
        "comment dev",
        "comment test",
    ]


def test_open_source_opens_the_own_data(tmp_path, root):
    own_data = write_own_data(tmp_path / "own")
    assert type(open_source("written", None, own_data=own_data)) is WrittenSource
    annotated = open_source("annotated", write_tweets(root), own_data=own_data)
    assert type(annotated) is AnnotatedSource
    assert "sad dog" in annotated.read("train").texts


@pytest.mark.parametrize("name", ["written", "annotated"])
def test_own_data_needs_its_folder(root, name):
    with pytest.raises(SettingError) as caught:
        open_any(name, root)
    assert str(caught.value) == (
        f"source {name} needs the folder of the project's own data; name it with --own-data: data/ of tweetmoji's "
        "repository"
    )


def test_annotated_tweets_need_the_root_of_the_datasets(tmp_path):
    with pytest.raises(SettingError, match="source annotated needs a folder; name it with --data or TWEETMOJI_DATA"):
        open_source("annotated", None, own_data=write_own_data(tmp_path))


def test_find_sources_opens_own_data_last_and_annotated_tweets_only_where_the_tweets_are(tmp_path, root):
    own_data = write_own_data(tmp_path / "own")
    assert [source.name for source in find_sources(root, own_data=own_data)][3:] == ["written"]
    write_tweets(root)
    assert [source.name for source in find_sources(root, own_data=own_data)][4:] == ["written", "annotated"]
    assert [source.name for source in find_sources(root)] == ["emotion", "tweeteval", "goemotions", "emoji"]
