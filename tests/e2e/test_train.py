"""The installed `tweetmoji train` over a shell: progress, failures in one line, and a run killed and resumed."""

import re
import signal
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from tests.installed import PROGRAM, make_environment, run_on_terminal
from tests.toys.training import write_base, write_emotion, write_tweeteval

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")

RECIPE = ("--epochs=1", "--batch-size=2", "--encoder-lr=0.003", "--head-lr=0.01", "--max-tokens=16")
LIMIT_S = 120
ONE_CORE = make_environment(CUDA_VISIBLE_DEVICES="", HF_HUB_OFFLINE="1", OMP_NUM_THREADS="1")
"""Variables of a program that trains on one core of the CPU."""


@dataclass(frozen=True)
class Job:
    """What one `tweetmoji train` is told."""

    data: Path
    base: str
    out: Path
    more: tuple[str, ...] = ("--checkpoint-steps=1",)

    @property
    def checkpoints(self) -> Path:
        return self.out.with_name(f"{self.out.name}.checkpoints")

    def make_command(self, *more) -> list[str | Path]:
        options = (f"--data={self.data}", f"--base={self.base}", f"--out={self.out}", *RECIPE, *self.more, *more)
        return [PROGRAM, "train", *options]

    def start(self, *more) -> subprocess.Popen:
        """Start the program."""
        return subprocess.Popen(
            self.make_command(*more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=ONE_CORE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored if the tests run behind &
        )

    def run(self, *more) -> subprocess.CompletedProcess:
        process = self.start(*more)
        out, err = process.communicate(timeout=LIMIT_S)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def read_folder(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def wait_for(path: Path, process: subprocess.Popen) -> None:
    """Wait until the file is there and whole (it appears under its name only then)."""
    deadline = time.monotonic() + LIMIT_S
    while not path.exists():
        assert process.poll() is None, f"ended before {path.name} was there: {process.communicate()}"
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture(scope="module")
def toys(tmp_path_factory) -> Job:
    folder = tmp_path_factory.mktemp("toys")
    data, base = write_emotion(folder / "data"), write_base(folder / "toy-bert")
    return Job(data=data, base=str(base), out=folder / "unused")


@pytest.fixture
def job(toys, tmp_path) -> Job:
    return replace(toys, out=tmp_path / "my-model")


@pytest.fixture(scope="module")
def finished(toys, tmp_path_factory):
    """A job run to its end, and what it said."""
    job = replace(toys, out=tmp_path_factory.mktemp("finished") / "my-model")
    done = job.run()
    assert done.returncode == 0, done.stderr
    return job, done


def test_training_reports_in_whole_lines_where_there_is_no_terminal(finished):
    job, done = finished
    assert done.stdout.startswith(f"{job.out}: my-model, version ")
    assert done.stdout.count("\n") == 1
    epoch, val, best = done.stderr.splitlines()
    assert re.fullmatch(r"epoch 1 of 1: train loss \d\.\d{3}", epoch)
    metric = r"[a-z_\d]+ \d\.\d{4}"
    assert re.fullmatch(rf"  emotion val: {metric}(, {metric})+", val)
    assert best.startswith("epoch 1 was best on val")
    assert not set("\r\x1b█▏|") & set(done.stderr)


def test_trained_model_predicts_tweets(finished):
    job, _ = finished
    done = subprocess.run(
        [PROGRAM, "predict", "--model", job.out, "i feel furious", "i am so cheerful"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 2
    info = subprocess.run([PROGRAM, "info", "--model", job.out], capture_output=True, text=True)
    version = re.search(r"version (\w+)", finished[1].stdout)[1]
    assert f"my-model, version {version}" in info.stdout
    assert all(
        f"{weights}, emotion {split}" in info.stdout for weights in ("int8", "float32") for split in ("val", "test")
    )


def test_checkpoints_of_an_earlier_run_are_refused_without_resume(finished):
    job, _ = finished
    before = read_folder(job.out)
    done = job.run()
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert str(job.checkpoints) in line
    assert "--resume" in line
    assert read_folder(job.out) == before


def test_killed_run_resumes_to_the_same_model_with_progress_on_the_terminal(finished, job):
    process = job.start()
    wait_for(job.checkpoints / "state.pt", process)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not job.out.exists()

    code, _, screen = run_on_terminal(job.make_command("--resume"), ONE_CORE)
    assert code == 0, screen
    (first, *_) = re.findall(r"epoch 1/1:\s+\d+%\|[^|]*\| (\d+)/72", screen)
    assert int(first) >= 1, "it began again"
    assert re.search(r"72/72 \[\d\d:\d\d<00:00, .*loss=\d\.\d{3}, lr=\d\.\de[+-]\d\d\]", screen)
    assert read_folder(job.out) == read_folder(finished[0].out)


def test_interrupted_run_ends_without_a_traceback_and_can_be_resumed(job):
    process = job.start()
    wait_for(job.checkpoints / "state.pt", process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert not job.out.exists()
    assert {path.name for path in job.checkpoints.iterdir()} <= {"run.json", "network.json", "state.pt", "best.pt"}


@pytest.mark.parametrize(("option", "expected"), [("--warmup=1.5", "0<=x<=1"), ("--seed=one", "integer")])
def test_setting_out_of_range_is_a_usage_error(job, option, expected):
    done = job.run(option)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("tweetmoji: ")
    assert option.partition("=")[0] in line
    assert expected in line
    assert not job.checkpoints.exists()


def test_missing_data_is_a_usage_error_that_names_option_and_variable(job):
    options = ("--base", job.base, "--out", job.out)
    done = subprocess.run([PROGRAM, "train", *options], capture_output=True, text=True, env=ONE_CORE)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "--data" in line
    assert "TWEETMOJI_DATA_DIR" in line
    assert not job.checkpoints.exists()


def test_two_sources_are_trained_on_and_reported(toys, tmp_path):
    root = tmp_path / "datasets"
    write_emotion(root / "emotion")
    write_tweeteval(root / "tweeteval-emotion")
    job = replace(toys, data=root, out=tmp_path / "two", more=("--source=emotion", "--source=tweeteval:5", "--no-test"))
    done = job.run()
    assert done.returncode == 0, done.stderr
    assert [line.split(":")[0] for line in done.stderr.splitlines()][1:3] == ["  emotion val", "  tweeteval val"]


def test_folds_write_probabilities_of_every_text(job):
    folded = replace(job, out=job.out.with_suffix(".npz"), more=("--folds=2",))
    done = folded.run()
    assert (done.returncode, done.stdout) == (0, f"{folded.out}: out-of-fold probabilities of 2 folds\n")
    with np.load(folded.out, allow_pickle=False) as file:
        assert file["probabilities"].shape == (144, 6)


def test_folds_into_a_name_without_npz_is_a_usage_error(job):
    done = job.run("--folds=2")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert str(job.out) in line
    assert ".npz" in line
    assert not job.checkpoints.exists()
