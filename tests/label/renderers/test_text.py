"""What becomes of rows in the text formats."""

import csv
import datetime as dt
import decimal
import io
import json

import pytest

from tweetmoji.label.formats import Format
from tweetmoji.label.readers import open_reader
from tweetmoji.label.renderers import make_renderer
from tweetmoji.label.renderers.delimited import guard_formula
from tweetmoji.label.renderers.text import format_value
from tweetmoji.label.sources import Source

ADDED = ["emoji", "label", "confidence", "error"]


@pytest.fixture
def convert(write):
    """A file in another format, each row with the same answer."""

    def run(name, content, to, *, text_column=0, skip=False, emoji="😂", compression=None):
        kinds = {"csv": "csv", "tsv": "tsv", "jsonl": "jsonl", "txt": "lines"}
        reader = open_reader(Source(str(write(name, content))), Format(kinds[name.partition(".")[2]]))
        added = ADDED[: -1 if skip else None]
        renderer = make_renderer(reader, Format(to, compression), added, skip=skip)
        out = renderer.make_header()
        for part in reader.read_parts(text_column):
            faults = [fault and fault.message for fault in part.rows.faults]
            cells = [[None if fault else value for fault in faults] for value in (emoji, "joy", 0.5)]
            out += renderer.render(part.rows, cells if skip else [*cells, faults])
        return out.decode("utf-8")

    return run


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_delimiter_of_the_input_stays_in_its_own_format(convert, name):
    tab = "\t" if name == "a.tsv" else "|"
    assert convert(name, f"id{tab}text\n1{tab}a\n", name[2:], text_column=1) == (
        f"id{tab}text{tab}emoji{tab}label{tab}confidence{tab}error\n1{tab}a{tab}😂{tab}joy{tab}0.5{tab}\n"
    )


def test_csv_becomes_tsv_and_back(convert):
    assert convert("a.csv", 'text,x\n"a,b","c\td"\n', "tsv").splitlines()[1] == 'a,b\t"c\td"\t😂\tjoy\t0.5\t'
    assert convert("a.tsv", "text\tx\na,b\tc\n", "csv").splitlines()[1] == '"a,b",c,😂,joy,0.5,'


def test_damaged_rows_of_a_csv_have_as_many_fields_as_all(convert):
    out = convert("a.csv", 'id,text\n1\n2,a,b\n3,"open\n4,x\n', "csv", text_column=1)
    rows = list(csv.reader(io.StringIO(out)))
    assert {len(row) for row in rows} == {6}
    assert [row[:2] for row in rows[1:]] == [["1", ""], ["2", "a,b"], ["", '3,"open'], ["4", "x"]]


def test_objects_stay_as_they_are(convert):
    line = '{"text": "a\\u00e9",  "n":1.50, "big":12345678901234567890, "x":{"y":[null]}}'
    out = convert("a.jsonl", f"{line}\n{{}}\n", "jsonl").splitlines()
    assert out[0] == line[:-1] + ', "emoji": "😂", "label": "joy", "confidence": 0.5, "error": null}'
    assert json.loads(out[1])["emoji"] is None


def test_damaged_line_becomes_an_object(convert):
    out = convert("a.jsonl", '{"text": "a", "id": 1}\nbroken "x"\n', "jsonl").splitlines()
    assert json.loads(out[1])["text"] == 'broken "x"'
    assert "id" not in json.loads(out[1])


def test_objects_become_rows(convert):
    out = convert("a.jsonl", '{"text": "a", "x": {"é": [1, null]}, "y": true}\n{"text": "b", "z": 1.5}\n', "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0] | {"z": ""} == rows[0]
    assert (rows[0]["x"], rows[0]["y"]) == ('{"é": [1, null]}', "true")
    assert (rows[1]["x"], rows[1]["z"]) == ("", "1.5")


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\r\nb"])
def test_line_ends_within_a_text_are_quoted(convert, text):
    out = convert("a.jsonl", json.dumps({"text": text}) + "\n", "csv")
    assert next(csv.DictReader(io.StringIO(out, newline="")))["text"] == text


def test_lines_become_objects(convert):
    assert json.loads(convert("a.txt", "a\tb\n", "jsonl"))["text"] == "a\tb"


def test_lone_surrogates_become_the_replacement(convert):
    assert "\ufffd" in convert("a.jsonl", '{"text": "a\\ud83d"}\n', "csv")


def test_skipped_rows_are_left_out(convert):
    assert convert("a.csv", "text,id\na,1\n,2\nb,3\n", "csv", skip=True).splitlines()[1:] == [
        "a,1,😂,joy,0.5",
        "b,3,😂,joy,0.5",
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\tx", "\rx"])
def test_cell_that_would_be_a_formula_gets_an_apostrophe(convert, cell):
    assert guard_formula(cell) == f"'{cell}"
    rows = list(csv.reader(io.StringIO(convert("a.csv", "text\na\n", "csv", emoji=cell), newline="")))
    assert rows[1][1] == f"'{cell}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("a", "a"),
        (True, "true"),
        (1.0, "1.0"),
        (10**20, "1" + "0" * 20),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.datetime(2024, 1, 2, 3, 4, tzinfo=dt.UTC), "2024-01-02T03:04:00+00:00"),
        (decimal.Decimal("1.10"), "1.10"),
        (b"caf\xe9", "caf\ufffd"),
        ([dt.date(2024, 1, 2)], '["2024-01-02"]'),
    ],
)
def test_value_becomes_a_cell(value, cell):
    assert format_value(value) == cell
