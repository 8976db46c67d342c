"""Parquet, in slices of row groups."""

import pytest

from tweetmoji.errors import DataError, SettingError
from tweetmoji.label.sources import Source

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
from tweetmoji.label.readers.parquet import ParquetReader, is_string  # noqa: E402 - needs pyarrow


@pytest.fixture
def open_parquet(tmp_path):
    def open_table(table, **options):
        pq.write_table(table, tmp_path / "a.parquet", **options)
        return ParquetReader(Source(str(tmp_path / "a.parquet")))

    return open_table


TABLE = pa.table({"id": range(7), "text": ["a", None, "b", "c", "d", "e", "f"]})


def test_every_part_can_be_read_again_from_its_place(small_parts, open_parquet, read):
    texts, faults, parts = read(open_parquet(TABLE, row_group_size=3), 1)
    assert texts == TABLE["text"].to_pylist()
    assert faults == [None, "null", *[None] * 5]
    assert [len(part.rows) for part in parts] == [2, 1, 2, 1, 1]  # none across two row groups
    for part in parts:
        found, _, others = read(open_parquet(TABLE, row_group_size=3), 1, part.start)
        assert found == texts[part.start.row :]
        assert [one.end for one in others] == [one.end for one in parts if one.end.row > part.start.row]
    assert parts[-1].fraction == 1.0


def test_large_values_make_small_parts(open_parquet, read, monkeypatch):
    monkeypatch.setattr("tweetmoji.label.readers.parquet.PART_BYTES", 300)
    table = pa.table({"text": [f"{i:0100d}" for i in range(10)]})
    _, _, parts = read(open_parquet(table, compression="none", use_dictionary=False))
    assert max(len(part.rows) for part in parts) <= 3


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_every_kind_of_string_is_read(open_parquet, read, kind):
    assert read(open_parquet(pa.table({"text": pa.array(["a", None]).cast(kind)})))[0] == ["a", None]
    assert is_string(kind)


def test_other_types_are_no_text_column(open_parquet, read):
    with pytest.raises(SettingError, match="'id' is of type int64; expected strings"):
        read(open_parquet(TABLE), 0)


def test_bad_utf8_is_a_bad_row(open_parquet, read):
    column = pa.array([b"happy", b"caf\xe9", None]).view(pa.string())
    texts, faults, _ = read(open_parquet(pa.table({"text": column})))
    assert texts == ["happy", None, None]
    assert faults == [None, "not UTF-8", "null"]


@pytest.mark.parametrize("content", [b"", b"PAR1 no", b"PAR1" + bytes(100) + b"PAR1"])
def test_other_file_is_an_error_that_names_it(write, content):
    with pytest.raises(DataError, match=r"a\.parquet: not a Parquet file, or damaged"):
        ParquetReader(Source(str(write("a.parquet", content))))


def test_table_without_rows_has_no_parts(open_parquet, read):
    assert read(open_parquet(TABLE.slice(0, 0)), 1)[2] == []
