"""How often each label was given, and how well the two readings of the test set agree."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sklearn.metrics import cohen_kappa_score

from annotation.rows import LABELS, Row


def summarize(test: Sequence[Row], train: Sequence[Row]) -> dict[str, Any]:
    """Count the labels of both parts, and measure the agreement of the two readings of the test set.

    Args:
        test: Rows with the labels of two readings.
        train: Rows with one label.

    Returns:
        Plain JSON types. ``test`` has ``n``; ``same``, the number of tweets with the same label twice; ``kappa``,
        Cohen's kappa over all labels; and, by label, how often ``reader_1``, ``reader_2`` and ``both`` gave it.
        ``train`` has ``n`` and ``labels``.
    """
    first, second = ([row.values[i] for row in test] for i in (0, 1))
    same = Counter(a for a, b in zip(first, second, strict=True) if a == b)
    given, other = Counter(first), Counter(second)
    labels = {label: {"reader_1": given[label], "reader_2": other[label], "both": same[label]} for label in LABELS}
    trained = Counter(row.values[0] for row in train)
    return {
        "test": {
            "n": len(test),
            "same": same.total(),
            "kappa": float(cohen_kappa_score(first, second)),
            "labels": labels,
        },
        "train": {"n": len(train), "labels": {label: trained[label] for label in LABELS}},
    }


def render_summary(summary: dict[str, Any]) -> str:
    """Render what `summarize` gives as lines for a terminal."""
    test, train = summary["test"], summary["train"]
    lines = [
        f"test: n = {test['n']:,}, the same label twice for {test['same']:,} ({test['same'] / test['n']:.1%}), "
        f"Cohen's kappa {test['kappa']:.3f}",
        f"train: n = {train['n']:,}",
        "",
        f"{'label':<10}{'reader 1':>10}{'reader 2':>10}{'both':>10}{'train':>10}",
    ]
    for label, counts in test["labels"].items():
        numbers = [counts["reader_1"], counts["reader_2"], counts["both"], train["labels"][label]]
        lines.append(f"{label:<10}" + "".join(f"{number:>10,}" for number in numbers))
    return "\n".join(lines)
