"""CSV and TSV, with every damage that a row may have."""

import csv

import pytest

from tweetmoji.errors import DataError
from tweetmoji.label.formats import Format
from tweetmoji.label.readers import lines
from tweetmoji.label.readers.delimited import DelimitedReader, find_delimiter, find_open_quote
from tweetmoji.label.rows import Place
from tweetmoji.label.sources import Source


@pytest.fixture
def open_csv(write):
    def open_file(content, kind="csv"):
        return DelimitedReader(Source(str(write("a.csv", content))), Format(kind))

    return open_file


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [("id,text", ","), ("id;text, of it;user", ";"), ('"a,b";c', ";"), ("a\tb", "\t"), ("a|b", "|"), ("text", ",")],
)
def test_delimiter_is_found_in_the_header(header, delimiter):
    assert find_delimiter(header) == delimiter


def test_fields_hold_delimiters_quotes_and_line_ends(open_csv, read):
    reader = open_csv('\ufeff"id";text\r\n1;"a;b ""c""\r\nd"\r\n2;e\r\n')
    assert reader.columns == ("id", "text")
    assert (reader.header, reader.line_end) == ('\ufeff"id";text', "\r\n")
    texts, faults, [part] = read(reader, 1)
    assert texts == ['a;b "c"\r\nd', "e"]
    assert faults == [None, None]
    assert part.rows.raw == ['1;"a;b ""c""\r\nd"', "2;e"]
    assert part.rows.lines == [2, 4]


@pytest.mark.parametrize(
    ("rows", "texts", "kinds", "lines_"),
    [
        ("1,a\n2\n3,b\n", ["a", None, "b"], [None, "fields", None], [2, 3, 4]),
        ("1,a\n2,b,c\n", ["a", None], [None, "fields"], [2, 3]),
        ("1,\n2,b\n", [None, "b"], ["null", None], [2, 3]),
        ('1,"open\n2,"b"\n3,c\n', [None, "b", "c"], ["quote", None, None], [2, 3, 4]),
        ('1,a\n2,"open\n3,b\n', ["a", None, "b"], [None, "quote", None], [2, 3, 4]),
        ('1,"two\nlines","open\n2,b\n', [None, "b"], ["quote", None], [2, 4]),
        ("\n1,a\n\n2,b\n", ["a", "b"], [None, None], [3, 5]),
    ],
)
def test_bad_row_costs_no_other(open_csv, read, rows, texts, kinds, lines_):
    found, faults, [part] = read(open_csv(f"id,text\n{rows}"), 1)
    assert (found, faults, part.rows.lines) == (texts, kinds, lines_)


def test_unclosed_quote_names_the_line_where_it_opened(open_csv, read):
    _, _, [part] = read(open_csv('id,text\n1,a\n2,"two\nlines"\n3,"open\n4,b\n'), 1)
    assert part.rows.faults[2].message.startswith("the quote that opens on line 5 is not closed")


def test_quote_that_opens_within_a_record_is_the_one_that_is_named(open_csv, read):
    _, _, [part] = read(open_csv('id,text\n"two\nlines","open\n4,b\n'), 1)
    assert part.rows.faults[0].message.startswith("the quote that opens on line 3 is not closed")
    assert part.rows.records[0][1] == '"two\nlines","open'


def test_quote_that_is_not_closed_within_the_bound_of_a_row_is_given_up(open_csv, read, monkeypatch):
    old = csv.field_size_limit(100)
    monkeypatch.setattr("tweetmoji.label.readers.delimited.MAX_RECORD_BYTES", 100)
    try:
        texts, faults, _ = read(open_csv('text\n"open\n' + "happy\n" * 50), 0)
    finally:
        csv.field_size_limit(old)
    assert (texts[0], faults[0]) == (None, "quote")
    assert texts[1:] == ["happy"] * 50


def test_bad_utf8_names_the_byte_and_reads_as_the_replacement(open_csv, read):
    _, faults, [part] = read(open_csv(b"text\ncaf\xe9\nhappy\n"))
    assert faults == ["not UTF-8", None]
    assert part.rows.faults[0].message.startswith("line 2: byte 4 (0xe9) is not UTF-8")
    assert part.rows.raw[0] == "caf\ufffd"


def test_surplus_fields_stand_in_the_last_column(open_csv, read):
    _, _, [part] = read(open_csv("id,text\n1,a,b,c\n"), 1)
    assert part.rows.records == [["1", "a,b,c"]]
    assert part.rows.damaged == {0}


def test_text_over_one_megabyte_is_a_bad_row(open_csv, read):
    texts, faults, _ = read(open_csv("text\n" + "a" * 1_000_000 + "\n" + "a" * 1_000_001 + "\n"))
    assert faults == [None, "too long"]
    assert texts[1] is None


def test_of_a_line_beyond_all_bounds_the_beginning_is_a_bad_row(open_csv, read, monkeypatch):
    monkeypatch.setattr(lines, "MAX_RECORD_BYTES", 1 << 20)
    content = 'text\nhappy\n"' + "a" * (3 << 20) + '"\nsad\n"' + "b" * (2 << 20)
    texts, faults, parts = read(open_csv(content))
    assert (texts, faults) == (["happy", None, "sad", None], [None, "too long", None, "too long"])
    assert parts[-1].end == Place(len(content), 4, 5)
    [part] = [part for part in parts if part.start.row == 0]
    assert part.rows.faults[1].message.startswith("line 3: 3,145,731 bytes; only the first 1,048,576")
    assert part.rows.raw[1] == '"' + "a" * ((1 << 20) - 1)


def test_blank_line_of_one_column_is_an_empty_cell(open_csv, read):
    assert read(open_csv("text\na\n\nb\n"))[:2] == (["a", None, "b"], [None, "null", None])


@pytest.mark.parametrize("content", ["", "text\n", "text"])
def test_file_without_rows_has_no_parts(open_csv, read, content):
    reader = open_csv(content)
    assert reader.columns == ("text",)
    assert read(reader)[2] == []


def test_carriage_returns_alone_end_lines_where_there_is_nothing_else(open_csv, read):
    assert read(open_csv("id,text\r1,a\r2,b\r"), 1)[0] == ["a", "b"]


def test_tsv_has_tabs(open_csv, read):
    assert read(open_csv('id\ttext\n1\t"a\tb"\n', "tsv"), 1)[0] == ["a\tb"]


@pytest.mark.parametrize(
    ("header", "message"), [(b'id,"no\nend', "the header is damaged"), (b"caf\xe9\n", "not UTF-8")]
)
def test_damaged_header_is_an_error(open_csv, header, message):
    with pytest.raises(DataError, match=message):
        open_csv(header)


CONTENT = 'id,text\n1,"two\nlines"\n2,"open\n3,b\n\n4,c,d\n5,happy\n6,"x ""y"""\n'


def test_every_part_can_be_read_again_from_its_place(small_parts, write, read):
    source = Source(str(write("a.csv", CONTENT)))
    whole = read(DelimitedReader(source, Format("csv")), 1)
    assert [len(part.rows) for part in whole[2]] == [2, 2, 2]
    for i, part in enumerate(whole[2]):
        texts, faults, parts = read(DelimitedReader(source, Format("csv")), 1, part.start)
        assert (texts, faults) == (whole[0][2 * i :], whole[1][2 * i :])
        assert [(one.start, one.end) for one in parts] == [(one.start, one.end) for one in whole[2][i:]]
    assert whole[2][-1].end == Place(len(CONTENT), 6, CONTENT.count("\n"))
    assert [part.fraction for part in whole[2]] == [part.end.offset / len(CONTENT) for part in whole[2]]


@pytest.mark.parametrize(
    ("text", "position"),
    [('a,"b', 2), ('"a","b', 4), ('"a""b', 0), ('x"y,"z', 4), ('"a"b,c', 0), ('"a\r\n","b', 6)],
)
def test_open_quote_is_found(text, position):
    assert find_open_quote(text, ",") == position
