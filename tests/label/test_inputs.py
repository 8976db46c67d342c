"""Which files are read, and where each one's output goes."""

import pytest

from tweetmoji.errors import DataError, SettingError
from tweetmoji.label.inputs import find_partition_columns, plan_files
from tweetmoji.label.options import LabelOptions


@pytest.fixture
def plan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(*inputs, to, **options):
        found = plan_files(inputs, to, LabelOptions(**options))
        return [(pair.input, pair.output) for pair in found.pairs], found

    return make


def test_one_input_is_a_file(plan, write):
    write("a.csv", "")
    pairs, found = plan("a.csv", to="b.jsonl.gz")
    assert pairs == [("a.csv", "b.jsonl.gz")]
    assert found.pairs[0].output_format.compression == "gzip"
    assert (found.folder, found.resumable) == (False, True)


@pytest.mark.parametrize("inputs", [["d"], ["d/"], ["d/**/*.csv"], ["d/x/a.csv", "d/b.csv"]])
def test_several_a_folder_or_a_glob_are_a_folder(plan, write, inputs):
    write("d/x/a.csv", "")
    write("d/b.csv", "")
    pairs, found = plan(*inputs, to="out/")
    assert found.folder
    nested = "a.csv" if len(inputs) > 1 else "x/a.csv"
    assert sorted(output for _, output in pairs) == sorted([f"out/{nested}", "out/b.csv"])


def test_glob_of_one_file_is_a_folder_too(plan, write):
    write("d/a.csv", "")
    assert plan("d/*.csv", to="out")[0] == [("d/a.csv", "out/a.csv")]


def test_output_format_changes_the_endings(plan, write):
    write("d/a.csv.gz", "")
    write("d/b.txt.gz", "")
    assert [output for _, output in plan("d", to="out", output_format="parquet")[0]] == [
        "out/a.parquet",
        "out/b.parquet",
    ]
    assert [output for _, output in plan("d", to="out")[0]] == ["out/a.csv.gz", "out/b.csv.gz"]


@pytest.mark.parametrize(
    ("inputs", "to", "options", "message"),
    [
        (["a.xyz"], "b.csv", {}, r"a\.xyz: its name says no format"),
        (["a.csv"], "b", {}, "b: its name says no format"),
        (["a.csv"], "b.txt", {}, "plain lines have no columns"),
        (["a.csv"], "d", {}, "d: is a folder; expected the name of a file"),
        (["a.csv"], "a.csv", {}, "is the input"),
        (["a.csv"], "./a.csv", {}, "is the input"),
        (["a.csv", "-"], "out", {}, "'-' is one stream"),
        (["a.csv", "d"], "-", {}, "'-' is one stream"),
        (["a.csv", "d/a.csv"], "out", {}, "would both become out/a.csv"),
        (["d"], "d", {}, "holds the input"),
        (["d"], ".", {}, "holds the input"),
    ],
)
def test_names_that_do_not_fit_are_refused(plan, write, inputs, to, options, message):
    write("a.csv", "")
    write("d/a.csv", "")
    with pytest.raises(SettingError, match=message):
        plan(*inputs, to=to, **options)


@pytest.mark.parametrize("name", ["gone.csv/x", "empty", "none-*.csv"])
def test_nothing_to_read_is_an_error(plan, tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"no such file|holds no file"):
        plan(name, "empty", to="out")


def test_streams_are_lines_to_csv_unless_said_otherwise(plan):
    found = plan("-", to="-")[1]
    assert (found.pairs[0].input_format.kind, found.pairs[0].output_format.kind) == ("lines", "csv")
    assert not found.resumable
    assert plan("-", to="-", input_format="jsonl")[1].pairs[0].output_format.kind == "jsonl"


def test_urls_are_expanded_by_their_file_system(plan):
    memory = pytest.importorskip("fsspec").filesystem("memory")
    memory.pipe({"/bucket/p/k=1/a.csv": b"", "/bucket/p/k=2/b.csv": b"", "/bucket/p/c.md": b""})
    pairs, found = plan("memory://bucket/p", to="memory://out")
    assert sorted(pairs) == [
        ("memory:///bucket/p/k=1/a.csv", "memory://out/k=1/a.csv"),
        ("memory:///bucket/p/k=2/b.csv", "memory://out/k=2/b.csv"),
    ]
    assert not found.resumable
    assert len(plan("memory://bucket/p/*/*.csv", to="out")[0]) == 2


def test_glob_of_an_unknown_protocol_is_an_error_that_names_it(plan):
    pytest.importorskip("fsspec")
    with pytest.raises(DataError, match=r"nowhere://a/\*\.csv: cannot be read: .*nowhere"):
        plan("nowhere://a/*.csv", to="out")


def test_partitions_have_columns():
    assert find_partition_columns("d/year=2024/month=1/a=b.csv") == ["year", "month"]
