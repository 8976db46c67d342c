"""``tweetmoji train-suggestions``: what the command line tells the job."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import tweetmoji.train
from tweetmoji.train.jobs import SuggestionsRun
from tweetmoji.train.settings import SuggestionSettings


@pytest.fixture
def told(monkeypatch):
    """What the job was told; nothing is trained."""
    runs = []

    def train_suggestions(run):
        runs.append(run)
        return SimpleNamespace(folder=run.out, config=SimpleNamespace(name="mine"), version="0123456789ab")

    monkeypatch.setattr(tweetmoji.train, "train_suggestions", train_suggestions, raising=False)
    return runs


def test_job_is_told_folders_and_settings(run_cli, told, tmp_path):
    args = ("--model", "mine", "--data", tmp_path, "--own-data", "own", "--out", "mine", "--buckets", "50")
    result = run_cli("train-suggestions", *args)
    assert result.out == "mine: mine, version 0123456789ab (tweetmoji info --model …)\n"
    settings = SuggestionSettings(buckets=50)
    assert told == [
        SuggestionsRun(model=Path("mine"), data=tmp_path, out=Path("mine"), own_data=Path("own"), settings=settings)
    ]


def test_recipe_sets_the_options(run_cli, told, tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('version = 1\n[train-suggestions]\nown-data = "own"\niterations = 7\n', encoding="utf-8")
    run_cli("train-suggestions", "--recipe", recipe, "--model", "mine", "--data", tmp_path, "--out", "mine")
    assert (told[0].own_data, told[0].settings.iterations) == (tmp_path / "own", 7)


def test_missing_data_is_a_usage_error(run_cli, told, monkeypatch):
    monkeypatch.delenv("TWEETMOJI_DATA_DIR", raising=False)
    result = run_cli("train-suggestions", "--model", "mine", "--out", "mine")
    assert result.code == 2
    assert result.complaint.startswith("the root of the datasets is not named; expected --data or TWEETMOJI_DATA_DIR (")
    assert not told
