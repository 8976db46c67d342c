"""What becomes of rows in Parquet."""

import datetime as dt
import json

import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

NESTED = pa.table(
    {
        "id": pa.array([1, None, 3], pa.int8()),
        "text": pa.array(["happy", None, "sad"]).dictionary_encode(),
        "when": pa.array([dt.datetime(2024, 1, 2, tzinfo=dt.UTC), None, None], pa.timestamp("us", "Europe/Berlin")),
        "x": pa.array([{"y": [1, None]}, None, {"y": []}], pa.struct([("y", pa.list_(pa.int32()))])),
        "d": pa.array([None, None, None], pa.decimal128(9, 2)),
    },
).replace_schema_metadata({"who": "me"})


def test_types_nulls_nesting_and_metadata_are_kept(label, tmp_path, small_parts):
    pq.write_table(NESTED, tmp_path / "a.parquet")
    label("a.parquet", to="b.parquet", text_column="text", scores=True)
    found = pq.read_table(tmp_path / "b.parquet")
    kept = found.select(NESTED.column_names)
    assert kept.equals(NESTED)
    assert kept.schema.equals(NESTED.schema)
    assert found.schema.metadata[b"who"] == b"me"
    assert found["label"].to_pylist() == ["joy", None, "sadness"]
    assert found.schema.field("fear").type == pa.float64()
    assert found["error"].null_count == 2


def test_frame_of_pandas_comes_back_with_its_index(label, tmp_path):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"text": ["happy", None, "sad"]}, index=pd.Index(["a", "b", "c"], name="key"))
    frame.to_parquet(tmp_path / "a.parquet")
    label("a.parquet", to="b.parquet", on_error="skip", text_column="text")
    found = pd.read_parquet(tmp_path / "b.parquet")
    assert found.index.tolist() == ["a", "c"]
    assert found["label"].tolist() == ["joy", "sadness"]


def test_parquet_becomes_json_and_csv(label, tmp_path):
    pq.write_table(NESTED, tmp_path / "a.parquet")
    label("a.parquet", to="b.jsonl", text_column="text")
    label("a.parquet", to="b.csv", text_column="text")
    first = json.loads((tmp_path / "b.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert (first["id"], first["x"], first["when"]) == (1, {"y": [1, None]}, "2024-01-02T01:00:00+01:00")
    assert (
        (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()[1].startswith("1,happy,2024-01-02T01:00:00+01:00")
    )


@pytest.mark.parametrize(
    ("values", "kind", "found"),
    [
        (["1", "2.5"], "double", [1.0, 2.5]),
        (["1", "null"], "int64", [1, None]),
        (["1", '"a"'], "string", ["1", "a"]),
        (['{"a": 1}', '{"b": 2}'], "struct<a: int64, b: int64>", [{"a": 1, "b": None}, {"a": None, "b": 2}]),
        (["[1]", "3"], "string", ["[1]", "3"]),
        (["null", "null"], "string", [None, None]),
        (["true", "false"], "bool", [True, False]),
        ([str(2**70), "1"], "string", [str(2**70), "1"]),
    ],
)
def test_json_gets_a_type_that_holds_all(label, write, tmp_path, values, kind, found, monkeypatch):
    monkeypatch.setattr("tweetmoji.label.renderers.parquet.SCHEMA_ROWS", 1)
    write("a.jsonl", "".join(f'{{"text": "happy", "v": {value}}}\n' for value in values))
    label("a.jsonl", to="b.parquet")
    table = pq.read_table(tmp_path / "b.parquet")
    assert str(table.schema.field("v").type) == kind
    assert table["v"].to_pylist() == found


def test_damaged_line_of_json_is_a_row(label, write, tmp_path):
    write("a.jsonl", '{"text": "happy", "v": 1}\nbroken\n')
    label("a.jsonl", to="b.parquet")
    assert pq.read_table(tmp_path / "b.parquet")["text"].to_pylist() == ["happy", "broken"]


def test_row_group_holds_several_parts(label, write, tmp_path, small_parts, monkeypatch):
    monkeypatch.setattr("tweetmoji.label.renderers.parquet.ROW_GROUP_ROWS", 5)
    write("a.csv", "text\n" + "happy\n" * 12)
    label("a.csv", to="b.parquet")
    metadata = pq.read_metadata(tmp_path / "b.parquet")
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [6, 6]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_many_blank_lines_are_no_part(label, write, tmp_path, monkeypatch, name):
    monkeypatch.setattr("tweetmoji.label.readers.lines.PART_BYTES", 3)
    write(name, {"a.csv": "id,text\n" + "\n" * 9 + "1,happy\n", "a.jsonl": "\n" * 9 + '{"text": "happy"}\n'}[name])
    label(name, to="b.parquet")
    assert pq.read_table(tmp_path / "b.parquet")["label"].to_pylist() == ["joy"]


def test_file_without_rows_has_its_columns(label, write, tmp_path):
    write("a.csv", "id,text\n")
    label("a.csv", to="b.parquet")
    table = pq.read_table(tmp_path / "b.parquet")
    assert (table.num_rows, table.column_names) == (0, ["id", "text", "emoji", "label", "confidence", "error"])
