"""Pass rates of a model on the behavioral cases, with 95 % intervals."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tweetmoji.errors import SettingError
from tweetmoji.evaluate.behavior.cases import Case, Suite
from tweetmoji.evaluate.intervals import pass_rate_interval
from tweetmoji.runtime.emojifier import Emojifier, Prediction


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
    failed: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        return asdict(self) | {"failed": list(self.failed)}


@dataclass(frozen=True)
class BehaviorResult:
    """Pass rates by capability, and of all cases together."""

    capabilities: tuple[CapabilityResult, ...]
    total: CapabilityResult

    def as_dict(self) -> dict[str, Any]:
        """Convert to plain JSON types."""
        return {"capabilities": [row.as_dict() for row in self.capabilities], "total": self.total.as_dict()}


def run_suites(emojifier: Emojifier, suites: Iterable[Suite]) -> BehaviorResult:
    """Run a model on every case.

    Args:
        emojifier: The model; it needs the emotions that the cases accept.
        suites: The cases.

    Raises:
        SettingError: A case accepts a label that the model does not have.
    """
    results = []
    everything: dict[str, bool] = {}
    for suite in suites:
        passed = {case.id: _passes(case, suite, _predict(emojifier, case)) for case in suite.cases}
        results.append(_summarize(suite.capability, suite.description, suite.kind, passed))
        everything |= passed
    return BehaviorResult(tuple(results), _summarize("total", "All cases together.", "total", everything))


def _predict(emojifier: Emojifier, case: Case) -> list[Prediction]:
    if unknown := set(case.accept) - set(emojifier.labels):
        raise SettingError(
            f"the behavioral cases need the labels {', '.join(sorted(unknown))}, and {emojifier.name} has the labels "
            f"{', '.join(emojifier.labels)}; choose another --source"
        )
    return emojifier.predict(case.texts)


def _passes(case: Case, suite: Suite, predictions: list[Prediction]) -> bool:
    """Whether the predictions pass a case of the suite's kind."""
    if suite.kind == "unsure":
        return all(prediction.confidence <= suite.max_confidence for prediction in predictions)
    predicted = {prediction.label for prediction in predictions}
    return len(predicted) == 1 and predicted <= set(case.accept)


def _summarize(capability: str, description: str, kind: str, passed: dict[str, bool]) -> CapabilityResult:
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
        failed=tuple(name for name, fine in passed.items() if not fine),
    )
