"""The options of ``tweetmoji export`` and how it ends; exporting itself is tested, with torch, in tests/train."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import tweetmoji.train
from tweetmoji.errors import TrainingError
from tweetmoji.runtime.artifact import SHIPPED


@pytest.fixture
def exporter(monkeypatch):
    """Replaces the export, and so torch: notes what it is told."""
    told = SimpleNamespace(model=None, out=None, failure=None)

    def export_hugging_face(model_folder, out):
        told.model, told.out = model_folder, out
        if told.failure:
            raise told.failure
        return out

    monkeypatch.setitem(vars(tweetmoji.train), "export_hugging_face", export_hugging_face)
    return told


@pytest.mark.parametrize("layout", [(), ("--format", "hf")])
def test_model_and_out_are_handed_on(run_cli, exporter, layout):
    result = run_cli("export", *layout, "--model", "models/mine", "--out", "mine-hf")
    assert (exporter.model, exporter.out) == (Path("models/mine"), Path("mine-hf"))
    assert (result.code, result.err) == (0, "")
    assert result.lines == [f"mine-hf: for transformers.pipeline; {Path('mine-hf') / 'README.md'} says how"]


@pytest.mark.parametrize(("named", "expected"), [("models/mine", Path("models/mine")), ("", SHIPPED)])
def test_model_comes_from_the_environment_or_is_the_shipped_one(run_cli, exporter, named, expected):
    run_cli("export", "--out", "mine-hf", env={"TWEETMOJI_MODEL": named})
    assert exporter.model == expected


@pytest.mark.parametrize(
    ("args", "named"), [(("--format", "gguf", "--out", "o"), "'gguf'"), ((), "--out"), (("--out", __file__), "--out")]
)
def test_usage_error_is_one_line(run_cli, exporter, args, named):
    result = run_cli("export", *args)
    assert (result.code, result.out, exporter.out) == (2, "", None)
    assert named in result.complaint


def test_failure_is_one_line(run_cli, exporter):
    exporter.failure = TrainingError("no float32 weights there")
    result = run_cli("export", "--out", "mine-hf")
    assert (result.code, result.out, result.complaint) == (1, "", "no float32 weights there")


def test_without_torch_the_extra_is_named(run_without_torch):
    done = run_without_torch("export", "--out", "mine-hf")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "pip install '.[train]'" in done.stderr


def test_help_needs_no_torch(run_without_torch):
    done = run_without_torch("export", "--help")
    assert done.returncode == 0
    assert "--format [hf]" in done.stdout
