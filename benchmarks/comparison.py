"""The result of inference.py from its rounds: figures of every job, each engine's best, ratios within rounds."""

import statistics
from collections.abc import Mapping
from typing import Any

from rounds import Rounds, summarize

OURS, BEFORE, LIMIT, FLOAT32 = "tweetmoji", "tweetmoji-5f8648e", "limit", "onnxruntime float32"
LIST, ONE_BY_ONE = "list", "one by one"

DIGITS = {"texts_per_s": 1, "median_ms": 3, "multiply_adds_per_s": -6}
"""Figure to the decimals that are kept of it."""

Key = tuple[str, str]
"""Way and job."""


def compare(rounds: Rounds, groups: Mapping[str, str], multiply_adds: float) -> dict[str, Any]:
    """Compare what the rounds gave, as plain JSON types.

    Args:
        rounds: All rounds.
        groups: Name of a way to its engine, of which the best job counts.
        multiply_adds: Of the mean text: what the limit's rate is divided by.
    """
    figures = {key: values for key, values in rounds.figures.items() if key[0] not in rounds.failed}
    for values in figures.get((LIMIT, LIMIT), []):
        values["texts_per_s"] = values["multiply_adds_per_s"] / multiply_adds
    best = find_best(figures, groups)
    return {
        "jobs": [
            {"way": name, "job": job}
            | {figure: summarize([one[figure] for one in values], DIGITS[figure]) for figure in values[0]}
            for (name, job), values in figures.items()
        ],
        "best": {engine: {"way": name, "job": job} for engine, (name, job) in best.items()},
        "ratios": list_ratios(figures, best),
        "dropped": [
            {"way": name, "job": job, "selection_texts_per_s": round(values["texts_per_s"], 1)}
            for (name, job), values in rounds.dropped.items()
        ],
    }


def choose_jobs(result: Mapping[str, Any]) -> dict[str, str]:
    """The one job of each way that its memory is measured with; of each engine, the best way."""
    measured = {row["way"] for row in result["jobs"]}
    jobs = {name: job for name, job in ((OURS, LIST), (BEFORE, LIST), (FLOAT32, ONE_BY_ONE)) if name in measured}
    return jobs | {best["way"]: best["job"] for best in result["best"].values()}


def find_best(figures: Mapping[Key, list[dict[str, float]]], groups: Mapping[str, str]) -> dict[str, Key]:
    """Find the job of the highest median of each engine."""
    medians = {key: statistics.median(one["texts_per_s"] for one in values) for key, values in figures.items()}
    ordered = sorted((key for key in figures if key[0] in groups), key=lambda key: medians[key])
    return {groups[key[0]]: key for key in ordered}


def list_ratios(figures: Mapping[Key, list[dict[str, float]]], best: Mapping[str, Key]) -> list[dict[str, Any]]:
    """List our texts per second over those of others, round by round.

    Every job of ours is compared with the same job before, those on all cores with the limit too, and the list with the
    best of each engine.
    """
    ratios = []
    for name, job in figures:
        if name != OURS:
            continue
        others = {BEFORE: (BEFORE, job), **(best if job == LIST else {})}
        if job != ONE_BY_ONE:
            others[LIMIT] = (LIMIT, LIMIT)
        for other, key in others.items():
            if key in figures:
                pairs = zip(figures[name, job], figures[key], strict=True)
                values = [ours["texts_per_s"] / theirs["texts_per_s"] for ours, theirs in pairs]
                ratios.append({"job": job, "to": other, "texts_per_s": summarize(values, 3)})
    return ratios
