"""``metrics.json`` of an artifact, checked as far as the program reads it."""

import math
from collections.abc import Sequence
from typing import Any, Final

from tweetmoji.errors import ArtifactError
from tweetmoji.files import parse_json_object

METRIC_NAMES: Final = ("n", "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "ece")
"""The metrics that every evaluation in ``metrics.json`` has, as `tweetmoji.evaluate.Metrics` names them."""

POINT_NAMES: Final = ("coverage", "n", "min_confidence", "accuracy")
"""What is read of each point of a selective accuracy curve, as `tweetmoji.evaluate.SelectivePoint` names it."""


def parse_metrics(content: bytes, where: str) -> dict[str, Any]:
    """Read and check a ``metrics.json``; ``where`` names the file in messages.

    Of the file, only ``evaluations`` is read, a list that may be left out. Each evaluation has ``weights``, ``source``,
    ``split`` and ``metrics``: a number for each of `METRIC_NAMES`. It may have a curve, ``selective``, and another one
    in its ``none``: lists of objects with a number for each of `POINT_NAMES`.

    Raises:
        ArtifactError: It is no JSON object, an evaluation is incomplete, or a number is NaN or infinite.
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


def summarize_curves(
    metrics: dict[str, Any], labels: Sequence[str], *, knows_none: bool
) -> list[list[dict[str, float]]]:
    """The selective accuracy curve of the model's confidence in each evaluation of a checked ``metrics.json``.

    None lowers the confidence of a model that knows it. The curve of such a model is the one in ``none``: all texts
    count, and any emoji for a text without an emotion is wrong. A curve is empty where it was not measured, and where
    the source has other classes than the model: it is then not the curve of a confidence that the model gives.

    Args:
        metrics: The object of ``metrics.json``.
        labels: Labels of the model.
        knows_none: Whether the model gives a probability of none.

    Returns:
        For each evaluation its points, with `POINT_NAMES`.
    """
    return [
        [{name: point[name] for name in POINT_NAMES} for point in _find_curve(row, knows_none)]
        if _has_classes(row, labels)
        else []
        for row in metrics.get("evaluations", [])
    ]


def _find_curve(evaluation: dict[str, Any], knows_none: bool) -> list[dict[str, float]]:
    measured = (evaluation.get("none") or {}) if knows_none else evaluation
    curve: list[dict[str, float]] = measured.get("selective", [])
    return curve


def _has_classes(evaluation: dict[str, Any], labels: Sequence[str]) -> bool:
    classes = evaluation.get("labels")
    return isinstance(classes, list) and len(classes) == len(labels) and all(label in classes for label in labels)


def _check_evaluation(evaluation: Any, where: str) -> None:  # noqa: ANN401
    if not isinstance(evaluation, dict) or not isinstance(evaluation.get("metrics"), dict):
        raise ArtifactError(f"{where}: expected an object with weights, source, split and metrics")
    for name in ("weights", "source", "split"):
        value = evaluation.get(name)
        if not isinstance(value, str):
            raise ArtifactError(f"{where}: {name!r} is {value!r}; expected a string")
    _check_numbers(evaluation["metrics"], METRIC_NAMES, where)
    none = evaluation.get("none")
    if none is not None and not isinstance(none, dict):
        raise ArtifactError(f"{where}: 'none' is {none!r}; expected an object or null")
    _check_curve(evaluation, where)
    _check_curve(none or {}, f"{where}.none")


def _check_curve(values: dict[str, Any], where: str) -> None:
    points = values.get("selective", [])
    if not isinstance(points, list) or not all(isinstance(point, dict) for point in points):
        raise ArtifactError(f"{where}: 'selective' is {points!r}; expected a list of objects")
    for i, point in enumerate(points):
        _check_numbers(point, POINT_NAMES, f"{where}.selective[{i}]")


def _check_numbers(values: dict[str, Any], names: Sequence[str], where: str) -> None:
    for name in names:
        value = values.get(name)
        # JSON has neither NaN nor infinity, and the API could not give them on
        if not isinstance(value, int | float) or isinstance(value, bool) or not -math.inf < value < math.inf:
            raise ArtifactError(f"{where}: {name!r} is {value!r}; expected a number")
