"""Plain lines and JSON Lines."""

import gzip
import json

import pytest

from tweetmoji.label.formats import Format
from tweetmoji.label.readers.text_lines import JsonLinesReader, LinesReader
from tweetmoji.label.sources import Source


@pytest.fixture
def open_lines(write):
    return lambda content: LinesReader(Source(str(write("a.txt", content))), Format("lines"))


@pytest.fixture
def open_json(write):
    return lambda content: JsonLinesReader(Source(str(write("a.jsonl", content))), Format("jsonl"))


def test_each_line_is_a_text(open_lines, read):
    texts, faults, [part] = read(open_lines("\ufeffhappy\r\n\n\u2028sad\nlast"))
    assert texts == ["happy", "", "\u2028sad", "last"]
    assert faults == [None] * 4
    assert part.rows.lines == [1, 2, 3, 4]


def test_bad_line_is_a_bad_row(open_lines, read):
    assert read(open_lines(b"a\n\xff\nb"))[:2] == (["a", None, "b"], [None, "not UTF-8", None])


def test_columns_are_the_keys_of_all_objects(open_json):
    assert open_json('{"b": 1, "text": "a"}\n{"c": 2}\n\nno\n').columns == ("b", "text", "c")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('{"text": "happy"}', None),
        ('{"text": null}', "null"),
        ('{"id": 1}', "null"),
        ('{"text": 3}', "not a text"),
        ('{"text": "a"', "not JSON"),
        ('["text"]', "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_bad_object_is_a_bad_row(open_json, read, line, kind):
    reader = open_json('{"text": "a", "id": 0}\n' + line + "\n")
    assert read(reader, 0)[1] == [None, kind]


def test_damaged_line_stands_in_the_text_column(open_json, read):
    _, _, [part] = read(open_json('{"id": 1, "text": "a"}\nbroken\n'), 1)
    assert part.rows.records[1] == [None, "broken"]


def test_parts_of_a_compressed_file_can_be_read_again(small_parts, write, read):
    lines = "".join(json.dumps({"text": f"t{i}"}) + "\n" * (1 + i % 2) for i in range(7))
    source = Source(str(write("a.jsonl.gz", gzip.compress(lines.encode()))))
    form = Format("jsonl", "gzip")
    texts, _, parts = read(JsonLinesReader(source, form))
    assert texts == [f"t{i}" for i in range(7)]
    for i, part in enumerate(parts):
        assert read(JsonLinesReader(source, form, ("text",)), 0, part.start)[0] == texts[2 * i :]
