"""`tools/written.py`: the written texts are whole, and faults of all files are printed together."""

import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install '.[evaluate]'")
pytest.importorskip("yaml", reason="PyYAML is not installed: pip install '.[evaluate]'")

from tests.toys.datasets import write_own_data

import written
from written import main


def test_the_written_texts_have_no_fault(capsys):
    assert main() == 0
    assert "test.tsv: 400 texts, 120 pairs" in capsys.readouterr().out


def test_main_prints_every_fault_with_file_and_line(tmp_path, monkeypatch, capsys):
    folder = write_own_data(tmp_path) / "written"
    with (folder / "train-b.tsv").open("a", encoding="utf-8") as file:
        file.write("so it goes\tbliss\tplain\t\nwe all danced until the lights came on!\tjoy\tplain\t\n")
    (folder / "second-reading.tsv").write_text("hash\tlabel\n00ff\tjoy\n", encoding="utf-8")
    monkeypatch.setattr(written, "FOLDER", folder)
    assert main() == 1
    output = capsys.readouterr()
    faults = output.err.splitlines()
    assert output.out == ""
    assert faults[0].startswith(f"{folder}/train-b.tsv:4: unknown label 'bliss'")
    assert faults[1].startswith("second-reading.tsv:2: the hash '00ff' belongs to no written text")
    assert faults[2].startswith(f"{folder}/train-b.tsv:5: near copy of the test text 'we all danced until the lights")
