"""Distills a static model from MiniLM and trains its classifier on the Emotion dataset, with model2vec's defaults.

Run it in the environment of this peer, with the target folder. ``TWEETMOJI_BASE`` names the folder of the pretrained
encoder, and ``TWEETMOJI_DATA_DIR`` one with emotion/train.txt and emotion/val.txt: ``text;label`` lines.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from model2vec.distill import distill
from model2vec.train import StaticModelForClassification


def read_split(name: str) -> tuple[list[str], list[str]]:
    """Read the texts and labels of a split of Emotion."""
    content = (Path(os.environ["TWEETMOJI_DATA_DIR"]) / "emotion" / f"{name}.txt").read_text(encoding="utf-8")
    rows = [line.rpartition(";") for line in content.splitlines()]
    return [text for text, _, _ in rows], [label for _, _, label in rows]


def main(target: Path) -> None:
    """Build the folder; it appears only when it is complete."""
    missing = [name for name in ("TWEETMOJI_BASE", "TWEETMOJI_DATA_DIR") if not os.environ.get(name)]
    if missing:
        sys.exit(f"model2vec needs {' and '.join(missing)}: random or untrained embeddings answer nothing")
    target.parent.mkdir(parents=True, exist_ok=True)
    classifier = StaticModelForClassification.from_static_model(model=distill(os.environ["TWEETMOJI_BASE"]))
    texts, labels = read_split("train")
    val_texts, val_labels = read_split("val")
    classifier.fit(texts, labels, X_val=val_texts, y_val=val_labels)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name) / "model"
        classifier.to_pipeline().save_pretrained(str(folder))
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
