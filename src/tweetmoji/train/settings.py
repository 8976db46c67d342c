"""Settings of fine-tuning: default, range and meaning of each."""

from dataclasses import dataclass

from tweetmoji.errors import SettingError
from tweetmoji.settings import check_settings, setting


@dataclass(frozen=True)
class TrainSettings:
    """Settings of one fine-tuning run.

    Raises:
        SettingError: A value is of the wrong type or outside its range.
    """

    epochs: int = setting(4, "Passes over the training texts.", minimum=1, maximum=100)
    batch_size: int = setting(32, "Texts per optimizer step.", minimum=1, maximum=4096)
    encoder_lr: float = setting(1e-4, "Peak learning rate of the encoder; 0 freezes it.", minimum=0, maximum=1)
    head_lr: float = setting(
        1e-3, "Peak learning rate of the head (pooler and classifier); 0 freezes it.", minimum=0, maximum=1
    )
    weight_decay: float = setting(0.01, "Weight decay of the weight matrices (AdamW).", minimum=0, maximum=1)
    warmup: float = setting(0.06, "Fraction of the steps over which the learning rates rise.", minimum=0, maximum=1)
    attention_dropout: float = setting(
        0.1, "Dropout of the attention weights; 0 trains a tenth faster on a CPU.", minimum=0, maximum=0.9
    )
    self_distillation: float = setting(
        0.0, "Final weight of the self-distillation loss; 0 turns it off.", minimum=0, maximum=1
    )
    augment: float = setting(
        0.0, "Fraction of the texts that an epoch reads with typos, elongated words or a hashtag.", minimum=0, maximum=1
    )
    max_tokens: int = setting(128, "Tokens read of each text, special tokens included.", minimum=3, maximum=512)
    seed: int = setting(
        0,
        "Seed of the head's initial weights, the texts that an epoch draws, their order, augmentation and dropout.",
        minimum=0,
        maximum=2**31,
    )
    checkpoint_steps: int = setting(250, "Optimizer steps between checkpoints.", minimum=1, maximum=10**9)

    def __post_init__(self) -> None:
        check_settings(self)
        if self.encoder_lr == self.head_lr == 0:
            raise SettingError("encoder_lr and head_lr are 0, so nothing would be trained; expected one above 0")


@dataclass(frozen=True)
class SuggestionSettings:
    """Settings of the part of a model that suggests emoji.

    Raises:
        SettingError: A value is of the wrong type or outside its range.
    """

    buckets: int = setting(
        32_768, "Buckets of the hashed n-grams; each takes a byte an emoji.", minimum=1, maximum=2**24
    )
    gram_penalty: float = setting(2.0, "L2 penalty of the n-grams' weights.", minimum=0, maximum=10**9)
    feature_penalty: float = setting(3.0, "L2 penalty of the encoder's weights.", minimum=0, maximum=10**9)
    iterations: int = setting(70, "Most steps of L-BFGS.", minimum=1, maximum=10_000)

    def __post_init__(self) -> None:
        check_settings(self)
