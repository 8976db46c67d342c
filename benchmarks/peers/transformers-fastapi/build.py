"""Builds a classifier of DistilBERT's size with random weights for torch, as a Hugging Face folder.

Run it in the environment of this peer, with the target folder.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import torch
from transformers import DistilBertConfig, DistilBertForSequenceClassification, DistilBertTokenizerFast

SEED = 0
LABELS = ("sadness", "joy", "love", "anger", "fear", "surprise")
SHIPPED_TOKENIZER = Path(__file__).parents[3] / "src/tweetmoji/models/tweetmoji-minilm/tokenizer.json"
MAX_TOKENS = 128


def main(target: Path) -> None:
    """Build the folder; it appears only when it is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    names = {"id2label": dict(enumerate(LABELS)), "label2id": {label: i for i, label in enumerate(LABELS)}}
    # the defaults of the configuration are those of distilbert-base: 6 layers, hidden size 768, 12 heads
    model = DistilBertForSequenceClassification(DistilBertConfig(**names))
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name) / "model"
        model.save_pretrained(folder)
        tokenizer = DistilBertTokenizerFast(tokenizer_file=str(SHIPPED_TOKENIZER), model_max_length=MAX_TOKENS)
        tokenizer.save_pretrained(folder)
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
