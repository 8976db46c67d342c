"""Readers and checks of labelled datasets: the project's own ``text;label`` files."""

from tweetmoji.data.labelled import SPLITS, LabelledTexts, read_labelled, read_split

__all__ = ["SPLITS", "LabelledTexts", "read_labelled", "read_split"]
