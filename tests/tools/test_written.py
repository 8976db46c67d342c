"""`tools/written.py`: the written texts are whole, and faults in such files are found."""

import pytest

pytest.importorskip("yaml", reason="PyYAML is not installed: pip install '.[evaluate]'")

from written import Row, find_faults, main, read_rows


def make_row(text="happy now", label="joy", capability="plain", pair="", line=2):
    return Row("a.tsv", line, text, label, capability, pair)


def test_the_written_texts_have_no_fault(capsys):
    assert main() == 0
    assert "test.tsv: 400 texts, 120 pairs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([make_row(label="bliss")], "a.tsv:2: unknown label 'bliss'; expected one of sadness"),
        ([make_row(capability="rhyme")], "a.tsv:2: unknown capability 'rhyme'; expected one of negation"),
        ([make_row(), make_row("Happy NOW", line=3)], "a.tsv:3: the text of a.tsv:2 again"),
        ([make_row(pair="a-1")], "a.tsv:2: pair a-1 has the labels joy; expected two rows with two labels"),
        ([make_row(pair="a-1"), make_row("glad", pair="a-1")], "a.tsv:2: pair a-1 has the labels joy, joy"),
    ],
)
def test_find_faults_names_file_and_line(rows, fault):
    [found] = find_faults(rows)
    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("text\tlabel\n", r"a\.tsv:1: columns are \['text', 'label'\]; expected"),
        ("text\tlabel\tcapability\tpair\nhi\tjoy\n", r"a\.tsv:2: 2 columns; expected 4"),
    ],
)
def test_read_rows_refuses_other_columns(tmp_path, content, reason):
    (tmp_path / "a.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        read_rows(tmp_path / "a.tsv")
