"""A base model and datasets that train in seconds, made from a seed: nothing is downloaded."""

from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from tests.toys.datasets import write_files

from tweetmoji.data.keys import hash_texts

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
WRITTEN_TEMPLATES = (
    "all of it made me {}",
    "what i am is {}",
    "told her {} and so am i",
    "i was {} this morning",
    "{} she is",
)
ANNOTATED_TEMPLATES = ("she was {} today and so am i", "am i {} about it", "{} {} {}")
CALM = tuple(
    f"{start} {rest}"
    for start, rest in product(
        ("today", "this morning", "right now", "so", "and"),
        (
            *("she told her about it", "i told her about all of it", "it was all of it", "she is what she is"),
            *("i am what i am", "all of it is about her", "her morning", "it is about what i told her"),
        ),
    )
)
"""Texts without any of the words of `FEELINGS`."""

EMOJI_WORDS = {"😢": FEELINGS["sadness"], "😀": FEELINGS["joy"], "❤": FEELINGS["love"], "😡": FEELINGS["anger"]}
EMOJI_TEMPLATES = {"train": ("{} about it today", "she is {} and i am", "{} {}"), "val": ("so {} about her today",)}
WIDTH = 32
INIT = 0.1  # five times BERT's: so small a network learns sooner from it
POSITIONS = 128


def write_emotion(folder: Path) -> Path:
    """Write a dataset that can be learned except for a few lines: each label has its own words."""
    files = {}
    for split, templates in TEMPLATES.items():
        lines = [
            f"{t.format(word)};{label}\n" for t in templates for label, words in FEELINGS.items() for word in words
        ]
        if split != "train":  # nobody can be sure of these, so that there is a confidence to calibrate
            mixed = zip(list(FEELINGS.items())[::2], list(FEELINGS.items())[1::2], strict=True)
            lines += [f"i am {a[0]} and {b[0]};{label}\n" for (one, a), (other, b) in mixed for label in (one, other)]
        files[f"{split}.txt"] = "".join(lines)
    return write_files(folder, files)


def write_tweeteval(folder: Path) -> Path:
    """Write a dataset in the format of TweetEval: the words of the other one in its own templates."""
    files = {"mapping.txt": "".join(f"{number}\t{label}\n" for number, label in enumerate(TWEETEVAL_WORDS))}
    for split, template in (("train", "{} today @user"), ("val", "@user she is so {} today")):
        pairs = [(word, number) for number, words in enumerate(TWEETEVAL_WORDS.values()) for word in words]
        texts = [template.format(word) for word, _ in pairs]
        files[f"{split}_text.txt"] = "".join(f"{text}\n" for text in texts)
        files[f"{split}_labels.txt"] = "".join(f"{number}\n" for _, number in pairs)
    return write_files(folder, files)


def write_emoji_tweets(folder: Path) -> Path:
    """Write tweets and their emoji in the format of TweetEval: each emoji has its own words."""
    mapping = "".join(f"{number}\t{emoji}\t_name_\t\n" for number, emoji in enumerate(EMOJI_WORDS))
    files = {"mapping.txt": mapping}
    for split, templates in EMOJI_TEMPLATES.items():
        words = [(word, number) for number, words in enumerate(EMOJI_WORDS.values()) for word in words]
        rows = [(template.replace("{}", word), number) for template in templates for word, number in words]
        files[f"{split}_text.txt"] = "".join(f"{text}\n" for text, _ in rows)
        files[f"{split}_labels.txt"] = "".join(f"{number}\n" for _, number in rows)
    return write_files(folder, files)


def write_own_data(folder: Path, root: Path) -> Path:
    """Write the project's own data, with an emotion or none: each emotion has its own words, none has none of them.

    The annotated tweets go to the root of the datasets, which needs the emoji tweets too.
    """
    written = [*_fill(WRITTEN_TEMPLATES), *((text, "none") for text in CALM)]
    tweets = [*_fill(ANNOTATED_TEMPLATES), *((f"{text} {text}", "none") for text in CALM)]
    tests = [("a lonely line of the test", "sadness"), ("a cheerful line of the test", "joy"), ("a line", "none")]
    columns = ("text", "label", "capability", "pair")
    files = {
        name: [(text, label, "plain", "") for text, label in rows]
        for name, rows in (("train", written), ("test", tests))
    }
    write_files(folder / "written", {f"{name}.tsv": _join([columns, *rows]) for name, rows in files.items()})
    texts = [text for text, _ in tweets]
    others = ["furious in the test", "nothing in the test"]
    hashes, other_hashes = hash_texts(texts), hash_texts(others)
    train = [("hash", "label"), *zip(hashes, (label for _, label in tweets), strict=True)]
    test = [("hash", "label_1", "label_2"), (other_hashes[0], "anger", "anger"), (other_hashes[1], "none", "none")]
    write_files(folder / "annotated", {"train.tsv": _join(train), "test.tsv": _join(test)})
    write_files(root / "unlabelled", {"tweets.txt": "".join(f"{text}\n" for text in [*texts, *others])})
    return folder


def _fill(templates: Iterable[str]) -> list[tuple[str, str]]:
    """Each template with each word, and the label of the word."""
    words = [(word, label) for label, words in FEELINGS.items() for word in words]
    return [(template.replace("{}", word), label) for template in templates for word, label in words]


def _join(rows: Iterable[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def write_base(folder: Path, *, spare_words: int = 0) -> Path:
    """Write a BERT of seeded noise in the format of the Hugging Face Hub; spare words enlarge its embeddings."""
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


def _make_tokenizer(spare_words: int) -> Any:
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
