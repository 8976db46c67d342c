"""`tools/experiments/frontier.py`: a point for each model that was scored on a split, with both its intervals."""

import numpy as np
import pytest

for package in ("sklearn", "matplotlib"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[evaluate]'")

from experiments import frontier  # noqa: E402
from experiments.tables import SPLITS  # noqa: E402


def make_scorecard(passed, without=()):
    """A scorecard of 0.8 everywhere but in some panels, which it lacks."""
    rows = [
        {
            "source": source,
            "split": split,
            "metrics": {metric: 0.8},
            "intervals": {metric: {"low": 0.7, "high": 0.85}},
        }
        for name, (source, split, metric) in SPLITS.items()
        if name in frontier.PANELS and name not in without
    ]
    return {"evaluations": rows, "behavior": {"total": {"pass_rate": passed, "low": passed - 0.1, "high": passed}}}


def test_plot_has_a_point_with_intervals_for_each_model_that_was_scored(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(frontier, "save_plot", lambda figure, path: saved.append((figure, path)))
    models = {"2": make_scorecard(0.5, without=["tweets test accuracy"]), "3": make_scorecard(0.9)}
    frontier.write_frontier_plot(models, tmp_path / "frontier")
    [(figure, path)] = saved
    assert path == tmp_path / "frontier"
    names = {axes.get_title(loc="left"): [text.get_text() for text in axes.texts] for axes in figure.axes}
    assert names == {
        "Emotion test accuracy without denials": ["2", "3"],
        "GoEmotions test macro-F1": ["2", "3"],
        "TweetEval val macro recall": ["2", "3"],
        "tweets test accuracy": ["3"],
    }
    _, _, (across, upright) = figure.axes[0].containers[0]
    np.testing.assert_allclose(across.get_segments()[0], [[0.4, 0.8], [0.5, 0.8]])
    np.testing.assert_allclose(upright.get_segments()[0], [[0.5, 0.7], [0.5, 0.85]])


def test_plot_is_written_as_svg_and_png(tmp_path):
    frontier.write_frontier_plot({"3": make_scorecard(0.9)}, tmp_path / "frontier")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["frontier.png", "frontier.svg"]
