"""Pass rates of a model on the behavioral cases, with 95 % intervals."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from tweetmoji.errors import SettingError
from tweetmoji.evaluate.behavior.cases import Case, Suite
from tweetmoji.evaluate.intervals import pass_rate_interval
from tweetmoji.runtime.emojifier import Emojifier, Prediction

CONFIDENT: Final = 0.9
"""Score from which a wrong label is a confident mistake."""


@dataclass(frozen=True)
class CapabilityResult:
    """Pass rate of a model on one capability.

    Attributes:
        capability: Its name.
        description: What it is, one sentence.
        kind: How its cases are passed.
        n: Number of cases.
        passed: How many of them passed.
        pass_rate: Their share, [0, 1].
        low: Lower end of its 95 % interval.
        high: Upper end of its 95 % interval.
        confident_mistakes: Number of cases of the kind ``label`` whose label is wrong with a score of at least
            `CONFIDENT`; 0 for another kind. The score is that among the labels, whatever the probability of none.
        failed: Ids of the cases that did not pass.
    """

    capability: str
    description: str
    kind: str
    n: int
    passed: int
    pass_rate: float
    low: float
    high: float
    confident_mistakes: int
    failed: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        return asdict(self) | {"failed": list(self.failed)}


@dataclass(frozen=True)
class Mistake:
    """A case of the kind ``label`` that did not pass.

    Attributes:
        id: Id of the case.
        text: Its text.
        accept: The labels that would have passed.
        label: The label of the highest score.
        score: That score, [0, 1], among the labels, whatever the probability of none.
    """

    id: str
    text: str
    accept: tuple[str, ...]
    label: str
    score: float

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        return asdict(self) | {"accept": list(self.accept)}


@dataclass(frozen=True)
class BehaviorResult:
    """Pass rates by capability and of all cases together, and what was wrong.

    Attributes:
        capabilities: One for each capability.
        total: That of all cases.
        mistakes: The wrong labels, those with the highest scores first.
    """

    capabilities: tuple[CapabilityResult, ...]
    total: CapabilityResult
    mistakes: tuple[Mistake, ...]

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        return {
            "capabilities": [row.as_dict() for row in self.capabilities],
            "total": self.total.as_dict(),
            "mistakes": [mistake.as_dict() for mistake in self.mistakes],
        }


def run_suites(emojifier: Emojifier, suites: Iterable[Suite]) -> BehaviorResult:
    """Run a model on every case.

    Args:
        emojifier: The model; it needs the emotions that the cases accept.
        suites: The cases.

    Raises:
        SettingError: A case accepts a label that the model does not have.
    """
    results = []
    mistakes: list[Mistake] = []
    everything: dict[str, bool] = {}
    for suite in suites:
        predictions = {case.id: _predict(emojifier, case) for case in suite.cases}
        passed = {case.id: _passes(case, suite, predictions[case.id]) for case in suite.cases}
        failed = [case for case in suite.cases if suite.kind == "label" and not passed[case.id]]
        wrong = [_describe_mistake(case, predictions[case.id][0]) for case in failed]
        confident = sum(mistake.score >= CONFIDENT for mistake in wrong)
        mistakes += wrong
        results.append(_summarize(suite.capability, suite.description, suite.kind, passed, confident))
        everything |= passed
    confident = sum(result.confident_mistakes for result in results)
    total = _summarize("total", "All cases together.", "total", everything, confident)
    return BehaviorResult(tuple(results), total, tuple(sorted(mistakes, key=lambda mistake: -mistake.score)))


def _predict(emojifier: Emojifier, case: Case) -> list[Prediction]:
    if unknown := set(case.accept) - set(emojifier.labels):
        raise SettingError(
            f"the behavioral cases need the labels {', '.join(sorted(unknown))}, and {emojifier.name} has the labels "
            f"{', '.join(emojifier.labels)}; choose another --source"
        )
    return emojifier.predict(case.texts)


def _passes(case: Case, suite: Suite, predictions: list[Prediction]) -> bool:
    """Whether the predictions pass a case of the suite's kind.

    What is to be unsure is the confidence, that of the label and that there is an emotion at all. The label is that of
    the highest score, even if the text probably has none.
    """
    if suite.kind == "unsure":
        return all(prediction.confidence <= suite.max_confidence for prediction in predictions)
    predicted = {prediction.label for prediction in predictions}
    return len(predicted) == 1 and predicted <= set(case.accept)


def _describe_mistake(case: Case, prediction: Prediction) -> Mistake:
    label, score = max(prediction.scores.items(), key=lambda item: item[1])
    return Mistake(case.id, case.texts[0], case.accept, label, score)


def _summarize(
    capability: str, description: str, kind: str, passed: dict[str, bool], confident_mistakes: int
) -> CapabilityResult:
    outcomes = np.array(list(passed.values()), dtype=bool)
    interval = pass_rate_interval(outcomes)
    return CapabilityResult(
        capability=capability,
        description=description,
        kind=kind,
        n=len(outcomes),
        passed=int(outcomes.sum()),
        pass_rate=float(outcomes.mean()),
        low=interval.low,
        high=interval.high,
        confident_mistakes=confident_mistakes,
        failed=tuple(name for name, fine in passed.items() if not fine),
    )
