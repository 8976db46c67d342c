"""Opening a source by its name, and finding those that lie in a folder."""

import pytest

from tweetmoji import EMOTIONS, DataError
from tweetmoji.data import SOURCES, TRAINING_SOURCES, find_sources, open_source, read_evaluation_splits
from tweetmoji.data.sources.emotion import EmotionSource
from tweetmoji.data.sources.goemotions import GoEmotionsSource, NeutralSource
from tweetmoji.data.sources.hub import HuggingFaceSource, KaggleSource
from tweetmoji.data.sources.table import TableSource
from tweetmoji.data.sources.tweeteval import TweetEvalSource
from tweetmoji.errors import SettingError


@pytest.fixture
def root(tmp_path):
    """A root of all datasets with one text in each split."""
    (tmp_path / "emotion").mkdir()
    for split in ("train", "val", "test"):
        (tmp_path / "emotion" / f"{split}.txt").write_text(f"home {split};joy\n", encoding="utf-8")
    (tmp_path / "tweeteval-emotion").mkdir()
    (tmp_path / "tweeteval-emotion" / "mapping.txt").write_text("0\tanger\n", encoding="utf-8")
    for split in ("train", "val"):
        (tmp_path / "tweeteval-emotion" / f"{split}_text.txt").write_text(f"tweet {split}\n", encoding="utf-8")
        (tmp_path / "tweeteval-emotion" / f"{split}_labels.txt").write_text("0\n", encoding="utf-8")
    (tmp_path / "goemotions").mkdir()
    (tmp_path / "goemotions" / "labels.txt").write_text("fear\nneutral\n", encoding="utf-8")
    for name in ("train", "dev", "test"):
        (tmp_path / "goemotions" / f"{name}.tsv").write_text(f"go {name}\t0\ta\nso\t1\tb\n", encoding="utf-8")
    return tmp_path


def test_the_names_of_the_sources_are_fixed():
    names = ["emotion", "tweeteval", "goemotions", "huggingface", "kaggle", "table"]

    assert list(SOURCES) == names
    assert list(TRAINING_SOURCES) == [*names, "neutral", "synthetic"]


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("emotion", EmotionSource, "home train"),
        ("tweeteval", TweetEvalSource, "tweet train"),
        ("goemotions", GoEmotionsSource, "go train"),
        ("neutral", NeutralSource, "so"),
    ],
)
def test_a_source_is_opened_by_its_name(root, name, kind, text):
    source = open_source(name, root)
    data = source.read("train")

    assert type(source) is kind
    assert source.name == data.source == name
    assert data.texts == [text]


@pytest.mark.parametrize(("name", "kind"), [("huggingface", HuggingFaceSource), ("kaggle", KaggleSource)])
def test_what_a_service_offers_needs_no_place(name, kind):
    source = open_source(name, None)

    assert type(source) is kind
    assert source.name == name


def test_a_table_is_opened_with_its_columns_and_labels(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("tweet,mood\nit pours,rain\n", encoding="utf-8")
    source = open_source("table", path, ["sun", "rain"], text_column="tweet", label_column="mood")

    assert type(source) is TableSource
    assert source.read("all").texts == ["it pours"]
    assert source.read("all").targets.tolist() == [1]


def test_the_home_files_are_read_with_the_labels_of_the_model(root):
    assert open_source("emotion", root).read("val").labels == EMOTIONS
    assert open_source("emotion", root, ["joy", "woe"]).read("val").labels == ("joy", "woe")


@pytest.mark.parametrize("name", ["emotion", "tweeteval", "goemotions", "neutral", "table"])
def test_a_source_on_disk_needs_a_place(name):
    with pytest.raises(SettingError) as caught:
        open_source(name, None)

    assert str(caught.value) == f"source {name} needs a folder; name it with --data or TWEETMOJI_DATA_DIR"


@pytest.mark.parametrize("name", ["emotion", "Emotion", ""])
def test_an_unknown_source_is_named_with_those_that_there_are(tmp_path, name):
    with pytest.raises(SettingError) as caught:
        open_source(name, tmp_path)

    assert str(caught.value).startswith(f"unknown source {name!r}; expected one of home, tweeteval, goemotions, ")


@pytest.mark.parametrize("name", ["emotion", "tweeteval", "goemotions", "neutral"])
def test_a_missing_folder_is_named(tmp_path, name):
    with pytest.raises(DataError, match="nowhere: no such folder"):
        open_source(name, tmp_path / "nowhere")


def test_the_sources_of_a_root_are_those_whose_folders_it_holds(root):
    assert [source.name for source in find_sources(root)] == ["emotion", "tweeteval", "goemotions"]

    (root / "tweeteval-emotion").rename(root / "elsewhere")
    assert [source.name for source in find_sources(root)] == ["emotion", "goemotions"]


def test_the_sources_of_a_root_are_read_with_the_labels_of_the_model(root):
    assert find_sources(root, ["joy", "woe"])[0].read("val").labels == ("joy", "woe")


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_root_without_any_dataset_is_named_with_what_it_could_hold(tmp_path, name):
    with pytest.raises(DataError) as caught:
        find_sources(tmp_path / name)

    assert str(caught.value) == (
        f"{tmp_path / name}: holds no dataset; expected some of emotion/, tweeteval-emotion/, goemotions/"
    )


def test_evaluation_splits_are_every_val_and_test(root):
    splits = read_evaluation_splits([*find_sources(root), open_source("neutral", root)])

    assert [split.texts for split in splits] == [["home val"], ["home test"], ["tweet val"], ["go dev"], ["go test"]]
