"""The installed ``tweetmoji evaluate`` over a shell: scoring, JSON for other programs, comparison, report, progress."""

import csv
import json
import subprocess
import sys

import pytest
from tests.installed import PROGRAM, make_environment, run_on_terminal
from tests.toys.datasets import RIGHT, write_datasets

from tweetmoji.runtime.artifact import SHIPPED

DEADLINE_S = 120


@pytest.fixture
def datasets(tmp_path):
    return write_datasets(tmp_path / "datasets")


@pytest.fixture
def environment(tiny_folder, datasets):
    """A shell's variables: ``tweetmoji`` is on the PATH, answers with the tiny model and finds the datasets."""
    return make_environment("PYTHON", TWEETMOJI_MODEL=str(tiny_folder), TWEETMOJI_DATA_DIR=str(datasets))


@pytest.fixture
def bash(environment, tmp_path):
    """Run a bash script in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()

    def run(script, **variables):
        return subprocess.run(
            ["bash", "-c", f"set -o pipefail; {script}"],
            capture_output=True,
            text=True,
            env=environment | variables,
            cwd=folder,
            timeout=DEADLINE_S,
            check=False,
        )

    run.folder = folder
    return run


@pytest.fixture
def extra():
    for package in ("huggingface_hub", "jinja2", "matplotlib", "yaml"):
        pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")


def test_metrics_are_printed_as_tables_with_an_empty_stderr_or_a_closed_one(bash):
    done, closed = (bash(f"tweetmoji evaluate --split val {stderr}") for stderr in ("", "2>&-"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("tiny ")
    assert "\nemotion val, n = 12\n\naccuracy                   0.7500  [" in done.stdout
    assert (closed.returncode, closed.stdout) == (0, done.stdout)


def test_json_can_be_piped_to_another_program(bash):
    script = "import json, sys; print(json.load(sys.stdin)['evaluations'][0]['metrics']['accuracy'])"
    done = bash(f'tweetmoji evaluate --split val --json | {sys.executable} -c "{script}"')
    assert (done.returncode, done.stdout, done.stderr) == (0, "0.75\n", "")


def test_source_all_gives_the_same_bytes_each_time(bash, extra):
    first, again = (bash("tweetmoji evaluate --source all --json --threads 1") for _ in range(2))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == again.stdout
    found = {
        (row["source"], row["split"]): (round(row["metrics"]["accuracy"] * row["metrics"]["n"]), row["metrics"]["n"])
        for row in json.loads(first.stdout)["evaluations"]
    }
    assert found == RIGHT


def test_compare_prints_differences_and_mcnemars_test(bash):
    done = bash(f"tweetmoji evaluate --source tweeteval --compare '{SHIPPED}'")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\ntweetmoji-minilm " in done.stdout
    assert " minus this model, tweeteval val\n" in done.stdout
    assert "McNemar's exact test: p = " in done.stdout.splitlines()[-1]


def test_report_holds_page_plots_card_scorecard_and_mistakes(bash, extra):
    done = bash(f"tweetmoji evaluate --source all --compare '{SHIPPED}' --report out/report --json")
    assert (done.returncode, done.stderr) == (0, "")
    report = bash.folder / "out" / "report"
    names = {"evaluation.json", "report.html", "README.md", "plots", "mistakes"}
    assert {path.name for path in report.iterdir()} == names
    assert json.loads((report / "evaluation.json").read_text(encoding="utf-8")) == json.loads(done.stdout)
    assert {path.suffix for path in (report / "plots").iterdir()} == {".svg", ".png"}
    assert all(path.stat().st_size > 0 for path in report.rglob("*") if path.is_file())
    assert {path.stem for path in (report / "mistakes").glob("*.csv")} == {"-".join(place) for place in RIGHT}

    with (report / "mistakes" / "emotion-val.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert sorted(texts) == ["a happy dog; a happy cat", "i was astonished", "sad and late"]
    for path in report.rglob("*"):  # texts of the dataset are in the mistakes alone, which git ignores
        if path.is_file() and path.parent.name != "mistakes":
            content = path.read_bytes()
            assert not any(text.encode() in content for text in texts), path


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        ("--source behavior --compare other", 2, "--compare goes with splits of datasets"),
        ("--report /dev/null/report", 1, "/dev/null/report"),
    ],
)
def test_errors_are_one_line_on_stderr(bash, arguments, code, complaint, extra):
    done = bash(f"tweetmoji evaluate {arguments}")
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("tweetmoji: ")
    assert done.stderr.count("\n") == 1
    assert complaint in done.stderr


def test_progress_is_shown_on_a_terminal_and_not_in_stdout(environment):
    code, out, screen = run_on_terminal([PROGRAM, "evaluate", "--source", "goemotions", "--json"], environment)
    assert code == 0, screen
    assert "scoring" in screen
    assert "100%" in screen
    assert json.loads(out)["evaluations"][0]["source"] == "goemotions"


def test_the_cursor_is_shown_again_after_an_error(environment, datasets):
    (datasets / "goemotions" / "test.tsv").write_bytes(b"\xff\n")
    code, out, screen = run_on_terminal([PROGRAM, "evaluate", "--source", "goemotions"], environment)
    assert (code, out) == (1, "")
    assert screen.count("\x1b[?25l") == screen.count("\x1b[?25h")
    assert "test.tsv:1: byte 1" in screen
