"""TrainSettings: defaults, ranges and types. They need no torch, but belong to the training tests."""

import dataclasses
import subprocess
import sys

import pytest
from tests.toys.programs import HIDE_TORCH

from tweetmoji import SettingError
from tweetmoji.train import TrainSettings

pytestmark = pytest.mark.train
pytest.importorskip("torch", reason="training needs torch: make test-train")

RANGES = {
    "epochs": (1, 100),
    "batch_size": (1, 4096),
    "encoder_lr": (0, 1),
    "head_lr": (0, 1),
    "weight_decay": (0, 1),
    "warmup": (0, 1),
    "attention_dropout": (0, 0.9),
    "self_distillation": (0, 1),
    "augment": (0, 1),
    "max_tokens": (3, 512),
    "seed": (0, 2**31),
    "checkpoint_steps": (1, 10**9),
}
WHOLE = ("epochs", "batch_size", "max_tokens", "seed", "checkpoint_steps")


def test_every_setting_is_tested_here():
    assert {spec.name for spec in dataclasses.fields(TrainSettings)} == set(RANGES)


def test_defaults_are_those_that_the_documents_name():
    settings = TrainSettings()
    assert (settings.epochs, settings.batch_size, settings.max_tokens) == (4, 32, 128)
    assert (settings.encoder_lr, settings.head_lr) == (1e-4, 1e-3)


@pytest.mark.parametrize(("name", "value"), [(name, end) for name, ends in RANGES.items() for end in ends])
def test_ends_of_a_range_are_allowed(name, value):
    assert getattr(TrainSettings(**{name: value}), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, end) for name, (least, most) in RANGES.items() for end in (least - 1, most + 1)]
    + [
        (name, value) for name in RANGES if name not in WHOLE for value in (-1e-9, 1.000001, float("nan"), float("inf"))
    ],
)
def test_value_outside_its_range_is_refused_by_name(name, value):
    least, most = RANGES[name]
    with pytest.raises(SettingError) as caught:
        TrainSettings(**{name: value})
    assert str(caught.value) == f"{name} is {value}; expected {least:g} to {most:g}"


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name in RANGES for value in ("1", None, True)] + [(name, 3.0) for name in WHOLE],
)
def test_value_of_another_type_is_refused_by_name(name, value):
    with pytest.raises(SettingError, match=rf"^{name} is {value!r}; expected (int|float)$"):
        TrainSettings(**{name: value})


def test_rates_that_are_both_0_are_refused_as_nothing_would_learn():
    TrainSettings(encoder_lr=0.0)
    TrainSettings(head_lr=0.0)
    with pytest.raises(SettingError, match="encoder_lr and head_lr are 0"):
        TrainSettings(encoder_lr=0.0, head_lr=0.0)


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainSettings().epochs = 5


def test_training_without_torch_names_the_install_command():
    program = f"{HIDE_TORCH}\nfrom tweetmoji.train import TrainSettings, train"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "MissingExtraError: this needs 'torch'" in last
    assert "pip install '.[train]'" in last
