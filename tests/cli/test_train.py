"""The options of ``tweetmoji train`` and how it ends; training itself is tested, with torch, in tests/train."""

import logging
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest

import tweetmoji.train
from tweetmoji.data import TRAINING_SOURCES, SourceChoice
from tweetmoji.data.labels import LabelSet
from tweetmoji.errors import TrainingError
from tweetmoji.train import CrossValidationRun, TrainingRun, TrainSettings

REQUIRED = ("--data", "data", "--base", "base", "--out", "out")


@pytest.fixture
def trainer(monkeypatch, tiny_artifact):
    """Replaces the training loop, and so torch: notes what it is told and returns the tiny artifact."""
    told = SimpleNamespace(run=None, resume=None, failure=None)

    def note(run, resume):
        told.run, told.resume = run, resume
        if told.failure:
            raise told.failure

    def train(run, *, resume=False):
        note(run, resume)
        return tiny_artifact

    def cross_validate(run, *, resume=False):
        note(run, resume)
        return run.out

    monkeypatch.setitem(vars(tweetmoji.train), "train", train)
    monkeypatch.setitem(vars(tweetmoji.train), "cross_validate", cross_validate)
    monkeypatch.setattr(logging.getLogger("tweetmoji"), "level", logging.NOTSET)
    return told


def test_folders_and_base_are_handed_on(run_cli, trainer):
    result = run_cli("train", "--data", "corpora/emotion", "--base", "some/encoder", "--out", "models/mine")
    assert result.code == 0
    assert trainer.run.corpus.data == Path("corpora/emotion")
    assert trainer.run.base == "some/encoder"
    assert trainer.run.out == Path("models/mine")


def test_defaults_are_those_of_the_settings(run_cli, trainer):
    run_cli("train", *REQUIRED)
    assert trainer.run.settings == TrainSettings()
    assert trainer.resume is False


def test_resume_is_handed_on(run_cli, trainer):
    run_cli("train", *REQUIRED, "--resume")
    assert trainer.resume is True


@pytest.mark.parametrize("spec", fields(TrainSettings), ids=lambda spec: spec.name)
def test_every_setting_is_an_option(run_cli, trainer, spec):
    ends = spec.metadata["minimum"], spec.metadata["maximum"]
    value = next(spec.type(end) for end in ends[::-1] if end != spec.default)
    result = run_cli("train", *REQUIRED, f"--{spec.name.replace('_', '-')}", value)
    assert result.code == 0
    assert trainer.run.settings == TrainSettings(**{spec.name: value})


@pytest.mark.parametrize("spec", fields(TrainSettings), ids=lambda spec: spec.name)
def test_setting_out_of_range_is_a_usage_error(run_cli, trainer, spec):
    flag = f"--{spec.name.replace('_', '-')}"
    result = run_cli("train", *REQUIRED, flag, spec.type(spec.metadata["maximum"]) + 1)
    assert (result.code, result.out, trainer.run) == (2, "", None)
    assert flag in result.complaint


@pytest.mark.parametrize(
    "spec", [spec for spec in fields(TrainSettings) if spec.type is float], ids=lambda spec: spec.name
)
def test_setting_nan_is_a_usage_error(run_cli, trainer, spec):
    result = run_cli("train", *REQUIRED, f"--{spec.name.replace('_', '-')}", "nan")
    assert (result.code, trainer.run) == (2, None)
    assert "nan" in result.complaint


def test_sources_are_handed_on_in_their_order_with_their_rows(run_cli, trainer):
    run_cli("train", *REQUIRED, "--source", "tweeteval", "--source", "goemotions:12000", "--source", "emotion")
    assert trainer.run.corpus.sources == (
        SourceChoice("tweeteval"),
        SourceChoice("goemotions", 12000),
        SourceChoice("emotion"),
    )


def test_default_is_one_model_of_source_emotion_scored_on_test(run_cli, trainer):
    run_cli("train", *REQUIRED)
    assert isinstance(trainer.run, TrainingRun)
    assert trainer.run.corpus.sources == (SourceChoice("emotion"),)
    assert trainer.run.score_test is True


def test_no_test_leaves_the_test_splits_alone(run_cli, trainer):
    run_cli("train", *REQUIRED, "--no-test")
    assert trainer.run.score_test is False


@pytest.fixture
def labels_file(tmp_path):
    """Labels of a user's own."""
    path = tmp_path / "labels.toml"
    path.write_text('[labels]\npraise = "👏"\nquestion = "❓"\n', encoding="utf-8")
    return path


def test_labels_are_the_six_emotions_unless_a_file_names_others(run_cli, trainer):
    run_cli("train", *REQUIRED)
    assert trainer.run.labels == LabelSet()
    assert trainer.run.corpus.columns == ("text", "label")


@pytest.mark.parametrize("sources", [["emotion"], ["table", "emotion"]])
def test_own_labels_do_not_replace_a_source_of_the_recipe(run_cli, trainer, labels_file, tmp_path, sources):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(f"version = 1\n[train]\nlabels = '{labels_file.name}'\nsource = {sources}\n", encoding="utf-8")
    result = run_cli("train", *REQUIRED, "--recipe", recipe)
    assert (result.code, result.err) == (0, "")
    assert trainer.run.labels.labels == ("praise", "question")
    assert trainer.run.corpus.sources == tuple(map(SourceChoice, sources))


def test_own_labels_are_handed_on_and_looked_for_in_a_table(run_cli, trainer, labels_file):
    result = run_cli(
        *("train", *REQUIRED, "--labels", labels_file, "--text-column", "tweet", "--label-column", "mood"),
    )
    assert result.code == 0
    assert trainer.run.labels == LabelSet(("praise", "question"), {"praise": "👏", "question": "❓"}, none=False)
    assert trainer.run.corpus.sources == (SourceChoice("table"),)
    assert trainer.run.corpus.columns == ("tweet", "mood")


def test_columns_without_a_table_are_a_usage_error(run_cli, trainer):
    result = run_cli("train", *REQUIRED, "--text-column", "tweet")
    assert (result.code, result.out, trainer.run) == (2, "", None)
    assert result.complaint.startswith("columns are tweet and label, and only a table has columns")


def test_own_labels_do_not_replace_a_named_source(run_cli, trainer, labels_file):
    run_cli("train", *REQUIRED, "--labels", labels_file, "--source", "emotion")
    assert trainer.run.corpus.sources == (SourceChoice("emotion"),)


def test_missing_labels_file_is_one_line(run_cli, trainer, tmp_path):
    result = run_cli("train", *REQUIRED, "--labels", tmp_path / "none.toml")
    assert (result.code, result.out, trainer.run) == (1, "", None)
    assert result.complaint.startswith(f"{tmp_path / 'none.toml'}: no such file; expected a table [labels]")


@pytest.mark.parametrize("rows", ["many", "0", "-1", "1.5", ""])
def test_source_with_rows_that_are_not_a_number_is_a_usage_error(run_cli, trainer, rows):
    result = run_cli("train", *REQUIRED, "--source", f"emotion:{rows}")
    assert (result.code, result.out, trainer.run) == (2, "", None)
    assert f"'emotion:{rows}'" in result.complaint
    assert "emotion:5000" in result.complaint


def test_data_can_come_from_the_environment(run_cli, trainer):
    result = run_cli("train", "--base", "base", "--out", "out", env={"TWEETMOJI_DATA_DIR": "corpora"})
    assert result.code == 0
    assert trainer.run.corpus.data == Path("corpora")


def test_data_can_be_left_out_for_a_source_that_is_downloaded(run_cli, trainer):
    result = run_cli("train", "--base", "base", "--out", "out", "--source", "huggingface")
    assert result.code == 0
    assert trainer.run.corpus.data is None


FOLDED = (*REQUIRED[:-1], "out-of-fold.npz", "--folds", "5")


def test_folds_are_handed_on_and_their_file_is_named(run_cli, trainer, labels_file):
    result = run_cli("train", *FOLDED, "--resume", "--seed", "3", "--labels", labels_file)
    assert isinstance(trainer.run, CrossValidationRun)
    assert (trainer.run.folds, trainer.resume, trainer.run.out) == (5, True, Path("out-of-fold.npz"))
    assert trainer.run.settings == TrainSettings(seed=3)
    assert trainer.run.labels.labels == ("praise", "question")
    assert result.lines == ["out-of-fold.npz: out-of-fold probabilities of 5 folds"]


@pytest.mark.parametrize("flag", ["--test", "--no-test"])
def test_folds_with_test_option_is_a_usage_error(run_cli, trainer, flag):
    result = run_cli("train", *FOLDED, flag)
    assert (result.code, result.out, trainer.run) == (2, "", None)
    assert result.complaint.startswith("--test and --no-test have no effect with --folds")


def test_folds_into_a_name_without_npz_is_a_usage_error(run_cli, trainer):
    result = run_cli("train", *REQUIRED, "--folds", "5")
    assert (result.code, result.out, trainer.run) == (2, "", None)
    assert result.complaint == "--out out: expected the name of a file that ends in .npz"


def test_folds_may_have_a_neutral_source_that_is_not_the_first(run_cli, trainer):
    assert run_cli("train", *FOLDED, "--source", "emotion", "--source", "neutral").code == 0
    assert trainer.run.corpus.sources == (SourceChoice("emotion"), SourceChoice("neutral"))


@pytest.mark.parametrize("folds", ["1", "0", "101", "half"])
def test_folds_out_of_range_is_a_usage_error(run_cli, trainer, folds):
    result = run_cli("train", *REQUIRED, "--folds", folds)
    assert (result.code, result.out, trainer.run) == (2, "", None)
    assert "--folds" in result.complaint


@pytest.mark.parametrize("missing", ["--base", "--out"])
def test_base_and_out_are_required(run_cli, trainer, missing):
    at = REQUIRED.index(missing)
    result = run_cli("train", *REQUIRED[:at], *REQUIRED[at + 2 :])
    assert (result.code, trainer.run) == (2, None)
    assert missing in result.complaint


def test_success_names_the_model(run_cli, trainer, tiny_artifact):
    result = run_cli("train", *REQUIRED)
    (line,) = result.lines
    assert line.startswith(f"{tiny_artifact.folder}: tiny, version {tiny_artifact.version}")


def test_failure_is_one_line(run_cli, trainer):
    trainer.failure = TrainingError("the loss is nan at batch 3")
    result = run_cli("train", *REQUIRED)
    assert (result.code, result.out) == (1, "")
    assert result.complaint == "the loss is nan at batch 3"


def test_missing_torch_says_which_pip_install_brings_it(run_without_torch):
    done = run_without_torch("train", *REQUIRED)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line == "tweetmoji: this needs 'torch', which is not installed; in a clone, run: pip install '.[train]'"


def test_mistaken_source_is_named_without_torch(run_without_torch):
    done = run_without_torch("train", *REQUIRED, "--source", "emotion:many")
    assert done.returncode == 2
    assert "'emotion:many'" in done.stderr


def test_help_needs_no_torch(run_without_torch):
    done = run_without_torch("train", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    for spec in fields(TrainSettings):
        assert f"--{spec.name.replace('_', '-')}" in done.stdout
    assert all(name in done.stdout for name in TRAINING_SOURCES)


def test_own_data_and_denials_are_handed_on(run_cli, trainer):
    assert run_cli("train", *REQUIRED).code == 0
    assert (trainer.run.corpus.own_data, trainer.run.corpus.drop_denials) == (None, False)
    result = run_cli("train", *REQUIRED, "--own-data", "own", "--drop-denials", "--source", "written")
    assert result.code == 0
    assert (trainer.run.corpus.own_data, trainer.run.corpus.drop_denials) == (Path("own"), True)
    assert trainer.run.corpus.sources == (SourceChoice("written"),)


def test_own_data_of_a_recipe_start_at_its_folder(run_cli, trainer, tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('version = 1\n[train]\nown-data = "../own"\ndrop-denials = true\n', encoding="utf-8")
    assert run_cli("train", *REQUIRED, "--recipe", recipe).code == 0
    assert trainer.run.corpus.own_data == tmp_path / ".." / "own"
    assert trainer.run.corpus.drop_denials is True
