"""``tweetmoji explore``: the table, ``--json``, ``--report``, ``--clean``, ``--out-of-fold``, and one-line errors."""

import json

import numpy as np
import pytest

from tweetmoji.emotions import EMOTIONS

TRAIN = """\
what a morning;joy
no one came;sadness
mine always;love
What a morning;joy
no one came;anger
who is there;fear
well well;surprise
all good here;joy
"""
VAL = "mine always;joy\nSo it goes!;sadness\n"
TEST = "stop it;anger\nwho is there;fear\n"


@pytest.fixture
def dataset(tmp_path):
    """A folder with a duplicate, a conflict, and leakage into val and test."""
    folder = tmp_path / "emotion"
    folder.mkdir()
    for name, content in {"train": TRAIN, "val": VAL, "test": TEST}.items():
        (folder / f"{name}.txt").write_text(content, encoding="utf-8")
    return folder


@pytest.fixture
def out_of_fold(dataset, run_cli, tmp_path):
    """Probabilities that agree with every label except that of row 8, which they take for love."""
    digest = json.loads(run_cli("explore", "--data", dataset, "--json").out)["splits"]["train"]["sha256"]
    targets = [EMOTIONS.index(line.rpartition(";")[2]) for line in TRAIN.splitlines()]
    targets[7] = EMOTIONS.index("love")
    path = tmp_path / "out-of-fold.npz"
    np.savez(
        path,
        probabilities=(np.eye(6)[targets] * 0.94 + 0.01).astype(np.float32),
        rows=np.arange(1, 9),
        labels=np.array(EMOTIONS),
        data_sha256=np.array(digest),
    )
    return path


@pytest.fixture
def extra():
    for package in ("cleanlab", "jinja2", "matplotlib"):
        pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[explore]'")


def cells(line):
    return [cell for cell in line.split("  ") if cell]


def test_table_has_a_column_for_each_split(run_cli, dataset):
    result = run_cli("explore", "--data", dataset)
    assert (result.code, result.err) == (0, "")
    assert result.lines[0] == "emotion: train 8, val 2, test 2"
    rows = {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in map(cells, result.lines) if cells}
    assert rows["joy"] == ["3 (37.5%)", "1 (50.0%)", "0 (0.0%)"]
    assert rows["characters a text, median"] == ["11.5", "11", "9.5"]
    assert rows["words a text, median"] == ["3", "2.5", "2.5"]
    assert rows["texts with capitals"] == ["12.5%", "50.0%", "0.0%"]
    assert rows["duplicates, one label"] == ["1", "0", "0"]
    assert rows["different labels"] == ["1", "0", "0"]
    assert "texts in train and val: 1, 1 with another label" in result.lines
    assert "texts in train and test: 1, 0 with another label" in result.lines
    assert "texts in val and test: 0, 0 with another label" in result.lines


def test_table_names_words_of_many_texts(run_cli, tmp_path):
    for split in ("train", "val", "test"):
        (tmp_path / f"{split}.txt").write_text("the rain;sadness\nthe sun;joy\n" * 200, encoding="utf-8")
    lines = run_cli("explore", "--data", tmp_path).lines
    assert "texts of train with: the 100%, rain 50%, sun 50%" in lines
    assert "sadness: rain" in lines
    assert "joy: sun" in lines
    assert "love: none" in lines


def test_json_lists_rows(run_cli, dataset):
    result = run_cli("explore", "--data", dataset, "--json")
    assert (result.code, result.err) == (0, "")
    answer = json.loads(result.out)
    assert answer["splits"]["train"]["classes"]["joy"] == {"n": 3, "share": 0.375}
    assert answer["duplicates"]["train"] == [{"rows": [1, 4], "labels": ["joy", "joy"]}]
    assert answer["conflicts"]["train"] == [{"rows": [2, 5], "labels": ["sadness", "anger"]}]
    assert answer["leakage"][0]["texts"] == [
        {"first": {"rows": [3], "labels": ["love"]}, "second": {"rows": [1], "labels": ["joy"]}}
    ]
    assert answer["label_errors"] is None


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_text_of_the_dataset_is_printed(run_cli, dataset, options):
    out = run_cli("explore", "--data", dataset, *options).out
    assert not [line for line in (TRAIN + VAL + TEST).splitlines() if line.rpartition(";")[0] in out]


def test_data_comes_from_tweetmoji_data_dir(run_cli, dataset):
    result = run_cli("explore", env={"TWEETMOJI_DATA_DIR": str(dataset.parent)})
    assert result.lines[0] == "emotion: train 8, val 2, test 2"


def test_source_table_with_columns(run_cli, tmp_path):
    (tmp_path / "tweets.csv").write_text("tweet,mood\nHurray,joy\nhurray!,joy\n", encoding="utf-8")
    columns = ("--text-column", "tweet", "--label-column", "mood")
    result = run_cli("explore", "--data", tmp_path / "tweets.csv", "--source", "table", *columns, "--json")
    answer = json.loads(result.out)
    assert answer["source"] == "table"
    assert answer["duplicates"] == {"full": [{"rows": [2, 3], "labels": ["joy", "joy"]}]}


def test_clean_writes_the_other_rows_and_counts_the_removed(run_cli, dataset, tmp_path):
    result = run_cli("explore", "--data", dataset, "--clean", tmp_path / "clean", "--json")
    assert result.code == 0
    assert json.loads(result.out)["source"] == "emotion"
    assert result.err == (
        f"{tmp_path}/clean: 5 rows of train removed "
        "(2 conflicting labels, 1 also in val, 1 duplicate, 1 also in test)\n"
    )
    kept = "what a morning;joy\nwell well;surprise\nall good here;joy\n"
    assert (tmp_path / "clean" / "train.txt").read_text(encoding="utf-8") == kept
    assert (tmp_path / "clean" / "val.txt").read_text(encoding="utf-8") == VAL


def test_clean_of_cleaned_data_removes_nothing(run_cli, dataset, tmp_path):
    assert run_cli("explore", "--data", dataset, "--clean", tmp_path / "clean").code == 0
    result = run_cli("explore", "--data", tmp_path / "clean", "--clean", tmp_path / "again")
    assert result.err == f"{tmp_path}/again: 0 rows of train removed\n"


def test_clean_refuses_a_folder_in_use_before_reading(run_cli, tmp_path):
    result = run_cli("explore", "--data", tmp_path / "nowhere", "--clean", tmp_path.parent)
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{tmp_path.parent}: holds ")


def test_out_of_fold_shows_and_cleans_label_errors(extra, run_cli, dataset, out_of_fold, tmp_path):
    result = run_cli("explore", "--data", dataset, "--out-of-fold", out_of_fold, "--clean", tmp_path / "clean")
    assert result.code == 0
    assert "likely label errors in train: 1 of 8 rows" in result.lines
    assert "joy, suggested love  1" in result.lines
    assert "train,8,likely label error\n" in (tmp_path / "clean" / "removed.csv").read_text(encoding="utf-8")


def test_report_writes_page_json_and_plots(extra, run_cli, dataset, out_of_fold, tmp_path):
    result = run_cli(
        "explore", "--data", dataset, "--out-of-fold", out_of_fold, "--report", tmp_path / "audit", "--json"
    )
    assert (result.code, result.err) == (0, f"{tmp_path}/audit: report.html, audit.json and plots/\n")
    written = (tmp_path / "audit" / "audit.json").read_text(encoding="utf-8")
    assert json.loads(written) == json.loads(result.out)
    assert "Audit of emotion" in (tmp_path / "audit" / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "audit" / "plots" / "label_errors.svg").is_file()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(None, "no such file; expected the out-of-fold probabilities"), (b"PK\x03\x04", "not a whole .npz file")],
)
def test_out_of_fold_with_a_faulty_file_is_one_line_on_stderr(run_cli, dataset, tmp_path, content, complaint):
    path = tmp_path / "folds.npz"
    if content is not None:
        path.write_bytes(content)
    result = run_cli("explore", "--data", dataset, "--out-of-fold", path)
    assert (result.code, result.out) == (1, "")
    assert result.complaint.startswith(f"{path}: ")
    assert complaint in result.complaint


@pytest.mark.parametrize(
    ("args", "code", "complaint"),
    [
        ((), 2, "--data"),
        (("--source", "nonsense", "--data", "."), 2, "'nonsense' is not one of 'emotion'"),
        (("--source", "neutral", "--data", "."), 2, "'neutral' is not one of 'emotion'"),
        (("--data", "nowhere"), 1, "nowhere: no such folder"),
        (("extra",), 2, "extra"),
    ],
)
def test_usage_error_is_one_line_on_stderr(run_cli, args, code, complaint):
    result = run_cli("explore", *args)
    assert (result.code, result.out) == (code, "")
    assert complaint in result.complaint


def test_explore_is_not_for_the_projects_own_data(run_cli):
    result = run_cli("explore", "--source", "written")
    assert (result.code, result.out) == (2, "")
    assert "'written' is not one of 'emotion', 'tweeteval'" in result.complaint
