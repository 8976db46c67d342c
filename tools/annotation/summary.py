"""How often each label was given, and how well the two readings of the test set agree."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sklearn.metrics import cohen_kappa_score

from tweetmoji.data.sources.annotated import COLUMNS, LABELS, AnnotatedRow
from tweetmoji.evaluate.report.tables import make_table


def summarize(test: Sequence[AnnotatedRow], **training: Sequence[AnnotatedRow]) -> dict[str, Any]:
    """Count the labels of all parts, and measure the agreement of the two readings of the test set.

    Args:
        test: Rows with the labels of two readings.
        training: Part to its rows, which have one label.

    Returns:
        Plain JSON types. ``test`` has ``n``; ``same``, the number of tweets with the same label twice; ``kappa``,
        Cohen's kappa over all labels; and, by label, how often ``reader_1``, ``reader_2`` and ``both`` gave it.
        Each other part has ``n`` and ``labels``.
    """
    first, second = ([row.values[i] for row in test] for i in (0, 1))
    same = Counter(a for a, b in zip(first, second, strict=True) if a == b)
    given, other = Counter(first), Counter(second)
    labels = {label: {"reader_1": given[label], "reader_2": other[label], "both": same[label]} for label in LABELS}
    return {
        "test": {
            "n": len(test),
            "same": same.total(),
            "kappa": float(cohen_kappa_score(first, second)),
            "labels": labels,
        },
        **{part: _count(rows) for part, rows in training.items()},
    }


def _count(rows: Sequence[AnnotatedRow]) -> dict[str, Any]:
    """Count rows and labels of a part with one label."""
    given = Counter(row.values[0] for row in rows)
    return {"n": len(rows), "labels": {label: given[label] for label in LABELS}}


def render_summary(summary: dict[str, Any]) -> str:
    """Render what `summarize` gives as lines for a terminal."""
    test, parts = summary["test"], _list_training(summary)
    lines = [
        f"test: n = {test['n']:,}, the same label twice for {test['same']:,} ({test['same'] / test['n']:.1%}), "
        f"Cohen's kappa {test['kappa']:.3f}",
        *(f"{name}: n = {part['n']:,}" for name, part in parts.items()),
        "",
        f"{'label':<10}{'reader 1':>10}{'reader 2':>10}{'both':>10}" + "".join(f"{name:>10}" for name in parts),
    ]
    for label, numbers in _list_numbers(summary).items():
        lines.append(f"{label:<10}" + "".join(f"{number:>10,}" for number in numbers))
    return "\n".join(lines)


def render_table(summary: dict[str, Any]) -> str:
    """Render what `summarize` gives as a table of Markdown, with a line on the agreement of the two readings."""
    test, parts = summary["test"], _list_training(summary)
    files = [f"`{name}.tsv`" for name in parts]
    sums = [test["n"], test["n"], test["same"], *(part["n"] for part in parts.values())]
    numbers = {f"`{label}`": numbers for label, numbers in _list_numbers(summary).items()} | {"all": sums}
    rows = [[label, *(f"{number:,}" for number in row)] for label, row in numbers.items()]
    table = make_table(["label", "`test.tsv`, reader 1", "reader 2", "both", *files], rows)
    kappa = f"Cohen's kappa of the two readings is {test['kappa']:.3f}, for {test['n']:,} tweets and all eight labels."
    return f"{table}\n\n{kappa}"


def _list_numbers(summary: dict[str, Any]) -> dict[str, list[int]]:
    """How often each label was given: by both readers of the test set and by the two alike, then in each other part."""
    return {
        label: [counts["reader_1"], counts["reader_2"], counts["both"]]
        + [part["labels"][label] for part in _list_training(summary).values()]
        for label, counts in summary["test"]["labels"].items()
    }


def _list_training(summary: dict[str, Any]) -> dict[str, Any]:
    """The parts with one label a tweet."""
    return {name: summary[name] for name in COLUMNS if name != "test" and name in summary}
