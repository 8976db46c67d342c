"""The scorecard: everything that one ``tweetmoji evaluate`` measures.

The report, the model card and the tables of the documents are made from its JSON form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tweetmoji.data import LabeledSource, LabeledTexts, Source, find_sources, read_evaluation_splits
from tweetmoji.data.denials import list_views
from tweetmoji.data.names import EMOJI_TWEETS
from tweetmoji.emotions import EMOTIONS
from tweetmoji.errors import SettingError
from tweetmoji.evaluate.behavior import BehaviorResult, load_suites, run_suites
from tweetmoji.evaluate.compare import compare
from tweetmoji.evaluate.environment import describe_environment
from tweetmoji.evaluate.evaluation import Evaluation, evaluate_predicted, predict_classes, predict_split
from tweetmoji.evaluate.mistakes import find_mistakes, write_mistakes
from tweetmoji.runtime.emojifier import Emojifier

RESAMPLES: Final = 1000
SEED: Final = 0
"""Seed of the bootstrap. Another seed moves an interval's ends by about a tenth of the metric's standard error."""


@dataclass(frozen=True)
class Scorecard:
    """What was measured of one model.

    Attributes:
        model: Its name and version.
        evaluations: Its metrics on each split.
        behavior: Its pass rates on the behavioral cases, if they were run.
        comparisons: For each split, another model minus this one, if there was another.
    """

    model: dict[str, str]
    evaluations: list[Evaluation]
    behavior: BehaviorResult | None
    comparisons: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types, with seed, versions and hardware."""
        return {
            "model": self.model,
            "seed": SEED,
            "resamples": RESAMPLES,
            "evaluations": [evaluation.as_dict() for evaluation in self.evaluations],
            "behavior": self.behavior.as_dict() if self.behavior else None,
            "comparisons": self.comparisons,
            **describe_environment(),
        }


def choose_split(source: Source, split: str | None) -> str:
    """Choose the split to score: the one named, else test, else the source's last one.

    Raises:
        DataError: The source does not have the split.
    """
    if split is not None:
        source.check_split(split)
        return split
    return "test" if "test" in source.splits else source.splits[-1]


def read_splits(source: LabeledSource, split: str | None) -> list[LabeledTexts]:
    """Read the split to score, as `choose_split` chooses it, and the view of it without denials if it has one.

    Raises:
        DataError: The source does not have the split, or its file is damaged.
    """
    return list_views(source.read(choose_split(source, split)))


def read_all_splits(
    root: Path, labels: Sequence[str], own_data: Path | None = None, *, suggestions: Sequence[str] = ()
) -> list[LabeledTexts]:
    """Read every evaluation split of every source in the root of all datasets, and the views of `list_views`.

    The tweets with emoji are left out if the model does not suggest these emoji.

    Args:
        root: The root.
        labels: Labels of the model.
        own_data: Folder of the project's own data, whose evaluation splits are read too; None for none.
        suggestions: Emoji that the model suggests.

    Raises:
        DataError: The root holds no dataset, or a file is damaged.
        SettingError: The model lacks some of the six emotions.
    """
    if set(EMOTIONS) - set(labels):
        raise SettingError(
            f"all sources together need the labels {', '.join(EMOTIONS)}, and the model has the labels "
            f"{', '.join(labels)}; choose another --source"
        )
    sources = find_sources(root, labels, own_data=own_data)
    splits = read_evaluation_splits(source for source in sources if suggestions or source.name != EMOJI_TWEETS)
    scored = [split for split in splits if split.source != EMOJI_TWEETS or split.labels == tuple(suggestions)]
    return [view for split in scored for view in list_views(split)]


def fill_scorecard(
    emojifier: Emojifier,
    splits: Iterable[LabeledTexts],
    *,
    behavior: bool = False,
    other: Emojifier | None = None,
    mistakes: Path | None = None,
) -> Scorecard:
    """Measure a model.

    Args:
        emojifier: The model.
        splits: What to score it on, as `tweetmoji.evaluate.evaluate` does.
        behavior: Whether to run the behavioral cases.
        other: Another model to compare it with on the same splits; on those of emoji if it suggests the same ones.
        mistakes: Folder for the most confident mistakes on each split; None for none.

    Raises:
        SettingError: The two models have different labels, or a split or a case needs a label that they do not have.
        MissingExtraError: ``behavior`` is on and PyYAML is not installed.
    """
    if other is not None and other.labels != emojifier.labels:
        raise SettingError(f"the models' labels differ: {', '.join(emojifier.labels)} and {', '.join(other.labels)}")
    passed = run_suites(emojifier, load_suites()) if behavior else None  # first, because it may refuse the model
    evaluations, comparisons = [], []
    for split in splits:
        data = split.without_none()
        probabilities, answers = predict_split(emojifier, split)
        evaluations.append(evaluate_predicted(emojifier, split, probabilities, answers, resamples=RESAMPLES, seed=SEED))
        if other is not None and (data.source != EMOJI_TWEETS or other.suggestions == emojifier.suggestions):
            comparisons.append(_compare_with(other, data, probabilities))
        if mistakes is not None:
            write_mistakes(mistakes, data, find_mistakes(data, probabilities))
    model = {"name": emojifier.name, "version": emojifier.version}
    return Scorecard(model, evaluations, passed, comparisons)


def _compare_with(other: Emojifier, data: LabeledTexts, probabilities: NDArray[np.float64]) -> dict[str, Any]:
    """The other model minus the one whose probabilities are given."""
    theirs = predict_classes(other, data)
    difference = compare(probabilities, theirs, data.targets, data.labels, resamples=RESAMPLES, seed=SEED)
    return {
        "with": {"name": other.name, "version": other.version},
        "source": data.source,
        "split": data.split,
        **difference.as_dict(),
    }
