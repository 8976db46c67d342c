"""Builds a TensorFlow classifier of DistilBERT's size with random weights, as a Hugging Face folder.

Run it in the environment of this peer, with the target folder.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import tensorflow as tf
from transformers import DistilBertConfig, TFDistilBertForSequenceClassification

SEED = 0
LABELS = ("sadness", "joy", "love", "anger", "fear", "surprise")
SHIPPED_TOKENIZER = Path(__file__).parents[3] / "src/tweetmoji/models/tweetmoji-minilm/tokenizer.json"


def main(target: Path) -> None:
    """Build the folder; it appears only when it is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    tf.random.set_seed(SEED)
    # the defaults of the configuration are those of distilbert-base: 6 layers, hidden size 768, 12 heads
    model = TFDistilBertForSequenceClassification(DistilBertConfig(id2label=dict(enumerate(LABELS))))
    model.build()
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name) / "model"
        model.save_pretrained(folder)
        shutil.copy(SHIPPED_TOKENIZER, folder / "tokenizer.json")
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
