"""Which format a file has by its name."""

import gzip

import pytest

from tweetmoji.errors import SettingError
from tweetmoji.label.formats import Format, check_output, choose_format, compress, find_format, split_suffixes


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.csv", Format("csv")),
        ("a.b.TSV", Format("tsv")),
        ("a.tab.gz", Format("tsv", "gzip")),
        ("dir.csv/a.jsonl.zst", Format("jsonl", "zstd")),
        ("a.ndjson", Format("jsonl")),
        ("a.txt.GZ", Format("lines", "gzip")),
        ("a.pq", Format("parquet")),
        ("a.xlsx", None),
        ("a.gz", None),
        ("csv", None),
    ],
)
def test_name_says_the_format(name, form):
    assert find_format(name) == form


def test_name_is_split_into_stem_and_endings():
    assert split_suffixes("a.b.csv.gz") == ("a.b", ".csv", ".gz")
    assert split_suffixes("plain") == ("plain", "", "")


def test_format_that_nothing_says_is_refused_with_the_endings():
    with pytest.raises(SettingError, match=r"a\.xlsx: its name says no format; .*\.parquet.* or --input-format"):
        choose_format("a.xlsx", None, "--input-format")


def test_given_format_wins_and_the_name_says_the_compression():
    assert choose_format("a.csv.gz", "lines", "--input-format") == Format("lines", "gzip")
    assert choose_format("-", None, "--input-format", "lines") == Format("lines")


def test_compressed_parquet_is_refused():
    with pytest.raises(SettingError, match="Parquet is compressed inside"):
        choose_format("a.parquet.gz", None, "--output-format")


def test_lines_are_no_output():
    with pytest.raises(SettingError, match=r"out\.txt: plain lines have no columns"):
        check_output("out.txt", "lines")


@pytest.mark.parametrize("compression", [None, "gzip", "zstd"])
def test_same_content_is_compressed_to_the_same_bytes(compression):
    if compression == "zstd":
        pytest.importorskip("zstandard")
    assert compress(b"happy" * 100, compression) == compress(b"happy" * 100, compression)


def test_compressed_pieces_one_after_another_are_a_file():
    assert gzip.decompress(compress(b"happy\n", "gzip") + compress(b"sad\n", "gzip")) == b"happy\nsad\n"
