"""`WrittenSource`: its splits, whole pairs in val, and a message for every fault of the files."""

import hashlib
from pathlib import Path

import pytest
from tests.toys.datasets import write_own_data

from tweetmoji import DataError
from tweetmoji.data.lines import combine_digests
from tweetmoji.data.sources.written import CAPABILITIES, WrittenSource
from tweetmoji.emotions import EMOTIONS, NONE

REPOSITORY = Path(__file__).parents[3]
HEADER = "text\tlabel\tcapability\tpair\n"


@pytest.fixture
def own_data(tmp_path):
    return write_own_data(tmp_path)


def add(own_data, rows, file="train-b.tsv"):
    with (own_data / "written" / file).open("a", encoding="utf-8") as opened:
        opened.write("".join(f"{row}\n" for row in rows))


def test_read_gives_the_six_emotions_and_none(own_data):
    data = WrittenSource(own_data).read("test")
    assert (data.source, data.split, data.none_possible) == ("written", "test", True)
    assert data.labels == (*EMOTIONS, NONE)
    assert data.class_map == {label: (label,) for label in (*EMOTIONS, NONE)}
    assert [data.labels[target] for target in data.targets] == ["fear", "joy", "joy", "none"]
    assert data.texts[3] == "the bus leaves at nine"
    assert data.rows.tolist() == [2, 3, 4, 5]


def test_read_divides_the_training_files_by_a_hash_that_keeps_pairs_together(own_data):
    source = WrittenSource(own_data)
    assert source.read("val").texts == ["scared all night", "furious all night"]
    train = source.read("train")
    assert train.texts == ["sad once more", "happy once more", "furious rain", "the rain is home", "a happy day"]
    assert train.rows.tolist() == [2, 3, 6, 2, 3]


def test_further_rows_and_files_move_no_row_to_another_split(own_data):
    before = WrittenSource(own_data).read("val").texts
    add(own_data, ["so cold\tnone\tneutral\t", "single 4\tjoy\tplain\t"])
    (own_data / "written" / "train-d.tsv").write_text(f"{HEADER}single 14\tjoy\tplain\t\n", encoding="utf-8")
    assert WrittenSource(own_data).read("val").texts == [*before, "single 4", "single 14"]


def test_digests_cover_the_files_of_a_split(own_data):
    digests = {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in (own_data / "written").glob("*.tsv")
    }
    source = WrittenSource(own_data)
    assert source.read("test").sha256 == combine_digests(digests["test"])
    assert source.read("train").sha256 == source.read("val").sha256
    assert source.read("val").sha256 == combine_digests(digests["train-a"], digests["train-b"])


def test_read_rows_has_capability_and_pair_of_each_text(own_data):
    source = WrittenSource(own_data)
    rows = source.read_rows("test")
    assert [row.text for row in rows] == source.read("test").texts
    assert [(row.label, row.capability, row.pair, row.row) for row in rows[1:3]] == [
        ("joy", "implied", "test-1", 3),
        ("joy", "plain", "", 4),
    ]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (["so cold\tbliss\tplain\t"], "4: unknown label 'bliss'; expected one of sadness, joy"),
        (["so cold\tjoy\trhyme\t"], "4: unknown capability 'rhyme'; expected one of negation"),
        ([" \tjoy\tplain\t"], "4: the text is empty; write one"),
        (["A Happy Day\tjoy\tplain\t"], "4: the text of {folder}/train-b.tsv:3 again; expected each once"),
        (["the bus leaves at nine\tnone\tneutral\t"], "4: the text of {folder}/test.tsv:5 again"),
        (["one\tjoy\tplain\tb-1"], "4: pair b-1 is joy (train-b.tsv:4); expected two adjacent rows with two labels"),
        (["one\tjoy\tplain\tb-1", "two\tjoy\tplain\tb-1"], "4: pair b-1 is joy (train-b.tsv:4), joy (train-b.tsv:5)"),
        (
            ["one\tjoy\tplain\tb-1", "two\tanger\tplain\t", "three\tanger\tplain\tb-1"],
            "4: pair b-1 is joy (train-b.tsv:4), anger (train-b.tsv:6)",
        ),
        (
            ["one\tjoy\tplain\tb-1", "two\tanger\tplain\tb-1", "three\tfear\tplain\tb-1"],
            "4: pair b-1 is joy (train-b.tsv:4), anger (train-b.tsv:5), fear (train-b.tsv:6)",
        ),
        (["one\tjoy\tplain"], "4: 3 columns; expected text, label, capability, pair with tabs between"),
    ],
)
@pytest.mark.parametrize("split", ["train", "test"])
def test_a_fault_in_any_file_is_named_with_file_and_line(own_data, rows, fault, split):
    add(own_data, rows)
    with pytest.raises(DataError) as caught:
        WrittenSource(own_data).read(split)
    folder = own_data / "written"
    assert str(caught.value).startswith(f"{folder}/train-b.tsv:{fault.format(folder=folder)}")


def test_a_pair_across_two_files_is_a_fault(own_data):
    add(own_data, ["one\tjoy\tplain\tb-1"], file="train-a.tsv")
    add(own_data, ["two\tanger\tplain\tb-1"])
    with pytest.raises(DataError, match=r"pair b-1 is joy \(train-a\.tsv:7\), anger \(train-b\.tsv:4\)"):
        WrittenSource(own_data).read("train")


def test_another_header_is_named(own_data):
    (own_data / "written" / "test.tsv").write_text("text\tlabel\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"test\.tsv:1: the header is 'text\\tlabel'; expected text, label, capability"):
        WrittenSource(own_data).read("train")


@pytest.mark.parametrize("files", ["test.tsv", "train-*.tsv"])
def test_a_missing_file_is_named(own_data, files):
    for path in (own_data / "written").glob(files):
        path.unlink()
    name = files.replace("-*", "")
    with pytest.raises(DataError, match=rf"written/{name}: no such file; expected text<TAB>label<TAB>capability"):
        WrittenSource(own_data).read("val")


def test_a_missing_folder_says_what_own_data_is(tmp_path):
    with pytest.raises(DataError) as caught:
        WrittenSource(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}/written: no such folder; expected --own-data to name the folder that holds written/ and "
        "annotated/: data/ of tweetmoji's repository"
    )


def test_the_written_texts_of_the_repository():
    source = WrittenSource(REPOSITORY / "data")
    sizes = {split: len(source.read(split)) for split in source.splits}
    assert sizes["test"] == 400
    assert 0.05 < sizes["val"] / (sizes["val"] + sizes["train"]) < 0.11
    rows = {split: source.read_rows(split) for split in source.splits}
    assert {row.capability for row in rows["test"]} == set(CAPABILITIES)
    pairs = {split: {row.pair for row in part if row.pair} for split, part in rows.items()}
    assert not pairs["train"] & pairs["val"]
    assert sum(bool(row.pair) for row in rows["val"]) == 2 * len(pairs["val"]) > 0


def test_take_keeps_capabilities_and_pairs_with_their_texts(own_data):
    source = WrittenSource(own_data)
    data = source.read("test")
    rows = source.read_rows("test")
    assert (data.capabilities, data.pairs) == ([row.capability for row in rows], [row.pair for row in rows])

    taken = data.take([3, 0])
    assert taken.texts == [rows[3].text, rows[0].text]
    assert taken.capabilities == ["neutral", "implied"]
    assert taken.pairs == ["", "test-1"]
    assert data.without_none().capabilities == ["implied", "implied", "plain"]
