"""Every bad data file given to a command: exit code 1, and one line on stderr that names file, row and remedy."""

import io
import sys
from dataclasses import dataclass

import pytest
from tests.toys.datasets import write_emotion, write_goemotions, write_tweeteval


@dataclass(frozen=True)
class Fault:
    """One bad input.

    Attributes:
        name: What is wrong with it.
        file: The one bad file.
        content: Its bytes; None where it is missing.
        place: What follows its name in the message: the row where there is one.
        reason: What came, in the words of the message.
        remedy: What to do or what was expected, in the same words.
    """

    name: str
    file: str
    content: bytes | None
    place: str
    reason: str
    remedy: str


EMOTION = [
    Fault("missing file", "test.txt", None, ": ", "no such file", "expected lines of the form text;label"),
    Fault("damaged file", "test.txt", b"happy;joy\nsad;sad", ":2: ", "unknown label 'sad'", "one of sadness, joy,"),
    Fault("unknown label", "test.txt", b"happy;joy\nwow;bliss\n", ":2: ", "unknown label 'bliss'", "one of sadness"),
    Fault("missing column", "test.txt", b"happy;joy\nsad\n", ":2: ", "no semicolon in 'sad'", "expected text;label"),
    Fault("missing text", "test.txt", b"happy;joy\n;joy\n", ":2: ", "no text", "expected text;label"),
    Fault("empty split", "test.txt", b"", ": ", "the file is empty", "expected lines of the form text;label"),
    Fault(
        "wrong encoding", "test.txt", b"a;joy\ncaf\xe9;joy\n", ":2: ", "(0xe9) is not UTF-8", "save the file as UTF-8"
    ),
    Fault("other encoding", "test.txt", "a;joy\n".encode("utf-16"), ":1: ", "is not UTF-8", "save the file as UTF-8"),
]
TWEETEVAL = [
    Fault("missing file", "val_labels.txt", None, ": ", "no such file", "expected a label number a line"),
    Fault(
        "damaged file",
        "val_labels.txt",
        b"0\n1\n",
        ": ",
        "2 labels for the 6 texts of val_text.txt",
        "fetch both again",
    ),
    Fault("unknown label", "val_labels.txt", b"0\n1\n1\n2\n3\n7\n", ":6: ", "unknown label '7'", "one of 0, 1, 2, 3"),
    Fault("unknown name", "mapping.txt", b"0\tanger\n1\tbliss\n", ":2: ", "unknown label 'bliss'", "one of anger, joy"),
    Fault(
        "missing column", "mapping.txt", b"0\tanger\n1 joy\n", ":2: ", "unknown label ''", "expected one of anger, joy"
    ),
    Fault("empty split", "val_text.txt", b"", ": ", "the file is empty", "expected a tweet a line"),
    Fault("wrong encoding", "val_text.txt", b"a\nb\nc\nd\ne\n\xff\n", ":6: ", "is not UTF-8", "save the file as UTF-8"),
]
GOEMOTIONS = [
    Fault("missing file", "test.tsv", None, ": ", "no such file", "expected text<TAB>label numbers<TAB>id lines"),
    Fault(
        "damaged file", "test.tsv", b"a\t1\tx\nb\t1\n", ":2: ", "2 fields", "expected 3: text<TAB>label numbers<TAB>id"
    ),
    Fault("unknown label", "test.tsv", b"a\t1\tx\nb\t8\ty\n", ":2: ", "unknown label '8'", "from 0 to 7"),
    Fault("unknown name", "labels.txt", b"joy\nbliss\n", ":2: ", "unknown label 'bliss'", "one of admiration, "),
    Fault("missing column", "test.tsv", b"a\tjoy\tx\n", ":1: ", "unknown label 'joy'", "from 0 to 7"),
    Fault("empty split", "test.tsv", b"", ": ", "the file is empty", "expected text<TAB>label numbers<TAB>id lines"),
    Fault("nothing counts", "test.tsv", b"a\t7\tx\n", ": ", "none of its rows counts", "fetch the file again"),
    Fault("wrong encoding", "test.tsv", b"a\t1\tx\n\xe9\t1\ty\n", ":2: ", "is not UTF-8", "save the file as UTF-8"),
]
TABLE = [
    Fault("missing file", "t.csv", None, ": ", "no such file or folder", "expected a table (.csv, .tsv, .jsonl,"),
    Fault("unknown format", "t.xlsx", b"PK", ": ", "unknown ending '.xlsx'", "expected one of .csv, .tsv, .jsonl,"),
    Fault("damaged file", "t.csv", b'text,label\na,joy\n"b,joy\n', ":3: ", "is damaged", "close every quote"),
    Fault(
        "stray comma", "t.csv", b"text,label\na,joy\nb,c,joy\n", ":3: ", "3 fields, and 2 in the header", "put quotes"
    ),
    Fault("unknown label", "t.csv", b"text,label\na,joy\nb,bliss\n", ":3: ", "unknown label 'bliss'", "one of sadness"),
    Fault(
        "missing column",
        "t.csv",
        b"tweet,label\na,joy\n",
        ": ",
        "found 'tweet', 'label'",
        "name yours with --text-column",
    ),
    Fault("missing text", "t.csv", b"text,label\na,joy\n ,joy\n", ":3: ", "the text is empty", "leave out the row"),
    Fault("empty split", "t.csv", b"text,label\n", ": ", "the table has no rows", "expected at least one text"),
    Fault("empty file", "t.csv", b"", ": ", "the file is empty", "expected a header row with text and label"),
    Fault("wrong encoding", "t.csv", b"text,label\ncaf\xe9,joy\n", ":2: ", "is not UTF-8", "save the file as UTF-8"),
    Fault("damaged file", "t.jsonl", b'{"text": "a", "label": "joy"}\n{"te', ":2: ", "not JSON", "expected an object"),
    Fault("unknown label", "t.jsonl", b'{"text": "a", "label": "x"}\n', ":1: ", "unknown label 'x'", "one of sadness"),
    Fault(
        "missing column",
        "t.jsonl",
        b'{"text": "a"}\n',
        ":1: ",
        "expected one column 'label'",
        "name yours with --text-column",
    ),
    Fault(
        "text is a number", "t.jsonl", b'{"text": 1, "label": "joy"}\n', ":1: ", "the text is 1", "expected a string"
    ),
    Fault("empty split", "t.jsonl", b"", ": ", "the file is empty", "expected a JSON object on each line"),
    Fault("wrong encoding", "t.jsonl", b'{"text": "\xe9"}\n', ":1: ", "is not UTF-8", "save the file as UTF-8"),
]


@pytest.fixture
def complain(run_cli):
    """Run ``tweetmoji COMMAND --source SOURCE --data PATH``, which must fail with one line; the line."""

    def run(command, source, path):
        result = run_cli(command, "--source", source, "--data", path)
        assert (result.code, result.out) == (1, ""), result.err
        return result.complaint

    return run


def spoil(folder, fault):
    """Put the bad file into the folder; its path."""
    path = folder / fault.file
    if fault.content is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(fault.content)
    return path


def check(line, path, fault):
    assert line.startswith(f"{path}{fault.place}"), line
    assert fault.reason in line
    assert fault.remedy in line


@pytest.mark.parametrize("command", ["evaluate", "explore"])
@pytest.mark.parametrize(
    ("source", "write", "fault"),
    [
        pytest.param(source, write, fault, id=f"{source}, {fault.name}")
        for source, write, faults in (
            ("emotion", write_emotion, EMOTION),
            ("tweeteval", write_tweeteval, TWEETEVAL),
            ("goemotions", write_goemotions, GOEMOTIONS),
        )
        for fault in faults
    ],
)
def test_bad_dataset_names_file_row_and_remedy(complain, tmp_path, command, source, write, fault):
    folder = write(tmp_path / "data")
    path = spoil(folder, fault)
    check(complain(command, source, folder), path, fault)


@pytest.mark.parametrize("command", ["evaluate", "explore"])
@pytest.mark.parametrize("fault", TABLE, ids=lambda fault: f"{fault.file}, {fault.name}")
def test_bad_table_names_file_row_and_remedy(complain, tmp_path, command, fault):
    path = spoil(tmp_path, fault)
    check(complain(command, "table", path), path, fault)


@pytest.mark.parametrize("command", ["evaluate", "explore"])
@pytest.mark.parametrize(
    ("columns", "place", "reason", "remedy"),
    [
        ({"text": ["a", "b"], "label": ["joy", "bliss"]}, ":2: ", "unknown label 'bliss'", "expected one of sadness"),
        ({"tweet": ["a"], "label": ["joy"]}, ": ", "found 'tweet', 'label'", "name yours with --text-column"),
        ({"text": ["a", None], "label": ["joy"] * 2}, ":2: ", "the text is None", "expected a string"),
        ({"text": [], "label": []}, ": ", "the table has no rows", "expected at least one text with its label"),
        ({"text": [b"caf\xe9"], "label": ["joy"]}, ":1: ", r"the text is b'caf\xe9'", "expected a string"),
    ],
    ids=["unknown label", "missing column", "missing text", "empty split", "wrong encoding"],
)
def test_bad_parquet_names_file_row_and_remedy(complain, tmp_path, command, columns, place, reason, remedy):
    path = tmp_path / "t.parquet"
    path.write_bytes(make_parquet(columns))
    check(complain(command, "table", path), path, Fault("", path.name, b"", place, reason, remedy))


@pytest.mark.parametrize("command", ["evaluate", "explore"])
@pytest.mark.parametrize("keep", [0, 8, -8], ids=["empty", "cut short", "without its end"])
def test_damaged_parquet_names_file_and_remedy(complain, tmp_path, command, keep):
    path = tmp_path / "t.parquet"
    path.write_bytes(make_parquet({"text": ["a"] * 1000, "label": ["joy"] * 1000})[:keep])
    line = complain(command, "table", path)
    assert line.startswith(f"{path}: not a Parquet file, or a damaged one (")
    assert line.endswith("; get the file again")


def make_parquet(columns):
    pa = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow: pip install '.[data]'")
    parquet = pytest.importorskip("pyarrow.parquet")
    buffer = io.BytesIO()
    parquet.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("command", ["evaluate", "explore"])
@pytest.mark.parametrize("source", ["emotion", "tweeteval", "goemotions"])
def test_missing_folder_is_named_with_what_it_should_hold(complain, tmp_path, command, source):
    line = complain(command, source, tmp_path / "nowhere")
    assert line.startswith(f"{tmp_path}/nowhere: no such folder; expected one that holds train")


def test_one_bad_file_among_all_datasets_is_named(complain, tmp_path):
    write_emotion(tmp_path / "emotion")
    write_tweeteval(tmp_path / "tweeteval-emotion")
    path = spoil(tmp_path / "tweeteval-emotion", TWEETEVAL[2])
    check(complain("evaluate", "all", tmp_path), path, TWEETEVAL[2])


def test_a_root_that_holds_no_dataset_is_named_with_what_it_could_hold(complain, tmp_path):
    line = complain("evaluate", "all", tmp_path)
    assert (
        line
        == f"{tmp_path}: holds no dataset; expected some of emotion/, tweeteval-emotion/, goemotions/, tweeteval-emoji/"
    )


def test_parquet_without_pyarrow_names_what_to_install(complain, monkeypatch, tmp_path):
    (tmp_path / "t.parquet").write_bytes(make_parquet({"text": ["a"], "label": ["joy"]}))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    line = complain("evaluate", "table", tmp_path / "t.parquet")
    assert line == "this needs 'pyarrow', which is not installed; in a clone, run: pip install '.[data]'"
