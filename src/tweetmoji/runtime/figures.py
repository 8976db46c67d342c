"""``metrics.json`` of an artefact: what was measured, checked as far as the program reads it."""

from typing import Any, Final

from tweetmoji.errors import ArtifactError
from tweetmoji.runtime.config import parse_object

FIGURES: Final = ("n", "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece")
"""The figures that every evaluation in ``metrics.json`` has, as `tweetmoji.evaluate.Metrics` names them."""

SOURCE: Final = "home"
"""The source of evaluations that name none: the first models were scored on one alone."""


def parse_metrics(content: bytes, where: str) -> dict[str, Any]:
    """Read and check a ``metrics.json``; ``where`` names the file in messages.

    Its ``evaluations``, which may be left out, are objects with ``weights``, ``split`` and ``metrics``, the last with a
    number for each of `FIGURES`.

    Raises:
        ArtifactError: It is no JSON object, or an evaluation is incomplete.
    """
    metrics = parse_object(content, where)
    evaluations = metrics.get("evaluations", [])
    if not isinstance(evaluations, list):
        raise ArtifactError(f"{where}: 'evaluations' is {evaluations!r}; expected a list")
    for i, evaluation in enumerate(evaluations):
        _check_evaluation(evaluation, f"{where}: evaluations[{i}]")
    return metrics


def summarise(metrics: dict[str, Any]) -> list[dict[str, Any]]:
    """Each evaluation of a checked ``metrics.json`` as one flat row: weights, source, split and `FIGURES`."""
    return [
        {
            "weights": row["weights"],
            "source": row.get("source", SOURCE),
            "split": row["split"],
            **{name: row["metrics"][name] for name in FIGURES},
        }
        for row in metrics.get("evaluations", [])
    ]


def _check_evaluation(evaluation: Any, where: str) -> None:  # noqa: ANN401
    if not isinstance(evaluation, dict) or not isinstance(evaluation.get("metrics"), dict):
        raise ArtifactError(f"{where}: expected an object with weights, split and metrics")
    for name in ("weights", "source", "split"):
        value = evaluation.get(name, SOURCE if name == "source" else None)
        if not isinstance(value, str):
            raise ArtifactError(f"{where}: {name!r} is {value!r}; expected a string")
    for name in FIGURES:
        value = evaluation["metrics"].get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ArtifactError(f"{where}: {name!r} is {value!r}; expected a number")
