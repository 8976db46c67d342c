"""``tweetmoji label`` as a command: options, exit codes, what it says."""

import json

import pytest


@pytest.fixture
def tweets(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,happy\n2,sad\n", encoding="utf-8")
    return path


def test_summary_is_on_stderr_and_nothing_on_stdout(run_cli, tweets, tmp_path):
    result = run_cli("label", "a.csv", "-o", "b.csv")
    assert (result.code, result.out) == (0, "")
    assert "2 rows" in result.err
    assert "joy" in result.err
    assert (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()[1].startswith("1,happy,😂,joy,")


def test_bad_rows_are_exit_code_3_and_so_is_the_finished_output(run_cli, tweets):
    tweets.write_text("id,text\n1,happy\n2\n", encoding="utf-8")
    first, again = (run_cli("label", "a.csv", "-o", "b.csv") for _ in range(2))
    assert (first.code, again.code) == (3, 3)
    assert "1 bad (1 fields), listed in b.csv.errors.jsonl" in first.err
    assert "2 of them by an earlier run" in again.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["a.csv"], 2, "--output"),
        (["-o", "b.csv"], 2, "INPUT"),
        (["gone.csv", "-o", "b.csv"], 1, "gone.csv: no such file"),
        (["a.csv", "-o", "b.xyz"], 2, "its name says no format"),
        (["a.csv", "-o", "b.csv", "--text-column", "body"], 2, "'body' is not there; the columns are 'id', 'text'"),
        (["a.csv", "-o", "b.csv", "--max-errors", "many"], 2, "max errors is 'many'"),
        (["a.csv", "-o", "a.csv"], 2, "is the input"),
        (["a.csv", "-o", "b.csv", "--date-column", "when"], 2, "no column 'when' with dates"),
        (["a.csv", "-o", "b.csv", "--prefix", "i", "--model", "nowhere"], 1, "nowhere"),
    ],
)
def test_mistake_is_one_line(run_cli, tweets, tmp_path, arguments, code, message):
    result = run_cli("label", *arguments)
    assert result.code == code
    assert message in result.complaint
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_json_is_all_that_json_progress_writes(run_cli, tweets):
    result = run_cli("label", "a.csv", "-o", "b.csv", "--progress", "json")
    assert json.loads(result.err.splitlines()[-1])["labels"]["joy"]["rows"] == 1
    assert run_cli("label", "a.csv", "-o", "c.csv", "--progress", "off").err == ""


def test_options_reach_the_output(run_cli, tweets, tmp_path):
    arguments = ["--prefix", "t_", "--scores", "--emoji", "joy=+😊", "--min-confidence", "0.9", "--on-error", "skip"]
    assert run_cli("label", "a.csv", "-o", "b.csv", *arguments).code == 0
    header, first, *_ = (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()
    assert header == "id,text,t_emoji,t_label,t_confidence,t_sadness,t_joy,t_love,t_anger,t_fear,t_surprise"
    assert first.startswith("1,happy,'+😊,joy,")


def test_summary_page_is_written_for_a_finished_output_too(run_cli, tweets, tmp_path):
    pytest.importorskip("matplotlib")
    run_cli("label", "a.csv", "-o", "b.csv")
    assert run_cli("label", "a.csv", "-o", "b.csv", "--summary", "s.html").code == 0
    assert "Labels of b.csv" in (tmp_path / "s.html").read_text(encoding="utf-8")


def test_ctrl_c_says_how_to_continue(run_cli, tweets, monkeypatch):
    from tweetmoji.label.tasks import Labeler

    def interrupt(self, part, emojifier):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Labeler, "label", interrupt)
        result = run_cli("label", "a.csv", "-o", "b.csv")
        stream = run_cli("label", "-", "-o", "b.csv", "--overwrite", stdin=b"happy\n")
    assert (result.code, result.complaint) == (130, "interrupted after 0 rows; the same command continues")
    assert (stream.code, stream.complaint) == (130, "interrupted after 0 rows; a stream cannot be continued")
    assert run_cli("label", "a.csv", "-o", "b.csv").code == 0


def test_address_needs_the_engine_ray(run_cli, tweets):
    result = run_cli("label", "a.csv", "-o", "b.csv", "--address", "10.0.0.1:6379")
    assert result.code == 2
    assert result.complaint.startswith("--address is that of a Ray cluster; expected --engine ray with it (see 'tweetm")


def test_engine_ray_without_the_package_names_the_extra(run_cli, tweets, monkeypatch, tmp_path):
    import sys

    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "tweetmoji.label.cluster", raising=False)
    result = run_cli("label", "a.csv", "-o", "b.csv", "--engine", "ray")
    assert result.code == 1
    assert "needs 'ray', which is not installed; in a clone, run: pip install '.[ray]'" in result.complaint
    assert not (tmp_path / ".b.csv.journal").exists()
