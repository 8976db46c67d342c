"""``metrics.json`` of an artifact, checked as far as the program reads it."""

from typing import Any, Final

from tweetmoji.errors import ArtifactError
from tweetmoji.files import parse_json_object

METRIC_NAMES: Final = ("n", "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece")
"""The figures that every evaluation in ``metrics.json`` has, as `tweetmoji.evaluate.Metrics` names them."""


def parse_metrics(content: bytes, where: str) -> dict[str, Any]:
    """Read and check a ``metrics.json``; ``where`` names the file in messages.

    Its ``evaluations``, which may be left out, are objects with ``weights``, ``source``, ``split`` and ``metrics``, the
    last with a number for each of `METRIC_NAMES`.

    Raises:
        ArtifactError: It is no JSON object, or an evaluation is incomplete.
    """
    metrics = parse_json_object(content, where, ArtifactError)
    evaluations = metrics.get("evaluations", [])
    if not isinstance(evaluations, list):
        raise ArtifactError(f"{where}: 'evaluations' is {evaluations!r}; expected a list")
    for i, evaluation in enumerate(evaluations):
        _check_evaluation(evaluation, f"{where}: evaluations[{i}]")
    return metrics


def summarize(metrics: dict[str, Any]) -> list[dict[str, Any]]:
    """Flatten each evaluation of a checked ``metrics.json``: weights, source, split and `METRIC_NAMES`."""
    return [
        {
            "weights": row["weights"],
            "source": row["source"],
            "split": row["split"],
            **{name: row["metrics"][name] for name in METRIC_NAMES},
        }
        for row in metrics.get("evaluations", [])
    ]


def _check_evaluation(evaluation: Any, where: str) -> None:  # noqa: ANN401
    if not isinstance(evaluation, dict) or not isinstance(evaluation.get("metrics"), dict):
        raise ArtifactError(f"{where}: expected an object with weights, source, split and metrics")
    for name in ("weights", "source", "split"):
        value = evaluation.get(name)
        if not isinstance(value, str):
            raise ArtifactError(f"{where}: {name!r} is {value!r}; expected a string")
    for name in METRIC_NAMES:
        value = evaluation["metrics"].get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ArtifactError(f"{where}: {name!r} is {value!r}; expected a number")
