"""What fine-tuning can be set to: its numbers, each with default, range and meaning, and the sources to learn from."""

from dataclasses import dataclass

from tweetmoji.errors import SettingError
from tweetmoji.settings import check_settings, setting


@dataclass(frozen=True)
class TrainSettings:
    """Settings of one fine-tuning run, checked when made.

    Raises:
        SettingError: A value is of the wrong type or outside its range.
    """

    epochs: int = setting(4, "Passes over the training texts.", least=1, most=100)
    batch_size: int = setting(32, "Texts per optimiser step.", least=1, most=4096)
    encoder_lr: float = setting(1e-4, "Peak learning rate of the encoder; 0 freezes it.", least=0, most=1)
    head_lr: float = setting(1e-3, "Peak learning rate of pooler and classifier.", least=0, most=1)
    weight_decay: float = setting(0.01, "AdamW's decay of weight matrices.", least=0, most=1)
    warmup: float = setting(0.06, "Share of the steps over which the rates rise.", least=0, most=1)
    attention_dropout: float = setting(
        0.1, "Share of the attention weights left out; 0 trains a tenth faster on a CPU.", least=0, most=0.9
    )
    self_distillation: float = setting(
        0.0,
        "Share of a label's loss that asks for the last epoch's answer instead, by the last epoch.",
        least=0,
        most=1,
    )
    base_share: float = setting(
        0.0, "Share of the base's own weights in the result; for a base that has learned the task.", least=0, most=1
    )
    max_tokens: int = setting(128, "Tokens read of a text, special tokens included.", least=3, most=512)
    seed: int = setting(0, "Seed of the head's first weights, of order and of dropout.", least=0, most=2**31)
    checkpoint_steps: int = setting(250, "Optimiser steps between checkpoints.", least=1, most=10**9)

    def __post_init__(self) -> None:
        check_settings(self)
        if self.encoder_lr == self.head_lr == 0:
            raise SettingError("encoder_lr and head_lr are 0, so nothing would learn; expected one of them above 0")


@dataclass(frozen=True)
class SourceChoice:
    """A source to train on, and how many of its training texts, drawn at random; None for all."""

    name: str
    rows: int | None = None


def parse_choice(text: str) -> SourceChoice:
    """Read ``NAME`` or ``NAME:ROWS``.

    Raises:
        SettingError: ROWS is no positive whole number.
    """
    name, colon, rows = text.partition(":")
    if not colon:
        return SourceChoice(name)
    if not (rows.isascii() and rows.isdecimal() and int(rows) > 0):
        raise SettingError(f"source {text!r}: {rows!r} is no number of rows; expected for example {name}:5000")
    return SourceChoice(name, int(rows))
