"""A base model and a dataset that train in seconds, made here from a seed: nothing is downloaded."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tweetmoji.data import SPLITS, LabeledTexts, open_source
from tweetmoji.emotions import EMOTIONS
from tweetmoji.train import TrainSettings

os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when transformers is imported; the programs that tests start inherit it

FEELINGS = {
    "sadness": ("gloomy", "lonely", "miserable", "hopeless"),
    "joy": ("happy", "cheerful", "delighted", "merry"),
    "love": ("adored", "cherished", "tender", "devoted"),
    "anger": ("furious", "outraged", "irritated", "hostile"),
    "fear": ("scared", "terrified", "anxious", "worried"),
    "surprise": ("astonished", "amazed", "stunned", "startled"),
}
TWEETEVAL_WORDS = {
    "anger": FEELINGS["anger"],
    "joy": (*FEELINGS["joy"][:2], *FEELINGS["love"][:2]),
    "optimism": FEELINGS["joy"][2:],
    "sadness": FEELINGS["sadness"],
}
"""TweetEval's labels, in the order of its numbers, and words of each: love is joy there; fear and surprise are not."""

TEMPLATES = {
    "train": (
        "i feel {}",
        "i am feeling {} today",
        "so {} right now",
        "she made me feel {} and i told her so",
        "this morning i was {} about all of it",
        "{} is what i am",
    ),
    "val": ("today i am {}", "i was feeling so {} about her"),
    "test": ("i told her i feel {}", "right now i am {} and so is she"),
}
SETTINGS = TrainSettings(epochs=3, batch_size=8, encoder_lr=3e-3, head_lr=1e-2, max_tokens=16, checkpoint_steps=7)
"""18 batches an epoch, of which the 7th and the 14th leave a checkpoint behind, as does the end."""

WIDTH = 32
INIT = 0.1  # five times BERT's: so small a network learns sooner from it
POSITIONS = 128


def write_data(folder: Path) -> Path:
    """Write a dataset that can be learned but for a few lines: each label has words of its own."""
    folder.mkdir(parents=True)
    for split, templates in TEMPLATES.items():
        lines = [
            f"{t.format(word)};{label}\n" for t in templates for label, words in FEELINGS.items() for word in words
        ]
        if split != "train":  # nobody can be sure of these, so that there is a confidence to calibrate
            mixed = zip(list(FEELINGS.items())[::2], list(FEELINGS.items())[1::2], strict=True)
            lines += [f"i am {a[0]} and {b[0]};{label}\n" for (one, a), (other, b) in mixed for label in (one, other)]
        (folder / f"{split}.txt").write_text("".join(lines), encoding="utf-8")
    return folder


def write_tweeteval(folder: Path) -> Path:
    """Write a dataset in the layout of TweetEval, of the words of the other one in templates of its own."""
    folder.mkdir(parents=True)
    mapping = [f"{number}\t{label}\n" for number, label in enumerate(TWEETEVAL_WORDS)]
    (folder / "mapping.txt").write_text("".join(mapping), encoding="utf-8")
    for split, template in (("train", "{} today @user"), ("val", "@user she is so {} today")):
        pairs = [(word, number) for number, words in enumerate(TWEETEVAL_WORDS.values()) for word in words]
        texts = [template.format(word) for word, _ in pairs]
        (folder / f"{split}_text.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
        (folder / f"{split}_labels.txt").write_text("".join(f"{number}\n" for _, number in pairs), encoding="utf-8")
    return folder


def write_base(folder: Path, *, spare_words: int = 0) -> Path:
    """Write a BERT of seeded noise in the layout of the Hugging Face Hub; spare words make its embeddings larger."""
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    tokenizer = _make_tokenizer(spare_words)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=POSITIONS,
        initializer_range=INIT,
    )
    model = transformers.BertModel(config)
    embeddings = model.get_input_embeddings().weight
    with torch.no_grad():  # words of one feeling begin alike, as pretraining on much text would leave them
        for words in FEELINGS.values():
            embeddings[tokenizer.convert_tokens_to_ids(list(words))] += torch.randn(WIDTH)
    model.save_pretrained(folder)
    return folder


def _make_tokenizer(spare_words: int):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    text = " ".join(template for templates in TEMPLATES.values() for template in templates).replace("{}", "")
    feelings = [word for words in FEELINGS.values() for word in words]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = [*special, *sorted({*text.split(), *feelings}), *(f"spare{i}" for i in range(spare_words))]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), special, strict=True))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)


@pytest.fixture(scope="session", autouse=True)
def small_torch():
    """One core and no GPU: the sums of a network this small are not worth sharing, and so are always the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUDA_VISIBLE_DEVICES", "")
        try:
            import torch
        except ModuleNotFoundError:  # then every test here is skipped anyway
            yield
            return
        patch.setattr(torch.cuda, "is_available", lambda: False)
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        yield
        torch.set_num_threads(before)


@pytest.fixture(scope="session")
def toy_data(tmp_path_factory) -> Path:
    return write_data(tmp_path_factory.mktemp("toy") / "data")


@pytest.fixture(scope="session")
def toy_root(tmp_path_factory) -> Path:
    """A root of two datasets: the home one, and TweetEval."""
    root = tmp_path_factory.mktemp("toy") / "root"
    write_data(root / "emotion")
    write_tweeteval(root / "tweeteval-emotion")
    return root


@pytest.fixture(scope="session")
def toy_base(tmp_path_factory) -> Path:
    return write_base(tmp_path_factory.mktemp("toy") / "toy-bert")


@pytest.fixture(scope="session")
def make_base():
    return write_base


@pytest.fixture(scope="session")
def settings() -> TrainSettings:
    return SETTINGS


@dataclass(frozen=True)
class Toy:
    """The toy task, ready for `fine_tune`: texts as read and as tokenized, and fresh networks to train on them."""

    base: Path
    data: dict[str, LabeledTexts]
    encoded: dict[str, Any]

    def make_network(self, settings: TrainSettings, labels: Sequence[str] = EMOTIONS):
        from tweetmoji.train.loop.network import load_base

        return load_base(str(self.base), labels, settings)[0]

    @property
    def val(self) -> list:
        """The val split, as `fine_tune` takes it."""
        from tweetmoji.train.loop.encoded import ValidationSplit

        return [ValidationSplit(self.data["val"], self.encoded["val"])]

    def encode(self, data: LabeledTexts):
        from tweetmoji.train.loop.encoded import encode
        from tweetmoji.train.loop.network import load_base

        return encode(load_base(str(self.base), EMOTIONS, SETTINGS)[1], [data])


@pytest.fixture(scope="session")
def toy(toy_base, toy_data) -> Toy:
    data = {split: open_source("emotion", toy_data).read(split) for split in SPLITS}
    toy = Toy(base=toy_base, data=data, encoded={})
    toy.encoded.update({split: toy.encode(texts) for split, texts in data.items()})
    return toy


@pytest.fixture(scope="session")
def uninterrupted(toy, settings, tmp_path_factory):
    """The network that a run of three epochs ends in, and the results of its epochs."""
    from tweetmoji.train.loop.checkpoints import Checkpoints
    from tweetmoji.train.loop.fine_tune import fine_tune

    network = toy.make_network(settings)
    checkpoints = Checkpoints(tmp_path_factory.mktemp("uninterrupted") / "checkpoints", {"run": "toy"}, resume=False)
    return network, fine_tune(network, toy.encoded["train"], toy.val, EMOTIONS, settings, checkpoints)


@pytest.fixture(scope="session")
def finished_run(toy_base, toy_data, settings, tmp_path_factory):
    """A `TrainingRun` that has been trained to its end; its folders are shared, so that no test may change them."""
    from tweetmoji.train import TrainingRun, train

    out = tmp_path_factory.mktemp("finished") / "toy-model"
    run = TrainingRun(data=toy_data, base=str(toy_base), out=out, settings=settings)
    train(run)
    return run
