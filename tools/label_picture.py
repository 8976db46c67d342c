"""Draws the summary of all unlabeled tweets for README and docs/label.md: docs/label/*.svg and *.png.

Labels the file unlabelled/tweets.txt of ``TWEETMOJI_DATA_DIR`` with the shipped model, which takes about two minutes on
two cores. Run it as ``python tools/label_picture.py``.
"""

import os
import sys
import tempfile
from pathlib import Path

from tweetmoji.label.inputs import plan_files
from tweetmoji.label.options import LabelOptions
from tweetmoji.label.plots import write_plots
from tweetmoji.label.run import Run
from tweetmoji.runtime.emojifier import load

FOLDER = Path(__file__).parent.parent / "docs" / "label"
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
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in write_plots(outcome.tally, emojifier.labels, FOLDER).values():
        print(path)


if __name__ == "__main__":
    main()
