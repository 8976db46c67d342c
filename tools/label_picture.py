"""Draws how often each label comes among the unlabeled tweets, for README: docs/label/labels.svg.

Labels the file unlabelled/tweets.txt of ``TWEETMOJI_DATA_DIR`` with the shipped model, which takes about two minutes on
two cores. Run it as ``python tools/label_picture.py``.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tweetmoji.label.inputs import plan_files
from tweetmoji.label.options import LabelOptions
from tweetmoji.label.plots import write_plots
from tweetmoji.label.run import Run
from tweetmoji.runtime.emojifier import load

PICTURE = Path(__file__).parent.parent / "docs" / "label" / "labels.svg"
MIN_CONFIDENCE = 0.5
"""Without it, tweets without an emotion count for the one that is nearest."""


def main() -> None:
    """Label the tweets and draw."""
    root = os.environ.get("TWEETMOJI_DATA_DIR")
    if not root:
        sys.exit("label_picture: TWEETMOJI_DATA_DIR names no folder of datasets")
    emojifier, options = load(), LabelOptions(min_confidence=MIN_CONFIDENCE)
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_files([str(Path(root) / "unlabelled" / "tweets.txt")], str(Path(folder) / "tweets.csv"), options)
        outcome = Run(plan, emojifier, options).execute()
        plots = write_plots(outcome.tally, emojifier.labels, Path(folder))
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(plots["labels"], PICTURE)
    print(PICTURE)


if __name__ == "__main__":
    main()
